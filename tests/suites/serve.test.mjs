/** @file Files that the Worker itself sends, from a bucket that is bound to it: by links to its own host, and in its answers. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { freePort } from '../../scripts/process.mjs';
import { CONDITIONS, EXPIRATIONS, OVERRIDES, RANGES } from '../serve/cases.mjs';
import { offsetOf, wave } from '../serve/wave.mjs';
import { needs } from '../needs.mjs';
import { start as startWorker } from '../servers/worker.mjs';
import { ENV, ORIGIN, SECRETS, VARS, sign, start } from '../servers/worker_for_files.mjs';
import { browser } from '../support/browser.mjs';
import { memory, mostMemory } from '../support/memory.mjs';
import { venv } from '../support/venv.mjs';

/** @typedef {Awaited<ReturnType<typeof start>>} Worker */

const CHROMIUM = await needs('chromium');
const REDBOT = await needs('redbot');
const BOTO3 = await needs('boto3');
const TEXT = 'testcontent';
const HTML = '<!doctype html><title>quiet</title><script>document.title = "a script ran"</script>';
const SAVED = { 'content-security-policy': 'sandbox', 'x-content-type-options': 'nosniff' };

/** The two ways in which one object is answered: a link, and the answer of a rule. */
const WAYS = /** @type {const} */ (['link', 'direct']);

/** @param {Worker} worker @param {string} way @param {string} key below `files/` @param {string} [method] */
const urlOf = (worker, way, key, method = 'GET') => (way === 'link' ? worker.sign(`files/${key}`, { method }) : `${worker.base}/downloads/here/${key}`);

/** @param {Response} answer @param {...string} names */
const headersOf = (answer, ...names) => Object.fromEntries(names.map((name) => [name, answer.headers.get(name)]));

/** @param {string} xml */
const codeOf = (xml) => /<Code>(.*)<\/Code>/.exec(xml)?.[1];

/** Sends a request and returns the bytes as they are on the wire. @param {string} url @param {Record<string, string>} [headers] @returns {Promise<{ status: number, headers: import('node:http').IncomingHttpHeaders, body: Buffer }>} */
async function raw(url, headers = {}) {
  const { promise, resolve, reject } = Promise.withResolvers();
  httpRequest(url, { headers }, async (response) => {
    const chunks = [];
    for await (const chunk of response) chunks.push(chunk);
    resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) });
  }).on('error', reject).end();
  return promise;
}

