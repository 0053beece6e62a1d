/** @file `npm start`: runs the Worker, a local bucket and the example pages on this machine. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, buildExplainPage } from './build.mjs';
import { buildClient } from './client.mjs';
import { serveExamples } from './examples.mjs';
import { bindingOf, localS3, startLocalWorker } from './local-worker.mjs';
import { isFree, stopOnSignal } from './process.mjs';
import { setup } from './setup.mjs';
import { Failure, main, step, tools } from './step.mjs';

const DIRECTORY = join(tools, 'demo');

/**
 * The demo's configuration: anyone may upload from the page at `site`.
 *
 * @param {number} port the Worker's
 * @param {string} site an origin
 */
function openDemo(port, site) {
  const rule = { bucket: 'media', callers: ['visitor'], origins: [site] };
  return {
    BUCKETS: {
      media: {
        provider: 'r2',
        name: 'media',
        endpoint: localS3(port), // for downloads
        binding: bindingOf('media'), // for files from forms
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
      file: {
        ...rule,
        key: 'files/{uuid}.{ext}',
        types: ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'application/pdf', 'video/mp4'],
        max_size: '100 MiB',
        expires: '10 min',
        multipart: true,
        uploaders: true,
      },
    },
    DOWNLOADS: {
      picture: { ...rule, key: 'pictures/{path}', expires: '5 min' },
      file: { ...rule, key: 'files/{path}', expires: '5 min' },
    },
  };
}

/** @returns {Promise<import('./local-worker.mjs').KeyPair>} keys for this checkout's bucket, generated once */
async function demoKeys() {
  const file = join(DIRECTORY, 'keys.json');
  const saved = await readFile(file, 'utf8').catch(() => '');
  if (saved) return JSON.parse(saved);
  const keys = { accessKeyId: randomBytes(10).toString('hex'), secretAccessKey: randomBytes(20).toString('hex') };
  await mkdir(DIRECTORY, { recursive: true });
  await writeFile(file, JSON.stringify(keys), { mode: 0o600 });
  return keys;
}

/**
 * @param {string} name of the environment variable
 * @param {number} standard
 */
async function port(name, standard) {
  const chosen = Number(process.env[name] ?? standard);
  if (!Number.isInteger(chosen) || chosen < 1 || chosen > 65535) throw new Failure(`${name}: expected a port, found ${process.env[name]}`);
  if (await isFree(chosen)) return chosen;
  throw new Failure(`port ${chosen} is in use`, `free it, or choose another: ${name}=${chosen + 100} npm start`);
}

/**
 * @param {string} site
 * @param {string} endpoint
 */
function welcome(site, endpoint) {
  console.log(`
The demo is running. Ctrl-C stops it.

  a page that uploads pictures   ${site}/
  more examples                  ${site}/recipes.html
  why a bucket rejected it       ${site}/explain/
  the Worker                     ${endpoint}/healthz
  its log                        .tools/logs/demo.log

Upload without JavaScript: ${endpoint}/uploads/picture

Request an upload by hand:

  curl ${endpoint}/uploads/picture --json '{"type":"image/png","size":68}'
`);
}

await main(import.meta, async () => {
  stopOnSignal(0);
  const [workerPort, sitePort] = [await port('PORT', 8787), await port('SITE_PORT', 8788)];
  const [endpoint, site] = [`http://localhost:${workerPort}`, `http://localhost:${sitePort}`];
  await setup();
  await buildClient();
  await build();
  await buildExplainPage();
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
  await serveExamples(sitePort, { endpoint, rule: 'picture' });
  welcome(site, endpoint);
  throw new Failure(await worker.died, 'its log is .tools/logs/demo.log');
});
