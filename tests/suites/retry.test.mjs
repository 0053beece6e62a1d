/** @file The browser client retries temporary failures, and nothing else. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { download } from '../../client/signpost.js';
import { serveExamples } from '../../scripts/examples.mjs';
import { FakeServer } from '../servers/fake_server.mjs';
import { need } from '../needs.mjs';
import { browser } from '../support/browser.mjs';

/** @typedef {import('../servers/fake_server.mjs').Answer} Answer */
/** @typedef {import('../servers/fake_server.mjs').Received} Received */

const LINK = { url: 'https://media.example/x', expires: '2026-11-23T19:10:00Z' };
const LATER = '2999-01-01T00:00:00Z';
const MINUTE = 60_000; // in milliseconds

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

test('sends a form again that is valid once and still in use', async (t) => {
  shorten(t);
  const worker = await serve([{ status: 409, body: '{"code":"OperationAborted"}' }, { body: JSON.stringify(LINK) }]);
  assert.deepEqual(await link(worker), LINK);
  assert.equal(worker.requests.length, 2);
});

test('does not retry after a rejection', async () => {
  for (const status of [400, 401, 403, 404, 405, 409, 413, 415, 200]) {
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
  for (const [minutes, grants] of [[9, 1], [11, 2]]) {
    const bucket = await serve([{ status: 500 }, { status: 204 }]);
    const worker = await serve([{ body: grant(bucket, await expiry()) }]);
    const uploaded = upload(worker);
    await bucket.firstClose;
    await pass(minutes);
    assert.equal(await uploaded, 'k');
    assert.deepEqual([worker.requests.length, bucket.requests.length], [grants, 2]);
  }
});

const EXPIRED = { status: 400, headers: { 'content-type': 'application/xml' }, body: '<Error><Code>ExpiredToken</Code><Message>Late.</Message></Error>' };
/** The Worker's answer to a token that is valid once, after the first time. */
const USED = { status: 401, body: '{"code":"InvalidToken","detail":"Used already."}' };
/** What an unreachable bucket is to a page, and a rejection without CORS headers, as some servers send it. */
const UNREADABLE = { status: 403, noCors: true };

describe('a form that the bucket rejects as expired', () => {
  for (const [title, rejection, retries] of /** @type {[string, Answer, number][]} */ ([
    ['with 403', { status: 403 }, 0],
    ['with ExpiredToken', EXPIRED, 0],
    ['with an answer without CORS headers, after its time', UNREADABLE, 1],
  ])) {
    test(`${title} is sent again with a fresh grant`, async () => {
      const bucket = await serve([rejection, { status: 204 }]);
      const worker = await serve([{ body: grant(bucket, await expiry()) }, { body: grant(bucket, LATER, 'fresh') }]);
      const uploaded = upload(worker, retries);
      await bucket.firstClose;
      await pass(11);
      assert.equal(await uploaded, 'fresh');
      assert.deepEqual([worker.requests.length, bucket.requests.length], [2, 2]);
      assert.match(bucket.requests[1].body.toString(), /name="key"\s+fresh\s/);
    });
  }

  test('is not sent more often than `retries` says, if no answer can be read', async () => {
    const { slow, finish } = pending();
    const bucket = await serve([{ ...UNREADABLE, body: slow }, UNREADABLE]);
    const worker = await serve([{ body: grant(bucket, await expiry()) }, { body: grant(bucket, LATER) }]);
    const uploaded = assert.rejects(upload(worker, 2), /could not be reached/);
    await bucket.firstRequest;
    await pass(11);
    finish(Buffer.from(''));
    await bucket.firstClose;
    await advance(5);
    await uploaded;
    assert.deepEqual([worker.requests.length, bucket.requests.length], [2, 3]);
  });

  test('is sent again once: a rejection that persists is reported', async () => {
    const bucket = await serve([{ ...EXPIRED, status: 403 }]);
    const worker = await serve([{ body: grant(bucket, LATER) }]);
    await assert.rejects(upload(worker, 3), /Late\./);
    assert.deepEqual([worker.requests.length, bucket.requests.length], [2, 2]);
  });

  test('is reported as the bucket rejected it, if the Worker gives no second grant', async () => {
    const bucket = await serve([EXPIRED]);
    const worker = await serve([{ body: grant(bucket, LATER) }, USED]);
    await assert.rejects(upload(worker, 3), /Late\./);
    assert.deepEqual([worker.requests.length, bucket.requests.length], [2, 1]);
  });

  test('and no other one is sent again: neither what the bucket rejects otherwise, nor what gets no answer', async () => {
    for (const answer of [{ status: 400, body: '<Error><Code>EntityTooLarge</Code></Error>' }, { status: 412 }, UNREADABLE]) {
      const bucket = await serve([answer]);
      const worker = await serve([{ body: grant(bucket, await expiry()) }]);
      await assert.rejects(upload(worker, 0));
      assert.deepEqual([worker.requests.length, bucket.requests.length], [1, 1]);
    }
  });
});

describe('a part that the bucket rejects as expired', () => {
  for (const [title, rejection, retries] of /** @type {[string, Answer, number][]} */ ([
    ['with 403', { status: 403 }, 0],
    ['with ExpiredToken', EXPIRED, 0],
    ['with an answer without CORS headers', UNREADABLE, 1],
  ])) {
    test(`${title} is signed and sent again, and no other part is`, async () => {
      const second = () => bucket.requests.filter(({ path }) => path?.startsWith('/2?'));
      const isFirst = (/** @type {Received} */ { method, path }) => method === 'PUT' && path?.startsWith('/2?') && second().length === 0;
      const { worker, bucket } = await inParts(4, (received) => (isFirst(received) ? rejection : undefined));
      const uploaded = upload(worker, retries, { partsAbove: 1 });
      await bucket.firstClose;
      await advance(2);
      assert.equal(await uploaded, 'k');
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

describe('a clock that is an hour ahead', () => {
  beforeEach(() => page.clock.setSystemTime(Date.now() + 60 * MINUTE));
  after(() => page.clock.setSystemTime(Date.now()));

  test('does not end an upload with a token that is valid once', async () => {
    const bucket = await serve([UNREADABLE, { status: 204 }]);
    const worker = await serve([{ body: grant(bucket, in10Minutes()) }, USED]);
    const uploaded = upload(worker);
    await bucket.firstClose;
    await advance(2);
    assert.equal(await uploaded, 'k');
    assert.deepEqual([worker.requests.length, bucket.requests.length], [1, 2]);
  });

  test('does not send a file more often, or below more keys, to a bucket that cannot be reached', async () => {
    const bucket = await serve([UNREADABLE]);
    const worker = await serve([{ body: grant(bucket, in10Minutes()) }]);
    const uploaded = assert.rejects(upload(worker, 3), /could not be reached/);
    await bucket.firstClose;
    await advance(12);
    await uploaded;
    assert.deepEqual([worker.requests.length, bucket.requests.length], [1, 4]);
  });

  test('does not sign the parts one by one', async () => {
    const { worker } = await inParts(5, () => undefined, { expires: in10Minutes() });
    assert.equal(await upload(worker, 0, { partsAbove: 1 }), 'k');
    assert.equal(signings(worker).length, 3, 'one for each part that is sent at the same time');
  });
});

describe('a clock that is five minutes ahead only renews early', () => {
  beforeEach(() => page.clock.setSystemTime(Date.now() + 5 * MINUTE));
  after(() => page.clock.setSystemTime(Date.now()));

  for (const [title, refusal] of /** @type {[string, Answer][]} */ ([
    ['gives no second grant', USED],
    ['cannot be reached', { status: 503, noCors: true }],
    ['is at its limit', { status: 429, body: '{"code":"SlowDown"}' }],
  ])) {
    test(`and a form is sent with the grant that it has if the Worker ${title}`, async () => {
      const bucket = await serve([UNREADABLE, { status: 204 }]);
      const worker = await serve([{ body: grant(bucket, in10Minutes()) }, refusal]);
      const uploaded = upload(worker);
      await bucket.firstClose;
      await pass(6);
      assert.equal(await uploaded, 'k');
      assert.deepEqual([worker.requests.length, bucket.requests.length], [2, 2]);
    });

    test(`and a part is sent with the signature that it has if the Worker ${title}`, async () => {
      const { slow, finish } = pending();
      const { worker, bucket } = await inParts(5, () => ({ ...STORED, body: slow }), {
        expires: in10Minutes(),
        worker: (received) => (isSigning(received) && signings(worker).length >= 3 ? refusal : undefined),
      });
      const uploaded = upload(worker, 0, { partsAbove: 1 });
      while (bucket.requests.length < 3) await sleep(10);
      await pass(6);
      finish(Buffer.from(''));
      assert.equal(await uploaded, 'k');
      assert.equal(signings(worker).length, 5, 'the Worker is asked early for the two parts that were left');
      assert.equal(bucket.requests.length, 5, 'each part is sent once');
    });
  }
});

describe('an upload in parts that was interrupted', () => {
  /** @type {Answer[]} */
  const lists = [];
  const isList = (/** @type {Received} */ { path }) => path?.includes('?after=');
  /** Interrupts an upload, and returns its Worker. */
  const interrupted = async () => {
    let broken = true;
    const { worker } = await inParts(2, () => (broken ? { status: 500 } : undefined), {
      worker: (received) => (isList(received) ? lists.shift() : undefined),
    });
    await assert.rejects(upload(worker, 0, { partsAbove: 1 }), { message: /500/ });
    broken = false;
    return worker;
  };
  const begun = (/** @type {FakeServer} */ worker) => worker.requests.filter(({ method, path }) => method === 'POST' && path?.endsWith('/multipart')).length;
  const kept = () => page.evaluate('localStorage.length');
  beforeEach(() => page.evaluate('localStorage.clear()'));

  test('continues after a temporary failure to list its parts', async () => {
    const worker = await interrupted();
    lists.push({ status: 503, body: '{"code":"ServiceUnavailable"}' });
    const uploaded = upload(worker, 1, { partsAbove: 1 });
    for (let i = 0; i < 50 && worker.requests.filter(isList).length < 2; i += 1) await advance(1);
    assert.equal(await uploaded, 'k');
    assert.equal(begun(worker), 1);
  });

  test('is kept while its parts cannot be listed', async () => {
    for (const answer of [{ status: 503 }, { status: 429 }, { status: 503, noCors: true }, { status: 401, body: '{"code":"ExpiredToken"}' }]) {
      const worker = await interrupted();
      lists.push(answer);
      await assert.rejects(upload(worker, 0, { partsAbove: 1 }));
      assert.deepEqual([begun(worker), await kept()], [1, 1], `${answer.status}`);
      assert.equal(await upload(worker, 0, { partsAbove: 1 }), 'k');
      assert.deepEqual([begun(worker), await kept()], [1, 0], 'it continued');
    }
  });

  test('starts again if it no longer exists, or belongs to somebody else', async () => {
    for (const status of [404, 403]) {
      const worker = await interrupted();
      lists.push({ status, body: '{"code":"NoSuchUpload"}' });
      assert.equal(await upload(worker, 0, { partsAbove: 1 }), 'k');
      assert.deepEqual([begun(worker), await kept()], [2, 0], `${status}`);
    }
  });

  test('is kept if the Worker is at its limit', async () => {
    let limited = true;
    const { worker } = await inParts(2, () => undefined, { worker: (received) => (limited && isSigning(received) ? { status: 429 } : undefined) });
    await assert.rejects(upload(worker, 0, { partsAbove: 1 }), { message: /429/ });
    limited = false;
    assert.equal(await kept(), 1);
    assert.equal(await upload(worker, 0, { partsAbove: 1 }), 'k');
    assert.deepEqual([begun(worker), worker.requests.some(({ method }) => method === 'DELETE')], [1, false]);
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

/** Lets minutes pass, and then the pauses of two retries. @param {number} minutes */
async function pass(minutes) {
  await page.clock.setSystemTime((await page.evaluate(() => Date.now())) + minutes * MINUTE);
  await advance(5);
}

/** When a signature expires that is valid for ten minutes, by the clock of the page. */
async function expiry() {
  return new Date((await page.evaluate(() => Date.now())) + 10 * MINUTE).toISOString();
}

/** The same by the Worker's clock. */
function in10Minutes() {
  return new Date(Date.now() + 10 * MINUTE).toISOString();
}

/** The body of an answer that comes later. */
function pending() {
  /** @type {(body: Buffer) => void} */
  let finish = () => {};
  /** @type {Promise<Buffer>} */
  const slow = new Promise((resolve) => (finish = resolve));
  return { slow, finish };
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

/** The bucket's answer to a part. */
const STORED = { headers: { etag: '"e"', 'access-control-expose-headers': 'etag' } };

/** Whether this is a request for signatures of parts. @param {Received} received */
function isSigning({ path }) {
  return path?.includes('?sign=');
}

/** The requests for signatures of parts, so far. @param {FakeServer} worker */
function signings(worker) {
  return worker.requests.filter(isSigning);
}

/**
 * Starts a Worker that grants an upload in parts, and its bucket. The address of a part counts its signatures.
 *
 * @param {number} parts
 * @param {(received: Received) => Answer | undefined} answer the bucket's, or undefined to store the part
 * @param {object} [options]
 * @param {string} [options.expires] of each signature
 * @param {(received: Received) => Answer | undefined} [options.worker] the Worker's answer, or undefined for a successful one
 */
async function inParts(parts, answer, { expires = LATER, worker: refuse } = {}) {
  const bucket = await FakeServer.start((received) => answer(received) ?? STORED);
  /** @type {Record<string, number>} */
  const signatures = {};
  const worker = await FakeServer.start((received) => {
    const { method, path = '' } = received;
    const refusal = method === 'OPTIONS' ? undefined : refuse?.(received);
    if (refusal) return refusal;
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
      const { key } = await upload(new File(['bytes'], 'a.png', { lastModified: 1 }), { endpoint, rule: 'r', retries, ...options });
      return key;
    },
    /** @type {const} */ ([worker.url, retries, options]),
  );
}
