/** @file A trap in wasm, at once and after something was awaited: who gets 500, who gets 503, and that the next request is served. */
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
    let asked = 0;
    /** Answers the key sets that are asked for. */
    let release = () => {};
    beforeEach(async () => {
      await worker?.stop();
      asked = 0;
      const held = new Promise((resolve) => (release = () => resolve(undefined)));
      const outbound = async (/** @type {Request} */ { url }) => {
        if (url !== JWKS) return new Response(null, { status: 404 });
        asked += 1;
        await held;
        return Response.json(published('rsa', 'ec', 'ed'));
      };
      worker = await start({ build: 'build/planted', outbound });
    });
    after(() => worker?.stop());

    const url = () => /** @type {import('../servers/worker_for_callers.mjs').Worker} */ (worker).url;
    const trap = () => send(url(), { method: 'GET', path });
    const ask = async (/** @type {string} */ issuer, /** @type {string} */ rule, /** @type {string} */ file) => {
      const { iss, aud } = ISSUERS[issuer];
      const authorization = `Bearer ${await token(ISSUERS[issuer], { iss, aud, sub: 'u1', exp: Math.floor(Date.now() / 1000) + 60 })}`;
      return send(url(), { method: 'GET', path: `/downloads/${rule}/${file}`, headers: { authorization } });
    };
    const atOnce = (file = 'a') => ask('hs', 'hs', file);
    const waits = (file = 'a') => ask('es256', 'login', file);

    test('is a 500, and the next request is served', async () => {
      for (let i = 0; i < 3; i += 1) {
        check(await trap(), TRAPPED);
        check(await atOnce(), { status: 302 });
      }
    });

    test('ends fifty requests that wait with 503, before what they wait for has come', async () => {
      const waiting = Promise.all(Array.from({ length: 50 }, (_, i) => waits(`${i}`)));
      while (asked === 0) await sleep(10);
      await sleep(500); // until the last of them waits
      check(await trap(), TRAPPED);
      for (const answer of await waiting) check(answer, CUT_OFF);
      assert.equal(asked, 1, 'they waited for one key set');

      check(await atOnce(), { status: 302 });
      release();
      const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => waits(`${i}`)));
      answers.forEach(({ status, headers }, i) => {
        assert.equal(status, 302);
        assert.match(headers.location ?? '', new RegExp(`/${i}\\?`), 'its own answer');
      });
    });

    test('ends a request whose body is on its way', async () => {
      const half = sendHalf(url());
      await sleep(300);
      check(await trap(), TRAPPED);
      const { status, retryAfter } = await half;
      assert.deepEqual({ status, retryAfter }, { status: 503, retryAfter: '1' });
      check(await atOnce(), { status: 302 });
    });

    test('among many at once reaches nobody who waits for nothing, and leaves nobody waiting', async () => {
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