for (const [title, mounted] of /** @type {[string, string?][]} */ ([
  ['deployed'],
  ['mounted by the smallest Worker', 'tests/mounted'],
  ['mounted by axum', 'examples/axum-worker'],
])) {
  describe(title, () => {
    /** @type {Worker} */
    let worker;
    before(async () => {
      worker = await start({ mounted });
      await worker.bucket.put('files/note.txt', TEXT, { httpMetadata: { contentType: 'text/plain' } });
      await worker.bucket.put('files/empty', '');
    });
    after(() => worker?.stop());

    for (const way of WAYS) {
      for (const { name, object = 'note.txt', range, status, contentRange = null, body } of RANGES) {
        test(`${way}: ${name}`, async () => {
          const answer = await raw(urlOf(worker, way, object), { 'accept-encoding': 'identity', ...(range && { range }) });
          assert.equal(answer.status, status);
          assert.equal(answer.headers['content-range'] ?? null, contentRange);
          if (body !== undefined) assert.equal(answer.body.toString(), body);
          else assert.match(answer.body.toString(), /InvalidRange/);
          // The length of a stream that passes through Rust is not known.
          if (status < 400 && mounted !== 'examples/axum-worker') assert.equal(answer.headers['content-length'], `${body?.length}`);
          assert.equal(answer.headers['x-content-type-options'], 'nosniff');
        });
      }

      for (const method of ['GET', 'HEAD']) {
        for (const { name, headers, status, code, range } of CONDITIONS) {
          test(`${way}: ${name}, ${method}`, async () => {
            const { etag, modified } = await validators(worker);
            const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace('ETAG', etag).replace(/MODIFIED([+-]\d+)?/, (_, secs = 0) => new Date(modified + Number(secs) * 1_000).toUTCString())]));
            const answer = await fetch(urlOf(worker, way, 'note.txt', method), { method, headers: sent });
            const body = await answer.text();
            // A range of HEAD is not defined, so it is the whole object.
            assert.equal(answer.status, method === 'HEAD' && status === 206 ? 200 : status);
            assert.equal(answer.headers.get('etag'), status < 400 ? etag : null);
            if (method === 'HEAD') assert.equal(body, '');
            else if (code) assert.equal(way === 'link' ? codeOf(body) : JSON.parse(body).code, code);
            else assert.equal(body, status === 304 ? '' : TEXT.slice(...(range ?? [0])));
          });
        }
      }

      test(`${way}: HEAD says what GET sends, without the bytes`, async () => {
        const names = ['accept-ranges', 'content-type', 'etag', 'last-modified', 'x-content-type-options'];
        const get = await fetch(urlOf(worker, way, 'note.txt'));
        const head = await fetch(urlOf(worker, way, 'note.txt', 'HEAD'), { method: 'HEAD', headers: { 'accept-encoding': 'identity' } });
        assert.deepEqual(headersOf(head, ...names), headersOf(get, ...names));
        assert.equal(head.headers.get('accept-ranges'), 'bytes');
        assert.deepEqual([head.status, head.headers.get('content-length'), await head.text(), await get.text()], [200, `${TEXT.length}`, '', TEXT]);
      });

      test(`${way}: an object that does not exist`, async () => {
        for (const method of ['GET', 'HEAD']) {
          const answer = await fetch(urlOf(worker, way, 'nothing', method), { method });
          const body = await answer.text();
          assert.deepEqual([answer.status, answer.headers.get('content-type')], [404, way === 'link' ? 'application/xml' : 'application/problem+json']);
          if (method === 'GET') assert.equal(way === 'link' ? codeOf(body) : JSON.parse(body).code, 'NoSuchKey');
        }
      });

      test(`${way}: what is stored encoded is sent as it is stored`, async () => {
        const encoded = gzipSync(TEXT.repeat(1_000));
        await worker.bucket.put('files/encoded', encoded, { httpMetadata: { contentType: 'text/plain', contentEncoding: 'gzip', contentLanguage: 'de' } });
        const answer = await raw(urlOf(worker, way, 'encoded'), { 'accept-encoding': 'gzip' });
        assert.deepEqual([answer.headers['content-encoding'], answer.headers['content-language']], ['gzip', 'de']);
        assert.ok(answer.body.equals(encoded));
        const range = await raw(urlOf(worker, way, 'encoded'), { 'accept-encoding': 'gzip', range: 'bytes=5-9' });
        assert.ok(range.body.equals(encoded.subarray(5, 10)));
      });

      test(`${way}: keys with every kind of character`, async () => {
        for (const key of ['a b/c+d=e&f.txt', '100%/~x%20y', 'ü/日本/🦀.txt', `quo"te'()*!`, 'a:b;c,d@e$g[i]', '#?']) {
          await worker.bucket.put(`files/${key}`, key);
          const path = way === 'link' ? worker.sign(`files/${key}`) : `${worker.base}/downloads/here/${encodeURIComponent(key).replaceAll('%2F', '/')}`;
          assert.equal(await (await fetch(path)).text(), key);
        }
      });
    }
  });
}

/** @param {Worker} worker */
async function validators(worker) {
  const { httpEtag, uploaded } = await worker.bucket.head('files/note.txt');
  return { etag: httpEtag, modified: Math.floor(uploaded.getTime() / 1_000) * 1_000 };
}

