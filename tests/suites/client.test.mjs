/** @file The browser client in Chromium and Firefox, with a fake Worker and a fake bucket. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SignpostError, download } from '../../client/signpost.js';
import { needs } from '../needs.mjs';
import { FakeServer } from '../servers/fake_server.mjs';
import { BROWSERS, browser } from '../support/browser.mjs';
import { clientFile } from '../support/client.mjs';
import { slowDown } from '../support/page.mjs';

/** @typedef {import('../servers/fake_server.mjs').Answer} Answer */

const SECRET = 'X-Amz-Signature=0123abcd';
const KEY = 'pictures/a.png';
const FORM = {
  method: 'POST',
  fields: { key: KEY, bucket: 'media', 'Content-Type': 'image/png', policy: 'e30=', 'x-amz-signature': '0123' },
};
const LINK = { url: 'https://media.example/x', expires: '2026-11-23T19:10:00Z' };

const RECEIPT = 'eyJhbGciOiJFZERTQSJ9.e30.c2ln';
const STORED = { key: KEY, type: 'image/png', size: 5, etag: '"0f"', receipt: RECEIPT };

/** @type {import('playwright-core').Browser} */
let opened;
/** @type {import('playwright-core').Page} */
let page;
/** @type {FakeServer[]} */
const servers = [];

