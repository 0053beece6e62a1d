/**
 * @file The cache for private files: a table of who may see what, each cell with an object that the cache has and with one that it lacks; purges, new
 * versions, ranges. Miniflare has the Cache API, and no Workers Cache.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { start as startWorker } from '../servers/worker.mjs';
import { send as sendForm } from '../forms/form.mjs';

const KEYS = { accessKeyId: 'AKIDOWNACCESSKEY0001', secretAccessKey: 'own-secret-access-key-of-a-bucket' };
const REGION = 'eu-west-1';
const TOKENS = { ada: 'the-token-of-ada-0123456789', bob: 'the-token-of-bob-0123456789', staff: 'the-token-of-staff-0123456789' };
const SECRETS = { MEDIA_ACCESS_KEY_ID: KEYS.accessKeyId, MEDIA_SECRET_ACCESS_KEY: KEYS.secretAccessKey, ...Object.fromEntries(Object.entries(TOKENS).map(([name, token]) => [`${name.toUpperCase()}_TOKEN`, token])) };
const ENV = { MEDIA: { type: 'r2', name: 'acme-media' } };

const media = { provider: 'r2', name: 'acme-media', region: REGION, endpoint: 'https://0a1b.r2.cloudflarestorage.com', credentials: 'MEDIA', binding: 'MEDIA' };
const direct = { bucket: 'media', serve: 'direct' };
const upload = { bucket: 'media', callers: ['anyone'], types: ['image/gif'], max_size: '1 MiB', expires: '10 min' };
const VARS = {
  BUCKETS: { media },
  CALLERS: { anyone: { kind: 'anyone' }, ...Object.fromEntries(Object.keys(TOKENS).map((name) => [name, { kind: 'bearer', secret: `${name.toUpperCase()}_TOKEN` }])) },
  UPLOADS: { open: { ...upload, key: 'open/{filename}', confirm: true } },
  DOWNLOADS: {
    own: { ...direct, callers: ['ada', 'bob'], key: 'users/{caller}/{path}', cache: '1 h' },
    staff: { ...direct, callers: ['staff'], key: 'users/{path}', cache: '1 h' },
    link: { bucket: 'media', serve: 'worker', callers: ['staff'], key: 'users/{path}', expires: '5 min', cache: '1 h' },
    office: { ...direct, callers: ['anyone'], key: 'users/{path}', networks: ['192.0.2.0/24'], cache: '1 h' },
    open: { ...direct, callers: ['anyone'], key: 'open/{path}', cache: '1 h' },
    brief: { ...direct, callers: ['anyone'], key: 'open/{path}', cache: '1 s' },
    fresh: { ...direct, callers: ['anyone'], key: 'open/{path}' },
  },
};

/**
 * A cache in front of the entrypoint `SignpostObjects` as Workers Cache is documented: its key is `ctx.props`, it answers for parts of what it has, purges by tag,
 * and every answer has `Cf-Cache-Status`. `/test-calls` says how often the entrypoint ran. It shows what the Worker does with such a cache, and not that
 * Cloudflare's is one. Spec: https://developers.cloudflare.com/workers/cache/
 */
const WORKERS_CACHE = `
import worker from './entry.mjs';
export { SignpostObjects } from './entry.mjs';
const entries = new Map();
let calls = 0;
const cached = (real) => ({ props }) => ({
  async fetch(url, init) {
    const name = JSON.stringify(props);
    const found = entries.get(name);
    if (!found) {
      calls += 1;
      const answer = await real({ props }).fetch(url, init);
      const { status, headers } = answer;
      const body = new Uint8Array(await answer.arrayBuffer());
      if (status === 200 && headers.get('cache-control').startsWith('public')) entries.set(name, { body, headers: [...headers], props });
      return new Response(body, { status, headers: { ...Object.fromEntries(headers), 'content-length': body.length, 'cf-cache-status': 'MISS' } });
    }
    const headers = { ...Object.fromEntries(found.headers), 'cf-cache-status': 'HIT' };
    const [, first, last] = /^bytes=(\\d+)-(\\d+)$/.exec(new Headers(init?.headers).get('range') ?? '') ?? [];
    if (first === undefined) return new Response(found.body, { headers: { ...headers, 'content-length': found.body.length } });
    const part = found.body.slice(Number(first), Number(last) + 1);
    return new Response(part, { status: 206, headers: { ...headers, 'content-length': part.length, 'content-range': \`bytes \${first}-\${last}/\${found.body.length}\` } });
  },
  async forget() {
    await real({ props }).forget();
    for (const [name, entry] of entries) if (entry.props.binding === props.binding && entry.props.key === props.key) entries.delete(name);
  },
});
export default {
  async fetch(request, env, context) {
    if (new URL(request.url).pathname === '/test-calls') return new Response(String(calls));
    return worker.fetch(request, env, { waitUntil: (promise) => context.waitUntil(promise), exports: { SignpostObjects: cached(context.exports.SignpostObjects) } });
  },
};`;

