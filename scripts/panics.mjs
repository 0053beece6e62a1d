/** @file Which of the signer's source files can panic, read from a module that calls every public function of it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, environment } from './step.mjs';

const PACKAGE = ['--manifest-path', 'signer/panics/Cargo.toml', '--target', 'wasm32-unknown-unknown'];
const MODULE = 'wasm32-unknown-unknown/release/panics.wasm';

/**
 * Every panic names the file and line that it is blamed on, for `unwrap` and an index that of the caller: what the
 * linker keeps has those names in its data.
 *
 * @param {import('./step.mjs').Run} run
 */
export async function panics(run) {
  await run('cargo', ['build', '--locked', '--release', ...PACKAGE]);
  const module = await readFile(join(environment.CARGO_TARGET_DIR, MODULE), 'latin1');
  const files = [...new Set(module.match(/[\w./-]+\.rs/g))];
  if (!files.some((file) => file.endsWith('planted.rs'))) throw new Failure('the panic that was planted is not found', undefined, files.join('\n'));
  const own = files.filter((file) => file.includes('signer/src/'));
  if (own.length > 0) throw new Failure('the signer can panic', 'give the line another form, which cannot', own.join('\n'));
}
