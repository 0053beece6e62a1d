/** @file Key sets from HTTP servers: they are fetched once, follow a rotation, and stay valid while an issuer fails. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { answersHtml, answersLate, answersTooMuch, closesConnection, fails, publishes, redirects, startIssuer } from '../servers/issuer.mjs';
import { published, token } from '../callers/tokens.mjs';
import { CLOCK, setAhead } from '../servers/clock.mjs';
import { start } from '../servers/worker.mjs';

/** @typedef {Awaited<ReturnType<typeof startIssuer>>} Issuer */

const [OLD, NEW] = [{ alg: 'RS256', key: 'rsa' }, { alg: 'ES256', key: 'ec' }];
const oldSet = published('rsa');
const bothSets = published('rsa', 'ec');

/** How an issuer can fail. */
const FAILURES = { 'answers 500': fails, 'answers HTML': answersHtml, redirects, 'sends too much': answersTooMuch, 'closes the connection': closesConnection, 'answers after ten seconds': answersLate(oldSet) };

/** @param {Record<string, Issuer>} issuers by the name of caller and rule */
async function startWorker(issuers) {
  const bucket = { provider: 'aws', name: 'acme-media', region: 'eu-west-1', credentials: 'MEDIA' };
  const caller = (/** @type {Issuer} */ { url }) => ({ kind: 'jwt', issuer: url, audience: 'signpost', jwks: url });
  const rule = (/** @type {string} */ name) => ({ bucket: 'media', callers: [name], key: `${name}/{caller}/{path}`, expires: '5 min' });
  const entries = Object.entries(issuers);
  return startBuilt({
    BUCKETS: { media: bucket },
    CALLERS: Object.fromEntries(entries.map(([name, issuer]) => [name, caller(issuer)])),
    DOWNLOADS: Object.fromEntries(entries.map(([name]) => [name, rule(name)])),
  });
}

/** @param {Record<string, Record<string, unknown>>} vars */
const startBuilt = (vars) => start({ vars, secrets: { MEDIA_ACCESS_KEY_ID: 'id', MEDIA_SECRET_ACCESS_KEY: 'secret' }, around: CLOCK });

/** @param {Awaited<ReturnType<typeof start>>} worker @param {Issuer} issuer @param {string} rule @param {{ alg: string, key: string }} [signer] */
async function requestLink(worker, issuer, rule, signer = OLD) {
  const claims = { iss: issuer.url, aud: 'signpost', sub: 'u1', exp: Math.floor(Date.now() / 1000) + 300 };
  const authorization = `Bearer ${await token({ ...signer, iss: '', aud: '' }, claims)}`;
  const answer = await worker.fetch(`/downloads/${rule}/a`, { headers: { authorization } });
  const text = await answer.text();
  return { status: answer.status, code: answer.status === 302 ? '' : JSON.parse(text).code };
}

describe('a key set', () => {
  /**
   * Starts an issuer and a Worker that has not fetched its keys yet.
   *
   * @param {import('node:test').TestContext} test
   */
  const startBoth = async (test) => {
    const issuer = await startIssuer(publishes(oldSet));
    const worker = await startWorker({ login: issuer });
    test.after(() => Promise.all([worker.stop(), issuer.stop()]));
    const statusFor = async (/** @type {{ alg: string, key: string }} */ signer) => (await requestLink(worker, issuer, 'login', signer)).status;
    return { issuer, statusFor };
  };

  test('is fetched once for concurrent requests, and cached', async (t) => {
    const { issuer, statusFor } = await startBoth(t);
    issuer.behaviour = (response) => void setTimeout(() => publishes(oldSet)(response), 300);
    const statuses = await Promise.all(Array.from({ length: 20 }, () => statusFor(OLD)));
    assert.deepEqual(new Set(statuses), new Set([302]));
    assert.equal(await statusFor(OLD), 302);
    assert.equal(issuer.requests, 1);
  });

  test('is fetched again for an unknown key, so that a rotation takes effect at once', async (t) => {
    const { issuer, statusFor } = await startBoth(t);
    assert.equal(await statusFor(OLD), 302);
    issuer.behaviour = publishes(bothSets, 3600);
    assert.equal(await statusFor(NEW), 302);
    assert.equal(issuer.requests, 2);
    assert.equal(await statusFor(OLD), 302);
  });

  test('is not fetched for every invented key', async (t) => {
    const { issuer, statusFor } = await startBoth(t);
    assert.equal(await statusFor(OLD), 302);
    const statuses = await Promise.all(Array.from({ length: 20 }, () => statusFor({ alg: 'ES256', key: 'other-ec' })));
    assert.deepEqual(new Set(statuses), new Set([401]));
    assert.equal(issuer.requests, 2);
    assert.deepEqual([await statusFor(OLD), issuer.requests], [302, 2]);
  });
});

describe('an issuer', () => {
  /** @type {Record<string, Issuer>} */
  const cold = {};
  /** @type {Record<string, Issuer>} */
  const warm = {};
  /** @type {Awaited<ReturnType<typeof start>>} */
  let worker;
  const names = Object.keys(FAILURES);
  const slug = (/** @type {string} */ name) => name.toLowerCase().replaceAll(' ', '-');
  before(async () => {
    for (const name of names) {
      cold[`cold-${slug(name)}`] = await startIssuer(FAILURES[/** @type {keyof typeof FAILURES} */ (name)]);
      warm[`warm-${slug(name)}`] = await startIssuer(publishes(oldSet));
    }
    worker = await startWorker({ ...cold, ...warm });
  });
  after(async () => void (await Promise.all([worker, ...Object.values({ ...cold, ...warm })].map((server) => server?.stop()))));

  test('that fails from the beginning admits nobody, without delay, and everybody after it recovers', async () => {
    await setAhead(worker, 0);
    const rules = Object.keys(cold);
    const each = (/** @type {(rule: string) => Promise<void>} */ work) => Promise.all(rules.map(work));
    const unavailable = { status: 503, code: 'ServiceUnavailable' };
    const started = performance.now();
    await each(async (rule) => assert.deepEqual(await requestLink(worker, cold[rule], rule), unavailable, rule));
    assert.ok(performance.now() - started < 4_000, 'within the timeout');
    const requests = rules.map((rule) => cold[rule].requests);
    await each(async (rule) => assert.deepEqual(await requestLink(worker, cold[rule], rule), unavailable, rule));
    assert.deepEqual(rules.map((rule) => cold[rule].requests), requests, 'it is not asked again at once');
    for (const rule of rules) cold[rule].behaviour = publishes(oldSet);
    await setAhead(worker, 6);
    await each(async (rule) => assert.deepEqual(await requestLink(worker, cold[rule], rule), { status: 302, code: '' }, rule));
  });

  test('that fails later does not affect callers whose key is cached', async () => {
    await setAhead(worker, 0);
    for (const rule of Object.keys(warm)) assert.equal((await requestLink(worker, warm[rule], rule)).status, 302);
    for (const name of names) warm[`warm-${slug(name)}`].behaviour = FAILURES[/** @type {keyof typeof FAILURES} */ (name)];
    await setAhead(worker, 31.5); // the sets have expired
    for (const rule of Object.keys(warm)) {
      assert.deepEqual(await requestLink(worker, warm[rule], rule), { status: 302, code: '' }, rule);
      assert.equal(warm[rule].requests, 2, `${rule} was asked again`);
      assert.deepEqual(await requestLink(worker, warm[rule], rule, NEW), { status: 401, code: 'InvalidToken' }, rule);
      assert.equal(warm[rule].requests, 2, `${rule} was not asked for the unknown key`);
    }
  });
});
