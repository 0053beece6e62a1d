/**
 * @file What a rule stores with its objects, read back from each server: by form, by PUT and in parts. What a server ignores or
 * rejects is listed in `EXCEPTIONS`.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { needs } from '../needs.mjs';
import * as juicefs from '../servers/juicefs.mjs';
import * as localR2 from '../servers/local-r2.mjs';
import * as ministack from '../servers/ministack.mjs';
import * as radosgw from '../servers/radosgw.mjs';
import { makeBucket, s3 } from '../servers/s3.mjs';
import { start as startWorker } from '../servers/worker.mjs';
import { start as startForms } from '../servers/worker_for_forms.mjs';
import { post, put } from '../support/transfer.mjs';

/** @typedef {import('../servers/s3.mjs').S3Server} S3Server */
/** @typedef {{ fetch: (path: string, init?: RequestInit) => Promise<Response> }} Worker */
/** @typedef {{ headers: Headers, tags: string, acl: string }} Stored what a server says of an object */
/** @typedef {{ keys: object, check: (stored: Stored) => void, only?: string, skip?: string, bucket?: string }} Attribute its keys in the rule, and the check of what is stored; `only` by this method, or not by that one, in a bucket of its own */

const FILE = Buffer.from('a file\n');
const SHA256 = `sha256-${createHash('sha256').update(FILE).digest('base64')}`;
const NAME = 'Rechnung März.txt';
const WITH_NAME = `filename="Rechnung M_rz.txt"; filename*=UTF-8''Rechnung%20M%C3%A4rz.txt`;

/** @param {string} name @param {string} value @returns {Attribute['check']} */
const header = (name, value) => ({ headers }) => assert.equal(headers.get(name), value);

/** @type {Record<string, Attribute>} */
const ATTRIBUTES = {
  cache_control: { keys: { cache_control: 'private, max-age=3600' }, check: header('cache-control', 'private, max-age=3600') },
  attachment: { keys: { content_disposition: 'attachment' }, check: header('content-disposition', `attachment; ${WITH_NAME}`) },
  inline: { keys: { content_disposition: 'inline' }, check: header('content-disposition', `inline; ${WITH_NAME}`) },
  content_encoding: { keys: { content_encoding: 'gzip' }, check: header('content-encoding', 'gzip') },
  content_language: { keys: { content_language: 'mi, en' }, check: header('content-language', 'mi, en') },
  storage_class: { keys: { storage_class: 'STANDARD_IA' }, check: header('x-amz-storage-class', 'STANDARD_IA') },
  acl: { keys: { acl: 'public-read' }, bucket: 'owned', check: ({ acl }) => assert.match(acl, /AllUsers[^]*READ/) },
  sse: { keys: { sse: 'AES256' }, check: header('x-amz-server-side-encryption', 'AES256') },
  kms: {
    keys: { sse: { algorithm: 'aws:kms', key: radosgw.KMS_KEY, bucket_key: true } },
    check: ({ headers }) => {
      assert.equal(headers.get('x-amz-server-side-encryption'), 'aws:kms');
      assert.ok(headers.get('x-amz-server-side-encryption-aws-kms-key-id')?.endsWith(radosgw.KMS_KEY));
    },
  },
  tags: {
    keys: { tags: { 'a b+c': 'Zoë=1/2', project: 'apollo' } },
    check: ({ tags }) => assert.deepEqual(tagsOf(tags), { 'a b+c': 'Zoë=1/2', project: 'apollo' }),
  },
  unconfirmed: { keys: { expire_unconfirmed: '2 days', confirm: true }, skip: 'parts', check: ({ tags }) => assert.deepEqual(tagsOf(tags), { signpost: 'unconfirmed' }) },
  lock: {
    only: 'put',
    keys: { object_lock: { mode: 'GOVERNANCE', retention: '30 days' } },
    bucket: 'locked',
    check: ({ headers }) => {
      assert.equal(headers.get('x-amz-object-lock-mode'), 'GOVERNANCE');
      const days = (Date.parse(headers.get('x-amz-object-lock-retain-until-date') ?? '') - Date.now()) / 86_400_000;
      assert.ok(days > 29.9 && days <= 30, `${days} days`);
    },
  },
};

/** The attributes of a bucket of R2. */
const OF_R2 = ['cache_control', 'attachment', 'inline', 'content_encoding', 'content_language', 'storage_class'];

