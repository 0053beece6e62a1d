/** @file Tampering with uploads in parts, by every protocol: each attempt is rejected with an error code. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import * as ministack from '../servers/ministack.mjs';
import { s3 } from '../servers/s3.mjs';
import { start } from '../servers/worker.mjs';

/** @typedef {{ partNumber: number, etag: string }} Part */
/** @typedef {{ id: string, key: string, rule: string }} Upload */
/** @typedef {{ status: number, code: string, text: string }} Answer */
/** @typedef {(method: string, path: string, json?: object | string, token?: string) => Promise<Answer>} Call */

/**
 * A protocol: how it creates an upload, signs a part, completes and aborts.
 *
 * @typedef {object} Protocol
 * @property {(call: Call, rule: string) => Promise<Upload>} create
 * @property {(call: Call, upload: Upload, number: number, token?: string) => Promise<Answer & { url?: string }>} sign
 * @property {(call: Call, upload: Upload, parts: Part[], token?: string) => Promise<Answer>} complete
 * @property {(call: Call, upload: Upload, token?: string) => Promise<Answer>} abort
 */

const FILE = randomBytes(12_000_001);
const TOKENS = { ada: 'a-token-of-ada-for-tests', bob: 'a-token-of-bob-for-tests' };
const UPLOAD = { filename: 'film.mp4', type: 'video/mp4' };

/** @param {string} text @returns {string} */
const codeOf = (text) => (text.startsWith('{') ? JSON.parse(text).code ?? JSON.parse(text).error?.code : /<Code>(.*?)</.exec(text)?.[1]) ?? '';
/** @param {Answer} answer */
const json = ({ status, text }) => (assert.equal(status, 200, text), JSON.parse(text));
/** @param {Part[]} parts */
const xml = (parts) => `<CompleteMultipartUpload>${parts.map(({ partNumber, etag }) => `<Part><PartNumber>${partNumber}</PartNumber><ETag>${etag.replaceAll('"', '&quot;')}</ETag></Part>`).join('')}</CompleteMultipartUpload>`;
/** @param {Answer} answer @param {string} name */
const element = ({ text }, name) => new RegExp(`<${name}>(.*?)</${name}>`).exec(text)?.[1] ?? '';
/** @param {Answer} answer @param {(body: any) => string} url */
const withUrl = (answer, url) => (answer.status === 200 ? { ...answer, url: url(JSON.parse(answer.text)) } : answer);

/** @type {Record<string, Protocol>} */
const PROTOCOLS = {
  native: {
    async create(call, rule) {
      const { uploadId: id, key } = json(await call('POST', `/uploads/${rule}/multipart`, { ...UPLOAD, size: FILE.length }));
      return { id, key, rule };
    },
    sign: async (call, { rule, id }, number, token) => withUrl(await call('GET', `/uploads/${rule}/multipart/${id}?sign=${number}`, undefined, token), ({ parts }) => parts[0].url),
    complete: (call, { rule, id }, parts, token) => call('POST', `/uploads/${rule}/multipart/${id}`, { parts }, token),
    abort: (call, { rule, id }, token) => call('DELETE', `/uploads/${rule}/multipart/${id}`, undefined, token),
  },
  Companion: {
    async create(call, rule) {
      const metadata = { size: FILE.length, chunkSize: 8 << 20, name: 'film.mp4', relativePath: null };
      const { uploadId: id, key } = json(await call('POST', `/uploads/${rule}/s3/multipart`, { ...UPLOAD, metadata }));
      return { id, key, rule };
    },
    sign: async (call, { rule, id, key }, number, token) => withUrl(await call('GET', `/uploads/${rule}/s3/multipart/${id}/${number}?key=${encodeURIComponent(key)}`, undefined, token), ({ url }) => url),
    complete: (call, { rule, id, key }, parts, token) =>
      call('POST', `/uploads/${rule}/s3/multipart/${id}/complete?key=${encodeURIComponent(key)}`, { parts: parts.map(({ partNumber, etag }) => ({ PartNumber: partNumber, ETag: etag })) }, token),
    abort: (call, { rule, id, key }, token) => call('DELETE', `/uploads/${rule}/s3/multipart/${id}?key=${encodeURIComponent(key)}`, undefined, token),
  },
  signRequest: {
    async create(call, rule) {
      const { url, key } = json(await signed(call, rule, { method: 'POST', key: 'x/film.mp4', size: FILE.length, contentType: 'video/mp4', chunkSize: 8 << 20 }));
      return { id: element(await call('POST', new URL(url).pathname + new URL(url).search), 'UploadId'), key, rule };
    },
    sign: async (call, { rule, id: uploadId, key }, partNumber, token) => withUrl(await signed(call, rule, { method: 'PUT', key, uploadId, partNumber }, token), ({ url }) => url),
    async complete(call, { rule, id: uploadId, key }, parts, token) {
      const answer = await signed(call, rule, { method: 'POST', key, uploadId }, token);
      return answer.status === 200 ? call('POST', new URL(json(answer).url).pathname, xml(parts), '') : answer;
    },
    async abort(call, { rule, id: uploadId, key }, token) {
      const answer = await signed(call, rule, { method: 'DELETE', key, uploadId }, token);
      return answer.status === 200 ? call('DELETE', new URL(json(answer).url).pathname, undefined, '') : answer;
    },
  },
};