const FIREFOX = await needs('firefox');
for (const name of BROWSERS)
  describe(`in ${name}`, name === 'firefox' ? FIREFOX : {}, () => {
    before(async () => {
      opened = await browser(name);
      page = await opened.newPage();
      const module = await clientFile('signpost.js');
      const site = await serve(({ path }) =>
        path === '/signpost.js'
          ? { headers: { 'content-type': 'text/javascript' }, body: module }
          : { headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>site</title>' },
      );
      await page.goto(site.url);
    });
    after(() => opened?.close());
    tests();
  });
after(() => Promise.all(servers.map((server) => server.stop())));

function tests() {
  test('requests an upload with name, type, size, metadata and token', async () => {
    const { worker, bucket } = await pair();
    await upload(worker, { token: 'open sesame', metadata: { album: 'été' }, name: 'a b.png' });
    const { method, path, headers, body } = only(worker);
    assert.equal(`${method} ${path}`, 'POST /uploads/pictures');
    assert.equal(headers.authorization, 'Bearer open sesame');
    const expected = { filename: 'a b.png', type: 'image/png', size: 5, metadata: { album: 'été' } };
    assert.deepEqual(JSON.parse(body.toString()), expected);
    assert.equal(only(bucket).headers.authorization, undefined, 'the token is sent only to the Worker');
  });

  test('sends a form with the fields in their order and the file last', async () => {
    const { worker, bucket } = await pair();
    const { value } = await upload(worker);
    const { headers, body } = only(bucket);
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': headers['content-type'] ?? '' },
    }).formData();
    const [last, ...fields] = [...form].reverse();
    assert.deepEqual(fields.reverse(), Object.entries(FORM.fields));
    assert.equal(last?.[0], 'file');
    assert.equal(last?.[1] instanceof File && (await last[1].text()), 'bytes');
    assert.deepEqual(value, { key: KEY, type: 'image/png', size: 5 });
  });

  test('sends a PUT with the granted headers except those that the browser sets', async () => {
    const grantedHeaders = { host: 'x', 'content-type': 'image/png', 'Content-Length': '5', 'x-amz-meta-album': 'trip' };
    const { worker, bucket } = await pair({ method: 'PUT', headers: grantedHeaders });
    /** @type {string[]} */
    const messages = [];
    page.on('console', (message) => messages.push(message.text()));
    const { value } = await upload(worker);
    const { method, headers, body } = only(bucket);
    assert.equal(`${method} ${body}`, 'PUT bytes');
    assert.equal(headers['content-type'], 'image/png');
    assert.equal(headers['content-length'], '5');
    assert.equal(headers['x-amz-meta-album'], 'trip');
    assert.deepEqual(messages, [], 'no "Refused to set unsafe header"');
    assert.equal(value?.key, KEY);
  });

  describe('a grant that can be confirmed', () => {
    const missing = problem(404, { title: 'Not Found', code: 'NoSuchKey' });
    const confirmations = (/** @type {FakeServer} */ worker) => worker.requests.filter(({ path }) => path === '/uploads/pictures/confirm');

    test('is confirmed once the bucket has the file, with the same token, and the result has the receipt', async () => {
      const { worker, bucket } = await confirming([{ body: JSON.stringify(STORED) }]);
      const { value } = await upload(worker, { token: 'open sesame' });
      assert.deepEqual(value, STORED);
      const [{ method, headers, body }] = confirmations(worker);
      assert.deepEqual([method, headers.authorization, headers['content-type']], ['POST', 'Bearer open sesame', 'application/json']);
      assert.deepEqual(JSON.parse(`${body}`), { confirm: 'the state' });
      assert.equal(bucket.requests.length, 1);
    });

    test('is confirmed later if the bucket does not list the file at once, or if the Worker fails', async () => {
      for (const first of [missing, problem(503, { code: 'ServiceUnavailable' })]) {
        const { worker, bucket } = await confirming([first, { body: JSON.stringify(STORED) }]);
        assert.deepEqual((await upload(worker, { retries: 1 })).value, STORED);
        assert.deepEqual([confirmations(worker).length, bucket.requests.length], [2, 1], 'the file is sent once');
      }
    });

    test('fails if the file does not arrive, or is not what was granted', async () => {
      const mismatch = problem(409, { code: 'UploadMismatch', detail: 'Another size.' });
      for (const [answer, times, code] of /** @type {const} */ ([[missing, 5, 'NoSuchKey'], [mismatch, 1, 'UploadMismatch']])) {
        const { worker, bucket } = await confirming([answer]);
        const { error } = await upload(worker);
        assert.equal(error?.code, code);
        assert.deepEqual([confirmations(worker).length, bucket.requests.length], [times, 1]);
      }
    });

    test('can be aborted while it is confirmed', async () => {
      const { worker, bucket } = await confirming([{ silent: true }]);
      const outcome = upload(worker, { aborted: false });
      while (confirmations(worker).length === 0) await sleep(10);
      await page.evaluate(() => window.dispatchEvent(new Event('stop')));
      assert.equal((await outcome).error?.name, 'AbortError');
      assert.equal(bucket.requests.length, 1);
    });
  });

  test('an upload in parts resolves with what the Worker says about the object when it is complete', async () => {
    const bucket = await serve(() => ({ headers: { etag: '"e"', 'access-control-expose-headers': 'etag' } }));
    const begun = { uploadId: 'id', key: KEY, partSize: 5, parts: 1 };
    const signed = { parts: [{ partNumber: 1, url: `${bucket.url}/1`, headers: {}, expires: '2999-01-01T00:00:00Z' }] };
    const worker = await serve(({ method, path }) => ({
      body: JSON.stringify(method === 'GET' ? signed : path?.endsWith('/id') ? STORED : begun),
    }));
    assert.deepEqual((await upload(worker, { partsAbove: 1 })).value, STORED);
    assert.equal(worker.requests.at(-1)?.path, '/uploads/pictures/multipart/id', 'no request to confirm it');
  });

  test('sends application/octet-stream for an unknown type', async () => {
    const { worker } = await pair();
    await upload(worker, { type: '' });
    assert.equal(JSON.parse(only(worker).body.toString()).type, 'application/octet-stream');
  });

  test('reports the progress of an upload', async () => {
    const { worker } = await pair();
    await slowDown(page, 500_000);
    const { progress = [] } = await upload(worker, { size: 1_000_000, progress: true });
    await slowDown(page, Infinity);
    assert.ok(progress.length > 2, `expected several steps, found ${progress.length}`);
    assert.deepEqual(progress, progress.toSorted((a, b) => a - b));
    assert.equal(progress.at(-1), 1);
  });

  test('needs a preflight for a form only if progress is requested', async () => {
    const { worker, bucket } = await pair();
    await upload(worker);
    assert.equal(bucket.preflights, 0);
    await upload(worker, { progress: true });
    assert.equal(bucket.preflights, 1);
  });

  test('throws the error of the Worker', async () => {
    const worker = await serve(() => problem(415, { title: 'Unsupported Media Type', detail: 'No GIF here.', code: 'X' }));
    const { error } = await upload(worker);
    assert.deepEqual(error, { name: 'SignpostError', status: 415, code: 'X', message: 'No GIF here.' });
  });

  test('throws QuotaExceeded, and requests no other signature', async () => {
    const detail = 'This upload is not within your quota: 5 B and 3 files are left until 2026-11-24T00:00:00Z.';
    const worker = await serve(() => problem(403, { title: 'Forbidden', detail, code: 'QuotaExceeded', remaining: { bytes: 5, files: 3 }, resets: '2026-11-24T00:00:00Z' }));
    assert.deepEqual((await upload(worker)).error, { name: 'SignpostError', status: 403, code: 'QuotaExceeded', message: detail });
    assert.equal(worker.requests.filter(({ method }) => method === 'POST').length, 1);
    const body = '<?xml version="1.0"?><Error><Code>QuotaExceeded</Code><Message>Too much</Message></Error>';
    const { worker: other } = await pair(FORM, { status: 403, headers: { 'content-type': 'application/xml' }, body });
    assert.deepEqual((await upload(other)).error, { name: 'SignpostError', status: 403, code: 'QuotaExceeded', message: 'Too much' });
    assert.equal(other.requests.filter(({ method }) => method === 'POST').length, 1);
  });

  test('throws the error of the bucket', async () => {
    const xml = '<?xml version="1.0"?><Error><Code>EntityTooLarge</Code><Message>Large &amp; late</Message></Error>';
    const { worker } = await pair(FORM, { status: 400, headers: { 'content-type': 'application/xml' }, body: xml });
    const { error } = await upload(worker);
    assert.deepEqual(error, { name: 'SignpostError', status: 400, code: 'EntityTooLarge', message: 'Large & late' });
  });

  test('throws UnexpectedAnswer if the response is from neither', async () => {
    for (const status of [200, 502]) {
      const proxy = await serve(() => ({ status, headers: { 'content-type': 'text/html' }, body: '<h1>Hello</h1>' }));
      const { error } = await upload(proxy);
      assert.equal(`${error?.status} ${error?.code}`, `${status} UnexpectedAnswer`);
    }
    const { worker } = await pair(FORM, { status: 503 });
    const { error } = await upload(worker);
    assert.equal(`${error?.status} ${error?.code}`, '503 UnexpectedAnswer');
  });

  test('throws NetworkError for an unreachable host or missing CORS, without the signature', async () => {
    const stopped = await serve(() => ({}));
    await stopped.stop();
    const { worker, bucket } = await pair(FORM, { noCors: true });
    for (const [target, failing] of /** @type {const} */ ([[stopped, stopped], [worker, bucket]])) {
      const { error } = await upload(target);
      assert.equal(`${error?.status} ${error?.code}`, '0 NetworkError');
      assert.ok(error?.message.startsWith(new URL(failing.url).host), error?.message);
      assert.ok(!error?.message.includes(SECRET), error?.message);
    }
  });

  test('sends nothing if it is aborted before the request', async () => {
    const { worker } = await pair();
    const { error } = await upload(worker, { aborted: true });
    assert.equal(error?.name, 'AbortError');
    assert.equal(worker.requests.length, 0);
  });

  test('closes the connection if it is aborted during a request', async () => {
    const silent = await serve(() => ({ silent: true }));
    const { worker, bucket } = await pair(FORM, { silent: true });
    for (const [target, waiting] of /** @type {const} */ ([[silent, silent], [worker, bucket]])) {
      const outcome = upload(target, { aborted: false });
      await waiting.firstRequest;
      await page.evaluate(() => window.dispatchEvent(new Event('stop')));
      await waiting.firstClose;
      assert.equal((await outcome).error?.name, 'AbortError');
    }
  });

  test('rejects with the reason of the signal', async () => {
    const worker = await serve(() => ({ silent: true }));
    const signal = AbortSignal.timeout(50);
    await assert.rejects(download('a.png', { endpoint: worker.url, rule: 'pictures', signal }), { name: 'TimeoutError' });
  });

  test('requests a link as JSON, with each segment of the path encoded', async () => {
    const worker = await serve(() => ({ body: JSON.stringify(LINK) }));
    const options = { endpoint: `${worker.url}/`, rule: 'my pictures', token: 'open sesame' };
    assert.deepEqual(await download('2026/a+b c?#%é.png', options), LINK);
    const { method, path, headers } = only(worker);
    assert.equal(`${method} ${path}`, 'GET /downloads/my%20pictures/2026/a%2Bb%20c%3F%23%25%C3%A9.png');
    assert.equal(headers.accept, 'application/json');
    assert.equal(headers.authorization, 'Bearer open sesame');
  });

  test('requests a link with a file name', async () => {
    const worker = await serve(() => ({ body: JSON.stringify(LINK) }));
    await download('a.pdf', { endpoint: worker.url, rule: 'notes', filename: 'Rechnung März.pdf' });
    assert.equal(only(worker).path, '/downloads/notes/a.pdf?download=Rechnung%20M%C3%A4rz.pdf');
  });

  test('sends nothing for a path that leads to another route', async () => {
    const worker = await serve(() => ({ body: JSON.stringify(LINK) }));
    await assert.rejects(download('../../uploads/x', { endpoint: worker.url, rule: 'pictures' }), TypeError);
    assert.equal(worker.requests.length, 0);
  });

  test('throws a SignpostError for a link, with its cause if there is one', async () => {
    const worker = await serve(() => problem(404, { title: 'Not Found', code: 'NoSuchKey' }));
    const attempt = () => download('a.png', { endpoint: worker.url, rule: 'pictures', retries: 0 }).catch((reason) => reason);
    const error = await attempt();
    assert.ok(error instanceof SignpostError);
    assert.equal(`${error.status} ${error.code} ${error.message}`, '404 NoSuchKey Not Found');
    await worker.stop();
    assert.ok((await attempt()).cause instanceof TypeError);
  });
}

