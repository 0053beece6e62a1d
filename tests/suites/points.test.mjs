/** @file Data points of Analytics Engine: one for each decision, with the documented fields and no secret. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { cases } from '../callers/cases.mjs';
import { ISSUERS, site, token } from '../callers/tokens.mjs';
import { start } from '../servers/worker_for_callers.mjs';
import { check, send } from '../contract/cases.mjs';

const now = () => Math.floor(Date.now() / 1000);

/** Replaces the data set, which stores nothing locally: the data points are logged instead. */
const DATA_SET = `
import worker from './entry.mjs';
const DECISIONS = { writeDataPoint: (point) => console.log(JSON.stringify({ point })) };
export default { fetch: (request, env) => worker.fetch(request, { ...env, DECISIONS }) };`;

describe('points', () => {
  /** @type {import('../servers/worker_for_callers.mjs').Worker} */
  let worker;
  // Each test has its own Worker, since log lines may arrive late.
  beforeEach(async () => void (worker = await start({ around: DATA_SET, outbound: () => new Response('marked-error', { status: 500 }) })));
  afterEach(() => worker?.stop());

  /** Returns pairs of a log record and its data point. @param {number} minimum */
  const waitForPairs = async (minimum) => {
    for (let i = 0; i < 200 && worker.logs.filter((line) => line.startsWith('{"point"')).length < minimum; i += 1) await sleep(20);
    return worker.logs.map((line) => JSON.parse(line)).reduce((pairs, line) => (line.point ? [...pairs.slice(0, -1), [pairs.at(-1), line.point]] : [...pairs, line]), []);
  };

  test('have an index, four blobs and two doubles, for granted and rejected requests', async () => {
    const { iss, aud } = ISSUERS.hs;
    const authorization = `Bearer ${await token(ISSUERS.hs, { iss, aud, sub: 'u1', exp: now() + 60 })}`;
    await send(worker.url, { method: 'GET', path: '/downloads/hs/a', headers: { authorization } });
    await send(worker.url, { method: 'GET', path: '/downloads/hs/a' });
    await send(worker.url, { method: 'GET', path: '/healthz' });
    await send(worker.url, { method: 'OPTIONS', path: '/uploads/person', headers: { origin: 'https://www.example.com' } });
    const pairs = await waitForPairs(2);
    const [granted, rejected, ...more] = pairs.map((/** @type {any} */ [, point]) => point);
    const [, ms] = granted.doubles;
    assert.ok(Number.isInteger(ms) && ms < 60_000);
    assert.deepEqual(granted, { indexes: ['downloads/hs'], blobs: ['downloads/hs', 'hs', 'granted', ''], doubles: [302, ms] });
    assert.deepEqual({ ...rejected, doubles: rejected.doubles.slice(0, 1) }, { indexes: ['downloads/hs'], blobs: ['downloads/hs', '', 'refused', 'MissingAuthenticationToken'], doubles: [401] });
    assert.deepEqual(more, [], 'health and preflights are no decisions');
  });

  test('contain the fields of the log and nothing else: no token, signature, query or key', async () => {
    const generated = await cases(now());
    const extra = { method: 'GET', path: '/downloads/session/marked-key?marked-query=1' };
    for (const request of [...generated.map(({ request }) => request), extra]) await send(worker.url, request);
    await waitForPairs(generated.length);
    await sleep(100);
    const pairs = await waitForPairs(generated.length);
    assert.ok(pairs.length >= generated.length);
    for (const [record, point, ...more] of pairs) {
      assert.deepEqual(more, []);
      const { rule = '', caller = '', outcome, code = '', status, ms } = record;
      assert.deepEqual(point, { indexes: [rule], blobs: [rule, caller, outcome, code], doubles: [status, ms] });
      assert.ok(Buffer.byteLength(rule) <= 96, 'the maximum length of an index');
    }
    const points = JSON.stringify(pairs.map((/** @type {any} */ [, point]) => point));
    for (const [name, value] of Object.entries(site.secrets)) assert.ok(!points.includes(value), name);
    for (const part of ['marked-', 'X-Amz-', 'x-amz-', 'contract.txt', 'u7.pdf', 'Bearer', 'eyJ', '/t/', '?']) assert.ok(!points.includes(part), part);
  });
});

test('the platform accepts the data set binding', async () => {
  const worker = await start({ env: { DECISIONS: { type: 'analytics-engine-dataset', name: 'decisions' } } });
  check(await send(worker.url, { method: 'GET', path: '/downloads/hs/a' }), { status: 401 });
  await worker.stop();
});
