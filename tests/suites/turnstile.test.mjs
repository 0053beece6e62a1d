/** @file Turnstile alone and together with a token, against a fake siteverify with the documented protocol. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DUMMY, siteverify } from '../servers/siteverify.mjs';
import { ISSUERS, token } from '../callers/tokens.mjs';
import { start } from '../servers/worker_for_callers.mjs';
import { check, send } from '../contract/cases.mjs';

const SECRET = '0x4AAAAAAA-marked-turnstile-secret';
const refused = (/** @type {string} */ detail) => ({ status: 401, code: 'InvalidToken', detail: `/${detail}/` });
const DOWN = { status: 503, code: 'ServiceUnavailable', detail: '/Turnstile is not available/' };

describe('turnstile', () => {
  const turnstile = siteverify();
  /** @type {import('../servers/worker_for_callers.mjs').Worker} */
  let worker;
  before(async () => void (worker = await start({ outbound: (request) => turnstile.answer(request), secrets: { TURNSTILE_SECRET: SECRET } })));
  beforeEach(() => void ((turnstile.requests.length = 0), (turnstile.override = undefined)));
  after(() => worker?.stop());

  const post = (/** @type {string} */ rule, /** @type {Record<string, string>} */ headers, json = { type: 'image/png', size: 1 }) =>
    send(worker.url, { method: 'POST', path: `/uploads/${rule}`, headers, json });
  const person = (/** @type {string} */ challenge) => post('person', { 'turnstile-token': challenge });

  test('a solved challenge is verified once and valid once', async () => {
    const challenge = turnstile.solve(SECRET);
    check(await person(challenge), { status: 200 });
    assert.deepEqual(turnstile.requests.map((form) => Object.fromEntries(form)), [{ secret: SECRET, response: challenge }]);
    check(await person(challenge), refused('used before'));
    assert.equal(turnstile.requests.length, 2);
  });

  test('a plain form may send the field that the widget adds', async () => {
    const answer = await send(worker.url, { method: 'GET', path: `/uploads/person?type=image/png&cf-turnstile-response=${turnstile.solve(SECRET)}` });
    check(answer, { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
    assert.ok(!answer.body.includes('turnstile'), 'the challenge is not passed on');
  });

  for (const [name, args] of /** @type {[string, string[]][]} */ ([
    ['another page', [SECRET, 'evil.example.com']],
    ['a page with the host as a prefix', [SECRET, 'www.example.com.evil.example.com']],
    ['another action', [SECRET, 'www.example.com', 'login']],
    ['no action', [SECRET, 'www.example.com', '']],
  ])) {
    test(`a challenge for ${name} is rejected`, async () => {
      check(await person(turnstile.solve(args[0], args[1], args[2])), refused('another page or action'));
    });
  }

  test("an invented challenge is rejected, and another widget's is a configuration error", async () => {
    check(await person('made-up'), refused('rejected by Turnstile'));
    check(await person(turnstile.solve('0x4BBBBBBB-another-secret')), DOWN);
  });

  for (const [name, override] of /** @type {[string, () => Promise<Response> | Response][]} */ ([
    ['answers 500', () => new Response('oops', { status: 500 })],
    ['answers HTML', () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
    ['answers no verdict', () => Response.json({})],
    ['answers with success as a string', () => Response.json({ success: 'true', hostname: 'www.example.com', action: 'upload' })],
    ['reports an internal error', () => Response.json({ success: false, 'error-codes': ['internal-error'] })],
  ])) {
    test(`if siteverify ${name}, nobody is admitted and nothing is retried`, async () => {
      turnstile.override = override;
      check(await person(turnstile.solve(SECRET)), DOWN);
      assert.equal(turnstile.requests.length, 1);
    });
  }

  test('an error status with success in its body is a failure', async () => {
    turnstile.override = () => Response.json({ success: true, hostname: 'www.example.com', action: 'upload' }, { status: 500 });
    assert.equal((await person(turnstile.solve(SECRET))).status, 401);
  });

  test('a rule with a token and Turnstile requires both', async () => {
    const exp = Math.floor(Date.now() / 1000) + 300;
    const authorization = `Bearer ${await token(ISSUERS.hs, { iss: ISSUERS.hs.iss, aud: 'signpost', sub: 'u1', exp })}`;
    check(await post('both', { authorization, 'turnstile-token': turnstile.solve(SECRET) }), { status: 200 });
    check(await post('both', { authorization }), { status: 401, code: 'MissingAuthenticationToken', detail: '/Turnstile/' });
    turnstile.requests.length = 0;
    check(await post('both', { 'turnstile-token': turnstile.solve(SECRET) }), { status: 401, code: 'MissingAuthenticationToken' });
    check(await post('both', { authorization: 'Bearer a.b.c', 'turnstile-token': turnstile.solve(SECRET) }), { status: 401, code: 'InvalidToken' });
    assert.equal(turnstile.requests.length, 0, 'a challenge without a valid token is not spent');
  });
});

/** Shortens every timeout to a twentieth. */
const SHORT_TIMEOUTS = `
import worker from './entry.mjs';
const { timeout } = AbortSignal;
AbortSignal.timeout = (milliseconds) => timeout.call(AbortSignal, milliseconds / 20);
export default worker;`;

test('if siteverify is slow, nobody is admitted, after the timeout', async () => {
  const turnstile = siteverify();
  const worker = await start({ outbound: (request) => turnstile.answer(request), secrets: { TURNSTILE_SECRET: SECRET }, around: SHORT_TIMEOUTS });
  try {
    const headers = { 'turnstile-token': turnstile.solve(SECRET) };
    turnstile.override = () => sleep(2_000).then(() => Response.json({ success: true, hostname: 'www.example.com', action: 'upload' }));
    const started = performance.now();
    check(await send(worker.url, { method: 'POST', path: '/uploads/person', headers, json: { type: 'image/png', size: 1 } }), DOWN);
    assert.ok(performance.now() - started < 1_500, `${performance.now() - started} ms`);
    assert.equal(turnstile.requests.length, 1);
  } finally {
    await worker.stop();
  }
});

describe("Cloudflare's dummy key", () => {
  const dummy = async (/** @type {string} */ secret, /** @type {string} */ hostname, /** @type {string} */ action) => {
    const human = { kind: 'turnstile', secret: 'TURNSTILE_SECRET', hostname, action };
    const worker = await start({
      outbound: (request) => siteverify().answer(request),
      secrets: { TURNSTILE_SECRET: secret },
      vars: { UPLOADS: { person: { bucket: 'media', callers: ['dummy'], key: 'people/{uuid}', types: ['image/png'], max_size: '1 kB', expires: '1 h' } }, CALLERS_2: { dummy: human } },
    });
    try {
      const request = { method: 'POST', path: '/uploads/person', headers: { 'turnstile-token': 'XXXX.DUMMY.TOKEN.XXXX' }, json: { type: 'image/png', size: 1 } };
      return await send(worker.url, request);
    } finally {
      await worker.stop();
    }
  };
  test('that always passes is rejected for a host and action of our own', async () => {
    check(await dummy(DUMMY.passes, 'www.example.com', 'upload'), refused('another page or action'));
    check(await dummy(DUMMY.passes, 'example.com', 'test'), { status: 200 });
  });
  test('that always fails is rejected', async () => check(await dummy(DUMMY.fails, 'example.com', 'test'), refused('rejected by Turnstile')));
  test('that is already spent is rejected', async () => check(await dummy(DUMMY.spent, 'example.com', 'test'), refused('used before')));
});
