/** @file `npm run check`: formatting, lints, types, licences, documents, fuzzing, budgets. Every failed check is an error. */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';
import { build, buildExplainPage } from './build.mjs';
import { buildClient } from './client.mjs';
import { panics } from './panics.mjs';
import { writeSbom } from './sbom.mjs';
import { NIGHTLY, cargoCyclonedx, cargoDeny, nightlyEnvironment, nightlyProgram, setup, toolchain } from './setup.mjs';
import { Failure, environment, main, printFailure, root, say, step } from './step.mjs';
import { TARGETS, buildTargets, checkTargets, fuzz } from './fuzz.mjs';

/** @typedef {(run: import('./step.mjs').Run) => Promise<unknown>} Check */

const WARNINGS_ARE_ERRORS = ['--', '--deny', 'warnings'];
const WASM = [...['signpost-worker', 'signpost-explain', 'rust-worker', 'axum-worker', 'mounted'].flatMap((name) => ['--package', name]), '--all-features', '--target', 'wasm32-unknown-unknown'];
const BARE = ['--package', 'signpost-signer', '--target', 'thumbv7em-none-eabi'];
const SIGNER = ['--package', 'signpost-signer', '--all-features'];
const PEERS = ['--manifest-path', 'signer/peers/Cargo.toml'];
/** How long each fuzz target runs, in seconds. `npm run fuzz` runs them for longer. */
const FUZZ_SECONDS = 5;
const FUZZ = ['--manifest-path', 'fuzz/Cargo.toml'];

/**
 * Checks that mostly use one processor. They run at the same time as the others, which they do not block, since they compile into a folder of
 * their own.
 *
 * @type {Record<string, Check>}
 */
const NIGHTLY_CHECKS = {
  'the signer under Miri': async (run) => {
    await toolchain(NIGHTLY, ['miri', 'rust-src']);
    await run('cargo', [`+${NIGHTLY}`, 'miri', 'test', '--locked', '--package', 'signpost-signer', '--lib'], { env: nightlyEnvironment });
  },
  'every parser of hostile bytes, fuzzed': async (run) => {
    await checkTargets();
    await buildTargets(run);
    const targets = Object.keys(TARGETS);
    const next = async () => {
      for (let target = targets.shift(); target; target = targets.shift()) say(`  ${target}: ${await fuzz(run, target, [`-max_total_time=${FUZZ_SECONDS}`])}`);
    };
    await Promise.all(Array.from({ length: availableParallelism() }, next)); // a target uses one processor
  },
  'the public surface of the signer is the one in public-api.txt': async (run) => {
    const env = await withProgram('cargo-public-api');
    const surface = await run('cargo', [`+${NIGHTLY}`, 'public-api', '--package', 'signpost-signer', '--all-features', '-sss'], { env });
    if (surface === (await readFile(join(root, 'signer/public-api.txt'), 'utf8'))) return;
    const hint = 'describe the change in signer/CHANGELOG.md, raise the version if it breaks callers, and commit the new text';
    throw new Failure('signer/public-api.txt differs', hint, surface);
  },
};

