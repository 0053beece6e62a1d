/** @file The client's `uploadAll` in Chromium and Firefox, with a fake Worker and a fake bucket. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { needs } from '../needs.mjs';
import { FakeServer } from '../servers/fake_server.mjs';
import { BROWSERS, browser } from '../support/browser.mjs';
import { clientFile } from '../support/client.mjs';

/** @typedef {{ filename: string, type: string, size: number, metadata?: Record<string, string> }} Asked */

const EXPIRES = '2999-01-01T00:00:00Z';
const refused = (/** @type {number} */ status, /** @type {string} */ code, more = {}) => ({ error: { title: 'No', status, detail: `Not ${code}.`, code, ...more } });

const FIREFOX = await needs('firefox');
for (const name of BROWSERS) describe(`in ${name}`, name === 'firefox' ? FIREFOX : {}, () => tests(name));

/** @param {string} name */
function tests(name) {
  /** @type {import('playwright-core').Browser} */
  let opened;
  /** @type {import('playwright-core').Page} */
  let page;
  /** @type {FakeServer[]} */
  const servers = [];
  before(async () => {
    opened = await browser(/** @type {any} */ (name));
    page = await opened.newPage();
    const module = await clientFile('signpost.js');
    const site = await FakeServer.start(({ path }) =>
      path === '/signpost.js'
        ? { headers: { 'content-type': 'text/javascript' }, body: module }
        : { headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>site</title>' },
    );
    servers.push(site);
    await page.goto(site.url);
  });
  after(async () => {
    await opened?.close();
    await Promise.all(servers.map((server) => server.stop()));
  });

  /** Names of files in the bucket, and the most that it has received at once. */
  let [stored, most] = [/** @type {string[]} */ ([]), 0];
  beforeEach(() => void ([stored, most] = [[], 0]));

  /**
   * Starts a Worker and a bucket. A file is stored under its name.
   *
   * @param {{ answer?: (asked: Asked) => object | undefined, lists?: (body: { files: Asked[] }) => import('../servers/fake_server.mjs').Answer | undefined, one?: (asked: Asked) => import('../servers/fake_server.mjs').Answer | undefined, bucket?: (name: string) => number }} how
   */
  async function start({ answer, lists, one, bucket: status = () => 204 } = {}) {
    let now = 0; // of this bucket: one of an earlier test can still be answering
    const bucket = await FakeServer.start(({ method, path = '' }) => {
      if (method === 'OPTIONS') return {};
      const name = decodeURIComponent(path.slice(1));
      const found = status(name);
      if (found < 300) stored.push(name);
      most = Math.max(most, (now += 1));
      const body = new Promise((resolve) => setTimeout(() => resolve(Buffer.from('')), 20)).finally(() => (now -= 1));
      return { status: found, body: found === 204 ? undefined : /** @type {Promise<Buffer>} */ (body) };
    });
    const grant = (/** @type {Asked} */ { filename }) => ({ method: 'PUT', url: `${bucket.url}/${encodeURIComponent(filename)}`, headers: {}, key: `files/${filename}`, expires: EXPIRES });
    const worker = await FakeServer.start(({ method, body }) => {
      if (method === 'OPTIONS') return {};
      const asked = JSON.parse(`${body}`);
      if (asked.confirm) return { body: JSON.stringify({ key: asked.confirm, type: 'text/plain', size: 1, etag: '"e"', receipt: `receipt of ${asked.confirm}` }) };
      if (!asked.files) return one?.(asked) ?? { body: JSON.stringify(grant(asked)) };
      return lists?.(asked) ?? { body: JSON.stringify({ files: asked.files.map((/** @type {Asked} */ file) => answer?.(file) ?? grant(file)) }) };
    });
    servers.push(worker, bucket);
    const bodies = () => worker.requests.map(({ body }) => JSON.parse(`${body}`));
    return { worker, bucket, grant, bodies };
  }

  /**
   * Uploads files from the page.
   *
   * @param {FakeServer} worker
   * @param {[name: string, size: number][]} files
   * @param {{ atOnce?: number, retries?: number, partsAbove?: number, token?: string, metadata?: Record<string, string>, abortAfter?: number }} [options]
   */
  const uploadAll = (worker, files, options = {}) =>
    page.evaluate(
      async ({ endpoint, files, abortAfter, ...options }) => {
        /** @type {typeof import('../../client/signpost.js')} */
        const { uploadAll } = await import(`${location.origin}/signpost.js`);
        const controller = new AbortController();
        /** @type {number[]} */
        const whole = [];
        /** @type {number[]} */
        const done = [];
        /** @type {Record<number, number>} */
        const each = {};
        const results = await uploadAll(files.map(([name, size]) => new File(['x'.repeat(size)], name, { type: 'text/plain' })), {
          endpoint,
          rule: 'files',
          retries: 0,
          ...options,
          signal: controller.signal,
          onprogress: ({ loaded, total }) => void whole.push(loaded / total),
          onfileprogress: (index, { loaded, total }) => void (each[index] = loaded / total),
          onfile(index) {
            done.push(index);
            if (done.length === abortAfter) controller.abort();
          },
        });
        const shown = results.map((result) => (result.status === 'fulfilled' ? result.value : `${result.reason.status === undefined ? result.reason.name : result.reason.code}`));
        return { results: shown, whole, each, done };
      },
      { endpoint: worker.url, files, ...options },
    );

  const numbered = (/** @type {number} */ count) => Array.from({ length: count }, (_, index) => /** @type {[string, number]} */ ([`${index}.txt`, 1]));

  test('requests the signatures of all files at once, and returns the results in their order', async () => {
    const { worker, bodies } = await start();
    const { results } = await uploadAll(worker, [['b.txt', 3], ['a.txt', 2]], { token: 'open sesame', metadata: { album: 'x' } });
    assert.deepEqual(bodies(), [{ files: [{ filename: 'b.txt', type: 'text/plain', size: 3, metadata: { album: 'x' } }, { filename: 'a.txt', type: 'text/plain', size: 2, metadata: { album: 'x' } }] }]);
    assert.equal(worker.requests[0].headers.authorization, 'Bearer open sesame');
    assert.deepEqual(results, [{ key: 'files/b.txt', type: 'text/plain', size: 3 }, { key: 'files/a.txt', type: 'text/plain', size: 2 }]);
    assert.deepEqual(stored.sort(), ['a.txt', 'b.txt']);
  });

  test('sends at most 100 files in one request, and four at the same time to the bucket', async () => {
    const { worker, bodies } = await start({ bucket: () => 200 });
    const { results } = await uploadAll(worker, numbered(205));
    assert.deepEqual(bodies().map(({ files }) => files.length), [100, 100, 5]);
    assert.equal(stored.length, 205);
    assert.ok(results.every((result, index) => typeof result === 'object' && result.key === `files/${index}.txt`));
    assert.ok(most > 1 && most <= 4, `${most}`); // a slow browser does not reach four
  });

  test('sends as many at the same time as it is told', async () => {
    const { worker } = await start({ bucket: () => 200 });
    await uploadAll(worker, numbered(9), { atOnce: 2 });
    assert.ok(most >= 1 && most <= 2, `${most}`);
  });

  test('keeps a request within the length that the Worker accepts', async () => {
    const { worker, bodies } = await start();
    const metadata = { note: 'é'.repeat(2_000) };
    const { results } = await uploadAll(worker, numbered(100), { metadata });
    assert.equal(results.length, 100);
    assert.ok(worker.requests.every(({ body }) => body.length <= 262_144), worker.requests.map(({ body }) => body.length).join());
    assert.deepEqual(bodies().map(({ files }) => files.length), [64, 36]);
  });

  test('a file that fails, at the Worker or the bucket, does not stop the others', async () => {
    const { worker } = await start({
      answer: ({ filename }) => ({ '1.txt': refused(415, 'UnsupportedMediaType'), '3.txt': refused(403, 'QuotaExceeded') })[filename],
      bucket: (name) => (name === '2.txt' ? 400 : 204),
    });
    const { results } = await uploadAll(worker, numbered(4));
    assert.deepEqual(results.map((result) => (typeof result === 'string' ? result : result.key)), ['files/0.txt', 'UnsupportedMediaType', 'UnexpectedAnswer', 'QuotaExceeded']);
  });

  test('a request for all that is refused fails each file, and sends none', async () => {
    const { worker } = await start({ lists: () => ({ status: 401, body: JSON.stringify(refused(401, 'InvalidToken').error) }) });
    const { results } = await uploadAll(worker, numbered(3));
    assert.deepEqual(results, ['InvalidToken', 'InvalidToken', 'InvalidToken']);
    assert.deepEqual([worker.requests.length, stored], [1, []]);
  });

  test('a file above the limit is requested again after the time that the Worker names', async () => {
    const { worker, bodies } = await start({ answer: ({ filename }) => (filename === '1.txt' ? refused(429, 'SlowDown', { retry_after: 1 }) : undefined) });
    const { results } = await uploadAll(worker, numbered(2), { retries: 1 });
    assert.equal(results.filter((result) => typeof result === 'object').length, 2);
    assert.deepEqual(bodies().map((body) => body.filename ?? body.files.length), [2, '1.txt'], 'by itself');
  });

  test('a file that the bucket does not take is sent again with the same signature', async () => {
    let failures = 0;
    const { worker } = await start({ bucket: (name) => (name === '0.txt' && failures++ === 0 ? 503 : 204) });
    const { results } = await uploadAll(worker, numbered(2), { retries: 1 });
    assert.equal(results.filter((result) => typeof result === 'object').length, 2);
    assert.equal(worker.requests.length, 1);
  });

  test('a signature that has expired is replaced by another one, for this file only', async () => {
    let rejected = 0;
    const { worker, bodies } = await start({ bucket: (name) => (name === '1.txt' && rejected++ === 0 ? 403 : 204) });
    const { results } = await uploadAll(worker, numbered(3));
    assert.equal(results.filter((result) => typeof result === 'object').length, 3);
    assert.deepEqual(bodies().map((body) => body.filename ?? body.files.length), [3, '1.txt']);
  });

  test('each file is confirmed where its grant says so', async () => {
    const started = await start({ answer: (file) => ({ ...started.grant(file), confirm: `files/${file.filename}` }) });
    const { worker } = started;
    const { results } = await uploadAll(worker, numbered(2));
    assert.deepEqual(results.map((result) => typeof result === 'object' && result.receipt), ['receipt of files/0.txt', 'receipt of files/1.txt']);
  });

  test('a large file goes in parts by itself, the others together', async () => {
    const { worker } = await start({ one: () => ({ status: 400, body: JSON.stringify(refused(400, 'InvalidRequest').error) }) });
    await uploadAll(worker, [['a.txt', 1], ['large.txt', 9], ['b.txt', 1]], { partsAbove: 8 });
    const asked = worker.requests.map(({ path, body }) => `${path} ${JSON.parse(`${body}`).files?.length ?? ''}`);
    assert.deepEqual(asked.sort(), ['/uploads/files ', '/uploads/files 2', '/uploads/files/multipart ']);
  });

  test('reports the progress of each file and of all, and when each is done', async () => {
    const { worker } = await start({ answer: ({ filename }) => (filename === '1.txt' ? refused(415, 'UnsupportedMediaType') : undefined) });
    const { whole, each, done } = await uploadAll(worker, [['0.txt', 900], ['1.txt', 100], ['2.txt', 1_000]]);
    assert.ok(whole.every((value, nth) => nth === 0 || value >= whole[nth - 1]), whole.join());
    assert.equal(whole.at(-1), 1);
    assert.deepEqual(each, { 0: 1, 2: 1 });
    assert.deepEqual(done.sort(), [0, 1, 2]);
  });

  test('can be aborted: files that are stored stay, the others are not sent', async () => {
    const { worker } = await start({ bucket: () => 200 });
    const { results } = await uploadAll(worker, numbered(50), { atOnce: 1, abortAfter: 3 });
    assert.deepEqual(results.slice(0, 3).map((result) => typeof result), ['object', 'object', 'object']);
    assert.deepEqual([...new Set(results.slice(3))], ['AbortError']);
    assert.equal(stored.length, 3);
  });

  test('without files there is no request', async () => {
    const { worker } = await start();
    assert.deepEqual((await uploadAll(worker, [])).results, []);
    assert.equal(worker.requests.length, 0);
  });
}
