/** @file Serves the demo page of `signpost-dev` on this machine. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { Failure } from './failure.mjs';

const PACKAGE = new URL('../', import.meta.url);

/** The files by their path. @type {Record<string, string>} */
const FILES = {
  '/': 'demo/index.html',
  '/page.js': 'demo/page.js',
  '/signpost.js': 'client/signpost.js',
  '/signpost-upload.js': 'client/signpost-upload.js',
};

/** @type {Record<string, string>} */
const TYPES = { '.html': 'text/html', '.js': 'text/javascript' };

/**
 * @param {number} port of 127.0.0.1
 * @param {{ endpoint: string, rules: import('./local-config.mjs').DemoRule[] }} config for the page
 * @returns {Promise<import('node:http').Server>}
 */
export async function serveDemo(port, config) {
  const server = createServer(async ({ url = '', headers }, response) => {
    const path = url.split('?')[0] ?? '';
    const send = (/** @type {string} */ type, /** @type {string | Buffer} */ body) =>
      response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' }).end(body);
    // The page's configuration has a token, so another name for this machine gets nothing.
    if (headers.host !== `localhost:${port}`) return response.writeHead(404).end();
    if (path === '/config.json') return send('application/json', JSON.stringify(config));
    const file = FILES[path];
    if (!file) return response.writeHead(404).end('not found\n');
    send(TYPES[extname(file)] ?? 'text/plain', await readFile(new URL(file, PACKAGE)));
  });
  await new Promise((resolve, reject) => {
    server.on('error', () => reject(new Failure(`port ${port} is in use`, 'choose another: npm run dev -- --site-port 8798')));
    server.listen(port, '127.0.0.1', () => resolve(undefined));
  });
  return server;
}
