/**
 * @file Bundles the browser's modules, writes their types, and adds the description of the HTTP API. The Worker serves them; the npm package has them.
 *
 *     node scripts/client.mjs
 */
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { digest, packages } from './setup.mjs';
import { Failure, main, root, say, step } from './step.mjs';

const MODULES = ['signpost.js', 'signpost-upload.js', 'react.js'];

/** The description of the HTTP API, which `scripts/openapi.mjs` writes. */
const OPENAPI = 'docs/openapi.json';

/** Maximum size of `signpost.js`, in bytes of gzip. */
const BUDGET = 4_000;

/** The output directory. The Worker serves everything in it. */
export const dist = join(root, 'client', 'dist');

/** Builds `client/dist` and `client/types`, unless they are up to date: another process may be reading them. */
export async function buildClient() {
  const [stamp, now] = [join(root, 'build', '.client'), await digest(await sources())];
  const outputs = [...MODULES.map((file) => join(dist, file)), join(root, 'client', 'types', 'signpost.d.ts')];
  const built = await Promise.all([readFile(stamp, 'utf8'), ...outputs.map((file) => readFile(file))]).catch(() => []);
  if (built[0] === now) return say('- client/dist: up to date');
  await step('the client', async (run) => {
    await mkdir(dist, { recursive: true });
    await bundle();
    await copyFile(join(root, 'client', '_headers'), join(dist, '_headers'));
    await writeFile(join(dist, 'openapi.json'), JSON.stringify(JSON.parse(await readFile(join(root, OPENAPI), 'utf8'))));
    await rm(join(root, 'client', 'types'), { recursive: true, force: true });
    await run('tsc', ['--project', 'client']);
  });
  for (const file of MODULES) await weigh(file);
  await mkdir(dirname(stamp), { recursive: true });
  await writeFile(stamp, now);
}

/** @returns {Promise<string[]>} the files that the build depends on */
async function sources() {
  const files = (await readdir(join(root, 'client'), { withFileTypes: true })).filter((file) => file.isFile());
  return ['package-lock.json', 'scripts/client.mjs', OPENAPI, ...files.map(({ name }) => join('client', name)).sort()];
}

async function bundle() {
  const { build } = await import('esbuild'); // later, since it comes from npm
  await build({
    entryPoints: MODULES.map((file) => join(root, 'client', file)),
    outdir: dist,
    bundle: true,
    external: ['./signpost.js', 'react'], // the component and the hook share the module with the page
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
  if (file === 'signpost.js' && gzip > BUDGET) throw new Failure(`client/dist/${file} takes ${gzip} bytes of gzip, the limit is ${BUDGET}`);
}

await main(import.meta, async () => {
  await packages();
  await buildClient();
});
