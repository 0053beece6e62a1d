/** @file The example as `npm start` has it, on a store of choice: the page on one origin, Worker and bucket on others. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveExamples } from '../../scripts/examples.mjs';
import { bindingOf, startLocalWorker } from '../../scripts/local-worker.mjs';
import { freePort } from '../../scripts/process.mjs';
import * as localR2 from '../servers/local-r2.mjs';
import { s3 } from '../servers/s3.mjs';
import * as workers from '../servers/worker.mjs';

/** @typedef {import('../servers/s3.mjs').Judge} Judge */
/** @typedef {{ judge: Judge, takes: string, url: string, site: string, stop: () => Promise<unknown> }} Stage with the URLs that files go to, of the Worker and of the page */

/**
 * On the R2 that `wrangler dev` has, which takes no forms itself: the Worker takes them where the bucket is bound to it.
 *
 * @param {boolean} [bound]
 * @param {Record<string, string>} [secrets] of callers
 * @returns {Promise<Stage>}
 */
export async function onLocalR2(bound = false, secrets = {}) {
  const config = { endpoint: '', rule: 'picture' };
  const site = await serveSite(config);
  const own = bound ? { provider: 'r2', binding: bindingOf('media') } : { provider: 'r2' };
  const { url, ...judge } = await localR2.start({ vars: (store) => vars(store, site.url, own, secrets), secrets });
  config.endpoint = url;
  const takes = bound ? `${url}/forms/media/` : judge.endpoint;
  return ready({ judge, takes, url, site: site.url, stop: () => Promise.all([judge.stop(), site.stop()]) });
}

/**
 * On a store that takes forms, with the Worker in Miniflare.
 *
 * @param {{ start: () => Promise<Judge> }} store
 * @param {Record<string, string>} [others] secrets, of callers
 * @returns {Promise<Stage>}
 */
export async function onForms(store, others = {}) {
  const config = { endpoint: '', rule: 'picture' };
  const [site, judge] = await Promise.all([serveSite(config), store.start()]);
  const secrets = { MEDIA_ACCESS_KEY_ID: judge.accessKeyId, MEDIA_SECRET_ACCESS_KEY: judge.secretAccessKey, ...others };
  const worker = await workers.start({ vars: vars(judge, site.url, { provider: 'custom', forms: true }, others), secrets });
  const url = (config.endpoint = worker.url.replace('127.0.0.1', 'localhost')); // as the page's policy names it
  return ready({ judge, takes: judge.endpoint, url, site: site.url, stop: () => Promise.all([worker.stop(), judge.stop(), site.stop()]) });
}

/**
 * On a store that takes forms, with the Worker under `wrangler dev`, which serves the client too.
 *
 * @param {{ start: () => Promise<Judge> }} store
 * @returns {Promise<Stage>}
 */
export async function underWrangler(store) {
  const config = { endpoint: '', rule: 'picture' };
  const [site, judge, port, directory] = await Promise.all([
    serveSite(config),
    store.start(),
    freePort(),
    mkdtemp(join(tmpdir(), 'under-wrangler-')),
  ]);
  const secrets = { MEDIA_ACCESS_KEY_ID: judge.accessKeyId, MEDIA_SECRET_ACCESS_KEY: judge.secretAccessKey };
  const name = `tests/under-wrangler-${port}`;
  const worker = await startLocalWorker({ name, directory, port, vars: vars(judge, site.url, { provider: 'custom', forms: true }), secrets, buckets: {} });
  const url = (config.endpoint = `http://localhost:${port}`);
  const stop = async () => {
    await Promise.all([worker.stop(), judge.stop(), site.stop()]);
    await rm(directory, { recursive: true, force: true });
  };
  return ready({ judge, takes: judge.endpoint, url, site: site.url, stop });
}

/** @param {Stage} stage */
async function ready(stage) {
  const health = await fetch(`${stage.url}/healthz`);
  const told = await health.text();
  if (health.status === 200) return stage;
  await stage.stop();
  throw new Error(`the Worker is not ready: ${told}`);
}

/**
 * Fails unless the store holds these bytes, asked by a signer that is not ours.
 *
 * @param {Stage} stage
 * @param {string} key
 * @param {Buffer} bytes
 */
export async function holds({ judge }, key, bytes) {
  const object = await s3(judge, 'GET', `/${judge.bucket}/${key}`);
  assert.equal(object.status, 200, key);
  assert.ok(bytes.equals(await bytesOf(object)), `${key} is not the file`);
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