/**
 * The options of an upload; with `aborted` it has a signal, which is aborted at once or by the event `stop`.
 *
 * @typedef {object} Options
 * @property {string} [name]
 * @property {string} [type]
 * @property {number} [size]
 * @property {string} [token]
 * @property {Record<string, string>} [metadata]
 * @property {boolean} [progress]
 * @property {boolean} [aborted]
 * @property {number} [retries]
 * @property {number} [partsAbove]
 */

/**
 * Uploads from the page, and returns the result or the error.
 *
 * @param {FakeServer} worker
 * @param {Options} [options]
 */
function upload(worker, options = {}) {
  return page.evaluate(
    async ({ endpoint, name = 'a.png', type = 'image/png', size, token, metadata, progress, aborted, retries = 0, partsAbove }) => {
      /** @type {typeof import('../../client/signpost.js')} */
      const { upload } = await import(`${location.origin}/signpost.js`);
      const file = new File([size ? new Uint8Array(size) : 'bytes'], name, { type });
      /** @type {number[]} */
      const values = [];
      const onprogress = (/** @type {ProgressEvent} */ { loaded, total }) => void values.push(loaded / total);
      const controller = new AbortController();
      if (aborted) controller.abort();
      addEventListener('stop', () => controller.abort(), { once: true });
      const signal = aborted === undefined ? undefined : controller.signal;
      const options = { endpoint, rule: 'pictures', token, metadata, signal, retries, partsAbove };
      try {
        return { value: await upload(file, progress ? { ...options, onprogress } : options), progress: values };
      } catch (error) {
        const { name, status, code, message } = /** @type {import('../../client/signpost.js').SignpostError} */ (error);
        return { error: { name, status, code, message } };
      }
    },
    { endpoint: worker.url, ...options },
  );
}