/** What servers do otherwise: `ignored`, or the code of the error. @type {Record<string, Record<string, string>>} */
const EXCEPTIONS = {
  // It reads tags of a form from a field of another name than S3, and drops tags and ACL of an upload in parts.
  MiniStack: {
    ...every(['tags'], { form: 'ignored', parts: 'ignored' }),
    ...every(['unconfirmed'], { form: 'ignored' }),
    ...every(['acl'], { parts: 'ignored' }),
  },
  // The code of an old MinIO: without encryption, locks, storage classes and tags of forms.
  'the JuiceFS gateway': {
    ...every(['content_encoding', 'content_language', 'acl'], { form: 'ignored', put: 'ignored', parts: 'ignored' }),
    ...every(['storage_class'], { form: 'ignored', put: 'InvalidStorageClass', parts: 'ServiceUnavailable' }),
    ...every(['sse', 'kms'], { form: 'ignored', put: 'NotImplemented', parts: 'ServiceUnavailable' }),
    ...every(['tags', 'unconfirmed'], { form: 'ignored' }),
    ...every(['lock'], { put: 'InvalidRequest' }),
  },
  // This version has no keys of its own for `AES256`. Its forms store only the type and metadata of the headers.
  Ceph: {
    ...every(['cache_control', 'attachment', 'inline', 'content_encoding', 'content_language'], { form: 'ignored' }),
    ...every(['sse'], { form: 'ignored', put: 'ignored', parts: 'ignored' }),
    ...every(['tags'], { parts: 'ignored' }),
  },
  // Cloudflare's own R2 has storage classes.
  'the local R2': every(['storage_class'], { put: 'NotImplemented', parts: 'ServiceUnavailable' }),
  'the Worker': every(['storage_class'], { form: 'ignored' }),
};

/** @param {string[]} names @param {Record<string, string>} results by method */
function every(names, results) {
  return Object.fromEntries(names.flatMap((name) => Object.entries(results).map(([method, result]) => [`${name}, ${method}`, result])));
}

for (const [name, options, server] of /** @type {const} */ ([
  ['MiniStack', await needs('ministack'), ministack],
  ['the JuiceFS gateway', await needs('juicefs'), juicefs],
  ['Ceph', await needs('ceph'), { start: () => radosgw.start({ classes: ['STANDARD_IA'], kms: true }) }],
])) {
  describe(name, options, () => {
    /** @type {S3Server} */
    let store;
    /** @type {Awaited<ReturnType<typeof startWorker>>} */
    let worker;
    before(async () => {
      store = await server.start();
      await makeBucket(store, 'locked', { 'x-amz-bucket-object-lock-enabled': 'true' });
      await makeBucket(store, 'owned', { 'x-amz-object-ownership': 'ObjectWriter' }); // new buckets of Amazon have no lists
      await s3(store, 'DELETE', '/owned?publicAccessBlock');
      const secrets = { MEDIA_ACCESS_KEY_ID: store.accessKeyId, MEDIA_SECRET_ACCESS_KEY: store.secretAccessKey };
      worker = await startWorker({ vars: vars(store, Object.keys(ATTRIBUTES), ['form', 'put', 'parts']), secrets });
    });
    after(() => Promise.all([worker?.stop(), store?.stop()]));
    tests(name, Object.keys(ATTRIBUTES), ['form', 'put', 'parts'], () => ({ worker, store }));

    // JuiceFS does not compare this field with the policy, and stores no tags of a form.
    if (name !== 'the JuiceFS gateway') test('a client cannot change them in a form', async () => {
      const form = await grant(worker, 'tags-form');
      const fields = { ...form.fields, tagging: form.fields.tagging.replace('apollo', 'soyuz') };
      assert.equal((await post({ ...form, fields }, FILE)).status, 403);
      const { tagging: _, ...without } = form.fields;
      assert.equal((await post({ ...form, fields: without }, FILE)).status, 403);
    });

    test('a client cannot change them in a PUT', async () => {
      const signed = await grant(worker, 'tags-put');
      const headers = { ...signed.headers, 'x-amz-tagging': 'project=soyuz' };
      assert.equal((await put({ ...signed, headers }, FILE)).status, 403);
      const { 'x-amz-tagging': _, ...unset } = signed.headers;
      const { status } = await put({ ...signed, headers: unset }, FILE);
      assert.ok(status === 403 || status === 400, `${status}`); // MinIO's code misses the header before it compares the signature
    });

    // Amazon rejects them. This is why `require_tag` is refused for other servers unless the upload rule has `tags`.
    test('stores tags that are not signed', async () => {
      const signed = await grant(worker, 'cache_control-put');
      const headers = { ...signed.headers, 'x-amz-tagging': 'scan=clean' };
      assert.equal((await put({ ...signed, headers }, FILE)).status, 200);
      const tags = await (await s3(store, 'GET', `/${store.bucket}/${signed.key}?tagging`)).text();
      assert.deepEqual(tagsOf(tags), { scan: 'clean' });
    });

    test('locks only a file with a checksum', async () => {
      const answer = await worker.fetch('/uploads/lock-put', { method: 'POST', body: JSON.stringify({ type: 'text/plain', size: FILE.length }) });
      assert.equal(answer.status, 400);
      assert.match(await answer.text(), /`checksum` is missing: S3 locks only an object that is sent with a checksum/);
    });
  });
}

