/** @file Signpost mounted in Workers of others, written in Rust: the examples, and the smallest one. */
import binaryen from 'binaryen';
import assert from 'node:assert/strict';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { freePort } from '../../scripts/process.mjs';
import { root } from '../../scripts/step.mjs';
import { chunked, cutOff } from '../contract/bodies.mjs';
import { cases, check, send, site } from '../contract/cases.mjs';
import { need, needs } from '../needs.mjs';
import * as ministack from '../servers/ministack.mjs';
import { startReceiver } from '../servers/receiver.mjs';
import { s3 } from '../servers/s3.mjs';
import { start } from '../servers/worker.mjs';
import { browser } from '../support/browser.mjs';
import { clientFile } from '../support/client.mjs';
import { picture } from '../support/picture.mjs';
import { post } from '../support/transfer.mjs';

/** @typedef {Awaited<ReturnType<typeof start>>} Worker */
/** @typedef {import('../contract/cases.mjs').RequestSpec} RequestSpec */

const COOKIE = '__Host-session';
const PNG = { name: 'hills.png', mimeType: 'image/png', buffer: picture() };
const AVATAR = { type: PNG.mimeType, size: PNG.buffer.length };
const SESSION_KEY = 'a-key-of-at-least-thirty-two-bytes';
const TICKET_SECRET = 'a-secret-for-tickets-of-tests-only';
const REPORTS = { REPORTS_ACCESS_KEY_ID: 'AKIAREPORTSEXAMPLE00', REPORTS_SECRET_ACCESS_KEY: 'the-secret-of-the-reports' };

/** The bindings of the examples, besides variables and secrets. */
const SESSIONS = { SESSIONS: { type: 'kv', id: 'sessions' } };
const MEDIA = { MEDIA: { type: 'r2', name: 'media' } };

const CHROMIUM = await needs('chromium');

for (const [mounted, env] of Object.entries({ 'tests/mounted': {}, 'examples/rust-worker': SESSIONS, 'examples/axum-worker': MEDIA })) {
  describe(`the contract, mounted at /files by ${mounted}`, () => {
    /** @type {Worker} */
    let worker;
    before(async () => void (worker = await start({ ...site, env, mounted })));
    after(() => worker?.stop());

    // The Worker that mounts Signpost answers what is not below `/files/` itself.
    for (const { name, request, expect } of cases.filter(({ request }) => request.path !== '/')) {
      test(name, async () => check(await send(`${worker.url}/files`, request), expect));
    }

    const PICTURE = { method: 'POST', path: '/uploads/picture', json: { type: 'image/png', size: 1 } };

    test('a body without Content-Length is accepted up to the limit', async () => {
      const json = JSON.stringify(PICTURE.json);
      assert.equal(await chunked(`${worker.url}/files`, json.padEnd(16_384, ' ')), 200);
      assert.equal(await chunked(`${worker.url}/files`, json.padEnd(16_385, ' ')), 413);
    });

    test('a body that is cut off does not affect other requests', async () => {
      const others = Array.from({ length: 20 }, () => send(`${worker.url}/files`, PICTURE));
      await cutOff(`${worker.url}/files`);
      for (const answer of await Promise.all(others)) check(answer, { status: 200 });
      check(await send(`${worker.url}/files`, PICTURE), { status: 200 });
    });

    test('every grant has its own key, also among concurrent requests', async () => {
      const answers = await Promise.all(Array.from({ length: 50 }, () => send(`${worker.url}/files`, PICTURE)));
      assert.equal(new Set(answers.map(({ body }) => JSON.parse(body).key)).size, 50);
    });
  });
}

