/** @file Uploads in parts to three S3 servers: complete files arrive, and nothing beyond the grant is accepted. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { bindingOf } from '../../scripts/local-worker.mjs';
import { needs } from '../needs.mjs';
import * as juicefs from '../servers/juicefs.mjs';
import * as localR2 from '../servers/local-r2.mjs';
import * as ministack from '../servers/ministack.mjs';
import { s3 } from '../servers/s3.mjs';
import { start } from '../servers/worker.mjs';

/** @typedef {import('../servers/s3.mjs').S3Server} S3Server */
/** @typedef {{ uploadId: string, key: string, partSize: number, parts: number, expires: string }} Created */
/** @typedef {{ partNumber: number, etag: string }} Part */

const FILE = randomBytes(20_000_001);
const UPLOAD = { filename: 'film.mp4', type: 'video/mp4', size: FILE.length, metadata: { album: 'x' } };
const TOKENS = { ada: 'a-token-of-ada-for-tests', bob: 'a-token-of-bob-for-tests' };
const ISSUER = 'https://files.example.com';
const ISSUER_KEY = JSON.stringify(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }));
const SECRETS = { ADA_TOKEN: TOKENS.ada, BOB_TOKEN: TOKENS.bob, ISSUER_KEY };

suite('MiniStack', await needs('ministack'), () => startBoth(ministack));
suite('the JuiceFS gateway', await needs('juicefs'), () => startBoth(juicefs));
suite('local R2', await needs(), () => localR2.start({ vars: (store) => vars(store), secrets: SECRETS }), false); // it does not list parts
// A bucket that is bound to the Worker also receives parts by its S3 endpoint.
suite('local R2, bound', await needs(), () => localR2.start({ vars: (store) => vars(store, { provider: 'r2', binding: bindingOf('media') }), secrets: SECRETS }), false);

/**
 * @param {string} name
 * @param {{ skip: string | false }} options
 * @param {() => Promise<S3Server & { url: string }>} startServer
 * @param {boolean} [lists] whether the store lists parts and uploads
 */