describe('a link', () => {
  /** @type {Worker} */
  let worker;
  before(async () => {
    worker = await start();
    await worker.bucket.put('files/note.txt', TEXT, { httpMetadata: { contentType: 'text/plain' } });
  });
  after(() => worker?.stop());

  for (const rule of ['file', 'saved', 'stable', 'pages']) {
    test(`of the rule ${rule} leads to the Worker, which sends the object`, async () => {
      const { headers, status } = await worker.fetch(`/downloads/${rule}/note.txt`);
      assert.deepEqual([status, headers.get('location')?.startsWith(`${worker.url}/files/media/files/note.txt?X-Amz-`)], [302, true]);
      const answer = await fetch(headers.get('location') ?? '');
      assert.deepEqual([answer.status, await answer.text()], [200, TEXT]);
      assert.equal(answer.headers.get('content-disposition'), rule === 'saved' ? 'attachment; filename="note.txt"' : null);
    });
  }

  test('is given out as JSON, and for many paths at once', async () => {
    const { url } = await (await worker.fetch('/downloads/file/note.txt', { headers: { accept: 'application/json' } })).json();
    assert.equal(await (await fetch(url)).text(), TEXT);
    const { downloads } = await (await worker.fetch('/downloads/file', { method: 'POST', body: JSON.stringify({ paths: ['note.txt', '../x'] }) })).json();
    assert.equal(await (await fetch(downloads[0].url)).text(), TEXT);
    assert.equal(downloads[1].error.status, 400);
  });

  test('with a window is the same for everyone, and caches may keep the object for as long', async () => {
    const locations = await Promise.all([1, 2].map(async () => (await worker.fetch('/downloads/stable/note.txt')).headers.get('location') ?? ''));
    assert.equal(locations[0], locations[1]);
    const answer = await fetch(locations[0] ?? '');
    assert.match(answer.headers.get('cache-control') ?? '', /^private, max-age=\d+$/);
  });

  test('saves under the name that is asked for', async () => {
    const answer = await fetch(`${worker.url}/downloads/file/note.txt?download=${encodeURIComponent('März.txt')}`);
    assert.equal(answer.headers.get('content-disposition'), `attachment; filename="M_rz.txt"; filename*=UTF-8''M%C3%A4rz.txt`);
  });

  test('keeps what an uploader stored in headers away from visitors, as a link to the bucket does', async () => {
    const { httpMetadata } = { httpMetadata: { contentType: 'image/png', contentDisposition: 'attachment; filename="Setup.exe"', cacheControl: 'public, max-age=31536000' } };
    await worker.bucket.put('files/x.png', TEXT, { httpMetadata });
    const stored = await fetch(`${worker.url}/downloads/file/x.png`);
    assert.deepEqual(headersOf(stored, 'content-disposition', 'cache-control'), { 'content-disposition': httpMetadata.contentDisposition, 'cache-control': httpMetadata.cacheControl });
  });

  test('may be cached by the browser until it expires', async () => {
    const answer = await fetch(worker.sign('files/note.txt', { at: Date.now() - 100_000 }));
    const [, secs] = /^private, max-age=(\d+)$/.exec(answer.headers.get('cache-control') ?? '') ?? [];
    assert.ok(Number(secs) <= 200 && Number(secs) > 150, secs);
  });

  for (const { name, expires, status } of EXPIRATIONS) {
    test(name, async () => {
      const answer = await fetch(worker.sign('files/note.txt', { secs: expires }));
      assert.ok(status === 200 ? answer.status === 200 : [400, 403].includes(answer.status), `${answer.status}`);
    });
  }

  test(OVERRIDES.name, async () => {
    const query = Object.fromEntries(Object.entries(OVERRIDES.headers).map(([name, value]) => [`response-${name}`, value]));
    const answer = await raw(worker.sign('files/note.txt', { query }), { 'accept-encoding': 'aaa' });
    assert.equal(answer.status, 200);
    for (const [name, value] of Object.entries(OVERRIDES.headers)) assert.equal(answer.headers[name], value);
  });

  test('sends metadata as S3 does, and checksums if they are asked for', async () => {
    const sha256 = createHash('sha256').update(TEXT).digest();
    await worker.bucket.put('files/described', TEXT, { sha256, customMetadata: { Album: 'of 2026', author: 'Zoë', 'not a name': 'x', line: 'a\nb' } });
    const plain = await fetch(worker.sign('files/described'));
    assert.deepEqual(headersOf(plain, 'x-amz-meta-album', 'x-amz-meta-author', 'x-amz-meta-line', 'x-amz-checksum-sha256'), {
      'x-amz-meta-album': 'of 2026',
      'x-amz-meta-author': `=?UTF-8?B?${Buffer.from('Zoë').toString('base64')}?=`,
      'x-amz-meta-line': `=?UTF-8?B?${Buffer.from('a\nb').toString('base64')}?=`,
      'x-amz-checksum-sha256': null,
    });
    for (const options of [{ headers: { 'x-amz-checksum-mode': 'ENABLED' } }, { query: { 'X-Amz-Checksum-Mode': 'ENABLED' } }]) {
      const answer = await fetch(worker.sign('files/described', options), { headers: options.headers });
      assert.equal(answer.headers.get('x-amz-checksum-sha256'), sha256.toString('base64'));
    }
    const part = await fetch(worker.sign('files/described'), { headers: { 'x-amz-checksum-mode': 'ENABLED', range: 'bytes=0-1' } });
    assert.equal(part.headers.get('x-amz-checksum-sha256'), null);
  });

  for (const [title, code, url, init] of /** @type {[string, string, () => string, RequestInit?][]} */ ([
    ['without a signature', 'AuthorizationQueryParametersError', () => `${worker.url}/files/media/files/note.txt`],
    ['that has expired', 'AccessDenied', () => worker.sign('files/note.txt', { at: Date.now() - 301_000 })],
    ['that is signed for a later time', 'AccessDenied', () => worker.sign('files/note.txt', { at: Date.now() + 3_600_000 })],
    ['for another method', 'SignatureDoesNotMatch', () => worker.sign('files/note.txt'), { method: 'HEAD' }],
    ['that is signed for another host', 'SignatureDoesNotMatch', () => sign(`https://files.example.com/files/media/files/note.txt`).replace('https://files.example.com', worker.url)],
    ['whose signed header is missing', 'AuthorizationHeaderMalformed', () => worker.sign('files/note.txt', { headers: { 'x-amz-meta-a': 'b' } })],
    ['to a version', 'InvalidRequest', () => worker.sign('files/note.txt', { query: { versionId: 'null' } })],
    ['to the tags', 'InvalidRequest', () => worker.sign('files/note.txt', { query: { tagging: '' } })],
    ['to a bucket of which no rule sends objects', 'NoSuchBucket', () => sign(`${worker.url}/files/archive/files/note.txt`)],
    ['to a bucket that is not configured', 'NoSuchBucket', () => sign(`${worker.url}/files/acme-media/files/note.txt`)],
    ['to no object', 'NoSuchKey', () => sign(`${worker.url}/files/media/`)],
    ['behind a ticket', 'NoSuchRule', () => worker.sign('files/note.txt').replace('/files/media', '/t/x/files/media')],
    ['that is used for another method of HTTP', 'MethodNotAllowed', () => worker.sign('files/note.txt'), { method: 'DELETE' }],
    ['with a header in a parameter', 'InvalidArgument', () => worker.sign('files/note.txt', { query: { 'response-content-type': 'text/plain\r\nset-cookie: a=b' } })],
  ])) {
    test(`${title} is refused: ${code}`, async () => {
      const answer = await fetch(url(), init);
      const body = await answer.text();
      assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status}`);
      if (init?.method !== 'HEAD') assert.equal(codeOf(body) ?? JSON.parse(body).code, code);
      assert.doesNotMatch(body, new RegExp(TEXT));
    });
  }

  test('has a signed header, which the client must send', async () => {
    const url = worker.sign('files/note.txt', { headers: { 'if-match': '"another"' } });
    assert.equal((await fetch(url)).status, 400);
    assert.equal((await fetch(url, { headers: { 'if-match': '"a third"' } })).status, 403);
    assert.equal((await fetch(url, { headers: { 'if-match': '"another"' } })).status, 412);
  });

  test('can be read by pages of the rules, and by no other page', async () => {
    const url = worker.sign('files/note.txt');
    const cors = (/** @type {Response} */ answer) => headersOf(answer, 'access-control-allow-origin', 'vary');
    const allowed = await fetch(url, { headers: { origin: ORIGIN } });
    assert.deepEqual(cors(allowed), { 'access-control-allow-origin': ORIGIN, vary: 'Origin' });
    assert.match(allowed.headers.get('access-control-expose-headers') ?? '', /ETag/);
    const missing = await fetch(worker.sign('files/nothing'), { headers: { origin: ORIGIN } });
    assert.deepEqual(cors(missing), { 'access-control-allow-origin': ORIGIN, vary: 'Origin' });
    const other = await fetch(url, { headers: { origin: 'https://evil.example' } });
    assert.deepEqual([other.status, cors(other)], [200, { 'access-control-allow-origin': null, vary: 'Origin' }]);
    const preflight = (/** @type {string} */ origin) => fetch(url, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'range' } });
    assert.equal((await preflight(ORIGIN)).status, 204);
    assert.equal((await preflight('https://evil.example')).status, 403);
  });

  test('leaves no key, signature or secret in the log', async () => {
    await fetch(worker.sign('files/note.txt'));
    await fetch(worker.sign('files/secret-name.txt'));
    const log = worker.logs.join('\n');
    assert.match(log, /"rule":"files\/media","outcome":"granted","status":200/);
    assert.doesNotMatch(log, /note\.txt|secret-name|X-Amz|Signature=|AKIDOWN|own-secret/);
  });

  describe('of boto3', BOTO3, () => {
    const boto3 = async (/** @type {object} */ job) => {
      const signer = spawn(`${await venv('boto3')}/python`, ['tests/support/boto3_signs.py', 'now']);
      signer.stdin.end(`${JSON.stringify({ region: 'auto', style: 'path', bucket: 'media', endpoint: worker.endpoint, keys: [SECRETS.MEDIA_ACCESS_KEY_ID, SECRETS.MEDIA_SECRET_ACCESS_KEY], expires: 300, parameters: {}, operation: 'get_object', ...job })}\n`);
      let output = '';
      for await (const chunk of signer.stdout) output += chunk;
      return JSON.parse(output).url;
    };

    test('is served', async () => {
      for (const key of ['files/note.txt', 'files/a b/c+d=e&f.txt', 'files/ü/日本/🦀.txt', `files/quo"te'()*!`]) {
        await worker.bucket.put(key, TEXT);
        const answer = await fetch(await boto3({ key }));
        assert.deepEqual([answer.status, await answer.text()], [200, TEXT], key);
      }
      const head = await fetch(await boto3({ key: 'files/note.txt', operation: 'head_object' }), { method: 'HEAD' });
      assert.equal(head.status, 200);
      const named = await fetch(await boto3({ key: 'files/note.txt', parameters: { ResponseContentType: 'image/png', ResponseContentDisposition: 'attachment; filename="ä.png"' } }));
      assert.equal(named.status, 400); // "ä" cannot be in a header
    });

    test('is refused with any other byte', async () => {
      const url = await boto3({ key: 'files/note.txt', parameters: { ResponseContentType: 'image/png' } });
      assert.equal((await fetch(url)).headers.get('content-type'), 'image/png');
      const from = worker.url.length + 1;
      /** @type {string[]} */
      const accepted = [];
      for (let at = from; at < url.length; at += 1) {
        const other = /[a-y0-8A-Y]/.test(url[at] ?? '') ? String.fromCharCode((url.codePointAt(at) ?? 0) + 1) : 'x';
        const changed = url.slice(0, at) + other + url.slice(at + 1);
        const answer = await fetch(changed);
        if (answer.status < 400 || (await answer.text()).includes(TEXT)) accepted.push(changed);
      }
      assert.deepEqual(accepted, []);
      for (const added of ['&a=b', '&response-content-type=text/html', '&X-Amz-Expires=604800', '&x-id=GetObject', '0']) {
        assert.ok((await fetch(url + added)).status >= 400, added);
      }
    });
  });
});