/** @param {Partial<Parameters<typeof startWorker>[0]>} [options] */
async function start(options = {}) {
  const worker = await startWorker({ vars: VARS, secrets: SECRETS, env: ENV, ...options });
  const base = options.mounted ? '/files' : '';
  const bucket = /** @type {any} */ (await worker.miniflare.getR2Bucket('MEDIA'));
  return {
    ...worker,
    bucket,
    server: { ...KEYS, region: REGION, endpoint: worker.url, bucket: 'acme-media', action: `${worker.url}/forms/media/` },
    /** @param {string} path @param {{ caller?: string, headers?: Record<string, string>, method?: string }} [options] */
    async get(path, { caller, headers = {}, method } = {}) {
      /** @type {Record<string, string>} */
      const authorization = caller === undefined ? {} : { authorization: `Bearer ${TOKENS[/** @type {'ada'} */ (caller)]}` };
      const answer = await worker.fetch(base + path, { method, headers: { ...authorization, ...headers } });
      return { status: answer.status, headers: answer.headers, body: await answer.text() };
    },
    /** Stores an object without Signpost. @param {string} key @param {string | Buffer} body @param {string} [type] */
    put: (key, body, type = 'text/plain') => bucket.put(key, body, { httpMetadata: { contentType: type } }),
  };
}

/** @typedef {Awaited<ReturnType<typeof start>>} Worker */

/** Reads until the cache has the object: its copy is made after the answer. @param {Worker} worker @param {string} path @param {object} options @param {string} key @param {string} body */
async function warm(worker, path, options, key, body) {
  for (let i = 0; i < 50; i += 1) {
    assert.equal((await worker.get(path, options)).body, body);
    await sleep(20);
    // An object that is gone from the bucket, and still there for a reader, is in the cache.
    await worker.bucket.delete(key);
    const { status } = await worker.get(path, options);
    if (status === 200) return;
    await worker.put(key, body);
  }
  throw new Error(`the cache never had ${key}`);
}

const STAFF = { caller: 'staff' };

