/** @file The output of `signpost cors` on servers that apply it: pages in Chromium upload and download only with it. */
import { PutBucketCorsCommand, S3Client } from '@aws-sdk/client-s3';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { needs } from '../needs.mjs';
import { FakeServer } from '../servers/fake_server.mjs';
import { browser } from '../support/browser.mjs';
import * as ministack from '../servers/ministack.mjs';
import * as radosgw from '../servers/radosgw.mjs';
import { s3 } from '../servers/s3.mjs';
import { start as startWorker } from '../servers/worker.mjs';
import { configure, execute, program, signpost } from '../support/signpost.mjs';
import { clientFile } from '../support/client.mjs';

/** @typedef {import('../servers/s3.mjs').S3Server} S3Server */

const PICTURE = randomBytes(1_000);
const FILM = randomBytes((8 << 20) + 1); // two parts
const ENTRIES = ['forms', 'films', 'puts']; // of BUCKETS

/** @param {string[]} origins @param {Record<string, object>} buckets */
function rules(origins, buckets) {
  const upload = { callers: ['anyone'], origins, types: ['image/png', 'video/mp4'], max_size: '20 MiB', expires: '10 min', uploaders: true };
  const download = { callers: ['anyone'], origins, key: 'pictures/{path}', expires: '5 min' };
  return {
    BUCKETS: buckets,
    CALLERS: { anyone: { kind: 'anyone' } },
    UPLOADS: {
      form: { ...upload, bucket: 'forms', key: 'pictures/{uuid}.{ext}' },
      'form-film': { ...upload, bucket: 'films', key: 'films/{uuid}.{ext}', multipart: true },
      put: { ...upload, bucket: 'puts', key: 'pictures/{uuid}.{ext}', metadata: ['album'], overwrite: false },
    },
    DOWNLOADS: { form: { ...download, bucket: 'forms' }, put: { ...download, bucket: 'puts' } },
  };
}

/**
 * Applies the configuration to a server: as Amazon's JSON by an SDK, or as S3's XML.
 *
 * @type {Record<string, (server: S3Server, bucket: string, read: (format: string) => Promise<string>) => Promise<void>>}
 */
const APPLY = {
  async aws({ endpoint, region, accessKeyId, secretAccessKey }, bucket, read) {
    const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } });
    await client.send(new PutBucketCorsCommand({ Bucket: bucket, CORSConfiguration: JSON.parse(await read('aws')) }));
    client.destroy();
  },
  async xml(server, bucket, read) {
    const answer = await s3(server, 'PUT', `/${bucket}?cors`, await read('xml'));
    assert.ok(answer.ok, `${answer.status} ${await answer.text()}`);
  },
};

describe('on Ceph, as JSON for aws', await needs('chromium', 'ceph'), () => suite(radosgw.start, 'aws'));
describe('on MiniStack, as XML', await needs('chromium', 'ministack'), () => suite(ministack.start, 'xml'));

