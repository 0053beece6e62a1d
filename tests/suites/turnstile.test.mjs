/** @file Turnstile, as a caller of its own and beside a token, against a stand-in that speaks the documented protocol. */
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
  beforeEach(() => void ((turnstile.asked.length = 0), (turnstile.instead = undefined)));
  after(() => worker?.stop());

  const post = (/** @type {string} */ rule, /** @type {Record<string, string>} */ headers, json = { type: 'image/png', size: 1 }) =>
    send(worker.url, { method: 'POST', path: `/uploads/${rule}`, headers, json });
  const person = (/** @type {string} */ answer) => post('person', { 'turnstile-token': answer });

  test('a solved challenge is asked about once, and lets in once', async () => {
    const answer = turnstile.widget(SECRET);
    check(await person(answer), { status: 200 });
    assert.deepEqual(turnstile.asked.map((form) => Object.fromEntries(form)), [{ secret: SECRET, response: answer }]);
    check(await person(answer), refused('used before'));
    assert.equal(turnstile.asked.length, 2);
  });

  test('what the widget adds to a plain form does too', async () => {
    const answer = await send(worker.url, { method: 'GET', path: `/uploads/person?type=image/png&cf-turnstile-response=${turnstile.widget(SECRET)}` });
    check(answer, { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
    assert.ok(!answer.body.includes('turnstile'), 'the answer is not carried on');
  });

  for (const [name, made] of /** @type {[string, string[]][]} */ ([
    ['another page', [SECRET, 'evil.example.com']],
    ['a page below', [SECRET, 'www.example.com.evil.example.com']],
    ['another action', [SECRET, 'www.example.com', 'login']],
    ['no action', [SECRET, 'www.example.com', '']],
  ])) {
    test(`a challenge of ${name} is refused`, async () => {
      check(await person(turnstile.widget(made[0], made[1], made[2])), refused('another page or action'));
    });
  }

  test("a made-up answer is refused, and another widget's is our own mistake", async () => {
    check(await person('made-up'), refused('rejected by Turnstile'));
    check(await person(turnstile.widget('0x4BBBBBBB-another-secret')), DOWN);
  });

  for (const [name, instead] of /** @type {[string, () => Promise<Response> | Response][]} */ ([
    ['answers 500', () => new Response('oops', { status: 500 })],
    ['answers HTML', () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
    ['answers no verdict', () => Response.json({})],
    ['answers success as a text', () => Response.json({ success: 'true', hostname: 'www.example.com', action: 'upload' })],
    ['fails inside', () => Response.json({ success: false, 'error-codes': ['internal-error'] })],
  ])) {
    test(`siteverify ${name}: nobody gets in, and nothing is tried twice`, async () => {
      turnstile.instead = instead;
      check(await person(turnstile.widget(SECRET)), DOWN);
      assert.equal(turnstile.asked.length, 1);
    });
  }

  test('an error page that says success is none', async () => {
    turnstile.instead = () => Response.json({ success: true, hostname: 'www.example.com', action: 'upload' }, { status: 500 });
    assert.equal((await person(turnstile.widget(SECRET))).status, 401);
  });

  test('beside a token, both are needed', async () => {
    const exp = Math.floor(Date.now() / 1000) + 300;
    const authorization = `Bearer ${await token(ISSUERS.hs, { iss: ISSUERS.hs.iss, aud: 'signpost', sub: 'u1', exp })}`;
    check(await post('both', { authorization, 'turnstile-token': turnstile.widget(SECRET) }), { status: 200 });
    check(await post('both', { authorization }), { status: 401, code: 'MissingAuthenticationToken', detail: '/Turnstile/' });
    turnstile.asked.length = 0;
    check(await post('both', { 'turnstile-token': turnstile.widget(SECRET) }), { status: 401, code: 'MissingAuthenticationToken' });
    check(await post('both', { authorization: 'Bearer a.b.c', 'turnstile-token': turnstile.widget(SECRET) }), { status: 401, code: 'InvalidToken' });
    assert.equal(turnstile.asked.length, 0, 'who is nobody spends no challenge');
  });
});

/** Deadlines are a twentieth of what they are. */
const HURRIED = `
import worker from './entry.mjs';
const { timeout } = AbortSignal;
AbortSignal.timeout = (milliseconds) => timeout.call(AbortSignal, milliseconds / 20);
export default worker;`;

test('siteverify is slow: nobody gets in, and nobody waits for more than its deadline', async () => {
  const turnstile = siteverify();
  const worker = await start({ outbound: (request) => turnstile.answer(request), secrets: { TURNSTILE_SECRET: SECRET }, around: HURRIED });
  try {
    const headers = { 'turnstile-token': turnstile.widget(SECRET) };
    turnstile.instead = () => sleep(2_000).then(() => Response.json({ success: true, hostname: 'www.example.com', action: 'upload' }));
    const began = performance.now();
    check(await send(worker.url, { method: 'POST', path: '/uploads/person', headers, json: { type: 'image/png', size: 1 } }), DOWN);
    assert.ok(performance.now() - began < 1_500, `${performance.now() - began} ms`);
    assert.equal(turnstile.asked.length, 1);
  } finally {
    await worker.stop();
  }
});

describe("Cloudflare's dummy keys", () => {
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
  test('always passes, but not for a page of ours', async () => {
    check(await dummy(DUMMY.passes, 'www.example.com', 'upload'), refused('another page or action'));
    check(await dummy(DUMMY.passes, 'example.com', 'test'), { status: 200 });
  });
  test('always fails', async () => check(await dummy(DUMMY.fails, 'example.com', 'test'), refused('rejected by Turnstile')));
  test('already spent', async () => check(await dummy(DUMMY.spent, 'example.com', 'test'), refused('used before')));
});