test('links that end are counted by a deployed Signpost, whose class is bound', async () => {
  const secrets = { MEDIA_ACCESS_KEY_ID: 'AKIDOWNACCESSKEY0001', MEDIA_SECRET_ACCESS_KEY: 'own-secret-access-key-of-a-bucket', SITE_TOKEN: 'a-token-of-the-site' };
  const media = { provider: 'aws', name: 'acme-media', region: 'eu-west-1', credentials: 'MEDIA' };
  const once = { bucket: 'media', callers: ['site'], key: 'reports/{path}', expires: '10 min', uses: 1 };
  const vars = { BUCKETS: { media }, CALLERS: { site: { kind: 'bearer', secret: 'SITE_TOKEN' } }, DOWNLOADS: { once } };
  const env = { SIGNPOST_STATE: { type: 'durable-object', worker: 'keeper', exportName: 'SignpostState' } };
  const worker = await start({ vars, secrets, env, mounted: 'tests/mounted', others: { keeper: { env: {} } } });
  try {
    const headers = { authorization: `Bearer ${secrets.SITE_TOKEN}`, accept: 'application/json' };
    const { id, url } = await (await worker.fetch('/files/downloads/once/a.pdf', { headers })).json();
    assert.equal(url, `${worker.url}/files/l/${id}`);
    assert.equal((await worker.fetch(`/files/l/${id}`)).status, 200);
    const used = await worker.fetch(`/files/l/${id}`, { method: 'POST' });
    assert.equal(used.status, 303);
    assert.match(used.headers.get('set-cookie') ?? '', new RegExp(`; Path=/files/l/${id}; `));
    assert.equal((await worker.fetch(`/files/l/${id}`, { method: 'POST' })).status, 410);
    const listed = await worker.fetch('/files/links', { headers });
    assert.deepEqual(await listed.json(), { links: [] });
  } finally {
    await worker.stop();
  }
});

describe('events of the smallest Worker', () => {
  const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
  const TOKEN = 'a-token-of-the-site';
  const KEYS = { MEDIA_ACCESS_KEY_ID: 'AKIDOWNACCESSKEY0001', MEDIA_SECRET_ACCESS_KEY: 'own-secret-access-key-of-a-bucket' };
  /** @type {Awaited<ReturnType<typeof startReceiver>>} */
  let receiver;
  /** @type {Worker} */
  let worker;
  afterEach(() => Promise.all([worker?.stop(), receiver?.stop()]));

  /** Starts the Worker, uploads a file by a form that it receives itself, and returns the events that arrive. @param {number} count @param {(nth: number) => { status: number }} answer @param {object} [queue] */
  const events = async (count, answer, queue = {}) => {
    receiver = await startReceiver(answer);
    const media = { provider: 'r2', name: 'acme-media', endpoint: 'https://0a1b.r2.cloudflarestorage.com', credentials: 'MEDIA', binding: 'MEDIA' };
    const avatar = { bucket: 'media', callers: ['site'], key: 'avatars/{filename}', types: ['image/png'], max_size: '5 MiB', expires: '10 min', notify: { url: receiver.url, private_address: true } };
    const vars = { BUCKETS: { media }, CALLERS: { site: { kind: 'bearer', secret: 'SITE_TOKEN' } }, UPLOADS: { avatar } };
    const { env = {}, ...more } = /** @type {{ env?: Record<string, object> }} */ (queue);
    worker = await start({ vars, secrets: { ...KEYS, SITE_TOKEN: TOKEN, WEBHOOK_SECRET: SECRET }, env: { ...MEDIA, ...env }, mounted: 'tests/mounted', ...more });
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const grant = await worker.fetch('/files/uploads/avatar', { method: 'POST', headers, body: JSON.stringify({ ...AVATAR, filename: 'a.png' }) });
    assert.equal((await post(await grant.json(), PNG.buffer, 'a.png')).status, 204);
    const webhooks = await receiver.received(count);
    return webhooks.map(({ at, body, headers }) => ({ at, .../** @type {any} */ (new Webhook(SECRET).verify(body, headers)) }));
  };
  const outcomes = () => worker.logs.filter((line) => line.startsWith('{"event"')).map((line) => JSON.parse(line).outcome);

  test('are sent after the answer', async () => {
    const all = await events(1, () => ({ status: 204 }));
    assert.deepEqual(all.map(({ data }) => [data.rule, data.key]), [['uploads/avatar', 'avatars/a.png']]);
    assert.deepEqual(outcomes(), ['delivered']);
  });

  test('wait in the queue that the Worker consumes, and come again after five seconds if the receiver fails', async () => {
    const queue = { env: { EVENTS: { type: 'queue', name: 'events' } }, triggers: [{ type: 'queue', name: 'events', maxBatchTimeout: 0 }] };
    const [first, second, ...more] = await events(2, (nth) => ({ status: nth === 0 ? 500 : 204 }), queue);
    assert.deepEqual([first.data, more], [second.data, []]);
    assert.ok(second.at - first.at >= 4_900, `${second.at - first.at} ms`);
    assert.deepEqual(outcomes(), ['queued', 'retried', 'delivered']);
  });
});

