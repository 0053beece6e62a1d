/** @file The tampering table: what nobody gets by bending an upload in parts, by whichever way in. Each is refused, with a code. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import * as ministack from '../servers/ministack.mjs';
import { s3 } from '../servers/s3.mjs';
import { start } from '../servers/worker.mjs';

/** @typedef {{ partNumber: number, etag: string }} Part */
/** @typedef {{ id: string, key: string, rule: string, pass?: string }} Upload */
/** @typedef {{ status: number, code: string, text: string }} Answer */
/** @typedef {(method: string, path: string, json?: object | string, token?: string) => Promise<Answer>} Asks */

/**
 * A way in: how it begins an upload, asks for a part's URL, completes, lists and drops.
 *
 * @typedef {object} Way
 * @property {(ask: Asks, rule: string) => Promise<Upload>} begin
 * @property {(ask: Asks, upload: Upload, number: number, token?: string) => Promise<Answer & { url?: string }>} sign
 * @property {(ask: Asks, upload: Upload, parts: Part[], token?: string) => Promise<Answer>} complete
 * @property {(ask: Asks, upload: Upload, token?: string) => Promise<Answer>} drop
 */

const FILE = randomBytes(12_000_001);
const TOKENS = { ada: 'a-token-of-ada-for-tests', bob: 'a-token-of-bob-for-tests' };
const BEGIN = { filename: 'film.mp4', type: 'video/mp4' };

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

/** @type {Record<string, Way>} */
const WAYS = {
  'our own': {
    async begin(ask, rule) {
      const { uploadId: id, key } = json(await ask('POST', `/uploads/${rule}/multipart`, { ...BEGIN, size: FILE.length }));
      return { id, key, rule };
    },
    sign: async (ask, { rule, id }, number, token) => withUrl(await ask('GET', `/uploads/${rule}/multipart/${id}?sign=${number}`, undefined, token), ({ parts }) => parts[0].url),
    complete: (ask, { rule, id }, parts, token) => ask('POST', `/uploads/${rule}/multipart/${id}`, { parts }, token),
    drop: (ask, { rule, id }, token) => ask('DELETE', `/uploads/${rule}/multipart/${id}`, undefined, token),
  },
  "Companion's": {
    async begin(ask, rule) {
      const metadata = { size: FILE.length, chunkSize: 8 << 20, name: 'film.mp4', relativePath: null };
      const { uploadId: id, key } = json(await ask('POST', `/uploads/${rule}/s3/multipart`, { ...BEGIN, metadata }));
      return { id, key, rule };
    },
    sign: async (ask, { rule, id, key }, number, token) => withUrl(await ask('GET', `/uploads/${rule}/s3/multipart/${id}/${number}?key=${encodeURIComponent(key)}`, undefined, token), ({ url }) => url),
    complete: (ask, { rule, id, key }, parts, token) =>
      ask('POST', `/uploads/${rule}/s3/multipart/${id}/complete?key=${encodeURIComponent(key)}`, { parts: parts.map(({ partNumber, etag }) => ({ PartNumber: partNumber, ETag: etag })) }, token),
    drop: (ask, { rule, id, key }, token) => ask('DELETE', `/uploads/${rule}/s3/multipart/${id}?key=${encodeURIComponent(key)}`, undefined, token),
  },
  'signRequest': {
    async begin(ask, rule) {
      const { url, key } = json(await signed(ask, rule, { method: 'POST', key: 'x/film.mp4', size: FILE.length, contentType: 'video/mp4', chunkSize: 8 << 20 }));
      return { id: element(await ask('POST', new URL(url).pathname + new URL(url).search), 'UploadId'), key, rule };
    },
    sign: async (ask, { rule, id: uploadId, key }, partNumber, token) => withUrl(await signed(ask, rule, { method: 'PUT', key, uploadId, partNumber }, token), ({ url }) => url),
    async complete(ask, { rule, id: uploadId, key }, parts, token) {
      const answer = await signed(ask, rule, { method: 'POST', key, uploadId }, token);
      return answer.status === 200 ? ask('POST', new URL(json(answer).url).pathname, xml(parts), '') : answer;
    },
    async drop(ask, { rule, id: uploadId, key }, token) {
      const answer = await signed(ask, rule, { method: 'DELETE', key, uploadId }, token);
      return answer.status === 200 ? ask('DELETE', new URL(json(answer).url).pathname, undefined, '') : answer;
    },
  },
};

