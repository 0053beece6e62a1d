/** @file The HTTP contract against the wasm in Miniflare, and the behaviour of the entry. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chunked, cutOff } from '../contract/bodies.mjs';
import { cases, check, send, site } from '../contract/cases.mjs';
import { start } from '../servers/worker.mjs';

/** @typedef {Awaited<ReturnType<typeof start>>} Worker */

const PICTURE = { method: 'POST', path: '/uploads/picture', json: { type: 'image/png', size: 1 } };

describe('the contract', () => {
  /** @type {Worker} */
  let worker;
  before(async () => void (worker = await start(site)));
  after(() => worker.stop());

  for (const { name, request, expect } of cases) {
    test(name, async () => check(await send(worker.url, request), expect));
  }

  test('a path with .. never reaches a rule', async () => {
    const answer = await send(worker.url, { method: 'GET', path: '/downloads/picture/../../healthz' });
    const [secrets, short_secrets] = [['UNSET_ACCESS_KEY_ID', 'UNSET_SECRET_ACCESS_KEY'], ['SHORT_TOKEN']];
    check(answer, { status: 503, json: { status: 'not configured', secrets, short_secrets } });
  });

  test('a body without Content-Length is accepted up to the limit', async () => {
    const json = JSON.stringify(PICTURE.json);
    assert.equal(await chunked(worker.url, json.padEnd(16_384, ' ')), 200);
    assert.equal(await chunked(worker.url, json.padEnd(16_385, ' ')), 413);
    // Rejected long before its end. Whether the client still receives the response depends on its sockets.
    assert.ok([413, 'EPIPE', 'ECONNRESET'].includes(await chunked(worker.url, json.padEnd(3_000_000, ' '))));
    check(await send(worker.url, PICTURE), { status: 200 });
  });

  test('a body that is cut off does not affect other requests', async () => {
    await cutOff(worker.url);
    check(await send(worker.url, PICTURE), { status: 200 });
  });

  test('every grant has its own key', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => send(worker.url, PICTURE)));
    assert.equal(new Set(answers.map(({ body }) => JSON.parse(body).key)).size, 50);
  });

  test('concurrent requests for links each get their own, and a grant has no Location', async () => {
    const names = Array.from({ length: 50 }, (_, i) => `${i}.png`);
    const answers = await Promise.all(names.map((name) => send(worker.url, { method: 'GET', path: `/downloads/picture/${name}` })));
    assert.deepEqual(answers.map(({ headers }) => headers.location?.replace(/.*\/|\?.*/g, '')), names);
    assert.equal((await send(worker.url, PICTURE)).headers.location, undefined);
  });

  test('a grant expires ten minutes from now', async () => {
    const { body } = await send(worker.url, PICTURE);
    const left = Date.parse(JSON.parse(body).expires) - Date.now();
    assert.ok(595_000 < left && left <= 600_000, `${left} ms left of 10 min`);
  });
});

describe('a panic', () => {
  /** @type {Worker} */
  let worker;
  before(async () => void (worker = await start({ ...site, build: 'build/planted' })));
  after(() => worker.stop());

  const panic = () => send(worker.url, { method: 'GET', path: '/panic' });
  const problem = { status: 500, headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' }, code: 'InternalError' };

  test('is answered with 500, and the next request works', async () => {
    check(await send(worker.url, PICTURE), { status: 200 });
    for (let i = 0; i < 3; i += 1) {
      check(await panic(), problem);
      check(await send(worker.url, PICTURE), { status: 200 });
    }
  });

  test('does not affect concurrent requests that do not wait', async () => {
    const link = { method: 'GET', path: '/downloads/picture/a.png' };
    const requests = Array.from({ length: 40 }, (_, i) => (i % 4 === 0 ? panic() : send(worker.url, link)));
    const answers = await Promise.all(requests);
    answers.forEach((answer, i) => check(answer, i % 4 === 0 ? problem : { status: 302 }));
  });
});