/**
 * Starts a Worker that grants uploads to a bucket, and the bucket.
 *
 * @param {object} [grant]
 * @param {Answer} [answer] the bucket's
 */
async function pair(grant = FORM, answer = { status: 204 }) {
  const bucket = await serve(() => answer);
  const body = JSON.stringify({ url: `${bucket.url}/media?${SECRET}`, key: KEY, expires: LINK.expires, ...grant });
  return { worker: await serve(() => ({ body })), bucket };
}

/**
 * Starts a Worker whose grants can be confirmed, and the bucket.
 *
 * @param {Answer[]} answers to the requests to confirm, in order; the last one is repeated
 */
async function confirming(answers) {
  const bucket = await serve(() => ({ status: 204 }));
  const grant = JSON.stringify({ url: `${bucket.url}/media`, expires: LINK.expires, ...FORM, key: KEY, confirm: 'the state' });
  const worker = await serve(({ path, method }) => {
    if (method === 'OPTIONS' || !path?.endsWith('/confirm')) return { body: grant };
    return (answers.length > 1 ? answers.shift() : answers[0]) ?? {};
  });
  return { worker, bucket };
}

/** @param {ConstructorParameters<typeof FakeServer>[0]} answer */
async function serve(answer) {
  const server = await FakeServer.start(answer);
  servers.push(server);
  return server;
}

/**
 * @param {number} status
 * @param {object} members
 * @returns {Answer}
 */
function problem(status, members) {
  const headers = { 'content-type': 'application/problem+json' };
  return { status, headers, body: JSON.stringify({ status, ...members }) };
}

/** Returns the only request. @param {FakeServer} server */
function only(server) {
  const [request, ...more] = server.requests;
  assert.ok(request && more.length === 0, `expected one request, found ${server.requests.length}`);
  return request;
}
