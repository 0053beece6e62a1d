/** @file `npm run check`: formatting, lints, types, licences. Nothing of it is advisory. */
import { readFile } from 'node:fs/promises';
import { build } from './build.mjs';
import { buildClient } from './client.mjs';
import { cargoDeny, setup } from './setup.mjs';
import { Failure, environment, main, step, tell } from './step.mjs';

/** @typedef {(run: import('./step.mjs').Run) => Promise<unknown>} Check */

const WARNINGS_ARE_ERRORS = ['--', '--deny', 'warnings'];
const WASM = ['--package', 'signpost', '--all-features', '--target', 'wasm32-unknown-unknown'];
const BARE = ['--package', 'signer', '--target', 'thumbv7em-none-eabi'];

/** @type {Record<string, Check>} */
const CHECKS = {
  'every member of the workspace inherits its lints': inheritedLints,
  'cargo fmt': (run) => run('cargo', ['fmt', '--all', '--check']),
  'clippy, native': (run) => run('cargo', ['clippy', '--locked', '--workspace', '--all-targets', ...WARNINGS_ARE_ERRORS]),
  'clippy, wasm': (run) => run('cargo', ['clippy', '--locked', ...WASM, ...WARNINGS_ARE_ERRORS]),
  'the signer builds without std': (run) => run('cargo', ['build', '--locked', ...BARE]),
  'cargo doc': (run) =>
    run('cargo', ['doc', '--locked', '--workspace', '--no-deps'], { env: { ...environment, RUSTDOCFLAGS: '--deny warnings' } }),
  'cargo deny': async (run) => {
    await run('cargo', ['fetch', '--locked']);
    await run(await cargoDeny(), ['--offline', 'check', 'bans', 'licenses', 'sources']);
  },
  tsc: (run) => run('tsc', []),
  'tsc, examples': (run) => run('tsc', ['--project', 'examples']),
};

/**
 * Fails if a member lacks `[lints] workspace = true`: the lint table says nothing there.
 *
 * @param {import('./step.mjs').Run} run
 */
async function inheritedLints(run) {
  const { packages } = JSON.parse(await run('cargo', ['metadata', '--locked', '--no-deps', '--format-version', '1']));
  for (const { name, manifest_path } of packages) {
    const manifest = await readFile(manifest_path, 'utf8');
    if (!/^\[lints\]\nworkspace = true$/m.test(manifest)) throw new Failure(`${name} lacks [lints] workspace = true`);
  }
}

await main(import.meta, async () => {
  await setup();
  await cargoDeny(); // now, so that its check takes as long as it takes
  await buildClient();
  await build(); // tsc reads the types of the bindings
  const failed = [];
  for (const [title, check] of Object.entries(CHECKS)) {
    try {
      await step(title, check);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      tell(error);
      failed.push(title);
    }
  }
  if (failed.length > 0) throw new Failure(`failed: ${failed.join('; ')}`);
});
