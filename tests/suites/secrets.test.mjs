/** @file Secrets from the Secrets Store; and no secret in responses, headers, log lines or errors. */
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { cases } from '../callers/cases.mjs';
import { ISSUERS, site, token } from '../callers/tokens.mjs';
import { CLOCK, setAhead } from '../servers/clock.mjs';
import { start } from '../servers/worker_for_callers.mjs';
import { check, send } from '../contract/cases.mjs';

const now = () => Math.floor(Date.now() / 1000);

describe('the Secrets Store', () => {
  const STORED = ['HS_OLD', 'MEDIA_SECRET_ACCESS_KEY', 'TICKET_OLD'];
  /** @type {import('../servers/worker_for_callers.mjs').Worker} */
  let worker;
  before(async () => {
    const binding = (/** @type {string} */ name) => ({ type: 'secrets-store-secret', storeId: 'store', secretName: name });
    worker = await start({ around: CLOCK, env: Object.fromEntries(STORED.map((name) => [name, binding(name)])) });
  });
  after(() => worker?.stop());

  const requestLink = async () => {
    const { iss, aud } = ISSUERS.hs;
    const authorization = `Bearer ${await token(ISSUERS.hs, { iss, aud, sub: 'u1', exp: now() + 60 })}`;
    return send(worker.url, { method: 'GET', path: '/downloads/hs/a', headers: { authorization } });
  };

  test('is read once, and rules stay closed until it has the secrets', async () => {
    check(await send(worker.url, { method: 'GET', path: '/healthz' }), { status: 503, body: ['"MEDIA_SECRET_ACCESS_KEY"'] });
    assert.notEqual((await requestLink()).status, 302);
    for (const name of STORED) {
      const create = await worker.miniflare.getSecretsStoreSecretAPI(name);
      await create().create(site.secrets[name]);
    }
    check(await send(worker.url, { method: 'GET', path: '/healthz' }), { status: 503 });
    await setAhead(worker, 5.1); // it is read again only after that
    check(await send(worker.url, { method: 'GET', path: '/healthz' }), { status: 200 });
    check(await requestLink(), { status: 302 });
    check(await requestLink(), { status: 302 });
  });
});

/** Requests to all other routes, with values that must not be logged. @type {[method: string, path: string, json?: object][]} */
const ROUTES = [
  ['POST', '/forms/marked-bucket/marked-key.png'],
  ['PUT', '/files/marked-bucket/marked-key.png?X-Amz-Signature=marked-signature&x-signpost=marked-state', {}],
  ['POST', '/uploads/session/multipart', { type: 'image/png', size: 1 }],
  ...['GET', 'POST', 'DELETE'].map((method) => /** @type {[string, string]} */ ([method, '/uploads/session/multipart/marked-id'])),
  ['GET', '/uploads/session/s3/params?filename=marked-name.png&type=image/png'],
  ['GET', '/uploads/session/s3/params?filename=marked-name.png&type=image/png&metadata[size]=1'],
  ['POST', '/uploads/session/s3/multipart', { filename: 'marked-name.png', type: 'image/png', metadata: { size: 1 } }],
  ['GET', '/uploads/session/s3/multipart/marked-id/1?key=marked-key'],
  ['POST', '/uploads/session/sign-request', { method: 'PUT', key: 'marked-name.png', contentType: 'image/png', size: 1 }],
  ['POST', '/uploads/session/sign-request', { method: 'POST', key: 'marked-name.png', contentType: 'image/png', size: 1 }],
  ['POST', '/uploads/session/better-upload', { route: 'session', files: [{ name: 'marked-name.png', size: 1, type: 'image/png' }] }],
  ...['GET', 'POST', 'DELETE'].map((method) => /** @type {[string, string]} */ ([method, '/uploads/session/parts/marked-pass'])),
  ['POST', '/uploads/proof/confirm', { confirm: 'marked-state' }],
  ['POST', '/uploads/session', { files: [{ type: 'image/png', size: 1 }, { type: 'marked/type', size: 1 }, 'marked-file'] }],
  ['POST', '/downloads/session?marked-query=1', { paths: ['marked-path', 'marked-path/../x'] }],
  ['GET', '/uploads/proof/done/marked-state?key=marked-key'],
  ['GET', '/.well-known/jwks.json?marked-query=1'],
  ['GET', '/downloads/ends/marked-path?json&download=marked-name'],
  ['POST', '/downloads/ends', { paths: ['marked-path', 'marked-path/../x'] }],
  ...['GET', 'POST', 'HEAD'].flatMap((method) => ['/l/marked-id', '/l/markedAAAAAAAAAAAAAAAA'].map((path) => /** @type {[string, string]} */ ([method, path]))),
  ['GET', '/links?rule=marked-rule&after=marked-id'],
  ['DELETE', '/links/marked-id'],
  ...['GET', 'POST', 'DELETE'].map((method) => /** @type {[string, string]} */ ([method, '/credentials/home?marked-query=1'])),
  ['POST', '/credentials/home?format=marked-format'],
  ['POST', '/credentials/home/marked-path'],
  ['GET', '/.well-known/openid-configuration?marked-query=1'],
  ['GET', '/downloads/without-key/marked-path'],
];

