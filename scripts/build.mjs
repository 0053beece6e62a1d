/**
 * @file Checks wrangler.toml, then builds the Worker: Rust to wasm, its JavaScript bindings, a smaller wasm.
 *
 *     node scripts/build.mjs [--config wrangler.toml]
 */
import { cp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { buildClient } from './client.mjs';
import { reproducible } from './reproducible.mjs';
import { digest, setup } from './setup.mjs';
import { main, root, say, step } from './step.mjs';
import { writeWranglerSchema } from './wrangler-schema.mjs';

export const TARGET = 'wasm32-unknown-unknown';
// The command `signpost`.
const SIGNPOST = ['run', '--locked', '--quiet', '--package', 'signpost-cli', '--'];
const COMPILED = join('target', TARGET, 'release', 'deployed.wasm');

// -Oz would save 1 % and cost speed. Without the limit, wasm-opt inlines every route into its only caller. V8 compiles whole
// functions, so the first answer would wait for code that it never runs.
const LEVEL = ['-O3', '--one-caller-inline-max-function-size=50'];

// The inputs besides the compiled wasm: bindgen, wasm-opt and this script.
const STEPS = ['Cargo.lock', 'bindgen/src/main.rs', 'package-lock.json', 'scripts/build.mjs'];

// The features that rustc uses for this target. wasm-opt rejects code that uses others.
const FEATURES = [
  'bulk-memory',
  'multivalue',
  'mutable-globals',
  'nontrapping-float-to-int',
  'reference-types',
  'sign-ext',
  'simd',
].map((feature) => `--enable-${feature}`);

// The type of an imported `.wasm` file, as wrangler bundles it.
const WASM_TYPE = 'declare const module: WebAssembly.Module;\nexport default module;\n';

/**
 * Builds the Worker into `out`: `signpost.js`, its types, `signpost_bg.wasm`.
 *
 * @param {object} [options]
 * @param {string} [options.planted] a feature for tests
 * @param {string} [options.out] a directory below the root
 */
export async function build({ planted, out = 'build' } = {}) {
  const title = planted ? `cargo build for ${TARGET}, with ${planted}` : `cargo build for ${TARGET}`;
  await step(title, compile('deployed', planted ? ['--features', planted] : []));
  const [into, stamp] = [join(root, out), join(root, out, '.built')];
  const now = await digest([COMPILED, ...STEPS]);
  if ((await readFile(stamp, 'utf8').catch(() => '')) === now) say(`- ${out}: up to date`);
  else {
    await bind(COMPILED, 'signpost', into);
    await writeFile(stamp, now);
  }
  await report(into, out);
}

/**
 * Builds the explain page into `build/explain`: three files for any static host, or to open directly. The wasm is part of the script,
 * since the page's policy forbids every connection. The script is not a module, since browsers load no modules from files.
 */
export async function buildExplainPage() {
  const [page, into, bindings] = [join(root, 'explain', 'page'), join(root, 'build', 'explain'), join(root, 'build', 'explain-wasm')];
  await step(`cargo build for ${TARGET}, the explain page`, compile('signpost-explain'));
  const [compiled, stamp] = [join('target', TARGET, 'release', 'explain.wasm'), join(bindings, '.built')];
  const files = (await readdir(page)).map((file) => join('explain', 'page', file));
  const now = await digest([compiled, ...STEPS, ...files]);
  if ((await readFile(stamp, 'utf8').catch(() => '')) === now) return say('- build/explain: up to date');
  await bind(compiled, 'explain', bindings, { level: ['-O0'] }); // only strips: optimising takes longer than the rest of this build
  const { build } = await import('esbuild'); // not before npm's packages are there
  const options = /** @type {const} */ ({ bundle: true, format: 'iife', minify: true, target: 'es2022', logLevel: 'silent' });
  await build({ ...options, entryPoints: [join(page, 'page.js')], outdir: into, loader: { '.wasm': 'binary' } });
  for (const file of ['index.html', 'style.css']) await cp(join(page, file), join(into, file));
  await writeFile(stamp, now);
  const bytes = await readFile(join(into, 'page.js'));
  say(`  build/explain/page.js: ${kib(bytes)}, ${kib(gzipSync(bytes))} gzip`);
}

/**
 * Fails for a configuration that the Worker would reject, and writes the command's manual and the schema for editors.
 *
 * @param {string} [config]
 */
export async function check(config = 'wrangler.toml') {
  await step('signpost check', async (run) => {
    const findings = await run('cargo', [...SIGNPOST, 'check', config, '--every-env'], { hint: `${config} is not right; see above` });
    if (findings) say(findings.trimEnd());
  });
  await step('the manual, build/man', (run) => run('cargo', [...SIGNPOST, 'man', 'build/man']));
  await step('the schema for editors, build/wrangler.schema.json', () => writeWranglerSchema());
}

/**
 * @param {string} name of the package
 * @param {string[]} [features] options that choose them
 * @param {string} [target]
 * @returns {(run: import('./step.mjs').Run) => Promise<string>} the work of a step
 */
export function compile(name, features = [], target = TARGET) {
  const args = ['--locked', '--release', '--package', name, '--target', target, ...features];
  return async (run) => run('cargo', ['build', ...args, ...(await reproducible(target))]);
}

/**
 * Turns compiled Rust into modules that a Worker can import: `<name>.js` with its types, and an optimised `<name>_bg.wasm`.
 *
 * @param {string} compiled
 * @param {string} name
 * @param {string} into
 * @param {object} [options]
 * @param {string[]} [options.level] options of wasm-opt
 * @param {string[]} [options.features] of wasm-opt, besides those of rustc
 * @param {string[]} [options.arguments] of bindgen
 */
export async function bind(compiled, name, into, { level = LEVEL, features = [], arguments: more = [] } = {}) {
  const raw = join(root, 'target', 'bindgen', basename(into)); // one for each build, since bench/steps.mjs reads it later
  const wasm = `${name}_bg.wasm`;
  await step('JavaScript bindings', (run) => run('cargo', ['run', '--locked', '--package', 'bindgen', '--', compiled, raw, name, ...more]));
  await rm(join(into, 'snippets'), { recursive: true, force: true });
  await cp(raw, into, { recursive: true });
  await step('wasm-opt', (run) => optimise(run, join(raw, wasm), join(into, wasm), [...level, ...features]));
  await rm(join(into, `${wasm}.d.ts`), { force: true });
  await writeFile(join(into, `${name}_bg.d.wasm.ts`), WASM_TYPE);
}

/**
 * @param {import('./step.mjs').Run} run
 * @param {string} compiled
 * @param {string} output
 * @param {string[]} options
 */
export async function optimise(run, compiled, output, options) {
  const strip = ['--strip-debug', '--strip-producers', '--strip-target-features'];
  await run('wasm-opt', [...options, ...FEATURES, ...strip, compiled, '--output', output]);
}

/**
 * @param {string} into
 * @param {string} out
 */
async function report(into, out) {
  for (const file of ['signpost_bg.wasm', 'signpost.js']) {
    const bytes = await readFile(join(into, file));
    say(`  ${join(out, file)}: ${kib(bytes)}, ${kib(gzipSync(bytes))} gzip`);
  }
}

/** @param {Buffer} bytes */
function kib(bytes) {
  return `${(bytes.length / 1024).toFixed(1)} KiB`;
}

await main(import.meta, async () => {
  const { values } = parseArgs({ options: { config: { type: 'string' } } });
  await setup();
  await check(values.config);
  await buildClient();
  await build();
  await buildExplainPage();
});
