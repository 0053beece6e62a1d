/** @file Calls by another Worker through a service binding: the same grants as by HTTP, and no other way in. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { build } from 'esbuild';
import { root } from '../../scripts/step.mjs';
import { start } from '../servers/worker.mjs';

const SECRETS = {
  MEDIA_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  MEDIA_SECRET_ACCESS_KEY: 'marked-secret-access-key-of-the-bucket',
  SITE_TOKEN: 'marked-token-of-the-site-0123456789',
};
const SESSION_SECRET = 'marked-session-secret-0123456789';

const upload = { bucket: 'media', types: ['text/plain'], max_size: '1 KiB', expires: '10 min' };
const download = { bucket: 'media', expires: '5 min' };
const VARS = {
  BUCKETS: {
    media: { provider: 'aws', name: 'acme-media', region: 'eu-west-1', credentials: 'MEDIA' },
    bound: { provider: 'r2', name: 'acme-bound', endpoint: 'https://00000000000000000000000000000000.r2.cloudflarestorage.com', binding: 'BOUND', credentials: 'MEDIA' },
  },
  CALLERS: { members: { kind: 'worker' }, site: { kind: 'bearer', secret: 'SITE_TOKEN' } },
  UPLOADS: {
    document: { ...upload, callers: ['members'], key: 'documents/{caller}/{filename}' },
    team: { ...upload, callers: ['members'], key: 'teams/{claim.team}/{filename}' },
    open: { ...upload, callers: ['members', 'site'], key: 'open/{filename}' },
    bound: { ...upload, bucket: 'bound', callers: ['members'], key: 'bound/{uuid}.{ext}', confirm: true },
    closed: { ...upload, callers: ['site'], key: 'closed/{filename}' },
  },
  DOWNLOADS: {
    document: { ...download, callers: ['members'], key: 'documents/{caller}/{path}' },
    open: { ...download, callers: ['members', 'site'], key: 'open/{path}' },
    closed: { ...download, callers: ['site'], key: 'closed/{path}' },
  },
};

/** A Worker that makes the calls it is sent. */
const CALLS = `export default {
  async fetch(request, env) {
    const { method, args } = await request.json();
    const received = method === 'verify' ? [new Request(args[0], args[1])] : args;
    return Response.json(await env.SIGNPOST[method](...received));
  },
};`;

const binding = { SIGNPOST: { type: 'worker', worker: 'signpost', exportName: 'Signpost' } };
const FILE = { type: 'text/plain', size: 9, filename: 'a b.txt' };
const ADA = { name: 'ada' };

/** @typedef {Awaited<ReturnType<typeof start>>} Worker */

/** @param {string} file of `examples/rpc/` @returns {Promise<string>} the module in JavaScript */
async function bundled(file) {
  const { outputFiles } = await build({ entryPoints: [join(root, 'examples/rpc', file)], bundle: true, format: 'esm', write: false, logLevel: 'silent' });
  return outputFiles[0].text;
}

/** @type {{ session: (user: string, end: number, secret: string) => Promise<string> }} */
const { session } = await import(`data:text/javascript,${encodeURIComponent(await bundled('session.ts'))}`);

/** @param {{ build?: string }} [options] @returns {Promise<Worker>} */
async function startBoth({ build: directory } = {}) {
  return start({
    vars: VARS,
    secrets: SECRETS,
    build: directory,
    env: { BOUND: { type: 'r2', name: 'bound' } },
    others: {
      calls: { source: CALLS, env: binding },
      members: { source: await bundled('worker.ts'), env: { ...binding, SESSION_SECRET: { type: 'text', value: SESSION_SECRET } } },
    },
  });
}

/** Sends a request to another Worker than Signpost. @param {Worker} worker @param {string} name @param {string} path @param {any} init */
async function to(worker, name, path, init) {
  const other = /** @type {any} */ (await worker.miniflare.getWorker(name));
  return other.fetch(`https://${name}.example.com${path}`, { redirect: 'manual', ...init });
}

/** @param {Worker} worker @param {string} method @param {unknown[]} args @returns {Promise<any>} */
async function call(worker, method, ...args) {
  const answer = await to(worker, 'calls', '/', { method: 'POST', body: JSON.stringify({ method, args }) });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
}