function suite(name, options, startServer, lists = true) {
  describe(name, options, () => {
    /** @type {S3Server & { url: string }} */
    let store;
    before(async () => void (store = await startServer()));
    after(() => store?.stop());

    /** Sends a request, as Ada by default. @param {string} method @param {string} path @param {object} [json] @param {string} [token] */
    const call = async (method, path, json, token = TOKENS.ada) => {
      const headers = { authorization: `Bearer ${token}`, origin: 'https://www.example.com' };
      const answer = await fetch(`${store.url}/uploads/${path}`, { method, headers, body: json && JSON.stringify(json) });
      assert.equal(answer.headers.get('access-control-allow-origin'), 'https://www.example.com');
      const text = await answer.text();
      return { status: answer.status, body: text && JSON.parse(text) };
    };
    /** @param {Promise<{ status: number, body: any }>} answer @param {number} status @param {string} code */
    const assertRejected = async (answer, status, code) => {
      const { status: found, body } = await answer;
      assert.deepEqual([found, body.code], [status, code], JSON.stringify(body));
    };
    const create = async (more = {}) => {
      const { status, body } = await call('POST', 'film/multipart', { ...UPLOAD, ...more });
      assert.equal(status, 200, JSON.stringify(body));
      return /** @type {Created} */ (body);
    };
    /** @param {Created} upload @param {number[]} numbers */
    const sign = async ({ uploadId }, numbers) => {
      const { status, body } = await call('GET', `film/multipart/${uploadId}?sign=${numbers}`);
      assert.equal(status, 200, JSON.stringify(body));
      return /** @type {{ partNumber: number, url: string, headers: Record<string, string> }[]} */ (body.parts);
    };
    /** @param {Created} upload @param {number} number */
    const bytesOf = ({ partSize }, number) => FILE.subarray((number - 1) * partSize, number * partSize);
    /** @param {Created} upload @param {number[]} numbers */
    const send = async (upload, numbers) => {
      const parts = await sign(upload, numbers);
      return Promise.all(
        parts.map(async ({ partNumber, url }) => {
          const answer = await fetch(url, { method: 'PUT', body: bytesOf(upload, partNumber) });
          assert.equal(answer.status, 200, await answer.text());
          return { partNumber, etag: answer.headers.get('etag') ?? '' };
        }),
      );
    };
    const stored = (/** @type {string} */ key) => s3(store, 'GET', `/${store.bucket}/${key}`);

    test('headers that are added to a part are not stored with the object', async () => {
      const upload = await create();
      const added = { 'content-type': 'text/html', 'content-disposition': 'attachment; filename="Setup.exe"', 'cache-control': 'public, max-age=31536000' };
      const parts = [];
      for (const { partNumber, url } of await sign(upload, [1, 2, 3])) {
        const answer = await fetch(url, { method: 'PUT', headers: added, body: bytesOf(upload, partNumber) });
        assert.equal(answer.status, 200, await answer.text());
        parts.push({ partNumber, etag: answer.headers.get('etag') ?? '' });
      }
      assert.equal((await call('POST', `film/multipart/${upload.uploadId}`, { parts })).status, 200);
      const { headers } = await stored(upload.key);
      assert.equal(headers.get('content-type'), 'video/mp4');
      for (const name of ['content-disposition', 'cache-control']) assert.ok(!headers.get(name), `${name}: ${headers.get(name)}`);
    });

    test('uploads a file in parts, each signed with its length', async () => {
      const upload = await create();
      assert.deepEqual([upload.partSize, upload.parts], [8 << 20, 3]);
      const signed = await sign(upload, [1, 2, 3]);
      assert.deepEqual(signed.map(({ headers }) => headers['content-length']), ['8388608', '8388608', '3222785']);
      const parts = [...(await send(upload, [3, 1])), ...(await send(upload, [2]))];
      if (lists) {
        const { body } = await call('GET', `film/multipart/${upload.uploadId}`);
        assert.deepEqual(body.parts.map((/** @type {any} */ part) => [part.partNumber, part.size]), [[1, 8388608], [2, 8388608], [3, 3222785]]);
        const rest = await call('GET', `film/multipart/${upload.uploadId}?after=2`);
        assert.deepEqual(rest.body.parts.map((/** @type {Part} */ part) => part.partNumber), [3]);
        assert.deepEqual(body.parts.map((/** @type {Part} */ part) => part.etag), parts.toSorted((a, b) => a.partNumber - b.partNumber).map(({ etag }) => etag));
      }
      const { status, body } = await call('POST', `film/multipart/${upload.uploadId}`, { parts });
      const object = await stored(upload.key);
      const etag = object.headers.get('etag');
      const { receipt, ...described } = body;
      assert.deepEqual([status, described], [200, { key: upload.key, size: FILE.length, type: 'video/mp4', etag }]);
      const { payload } = await jwtVerify(receipt, createRemoteJWKSet(new URL(`${store.url}/.well-known/jwks.json`)));
      const { iat, exp, jti, ...claims } = payload;
      assert.deepEqual(claims, { iss: ISSUER, sub: 'ada', caller: 'ada', rule: 'uploads/film', bucket: 'media', ...described });
      assert.equal(object.headers.get('content-type'), 'video/mp4');
      assert.equal(object.headers.get('x-amz-meta-album'), 'x');
      assert.ok(FILE.equals(Buffer.from(await object.arrayBuffer())));
    });

    test('an upload belongs to one caller and one rule, and its ID cannot be changed', async () => {
      const { uploadId } = await create();
      for (const [method, json] of /** @type {const} */ ([['GET', undefined], ['POST', { parts: [] }], ['DELETE', undefined]])) {
        await assertRejected(call(method, `film/multipart/${uploadId}`, json, TOKENS.bob), 404, 'NoSuchUpload');
        await assertRejected(call(method, `other/multipart/${uploadId}`, json), 404, 'NoSuchUpload');
        const changed = uploadId.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
        await assertRejected(call(method, `film/multipart/${changed}`, json), 404, 'NoSuchUpload');
      }
      await assertRejected(call('GET', `film/multipart/${uploadId}?sign=1`, undefined, TOKENS.bob), 404, 'NoSuchUpload');
      await assertRejected(call('GET', `film/multipart/${uploadId}?sign=1`, undefined, 'nobodys-token-at-all'), 401, 'InvalidToken');
      await call('DELETE', `film/multipart/${uploadId}`);
    });

    test('rejects a part of another length, and numbers beyond the last part', async () => {
      const upload = await create();
      const [last] = await sign(upload, [3]);
      for (const body of [Buffer.concat([bytesOf(upload, 3), Buffer.from('!')]), bytesOf(upload, 3).subarray(1)])
        assert.ok((lists ? [403, 'no answer'] : [403, 500, 502, 'no answer']).includes(await statusOf(last?.url ?? '', body))); // some servers reject it unread; wrangler's proxy then answers 500
      for (const numbers of ['4', '0', '10001', '1,2,4']) await assertRejected(call('GET', `film/multipart/${upload.uploadId}?sign=${numbers}`), 400, 'InvalidPart');
      for (const numbers of ['', 'x', '1,', '65536', '-1', Array(1001).fill(1).join()])
        await assertRejected(call('GET', `film/multipart/${upload.uploadId}?sign=${numbers}`), 400, 'InvalidArgument');
      await call('DELETE', `film/multipart/${upload.uploadId}`);
    });

    test('is completed only with each of its own parts, once', async () => {
      const upload = await create();
      const parts = await send(upload, [1, 2, 3]);
      const [first, second, third] = /** @type {[Part, Part, Part]} */ (parts);
      for (const wrong of [
        [first, second],
        [first, third],
        [first, second, second],
        [first, second, third, third],
        [first, second, third, { ...third, partNumber: 4 }],
        [first, second, { ...third, etag: '' }],
        [first, second, { ...third, etag: first.etag }],
        [first, second, { ...third, etag: '"00000000000000000000000000000000"' }],
        [],
      ])
        await assertRejected(call('POST', `film/multipart/${upload.uploadId}`, { parts: wrong }), 400, 'InvalidPart');
      await assertRejected(call('POST', `film/multipart/${upload.uploadId}`, { parts: 'x' }), 400, 'MalformedPOSTRequest');
      assert.equal((await stored(upload.key)).status, 404);
      assert.equal((await call('POST', `film/multipart/${upload.uploadId}`, { parts })).status, 200);
    });

    test('an aborted upload is gone', async () => {
      const upload = await create();
      await send(upload, [1]);
      assert.equal((await call('DELETE', `film/multipart/${upload.uploadId}`)).status, 204);
      assert.equal((await stored(upload.key)).status, 404);
      if (!lists) return;
      await assertRejected(call('DELETE', `film/multipart/${upload.uploadId}`), 404, 'NoSuchUpload');
      await assertRejected(call('GET', `film/multipart/${upload.uploadId}`), 404, 'NoSuchUpload');
      const uploads = await (await s3(store, 'GET', `/${store.bucket}?uploads&prefix=${upload.key}`)).text();
      assert.doesNotMatch(uploads, /<Upload>/);
    });

    test('rejects in parts what the rule rejects in one request', async () => {
      await assertRejected(call('POST', 'film/multipart', { ...UPLOAD, size: 2 ** 25 + 1 }), 413, 'EntityTooLarge');
      await assertRejected(call('POST', 'film/multipart', { ...UPLOAD, type: 'text/html' }), 415, 'UnsupportedMediaType');
      await assertRejected(call('POST', 'film/multipart', { ...UPLOAD, checksum: 'crc32-AAAAAA==' }), 400, 'InvalidArgument');
      await assertRejected(call('POST', 'whole/multipart', UPLOAD), 400, 'InvalidRequest');
      await assertRejected(call('GET', 'film/multipart'), 405, 'MethodNotAllowed');
      await assertRejected(call('PUT', 'film/multipart/x'), 404, 'NoSuchUpload');
      await assertRejected(call('POST', 'film/multiparty', UPLOAD), 404, 'NoSuchRule');
    });
  });
}

