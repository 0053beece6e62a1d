/** @file Finds source files of the signer that can panic, in a module that links every public function. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, environment } from './step.mjs';

const PACKAGE = ['--manifest-path', 'signer/panics/Cargo.toml', '--target', 'wasm32-unknown-unknown'];
const MODULE = 'wasm32-unknown-unknown/release/panics.wasm';

/**
 * A panic that the linker keeps has the name of its source file in the module's data; for `unwrap` and an index it is the file of the
 * caller.
 *
 * @param {import('./step.mjs').Run} run
 */
export async function panics(run) {
  await run('cargo', ['build', '--locked', '--release', ...PACKAGE]);
  const module = await readFile(join(environment.CARGO_TARGET_DIR, MODULE), 'latin1');
  const files = [...new Set(module.match(/[\w./-]+\.rs/g))];
  if (!files.some((file) => file.endsWith('planted.rs'))) throw new Failure('the planted panic was not found', undefined, files.join('\n'));
  const found = files.filter((file) => file.includes('signer/src/'));
  if (found.length > 0) throw new Failure('the signer can panic', 'rewrite the line so that it cannot', found.join('\n'));
}