for (const [name, options] of /** @type {const} */ ([['the deployed Worker', {}], ['a Worker that mounts it', { mounted: 'tests/mounted' }]])) {
  describe(`who may see what, in ${name}`, () => {
    /** @type {Worker} */
    let worker;
    before(async () => void (worker = await start(options)));
    after(() => worker?.stop());

    const ADA = { caller: 'ada' };
    const BOB = { caller: 'bob' };
    const OFFICE = { headers: { 'cf-connecting-ip': '192.0.2.7' } };
    const HOME = { headers: { 'cf-connecting-ip': '203.0.113.9' } };
    /** The path of a rule, who asks, and the object that the answer has, or its status. @type {[path: string, caller: object, expected: string | number][]} */
    const TABLE = [
      ['/downloads/own/x', ADA, 'users/ada/x'],
      ['/downloads/own/x', BOB, 'users/bob/x'],
      ['/downloads/own/x', STAFF, 401],
      ['/downloads/own/x', {}, 401],
      ['/downloads/own/../bob/x', ADA, 404],
      ['/downloads/own/%2E%2E%2Fbob%2Fx', ADA, 400],
      ['/downloads/staff/ada/x', STAFF, 'users/ada/x'],
      ['/downloads/staff/bob/x', STAFF, 'users/bob/x'],
      ['/downloads/staff/bob/x', ADA, 401],
      ['/downloads/staff/ada/x', ADA, 401],
      ['/downloads/staff/ada/x', {}, 401],
      ['/downloads/office/ada/x', OFFICE, 'users/ada/x'],
      ['/downloads/office/ada/x', HOME, 403],
      ['/downloads/office/bob/x', {}, 403],
      ['/downloads/office/bob/x', OFFICE, 'users/bob/x'],
      ['/downloads/open/ada/x', {}, 404],
    ];

    for (const state of ['lacks', 'has']) {
      for (const [path, caller, expected] of TABLE) {
        test(`the cache ${state} it: ${path} for ${JSON.stringify(caller)}: ${expected}`, async () => {
          // Objects of its own, so that no test prepares the cache for another.
          const leaf = `${state}-${TABLE.findIndex((row) => row[0] === path && row[1] === caller)}.txt`;
          const mine = path.replace(/x$/, leaf);
          for (const owner of ['ada', 'bob']) {
            const key = `users/${owner}/${leaf}`;
            await worker.put(key, `the file of users/${owner}/x`);
            if (state === 'has') await warm(worker, `/downloads/staff/${owner}/${leaf}`, STAFF, key, `the file of users/${owner}/x`);
          }
          const { status, body, headers } = await worker.get(mine, caller);
          if (typeof expected === 'number') {
            assert.equal(status, expected, body);
            assert.doesNotMatch(body, /the file of/);
          } else {
            assert.deepEqual([status, body], [200, `the file of ${expected}`]);
            assert.match(headers.get('cache-control') ?? '', /^private/);
          }
        });
      }
    }
  });
}