/** @param {() => Promise<S3Server>} start @param {string} format */
function suite(start, format) {
  /** @type {S3Server} */
  let store;
  /** @type {Awaited<ReturnType<typeof startWorker>>} */
  let worker;
  /** @type {FakeServer} */
  let site;
  /** @type {import('playwright-core').Browser} */
  let chromium;
  /** @type {string} */
  let directory;
  /** @type {import('playwright-core').Page} */
  let page;
  before(async () => {
    site = await FakeServer.start(({ path = '' }) =>
      path.endsWith('.js') ? { headers: { 'content-type': 'text/javascript' }, body: clientFile(path) } : { headers: { 'content-type': 'text/html' }, body: '<!doctype html>' },
    );
    [store, chromium, directory] = await Promise.all([start(), browser(), mkdtemp(join(tmpdir(), 'signpost-cors-'))]);
    const buckets = Object.fromEntries(await Promise.all(ENTRIES.map(async (name) => [name, await bucket(name)])));
    const vars = rules([site.url], buckets);
    await configure(directory, vars);
    worker = await startWorker({ vars, secrets: { KEY_ACCESS_KEY_ID: store.accessKeyId, KEY_SECRET_ACCESS_KEY: store.secretAccessKey } });
  });
  // Each test starts with an empty preflight cache and buckets without CORS.
  beforeEach(async () => {
    await page?.context().close();
    page = await (await chromium.newContext()).newPage();
    await page.goto(`${site.url}/`);
    for (const entry of ENTRIES) await s3(store, 'DELETE', `/acme-${entry}?cors`);
  });
  after(async () => {
    await Promise.all([chromium?.close(), worker?.stop(), store?.stop(), site?.stop()]);
    await rm(directory, { recursive: true, force: true });
  });

  /** @param {string} entry of BUCKETS */
  const bucket = async (entry) => {
    const name = await store.makeBucket(`acme-${entry}`);
    return { provider: 'custom', name, endpoint: store.endpoint, region: store.region, url_style: 'path', credentials: 'KEY', forms: entry !== 'puts' };
  };
  /** @param {string} entry */
  const apply = (entry) => APPLY[format]?.(store, `acme-${entry}`, (form) => signpost(['cors', '--bucket', entry, '--format', form], { cwd: directory }));

  /** Uploads from the page with the client. @param {string} rule @param {Buffer} file @param {object} [options] @returns {Promise<{ key?: string, error?: string, message?: string }>} */
  const upload = (rule, file, options = {}) =>
    page.evaluate(
      async ({ endpoint, rule, base64, options }) => {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        // @ts-expect-error: a module of the site
        const { upload } = await import('/signpost.js');
        try {
          return await upload(new File([bytes], 'a.png', { type: 'image/png' }), { endpoint, rule, retries: 0, onprogress() {}, ...options });
        } catch (error) {
          return { error: /** @type {any} */ (error).code, message: String(error) };
        }
      },
      { endpoint: worker.url, rule, base64: file.toString('base64'), options },
    );
  const object = async (/** @type {string} */ path) => s3(store, 'GET', `/acme-${path}`);
  const list = async (/** @type {string} */ entry) => (await (await object(`${entry}?list-type=2`)).text()).match(/<Key>.*?<\/Key>/g);

  for (const [entry, rule, options] of /** @type {const} */ ([
    ['forms', 'form', {}],
    ['puts', 'put', { metadata: { album: 'of 2026' } }],
  ]))
    test(`${rule}: a page uploads and downloads only with it`, async () => {
      const before = await list(entry);
      const without = await upload(rule, PICTURE, options);
      assert.equal(without.key, undefined, 'the bucket has no CORS configuration');
      if (rule === 'put') assert.deepEqual(await list(entry), before, 'nothing is stored');
      await apply(entry);
      const { key = '', message } = await upload(rule, PICTURE, options);
      assert.match(key, /^pictures\//, message);
      const stored = await object(`${entry}/${key}`);
      assert.ok(PICTURE.equals(Buffer.from(await stored.arrayBuffer())));
      if (rule === 'put') assert.equal(stored.headers.get('x-amz-meta-album'), 'of 2026');
      const download = await page.evaluate(
        async (url) => {
          const answer = await fetch(url, { headers: { range: 'bytes=10-19' } });
          return { status: answer.status, range: answer.headers.get('content-range'), etag: answer.headers.get('etag'), bytes: [...new Uint8Array(await answer.arrayBuffer())] };
        },
        /** @type {string} */ (await linkTo(rule, key)),
      );
      assert.deepEqual([download.status, download.range, download.bytes], [206, 'bytes 10-19/1000', [...PICTURE.subarray(10, 20)]]);
      assert.ok(download.etag);
    });

  test('a page uploads a film in parts, and reads their ETag, only with it', async () => {
    const without = await upload('form-film', FILM, { partsAbove: 1 });
    assert.equal(without.key, undefined, 'the bucket has no CORS configuration');
    await apply('films');
    const { key = '', message } = await upload('form-film', FILM, { partsAbove: 1 });
    assert.match(key, /^films\//, message);
    assert.ok(FILM.equals(Buffer.from(await (await object(`films/${key}`)).arrayBuffer())));
    const single = await upload('form-film', PICTURE);
    assert.match(single.key ?? '', /^films\//, single.message);
  });

  test('the bucket rejects pages of another origin', async () => {
    await apply('puts');
    const foreignPage = await (await chromium.newContext()).newPage();
    await foreignPage.goto(`${site.url.replace('localhost', '127.0.0.1')}/`);
    const { key = '', message } = await upload('put', PICTURE);
    assert.match(key, /^pictures\//, message);
    const grant = /** @type {any} */ (await (await worker.fetch('/uploads/put', { method: 'POST', body: '{"type":"image/png","size":1}' })).json());
    const link = /** @type {string} */ (await linkTo('put', key));
    const outcome = await foreignPage.evaluate(
      async ({ url, headers, link }) => {
        delete headers['content-length']; // set by the browser
        const blocked = () => 'blocked';
        const put = await fetch(url, { method: 'PUT', headers, body: 'x' }).then((answer) => answer.status, blocked);
        return [put, await fetch(link).then((answer) => answer.status, blocked)];
      },
      { url: grant.url, headers: grant.headers, link },
    );
    assert.deepEqual(outcome, ['blocked', 'blocked']);
    assert.equal((await object(`puts/${grant.key}`)).status, 404);
  });

  /** @param {string} rule @param {string} key */
  const linkTo = async (rule, key) => {
    const answer = await worker.fetch(`/downloads/${rule}/${key.slice('pictures/'.length)}?json`);
    return /** @type {any} */ (await answer.json()).url;
  };
}

describe('the output', () => {
  /** @type {string} */
  let directory;
  before(async () => void (directory = await mkdtemp(join(tmpdir(), 'signpost-cors-'))));
  after(() => rm(directory, { recursive: true, force: true }));

  const SITE = ['https://www.example.com'];
  const AWS = { provider: 'aws', region: 'eu-west-1', credentials: 'KEY' };
  const ON_AWS = { forms: { ...AWS, name: 'acme-forms' }, films: { ...AWS, name: 'acme-films' }, puts: { ...AWS, name: 'acme-puts', forms: false } };
  const R2 = { provider: 'r2', endpoint: 'https://0a1b.r2.cloudflarestorage.com', credentials: 'KEY' };
  /** @param {Record<string, object>} buckets */
  const write = (buckets) => configure(directory, rules(SITE, buckets));
  const read = async (/** @type {string[]} */ ...args) => signpost(['cors', ...args], { cwd: directory });
  const CHECKSUMS = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'].map((kind) => `x-amz-checksum-${kind}`);
  const EXPOSED = ['Accept-Ranges', 'Content-Disposition', 'Content-Range', 'ETag'];

  test('is JSON for aws', async () => {
    await write(ON_AWS);
    const rule = (/** @type {string[]} */ methods, /** @type {string[]} */ headers, /** @type {string[]} */ exposed) => ({
      CORSRules: [{ AllowedOrigins: SITE, AllowedMethods: methods, AllowedHeaders: headers, ExposeHeaders: exposed, MaxAgeSeconds: 3600 }],
    });
    assert.deepEqual(JSON.parse(await read('--bucket=forms')), rule(['GET', 'HEAD', 'POST', 'PUT'], ['content-type', 'range'], EXPOSED));
    assert.deepEqual(JSON.parse(await read('--bucket=films')), rule(['POST', 'PUT'], ['content-type'], ['ETag']));
    const headers = ['content-type', 'if-none-match', 'range', ...CHECKSUMS, 'x-amz-meta-album'];
    assert.deepEqual(JSON.parse(await read('--bucket=puts')), rule(['GET', 'HEAD', 'PUT'], headers, EXPOSED));
  });

  test('is XML with --format xml', async () => {
    await write(ON_AWS);
    assert.equal(
      await read('--bucket=films', '--format=xml'),
      `<?xml version="1.0" encoding="UTF-8"?>
<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
  <CORSRule>
    <AllowedOrigin>https://www.example.com</AllowedOrigin>
    <AllowedMethod>POST</AllowedMethod>
    <AllowedMethod>PUT</AllowedMethod>
    <AllowedHeader>content-type</AllowedHeader>
    <ExposeHeader>ETag</ExposeHeader>
    <MaxAgeSeconds>3600</MaxAgeSeconds>
  </CORSRule>
</CORSConfiguration>`,
    );
  });

  test('is JSON for Google', async () => {
    const vars = rules(SITE, { forms: { ...AWS, name: 'acme-forms' }, films: { ...AWS, name: 'acme-films' }, puts: { provider: 'gcs', credentials: 'KEY', name: 'acme-puts', forms: false } });
    await configure(directory, { ...vars, UPLOADS: { ...vars.UPLOADS, put: { ...vars.UPLOADS.put, overwrite: true } } });
    const responseHeader = ['content-type', 'range', 'x-goog-meta-album', ...EXPOSED];
    assert.deepEqual(JSON.parse(await read('--bucket=puts')), [{ origin: SITE, method: ['GET', 'HEAD', 'PUT'], responseHeader, maxAgeSeconds: 3600 }]);
  });

  test('has no POST for a bucket that is bound to the Worker, which accepts its forms', async () => {
    await write({ forms: { ...R2, binding: 'FORMS', name: 'acme-forms' }, films: { ...R2, binding: 'FILMS', name: 'acme-films' }, puts: { ...R2, name: 'acme-puts' } });
    const rule = (/** @type {string[]} */ methods, /** @type {string[]} */ headers, /** @type {string[]} */ exposeHeaders) => ({
      rules: [{ allowed: { origins: SITE, methods, headers }, exposeHeaders, maxAgeSeconds: 3600 }],
    });
    assert.deepEqual(JSON.parse(await read('--bucket=forms')), rule(['GET', 'HEAD'], ['range'], EXPOSED));
    assert.deepEqual(JSON.parse(await read('--bucket=films')), rule(['PUT'], ['content-type'], ['ETag']));
  });

  test('is JSON for R2, and wrangler sends it', async () => {
    await write({ forms: { ...R2, name: 'acme-forms' }, films: { ...R2, name: 'acme-films' }, puts: { ...R2, name: 'acme-puts' } });
    const text = await read('--bucket=puts');
    const headers = ['content-type', 'if-none-match', 'range', ...CHECKSUMS, 'x-amz-meta-album'];
    const rule = { allowed: { origins: SITE, methods: ['GET', 'HEAD', 'PUT'], headers }, exposeHeaders: EXPOSED, maxAgeSeconds: 3600 };
    assert.deepEqual(JSON.parse(text), { rules: [rule] });
    const api = await FakeServer.start(() => ({ headers: { 'content-type': 'application/json' }, body: '{"success":true,"errors":[],"messages":[],"result":{}}' }));
    await writeFile(join(directory, 'cors.json'), text);
    const env = { CLOUDFLARE_API_BASE_URL: api.url, CLOUDFLARE_API_TOKEN: 'x', CLOUDFLARE_ACCOUNT_ID: '0a1b' };
    const { code, stdout, stderr } = await execute('wrangler', ['r2', 'bucket', 'cors', 'set', 'acme-puts', '--file=cors.json', '--force'], { env, cwd: directory });
    await api.stop();
    assert.equal(code, 0, stdout + stderr);
    const sent = api.requests.find(({ method }) => method === 'PUT');
    assert.deepEqual([sent?.path, JSON.parse(sent?.body.toString() ?? 'null')], ['/accounts/0a1b/r2/buckets/acme-puts/cors', { rules: [rule] }]);
  });

  test('is an error if no page uses the bucket', async () => {
    await configure(directory, rules([], { forms: { ...AWS, name: 'acme-forms' }, films: { ...AWS, name: 'acme-films' }, puts: { ...AWS, name: 'acme-puts', forms: false } }));
    const { code, stdout, stderr } = await execute(await program(), ['cors', '--bucket=forms'], { cwd: directory });
    const message = 'error: no rule for BUCKETS.forms has origins\nhint: list the origins of the pages in a rule: origins = ["https://www.example.com"]\n';
    assert.deepEqual([code, stdout, stderr], [1, '', message]);
  });
});