describe('no secret appears', () => {
  /** @type {import('../servers/worker_for_callers.mjs').Worker} */
  let worker;
  const SESSION = { SESSION_SESSION_TOKEN: 'marked-session-token-of-the-session', SESSION_EXPIRATION: '2099-01-01T00:00:00Z', TURNSTILE_SECRET: '0x4AAAAAAA-marked-turnstile-secret' };
  const KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  const PRIVATE = { ISSUER_KEY: JSON.stringify(KEY), WEBHOOK_SECRET: 'whsec_bWFya2VkLXNlY3JldC1vZi10aGUtd2ViaG9va3M=' };
  const VARS = {
    BUCKETS_2: { 'without-key': { provider: 'aws', name: 'acme-media', region: 'eu-west-1', credentials: { web_identity: true, role: 'arn:aws:iam::123456789012:role/signpost' } } },
    DOWNLOADS_2: { 'without-key': { bucket: 'without-key', callers: ['anyone'], key: 'without-key/{path}', expires: '5 min' }, ends: { bucket: 'session', callers: ['anyone'], key: 'ends/{path}', expires: '5 min', uses: 1 } },
    UPLOADS_2: { proof: { bucket: 'session', callers: ['anyone'], key: 'proof/{uuid}.{ext}', types: ['image/png'], max_size: '1 KiB', expires: '1 h', confirm: true, notify: 'https://marked-receiver.example.com/marked-path?token=marked-token' } },
    ISSUER: { url: 'https://files.example.com', keys: ['ISSUER_KEY'] },
  };
  const outbound = (/** @type {Request} */ { method }) => {
    const now = new Date().toUTCString();
    const headers = { 'content-length': '1', 'content-type': 'image/png', etag: '"marked-etag"', 'last-modified': now, date: now };
    return method === 'HEAD' ? new Response(null, { headers }) : new Response('marked-error-of-another-server', { status: 500 });
  };
  // Each test has its own Worker, since log lines may arrive late.
  beforeEach(async () => void (worker = await start({ build: 'build/planted', secrets: { ...SESSION, ...PRIVATE }, vars: VARS, outbound, state: true })));
  afterEach(() => worker?.stop());

  test('in a response, header, log line or error of any request', async () => {
    const generated = await cases(now());
    const extra = [
      ...['/', '/healthz', '/panic', '/t/', '/uploads/person', '/uploads/nothing', '/downloads/session/a', '/uploads/session?type=image/png', '/uploads/session/done'].map((path) => ({ method: 'GET', path })),
      { method: 'OPTIONS', path: '/uploads/person', headers: { origin: 'https://www.example.com' } },
      { method: 'POST', path: '/uploads/session', json: { type: 'image/png', size: 1 } },
      { method: 'POST', path: '/uploads/person', headers: { 'turnstile-token': 'marked-challenge' }, json: { type: 'image/png', size: 1 } },
      { method: 'POST', path: '/uploads/session', body: 'marked-body' },
      { method: 'GET', path: '/downloads/session/a?marked-query=1', headers: { accept: 'application/json' } },
      ...ROUTES.map(([method, path, json]) => ({ method, path, json })),
    ];
    const secrets = Object.entries({ ...site.secrets, ...SESSION, ...PRIVATE, 'the private part': `${KEY.d}` }).filter(([name]) => !/_ACCESS_KEY_ID$|_EXPIRATION$/.test(name));
    for (const request of [...generated.map(({ request }) => request), ...extra]) {
      const answer = await send(worker.url, request);
      const text = JSON.stringify([answer.headers, answer.body]);
      const found = secrets.filter(([name, value]) => text.includes(value) && name !== 'SESSION_SESSION_TOKEN').map(([name]) => name);
      assert.deepEqual(found, [], `in the answer to ${request.method} ${request.path}`);
      for (const part of tokens(request)) assert.ok(!text.includes(part), `the token in the answer to ${request.path}`);
    }
    const { confirm } = JSON.parse((await send(worker.url, { method: 'POST', path: '/uploads/proof', json: { type: 'image/png', size: 1 } })).body);
    const confirmed = await send(worker.url, { method: 'POST', path: '/uploads/proof/confirm', json: { confirm } });
    assert.equal(confirmed.status, 200, confirmed.body);
    const { receipt } = JSON.parse(confirmed.body);
    for (const [name, value] of secrets) assert.ok(!confirmed.body.includes(value) && !Buffer.from(receipt.split('.')[1], 'base64url').includes(value), `${name} in the receipt`);
    const form = await send(worker.url, { method: 'GET', path: '/uploads/proof?type=image/png' });
    const [, address = ''] = /name="success_action_redirect" value="([^"]+)"/.exec(form.body) ?? [];
    const { pathname } = new URL(address);
    const done = await send(worker.url, { method: 'GET', path: `${pathname}?key=marked-key` });
    assert.match(done.body, /<h1>Uploaded<\/h1>/);
    for (const [name, value] of secrets) assert.ok(!done.body.includes(value), `${name} in the page after a form`);
    const link = JSON.parse((await send(worker.url, { method: 'GET', path: '/downloads/ends/marked-path?json' })).body);
    const page = await send(worker.url, { method: 'GET', path: `/l/${link.id}` });
    const used = await send(worker.url, { method: 'POST', path: `/l/${link.id}` });
    assert.deepEqual([page.status, used.status], [200, 303]);
    for (const [name, value] of secrets) assert.ok(!`${page.body}${used.headers['set-cookie']}`.includes(value), `${name} in a short link`);
    assert.ok(!page.body.includes('marked-'), 'a key in the page of a short link');
    await lines(worker, generated.length);
    for (let i = 0; i < 100 && !worker.logs.some((line) => line.includes('"outcome":"retried"')); i += 1) await sleep(20);
    const logs = worker.logs.join('\n');
    assert.match(logs, /"rule":"uploads\/proof","outcome":"retried","status":500/, 'the webhook was sent');
    for (const [name, value] of secrets) assert.ok(!logs.includes(value), `${name} in the log`);
    for (const { request } of generated) for (const part of tokens(request)) assert.ok(!logs.includes(part), 'a token in the log');
    const [, use = ''] = /signpost-use=([^;]+)/.exec(`${used.headers['set-cookie']}`) ?? [];
    for (const text of [link.id, use, confirm, receipt, `${pathname.split('/').at(-1)}`]) assert.ok(!logs.includes(text), 'a state or a receipt in the log');
    for (const part of ['marked-', 'X-Amz-', 'x-amz-', 'contract.txt', 'u7.pdf', 'evil.example.com']) assert.ok(!logs.includes(part), `${part} in the log`);
  });

  /** How a role is assumed: by a key or by a token. @type {Record<string, [credentials: object, secrets: Record<string, string>, vars: object]>} */
  const PROOFS = {
    'its key': [{ secret: 'SESSION' }, { SESSION_ACCESS_KEY_ID: 'AKIA', SESSION_SECRET_ACCESS_KEY: 'marked-secret-of-the-key' }, {}],
    'its token': [{ web_identity: true }, { ISSUER_KEY: PRIVATE.ISSUER_KEY }, { ISSUER: VARS.ISSUER }],
  };
  for (const [proof, [how, given, more]] of Object.entries(PROOFS)) {
    test(`of a role, ${proof} and its token service, on any route`, async () => {
      await worker.stop();
      /** The tokens that were sent. @type {string[]} */
      const sent = [];
      const MARKED = { key: 'marked-secret-of-the-key', secret: 'marked-temporary-secret', session: 'marked-session-token', message: 'marked-message' };
      const ISSUED = `<R><Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>${MARKED.secret}</SecretAccessKey><SessionToken>${MARKED.session}</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></R>`;
      const REJECTED = `<ErrorResponse><Error><Code>AccessDenied</Code><Message>${MARKED.message}</Message></Error></ErrorResponse>`;
      for (const [status, body] of /** @type {[number, string][]} */ ([[200, ISSUED], [403, REJECTED], [200, ISSUED.replace('2099', '1999')], [500, ISSUED]])) {
        const BUCKETS = { .../** @type {any} */ (site.vars).BUCKETS, session: { ...(/** @type {any} */ (site.vars)).BUCKETS.session, credentials: { ...how, role: 'arn:aws:iam::123456789012:role/signpost' } } };
        const CREDENTIALS = { home: { bucket: 'session', callers: ['anyone'], prefix: 'users/shared/', actions: ['read'], expires: '1 h' } };
        const serve = async (/** @type {Request} */ request) => {
          if (!request.url.startsWith('https://sts.')) return outbound(request);
          const form = new URLSearchParams(await request.text());
          sent.push(...(form.get('WebIdentityToken')?.split('.').slice(1) ?? []));
          // A caller's credentials are other ones.
          return new Response(form.get('RoleSessionName') === 'anyone=' ? body.replaceAll('marked-temporary', 'marked-handed-out') : body, { status });
        };
        worker = await start({ build: 'build/planted', vars: { BUCKETS, CREDENTIALS, ...more }, secrets: given, outbound: serve });
        const requests = [
          ...['/downloads/session/a', '/uploads/session?type=image/png', '/healthz'].map((path) => ({ method: 'GET', path })),
          { method: 'POST', path: '/uploads/session', json: { type: 'image/png', size: 1 } },
          ...ROUTES.map(([method, path, json]) => ({ method, path, json })),
        ];
        let [signed, handedOut] = [0, 0];
        for (const request of requests) {
          const answer = await send(worker.url, request);
          const text = JSON.stringify([answer.headers, answer.body]);
          signed += Number(text.includes('ASIA'));
          if (request.path.startsWith('/credentials/home') && answer.status === 200) handedOut += Number(text.includes('marked-handed-out-secret'));
          else assert.ok(!text.includes('marked-handed-out'), `handed out by ${request.method} ${request.path}`);
          for (const part of [MARKED.key, MARKED.secret, MARKED.message, `${KEY.d}`, ...sent]) assert.ok(!text.includes(part), `${part} in the answer to ${request.method} ${request.path}`);
        }
        assert.equal(handedOut > 0, signed > 0, `${handedOut} are handed out`);
        assert.equal(signed > 0, status === 200 && body === ISSUED, `${signed} are signed, ${status}`);
        await lines(worker, 3);
        const logs = worker.logs.join('\n');
        for (const part of ['marked-', 'Signature=', 'ASIA', 'AKIA', '<', `${KEY.d}`, ...sent]) assert.ok(!logs.includes(part), `${part} in the log`);
        assert.equal(logs.includes('no new credentials for the bucket session'), signed === 0);
        await worker.stop();
      }
    });
  }

  test('and every decision is logged', async () => {
    const { iss, aud } = ISSUERS.hs;
    const authorization = `Bearer ${await token(ISSUERS.hs, { iss, aud, sub: 'u1', exp: now() + 60 })}`;
    await send(worker.url, { method: 'GET', path: '/downloads/hs/a', headers: { authorization } });
    await send(worker.url, { method: 'GET', path: '/downloads/hs/a' });
    await send(worker.url, { method: 'POST', path: '/uploads/session', json: { type: 'image/png', size: 1 } });
    await send(worker.url, { method: 'GET', path: '/healthz' });
    await lines(worker, 3);
    const records = worker.logs.map((line) => JSON.parse(line));
    for (const record of records) assert.ok(Number.isInteger(record.ms) && record.ms < 5_000);
    const [granted, refused, session, ...more] = records.map(({ ms: _, ...record }) => record);
    const key_hash = createHash('sha256').update('hs/u1/a').digest('hex').slice(0, 32);
    assert.deepEqual(granted, { rule: 'downloads/hs', caller: 'hs', subject: 'u1', outcome: 'granted', status: 302, key_hash });
    assert.deepEqual(refused, { rule: 'downloads/hs', outcome: 'refused', status: 401, code: 'MissingAuthenticationToken' });
    assert.equal(session.outcome, 'granted');
    assert.deepEqual(more, []);
  });
});

/**
 * Waits for the log lines, which arrive a little later than the responses.
 * @param {import('../servers/worker_for_callers.mjs').Worker} worker @param {number} minimum
 */
async function lines({ logs }, minimum) {
  for (let i = 0; i < 100 && logs.length < minimum; i += 1) await sleep(20);
  await sleep(100);
  assert.ok(logs.length >= minimum, `${logs.length} lines, expected at least ${minimum}`);
}

/** Returns the tokens of a request, split into their parts. @param {import('../contract/cases.mjs').RequestSpec} request */
function tokens({ path, headers = {} }) {
  const presented = Object.entries(headers).filter(([name]) => !/^(accept|origin|referer|sec-fetch-.*)$/.test(name)).map(([, value]) => value);
  const ticket = /^\/t\/([^/]*)\//.exec(path)?.[1] ?? '';
  return [...presented, ticket].flatMap((text) => text.split(/[ .]/)).filter((part) => part.length > 12);
}