describe('what the cache has', () => {
  /** @type {Worker} */
  let worker;
  before(async () => void (worker = await start()));
  after(() => worker?.stop());

  test('a link that is changed is refused, although the cache has the object', async () => {
    await worker.put('users/ada/link.txt', 'by link');
    const { body } = await worker.get('/downloads/link/ada/link.txt?json', STAFF);
    const { url } = JSON.parse(body);
    await warm(worker, '/downloads/staff/ada/link.txt', STAFF, 'users/ada/link.txt', 'by link');
    const good = await fetch(url);
    assert.deepEqual([good.status, await good.text()], [200, 'by link']);
    for (const changed of [url.replace('/ada/', '/bob/'), url.replace(/X-Amz-Signature=./, 'X-Amz-Signature=0x'), url.replace('X-Amz-Expires=300', 'X-Amz-Expires=301')]) {
      const answer = await fetch(changed);
      assert.equal(answer.status, 403, changed);
    }
  });

  test('is answered as the bucket would: ranges, conditions, HEAD, and the rule’s headers', async () => {
    const text = 'abcdefghijklmnopqrstuvwxyz';
    await worker.put('open/all.html', text, 'text/html');
    const path = '/downloads/open/all.html';
    const uncached = await worker.get('/downloads/fresh/all.html');
    await warm(worker, path, {}, 'open/all.html', text);
    const cached = await worker.get(path);
    const named = (/** @type {{ headers: Headers }} */ { headers }, /** @type {string[]} */ ...names) => names.map((name) => headers.get(name));
    const names = ['content-type', 'content-security-policy', 'content-disposition', 'etag', 'accept-ranges', 'x-content-type-options'];
    assert.deepEqual(named(cached, ...names), named(uncached, ...names));
    for (const [range, expected, content] of [
      ['bytes=0-', text, 'bytes 0-25/26'],
      ['bytes=5-9', 'fghij', 'bytes 5-9/26'],
      ['bytes=-3', 'xyz', 'bytes 23-25/26'],
      ['bytes=20-99', 'uvwxyz', 'bytes 20-25/26'],
    ]) {
      const answer = await worker.get(path, { headers: { range } });
      assert.deepEqual([answer.status, answer.body, answer.headers.get('content-range')], [206, expected, content], range);
    }
    const beyond = await worker.get(path, { headers: { range: 'bytes=26-' } });
    assert.deepEqual([beyond.status, beyond.headers.get('content-range')], [416, 'bytes */26']);
    const etag = cached.headers.get('etag') ?? '';
    assert.equal((await worker.get(path, { headers: { 'if-none-match': etag } })).status, 304);
    assert.equal((await worker.get(path, { headers: { 'if-match': '"other"' } })).status, 412);
    const head = await worker.get(path, { method: 'HEAD' });
    assert.deepEqual([head.status, head.headers.get('content-length'), head.body], [200, '26', '']);
    assert.equal(cached.headers.get('cf-cache-status'), null, 'nothing of the cache shows');
  });

  test('keeps its metadata: the type, the time, the headers and checksums that are stored with it', async () => {
    const stored = { httpMetadata: { contentType: 'text/plain', contentLanguage: 'de', contentDisposition: 'attachment; filename="a.txt"', cacheControl: 'no-cache', cacheExpiry: new Date('2030-01-01T00:00:00Z') }, customMetadata: { album: 'Zoë', n: '1' } };
    await worker.bucket.put('open/meta.txt', 'meta', { ...stored, sha256: await crypto.subtle.digest('SHA-256', Buffer.from('meta')) });
    const ask = async (/** @type {string} */ rule) => {
      const { headers } = await worker.get(`/downloads/${rule}/meta.txt`, { headers: { 'x-amz-checksum-mode': 'ENABLED' } });
      return Object.fromEntries([...headers].filter(([name]) => !['date', 'content-length', 'transfer-encoding'].includes(name)));
    };
    const uncached = await ask('fresh');
    assert.match(uncached['x-amz-checksum-sha256'], /=$/);
    for (let i = 0; i < 3; i += 1) assert.deepEqual(await ask('open'), uncached);
  });

  test('is a version: one that is replaced without Signpost is served until `cache` has passed, and then the new one', async () => {
    await worker.put('open/old.txt', 'first');
    for (let i = 0; i < 100 && !(await isCached('old.txt', 'first')); i += 1) await sleep(10);
    await worker.put('open/old.txt', 'second version');
    assert.equal((await worker.get('/downloads/fresh/old.txt')).body, 'second version', 'a rule without a cache');
    await sleep(1_300);
    assert.equal((await worker.get('/downloads/brief/old.txt')).body, 'second version');
  });

  /** Whether the cache of the rule `brief` answers. @param {string} name @param {string} body */
  async function isCached(name, body) {
    await worker.get(`/downloads/brief/${name}`);
    await worker.bucket.delete(`open/${name}`);
    const answer = await worker.get(`/downloads/brief/${name}`);
    await worker.put(`open/${name}`, body);
    return answer.status === 200;
  }

  test('is never older than the rule permits, although another rule permits more', async () => {
    await worker.put('open/both.txt', 'first');
    await warm(worker, '/downloads/open/both.txt', {}, 'open/both.txt', 'first');
    await worker.put('open/both.txt', 'second version');
    await sleep(1_100);
    assert.equal((await worker.get('/downloads/open/both.txt')).body, 'first');
    assert.equal((await worker.get('/downloads/brief/both.txt')).body, 'second version');
  });

  test('is never mixed: if only the metadata is cached and the object is another, the answer is the new object', async () => {
    await worker.put('open/mixed.txt', 'first');
    assert.equal((await worker.get('/downloads/open/mixed.txt', { method: 'HEAD' })).status, 200);
    await worker.put('open/mixed.txt', 'the second version', 'text/css');
    const { status, body, headers } = await worker.get('/downloads/open/mixed.txt');
    assert.deepEqual([status, body, headers.get('content-type')], [200, 'the second version', 'text/css']);
    assert.equal((await worker.get('/downloads/open/mixed.txt', { method: 'HEAD' })).headers.get('content-length'), '18');
  });

  test('is forgotten when a form stores another object', async () => {
    await worker.put('open/form.gif', 'before');
    await warm(worker, '/downloads/open/form.gif', {}, 'open/form.gif', 'before');
    const answer = await sendForm(worker.server, 'open/form.gif', { file: Buffer.from('GIF89a after') });
    assert.equal(answer.status, 204, answer.body);
    assert.equal((await worker.get('/downloads/open/form.gif')).body, 'GIF89a after');
  });

  test('is forgotten when an upload is confirmed that went past the Worker', async () => {
    await worker.put('open/put.gif', 'before', 'image/gif');
    await warm(worker, '/downloads/open/put.gif', {}, 'open/put.gif', 'before');
    const granted = await worker.fetch('/uploads/open', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ type: 'image/gif', size: 5, filename: 'put.gif' }) });
    const { confirm, key } = /** @type {any} */ (await granted.json());
    assert.equal(key, 'open/put.gif');
    await worker.put(key, 'after', 'image/gif');
    assert.equal((await worker.get('/downloads/open/put.gif')).body, 'before', 'nobody has told the cache');
    const confirmed = await worker.fetch('/uploads/open/confirm', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ confirm }) });
    assert.equal(confirmed.status, 200, await confirmed.text());
    assert.equal((await worker.get('/downloads/open/put.gif')).body, 'after');
  });

  test('is not an object that is missing: one that arrives is found at once', async () => {
    assert.equal((await worker.get('/downloads/open/late.txt')).status, 404);
    await worker.put('open/late.txt', 'late');
    assert.equal((await worker.get('/downloads/open/late.txt')).body, 'late');
  });

  test('is not in the cache that a zone answers from, and no log line has a key', async () => {
    const key = 'open/marked-name-of-a-file.txt';
    await worker.put(key, 'marked');
    await warm(worker, '/downloads/open/marked-name-of-a-file.txt', {}, key, 'marked');
    const caches = /** @type {any} */ (await worker.miniflare.getCaches());
    const text = JSON.stringify(['MEDIA', key, null]);
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(text))).toString('hex');
    const named = await caches.open('signpost-objects');
    assert.ok(await named.match(`https://signpost.invalid/${digest}`), 'this is how entries are named');
    assert.equal(await caches.default.match(`https://signpost.invalid/${digest}`), undefined);
    assert.ok(!worker.logs.some((line) => line.includes('marked-name')), 'keys are not logged');
  });
});

