/**
 * @file R2's temporary credentials, one for each link and each request of the Worker: the derivation equals the documented example, and what
 * the token does not name is rejected.
 *
 * Nobody can run R2 itself here, and the local R2 has no temporary credentials. So `tests/servers/r2_temporary.mjs` checks tokens and
 * signatures as R2's documentation describes it, before requests reach the local R2.
 */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { AwsClient } from 'aws4fetch';
import { decodeJwt, SignJWT } from 'jose';
import * as localR2 from '../servers/local-r2.mjs';
import { jwtIn, r2Temporary, secretOf } from '../servers/r2_temporary.mjs';
import { s3 } from '../servers/s3.mjs';
import { start as startWorker } from '../servers/worker.mjs';

/** @typedef {import('../servers/r2_temporary.mjs').Sent} Sent */

const ACCOUNT = '0123456789abcdef0123456789abcdef';
const HOST = `${ACCOUNT}.r2.cloudflarestorage.com`;
const ENDPOINT = `https://${HOST}`;
const KEY = { accessKeyId: 'a-key-of-the-account', secretAccessKey: 'the-secret-of-the-key-of-the-account' };
const PICTURE = randomBytes(1_000);
const FILM = randomBytes((8 << 20) + 1); // two parts

const rule = { bucket: 'media', callers: ['anyone'], types: ['image/png', 'video/mp4'], max_size: '20 MiB', expires: '10 min' };
const read = { bucket: 'media', callers: ['anyone'], expires: '5 min', key: 'files/{path}' };
const vars = {
  BUCKETS: { media: { provider: 'r2', name: 'media', endpoint: ENDPOINT, credentials: { secret: 'MEDIA', temporary: true } } },
  CALLERS: { anyone: { kind: 'anyone' } },
  UPLOADS: {
    picture: { ...rule, key: 'files/{uuid}.{ext}', confirm: true },
    film: { ...rule, key: 'files/{uuid}.{ext}', multipart: true, confirm: true },
  },
  DOWNLOADS: { file: read, saved: { ...read, attachment: true } },
};

/** @type {Awaited<ReturnType<typeof localR2.start>>} */
let store;
/** @type {ReturnType<typeof r2Temporary>} */
let r2;
/** @type {Awaited<ReturnType<typeof startWorker>>} */
let worker;
/** What the Worker itself sent to R2. @type {Sent[]} */
const sent = [];

before(async () => {
  store = await localR2.start({ vars: () => ({}) });
  r2 = r2Temporary({ host: HOST, key: KEY, store });
  const outbound = async (/** @type {Request} */ request) => {
    const headers = Object.fromEntries(request.headers);
    const body = Buffer.from(await request.arrayBuffer());
    const each = { method: request.method, url: request.url, headers, ...(body.length > 0 && { body }) };
    sent.push(each);
    return r2.answer(each);
  };
  worker = await startWorker({ vars, secrets: { MEDIA_ACCESS_KEY_ID: KEY.accessKeyId, MEDIA_SECRET_ACCESS_KEY: KEY.secretAccessKey }, outbound });
  for (const name of ['a b.png', 'other.png']) assert.ok((await s3(store, 'PUT', `/media/files/${encodeURIComponent(name)}`, 'a picture', { 'content-type': 'image/png' })).ok);
});
after(() => Promise.all([worker?.stop(), store?.stop()]));

/** @param {string} path @param {RequestInit} [init] @returns {Promise<string>} */
async function link(path, init) {
  const answer = await worker.fetch(`/downloads/${path}`, init);
  assert.equal(answer.status, 302, await answer.text());
  return /** @type {string} */ (answer.headers.get('location'));
}

/** @param {string} path @param {object} [json] @param {string} [method] @returns {Promise<any>} */
async function call(path, json, method = json ? 'POST' : 'GET') {
  const answer = await worker.fetch(path, { method, body: json && JSON.stringify(json) });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return text && JSON.parse(text);
}

/** The token of a link, if it has one. @param {string} url */
const tokenOf = (url) => new URL(url).searchParams.get('X-Amz-Security-Token');

/** The token of a request that the Worker sent, and its claims. @param {Sent} request */
function claimsOf({ url, headers = {} }) {
  const token = tokenOf(url) ?? headers['x-amz-security-token'];
  return token === undefined ? undefined : /** @type {import('../servers/r2_temporary.mjs').Claims} */ (/** @type {unknown} */ (decodeJwt(jwtIn(token))));
}

/** A client with what anybody can take from a link. @param {string} url */
function holder(url) {
  const sessionToken = /** @type {string} */ (tokenOf(url));
  const client = new AwsClient({ accessKeyId: KEY.accessKeyId, secretAccessKey: secretOf(sessionToken), sessionToken, region: 'auto', service: 's3' });
  return async (/** @type {string} */ method, /** @type {string} */ path, /** @type {Record<string, string>} */ headers = {}) => {
    const signed = await client.sign(ENDPOINT + path, { method, headers });
    return r2.answer({ method, url: signed.url, headers: Object.fromEntries(signed.headers) });
  };
}

