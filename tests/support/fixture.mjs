/** @file A running example as in `npm start`, with a given S3 server: the page on one origin, Worker and bucket on others. */
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

/** The issuer of receipts, if the secret `ISSUER_KEY` is given. */
export const ISSUER = 'https://files.example.com';

/** @typedef {import('../servers/s3.mjs').S3Server} S3Server */
/** @typedef {{ server: S3Server, uploadUrl: string, url: string, site: string, stop: () => Promise<unknown> }} Fixture `uploadUrl` is where files are sent, `url` is the Worker, `site` is the page */

/**
 * Starts it with the R2 of `wrangler dev`, which accepts no forms. If the bucket is bound to the Worker, the Worker accepts them.
 *
 * @param {boolean} [bound]
 * @param {Record<string, string>} [secrets] of callers
 * @param {boolean} [forms] whether a bound bucket's files are sent to the Worker by form, or by PUT
 * @returns {Promise<Fixture>}
 */
export async function onLocalR2(bound = false, secrets = {}, forms = true) {
  const config = { endpoint: '', rule: 'picture' };
  const site = await serveSite(config);
  const bucket = bound ? { provider: 'r2', binding: bindingOf('media'), forms } : { provider: 'r2' };
  const { url, ...server } = await localR2.start({ vars: (store) => vars(store, site.url, bucket, secrets), secrets });
  config.endpoint = url;
  const uploadUrl = bound ? `${url}/${forms ? 'forms' : 'files'}/media/` : server.endpoint;
  return ready({ server, uploadUrl, url, site: site.url, stop: () => Promise.all([server.stop(), site.stop()]) });
}

/**
 * Starts it with an S3 server that accepts forms, and the Worker in Miniflare.
 *
 * @param {{ start: () => Promise<S3Server> }} store
 * @param {Record<string, string>} [callerSecrets]
 * @returns {Promise<Fixture>}
 */
export async function onForms(store, callerSecrets = {}) {
  const config = { endpoint: '', rule: 'picture' };
  const [site, server] = await Promise.all([serveSite(config), store.start()]);
  const secrets = { MEDIA_ACCESS_KEY_ID: server.accessKeyId, MEDIA_SECRET_ACCESS_KEY: server.secretAccessKey, ...callerSecrets };
  const worker = await workers.start({ vars: vars(server, site.url, { provider: 'custom', forms: true }, callerSecrets), secrets });
  const url = (config.endpoint = worker.url.replace('127.0.0.1', 'localhost')); // the name in the policy of the page
  return ready({ server, uploadUrl: server.endpoint, url, site: site.url, stop: () => Promise.all([worker.stop(), server.stop(), site.stop()]) });
}

/**
 * Starts it with an S3 server that accepts forms, and the Worker under `wrangler dev`, which also serves the client.
 *
 * @param {{ start: () => Promise<S3Server> }} store
 * @param {Record<string, string>} [callerSecrets]
 * @returns {Promise<Fixture>}
 */
export async function underWrangler(store, callerSecrets = {}) {
  const config = { endpoint: '', rule: 'picture' };
  const [site, server, port, directory] = await Promise.all([
    serveSite(config),
    store.start(),
    freePort(),
    mkdtemp(join(tmpdir(), 'under-wrangler-')),
  ]);
  const secrets = { MEDIA_ACCESS_KEY_ID: server.accessKeyId, MEDIA_SECRET_ACCESS_KEY: server.secretAccessKey, ...callerSecrets };
  const name = `tests/under-wrangler-${port}`;
  const worker = await startWrangler({ name, directory, port, vars: vars(server, site.url, { provider: 'custom', forms: true }, callerSecrets), secrets, buckets: {} });
  const url = (config.endpoint = `http://localhost:${port}`);
  const stop = async () => {
    await Promise.all([worker.stop(), server.stop(), site.stop()]);
    await rm(directory, { recursive: true, force: true });
  };
  return ready({ server, uploadUrl: server.endpoint, url, site: site.url, stop });
}

/** @param {Fixture} fixture */
async function ready(fixture) {
  const health = await fetch(`${fixture.url}/healthz`);
  const message = await health.text();
  if (health.status === 200) return fixture;
  await fixture.stop();
  throw new Error(`the Worker is not ready: ${message}`);
}

/**
 * Fails unless the S3 server has stored exactly these bytes. The request is signed by an independent signer.
 *
 * @param {Fixture} fixture
 * @param {string} key
 * @param {Buffer} bytes
 */
export async function assertStored({ server }, key, bytes) {
  const object = await s3(server, 'GET', `/${server.bucket}/${key}`);
  assert.equal(object.status, 200, key);
  assert.ok(bytes.equals(await bytesOf(object)), `${key} is not the file`);
}