describe('where Workers Cache is enabled for the entrypoint', () => {
  /** @type {Worker} */
  let worker;
  before(async () => void (worker = await start({ around: WORKERS_CACHE })));
  after(() => worker?.stop());

  // One test, since it counts the calls of the entrypoint.
  test('it has the object for those whom the Worker admits, in parts too, until it is told to forget it', async () => {
    const calls = async () => Number(await (await worker.fetch('/test-calls')).text());
    await worker.put('open/a.txt', 'abcdefghij');
    const whole = await worker.get('/downloads/open/a.txt');
    assert.deepEqual([whole.status, whole.body, whole.headers.get('cf-cache-status')], [200, 'abcdefghij', null]);
    const first = await calls();
    assert.ok(first >= 2, 'what is known about the object, and its bytes');
    for (let i = 0; i < 3; i += 1) assert.equal((await worker.get('/downloads/open/a.txt')).body, 'abcdefghij');
    const part = await worker.get('/downloads/open/a.txt', { headers: { range: 'bytes=-4' } });
    assert.deepEqual([part.status, part.body, part.headers.get('content-range')], [206, 'ghij', 'bytes 6-9/10']);
    assert.equal(await calls(), first, 'the entrypoint did not run again');

    await worker.put('users/ada/x.txt', 'of ada');
    assert.equal((await worker.get('/downloads/own/x.txt', { caller: 'ada' })).body, 'of ada');
    assert.equal((await worker.get('/downloads/own/x.txt', { caller: 'bob' })).status, 404);
    assert.equal((await worker.get('/downloads/own/x.txt')).status, 401);
    assert.equal((await worker.get('/downloads/office/ada/x.txt')).status, 403);

    await worker.put('open/a.gif', 'before');
    assert.equal((await worker.get('/downloads/open/a.gif')).body, 'before');
    assert.equal((await sendForm(worker.server, 'open/a.gif', { file: Buffer.from('GIF89a after') })).status, 204);
    assert.equal((await worker.get('/downloads/open/a.gif')).body, 'GIF89a after');

    await worker.put('open/mixed.txt', 'first');
    assert.equal((await worker.get('/downloads/open/mixed.txt', { method: 'HEAD' })).status, 200);
    await worker.put('open/mixed.txt', 'the second version');
    assert.equal((await worker.get('/downloads/open/mixed.txt')).body, 'the second version');
  });
});
