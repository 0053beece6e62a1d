/** @file The browser client retries temporary failures, and nothing else. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
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
  await page.clock.install();
  await page.goto(`http://localhost:${typeof address === 'object' && address?.port}/icon.svg`);
  await page.evaluate('import(`${location.origin}/client/signpost.js`)'); // before a test goes offline
});

after(async () => {
  await chromium?.close();
  for (const server of open) await server.close();
});

for (const status of [408, 429, 500, 502, 503, 504]) {
  test(`retries after ${status}`, async (t) => {
    shorten(t);
    const worker = await serve([{ status, body: '{"code":"SlowDown"}' }, { body: JSON.stringify(LINK) }]);
    assert.deepEqual(await link(worker), LINK);
    assert.equal(worker.requests.length, 2);
  });
}

test('does not retry after a rejection', async () => {
  for (const status of [400, 401, 403, 404, 405, 413, 415, 200]) {
    const worker = await serve([{ status, body: '{"code":"Refused"}' }, { body: JSON.stringify(LINK) }]);
    await assert.rejects(link(worker), { status, code: 'Refused' });
    assert.equal(worker.requests.length, 1, `${status}`);
  }
});

test('gives up after the given number of retries', async (t) => {
  shorten(t);
  const worker = await serve([{ status: 503 }]);
  await assert.rejects(link(worker, { retries: 1 }), { status: 503 });
  assert.equal(worker.requests.length, 2);
});

test('waits longer each time, or as long as Retry-After says', async (t) => {
  for (const [random, share] of /** @type {const} */ ([[0, 0.75], [0.5, 1], [0.999, 1.2495]])) {
    const waits = shorten(t, random);
    const slow = await serve([{ status: 503 }, { status: 503 }, { body: JSON.stringify(LINK) }]);
    await link(slow);
    assert.deepEqual(waits.splice(0), [1_000 * share, 2_000 * share]);
    const limited = await serve([{ status: 429, headers: { 'retry-after': '3' } }, { body: JSON.stringify(LINK) }]);
    await link(limited);
    assert.deepEqual(waits, [3_000 * share]);
    t.mock.restoreAll();
  }
});

test('can be aborted while it waits', async () => {
  const worker = await serve([{ status: 503, headers: { 'retry-after': '60' } }]);
  await assert.rejects(link(worker, { signal: AbortSignal.timeout(300) }), { name: 'TimeoutError' });
  assert.equal(worker.requests.length, 1);
});

test('gets a token for every attempt', async (t) => {
  shorten(t);
  const worker = await serve([{ status: 503 }, { body: JSON.stringify(LINK) }]);
  let count = 0;
  await link(worker, { token: async () => `token-${(count += 1)}` });
  assert.deepEqual(worker.requests.map(({ headers }) => headers.authorization), ['Bearer token-1', 'Bearer token-2']);
});

test('retries with the same grant, or requests another if it has expired', async () => {
  for (const [expires, grants] of /** @type {const} */ ([[LATER, 1], [LINK.expires.replace('2026', '2000'), 2]])) {
    const bucket = await serve([{ status: 500 }, { status: 204 }]);
    const worker = await serve([{ body: grant(bucket, expires) }]);
    const uploaded = upload(worker);
    await bucket.firstClose;
    await advance(2);
    assert.equal(await uploaded, 'k');
    assert.deepEqual([worker.requests.length, bucket.requests.length], [grants, 2]);
  }
});

const EXPIRED = { status: 400, headers: { 'content-type': 'application/xml' }, body: '<Error><Code>ExpiredToken</Code><Message>Late.</Message></Error>' };
const PAST = '2000-01-01T00:00:00Z';