/**
 * Collects the IDs of the uploads in parts that a page sends to the S3 server.
 *
 * @param {import('playwright-core').Page} page
 * @returns {Set<string>} the S3 server's own IDs
 */
export function watchUploadIds(page) {
  /** @type {Set<string>} */
  const ids = new Set();
  page.on('request', (request) => {
    const id = request.method() === 'PUT' && new URL(request.url()).searchParams.get('uploadId');
    if (id) ids.add(id);
  });
  return ids;
}

/**
 * Fails unless the S3 server has aborted these uploads: it accepts no part for them.
 *
 * @param {Fixture} fixture
 * @param {string} key
 * @param {Set<string>} ids
 */
export async function assertAborted({ server }, key, ids) {
  assert.ok(ids.size > 0, 'the page has sent a part');
  for (const id of ids) {
    const answer = await s3(server, 'PUT', `/${server.bucket}/${key}?partNumber=1&uploadId=${encodeURIComponent(id)}`, 'x');
    assert.deepEqual([answer.status, /<Code>(.*)<\/Code>/.exec(await answer.text())?.[1]], [404, 'NoSuchUpload']);
  }
}

/**
 * Fails unless the URL serves this file, with its type.
 *
 * @param {string} url
 * @param {{ mimeType: string, buffer: Buffer }} file
 */
export async function assertServes(url, file) {
  const object = await fetch(url);
  assert.equal(object.status, 200, url);
  assert.equal(object.headers.get('content-type'), file.mimeType);
  assert.ok(file.buffer.equals(await bytesOf(object)), 'the response is not the file');
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

/** Callers that need a secret, configured if the secret is given. @type {Record<string, { kind: string, secret: string }>} */
const SECRET_CALLERS = { ada: { kind: 'bearer', secret: 'ADA_TOKEN' }, backend: { kind: 'ticket', secret: 'TICKET_SECRET' } };

/**
 * @param {localR2.Store} store
 * @param {string} site
 * @param {object} options of the bucket
 * @param {Record<string, string>} [secrets]
 */
function vars({ endpoint, region, bucket: name }, site, options, secrets = {}) {
  const callers = Object.fromEntries(Object.entries(SECRET_CALLERS).filter(([, { secret }]) => secret in secrets));
  const media = { name, region, endpoint, url_style: 'path', credentials: 'MEDIA', ...options };
  const rule = { bucket: 'media', callers: ['visitor'], origins: [site] };
  const upload = { ...rule, key: 'pictures/{uuid}.{ext}', max_size: '1 MiB', expires: '10 min' };
  return {
    BUCKETS: { media },
    CALLERS: { visitor: { kind: 'anyone' }, ...callers },
    UPLOADS: {
      picture: { ...upload, types: ['image/jpeg', 'image/png'] },
      note: { ...upload, key: 'notes/{filename}', types: ['text/plain'], redirect: `${site}/form/thanks.html` },
      file: { ...upload, key: 'files/{uuid}.{ext}', types: ['image/png', 'video/mp4'], max_size: '100 MiB', multipart: true, uploaders: true, redirect: `${site}/form/thanks.html`, metadata: ['album'] },
      ...('ISSUER_KEY' in secrets && {
        proven: { ...upload, key: 'proven/{uuid}.{ext}', types: ['image/png', 'video/mp4'], max_size: '100 MiB', multipart: true, uploaders: true, confirm: true },
        named: { ...upload, key: 'named/{uuid}/{filename}', types: ['text/plain'], confirm: true },
        sent: { ...upload, key: 'sent/{uuid}.{ext}', types: ['image/png'], confirm: true, redirect: `${site}/form/thanks.html` },
      }),
      ...(Object.keys(callers).length > 0 && {
        private: { ...upload, callers: Object.keys(callers), key: 'private/{entry}/{caller}/{uuid}.{ext}', types: ['image/png', 'video/mp4'], max_size: '100 MiB', multipart: true, uploaders: true },
      }),
    },
    ...('ISSUER_KEY' in secrets && { ISSUER: { url: ISSUER, keys: ['ISSUER_KEY'] } }),
    DOWNLOADS: {
      picture: { ...rule, key: 'pictures/{path}', expires: '5 min' },
      note: { ...rule, key: 'notes/{path}', expires: '5 min' },
      file: { ...rule, key: 'files/{path}', expires: '5 min' },
      stable: { ...rule, key: 'files/{path}', expires: '2 h', window: '1 h', attachment: true },
    },
  };
}
