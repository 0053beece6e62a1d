/** @file A registry of npm with the packages that were built here. It sends npm to the real registry for all others. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { basename } from 'node:path';
import { run } from '../../scripts/step.mjs';

/**
 * @param {string[]} tarballs
 * @returns {Promise<{ url: string, stop: () => Promise<unknown> }>}
 */
export async function start(tarballs) {
  const upstream = (await run('npm', ['config', 'get', 'registry'])).trim();
  const packages = await Promise.all(tarballs.map(read));
  const server = createServer(({ url: path = '', headers }, response) => {
    const tarball = packages.find(({ file }) => path === `/-/${file}`);
    const named = packages.find(({ manifest }) => path === `/${manifest.name}`);
    if (tarball) return response.end(tarball.bytes);
    if (named) return response.setHeader('content-type', 'application/json').end(JSON.stringify(describe(named, `http://${headers.host}`)));
    response.writeHead(302, { location: new URL(path.slice(1), upstream).href }).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}/`, stop };
}

/** @typedef {{ file: string, bytes: Buffer, manifest: Record<string, any> }} Package */

/** @param {string} tarball @returns {Promise<Package>} */
async function read(tarball) {
  const manifest = JSON.parse(await run('tar', ['-xzOf', tarball, 'package/package.json']));
  return { file: basename(tarball), bytes: await readFile(tarball), manifest };
}

/** @param {Package} described @param {string} url */
function describe({ file, bytes, manifest }, url) {
  const { name, version } = manifest;
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  return { name, 'dist-tags': { latest: version }, versions: { [version]: { ...manifest, dist: { tarball: `${url}/-/${file}`, integrity } } } };
}