/**
 * The documented example, with times that are given.
 *
 * Spec: https://developers.cloudflare.com/r2/examples/authenticate-r2-temp-credentials/
 *
 * @param {Pick<import('../servers/r2_temporary.mjs').Claims, 'bucket' | 'scope' | 'actions' | 'paths' | 'iat' | 'exp'>} options
 */
async function documented({ bucket, scope, actions, paths, iat, exp }) {
  const token = new SignJWT({ bucket, scope, actions, paths }).setProtectedHeader({ alg: 'HS256', typ: 'JWT' });
  token.setSubject(ACCOUNT).setIssuer(KEY.accessKeyId).setAudience(new URL(ENDPOINT).host).setIssuedAt(iat).setExpirationTime(exp);
  const jwt = await token.sign(new TextEncoder().encode(KEY.secretAccessKey));
  return { secretAccessKey: createHash('sha256').update(jwt).digest('hex'), sessionToken: btoa(`jwt/${jwt}`) };
}

test('the credentials of a link equal those of the documented example, byte for byte', async () => {
  const url = await link('file/a%20b.png');
  const token = /** @type {string} */ (tokenOf(url));
  const { iat, exp } = /** @type {import('../servers/r2_temporary.mjs').Claims} */ (claimsOf({ url }));
  assert.equal(exp - iat, 300);
  const paths = { prefixPaths: [], objectPaths: ['files/a b.png'] };
  const expected = await documented({ bucket: 'media', scope: 'object-read-only', actions: ['GetObject'], paths, iat, exp });
  assert.equal(token, expected.sessionToken);
  assert.equal(secretOf(token), expected.secretAccessKey);
});

test('a link reads its object, for GET and HEAD each by its own', async () => {
  const answer = await r2.answer({ url: await link('file/a%20b.png') });
  assert.deepEqual([answer.status, await answer.text()], [200, 'a picture']);
  const head = await link('file/a%20b.png', { method: 'HEAD' });
  assert.equal((await r2.answer({ method: 'HEAD', url: head })).status, 200);
  assert.deepEqual(claimsOf({ url: head })?.actions, ['HeadObject']);
});

test('whoever has a link can do nothing else than read its object, although the key may do everything', async () => {
  const attempt = holder(await link('file/a%20b.png'));
  assert.equal((await attempt('GET', '/media/files/a%20b.png')).status, 200, 'the credentials themselves are valid');
  for (const [method, path, headers] of /** @type {[string, string, Record<string, string>?][]} */ ([
    ['GET', '/media/files/other.png'],
    ['GET', '/media/files/a%20b.png/'],
    ['GET', '/media/files/A%20b.png'],
    ['GET', '/other/files/a%20b.png'],
    ['GET', '/media?list-type=2'],
    ['HEAD', '/media/files/a%20b.png'],
    ['PUT', '/media/files/a%20b.png'],
    ['PUT', '/media/files/a%20b.png', { 'x-amz-copy-source': '/media/files/other.png' }],
    ['DELETE', '/media/files/a%20b.png'],
    ['POST', '/media/files/a%20b.png?uploads='],
    ['GET', '/media/files/a%20b.png?uploadId=1'],
  ])) {
    assert.equal((await attempt(method, path, headers)).status, 403, `${method} ${path}`);
  }
  const kept = await s3(store, 'GET', '/media/files/a%20b.png');
  assert.equal(await kept.text(), 'a picture');
});

test('the credentials end with the link, however they are used', async () => {
  const url = await link('file/a%20b.png');
  r2.setAhead(299);
  try {
    assert.equal((await r2.answer({ url })).status, 200);
    r2.setAhead(301);
    assert.equal((await r2.answer({ url })).status, 403);
    assert.equal((await holder(url)('GET', '/media/files/a%20b.png')).status, 403);
  } finally {
    r2.setAhead(0);
  }
});

test('whoever has a link can choose the headers of the answer, unless the rule has `attachment`', async () => {
  const shown = await holder(await link('file/a%20b.png'))('GET', '/media/files/a%20b.png?response-content-type=text%2Fhtml');
  assert.equal(shown.status, 200); // R2 sends this type; the local R2 ignores the parameter
  const url = await link('saved/a%20b.png');
  assert.equal(tokenOf(url), null);
  assert.match(url, /&response-content-disposition=attachment/);
  assert.equal((await r2.answer({ url })).status, 200);
  const changed = new URL(url);
  changed.searchParams.delete('response-content-disposition');
  assert.equal((await r2.answer({ url: changed.href })).status, 403);
});

