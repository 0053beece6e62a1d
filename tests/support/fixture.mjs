/** @file The example as `npm start` has it, on a store of choice: the page on one origin, Worker and bucket on others. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveExamples } from '../../scripts/examples.mjs';
import { bindingOf } from '../../scripts/local-worker.mjs';
import { freePort } from '../../scripts/process.mjs';
import { need } from '../needs.mjs';
import * as localR2 from '../servers/local-r2.mjs';
import { s3 } from '../servers/s3.mjs';
import * as workers from '../servers/worker.mjs';
import { startWrangler } from '../servers/wrangler.mjs';

/** @typedef {import('../servers/s3.mjs').S3Server} S3Server */
/** @typedef {{ server: S3Server, takes: string, url: string, site: string, stop: () => Promise<unknown> }} Fixture with the URLs that files go to, of the Worker and of the page */

/**
 * On the R2 that `wrangler dev` has, which takes no forms itself: the Worker takes them where the bucket is bound to it.
 *
 * @param {boolean} [bound]
 * @param {Record<string, string>} [secrets] of callers
 * @returns {Promise<Fixture>}
 */
export async function onLocalR2(bound = false, secrets = {}) {
  const config = { endpoint: '', rule: 'picture' };
  const site = await serveSite(config);
  const own = bound ? { provider: 'r2', binding: bindingOf('media') } : { provider: 'r2' };
  const { url, ...server } = await localR2.start({ vars: (store) => vars(store, site.url, own, secrets), secrets });
  config.endpoint = url;
  const takes = bound ? `${url}/forms/media/` : server.endpoint;
  return ready({ server, takes, url, site: site.url, stop: () => Promise.all([server.stop(), site.stop()]) });
}

/**
 * On a store that takes forms, with the Worker in Miniflare.
 *
 * @param {{ start: () => Promise<S3Server> }} store
 * @param {Record<string, string>} [others] secrets, of callers
 * @returns {Promise<Fixture>}
 */
export async function onForms(store, others = {}) {
  const config = { endpoint: '', rule: 'picture' };
  const [site, server] = await Promise.all([serveSite(config), store.start()]);
  const secrets = { MEDIA_ACCESS_KEY_ID: server.accessKeyId, MEDIA_SECRET_ACCESS_KEY: server.secretAccessKey, ...others };
  const worker = await workers.start({ vars: vars(server, site.url, { provider: 'custom', forms: true }, others), secrets });
  const url = (config.endpoint = worker.url.replace('127.0.0.1', 'localhost')); // as the page's policy names it
  return ready({ server, takes: server.endpoint, url, site: site.url, stop: () => Promise.all([worker.stop(), server.stop(), site.stop()]) });
}

/**
 * On a store that takes forms, with the Worker under `wrangler dev`, which serves the client too.
 *
 * @param {{ start: () => Promise<S3Server> }} store
 * @returns {Promise<Fixture>}
 */
export async function underWrangler(store) {
  const config = { endpoint: '', rule: 'picture' };
  const [site, server, port, directory] = await Promise.all([
    serveSite(config),
    store.start(),
    freePort(),
    mkdtemp(join(tmpdir(), 'under-wrangler-')),
  ]);
  const secrets = { MEDIA_ACCESS_KEY_ID: server.accessKeyId, MEDIA_SECRET_ACCESS_KEY: server.secretAccessKey };
  const name = `tests/under-wrangler-${port}`;
  const worker = await startWrangler({ name, directory, port, vars: vars(server, site.url, { provider: 'custom', forms: true }), secrets, buckets: {} });
  const url = (config.endpoint = `http://localhost:${port}`);
  const stop = async () => {
    await Promise.all([worker.stop(), server.stop(), site.stop()]);
    await rm(directory, { recursive: true, force: true });
  };
  return ready({ server, takes: server.endpoint, url, site: site.url, stop });
}

/** @param {Fixture} fixture */
async function ready(fixture) {
  const health = await fetch(`${fixture.url}/healthz`);
  const told = await health.text();
  if (health.status === 200) return fixture;
  await fixture.stop();
  throw new Error(`the Worker is not ready: ${told}`);
}

/**
 * Fails unless the store holds these bytes, asked by a signer that is not ours.
 *
 * @param {Fixture} fixture
 * @param {string} key
 * @param {Buffer} bytes
 */