describe('the local R2', () => {
  /** @type {Awaited<ReturnType<typeof localR2.start>>} */
  let store;
  const worker = { fetch: (/** @type {string} */ path, /** @type {RequestInit} */ init = {}) => fetch(store.url + path, init) };
  before(async () => void (store = await localR2.start({ vars: (store) => vars(store, OF_R2, ['put', 'parts'], { provider: 'r2' }) })));
  after(() => store?.stop());
  tests('the local R2', OF_R2, ['put', 'parts'], () => ({ worker, store }));
});

describe('the Worker', () => {
  /** @type {Awaited<ReturnType<typeof startForms>>} */
  let worker;
  before(async () => {
    const rule = { bucket: 'media', callers: ['anyone'], types: ['text/plain'], max_size: '1 MiB', expires: '10 min' };
    const UPLOADS = Object.fromEntries(OF_R2.map((name) => [`${name}-form`, { ...rule, key: `${name}/{uuid}`, ...ATTRIBUTES[name]?.keys }]));
    worker = await startForms({ UPLOADS });
  });
  after(() => worker?.stop());

  for (const name of OF_R2) {
    const expected = EXCEPTIONS['the Worker']?.[`${name}, form`] ?? 'stored';
    test(`${name}, form: ${expected}`, async () => {
      const form = await grant(worker, `${name}-form`);
      assert.equal((await post(form, FILE)).status, 204);
      const { headers = {} } = (await worker.stored(form.key)) ?? {};
      assertResult(name, expected, { headers: new Headers(headers), tags: '', acl: '' });
    });
  }
});

/** @param {string} name @param {string} expected @param {Stored} stored */
function assertResult(name, expected, stored) {
  const { check } = /** @type {Attribute} */ (ATTRIBUTES[name]);
  if (expected === 'stored') check(stored);
  else {
    assert.equal(expected, 'ignored');
    assert.throws(() => check(stored), assert.AssertionError, `${name} is stored`);
  }
}

/**
 * @param {string} server
 * @param {string[]} names of attributes
 * @param {string[]} methods
 * @param {() => { worker: Worker, store: Pick<S3Server, 'endpoint' | 'region' | 'accessKeyId' | 'secretAccessKey' | 'bucket'> }} running
 */
function tests(server, names, methods, running) {
  for (const name of names) {
    const { bucket } = /** @type {Attribute} */ (ATTRIBUTES[name]);
    for (const method of methodsOf(name, methods)) {
      const expected = EXCEPTIONS[server]?.[`${name}, ${method}`] ?? 'stored';
      test(`${name}, ${method}: ${expected}`, async () => {
        const { worker, store } = running();
        const { key, code } = await UPLOADS[/** @type {keyof typeof UPLOADS} */ (method)](worker, `${name}-${method}`);
        if (code) return assert.equal(code, expected);
        const path = `/${bucket ?? store.bucket}/${key}`;
        const text = async (/** @type {string} */ query) => (await s3(store, 'GET', `${path}?${query}`)).text();
        const { headers, status } = await s3(store, 'HEAD', path);
        assert.equal(status, 200);
        const stored = { headers, tags: await text('tagging'), acl: await text('acl') };
        assertResult(name, expected, stored);
      });
    }
  }
}

