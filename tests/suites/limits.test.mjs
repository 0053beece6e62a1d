/** @file Rate limits: the request above the limit of a window is answered with 429. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../scripts/process.mjs';
import { ISSUERS, site, token } from '../callers/tokens.mjs';
import { start } from '../servers/worker_for_callers.mjs';
import { check, send } from '../contract/cases.mjs';
import { send as sendForm } from '../forms/form.mjs';
import { start as startForms } from '../servers/worker_for_forms.mjs';
import { startWrangler } from '../servers/wrangler.mjs';

const MAX = 3;
const limited = { status: 429, code: 'SlowDown', headers: { 'retry-after': '10', 'cache-control': 'no-store' }, detail: '/wait 10 seconds/' };

describe('a limit', () => {
  /** @type {import('../servers/worker_for_callers.mjs').Worker} */
  let worker;
  const env = { FEW: { type: 'rate-limit', namespace: '1', simple: { limit: MAX, period: 10 } } };
  before(async () => void (worker = await start({ env })));
  beforeEach(waitForNewWindow);
  after(() => worker?.stop());

  const upload = (/** @type {Record<string, string>} */ headers = {}) =>
    send(worker.url, { method: 'POST', path: '/uploads/few', headers, json: { type: 'image/png', size: 1 } });
  const from = (/** @type {string} */ address, more = {}) => upload({ 'cf-connecting-ip': address, ...more });
  const as = async (/** @type {string} */ sub, /** @type {string} */ address) => {
    const { iss, aud } = ISSUERS.hs;
    const authorization = `Bearer ${await token(ISSUERS.hs, { iss, aud, sub, exp: Math.floor(Date.now() / 1000) + 60 })}`;
    return from(address, { authorization });
  };
  const statuses = async (/** @type {() => Promise<{ status: number }>} */ request, times = MAX + 1) => {
    const all = [];
    for (let i = 0; i < times; i += 1) all.push((await request()).status);
    return all;
  };
  const FULL = [200, 200, 200, 429];

  test('applies to a network, and Retry-After says when to retry', async () => {
    assert.deepEqual(await statuses(() => from('203.0.113.1')), FULL);
    check(await from('203.0.113.77'), limited);
    assert.deepEqual(await statuses(() => from('203.0.114.1')), FULL, 'the next network has its own limit');
  });

  test('applies to an IPv6 network', async () => {
    assert.deepEqual(await statuses(() => from('2001:db8:1:1::1')), FULL);
    check(await from('2001:db8:1:ffff::2'), limited);
    assert.equal((await from('2001:db8:2::1')).status, 200);
  });

  test('applies to a caller from any address', async () => {
    let host = 0;
    assert.deepEqual(await statuses(() => as('u1', `198.51.${(host += 1)}.1`)), FULL);
    assert.equal((await as('u2', '198.51.1.1')).status, 200, 'another caller has its own limit');
  });

  test('counts each file of a request', async () => {
    const files = (/** @type {number} */ count) =>
      send(worker.url, { method: 'POST', path: '/uploads/few', headers: { 'cf-connecting-ip': '203.0.120.1' }, json: { files: Array(count).fill({ type: 'image/png', size: 1 }) } });
    const { status, body } = await files(MAX + 2);
    assert.equal(status, 200);
    const answers = JSON.parse(body).files;
    assert.deepEqual(answers.map((/** @type {any} */ { method, error }) => method ?? error.status), ['POST', 'POST', 'POST', 429, 429]);
    assert.equal(answers.at(-1).error.retry_after, 10);
    check(await files(1), limited);
  });

  test('counts failed authentication', async () => {
    const guess = () => from('192.0.2.1', { authorization: 'Bearer a.b.c' });
    assert.deepEqual(await statuses(guess), [401, 401, 401, 429]);
  });

  test('counts a request before its body is read', async () => {
    const headers = { 'cf-connecting-ip': '192.0.3.1' };
    const bad = () => send(worker.url, { method: 'POST', path: '/uploads/few', headers, body: 'no JSON' });
    assert.deepEqual(await statuses(bad), [400, 400, 400, 429]);
  });
});

describe('a limit of forms', () => {
  /** @type {Awaited<ReturnType<typeof startForms>>} */
  let worker;
  before(async () => {
    const rule = { bucket: 'media', callers: ['anyone'], origins: ['https://www.example.com'], key: 'forms/{filename}', types: ['image/gif'], max_size: '1 MiB', expires: '10 min' };
    const env = { MEDIA: { type: 'r2', name: 'media' }, FEW: { type: 'rate-limit', namespace: '1', simple: { limit: MAX, period: 10 } } };
    worker = await startForms({ UPLOADS: { any: { ...rule, limit: { binding: 'FEW', period: 10 } } } }, env);
  });
  beforeEach(waitForNewWindow);
  after(() => worker?.stop());

  test('applies to a network, whatever origin its pages name and whether the forms are valid', async () => {
    const from = (/** @type {string} */ address, more = {}) => ({ headers: { 'cf-connecting-ip': address, ...more } });
    const answers = [];
    answers.push(await sendForm(worker, 'forms/1', from('203.0.113.1')));
    answers.push(await sendForm(worker, 'forms/2', from('203.0.113.2', { origin: 'https://www.example.com' })));
    answers.push(await sendForm(worker, 'forms/3', { ...from('203.0.113.3'), signed: { secretAccessKey: 'wrong' } }));
    const last = await sendForm(worker, 'forms/4', from('203.0.113.4', { origin: 'https://other.example.com' }));
    assert.deepEqual(answers.map(({ status }) => status), [204, 204, 403]);
    assert.deepEqual([last.status, last.headers['retry-after']], [503, '10']);
    assert.match(last.body, /<Code>SlowDown<\/Code>/);
    assert.equal(await worker.stored('forms/4'), undefined, 'nothing is stored');
    assert.ok(await worker.stored('forms/2'));
    assert.equal((await sendForm(worker, 'forms/5', from('203.0.114.1'))).status, 204, 'the next network has its own limit');
  });
});

describe('a limit under wrangler dev', () => {
  /** @type {import('../../scripts/process.mjs').Server} */
  let server;
  let url = '';
  let directory = '';
  before(async () => {
    const port = await freePort();
    directory = await mkdtemp(join(tmpdir(), 'limits-'));
    const ratelimits = [{ name: 'FEW', namespace_id: '1', simple: { limit: MAX, period: 10 } }];
    const { vars, secrets } = site;
    server = await startWrangler({ name: `tests/limits-${port}`, directory, port, vars, secrets, buckets: {}, ratelimits });
    url = `http://127.0.0.1:${port}`;
  });
  after(async () => {
    await server?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  test('applies', async () => {
    await waitForNewWindow();
    const upload = { method: 'POST', path: '/uploads/few', json: { type: 'image/png', size: 1 } };
    for (let i = 0; i < MAX; i += 1) check(await send(url, upload), { status: 200 });
    check(await send(url, upload), limited);
  });
});

/** Waits for the next window if the current one ends soon. */
async function waitForNewWindow() {
  const left = 10_000 - (Date.now() % 10_000);
  if (left < 3_000) await sleep(left + 50);
}