export async function holds({ server }, key, bytes) {
  const object = await s3(server, 'GET', `/${server.bucket}/${key}`);
  assert.equal(object.status, 200, key);
  assert.ok(bytes.equals(await bytesOf(object)), `${key} is not the file`);
}

/**
 * Watches a page for uploads in parts that it sends to the store.
 *
 * @param {import('playwright-core').Page} page
 * @returns {Set<string>} their ids, as the store has them
 */
export function uploadsOf(page) {
  /** @type {Set<string>} */
  const ids = new Set();
  page.on('request', (request) => {
    const id = request.method() === 'PUT' && new URL(request.url()).searchParams.get('uploadId');
    if (id) ids.add(id);
  });
  return ids;
}

/**
 * Fails unless the store has dropped these uploads: it takes no part for them.
 *
 * @param {Fixture} fixture
 * @param {string} key
 * @param {Set<string>} ids
 */
export async function areDropped({ server }, key, ids) {
  assert.ok(ids.size > 0, 'the page has sent a part');
  for (const id of ids) {
    const answer = await s3(server, 'PUT', `/${server.bucket}/${key}?partNumber=1&uploadId=${encodeURIComponent(id)}`, 'x');
    assert.deepEqual([answer.status, /<Code>(.*)<\/Code>/.exec(await answer.text())?.[1]], [404, 'NoSuchUpload']);
  }
}

/**
 * Fails unless the URL leads to these bytes, with their type.
 *
 * @param {string} url
 * @param {{ mimeType: string, buffer: Buffer }} file
 */
export async function leadsTo(url, file) {
  const object = await fetch(url);
  assert.equal(object.status, 200, url);
  assert.equal(object.headers.get('content-type'), file.mimeType);
  assert.ok(file.buffer.equals(await bytesOf(object)), 'what came back is not the file');
}

/** @param {Response} response */
async function bytesOf(response) {
  return Buffer.from(await response.arrayBuffer());
}

/** @param {{ endpoint: string, rule: string }} config filled in once the Worker's address is known */
async function serveSite(config) {
  await need('client');
  const server = await serveExamples(0, config);
  const address = server.address();
  const stop = () => {
    const stopped = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    return stopped;
  };
  return { url: `http://localhost:${typeof address === 'object' && address?.port}`, stop };
}

/** Callers with a secret, where there is one for them. @type {Record<string, { kind: string, secret: string }>} */
const KNOWN = { ada: { kind: 'bearer', secret: 'ADA_TOKEN' }, backend: { kind: 'ticket', secret: 'TICKET_SECRET' } };

/**
 * @param {localR2.Store} store
 * @param {string} site
 * @param {object} own of the bucket
 * @param {Record<string, string>} [secrets]
 */
function vars({ endpoint, region, bucket: name }, site, own, secrets = {}) {
  const known = Object.fromEntries(Object.entries(KNOWN).filter(([, { secret }]) => secret in secrets));
  const media = { name, region, endpoint, url_style: 'path', credentials: 'MEDIA', ...own };
  const rule = { bucket: 'media', callers: ['visitor'], origins: [site] };
  const upload = { ...rule, key: 'pictures/{uuid}.{ext}', max_size: '1 MiB', expires: '10 min' };
  return {
    BUCKETS: { media },
    CALLERS: { visitor: { kind: 'anyone' }, ...known },
    UPLOADS: {
      picture: { ...upload, types: ['image/jpeg', 'image/png'] },
      note: { ...upload, key: 'notes/{filename}', types: ['text/plain'], redirect: `${site}/form/thanks.html` },
      file: { ...upload, key: 'files/{uuid}.{ext}', types: ['image/png', 'video/mp4'], max_size: '100 MiB', multipart: true, uploaders: true, redirect: `${site}/form/thanks.html`, metadata: ['album'] },
      ...(Object.keys(known).length > 0 && {
        private: { ...upload, callers: Object.keys(known), key: 'private/{caller}/{uuid}.{ext}', types: ['image/png'], multipart: true, uploaders: true },
      }),
    },
    DOWNLOADS: {
      picture: { ...rule, key: 'pictures/{path}', expires: '5 min' },
      note: { ...rule, key: 'notes/{path}', expires: '5 min' },
      file: { ...rule, key: 'files/{path}', expires: '5 min' },
      stable: { ...rule, key: 'files/{path}', expires: '2 h', window: '1 h', attachment: true },
    },
  };
}