/** @param {string} name of an attribute @param {string[]} methods @returns {string[]} those by which it is set */
function methodsOf(name, methods) {
  const { only, skip } = /** @type {Attribute} */ (ATTRIBUTES[name]);
  return methods.filter((method) => (!only || method === only) && method !== skip);
}

/** Uploads the file in each way. Returns the key, or the code of the error. @type {Record<'form' | 'put' | 'parts', (worker: Worker, rule: string) => Promise<{ key: string, code?: string }>>} */
const UPLOADS = {
  async form(worker, rule) {
    const form = await grant(worker, rule);
    return result(form.key, await post(form, FILE));
  },
  async put(worker, rule) {
    const signed = await grant(worker, rule, rule === 'lock-put' ? { checksum: SHA256 } : {});
    return result(signed.key, await put(signed, FILE));
  },
  async parts(worker, rule) {
    const call = async (/** @type {string} */ method, /** @type {string} */ path, /** @type {object | undefined} */ json = undefined) => {
      const answer = await worker.fetch(`/uploads/${rule}/multipart${path}`, { method, body: json && JSON.stringify(json) });
      return { ok: answer.ok, json: /** @type {any} */ (await answer.json()) };
    };
    const begun = await call('POST', '', { type: 'text/plain', size: FILE.length, filename: NAME });
    if (!begun.ok) return { key: '', code: begun.json.code };
    const { uploadId, key } = begun.json;
    const { parts } = (await call('GET', `/${uploadId}?sign=1`)).json;
    const { 'content-length': _, ...headers } = parts[0].headers;
    const sent = await fetch(parts[0].url, { method: 'PUT', headers, body: new Uint8Array(FILE) });
    assert.equal(sent.status, 200, await sent.text());
    const completed = await call('POST', `/${uploadId}`, { parts: [{ partNumber: 1, etag: sent.headers.get('etag') }] });
    assert.ok(completed.ok, JSON.stringify(completed.json));
    return { key };
  },
};

/** @param {string} key @param {import('../support/transfer.mjs').Answer} answer */
function result(key, { status, body }) {
  return status < 300 ? { key } : { key, code: /<Code>(.*)<\/Code>/.exec(body.toString())?.[1] ?? `${status} ${body}` };
}

/** @param {Worker} worker @param {string} rule @param {object} [more] @returns {Promise<any>} */
async function grant(worker, rule, more) {
  const request = { type: 'text/plain', size: FILE.length, filename: NAME, ...more };
  const answer = await worker.fetch(`/uploads/${rule}`, { method: 'POST', body: JSON.stringify(request) });
  const json = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(json));
  return json;
}

/** @param {string} xml @returns {Record<string, string>} */
function tagsOf(xml) {
  const tags = xml.matchAll(/<Tag><Key>(.*?)<\/Key><Value>(.*?)<\/Value><\/Tag>/g);
  return Object.fromEntries([...tags].map(([, key, value]) => [key, value]));
}

/**
 * A rule for each attribute and method.
 *
 * @param {Pick<S3Server, 'endpoint' | 'region' | 'bucket'>} store
 * @param {string[]} names
 * @param {string[]} methods
 * @param {object} [options] of the buckets
 */
function vars({ endpoint, region, bucket: name }, names, methods, options) {
  const bucket = { provider: 'custom', name, region, endpoint, url_style: 'path', credentials: 'MEDIA', ...options };
  const kinds = (/** @type {string} */ name) => ({ [`${name}-puts`]: { ...bucket, name, forms: false }, [`${name}-forms`]: { ...bucket, name, forms: true } });
  const rule = { callers: ['anyone'], types: ['text/plain'], max_size: '1 MiB', expires: '10 min' };
  const rules = names.flatMap((attribute) => {
    const { keys, bucket = name } = /** @type {Attribute} */ (ATTRIBUTES[attribute]);
    return methodsOf(attribute, methods).map((method) => [

        `${attribute}-${method}`,
        { ...rule, bucket: options ? name : `${bucket}-${method === 'form' ? 'forms' : 'puts'}`, key: `${attribute}/${method}/{uuid}`, multipart: method === 'parts', ...keys },
      ]);
  });
  return {
    BUCKETS: options ? { [name]: bucket } : { ...kinds(name), ...kinds('locked'), ...kinds('owned') },
    CALLERS: { anyone: { kind: 'anyone' } },
    UPLOADS: Object.fromEntries(rules),
  };
}