describe('rust-worker', await needs('ministack'), () => {
  /** @type {Worker} */
  let worker;
  /** @type {import('../servers/s3.mjs').S3Server} */
  let store;
  let [origin, ada] = ['', ''];
  before(async () => {
    const [port, server] = await Promise.all([freePort(), ministack.start()]);
    [store, origin] = [server, `http://localhost:${port}`];
    const secrets = { MEDIA_ACCESS_KEY_ID: store.accessKeyId, MEDIA_SECRET_ACCESS_KEY: store.secretAccessKey, TICKET_SECRET, ...REPORTS };
    const bucket = { provider: 'custom', forms: true, endpoint: store.endpoint, url_style: 'path', name: store.bucket, region: store.region };
    worker = await start({ vars: vars(bucket, origin), secrets, env: SESSIONS, mounted: 'examples/rust-worker', port });
    ada = await signIn(worker, { user: 'ada', team: 'sales' });
  });
  after(() => Promise.all([worker?.stop(), store?.stop()]));

  const files = (/** @type {RequestSpec} */ request) => send(`${worker.url}/files`, request);
  const upload = (/** @type {Record<string, string>} */ headers) => files({ method: 'POST', path: '/uploads/avatar', headers, json: AVATAR });

  test('the user of the session is the caller, and the form stores the file', async () => {
    const answer = await upload({ cookie: `theme=dark; ${COOKIE}=${ada}`, origin });
    check(answer, { status: 200 });
    const grant = JSON.parse(answer.body);
    assert.match(grant.key, /^avatars\/ada\/[0-9a-f-]{36}\.png$/);
    assert.equal((await post(grant, PNG.buffer)).status, 204);
    const object = await s3(store, 'GET', `/${store.bucket}/${grant.key}`);
    assert.ok(PNG.buffer.equals(Buffer.from(await object.arrayBuffer())));
  });

  test('without a session nobody is the caller', async () => {
    const missing = { status: 401, code: 'MissingAuthenticationToken' };
    check(await upload({ origin }), missing);
    check(await upload({ origin, cookie: `other=${ada}` }), missing);
    check(await upload({ origin, cookie: `${COOKIE}=` }), missing);
  });

  test('a session that was changed, or has ended, is nobody’s', async () => {
    check(await upload({ origin, cookie: `${COOKIE}=${changed(ada)}` }), { status: 401 });
    // The name under which the namespace has the session is no session.
    check(await upload({ origin, cookie: `${COOKIE}=${nameOf(ada)}` }), { status: 401 });
    const ended = await signIn(worker, { user: 'ada', team: 'sales' });
    check(await upload({ origin, cookie: `${COOKIE}=${ended}` }), { status: 200 });
    await signOut(worker, ended);
    check(await upload({ origin, cookie: `${COOKIE}=${ended}` }), { status: 401 });
  });

  test('a session that cannot be one segment of a key gets nothing', async () => {
    const odd = await signIn(worker, { user: '../bob', team: 'sales' });
    const answer = await upload({ origin, cookie: `${COOKIE}=${odd}` });
    assert.ok(400 <= answer.status && answer.status < 500, `${answer.status} ${answer.body}`);
  });

  test('a page of another site cannot use the cookie', async () => {
    const cookie = `${COOKIE}=${ada}`;
    for (const from of ['https://evil.example', 'null']) check(await upload({ cookie, origin: from }), { status: 403 });
    check(await upload({ cookie, 'sec-fetch-site': 'cross-site' }), { status: 403 });
  });

  test('two Signposts do not see each other’s rules', async () => {
    const cookie = `${COOKIE}=${ada}`;
    const get = (/** @type {string} */ path) => send(worker.url, { method: 'GET', path, headers: { cookie } });
    const report = await get('/reports/downloads/report/q3.pdf');
    check(report, { status: 302 });
    assert.match(report.headers.location ?? '', /^https:\/\/acme-reports\.s3\.eu-west-1\.amazonaws\.com\/reports\/sales\/q3\.pdf\?/);
    check(await get('/files/downloads/report/q3.pdf'), { status: 404, code: 'NoSuchRule' });
    check(await get('/reports/downloads/avatar/a.png'), { status: 404, code: 'NoSuchRule' });
    const avatar = await get('/files/downloads/avatar/a.png');
    assert.ok(avatar.headers.location?.startsWith(`${store.endpoint}/${store.bucket}/avatars/ada/a.png?`), avatar.headers.location);
    for (const path of ['/files/healthz', '/reports/healthz']) check(await get(path), { status: 200 });
  });

  test('the Worker answers other requests itself', async () => {
    check(await send(worker.url, { method: 'GET', path: '/' }), { status: 200, body: ['<h1>A picture of yours</h1>'] });
    check(await send(worker.url, { method: 'GET', path: '/me', headers: { cookie: `${COOKIE}=${ada}` } }), { status: 200, body: ['ada'] });
    for (const path of ['/uploads/avatar', '/healthz', '/filesuploads/avatar', '/elsewhere/files/uploads/avatar']) {
      const answer = await send(worker.url, { method: 'GET', path });
      assert.deepEqual([answer.status, answer.headers['content-type'] === 'application/problem+json'], [404, false], path);
    }
  });

  test('every URL of the Worker in an answer begins with the base path', async () => {
    const headers = { cookie: `${COOKIE}=${ada}`, origin };
    const film = { filename: 'film.mp4', type: 'video/mp4', size: 40_000_000 };
    const answers = await Promise.all([
      files({ method: 'GET', path: '/uploads/avatar?type=image/png', headers }),
      files({ method: 'POST', path: '/uploads/film/better-upload', headers, json: { route: 'film', files: [{ name: 'film.mp4', type: film.type, size: film.size }] } }),
      files({ method: 'POST', path: '/uploads/film/sign-request', headers, json: { method: 'POST', key: 'film.mp4', contentType: film.type, size: film.size } }),
    ]);
    for (const { status, body } of answers) {
      assert.equal(status, 200, body);
      const paths = [...body.matchAll(/https?:\/\/(?:localhost|127\.0\.0\.1):(\d+)(\/[^"\s<?]*)/g)];
      const own = paths.filter(([, port]) => port === new URL(origin).port).map(([, , path]) => path);
      assert.ok(own.length > 0, body);
      for (const path of own) assert.ok(path.startsWith('/files/uploads/'), path);
    }
    const [page, better] = answers;
    assert.match(page.body, /\/files\/uploads\/avatar\/done"/);
    check(await files({ method: 'GET', path: '/uploads/avatar/done' }), { status: 200 });
    // The capability works at its URL, without the cookie.
    const abort = /"abortSignedUrl":"([^"]+)"/.exec(better.body)?.[1] ?? '';
    assert.equal(new URL(abort).pathname.split('/').slice(0, 5).join('/'), '/files/uploads/film/parts');
    check(await send(worker.url, { method: 'DELETE', path: new URL(abort).pathname + new URL(abort).search }), { status: 204 });
  });

  test('tickets work below the base path', async () => {
    const signed = ticket({ rule: 'uploads/contract', sub: 'u7' });
    const page = await files({ method: 'GET', path: `/t/${signed}/uploads/contract?type=application/pdf` });
    check(page, { status: 200, body: ['/files/uploads/contract/done"', 'contracts/u7/'] });
    assert.ok(!page.body.includes(signed), 'the ticket is not sent to the bucket');
    check(await files({ method: 'GET', path: `/t/${changed(signed)}/uploads/contract` }), { status: 401 });
  });

  test('no cookie, secret or signature is in the log', async () => {
    await upload({ cookie: `${COOKIE}=${ada}`, origin });
    await upload({ cookie: `${COOKIE}=${changed(ada)}`, origin });
    await files({ method: 'GET', path: '/downloads/avatar/a.png', headers: { cookie: `${COOKIE}=${ada}` } });
    for (let i = 0; i < 100 && !worker.logs.some((line) => line.includes('downloads/avatar')); i += 1) await sleep(20);
    const log = worker.logs.join('\n');
    assert.match(log, /"rule":"downloads\/avatar","caller":"user","subject":"ada","outcome":"granted"/);
    for (const secret of [ada, changed(ada), nameOf(ada), store.secretAccessKey, TICKET_SECRET, 'X-Amz-', ...Object.values(REPORTS)]) assert.ok(!log.includes(secret), secret);
  });

  describe('in Chromium', CHROMIUM, () => {
    /** @type {import('playwright-core').Browser} */
    let chromium;
    before(async () => void (chromium = await browser()));
    after(() => chromium?.close());

    test('its page stores a picture and shows it', async () => {
      const page = await signedIn(chromium, origin, ada);
      await page.goto(origin);
      const shown = page.waitForResponse((response) => response.url().startsWith(store.endpoint) && response.request().method() === 'GET');
      await page.setInputFiles('input', PNG);
      assert.ok(PNG.buffer.equals(await (await shown).body()));
      const status = page.getByRole('status').filter({ hasText: /^stored as / });
      const [, key] = /^stored as (avatars\/ada\/\S+\.png)$/.exec((await status.textContent()) ?? '') ?? [];
      const object = await s3(store, 'GET', `/${store.bucket}/${key}`);
      assert.ok(PNG.buffer.equals(Buffer.from(await object.arrayBuffer())));
    });

    test('its page says so if nobody is signed in', async () => {
      const page = await chromium.newPage();
      page.setDefaultTimeout(15_000);
      await page.goto(origin);
      await page.setInputFiles('input', PNG);
      await page.getByRole('status').filter({ hasText: 'requires' }).waitFor();
    });
  });
});

describe('axum-worker', () => {
  /** @type {Worker} */
  let worker;
  let origin = '';
  const secrets = { MEDIA_ACCESS_KEY_ID: 'AKIDOWNACCESSKEY0001', MEDIA_SECRET_ACCESS_KEY: 'own-secret-access-key-of-at-least-32-bytes', SESSION_KEY, TICKET_SECRET };
  before(async () => {
    const port = await freePort();
    origin = `http://localhost:${port}`;
    const bucket = { provider: 'r2', name: 'media', endpoint: 'https://0a1b.r2.cloudflarestorage.com', binding: 'MEDIA' };
    worker = await start({ vars: vars(bucket, origin), secrets, env: MEDIA, mounted: 'examples/axum-worker', port });
  });
  after(() => worker?.stop());

  const stored = async (/** @type {string} */ key) => {
    const object = await /** @type {any} */ (await worker.miniflare.getR2Bucket('MEDIA')).get(key);
    return object && Buffer.from(await object.arrayBuffer());
  };
  const upload = (/** @type {string} */ value, /** @type {object} */ json = AVATAR) => {
    const headers = { origin, ...(value && { cookie: `${COOKIE}=${value}` }) };
    return send(`${origin}/files`, { method: 'POST', path: '/uploads/avatar', headers, json });
  };

  test('the user of the signed cookie is the caller, and the Worker stores the file in R2', async () => {
    const answer = await upload(session({ user: 'ada' }));
    check(answer, { status: 200 });
    const grant = JSON.parse(answer.body);
    assert.equal(grant.url, `${origin}/files/forms/media/`);
    assert.match(grant.key, /^avatars\/ada\//);
    assert.equal((await post(grant, PNG.buffer)).status, 204);
    assert.ok(PNG.buffer.equals(await stored(grant.key)));
  });

  test('a PUT is sent to the Worker, and stores the file in R2', async () => {
    const { method, url, headers, key } = JSON.parse((await upload(session({ user: 'ada' }), { ...AVATAR, method: 'PUT' })).body);
    assert.deepEqual([method, url.startsWith(`${origin}/files/files/media/avatars/ada/`)], ['PUT', true], url);
    const { 'content-length': _, ...sent } = headers;
    const put = (/** @type {string} */ to, /** @type {Buffer} */ body) => fetch(to, { method: 'PUT', headers: sent, body: new Uint8Array(body) });
    assert.equal((await put(url.replace('/ada/', '/bob/'), PNG.buffer)).status, 403);
    assert.equal((await put(url.replace('/files/files/', '/files/'), PNG.buffer)).status, 404);
    assert.equal(await stored(key), null);
    const answer = await put(url, PNG.buffer);
    assert.equal(answer.status, 200, await answer.text());
    assert.ok(PNG.buffer.equals(await stored(key)));
  });

  test('a form whose fields were changed stores nothing', async () => {
    const grant = JSON.parse((await upload(session({ user: 'ada' }))).body);
    const key = grant.key.replace('ada', 'bob');
    assert.equal((await post({ url: grant.url, fields: { ...grant.fields, key } }, PNG.buffer)).status, 403);
    assert.equal(await stored(key), null);
  });

  test('without a cookie, or with one that is forged or has expired, nobody is the caller', async () => {
    const signed = session({ user: 'ada' });
    const [payload, signature] = signed.split('.');
    const bob = Buffer.from(JSON.stringify({ user: 'bob', expires: 4_000_000_000 })).toString('base64url');
    const values = ['', payload, `${payload}.`, `.${signature}`, `${bob}.${signature}`, changed(signed), `${payload}.${signature.slice(0, -2)}`];
    for (const value of [...values, session({ user: 'ada' }, { key: 'x'.repeat(40) }), session({ user: 'ada', expires: 1_700_000_000 }), session({ user: 'ada', expires: 'never' })]) {
      check(await upload(value), { status: 401 });
    }
  });

  test('a key that is too short signs nobody in', async () => {
    const weak = await start({ vars: vars({ provider: 'aws', name: 'media', region: 'eu-west-1' }, origin), secrets: { ...secrets, SESSION_KEY: 'short' }, env: MEDIA, mounted: 'examples/axum-worker' });
    try {
      const headers = { cookie: `${COOKIE}=${session({ user: 'ada' }, { key: 'short' })}` };
      check(await send(`${weak.url}/files`, { method: 'POST', path: '/uploads/avatar', headers, json: AVATAR }), { status: 503 });
      await logged(weak, /the function that names callers failed.*SESSION_KEY has less than 32 bytes/);
    } finally {
      await weak.stop();
    }
  });

  test('a page of another site cannot use the cookie', async () => {
    const headers = { cookie: `${COOKIE}=${session({ user: 'ada' })}`, origin: 'https://evil.example' };
    check(await send(`${origin}/files`, { method: 'POST', path: '/uploads/avatar', headers, json: AVATAR }), { status: 403 });
  });

  test('the Worker answers other requests itself', async () => {
    check(await send(origin, { method: 'GET', path: '/' }), { status: 200, body: ["this Worker's own answer"] });
    check(await send(origin, { method: 'GET', path: '/uploads/avatar' }), { status: 404 });
  });

  test('tickets work below the base path', async () => {
    const page = await send(`${origin}/files`, { method: 'GET', path: `/t/${ticket({ rule: 'uploads/contract', sub: 'u7' })}/uploads/contract?type=application/pdf` });
    check(page, { status: 200, body: [`action="${origin}/files/forms/media/"`, '/files/uploads/contract/done"'] });
  });

  test('no cookie, secret or signature is in the log', async () => {
    const signed = session({ user: 'ada' });
    await upload(signed);
    await upload(changed(signed));
    await logged(worker, /"subject":"ada"/);
    const log = worker.logs.join('\n');
    for (const secret of [...signed.split('.'), SESSION_KEY, TICKET_SECRET, secrets.MEDIA_SECRET_ACCESS_KEY]) assert.ok(!log.includes(secret), secret);
  });

  test('in Chromium, the client uploads through the Worker', CHROMIUM, async () => {
    await need('client');
    const chromium = await browser();
    try {
      const page = await signedIn(chromium, origin, session({ user: 'ada' }));
      const module = (await clientFile('signpost.js')).toString();
      await page.route('**/signpost.js', (route) => route.fulfill({ contentType: 'text/javascript', body: module }));
      await page.goto(origin);
      /** @type {{ key: string, url: string }} */
      const { key, url } = await page.evaluate(`(async () => {
        const { upload, download } = await import('/signpost.js');
        const bytes = Uint8Array.from(atob('${PNG.buffer.toString('base64')}'), (letter) => letter.charCodeAt(0));
        const site = { endpoint: location.origin + '/files', rule: 'avatar' };
        const { key } = await upload(new File([bytes], 'hills.png', { type: 'image/png' }), site);
        return { key, ...(await download(key.split('/').at(-1), site)) };
      })()`);
      assert.ok(PNG.buffer.equals(await stored(key)));
      assert.equal(new URL(url).pathname, `/media/${key}`);
    } finally {
      await chromium.close();
    }
  });
});

describe('a broken configuration', () => {
  for (const name of ['rust-worker', 'axum-worker']) {
    test(`is logged with everything that is wrong, and ${name} goes on without Signpost`, async () => {
      const broken = vars({ provider: 'aws', name: 'media', region: 'eu-west-1' }, 'https://www.example.com');
      broken.UPLOADS.avatar.max_size = '5 megs';
      broken.DOWNLOADS.avatar.callers = ['nobody'];
      const worker = await start({ vars: broken, env: { ...SESSIONS, ...MEDIA }, mounted: `examples/${name}` });
      try {
        const answer = await send(`${worker.url}/files`, { method: 'POST', path: '/uploads/avatar', json: AVATAR });
        check(answer, { status: 500 });
        assert.ok(!answer.body.includes('megs'));
        await logged(worker, /Signpost at \/files: .*UPLOADS\.avatar\.max_size: expected a size such as "5 MiB".*found "5 megs"/);
        await logged(worker, /Signpost at \/files: .*DOWNLOADS\.avatar\.callers\[0\]: expected names from CALLERS/);
        check(await send(worker.url, { method: 'GET', path: '/' }), { status: 200 });
      } finally {
        await worker.stop();
      }
    });
  }
});

describe('the smallest Worker that mounts Signpost', () => {
  /** @type {Worker} */
  let worker;
  before(async () => void (worker = await start({ ...site, mounted: 'tests/mounted' })));
  after(() => worker?.stop());

  const upload = () => send(`${worker.url}/files`, { method: 'POST', path: '/uploads/picture', json: { type: 'image/png', size: 1 } });

  test('goes on after a panic of its own', async () => {
    for (const path of ['/panic', '/panic/later', '/panic']) {
      check(await upload(), { status: 200 });
      check(await send(worker.url, { method: 'GET', path }), { status: 500 });
      check(await upload(), { status: 200 });
    }
  });

  test('verifies a link that Signpost signed, until it is changed', async () => {
    const answer = await send(`${worker.url}/files`, { method: 'GET', path: '/downloads/picture/a.png', headers: { accept: 'application/json' } });
    const { url } = JSON.parse(answer.body);
    const verify = async (/** @type {string} */ link, method = 'GET') => {
      const verified = await worker.miniflare.dispatchFetch(link, { method });
      return [verified.status, await verified.text()];
    };
    assert.deepEqual(await verify(url), [200, 'pictures/a.png']);
    assert.deepEqual(await verify(url.replace('a.png', 'b.png')), [403, 'SignatureDoesNotMatch']);
    assert.deepEqual(await verify(url, 'PUT'), [403, 'SignatureDoesNotMatch']);
    assert.deepEqual(await verify(url.replace('acme-media', 'evil-media')), [404, 'NoSuchBucket']);
  });

  test('answers 404 to what is not below the base path', async () => {
    for (const path of ['/', '/files', '/uploads/picture', '/filesuploads/picture', '/elsewhere/files/uploads/picture']) {
      check(await send(worker.url, { method: 'GET', path }), { status: 404, code: 'NoSuchRule' });
    }
  });

  const handlers = { 'examples/rust-worker': ['fetch'], 'examples/axum-worker': ['fetch'], 'tests/mounted': ['fetch', 'queue'] };
  for (const [folder, own] of Object.entries(handlers)) {
    test(`${folder} exports nothing of Signpost`, async () => {
      await need('mounted');
      const wasm = binaryen.readBinary(await readFile(join(root, folder, 'build', 'index_bg.wasm'))); // Node 20 cannot compile it
      const names = Array.from({ length: wasm.getNumExports() }, (_, i) => binaryen.getExportInfo(wasm.getExportByIndex(i)).name);
      // `init` and the classes are of the crate `worker`, what begins with underscores is of wasm-bindgen.
      const ofWorker = /^(__wbg_(get_|set_)?)?(containerstartupoptions|intounderlying(bytesource|sink|source)|minifyconfig|r2range)_/;
      const ofBindgen = /^(__(?!wbg_)|wasm_bindgen__)/;
      assert.deepEqual(names.filter((name) => !ofWorker.test(name) && !ofBindgen.test(name)).sort(), [...own, 'init', 'memory'].sort());
    });
  }
});

/**
 * The variables of the examples, for another bucket.
 *
 * @param {object} bucket
 * @param {string} origin of the page
 */
function vars(bucket, origin) {
  const rule = { bucket: 'media', callers: ['user'], origins: [origin] };
  const upload = { ...rule, key: 'avatars/{caller}/{uuid}.{ext}', types: ['image/png', 'image/jpeg'], max_size: '5 MiB', expires: '10 min' };
  return {
    BUCKETS: { media: { credentials: 'MEDIA', ...bucket } },
    CALLERS: { user: { kind: 'worker' }, backend: { kind: 'ticket', secret: 'TICKET_SECRET' } },
    UPLOADS: {
      avatar: upload,
      film: { ...upload, key: 'films/{caller}/{uuid}.{ext}', types: ['video/mp4'], max_size: '100 MiB', multipart: true, uploaders: true },
      contract: { ...upload, callers: ['backend'], key: 'contracts/{caller}/{uuid}.{ext}', types: ['application/pdf'] },
    },
    DOWNLOADS: { avatar: { ...rule, key: 'avatars/{caller}/{path}', expires: '5 min' } },
  };
}

/**
 * Begins a session of rust-worker.
 *
 * @param {Worker} worker
 * @param {{ user: string, team: string }} session
 * @returns {Promise<string>} the cookie's value
 */
async function signIn({ miniflare }, session) {
  const value = randomBytes(32).toString('base64url');
  await /** @type {any} */ (await miniflare.getKVNamespace('SESSIONS')).put(nameOf(value), JSON.stringify(session));
  return value;
}

/** @param {Worker} worker @param {string} value */
async function signOut({ miniflare }, value) {
  await /** @type {any} */ (await miniflare.getKVNamespace('SESSIONS')).delete(nameOf(value));
}

/** @param {string} value of the cookie @returns {string} under which name the namespace has it */
const nameOf = (value) => createHash('sha256').update(value).digest('hex');

/**
 * @param {{ user: string, expires?: number | string }} payload
 * @param {{ key?: string }} [options]
 * @returns {string} the value of axum-worker's cookie
 */
function session({ user, expires = Math.floor(Date.now() / 1000) + 60 }, { key = SESSION_KEY } = {}) {
  const payload = Buffer.from(JSON.stringify({ user, expires })).toString('base64url');
  return `${payload}.${createHmac('sha256', key).update(payload).digest('base64url')}`;
}

/** @param {object} claims @returns {string} a ticket, which is a token signed with HS256 */
function ticket(claims) {
  const now = Math.floor(Date.now() / 1000);
  const part = (/** @type {object} */ value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ exp: now + 60, iat: now, ...claims })}`;
  return `${text}.${createHmac('sha256', TICKET_SECRET).update(text).digest('base64url')}`;
}

/** Changes a letter in the middle of the last part. @param {string} value */
function changed(value) {
  const at = value.length - 10;
  return value.slice(0, at) + (value[at] === 'A' ? 'B' : 'A') + value.slice(at + 1);
}

/**
 * Opens a page in a browser that has the cookie. Browsers accept `Secure` cookies on localhost.
 *
 * @param {import('playwright-core').Browser} chromium
 * @param {string} origin
 * @param {string} value
 */
async function signedIn(chromium, origin, value) {
  const context = await chromium.newContext();
  await context.addCookies([{ name: COOKIE, value, url: origin.replace('http:', 'https:'), secure: true, httpOnly: true, sameSite: 'Lax' }]);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return page;
}

/** Waits for a log line. @param {Worker} worker @param {RegExp} pattern */
async function logged({ logs }, pattern) {
  for (let i = 0; i < 100 && !pattern.test(logs.join('\n')); i += 1) await sleep(20);
  assert.match(logs.join('\n'), pattern);
}
