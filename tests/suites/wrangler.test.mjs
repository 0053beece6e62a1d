/** @file The Worker under `wrangler dev`, and its PUTs and links with the local R2, which checks signatures. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { bindingOf } from '../../scripts/local-worker.mjs';
import { cases, check, send, site } from '../contract/cases.mjs';
import * as localR2 from '../servers/local-r2.mjs';
import { s3 } from '../servers/s3.mjs';
import { picture } from '../support/picture.mjs';
import { get, post, put as curlPut } from '../support/transfer.mjs';
import { clientFile } from '../support/client.mjs';

/** @typedef {import('../support/transfer.mjs').Put} Put */

const run = promisify(execFile);
const CURL_EMPTY_REPLY = 52;
const PNG = picture();

// One case of each kind; the suite `contract` runs all of them in Miniflare.
const CHOSEN = [
  'a form for a picture',
  'a PUT where the provider takes no forms',
  'the choice between types, in a page',
  'a link, by redirect',
  'a link for HEAD',
  'a link as JSON',
  'a preflight',
  "another site's page, without preflight",
  'a wrong token',
  'health names the secrets that are not set or too short',
  'no body',
  'bytes that are not UTF-8',
  'a body of 17,000 bytes',
  'one byte over the limit',
  'a wrong type',
  'a way up in a path',
  'no route',
];

describe('wrangler dev', () => {
  /** @type {Awaited<ReturnType<typeof localR2.start>>} */
  let local;
  before(async () => void (local = await localR2.start({ vars: (store) => ({ ...site.vars, ...vars(store), OPENAPI: true }), secrets: contractSecrets() })));
  after(() => local?.stop());

  const grant = async (/** @type {string} */ rule, /** @type {object} */ more = {}) => {
    const body = JSON.stringify({ filename: 'hills.png', type: 'image/png', size: PNG.length, ...more });
    const answer = await fetch(`${local.url}/uploads/${rule}`, { method: 'POST', body });
    assert.equal(answer.status, 200);
    return /** @type {Put} */ (await answer.json());
  };
  const stored = async (/** @type {string} */ key) => {
    const answer = await s3(local, 'GET', `/${local.bucket}/${encodeURI(key)}`);
    return answer.status === 404 ? undefined : Buffer.from(await answer.arrayBuffer());
  };

  assert.equal(cases.filter(({ name }) => CHOSEN.includes(name)).length, CHOSEN.length, 'every chosen case exists');
  for (const { name, request, expect } of cases.filter(({ name }) => CHOSEN.includes(name))) {
    test(name, async () => check(await send(local.url, request), expect));
  }

  test('serves the description of its API to pages of any origin, since OPENAPI is true', async () => {
    const answer = await fetch(`${local.url}/openapi.json`, { headers: { origin: 'https://elsewhere.example' } });
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json\b/);
    assert.equal(answer.headers.get('access-control-allow-origin'), '*');
    assert.deepEqual(await answer.json(), JSON.parse(`${await readFile(new URL('../../docs/openapi.json', import.meta.url))}`));
    const elsewhere = await send(local.url, { method: 'GET', path: '/downloads/picture/openapi.json' });
    assert.equal(elsewhere.status, 302, 'an object of that name is no description');
  });

  for (const module of ['signpost.js', 'signpost-upload.js', 'react.js']) {
    test(`serves ${module} to pages of any origin, with an ETag`, async () => {
      const url = `${local.url}/${module}`;
      const answer = await fetch(url, { headers: { origin: 'https://elsewhere.example' } });
      const { headers } = answer;
      assert.equal(answer.status, 200);
      assert.equal(await answer.text(), `${await clientFile(module)}`);
      assert.match(headers.get('content-type') ?? '', /^(text|application)\/javascript\b/);
      assert.equal(headers.get('access-control-allow-origin'), '*');
      assert.match(headers.get('cache-control') ?? '', /\bmax-age=3600\b/);
      const revalidated = await fetch(url, { headers: { 'if-none-match': headers.get('etag') ?? '' } });
      assert.equal(revalidated.status, 304);
    });
  }

  test('serves nothing else of the client', async () => {
    for (const path of ['_headers', 'package.json', 'upload.js']) assert.equal((await fetch(`${local.url}/${path}`)).status, 404, path);
  });

  for (const filename of ['hills.png', 'a b+c&d=e%20~.png', 'Zoë "日本" 🦀.png', "it's (1) [2] {3} $4 #5 ;6.png"]) {
    test(`uploads and downloads ${filename}`, async () => {
      const answer = await grant('local', { filename });
      assert.deepEqual(answer.headers, { 'content-length': String(PNG.length), 'content-type': 'image/png' });
      assert.equal((await put(answer, PNG)).status, 200);
      const { status, body } = await get(`${local.url}/downloads/local/${encodeURIComponent(filename)}`);
      assert.equal(status, 200);
      assert.ok(PNG.equals(body));
    });
  }

  for (const [title, file, change] of /** @type {[string, Buffer, (put: Put) => Put][]} */ ([
    ['one byte too many', Buffer.concat([PNG, Buffer.from('\n')]), (put) => put],
    ['one byte too few', PNG.subarray(1), (put) => put],
    ['another type', PNG, (put) => ({ ...put, headers: { ...put.headers, 'content-type': 'text/html' } })],
    ['another key', PNG, (put) => ({ ...put, url: put.url.replace('.png?', '.pnh?') })],
    ['one digit of the signature', PNG, (put) => ({ ...put, url: changedDigit(put.url) })],
  ])) {
    test(`rejects ${title}, and stores nothing`, async () => {
      const answer = await grant('fresh');
      assert.equal((await put(change(answer), file)).status, 403);
      assert.equal(await stored(answer.key), undefined);
      assert.equal(await stored(answer.key.replace('.png', '.pnh')), undefined);
      assert.equal((await put(answer, PNG)).status, 200, 'the unchanged URL is valid');
    });
  }

  test('accepts a form by curl -F, for a bound bucket', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'form-'));
    const path = join(directory, 'hills.png');
    await writeFile(path, PNG);
    const answer = /** @type {any} */ (await grant('bound', { metadata: { album: 'hills, 2026' } }));
    assert.deepEqual([answer.method, answer.url], ['POST', `${local.url}/forms/bound/`]);
    const fields = Object.entries(answer.fields).flatMap(([name, value]) => ['-F', `${name}=${value}`]);
    const { stdout } = await run('curl', ['-s', '-o', join(directory, 'answer'), '-w', '%{http_code}', ...fields, '-F', `file=@${path}`, answer.url]);
    await rm(directory, { recursive: true });
    assert.equal(stdout, '204');
    const object = await s3(local, 'GET', `/${local.bucket}/${answer.key}`);
    assert.ok(PNG.equals(Buffer.from(await object.arrayBuffer())));
    assert.deepEqual(['content-type', 'x-amz-meta-album'].map((name) => object.headers.get(name)), ['image/png', 'hills, 2026']);
    const { status, body } = await get(`${local.url}/downloads/bound/${answer.key.slice('bound/'.length)}`);
    assert.equal(status, 200);
    assert.ok(PNG.equals(body), 'the download by a presigned URL is the same');
  });

  test('does not overwrite if the rule forbids it, by form and by PUT', async () => {
    const form = /** @type {any} */ (await grant('bound-once', { filename: 'same.png' }));
    assert.equal((await post(form, PNG)).status, 204);
    assert.match((await post(form, PNG)).body.toString(), /<Code>PreconditionFailed<\/Code>/);
    const url = await grant('once', { filename: 'other.png' });
    assert.equal(url.headers['if-none-match'], '*');
    assert.equal((await put(url, PNG)).status, 200);
    assert.equal((await put(url, PNG)).status, 412);
    const { 'if-none-match': _, ...headers } = url.headers;
    assert.equal((await put({ ...url, headers }, PNG)).status, 403);
  });

  test('rejects an expired URL', async () => {
    const late = await grant('brief');
    await sleep(Date.parse(late.expires) + 1_000 - Date.now()); // the local R2 uses the system clock
    assert.equal((await put(late, PNG)).status, 403);
    assert.equal(await stored(late.key), undefined);
  });
});