/** @param {Record<string, any>} grant */
function withoutTime({ expires, fields, url, ...grant }) {
  const { policy, 'x-amz-date': date, 'x-amz-credential': credential, 'x-amz-signature': signature, ...other } = fields ?? {};
  return { ...grant, url: url.replace(/X-Amz-(Date|Signature)=[^&]+/g, ''), fields: other };
}

describe('a call by another Worker', () => {
  /** @type {Worker} */
  let worker;
  before(async () => void (worker = await startBoth()));
  after(() => worker?.stop());

  test('gets the grant that HTTP gives', async () => {
    const headers = { authorization: `Bearer ${SECRETS.SITE_TOKEN}`, 'content-type': 'application/json', accept: 'application/json' };
    const posted = await worker.fetch('/uploads/open', { method: 'POST', headers, body: JSON.stringify(FILE) });
    const { ok, ...granted } = await call(worker, 'upload', 'open', FILE, ADA);
    assert.equal(ok, true);
    assert.deepEqual(withoutTime(granted), withoutTime(await posted.json()));

    const got = await worker.fetch('/downloads/open/a%20b.txt?download=x.txt', { headers });
    const link = await call(worker, 'download', 'open', 'a b.txt', ADA, { download: 'x.txt' });
    assert.equal(link.ok, true);
    delete link.ok;
    assert.deepEqual(withoutTime(link), withoutTime(await got.json()));
  });

  test('gets many grants and links at once, each with its own answer', async () => {
    const { ok, files } = await call(worker, 'uploadMany', 'open', [FILE, { ...FILE, size: 1025 }, { ...FILE, method: 'PUT' }], ADA);
    assert.equal(ok, true);
    assert.deepEqual(withoutTime(files[0]), withoutTime((await call(worker, 'uploadMany', 'open', [FILE], ADA)).files[0]));
    assert.deepEqual([files[0].key, files[1].error.code, files[2].method], ['open/a b.txt', 'EntityTooLarge', 'PUT']);
    const { downloads } = await call(worker, 'downloadMany', 'document', ['a b.txt', '../eve/x'], ADA, { download: '' });
    assert.equal(new URL(downloads[0].url).pathname, '/documents/ada/a%20b.txt');
    assert.match(downloads[0].url, /attachment/);
    assert.deepEqual([downloads[1].path, downloads[1].error.code], ['../eve/x', 'InvalidArgument']);
    assert.equal((await call(worker, 'uploadMany', 'open', [], ADA)).problem.code, 'TooManyFiles');
  });

  test('confirms an upload of its caller', async () => {
    const granted = await call(worker, 'upload', 'bound', FILE, ADA, { url: worker.url });
    const codeOf = async (/** @type {unknown[]} */ ...args) => (await call(worker, 'confirm', ...args)).problem.code;
    assert.equal(await codeOf('bound', granted.confirm, ADA), 'NoSuchKey');
    const form = new FormData();
    for (const [name, value] of Object.entries(granted.fields)) form.append(name, String(value));
    form.append('file', new Blob(['a text, 9'.slice(0, FILE.size)]));
    assert.equal((await fetch(granted.url, { method: 'POST', body: form })).status, 204);
    const { etag, ...confirmed } = await call(worker, 'confirm', 'bound', granted.confirm, ADA);
    assert.deepEqual(confirmed, { ok: true, key: granted.key, size: FILE.size, type: FILE.type });
    assert.match(etag, /^".+"$/);
    assert.equal(await codeOf('bound', granted.confirm, { name: 'eve' }), 'NoSuchUpload');
    assert.equal(await codeOf('open', granted.confirm, ADA), 'NoSuchRule');
  });

  test('names the caller and its claims', async () => {
    assert.equal((await call(worker, 'upload', 'document', FILE, ADA)).key, 'documents/ada/a b.txt');
    assert.equal((await call(worker, 'upload', 'team', FILE, { name: 'ada', claims: { team: 'red' } })).key, 'teams/red/a b.txt');
    const { url } = await call(worker, 'download', 'document', 'a b.txt', ADA);
    assert.equal(new URL(url).pathname, '/documents/ada/a%20b.txt');
  });

  test('is refused as by HTTP', async () => {
    for (const [code, method, ...args] of [
      ['NoSuchRule', 'upload', 'none', FILE, ADA],
      ['NoSuchRule', 'upload', 'document/../open', FILE, ADA],
      ['NoSuchRule', 'download', '../healthz', 'x', ADA],
      ['MissingAuthenticationToken', 'upload', 'closed', FILE, ADA],
      ['MissingAuthenticationToken', 'download', 'closed', 'a.txt', ADA],
      ['EntityTooLarge', 'upload', 'document', { ...FILE, size: 1025 }, ADA],
      ['InvalidArgument', 'upload', 'document', FILE, { name: '../eve' }],
      ['InvalidArgument', 'upload', 'document', FILE, { name: '' }],
      ['InvalidArgument', 'upload', 'document', FILE, { name: 'ada', admin: true }],
      ['InvalidArgument', 'upload', 'document', FILE, null],
      ['InvalidArgument', 'upload', 'document', FILE, 'ada'],
      ['InvalidToken', 'upload', 'team', FILE, ADA], // lacks the claim
      ['InvalidArgument', 'download', 'document', '../eve/a.txt', ADA],
      ['InvalidArgument', 'download', 'document', '', ADA],
    ]) {
      const result = await call(worker, String(method), ...args);
      assert.deepEqual([result.ok, result.problem?.code], [false, code], JSON.stringify([method, args, result]));
    }
  });

  test('must say where browsers reach Signpost if the form is sent there', async () => {
    const without = await call(worker, 'upload', 'bound', FILE, ADA);
    assert.equal(without.problem.code, 'InvalidArgument');
    assert.match(without.problem.detail, /^`url`/);
    const { url } = await call(worker, 'upload', 'bound', FILE, ADA, { url: 'https://files.example.com/' });
    assert.equal(url, 'https://files.example.com/forms/bound/');
    const put = await call(worker, 'upload', 'bound', { ...FILE, method: 'PUT' }, ADA);
    assert.equal(put.problem.code, 'InvalidArgument');
    assert.match(put.problem.detail, /^`url`/);
  });

  test('gets a PUT that the Worker itself accepts', async () => {
    const { method, url, headers, key } = await call(worker, 'upload', 'bound', { ...FILE, method: 'PUT' }, ADA, { url: `${worker.url}/` });
    assert.deepEqual([method, url.startsWith(`${worker.url}/files/bound/${key}?`)], ['PUT', true]);
    const { 'content-length': _, ...sent } = headers;
    assert.equal((await fetch(url, { method: 'PUT', headers: sent, body: 'a text, 9'.slice(0, FILE.size) })).status, 200);
    assert.equal((await fetch(url, { method: 'PUT', headers: sent, body: 'x'.repeat(FILE.size + 1) })).status, 403);
  });

  test('verifies links and forms, and refuses changed ones', async () => {
    const { url } = await call(worker, 'download', 'document', 'a b.txt', ADA);
    const { ok, bucket, key } = await call(worker, 'verify', url, {});
    assert.deepEqual([ok, bucket, key], [true, 'media', 'documents/ada/a b.txt']);
    assert.equal((await call(worker, 'verify', url, { method: 'PUT' })).problem.code, 'SignatureDoesNotMatch');
    assert.equal((await call(worker, 'verify', url.replace('ada', 'eve'), {})).problem.code, 'SignatureDoesNotMatch');
    assert.equal((await call(worker, 'verify', 'https://elsewhere.example.com/a', {})).problem.code, 'NoSuchBucket');

    const { fields } = await call(worker, 'upload', 'document', FILE, ADA);
    const pairs = Object.entries(fields);
    const form = await call(worker, 'verifyForm', 'media', pairs, 'a b.txt');
    assert.deepEqual([form.ok, form.key, form.min_size, form.max_size], [true, 'documents/ada/a b.txt', 9, 9]);
    const changed = await call(worker, 'verifyForm', 'media', Object.entries({ ...fields, key: 'documents/eve/a b.txt' }));
    assert.deepEqual([changed.ok, changed.problem.code], [false, 'AccessDenied']);
    const repeated = await call(worker, 'verifyForm', 'media', [['key', 'documents/eve/a b.txt'], ...pairs]);
    assert.equal(repeated.ok, false);
    assert.equal((await call(worker, 'verifyForm', 'media', fields)).problem.code, 'InvalidArgument');
    assert.equal((await call(worker, 'verifyForm', 'none', pairs)).problem.status, 404);
  });

  test('is the only way in: HTTP knows no caller', async () => {
    for (const [path, init] of /** @type {[string, RequestInit][]} */ ([
      ['/uploads/document', { method: 'POST', body: JSON.stringify(FILE), headers: { 'content-type': 'application/json' } }],
      ['/downloads/document/a.txt', {}],
      ['/downloads/document/a.txt', { headers: { authorization: 'Bearer {"name":"ada"}' } }],
    ])) {
      const answer = await worker.fetch(path, init);
      assert.equal(answer.status, 401, path);
    }
    for (const path of ['/Signpost', '/rpc', '/upload', '/fetchAs']) assert.equal((await worker.fetch(path)).status, 404, path);
    const body = JSON.stringify({ method: 'fetch', args: ['https://signpost.example.com/healthz'] });
    // Not even through the binding.
    await assert.rejects(to(worker, 'calls', '/', { method: 'POST', body }), /does not export a fetch\(\) function/);
  });

  test('the example signs for the user of its session cookie, and for nobody else', async () => {
    const ask = (/** @type {string} */ path, /** @type {any} */ init) => to(worker, 'members', path, init);
    const cookie = `session=${await session('ada', Date.now() / 1000 + 60 | 0, SESSION_SECRET)}`;
    const post = { method: 'POST', body: JSON.stringify(FILE) };
    const granted = await ask('/documents', { ...post, headers: { cookie, 'sec-fetch-site': 'same-origin' } });
    assert.equal((await granted.json()).key, 'documents/ada/a b.txt');
    const link = await ask('/documents/a%20b.txt', { headers: { cookie } });
    assert.equal(link.status, 302);

    assert.equal((await ask('/documents', { ...post, headers: { cookie, 'sec-fetch-site': 'cross-site' } })).status, 403);
    const expired = `session=${await session('ada', Date.now() / 1000 - 1 | 0, SESSION_SECRET)}`;
    const foreign = `session=${await session('ada', Date.now() / 1000 + 60 | 0, 'another secret')}`;
    for (const wrong of [undefined, cookie.replace('ada', 'eve'), expired, foreign]) {
      const headers = { 'sec-fetch-site': 'same-origin', ...(wrong && { cookie: wrong }) };
      assert.equal((await ask('/documents', { ...post, headers })).status, 401);
    }
  });

  test('logs decisions and no secret', async () => {
    await call(worker, 'upload', 'document', { ...FILE, filename: 'marked-name.txt' }, { name: 'ada', claims: { email: 'marked@example.com' } });
    const logs = worker.logs.join('\n');
    assert.match(logs, /"rule":"uploads\/document","caller":"members","subject":"ada","outcome":"granted"/);
    for (const part of [...Object.values(SECRETS).slice(1), 'marked-', 'marked@', 'X-Amz-Signature']) assert.ok(!logs.includes(part), part);
  });
});

describe('a trap', () => {
  /** @type {Worker} */
  let worker;
  beforeEach(async () => {
    await worker?.stop();
    worker = await startBoth({ build: 'build/planted' });
  });
  after(() => worker?.stop());

  test('in another request does not hurt the next call', async () => {
    assert.equal((await worker.fetch('/panic')).status, 500);
    assert.equal((await call(worker, 'upload', 'document', FILE, ADA)).key, 'documents/ada/a b.txt');
  });
});

test('a verification can be the first call that an instance answers', async () => {
  const worker = await startBoth();
  try {
    const caller = /** @type {any} */ (await worker.miniflare.getWorker('calls'));
    const call = { method: 'verify', args: ['https://acme-media.s3.eu-west-1.amazonaws.com/a.txt', {}] };
    const { problem } = await (await caller.fetch('https://calls.example.com/', { method: 'POST', body: JSON.stringify(call) })).json();
    assert.equal(problem.status, 403, JSON.stringify(problem));
  } finally {
    await worker.stop();
  }
});