describe('a file whose type can carry scripts', () => {
  /** @type {Worker} */
  let worker;
  before(async () => {
    worker = await start();
    for (const [key, contentType] of Object.entries({ 'page.html': 'text/html; charset=utf-8', 'picture.svg': 'image/svg+xml', 'picture.png': 'image/png' }))
      await worker.bucket.put(`files/${key}`, HTML, { httpMetadata: { contentType } });
  });
  after(() => worker?.stop());

  for (const [type, isActive] of /** @type {[string, boolean][]} */ ([
    ['text/html', true], ['TEXT/HTML;charset=utf-8', true], ['text/html ; charset=utf-8', true], ['image/svg+xml', true], ['application/xhtml+xml', true],
    ['text/xml', true], ['application/rss+xml', true], ['text/javascript', true], ['application/x-shockwave-flash', true], ['multipart/x-mixed-replace; boundary=x', true],
    ['image/png,text/html', true], ['image/png;a=b,text/html', true], ['no type', true], ['*/*', true],
    ['text/plain', false], ['image/png', false], ['application/pdf', false], ['video/webm;codecs="vp8, opus"', false], ['application/octet-stream', false],
  ])) {
    test(`${JSON.stringify(type)} is ${isActive ? 'saved' : 'shown'}`, async () => {
      await worker.bucket.put('files/typed', HTML, { httpMetadata: { contentType: type, contentDisposition: 'inline; filename="a.html"' } });
      for (const url of [worker.sign('files/typed'), `${worker.url}/downloads/here/typed`]) {
        const answer = await fetch(url);
        assert.equal(answer.headers.get('content-disposition'), `${isActive ? 'attachment' : 'inline'}; filename="a.html"`);
        assert.deepEqual(headersOf(answer, ...Object.keys(SAVED)), { ...SAVED, 'content-security-policy': isActive ? 'sandbox' : null });
      }
    });
  }

  test('is saved under the name that is stored with it, or asked for', async () => {
    for (const [stored, expected] of [['attachment; filename="b.html"', 'attachment; filename="b.html"'], ['form-data; name="b"', 'attachment; name="b"'], ['attachment; filename="ü"', 'attachment'], [undefined, 'attachment']]) {
      await worker.bucket.put('files/named', HTML, { httpMetadata: { contentType: 'text/html', contentDisposition: stored } });
      assert.equal((await fetch(worker.sign('files/named'))).headers.get('content-disposition'), expected);
    }
    assert.equal((await fetch(worker.sign('files/named', { query: { 'response-content-disposition': 'inline' } }))).headers.get('content-disposition'), 'attachment');
  });

  test('is also one whose link says so', async () => {
    const answer = await fetch(worker.sign('files/picture.png', { query: { 'response-content-type': 'text/html' } }));
    assert.deepEqual(headersOf(answer, 'content-type', ...Object.keys(SAVED)), { 'content-type': 'text/html', ...SAVED });
  });

  test('is shown if the rule allows it', async () => {
    const answer = await fetch(`${worker.url}/downloads/pages/page.html`);
    assert.deepEqual(headersOf(answer, 'content-disposition', ...Object.keys(SAVED)), { 'content-disposition': null, 'content-security-policy': null, 'x-content-type-options': 'nosniff' });
    const { headers } = await worker.fetch('/downloads/pages/page.html');
    const another = (headers.get('location') ?? '').replace('page.html', 'picture.svg');
    assert.equal((await fetch(another)).status, 403);
  });

  test('runs no script in Chromium, unless the rule allows it', CHROMIUM, async () => {
    const chromium = await browser();
    try {
      const page = await chromium.newPage();
      for (const rule of ['file', 'here']) {
        for (const key of ['page.html', 'picture.svg']) {
          const download = page.waitForEvent('download');
          await page.goto(`${worker.url}/downloads/${rule}/${key}`).catch(() => undefined);
          assert.equal((await download).suggestedFilename(), key);
        }
      }
      await page.goto(`${worker.url}/downloads/pages/page.html`);
      assert.equal(await page.title(), 'a script ran');
      await page.setContent(`<iframe src="${worker.url}/downloads/here/page.html"></iframe><img src="${worker.url}/downloads/here/picture.svg">`);
      for (const frame of page.frames()) assert.notEqual(await frame.title(), 'a script ran');
    } finally {
      await chromium.close();
    }
  });
});

