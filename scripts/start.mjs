/** @file `npm start`: the Worker, a bucket and a page that uses both, on this machine alone. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { build } from './build.mjs';
import { localS3, startLocalWorker } from './local-worker.mjs';
import { isFree, stopOnSignal } from './process.mjs';
import { setup } from './setup.mjs';
import { Failure, main, root, say, step, tools } from './step.mjs';

const DIRECTORY = join(tools, 'demo');

/**
 * Variables that let anyone upload pictures from the page at `site`. For the demo: they ask nobody who they are.
 *
 * @param {number} port the Worker's
 * @param {string} site an origin
 */
function openDemo(port, site) {
  const rule = { bucket: 'media', callers: ['visitor'], origins: [site] };
  return {
    BUCKETS: {
      media: {
        provider: 'custom',
        name: 'media',
        region: 'auto',
        endpoint: localS3(port),
        url_style: 'path',
        forms: false,
        credentials: 'MEDIA',
      },
    },
    CALLERS: { visitor: { kind: 'anyone' } },
    UPLOADS: {
      picture: {
        ...rule,
        key: 'pictures/{uuid}.{ext}',
        types: ['image/png', 'image/jpeg', 'image/webp', 'image/gif'],
        max_size: '10 MiB',
        expires: '10 min',
      },
    },
    DOWNLOADS: { picture: { ...rule, key: 'pictures/{path}', expires: '5 min' } },
  };
}

/** @returns {Promise<import('./local-worker.mjs').KeyPair>} keys for this checkout's bucket, made once */
async function demoKeys() {
  const file = join(DIRECTORY, 'keys.json');
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (kept) return JSON.parse(kept);
  const keys = { accessKeyId: randomBytes(10).toString('hex'), secretAccessKey: randomBytes(20).toString('hex') };
  await mkdir(DIRECTORY, { recursive: true });
  await writeFile(file, JSON.stringify(keys), { mode: 0o600 });
  return keys;
}

/**
 * Serves the page, the client that it imports, and where it finds the Worker.
 *
 * @param {number} port
 * @param {{ endpoint: string, rule: string }} config
 */
async function serveSite(port, config) {
  const { default: sirv } = await import('sirv'); // not before npm's packages are there
  const page = sirv(join(root, 'examples', 'picture'), { dev: true });
  const client = sirv(join(root, 'client'), { dev: true });
  const server = createServer((request, response) => {
    const notFound = () => void response.writeHead(404).end('not found\n');
    if (request.url === '/config.json') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(config));
    } else if (request.url?.startsWith('/client/')) {
      request.url = request.url.slice('/client'.length);
      client(request, response, notFound);
    } else page(request, response, notFound);
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(undefined)));
  return server;
}

/**
 * @param {string} name of the environment's variable
 * @param {number} usual
 */
async function port(name, usual) {
  const wanted = Number(process.env[name] ?? usual);
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > 65535) throw new Failure(`${name}: expected a port, found ${process.env[name]}`);
  if (await isFree(wanted)) return wanted;
  throw new Failure(`port ${wanted} is taken`, `free it, or choose another: ${name}=${wanted + 100} npm start`);
}

/**
 * @param {string} site
 * @param {string} endpoint
 */
function welcome(site, endpoint) {
  console.log(`
The demo runs; Ctrl-C ends it.

  a page that uploads pictures   ${site}/
  the Worker                     ${endpoint}/healthz
  its log                        .tools/logs/demo.log

Ask for an upload by hand:

  curl ${endpoint}/uploads/picture --json '{"type":"image/png","size":68}'
`);
}

await main(import.meta, async () => {
  stopOnSignal(0);
  const [workerPort, sitePort] = [await port('PORT', 8787), await port('SITE_PORT', 8788)];
  const [endpoint, site] = [`http://localhost:${workerPort}`, `http://localhost:${sitePort}`];
  await setup();
  await build();
  const keys = await demoKeys();
  const secrets = { MEDIA_ACCESS_KEY_ID: keys.accessKeyId, MEDIA_SECRET_ACCESS_KEY: keys.secretAccessKey };
  const worker = await step('wrangler dev', () =>
    startLocalWorker({
      name: 'demo',
      directory: DIRECTORY,
      port: workerPort,
      vars: openDemo(workerPort, site),
      secrets,
      buckets: { media: keys },
    }),
  );
  await serveSite(sitePort, { endpoint, rule: 'picture' });
  welcome(site, endpoint);
  throw new Failure(await worker.died, 'its last words are in .tools/logs/demo.log');
});