/** @param {Asks} ask @param {string} rule @param {object} request @param {string} [token] */
function signed(ask, rule, request, token) {
  return ask('POST', `/uploads/${rule}/sign-request`, request, token);
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

  /** Asks as Ada, unless someone else, or nobody, is named. @type {Asks} */
  const ask = async (method, path, body, token = TOKENS.ada) => {
    /** @type {Record<string, string>} */
    const headers = { origin: 'https://www.example.com', ...(token && { authorization: `Bearer ${token}` }) };
    const answer = await worker.fetch(path, { method, headers, body: typeof body === 'object' ? JSON.stringify(body) : body });
    const text = await answer.text();
    return { status: answer.status, code: codeOf(text), text };
  };
  /** Announces a body and sends nothing of it: what is sent and not read may cost the answer. @param {string} path @param {number} length @returns {Promise<Answer>} */
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
  const refused = ({ status, code, text }, ...expected) => assert.deepEqual([status, code], expected, text);
  const part = (/** @type {number} */ number) => new Uint8Array(FILE.subarray((number - 1) * (8 << 20), number * (8 << 20)));
  const absent = async (/** @type {string} */ key) => assert.equal((await s3(store, 'GET', `/${store.bucket}/${key}`)).status, 404);

  for (const [name, way] of Object.entries(WAYS)) {
    describe(`${name} way`, () => {
      /** @type {Upload} */
      let upload;
      before(async () => void (upload = await way.begin(ask, 'film')));
      const put = async (/** @type {number} */ number, of = upload) => {
        const { url = '' } = await way.sign(ask, of, number);
        const answer = await fetch(url, { method: 'PUT', body: part(number) });
        assert.equal(answer.status, 200, await answer.text());
        return { partNumber: number, etag: answer.headers.get('etag') ?? '' };
      };

      test("another's upload id, and one of another rule", async () => {
        refused(await way.sign(ask, upload, 1, TOKENS.bob), 404, 'NoSuchUpload');
        refused(await way.complete(ask, upload, [], TOKENS.bob), 404, 'NoSuchUpload');
        refused(await way.drop(ask, upload, TOKENS.bob), 404, 'NoSuchUpload');
        refused(await way.sign(ask, { ...upload, rule: 'other' }, 1), 404, 'NoSuchUpload');
        refused(await way.sign(ask, upload, 1, 'nobodys-token-at-all'), 401, 'InvalidToken');
        refused(await way.drop(ask, upload, ''), 401, 'MissingAuthenticationToken');
      });

      test('a bent id, a pass in place of an id, and an id of S3', async () => {
        const { url } = json(await signed(ask, 'film', { method: 'GET', key: upload.key, uploadId: upload.id }));
        for (const id of [upload.id.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')), url.split('/').at(-1), await rawId()])
          refused(await way.sign(ask, { ...upload, id }, 1), 404, 'NoSuchUpload');
      });

      if (name !== 'our own')
        test('a key that is not the upload\'s', async () => {
          const other = await way.begin(ask, 'other');
          for (const key of [other.key, '', `${upload.key}x`, '../x']) {
            refused(await way.sign(ask, { ...upload, key }, 1), 404, 'NoSuchUpload');
            refused(await way.complete(ask, { ...upload, key }, []), 404, 'NoSuchUpload');
            refused(await way.drop(ask, { ...upload, key }), 404, 'NoSuchUpload');
          }
          await way.drop(ask, other);
        });

      test('a part that is too long, and more parts than there are', async () => {
        const { url = '' } = await way.sign(ask, upload, 2);
        for (const body of [part(1), new Uint8Array([...part(2), 1])]) {
          const answer = await fetch(url, { method: 'PUT', body }).catch(() => undefined); // it may hang up without reading
          if (answer) assert.match(await answer.text(), /<Code>SignatureDoesNotMatch</);
        }
        for (const number of [0, 3, 10_000]) refused(await way.sign(ask, upload, number), 400, 'InvalidPart');
      });

      test('completing with a part that is missing, twice there, or another upload\'s', async () => {
        const other = await way.begin(ask, 'film');
        const [one, two, foreign] = /** @type {[Part, Part, Part]} */ (await Promise.all([put(1), put(2), put(2, other)]));
        assert.equal(foreign.etag, two.etag, 'the same bytes have the same tag');
        const wrong = [[one], [two], [one, one], [one, two, { ...two, partNumber: 3 }], [one, { ...two, etag: one.etag }], [one, { ...two, etag: '"0"' }], []];
        for (const parts of wrong) refused(await way.complete(ask, upload, parts), 400, 'InvalidPart');
        refused(await way.complete(ask, other, [one, foreign]), 400, 'InvalidPart'); // which has no first part
        await absent(upload.key);
        await absent(other.key);
        const { status, text } = await way.complete(ask, upload, [two, one]);
        assert.equal(status, 200, text);
        const object = await s3(store, 'GET', `/${store.bucket}/${upload.key}`);
        assert.ok(FILE.equals(Buffer.from(await object.arrayBuffer())));
        assert.ok([200, 204].includes((await way.drop(ask, other)).status));
      });
    });
  }

  test('a pass is good for its rule alone, and signs nothing', async () => {
    const upload = await /** @type {Way} */ (WAYS['signRequest']).begin(ask, 'film');
    const { url } = json(await signed(ask, 'film', { method: 'GET', key: upload.key, uploadId: upload.id }));
    const path = new URL(url).pathname;
    refused(await ask('GET', path.replace('/film/', '/other/'), undefined, ''), 404, 'NoSuchUpload');
    refused(await ask('GET', path.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')), undefined, ''), 404, 'NoSuchUpload');
    refused(await ask('GET', `/uploads/film/parts/${upload.id}`, undefined, ''), 404, 'NoSuchUpload');
    refused(await ask('PUT', path, 'x', ''), 405, 'MethodNotAllowed');
    const list = await ask('GET', path, undefined, '');
    assert.match(list.text, /<ListPartsResult/);
    refused(await answerToHead(path, 1_200_000), 413, 'MaxMessageLengthExceeded');
    refused(await ask('POST', path, 'no xml', ''), 400, 'InvalidPart');
    assert.equal((await ask('DELETE', path, undefined, '')).status, 204);
    refused(await ask('GET', path, undefined, ''), 404, 'NoSuchUpload');
    assert.equal((await worker.fetch(path, { headers: { origin: 'https://evil.example.com' } })).status, 403);
  });

  test('what is asked of the ways in is bounded, and of the right kind', async () => {
    const file = { name: 'film.mp4', size: 1_000, type: 'video/mp4' };
    const better = (/** @type {object} */ body) => ask('POST', '/uploads/film/better-upload', body);
    refused(await better({ files: [] }), 400, 'TooManyFiles');
    refused(await better({ files: Array(11).fill(file) }), 400, 'TooManyFiles');
    refused(await better({ files: [{ ...file, size: 2 ** 26 }] }), 413, 'EntityTooLarge');
    refused(await better({ files: [file, { ...file, type: 'text/html' }] }), 415, 'UnsupportedMediaType');
    refused(await better({ files: [{ ...file, size: -1 }] }), 400, 'InvalidArgument');
    for (const files of [undefined, null, 'x', {}, [1], [{}], [{ ...file, name: 1 }]]) refused(await better({ files }), 400, 'InvalidArgument');
    refused(await better({ files: [file], metadata: 'x'.repeat(17_000) }), 413, 'MaxMessageLengthExceeded');
    refused(await ask('GET', '/uploads/film/better-upload'), 405, 'MethodNotAllowed');
    for (const request of [{ method: 'DELETE', key: 'films/x' }, { method: 'GET', key: 'films/x' }, { method: 'PATCH', key: 'x' }])
      refused(await signed(ask, 'film', request), 400, 'InvalidRequest');
    refused(await signed(ask, 'film', { method: 'PUT', key: 'x' }), 411, 'MissingContentLength');
    refused(await signed(ask, 'film', { method: 'POST', key: 'x.mp4', size: 2 ** 26, contentType: 'video/mp4' }), 413, 'EntityTooLarge');
    refused(await signed(ask, 'whole', { method: 'POST', key: 'x.mp4', size: 1_000 }), 400, 'InvalidRequest');
    refused(await ask('GET', '/uploads/film/s3/params?filename=x.mp4'), 411, 'MissingContentLength');
    refused(await ask('GET', '/uploads/film/s3/params?filename=x.mp4&metadata[size]=many'), 400, 'InvalidArgument');
    refused(await ask('GET', '/uploads/film/s3/params?metadata[size]=1'), 400, 'InvalidArgument');
    refused(await ask('POST', '/uploads/film/s3/multipart', { ...BEGIN, metadata: { size: 1e7, chunkSize: 1 } }), 400, 'InvalidArgument');
    refused(await ask('POST', '/uploads/film/s3/multipart', BEGIN), 411, 'MissingContentLength');
    for (const path of ['s3', 's3/sts', 's3/params/x', 's3/multipart/a/b/c', 'better-upload/x', 'sign-request/x']) refused(await ask('GET', `/uploads/film/${path}`), 404, 'NoSuchRule');
    const batch = await /** @type {Way} */ (WAYS["Companion's"]).begin(ask, 'film');
    const { presignedUrls } = json(await ask('GET', `/uploads/film/s3/multipart/${batch.id}/batch?key=${batch.key}&partNumbers=1,2`));
    assert.deepEqual(Object.keys(presignedUrls), ['1', '2']);
  });

  test("a form for a size that is not told holds the rule's limit", async () => {
    const { url, fields } = json(await ask('GET', '/uploads/forms/s3/params?filename=film.mp4&type=video/mp4'));
    const { conditions } = JSON.parse(Buffer.from(fields.policy, 'base64').toString());
    assert.deepEqual(conditions.filter(Array.isArray), [['content-length-range', 1, 1_000]]);
    for (const [size, status] of [[0, 400], [1_001, 400], [1_000, 201]]) {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.set(name, `${value}`);
      form.set('file', new Blob([new Uint8Array(FILE.subarray(0, size))]));
      const answer = await fetch(url, { method: 'POST', body: form });
      assert.equal(answer.status, status, await answer.text());
      if (status !== 201) await absent(fields.key);
    }
    assert.match(url, /[/]$/);
  });

  /** An upload's id as S3 itself has it. */
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
    CALLERS: { ada: { kind: 'bearer', secret: 'ADA_TOKEN' }, bob: { kind: 'bearer', secret: 'BOB_TOKEN' } },
    UPLOADS: { film: rule, other: rule, whole: { ...rule, multipart: false }, forms: { ...rule, bucket: 'posts', max_size: '1 kB' } },
  };
}
