/**
 * @file Bundles the browser's modules and writes their types. The Worker serves them; `client/package.json` publishes them.
 *
 *     node scripts/client.mjs
 */
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packages } from './setup.mjs';
import { Failure, main, root, say, step } from './step.mjs';

const MODULES = ['signpost.js', 'signpost-upload.js'];

/** Most that `signpost.js` may take, in bytes of gzip. */
const BUDGET = 3_000;

/** Where the modules go, and nothing else that the Worker should not serve. */
export const dist = join(root, 'client', 'dist');

/** Builds `client/dist` and `client/types`. */
export async function buildClient() {
  await step('the client', async (run) => {
    await mkdir(dist, { recursive: true });
    await bundle();
    await copyFile(join(root, 'client', '_headers'), join(dist, '_headers'));
    await rm(join(root, 'client', 'types'), { recursive: true, force: true });
    await run('tsc', ['--project', 'client']);
  });
  for (const file of MODULES) await weigh(file);
}

async function bundle() {
  const { build } = await import('esbuild'); // not before npm's packages are there
  await build({
    entryPoints: MODULES.map((file) => join(root, 'client', file)),
    outdir: dist,
    bundle: true,
    external: ['./signpost.js'], // the component shares the module with the page
    format: 'esm',
    minify: true,
    target: 'es2022',
    logLevel: 'silent',
  });
}

/** @param {string} file */
async function weigh(file) {
  const gzip = gzipSync(await readFile(join(dist, file))).length;
  say(`  client/dist/${file}: ${gzip} bytes gzip`);
  if (file === 'signpost.js' && gzip > BUDGET) throw new Failure(`client/dist/${file} takes ${gzip} bytes of gzip, and ${BUDGET} at most`);
}

await main(import.meta, async () => {
  await packages();
  await buildClient();
});
