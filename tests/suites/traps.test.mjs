/** @file A trap in wasm, at once or after an await: its request gets 500, waiting requests get 503, and the next request works. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ISSUERS, published, token } from '../callers/tokens.mjs';
import { start } from '../servers/worker_for_callers.mjs';
import { check, send } from '../contract/cases.mjs';

const JWKS = 'https://login.example.com/jwks';
const TRAPPED = { status: 500, code: 'InternalError', headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' } };
const CUT_OFF = { status: 503, code: 'ServiceUnavailable', headers: { 'retry-after': '1', 'content-type': 'application/problem+json', 'cache-control': 'no-store' } };

for (const [name, path] of [['at once', '/panic'], ['after an await', '/panic/later']]) {
  describe(`a trap ${name}`, () => {
    /** @type {import('../servers/worker_for_callers.mjs').Worker | undefined} */
    let worker;
    let fetches = 0;
    /** Answers all pending requests for key sets. */
    let release = () => {};
    beforeEach(async () => {
      await worker?.stop();
      fetches = 0;
      const released = new Promise((resolve) => (release = () => resolve(undefined)));
      const outbound = async (/** @type {Request} */ { url }) => {
        if (url !== JWKS) return new Response(null, { status: 404 });
        fetches += 1;
        await released;
        return Response.json(published('rsa', 'ec', 'ed'));
      };
      worker = await start({ build: 'build/planted', outbound });
    });
    after(() => worker?.stop());

    const url = () => /** @type {import('../servers/worker_for_callers.mjs').Worker} */ (worker).url;
    const trap = () => send(url(), { method: 'GET', path });
    const requestLink = async (/** @type {string} */ issuer, /** @type {string} */ rule, /** @type {string} */ file) => {
      const { iss, aud } = ISSUERS[issuer];
      const authorization = `Bearer ${await token(ISSUERS[issuer], { iss, aud, sub: 'u1', exp: Math.floor(Date.now() / 1000) + 60 })}`;
      return send(url(), { method: 'GET', path: `/downloads/${rule}/${file}`, headers: { authorization } });
    };
    const atOnce = (file = 'a') => requestLink('hs', 'hs', file);
    const waits = (file = 'a') => requestLink('es256', 'login', file);

    test('is answered with 500, and the next request works', async () => {
      for (let i = 0; i < 3; i += 1) {
        check(await trap(), TRAPPED);
        check(await atOnce(), { status: 302 });
      }
    });

    test('ends fifty waiting requests with 503, without waiting for their results', async () => {
      const waiting = Promise.all(Array.from({ length: 50 }, (_, i) => waits(`${i}`)));
      while (fetches === 0) await sleep(10);
      await sleep(500); // until all of them wait
      check(await trap(), TRAPPED);
      for (const answer of await waiting) check(answer, CUT_OFF);
      assert.equal(fetches, 1, 'they wait for one key set');

      check(await atOnce(), { status: 302 });
      release();
      const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => waits(`${i}`)));
      answers.forEach(({ status, headers }, i) => {
        assert.equal(status, 302);
        assert.match(headers.location ?? '', new RegExp(`/${i}\\?`), 'its own answer');
      });
    });

    test('ends a request whose body is incomplete', async () => {
      const half = sendHalf(url());
      await sleep(300);
      check(await trap(), TRAPPED);
      const { status, retryAfter } = await half;
      assert.deepEqual({ status, retryAfter }, { status: 503, retryAfter: '1' });
      check(await atOnce(), { status: 302 });
    });

    test('does not affect concurrent requests that do not wait, and ends all that do', async () => {
      release();
      const all = await Promise.all(Array.from({ length: 60 }, async (_, i) => {
        const kind = ['trap', 'at once', 'waits'][i % 3];
        const answer = await (kind === 'trap' ? trap() : kind === 'waits' ? waits(`${i}`) : atOnce(`${i}`));
        return { i, kind, ...answer };
      }));
      for (const { i, kind, ...answer } of all) {
        if (kind === 'at once' || answer.status === 302) {
          check(answer, { status: 302 });
          assert.match(answer.headers.location ?? '', new RegExp(`/${i}\\?`), 'its own answer');
        } else if (kind === 'trap' && answer.status === 500) check(answer, TRAPPED);
        else check(answer, CUT_OFF);
      }
      check(await atOnce(), { status: 302 });
    });
  });
}

/** Announces a body and sends half of it. @param {string} url @returns {Promise<{ status?: number, retryAfter?: string }>} */
function sendHalf(url) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-length': '100', 'content-type': 'application/json' };
    const outgoing = request(`${url}/uploads/session`, { method: 'POST', headers }, (incoming) => {
      resolve({ status: incoming.statusCode, retryAfter: incoming.headers['retry-after'] });
      outgoing.destroy();
    });
    outgoing.on('error', reject).write('{"type":');
  });
}