/** @type {Record<string, Check>} */
const CHECKS = {
  'every member of the workspace inherits its lints': inheritedLints,
  'links, paths, names and numbers in the documents': async () => (await import('./docs.mjs')).checkDocs(), // its parser comes from npm
  'cargo fmt': async (run) => {
    await run('cargo', ['fmt', '--all', '--check']);
    await run('cargo', ['fmt', ...FUZZ, '--check']);
  },
  'clippy, native': (run) => run('cargo', ['clippy', '--locked', '--workspace', '--all-targets', ...WARNINGS_ARE_ERRORS]),
  'clippy, wasm': (run) => run('cargo', ['clippy', '--locked', ...WASM, ...WARNINGS_ARE_ERRORS]),
  'clippy, the command for WASI': (run) => run('cargo', ['clippy', '--locked', '--package', 'signpost-cli', '--target', 'wasm32-wasip1', ...WARNINGS_ARE_ERRORS]),
  'clippy, every feature of the signer': async (run) => {
    await run('cargo', ['clippy', '--locked', ...SIGNER, '--all-targets', ...WARNINGS_ARE_ERRORS]);
    await run('cargo', ['clippy', '--locked', '--package', 'signpost-signer', '--no-default-features', ...WARNINGS_ARE_ERRORS]);
  },
  'the signer builds without std': async (run) => {
    await run('cargo', ['build', '--locked', ...BARE, '--all-features']);
    await run('cargo', ['build', '--locked', ...BARE, '--no-default-features']);
  },
  'the signer builds with the oldest Rust that it names': async (run) => {
    const version = JSON.parse(await run('cargo', ['metadata', '--locked', '--no-deps', '--format-version', '1'])).packages[0].rust_version;
    await toolchain(version);
    await run('cargo', [`+${version}`, 'check', '--locked', ...SIGNER]);
  },
  'no panic is left in the signer': panics,
  'clippy, fuzz targets': (run) => run('cargo', ['clippy', ...FUZZ, '--all-targets', ...WARNINGS_ARE_ERRORS]),
  'the signer agrees with aws-sigv4': (run) => run('cargo', ['test', '--locked', ...PEERS]),
  'cargo doc': (run) =>
    run('cargo', ['doc', '--locked', '--workspace', '--no-deps'], { env: { ...environment, RUSTDOCFLAGS: '--deny warnings' } }),
  'cargo deny': async (run) => {
    await run('cargo', ['fetch', '--locked']);
    for (const manifest of ['Cargo.toml', 'examples/rust-worker/Cargo.toml', 'examples/axum-worker/Cargo.toml']) {
      await run(await cargoDeny(), ['--manifest-path', manifest, '--offline', 'check', 'bans', 'licenses', 'sources']);
    }
  },
  'the bill of materials, build/sbom.json': async (run) => say(`  ${await writeSbom(run)}`),
  tsc: (run) => run('tsc', []),
  'tsc, examples': (run) => run('tsc', ['--project', 'examples']),
  'size, calls and allocations stay within bench/budget.json': (run) => run('node', ['bench/guard.mjs']),
};

/** @param {Parameters<typeof nightlyProgram>[0]} name */
async function withProgram(name) {
  return { ...nightlyEnvironment, PATH: [await nightlyProgram(name), environment.PATH].join(delimiter) };
}

/**
 * Fails if a member lacks `[lints] workspace = true`, without which the workspace's lints do not apply.
 *
 * @param {import('./step.mjs').Run} run
 */
async function inheritedLints(run) {
  const { packages } = JSON.parse(await run('cargo', ['metadata', '--locked', '--no-deps', '--format-version', '1']));
  for (const { name, manifest_path } of packages) {
    const manifest = await readFile(manifest_path, 'utf8');
    if (!/^\[lints\]\nworkspace = true$/m.test(manifest)) throw new Failure(`${name} lacks [lints] workspace = true`);
  }
  // A workspace of its own cannot inherit.
  const [own, table] = await Promise.all(['fuzz/Cargo.toml', 'Cargo.toml'].map(lintTables));
  if (own !== table) throw new Failure('the lints in fuzz/Cargo.toml differ from those in Cargo.toml');
}

/** @param {string} file @returns {Promise<string>} its tables of lints, without the prefix `workspace.` */
async function lintTables(file) {
  const manifest = await readFile(join(root, file), 'utf8');
  const tables = manifest.match(/^\[(workspace\.)?lints\.\w+\]\n(?:[^\[\n].*\n)*/gm) ?? [];
  return tables.join('\n').replaceAll('[workspace.', '[');
}

/** @param {Record<string, Check>} checks @returns {Promise<string[]>} the titles of those that failed */
async function runAll(checks) {
  const failed = [];
  for (const [title, check] of Object.entries(checks)) {
    try {
      await step(title, check);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      printFailure(error);
      failed.push(title);
    }
  }
  return failed;
}

await main(import.meta, async () => {
  await setup();
  // Installed now, so that the time of a check is its own, and one after the other.
  await toolchain(NIGHTLY, ['miri', 'rust-src']);
  for (const install of [cargoDeny, cargoCyclonedx, () => nightlyProgram('cargo-fuzz'), () => nightlyProgram('cargo-public-api')]) await install();
  await buildClient();
  await build(); // tsc reads the types of the bindings
  await buildExplainPage();
  const failed = (await Promise.all([NIGHTLY_CHECKS, CHECKS].map(runAll))).flat();
  if (failed.length > 0) throw new Failure(`failed: ${failed.join('; ')}`);
});