describe('a form that the bucket rejects as expired', () => {
  for (const [title, rejection, expires] of /** @type {[string, Answer, string][]} */ ([
    ['with 403', { status: 403 }, LATER],
    ['with ExpiredToken', EXPIRED, LATER],
    ['with an answer without CORS headers, after its time', { status: 403, noCors: true }, PAST],
  ])) {
    test(`${title} is sent again with a fresh grant`, async () => {
      const bucket = await serve([rejection, { status: 204 }]);
      const worker = await serve([{ body: grant(bucket, expires) }, { body: grant(bucket, LATER, 'fresh') }]);
      assert.equal(await upload(worker, 0), 'fresh');
      assert.deepEqual([worker.requests.length, bucket.requests.length], [2, 2]);
      assert.match(bucket.requests[1].body.toString(), /name="key"\s+fresh\s/);
    });
  }

  test('is sent again once: a rejection that persists is reported', async () => {
    const bucket = await serve([{ ...EXPIRED, status: 403 }]);
    const worker = await serve([{ body: grant(bucket, LATER) }]);
    await assert.rejects(upload(worker, 3), /Late\./);
    assert.deepEqual([worker.requests.length, bucket.requests.length], [2, 2]);
  });

  test('is reported as the bucket rejected it, if the Worker gives no second grant', async () => {
    const bucket = await serve([EXPIRED]);
    const worker = await serve([{ body: grant(bucket, LATER) }, { status: 401, body: '{"code":"InvalidToken","detail":"Used already."}' }]);
    await assert.rejects(upload(worker, 3), /Late\./);
    assert.deepEqual([worker.requests.length, bucket.requests.length], [2, 1]);
  });

  test('and no other one is sent again: neither what the bucket rejects otherwise, nor what did not arrive in time', async () => {
    for (const [answer, expires] of /** @type {[Answer, string][]} */ ([
      [{ status: 400, body: '<Error><Code>EntityTooLarge</Code></Error>' }, PAST],
      [{ status: 412 }, PAST],
      [{ status: 403, noCors: true }, LATER],
    ])) {
      const bucket = await serve([answer]);
      const worker = await serve([{ body: grant(bucket, expires) }]);
      await assert.rejects(upload(worker, 0));
      assert.deepEqual([worker.requests.length, bucket.requests.length], [1, 1]);
    }
  });
});

describe('a part that the bucket rejects as expired', () => {
  for (const [title, rejection, expires] of /** @type {[string, Answer, string][]} */ ([
    ['with 403', { status: 403 }, LATER],
    ['with ExpiredToken', EXPIRED, LATER],
    ['with an answer without CORS headers, after its time', { status: 403, noCors: true }, PAST],
  ])) {
    test(`${title} is signed and sent again, and no other part is`, async () => {
      const second = () => bucket.requests.filter(({ path }) => path?.startsWith('/2?'));
      const isFirst = (/** @type {import('../servers/fake_server.mjs').Received} */ { method, path }) => method === 'PUT' && path?.startsWith('/2?') && second().length === 0;
      const { worker, bucket } = await inParts(4, (received) => (isFirst(received) ? rejection : undefined), expires);
      assert.equal(await upload(worker, 0, { partsAbove: 1 }), 'k');
      const parts = bucket.requests.map(({ path }) => path?.split('?')[0]).toSorted();
      assert.deepEqual(parts, ['/1', '/2', '/2', '/3', '/4']);
      assert.notEqual(second()[0].path, second()[1].path, 'it is signed again');
    });
  }

  test('is sent again once: a rejection that persists is reported, and the upload is aborted', async () => {
    const { worker, bucket } = await inParts(1, () => EXPIRED);
    await assert.rejects(upload(worker, 3, { partsAbove: 1 }), /Late\./);
    assert.equal(bucket.requests.length, 2);
    for (let i = 0; i < 50 && worker.requests.at(-1)?.method !== 'DELETE'; i += 1) await sleep(20);
    assert.equal(worker.requests.at(-1)?.method, 'DELETE');
  });
});

