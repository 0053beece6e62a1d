/**
 * @file Builds a Worker that is written with the crate `worker`, as its `wrangler.toml` names it: `build/index.js` and
 * `build/index_bg.wasm`. `worker-build` does it if it and `wasm-bindgen` are installed, otherwise the tools of this repository.
 *
 *     node scripts/rust-worker.mjs examples/rust-worker
 */
import { access, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, delimiter, join, relative } from 'node:path';
import { bind, compile, TARGET } from './build.mjs';
import { digest } from './setup.mjs';
import { environment, main, root, say, step } from './step.mjs';

/** What `worker-build` also writes around the exports of the wasm, for a Worker that only answers requests. */
const ENTRY = 'scripts/rust-worker-entry.js';

/**
 * @param {string} folder of the crate, below the root
 * @returns {Promise<void>}
 */
export async function buildRustWorker(folder) {
  if (await areInstalled('worker-build', 'wasm-bindgen')) return withWorkerBuild(folder);
  const name = basename(folder);
  await step(`cargo build for ${TARGET}, ${folder}`, compile(name));
  const compiled = join('target', TARGET, 'release', `${name.replaceAll('-', '_')}.wasm`);
  const [into, bindings] = [join(root, folder, 'build'), join(root, 'build', 'rust-workers', name)];
  const [stamp, now] = [join(into, '.built'), await digest([compiled, 'Cargo.lock', 'bindgen/src/main.rs', 'scripts/rust-worker.mjs', ENTRY])];
  if ((await readFile(stamp, 'utf8').catch(() => '')) === now) return say(`- ${folder}/build: up to date`);
  await bind(compiled, 'index', bindings, { features: ['--enable-exception-handling'], arguments: ['--worker'] }); // bindgen writes code that catches
  await rm(into, { recursive: true, force: true });
  await mkdir(into, { recursive: true });
  await bundle(bindings, join(into, 'index.js'));
  await copyFile(join(bindings, 'index_bg.wasm'), join(into, 'index_bg.wasm'));
  await writeFile(stamp, now);
}

/** @param {string} folder */
async function withWorkerBuild(folder) {
  await rm(join(root, folder, 'build', '.built'), { force: true }); // so that without worker-build it is built anew
  const bin = join(root, 'node_modules', '.bin');
  const env = { ...environment, WASM_BINDGEN_BIN: 'wasm-bindgen', WASM_OPT_BIN: join(bin, 'wasm-opt'), ESBUILD_BIN: join(bin, 'esbuild') };
  await step(`worker-build of ${folder}`, (run) => run('worker-build', ['--release', '--', '--locked'], { cwd: join(root, folder), env }));
}

/**
 * Puts the entry, the bindings and their snippets into one module.
 *
 * @param {string} bindings
 * @param {string} outfile
 */
async function bundle(bindings, outfile) {
  const { build } = await import('esbuild'); // not before npm's packages are there
  const entry = join(bindings, 'entry.mjs');
  await copyFile(join(root, ENTRY), entry);
  const options = /** @type {const} */ ({ bundle: true, format: 'esm', minify: true, logLevel: 'silent' });
  await build({ ...options, entryPoints: [entry], outfile, external: ['./index_bg.wasm', 'cloudflare:*'] });
  // wrangler does not know the syntax for the import of a module that is not instantiated. It imports every `.wasm` file so.
  const code = await readFile(outfile, 'utf8');
  await writeFile(outfile, code.replace('import source ', 'import '));
}

/** @param {...string} programs */
async function areInstalled(...programs) {
  const directories = (environment.PATH ?? '').split(delimiter);
  const isIn = (/** @type {string} */ path) => access(path).then(() => true, () => false);
  const found = programs.map(async (program) => (await Promise.all(directories.map((directory) => isIn(join(directory, program))))).includes(true));
  return (await Promise.all(found)).every(Boolean);
}

await main(import.meta, async () => {
  for (const folder of process.argv.slice(2)) await buildRustWorker(relative(root, folder));
});