describe('an answer with the object itself', () => {
  const STAFF = { authorization: `Bearer ${SECRETS.STAFF_TOKEN}` };
  /** @type {Worker} */
  let worker;
  before(async () => {
    worker = await start();
    await worker.archive.put('staff/plan.txt', TEXT, { httpMetadata: { contentType: 'text/plain', cacheControl: 'public, max-age=31536000', cacheExpiry: new Date('2044-12-01') } });
    await worker.bucket.put('files/note.txt', TEXT);
  });
  after(() => worker?.stop());

  test('goes to a caller who may, and needs no credentials of the bucket', async () => {
    const answer = await worker.fetch('/downloads/staff/plan.txt', { headers: STAFF });
    assert.deepEqual([answer.status, await answer.text()], [200, TEXT]);
    const without = await worker.fetch('/downloads/staff/plan.txt');
    assert.deepEqual([without.status, (await without.json()).code], [401, 'MissingAuthenticationToken']);
    const wrong = await worker.fetch('/downloads/staff/plan.txt', { headers: { authorization: 'Bearer another-token' } });
    assert.equal(wrong.status, 401);
  });

  test('is kept by no shared cache, whatever is stored, and by the browser only for a window', async () => {
    const asked = await worker.fetch('/downloads/staff/plan.txt', { headers: STAFF });
    assert.deepEqual(headersOf(asked, 'cache-control', 'expires'), { 'cache-control': 'private, no-cache', expires: null });
    assert.match(asked.headers.get('vary') ?? '', /Authorization, Cookie/);
    assert.equal((await worker.fetch('/downloads/kept/note.txt')).headers.get('cache-control'), 'private, max-age=3600');
    const known = await worker.fetch('/downloads/staff/plan.txt', { headers: { ...STAFF, 'if-none-match': asked.headers.get('etag') ?? '' } });
    assert.deepEqual([known.status, known.headers.get('cache-control')], [304, 'private, no-cache']);
    const stranger = await worker.fetch('/downloads/staff/plan.txt', { headers: { 'if-none-match': asked.headers.get('etag') ?? '' } });
    assert.equal(stranger.status, 401);
  });

  test('is saved under a name', async () => {
    const answer = await worker.fetch('/downloads/here/note.txt?download=list.txt');
    assert.equal(answer.headers.get('content-disposition'), 'attachment; filename="list.txt"');
  });

  test('is no link: there are none for many paths either', async () => {
    const many = await worker.fetch('/downloads/here', { method: 'POST', body: JSON.stringify({ paths: ['note.txt'] }) });
    assert.deepEqual([many.status, many.headers.get('allow')], [405, 'GET, HEAD, OPTIONS']);
    const json = await worker.fetch('/downloads/here/note.txt', { headers: { accept: 'application/json' } });
    assert.equal(await json.text(), TEXT);
    for (const method of ['GET', 'HEAD']) assert.ok((await fetch(sign(`${worker.url}/files/archive/staff/plan.txt`, { method }), { method })).status === 404);
  });

  test('can be read by pages of the rule', async () => {
    const answer = await worker.fetch('/downloads/here/note.txt', { headers: { origin: ORIGIN } });
    assert.equal(answer.headers.get('access-control-allow-origin'), ORIGIN);
    assert.match(answer.headers.get('access-control-expose-headers') ?? '', /Content-Range/);
    assert.equal((await worker.fetch('/downloads/here/note.txt', { headers: { origin: 'https://evil.example' } })).status, 403);
  });

  test('does not come without the binding: 503, and /healthz names it', async () => {
    const worker = await startWorker({ vars: VARS, secrets: SECRETS, env: { MEDIA: ENV.MEDIA } });
    try {
      const answer = await worker.fetch('/downloads/staff/plan.txt', { headers: STAFF });
      assert.deepEqual([answer.status, (await answer.json()).code], [503, 'ServiceUnavailable']);
      const health = await worker.fetch('/healthz');
      assert.deepEqual([health.status, /ARCHIVE/.test(await health.text())], [503, true]);
    } finally {
      await worker.stop();
    }
  });
});