test('an upload is signed by the key, since a token would permit any size and type', async () => {
  const grant = await call('/uploads/picture', { type: 'image/png', size: PICTURE.length });
  assert.equal(tokenOf(grant.url), null);
  const upload = (/** @type {Buffer} */ body, /** @type {Record<string, string>} */ headers = {}) =>
    r2.answer({ method: 'PUT', url: grant.url, headers: { ...grant.headers, 'content-length': String(body.length), ...headers }, body });
  assert.equal((await upload(Buffer.alloc(PICTURE.length + 1))).status, 403);
  assert.equal((await upload(PICTURE, { 'content-type': 'text/html' })).status, 403);
  assert.equal((await upload(PICTURE)).status, 200);
  sent.length = 0;
  const stored = await call('/uploads/picture/confirm', { confirm: grant.confirm });
  assert.equal(stored.size, PICTURE.length);
  assert.deepEqual(sent.map((request) => claimsOf(request)?.actions), [['HeadObject']]);
  assert.deepEqual(sent.map((request) => claimsOf(request)?.paths), [{ prefixPaths: [], objectPaths: [grant.key] }]);
});

test('each request that the Worker sends for an upload in parts has credentials of its own, for that request and object', async () => {
  sent.length = 0;
  const create = () => call('/uploads/film/multipart', { type: 'video/mp4', size: FILM.length });
  const [begun, aborted] = [await create(), await create()];
  const { parts } = await call(`/uploads/film/multipart/${begun.uploadId}?sign=1,2`);
  const done = [];
  for (const { partNumber, url, headers } of parts) {
    assert.equal(tokenOf(url), null);
    const body = FILM.subarray((partNumber - 1) * begun.partSize, partNumber * begun.partSize);
    const put = { method: 'PUT', url, headers: { ...headers, 'content-length': String(body.length) }, body };
    assert.equal((await r2.answer({ ...put, headers: { ...put.headers, 'content-length': '2' } })).status, 403);
    const stored = await r2.answer(put);
    assert.equal(stored.status, 200);
    done.push({ partNumber, etag: stored.headers.get('etag') });
  }
  await worker.fetch(`/uploads/film/multipart/${begun.uploadId}?after=0`); // the local R2 cannot list parts
  assert.equal(r2.permitted.at(-1)?.action, 'ListParts');
  await call(`/uploads/film/multipart/${begun.uploadId}`, { parts: done });
  await call(`/uploads/film/multipart/${aborted.uploadId}`, undefined, 'DELETE');
  const film = await s3(store, 'GET', `/media/${begun.key}`);
  assert.ok(Buffer.from(await film.arrayBuffer()).equals(FILM));
  const seen = sent.map((request) => ({ actions: claimsOf(request)?.actions, objects: claimsOf(request)?.paths?.objectPaths, secs: Number(claimsOf(request)?.exp) - Number(claimsOf(request)?.iat) }));
  const of = (/** @type {string} */ action, /** @type {string} */ key) => ({ actions: [action], objects: [key], secs: 900 });
  const expected = [
    of('CreateMultipartUpload', begun.key),
    of('CreateMultipartUpload', aborted.key),
    of('ListParts', begun.key),
    of('CompleteMultipartUpload', begun.key),
    of('AbortMultipartUpload', aborted.key),
  ];
  assert.deepEqual(seen.filter(({ actions }) => actions?.[0] !== 'HeadObject'), expected);
});

test('many links at once have credentials of their own', async () => {
  const { downloads } = await call('/downloads/file', { paths: ['a b.png', 'other.png'] });
  const objects = downloads.map((/** @type {{ url: string }} */ { url }) => claimsOf({ url })?.paths?.objectPaths);
  assert.deepEqual(objects, [['files/a b.png'], ['files/other.png']]);
});

test('no token and no secret of one is logged', async () => {
  const url = await link('file/a%20b.png');
  const token = /** @type {string} */ (tokenOf(url));
  const log = worker.logs.join('\n');
  for (const secret of [token, jwtIn(token), secretOf(token), KEY.secretAccessKey]) assert.ok(!log.includes(secret));
});

test('the local R2 has no temporary credentials', async () => {
  const derived = await documented({ bucket: 'media', scope: 'object-read-only', actions: ['GetObject'], paths: { prefixPaths: [], objectPaths: ['files/other.png'] }, iat: 0, exp: 9_999_999_999 });
  const inHeader = await s3({ ...store, sessionToken: derived.sessionToken }, 'GET', '/media/files/other.png');
  assert.deepEqual([inHeader.status, /<Code>(\w+)/.exec(await inHeader.text())?.[1]], [400, 'InvalidArgument']);
  const client = new AwsClient({ ...store, ...derived, service: 's3' });
  const { url } = await client.sign(`${store.endpoint}/media/files/other.png`, { aws: { signQuery: true } });
  const inUrl = await fetch(url);
  assert.deepEqual([inUrl.status, /<Code>(\w+)/.exec(await inUrl.text())?.[1]], [403, 'SignatureDoesNotMatch']);
});
