/** @file Serves `examples/` as a static host would, and inserts the Worker's address. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { dist } from './client.mjs';
import { root } from './step.mjs';

/** The Worker's address in the examples. */
const PLACEHOLDER = 'https://signpost.example.com';

/** Scripts in JSX, or with packages that must be bundled. @type {Record<string, string>} */
const BUNDLED = { '/react/page.js': 'react/page.jsx', '/uppy/page.js': 'uppy/page.js' };

/** @type {Record<string, string>} */
const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.svg': 'image/svg+xml',
};

/**
 * @param {number} port of 127.0.0.1; 0 for any
 * @param {{ endpoint: string, rule: string }} config read for every answer
 */
export async function serveExamples(port, config) {
  const server = createServer(async ({ url = '' }, response) => {
    try {
      const path = normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname));
      const [type, body] = path === '/config.json' ? ['.json', JSON.stringify(config)] : await file(path, config.endpoint);
      response.writeHead(200, { 'content-type': `${TYPES[type] ?? 'text/plain'}; charset=utf-8`, 'cache-control': 'no-store' }).end(body);
    } catch {
      response.writeHead(404).end('not found\n');
    }
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(undefined)));
  return server;
}

/**
 * @param {string} path
 * @param {string} endpoint
 * @returns {Promise<[type: string, body: string | Buffer]>}
 */
async function file(path, endpoint) {
  if (path.startsWith('/explain/')) {
    const name = path.endsWith('/') ? `${path}index.html` : path;
    return [extname(name), await readFile(join(root, 'build', name))];
  }
  if (path.startsWith('/client/')) return ['.js', await readFile(join(dist, path.slice('/client'.length)))];
  if (path.startsWith('/node_modules/')) return [extname(path), await readFile(join(root, path))];
  if (path in BUNDLED) return ['.js', (await bundle(BUNDLED[path])).replaceAll(PLACEHOLDER, endpoint)];
  const name = path.endsWith('/') ? `${path}index.html` : path;
  const examples = join(root, 'examples');
  // The picture page is also the home page.
  const text = await readFile(join(examples, 'picture', name), 'utf8').catch(() => readFile(join(examples, name), 'utf8'));
  return [extname(name), text.replaceAll(PLACEHOLDER, endpoint)];
}

/** Bundles a page's script. @param {string} script below `examples/` */
async function bundle(script) {
  const { build } = await import('esbuild'); // later, since it comes from npm
  const { outputFiles } = await build({
    entryPoints: [join(root, 'examples', script)],
    bundle: true,
    alias: { 'signpost/react': join(root, 'client', 'react.js') }, // the npm package's
    external: ['signpost/client'],
    format: 'esm',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0].text;
}