/** @param {Call} call @param {string} rule @param {object} request @param {string} [token] */
function signed(call, rule, request, token) {
  return call('POST', `/uploads/${rule}/sign-request`, request, token);
}

describe('tampering', () => {
  /** @type {import('../servers/s3.mjs').S3Server} */
  let store;
  /** @type {Awaited<ReturnType<typeof start>>} */
  let worker;
  before(async () => {
    store = await ministack.start();
    const secrets = { ADA_TOKEN: TOKENS.ada, BOB_TOKEN: TOKENS.bob, MEDIA_ACCESS_KEY_ID: store.accessKeyId, MEDIA_SECRET_ACCESS_KEY: store.secretAccessKey };
    worker = await start({ vars: vars(store), secrets });
  });
  after(async () => void (await Promise.all([worker?.stop(), store?.stop()])));

  /** Sends a request, as Ada by default; with an empty token, without authorization. @type {Call} */
  const call = async (method, path, body, token = TOKENS.ada) => {
    /** @type {Record<string, string>} */
    const headers = { origin: 'https://www.example.com', ...(token && { authorization: `Bearer ${token}` }) };
    const answer = await worker.fetch(path, { method, headers, body: typeof body === 'object' ? JSON.stringify(body) : body });
    const text = await answer.text();
    return { status: answer.status, code: codeOf(text), text };
  };
  /** Announces a body but sends none, since an unread body can prevent the response. @param {string} path @param {number} length @returns {Promise<Answer>} */
  const answerToHead = (path, length) =>
    new Promise((resolve, reject) => {
      const headers = { origin: 'https://www.example.com', 'content-length': length };
      const outgoing = request(worker.url + path, { method: 'POST', headers }, async (incoming) => {
        const text = Buffer.concat(await incoming.toArray()).toString();
        outgoing.destroy();
        resolve({ status: incoming.statusCode ?? 0, code: codeOf(text), text });
      });
      outgoing.on('error', reject).flushHeaders();
    });
  /** @param {Answer} answer @param {[status: number, code: string]} expected */
  const assertRejected = ({ status, code, text }, ...expected) => assert.deepEqual([status, code], expected, text);
  const part = (/** @type {number} */ number) => new Uint8Array(FILE.subarray((number - 1) * (8 << 20), number * (8 << 20)));
  const assertAbsent = async (/** @type {string} */ key) => assert.equal((await s3(store, 'GET', `/${store.bucket}/${key}`)).status, 404);

  for (const [name, protocol] of Object.entries(PROTOCOLS)) {
    describe(`the ${name} protocol rejects`, () => {
      /** @type {Upload} */
      let upload;
      before(async () => void (upload = await protocol.create(call, 'film')));
      const put = async (/** @type {number} */ number, of = upload) => {
        const { url = '' } = await protocol.sign(call, of, number);
        const answer = await fetch(url, { method: 'PUT', body: part(number) });
        assert.equal(answer.status, 200, await answer.text());
        return { partNumber: number, etag: answer.headers.get('etag') ?? '' };
      };

      test('an upload ID of another caller or rule', async () => {
        assertRejected(await protocol.sign(call, upload, 1, TOKENS.bob), 404, 'NoSuchUpload');
        assertRejected(await protocol.complete(call, upload, [], TOKENS.bob), 404, 'NoSuchUpload');
        assertRejected(await protocol.abort(call, upload, TOKENS.bob), 404, 'NoSuchUpload');
        assertRejected(await protocol.sign(call, { ...upload, rule: 'other' }, 1), 404, 'NoSuchUpload');
        assertRejected(await protocol.sign(call, upload, 1, 'nobodys-token-at-all'), 401, 'InvalidToken');
        assertRejected(await protocol.abort(call, upload, ''), 401, 'MissingAuthenticationToken');
      });

      test('a changed ID, a capability instead of an ID, and an ID of S3', async () => {
        const { url } = json(await signed(call, 'film', { method: 'GET', key: upload.key, uploadId: upload.id }));
        for (const id of [upload.id.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')), url.split('/').at(-1), await rawId()])
          assertRejected(await protocol.sign(call, { ...upload, id }, 1), 404, 'NoSuchUpload');
      });

      if (name !== 'native')
        test('another key than that of the upload', async () => {
          const other = await protocol.create(call, 'other');
          for (const key of [other.key, '', `${upload.key}x`, '../x']) {
            assertRejected(await protocol.sign(call, { ...upload, key }, 1), 404, 'NoSuchUpload');
            assertRejected(await protocol.complete(call, { ...upload, key }, []), 404, 'NoSuchUpload');
            assertRejected(await protocol.abort(call, { ...upload, key }), 404, 'NoSuchUpload');
          }
          await protocol.abort(call, other);
        });

      test('a part that is too long, and numbers beyond the last part', async () => {
        const { url = '' } = await protocol.sign(call, upload, 2);
        for (const body of [part(1), new Uint8Array([...part(2), 1])]) {
          const answer = await fetch(url, { method: 'PUT', body }).catch(() => undefined); // it may close the connection without reading
          if (answer) assert.match(await answer.text(), /<Code>SignatureDoesNotMatch</);
        }
        for (const number of [0, 3, 10_000]) assertRejected(await protocol.sign(call, upload, number), 400, 'InvalidPart');
      });

      test('completing with a missing part, a repeated part, or a part of another upload', async () => {
        const other = await protocol.create(call, 'film');
        const [first, second, foreign] = /** @type {[Part, Part, Part]} */ (await Promise.all([put(1), put(2), put(2, other)]));
        assert.equal(foreign.etag, second.etag, 'the same bytes have the same ETag');
        const wrong = [[first], [second], [first, first], [first, second, { ...second, partNumber: 3 }], [first, { ...second, etag: first.etag }], [first, { ...second, etag: '"0"' }], []];
        for (const parts of wrong) assertRejected(await protocol.complete(call, upload, parts), 400, 'InvalidPart');
        assertRejected(await protocol.complete(call, other, [first, foreign]), 400, 'InvalidPart'); // `other` has no first part
        await assertAbsent(upload.key);
        await assertAbsent(other.key);
        const { status, text } = await protocol.complete(call, upload, [second, first]);
        assert.equal(status, 200, text);
        const object = await s3(store, 'GET', `/${store.bucket}/${upload.key}`);
        assert.ok(FILE.equals(Buffer.from(await object.arrayBuffer())));
        assert.ok([200, 204].includes((await protocol.abort(call, other)).status));
      });
    });
  }

  test('a capability is valid only for its rule, and signs nothing', async () => {
    const upload = await /** @type {Protocol} */ (PROTOCOLS.signRequest).create(call, 'film');
    const { url } = json(await signed(call, 'film', { method: 'GET', key: upload.key, uploadId: upload.id }));
    const path = new URL(url).pathname;
    assertRejected(await call('GET', path.replace('/film/', '/other/'), undefined, ''), 404, 'NoSuchUpload');
    assertRejected(await call('GET', path.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')), undefined, ''), 404, 'NoSuchUpload');
    assertRejected(await call('GET', `/uploads/film/parts/${upload.id}`, undefined, ''), 404, 'NoSuchUpload');
    assertRejected(await call('PUT', path, 'x', ''), 405, 'MethodNotAllowed');
    const list = await call('GET', path, undefined, '');
    assert.match(list.text, /<ListPartsResult/);
    assertRejected(await answerToHead(path, 1_200_000), 413, 'MaxMessageLengthExceeded');
    assertRejected(await call('POST', path, 'no xml', ''), 400, 'MalformedXML');
    assert.equal((await call('DELETE', path, undefined, '')).status, 204);
    assertRejected(await call('GET', path, undefined, ''), 404, 'NoSuchUpload');
    assert.equal((await worker.fetch(path, { headers: { origin: 'https://evil.example.com' } })).status, 403);
  });

  test('a capability gives nobody the ID that signs parts, even where anyone may upload', async () => {
    const protocol = /** @type {Protocol} */ (PROTOCOLS.signRequest);
    /** @type {Call} */
    const stranger = (method, path, json) => call(method, path, json, '');
    const upload = await protocol.create(stranger, 'open');
    const parts = [];
    for (const number of [1, 2]) {
      const { url = '' } = await protocol.sign(call, upload, number, '');
      const { headers } = await fetch(url, { method: 'PUT', body: part(number) });
      parts.push({ partNumber: number, etag: headers.get('etag') ?? '' });
    }
    for (const method of ['GET', 'POST', 'DELETE']) {
      const { url } = json(await signed(call, 'open', { method, key: upload.key, uploadId: upload.id }, ''));
      const { pathname } = new URL(url);
      const answer = await stranger('POST', `${pathname}?uploads`);
      const id = element(answer, 'UploadId') || pathname.split('/').at(-1) || '';
      const forged = await protocol.sign(call, { ...upload, id }, 1, '');
      if (forged.url) await fetch(forged.url, { method: 'PUT', body: part(1).fill(0) });
      assert.match(await (await worker.fetch(pathname)).text(), new RegExp(`<ETag>(&quot;|")?${parts[0]?.etag.replaceAll('"', '')}`), 'nobody replaced part 1');
      assertRejected(answer, 404, 'NoSuchUpload');
      assertRejected(forged, 404, 'NoSuchUpload');
    }
    const begin = json(await signed(call, 'open', { method: 'POST', key: 'x/film.mp4', size: FILE.length, contentType: 'video/mp4' }, '')).url;
    const { pathname } = new URL(begin);
    for (const method of ['GET', 'POST', 'DELETE']) assertRejected(await stranger(method, pathname), 404, 'NoSuchUpload');
    assertRejected(await stranger('GET', `${pathname}?uploads`), 404, 'NoSuchUpload');
    assert.equal((await protocol.complete(call, upload, parts, '')).status, 200);
  });

  test('an ID, a capability and a URL that begins an upload show nothing of what is in them', async () => {
    const protocol = /** @type {Protocol} */ (PROTOCOLS.signRequest);
    const begin = json(await signed(call, 'film', { method: 'POST', key: 'x/film.mp4', size: FILE.length, contentType: 'video/mp4' })).url;
    const upload = await protocol.create(call, 'film');
    const { url } = json(await signed(call, 'film', { method: 'GET', key: upload.key, uploadId: upload.id }));
    const part = new URL((await protocol.sign(call, upload, 1)).url ?? '');
    const idOfS3 = part.searchParams.get('uploadId') ?? ''; // S3 needs it there
    assert.ok(idOfS3);
    for (const text of [upload.id, new URL(url).pathname.split('/').at(-1) ?? '', new URL(begin).pathname.split('/').at(-1) ?? '']) {
      const shown = text + text.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
      for (const hidden of [idOfS3, 'films/', 'ada', 'film']) assert.ok(!shown.includes(hidden), hidden);
    }
  });

  test('the list that completes an upload is as long as its number of parts permits', async () => {
    for (const [name, path] of /** @type {const} */ ([['native', 'multipart/ID'], ['Companion', 's3/multipart/ID/complete?key=KEY']])) {
      const { id, key } = await /** @type {Protocol} */ (PROTOCOLS[name]).create(call, 'film');
      const at = `/uploads/film/${path.replace('ID', id).replace('KEY', encodeURIComponent(key))}`;
      assertRejected(await call('POST', at, `{"parts":[${' '.repeat(1_500)}]}`), 400, 'InvalidPart');
      assertRejected(await call('POST', at, `{"parts":[${' '.repeat(3_000)}]}`), 413, 'MaxMessageLengthExceeded');
    }
    const upload = await /** @type {Protocol} */ (PROTOCOLS.signRequest).create(call, 'film');
    const { url } = json(await signed(call, 'film', { method: 'GET', key: upload.key, uploadId: upload.id }));
    const { pathname } = new URL(url);
    assertRejected(await call('POST', pathname, `<C>${' '.repeat(1_500)}</C>`, ''), 400, 'InvalidPart');
    assertRejected(await call('POST', pathname, `<C>${' '.repeat(3_000)}</C>`, ''), 413, 'MaxMessageLengthExceeded');
    assertRejected(await call('POST', pathname, `<C ${Array.from({ length: 150 }, (_, at) => `a${at}=""`).join(' ')}/>`, ''), 400, 'MalformedXML');
  });

  test('every protocol limits and validates its requests', async () => {
    const file = { name: 'film.mp4', size: 1_000, type: 'video/mp4' };
    const betterUpload = (/** @type {object} */ body) => call('POST', '/uploads/film/better-upload', body);
    assertRejected(await betterUpload({ files: [] }), 400, 'TooManyFiles');
    assertRejected(await betterUpload({ files: Array(11).fill(file) }), 400, 'TooManyFiles');
    assertRejected(await betterUpload({ files: [{ ...file, size: 2 ** 26 }] }), 413, 'EntityTooLarge');
    assertRejected(await betterUpload({ files: [file, { ...file, type: 'text/html' }] }), 415, 'UnsupportedMediaType');
    assertRejected(await betterUpload({ files: [{ ...file, size: -1 }] }), 400, 'InvalidArgument');
    for (const files of [undefined, null, 'x', {}, [1], [{}], [{ ...file, name: 1 }]]) assertRejected(await betterUpload({ files }), 400, 'InvalidArgument');
    assertRejected(await betterUpload({ files: [file], metadata: 'x'.repeat(17_000) }), 413, 'MaxMessageLengthExceeded');
    assertRejected(await call('GET', '/uploads/film/better-upload'), 405, 'MethodNotAllowed');
    for (const request of [{ method: 'DELETE', key: 'films/x' }, { method: 'GET', key: 'films/x' }, { method: 'PATCH', key: 'x' }])
      assertRejected(await signed(call, 'film', request), 400, 'InvalidRequest');
    assertRejected(await signed(call, 'film', { method: 'PUT', key: 'x' }), 411, 'MissingContentLength');
    assertRejected(await signed(call, 'film', { method: 'POST', key: 'x.mp4', size: 2 ** 26, contentType: 'video/mp4' }), 413, 'EntityTooLarge');
    assertRejected(await signed(call, 'whole', { method: 'POST', key: 'x.mp4', size: 1_000 }), 400, 'InvalidRequest');
    assertRejected(await call('GET', '/uploads/film/s3/params?filename=x.mp4'), 411, 'MissingContentLength');
    assertRejected(await call('GET', '/uploads/film/s3/params?filename=x.mp4&metadata[size]=many'), 400, 'InvalidArgument');
    assertRejected(await call('GET', '/uploads/film/s3/params?metadata[size]=1'), 400, 'InvalidArgument');
    assertRejected(await call('POST', '/uploads/film/s3/multipart', { ...UPLOAD, metadata: { size: 1e7, chunkSize: 1 } }), 400, 'InvalidArgument');
    assertRejected(await call('POST', '/uploads/film/s3/multipart', UPLOAD), 411, 'MissingContentLength');
    for (const path of ['s3', 's3/sts', 's3/params/x', 's3/multipart/a/b/c', 'better-upload/x', 'sign-request/x']) assertRejected(await call('GET', `/uploads/film/${path}`), 404, 'NoSuchRule');
    const batch = await /** @type {Protocol} */ (PROTOCOLS.Companion).create(call, 'film');
    const { presignedUrls } = json(await call('GET', `/uploads/film/s3/multipart/${batch.id}/batch?key=${batch.key}&partNumbers=1,2`));
    assert.deepEqual(Object.keys(presignedUrls), ['1', '2']);
  });

  test("a form for an unknown size has the rule's limit", async () => {
    const { url, fields } = json(await call('GET', '/uploads/forms/s3/params?filename=film.mp4&type=video/mp4'));
    const { conditions } = JSON.parse(Buffer.from(fields.policy, 'base64').toString());
    assert.deepEqual(conditions.filter(Array.isArray), [['content-length-range', 1, 1_000]]);
    for (const [size, status] of [[0, 400], [1_001, 400], [1_000, 201]]) {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.set(name, `${value}`);
      form.set('file', new Blob([new Uint8Array(FILE.subarray(0, size))]));
      const answer = await fetch(url, { method: 'POST', body: form });
      assert.equal(answer.status, status, await answer.text());
      if (status !== 201) await assertAbsent(fields.key);
    }
    assert.match(url, /[/]$/);
  });

  /** Returns an upload ID of S3 itself. */
  async function rawId() {
    const answer = await s3(store, 'POST', `/${store.bucket}/films/ada/raw?uploads`);
    return /<UploadId>(.*?)</.exec(await answer.text())?.[1] ?? '';
  }
});

/** @param {import('../servers/s3.mjs').S3Server} store */
function vars({ endpoint, region, bucket: name }) {
  const rule = {
    bucket: 'media', callers: ['ada', 'bob'], origins: ['https://www.example.com'], key: 'films/{caller}/{uuid}.{ext}',
    types: ['video/mp4'], max_size: '32 MiB', expires: '10 min', multipart: true, uploaders: true,
  };
  return {
    BUCKETS: { posts: { provider: 'custom', forms: true, name, region, endpoint, url_style: 'path', credentials: 'MEDIA' }, media: { provider: 'custom', name, region, endpoint, url_style: 'path', credentials: 'MEDIA' } },
    CALLERS: { anyone: { kind: 'anyone' }, ada: { kind: 'bearer', secret: 'ADA_TOKEN' }, bob: { kind: 'bearer', secret: 'BOB_TOKEN' } },
    UPLOADS: { film: rule, open: { ...rule, callers: ['anyone'], key: 'films/{uuid}.{ext}' }, other: rule, whole: { ...rule, multipart: false }, forms: { ...rule, bucket: 'posts', max_size: '1 kB' } },
  };
}