/** @param {string} url @param {Buffer} body @returns {Promise<number | string>} the status, unless the connection failed */
function statusOf(url, body) {
  return fetch(url, { method: 'PUT', body: new Uint8Array(body) }).then(
    ({ status }) => status,
    () => 'no answer',
  );
}

/** Starts an S3 server, and the Worker in Miniflare. @param {{ start: () => Promise<S3Server> }} server */
async function startBoth(server) {
  const store = await server.start();
  const keys = { MEDIA_ACCESS_KEY_ID: store.accessKeyId, MEDIA_SECRET_ACCESS_KEY: store.secretAccessKey };
  const worker = await start({ vars: vars(store), secrets: { ...SECRETS, ...keys } });
  const stop = async () => void (await Promise.all([worker.stop(), store.stop()]));
  return { ...store, url: worker.url, stop };
}

/** @param {localR2.Store} store @param {object} options of the bucket */
function vars({ endpoint, region, bucket: name }, options = {}) {
  const media = { provider: 'custom', name, region, endpoint, url_style: 'path', credentials: 'MEDIA', ...options };
  const rule = {
    bucket: 'media', callers: ['ada', 'bob'], origins: ['https://www.example.com'], key: 'films/{caller}/{uuid}.{ext}',
    types: ['video/mp4'], max_size: '32 MiB', expires: '10 min', metadata: ['album'], multipart: true,
  };
  return {
    BUCKETS: { media },
    CALLERS: { ada: { kind: 'bearer', secret: 'ADA_TOKEN' }, bob: { kind: 'bearer', secret: 'BOB_TOKEN' } },
    UPLOADS: { film: rule, other: rule, whole: { ...rule, multipart: false } },
    ISSUER: { url: ISSUER, keys: ['ISSUER_KEY'] },
  };
}