test('an upload in parts does not need storage: it may be full, or have an entry that is not JSON', async () => {
  const { worker } = await inParts(2, () => undefined);
  await page.evaluate(() => {
    const { getItem, setItem } = Storage.prototype;
    Storage.prototype.getItem = () => '{';
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    addEventListener('restore', () => Object.assign(Storage.prototype, { getItem, setItem }), { once: true });
  });
  try {
    assert.equal(await upload(worker, 0, { partsAbove: 1 }), 'k');
  } finally {
    await page.evaluate(() => window.dispatchEvent(new Event('restore')));
  }
});

test('waits for the connection without a limit, and continues', async () => {
  const bucket = await serve([{ status: 204 }]);
  const worker = await serve([{ body: grant(bucket, LATER) }]);
  await page.context().setOffline(true);
  const uploaded = upload(worker, 1);
  await advance(120); // enough for both attempts, if time offline counted
  await page.context().setOffline(false);
  assert.equal(await uploaded, 'k');
  assert.equal(bucket.requests.length, 1);
});

/**
 * Makes the client's waits end at once.
 *
 * @param {import('node:test').TestContext} test
 * @param {number} [random] the value of `Math.random`
 * @returns {number[]} the requested waits, in milliseconds
 */
function shorten(test, random = 0.5) {
  /** @type {number[]} */
  const waits = [];
  const { setTimeout } = globalThis;
  test.mock.method(Math, 'random', () => random);
  test.mock.method(globalThis, 'setTimeout', (/** @type {() => void} */ work, /** @type {number} */ milliseconds, /** @type {unknown[]} */ ...rest) => {
    if (!new Error().stack?.includes('/client/retry.js')) return setTimeout(work, milliseconds, ...rest);
    waits.push(milliseconds);
    return setTimeout(work, 0);
  });
  return waits;
}

/** Advances the clock of the page, a second at a time. @param {number} seconds */
async function advance(seconds) {
  for (let second = 0; second < seconds; second += 1) await page.clock.runFor(1_000);
}

/**
 * Starts a server that sends these answers in order, and then repeats the last one.
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
 * @param {string} [key]
 */
function grant(bucket, expires, key = 'k') {
  return JSON.stringify({ method: 'POST', url: `${bucket.url}/`, fields: { key }, key, expires });
}

/**
 * Starts a Worker that grants an upload in parts of two bytes, and its bucket. The address of a part counts its signatures.
 *
 * @param {number} parts
 * @param {(received: import('../servers/fake_server.mjs').Received) => Answer | undefined} answer the bucket's, or undefined to store the part
 * @param {string} [expires] of each signature
 */
async function inParts(parts, answer, expires = LATER) {
  const bucket = await FakeServer.start((received) => answer(received) ?? { headers: { etag: '"e"', 'access-control-expose-headers': 'etag' } });
  /** @type {Record<string, number>} */
  const signatures = {};
  const worker = await FakeServer.start(({ method, path = '' }) => {
    const numbers = new URL(path, bucket.url).searchParams.get('sign')?.split(',') ?? [];
    const sign = (/** @type {string} */ number) => {
      const count = (signatures[number] = (signatures[number] ?? 0) + 1);
      return { partNumber: Number(number), url: `${bucket.url}/${number}?signature=${count}`, headers: {}, expires };
    };
    const begun = { uploadId: 'id', key: 'k', partSize: Math.ceil(5 / parts), parts };
    return { body: JSON.stringify(method === 'GET' ? { parts: numbers.map(sign) } : begun) };
  });
  open.push({ close: () => bucket.stop() }, { close: () => worker.stop() });
  return { worker, bucket };
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
 * @param {{ partsAbove?: number }} [options]
 * @returns {Promise<string>} the key
 */
function upload(worker, retries = 1, options = {}) {
  return page.evaluate(
    async ([endpoint, retries, options]) => {
      /** @type {typeof import('../../client/signpost.js')} */
      const { upload } = await import(`${location.origin}/client/signpost.js`);
      const { key } = await upload(new File(['bytes'], 'a.png'), { endpoint, rule: 'r', retries, ...options });
      return key;
    },
    /** @type {const} */ ([worker.url, retries, options]),
  );
}
