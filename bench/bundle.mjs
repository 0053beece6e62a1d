/** @file Bundles a Worker as `wrangler deploy` would upload it. */
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { runtime } from '../scripts/local-worker.mjs';
import { root, run, tools } from '../scripts/step.mjs';

/** @typedef {{ directory: string, main: string, modules: string[], raw: number, gzip: number }} Bundle sizes in bytes */

/**
 * Bundles a Worker, and measures its size.
 *
 * @param {string} name
 * @param {string} entry below the root
 * @returns {Promise<Bundle>}
 */
export async function bundle(name, entry) {
  const folder = join(tools, 'bench', name);
  const [config, directory] = [join(folder, 'wrangler.json'), join(folder, 'upload')];
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(config, JSON.stringify({ name, main: join(root, entry), ...(await runtime()) }));
  await run('wrangler', ['deploy', '--dry-run', '--config', config, '--outdir', directory]);

  const modules = (await readdir(directory)).filter((file) => /\.(js|mjs|wasm)$/.test(file)).sort();
  const first = modules.find((file) => !file.endsWith('.wasm')) ?? '';
  const bytes = Buffer.concat(await Promise.all(modules.map((file) => readFile(join(directory, file)))));
  return { directory, main: first, modules, raw: bytes.length, gzip: gzipSync(bytes).length };
}