describe('a recording of 200 MB', () => {
  const SECONDS = 1_134;
  const MIB = 2 ** 20;
  /** @type {Worker} */
  let worker;
  /** @type {Buffer} */
  let file;
  before(async () => {
    file = wave(SECONDS);
    assert.ok(file.length > 200_000_000);
    worker = await start({ port: await freePort() });
    await worker.bucket.put('files/film.wav', file, { httpMetadata: { contentType: 'audio/wav' } });
    await worker.restart(); // the local R2 takes much memory to store it
  });
  after(() => worker?.stop());

  test('is sent without being kept in memory, also to several clients, slow ones and those that leave', { skip: process.platform !== 'linux' && 'reads /proc' }, async () => {
    const url = worker.sign('files/film.wav');
    await (await fetch(url, { headers: { range: 'bytes=0-99' } })).arrayBuffer();
    const before = await memory();
    const most = await mostMemory(async () => {
      const whole = [1, 2, 3].map(async () => {
        const hash = createHash('sha256');
        for await (const chunk of /** @type {any} */ ((await fetch(url)).body)) hash.update(chunk);
        assert.equal(hash.digest('hex'), createHash('sha256').update(file).digest('hex'));
      });
      const leaving = Array.from({ length: 20 }, async () => {
        const reader = (await fetch(url)).body?.getReader();
        await reader?.read();
        await sleep(500);
        await reader?.cancel();
      });
      await Promise.all([...whole, ...leaving]);
    });
    assert.ok(most - before < 64 * MIB, `${Math.round((most - before) / MIB)} MiB more`);
  });

  test('is played by Chromium from wherever the visitor seeks to', CHROMIUM, async () => {
    const chromium = await browser();
    try {
      const page = await chromium.newPage();
      /** @type {[status: number, range: string | undefined][]} */
      const answers = [];
      page.on('response', (response) => void (response.url().includes('/files/media/') && answers.push([response.status(), response.request().headers().range])));
      const { headers } = await worker.fetch('/downloads/file/film.wav');
      const url = headers.get('location') ?? '';
      await page.goto(`${worker.url}/healthz`);
      await page.setContent(`<video controls muted preload="metadata" src="${url.replaceAll('&', '&amp;')}"></video>`);
      const played = await page.evaluate(async () => {
        const video = /** @type {HTMLVideoElement} */ (document.querySelector('video'));
        const once = (/** @type {string} */ name) => new Promise((resolve, reject) => {
          video.addEventListener(name, resolve, { once: true });
          video.addEventListener('error', () => reject(new Error(video.error?.message)), { once: true });
        });
        if (video.readyState < 1) await once('loadedmetadata');
        const places = [];
        for (const place of [1_000, 20, 700]) {
          const seeked = once('seeked');
          video.currentTime = place;
          await seeked;
          const moved = once('timeupdate');
          await video.play();
          await moved;
          video.pause();
          places.push([video.readyState >= 2, Math.abs(video.currentTime - place) < 5]);
        }
        return { duration: Math.round(video.duration), places };
      });
      assert.deepEqual(played, { duration: SECONDS, places: [[true, true], [true, true], [true, true]] });
      const starts = answers.filter(([status]) => status === 206).map(([, range]) => Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1]));
      assert.ok(starts.some((start) => start > offsetOf(950)), JSON.stringify(answers));
      assert.ok(answers.every(([status]) => status === 206 || status === 200));
    } finally {
      await chromium.close();
    }
  });

  test('has the same bytes in every range', async () => {
    const url = worker.sign('files/film.wav');
    for (const second of [0, 1, 567, SECONDS - 1]) {
      const [first, last] = [offsetOf(second) - 3, Math.min(offsetOf(second + 1) + 3, file.length - 1)];
      const answer = await fetch(url, { headers: { range: `bytes=${first}-${last}` } });
      assert.ok(Buffer.from(await answer.arrayBuffer()).equals(file.subarray(first, last + 1)), `${second}`);
    }
  });
});

describe('REDbot', () => {
  for (const way of WAYS) {
    test(`finds that ${way === 'link' ? 'a link' : 'an answer'} supports conditions and ranges`, REDBOT, async () => {
      const worker = await start();
      try {
        await worker.bucket.put('files/note.txt', `${TEXT} `.repeat(1_000), { httpMetadata: { contentType: 'text/plain; charset=utf-8' } });
        const program = `${await venv('redbot')}/redbot`;
        const { stdout } = await promisify(execFile)(program, ['-o', 'text', urlOf(worker, way, 'note.txt')], { timeout: 60_000 });
        for (const note of [
          'The Content-Length header is correct.',
          'If-Modified-Since conditional requests are supported.',
          'If-None-Match conditional requests are supported.',
          'A ranged request returned the correct partial content.',
          "This response instructs browsers not to 'sniff' its media type.",
          'This response allows only private caches to store it.',
        ]) assert.ok(stdout.includes(note), `${note}\n${stdout}`);
      } finally {
        await worker.stop();
      }
    });
  }
});