/**
 * Sends a PUT. The local R2 rejects one before it has read the whole body, and in one of a hundred cases loses the response: the
 * connection ends, or the status is 500. Such a PUT is repeated.
 *
 * @param {Put} answer @param {Buffer} file
 * @returns {Promise<import('../support/transfer.mjs').Answer>}
 */
async function put(answer, file, tries = 3) {
  const { status, body } = await curlPut(answer, file).catch((error) => {
    if (error.code !== CURL_EMPTY_REPLY) throw error;
    return { status: 500, body: Buffer.alloc(0) };
  });
  return status === 500 && tries > 0 ? put(answer, file, tries - 1) : { status, body };
}

/** Returns the contract's secrets with `MEDIA` renamed, since that name is used for the local R2 here. */
function contractSecrets() {
  const media = Object.entries(site.secrets).map(([name, value]) => [name.replace(/^MEDIA_/, 'CONTRACT_'), value]);
  return Object.fromEntries(media);
}

/** Changes the last digit of a signature. @param {string} text */
function changedDigit(text) {
  return text.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
}

/** @param {localR2.Store} store @returns {Record<string, unknown>} */
function vars({ endpoint, region, bucket: name }) {
  const buckets = /** @type {Record<string, object>} */ (site.vars.BUCKETS);
  const local = { provider: 'r2', name, region, endpoint, url_style: 'path', credentials: 'MEDIA' };
  const upload = { bucket: 'local', callers: ['anyone'], types: ['image/png'], max_size: '1 MiB', expires: '10 min' };
  return {
    BUCKETS: { ...buckets, media: { ...buckets.media, credentials: 'CONTRACT' }, local, bound: { ...local, binding: bindingOf(name) } },
    UPLOADS_3: {
      local: { ...upload, key: 'named/{filename}' },
      fresh: { ...upload, key: 'fresh/{uuid}.{ext}' },
      brief: { ...upload, key: 'brief/{uuid}.{ext}', expires: '1 s' },
      bound: { ...upload, bucket: 'bound', key: 'bound/{uuid}.{ext}', metadata: ['album'] },
      once: { ...upload, key: 'once/{filename}', overwrite: false },
      'bound-once': { ...upload, bucket: 'bound', key: 'once/{filename}', overwrite: false },
    },
    DOWNLOADS_2: {
      bound: { bucket: 'bound', callers: ['anyone'], key: 'bound/{path}', expires: '5 min' },
      local: { bucket: 'local', callers: ['anyone'], key: 'named/{path}', expires: '5 min' } },
  };
}
