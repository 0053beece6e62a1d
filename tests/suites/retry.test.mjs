/** @file The browser client when things go wrong for a while: what may be tried again is, and nothing else. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { download } from '../../client/signpost.js';
import { serveExamples } from '../../scripts/examples.mjs';
import { FakeServer } from '../servers/fake_server.mjs';
import { need } from '../needs.mjs';
import { browser } from '../support/browser.mjs';

/** @typedef {import('../servers/fake_server.mjs').Answer} Answer */

const LINK = { url: 'https://media.example/x', expires: '2026-11-23T19:10:00Z' };
const LATER = '2999-01-01T00:00:00Z';

/** @type {import('playwright-core').Browser} */
let chromium;
/** @type {import('playwright-core').Page} */
let page;
/** @type {{ close: () => unknown }[]} */
const open = [];

before(async () => {
  await need('client');
  const site = await serveExamples(0, { endpoint: '', rule: '' });
  const address = site.address();
  open.push({ close: () => (site.closeAllConnections(), site.close()) });
  chromium = await browser();
  page = await chromium.newPage();
  await page.goto(`http://localhost:${typeof address === 'object' && address?.port}/icon.svg`);
});

after(async () => {
  await chromium?.close();
  for (const each of open) await each.close();
});

for (const status of [408, 429, 500, 502, 503, 504]) {
  test(`asks again after a ${status}`, async () => {
    const worker = await serve([{ status, body: '{"code":"SlowDown"}' }, { body: JSON.stringify(LINK) }]);
    assert.deepEqual(await link(worker), LINK);
    assert.equal(worker.asked.length, 2);
  });
}

test('does not ask again after a refusal', async () => {
  for (const status of [400, 401, 403, 404, 405, 413, 415, 200]) {
    const worker = await serve([{ status, body: '{"code":"Refused"}' }, { body: JSON.stringify(LINK) }]);
    await assert.rejects(link(worker), { status, code: 'Refused' });
    assert.equal(worker.asked.length, 1, `${status}`);
  }
});

test('gives up after as many tries as it is told', async () => {
  const worker = await serve([{ status: 503 }]);
  await assert.rejects(link(worker, { retries: 1 }), { status: 503 });
  assert.equal(worker.asked.length, 2);
});

test('waits longer each time, and as long as the answer says', async () => {
  const slow = await serve([{ status: 503 }, { status: 503 }, { body: JSON.stringify(LINK) }]);
  const told = await serve([{ status: 429, headers: { 'retry-after': '3' } }, { body: JSON.stringify(LINK) }]);
  const [spent, waited] = await Promise.all([slow, told].map((worker) => seconds(link(worker))));
  assert.ok(spent > 0.75 + 1.5 && spent < 1.25 + 2.5 + 1, `${spent} s`);
  assert.ok(waited > 2.25, `${waited} s`);
});

test('can be stopped while it waits', async () => {
  const worker = await serve([{ status: 503, headers: { 'retry-after': '60' } }]);
  const spent = await seconds(assert.rejects(link(worker, { signal: AbortSignal.timeout(300) }), { name: 'TimeoutError' }));
  assert.ok(spent < 2, `${spent} s`);
});

test('asks for the token each time', async () => {
  const worker = await serve([{ status: 503 }, { body: JSON.stringify(LINK) }]);
  let count = 0;
  await link(worker, { token: async () => `token-${(count += 1)}` });
  assert.deepEqual(worker.asked.map(({ headers }) => headers.authorization), ['Bearer token-1', 'Bearer token-2']);
});

test('sends again to the place it was given, or asks for another once that has run out', async () => {
  for (const [expires, asked] of /** @type {const} */ ([[LATER, 1], [LINK.expires.replace('2026', '2000'), 2]])) {
    const bucket = await serve([{ status: 500 }, { status: 204 }]);
    const worker = await serve([{ body: grant(bucket, expires) }]);
    assert.equal(await upload(worker), 'k');
    assert.deepEqual([worker.asked.length, bucket.asked.length], [asked, 2]);
  }
});

test('waits for the connection, however long that takes, and goes on', async () => {
  const bucket = await serve([{ status: 204 }]);
  const worker = await serve([{ body: grant(bucket, LATER) }]);
  await page.context().setOffline(true);
  const uploaded = upload(worker, 1);
  await page.waitForTimeout(3_000); // both retries, were time offline to count
  await page.context().setOffline(false);
  assert.equal(await uploaded, 'k');
  assert.equal(bucket.asked.length, 1);
});

/**
 * A server that gives these answers, one after the other, and the last one from then on.
 *
 * @param {Answer[]} answers
 */
async function serve(answers) {
  const left = [...answers];
  const server = await FakeServer.start(({ headers }) => {
    const preflight = headers['access-control-request-method'];
    return preflight || left.length === 1 ? left[0] : /** @type {Answer} */ (left.shift());
  });
  open.push({ close: () => server.stop() });
  return server;
}

/**
 * @param {FakeServer} bucket
 * @param {string} expires
 */
function grant(bucket, expires) {
  return JSON.stringify({ method: 'POST', url: `${bucket.url}/`, fields: { key: 'k' }, key: 'k', expires });
}

/**
 * @param {FakeServer} worker
 * @param {Partial<import('../../client/signpost.js').DownloadOptions>} [options]
 */
function link(worker, options) {
  return download('a.png', { endpoint: worker.url, rule: 'pictures', ...options });
}

/**
 * @param {FakeServer} worker
 * @param {number} [retries] fewer than three, to save time
 */
function upload(worker, retries = 1) {
  return page.evaluate(
    async ([endpoint, retries]) => {
      /** @type {typeof import('../../client/signpost.js')} */
      const { upload } = await import(`${location.origin}/client/signpost.js`);
      const { key } = await upload(new File(['bytes'], 'a.png'), { endpoint, rule: 'r', retries });
      return key;
    },
    /** @type {const} */ ([worker.url, retries]),
  );
}

/** @param {Promise<unknown>} promise */
async function seconds(promise) {
  const start = performance.now();
  await promise;
  return (performance.now() - start) / 1000;
}
