/** @file PUTs to the Worker itself, for a bound bucket: what is stored, and what is refused. The tests look into the bucket, not only at the answer. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, readdir, readlink } from 'node:fs/promises';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { AwsClient } from 'aws4fetch';
import { needs } from '../needs.mjs';
import { CLOCK, setAhead } from '../servers/clock.mjs';
import { start } from '../servers/worker_for_forms.mjs';
import { startReceiver } from '../servers/receiver.mjs';
import { browser } from '../support/browser.mjs';
import { clientFile } from '../support/client.mjs';
import { FakeServer } from '../servers/fake_server.mjs';
import { execute } from '../support/signpost.mjs';
import { venv } from '../support/venv.mjs';
import { BODY, REFUSED_PUTS, crc, digest, presign, put, sendTo } from '../support/own_put.mjs';

/** @typedef {import('../support/own_put.mjs').Change} Change */
/** @typedef {Awaited<ReturnType<typeof start>>} Worker */

const MIB = 2 ** 20;
const OTHER = Buffer.from(BODY).fill(0, 7, 8);

/** @type {Worker} */
let worker;
before(async () => void (worker = await start()));
after(() => worker?.stop());

const codeOf = (/** @type {{ body: string }} */ { body }) => /<Code>([^<]*)<\/Code>/.exec(body)?.[1];
/** The same as `crc`, for bodies of any size. @param {Buffer} body */
function crcOfLarge(body) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString('base64');
}

/** Asks for an upload. @param {string} rule @param {Record<string, unknown>} file @param {Worker} [to] */
async function grant(rule, file, to = worker) {
  const answer = await to.fetch(`/uploads/${rule}`, { method: 'POST', body: JSON.stringify({ method: 'PUT', filename: 'a.gif', type: 'image/gif', ...file }) });
  return { status: answer.status, ...(await answer.json()) };
}

describe('a signed upload by PUT', () => {
  test('is sent to the Worker itself, and stored with what was granted', async () => {
    const { status, method, url, headers, key } = await grant('any', { size: BODY.length, filename: 'granted.gif' });
    assert.deepEqual([status, method, key], [200, 'PUT', 'forms/granted.gif']);
    assert.ok(url.startsWith(`${worker.url}/files/media/forms/granted.gif?`), url);
    assert.deepEqual(headers, { 'content-length': '256', 'content-type': 'image/gif' });
    const answer = await sendTo(url, BODY, headers);
    assert.deepEqual([answer.status, answer.body], [200, '']);
    assert.equal(answer.headers.etag, `"${createHash('md5').update(BODY).digest('hex')}"`);
    const stored = await worker.stored(key);
    assert.ok(stored?.body.equals(BODY));
    assert.equal(stored?.headers['content-type'], 'image/gif');
  });

  test('fixes the size, the type and the checksum', async () => {
    const checksum = `sha256-${digest('sha256', BODY)}`;
    const { url, headers, key } = await grant('any', { size: BODY.length, checksum, filename: 'fixed.gif' });
    for (const [change, body, code] of /** @type {[Record<string, string | null>, Buffer, string][]} */ ([
      [{ 'content-length': '255' }, BODY.subarray(1), 'SignatureDoesNotMatch'],
      [{ 'content-type': 'text/html' }, BODY, 'SignatureDoesNotMatch'],
      [{ 'content-type': null }, BODY, 'AuthorizationHeaderMalformed'],
      [{ 'x-amz-checksum-sha256': digest('sha256', OTHER) }, OTHER, 'SignatureDoesNotMatch'],
      [{ 'x-amz-checksum-sha256': null }, OTHER, 'AuthorizationHeaderMalformed'],
      [{}, OTHER, 'BadDigest'],
    ])) {
      const answer = await sendTo(url, body, { ...headers, ...change });
      assert.equal(codeOf(answer), code, `${JSON.stringify(change)}: ${answer.body}`);
      assert.equal(await worker.stored(key), undefined);
    }
    assert.equal((await sendTo(url, BODY, headers)).status, 200);
  });

  test('never overwrites with overwrite = false', async () => {
    const { url, headers, key } = await grant('once', { size: 3, filename: 'put.gif' });
    assert.equal(headers['if-none-match'], '*');
    assert.equal((await sendTo(url, Buffer.from('one'), headers)).status, 200);
    const again = await sendTo(url, Buffer.from('two'), headers);
    assert.deepEqual([again.status, codeOf(again)], [412, 'PreconditionFailed']);
    const { 'if-none-match': _, ...without } = headers;
    assert.equal(codeOf(await sendTo(url, Buffer.from('two'), without)), 'AuthorizationHeaderMalformed');
    assert.equal(`${(await worker.stored(key))?.body}`, 'one');
  });

  test('succeeds once of ten concurrent times with overwrite = false', async () => {
    const bodies = Array.from({ length: 10 }, (_, i) => Buffer.alloc(200_000, `${i}`));
    const { url, headers, key } = await grant('once', { size: 200_000, filename: 'race.gif' });
    const statuses = await Promise.all(bodies.map(async (body) => (await sendTo(url, body, headers)).status));
    assert.deepEqual(statuses.toSorted(), [200, ...Array(9).fill(412)]);
    assert.ok((await worker.stored(key))?.body.equals(bodies[statuses.indexOf(200)]));
  });

  test('is what forms = false makes of every upload', async () => {
    const media = { provider: 'r2', name: 'media', region: 'eu-west-1', endpoint: 'https://0a1b.r2.cloudflarestorage.com', credentials: 'MEDIA', binding: 'MEDIA', forms: false };
    const puts = await start({ BUCKETS: { media } });
    try {
      const { url, headers, method, key } = await grant('any', { method: undefined, size: 3, metadata: {} }, puts);
      assert.deepEqual([method, Object.keys(headers)], ['PUT', ['content-length', 'content-type']]);
      assert.equal((await sendTo(url, Buffer.from('abc'), headers)).status, 200);
      assert.equal(`${(await puts.stored(key))?.body}`, 'abc');
      const form = await puts.fetch('/uploads/any');
      assert.equal(form.status, 405, 'there is no form');
    } finally {
      await puts.stop();
    }
  });
});

describe('a PUT that the owner of the secrets signs', () => {
  for (const [title, change, expected] of /** @type {[string, Change, Record<string, string>][]} */ ([
    ['without a type', {}, { 'content-type': 'binary/octet-stream' }],
    ['with a type that is not signed', { headers: { 'content-type': 'image/png' } }, { 'content-type': 'image/png' }],
    ['with signed headers', {
      signedHeaders: { 'content-type': 'text/plain', 'cache-control': 'private,  max-age=60', 'content-disposition': 'attachment; filename="a.txt"', 'content-encoding': 'gzip', 'content-language': 'de', expires: 'Thu, 01 Dec 2044 16:00:00 GMT', 'x-amz-meta-album': 'a  b', 'x-amz-acl': 'private' },
    }, { 'content-type': 'text/plain', 'cache-control': 'private,  max-age=60', 'content-disposition': 'attachment; filename="a.txt"', 'content-encoding': 'gzip', 'content-language': 'de', expires: 'Thu, 01 Dec 2044 16:00:00 GMT', 'x-amz-meta-album': 'a  b' }],
    ['with headers in the query', { query: { 'X-Amz-Meta-Album': 'süd & west', 'x-id': 'PutObject', 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD', 'x-amz-storage-class': 'STANDARD' } }, { 'x-amz-meta-album': 'süd & west' }],
    ['with a Cache-Control of the browser', { headers: { 'cache-control': 'no-cache', pragma: 'no-cache' } }, { 'content-type': 'binary/octet-stream' }],
    ['with a parameter of its own', { query: { 'x-campaign': 'autumn' } }, {}],
  ])) {
    test(`is stored ${title}`, async () => {
      const key = `owner/${title}/ü+%25 (1).bin`;
      const answer = await put(worker, key, BODY, change);
      assert.equal(answer.status, 200, answer.body);
      const stored = await worker.stored(key);
      assert.ok(stored?.body.equals(BODY));
      for (const [name, value] of Object.entries(expected)) assert.equal(stored?.headers[name], value);
      if (!change.signedHeaders) assert.equal(stored?.headers['cache-control'], undefined);
    });
  }

  const CHECKSUMS = { 'content-md5': digest('md5', BODY), 'x-amz-checksum-crc32': crc('crc32', BODY), 'x-amz-checksum-crc32c': crc('crc32c', BODY), 'x-amz-checksum-crc64nvme': crc('crc64nvme', BODY), 'x-amz-checksum-sha1': digest('sha1', BODY), 'x-amz-checksum-sha256': digest('sha256', BODY) };
  for (const [name, value] of Object.entries(CHECKSUMS)) {
    test(`is stored only if ${name} is that of the body`, async () => {
      const key = `checksums/${name}`;
      const headers = { [name]: value };
      const wrong = await put(worker, key, OTHER, { signedHeaders: headers });
      assert.deepEqual([wrong.status, codeOf(wrong)], [400, 'BadDigest'], wrong.body);
      assert.equal(await worker.stored(key), undefined);
      const answer = await put(worker, key, BODY, { signedHeaders: headers });
      assert.equal(answer.status, 200, answer.body);
      assert.equal(answer.headers[name], name === 'content-md5' ? undefined : value);
      assert.ok((await worker.stored(key))?.body.equals(BODY));
      if (name === 'content-md5') return;
      const inQuery = await put(worker, `${key}/query`, OTHER, { query: { ...headers, 'x-amz-sdk-checksum-algorithm': name.slice('x-amz-checksum-'.length).toUpperCase() } });
      assert.equal(codeOf(inQuery), 'BadDigest');
      const unsigned = await put(worker, key, BODY, { headers });
      assert.equal(codeOf(unsigned), 'AccessDenied');
    });
  }

  test('is stored only if x-amz-content-sha256 is the hash of the body', async () => {
    const signedHeaders = { 'x-amz-content-sha256': createHash('sha256').update(BODY).digest('hex') };
    const wrong = await put(worker, 'payload', OTHER, { signedHeaders });
    assert.deepEqual([wrong.status, codeOf(wrong)], [400, 'XAmzContentSHA256Mismatch'], wrong.body);
    assert.equal(await worker.stored('payload'), undefined);
    assert.equal((await put(worker, 'payload', BODY, { signedHeaders })).status, 200);
    const both = { ...signedHeaders, 'x-amz-checksum-sha256': digest('sha256', OTHER) };
    assert.equal(codeOf(await put(worker, 'payload', BODY, { signedHeaders: both })), 'BadDigest');
    assert.equal((await put(worker, 'payload', BODY, { signedHeaders: { ...signedHeaders, 'x-amz-checksum-crc32': crc('crc32', BODY) } })).status, 200);
  });

  /** @type {[string, string, Change][]} */
  const REFUSED = [
    ...REFUSED_PUTS,
    ["the URL of R2's own host", 'SignatureDoesNotMatch', { base: 'http://0a1b.r2.cloudflarestorage.com', url: (url) => url.replace('http://0a1b.r2.cloudflarestorage.com', `${worker.url}/files`) }],
  ];
  for (const [title, code, change] of REFUSED) {
    test(`is refused with ${title}`, async () => {
      const key = `refused/${title}`;
      const answer = await put(worker, key, BODY, change);
      assert.equal(codeOf(answer), code, answer.body);
      assert.match(String(answer.headers['content-type']), /^application\/xml/);
      assert.equal(await worker.stored(key), undefined);
    });
  }

  test('is refused if any character of its URL is another one', async () => {
    const url = presign(worker, 'tampered/a.bin', { signedHeaders: { 'x-amz-meta-a': 'b' }, query: { 'x-amz-meta-c': 'd' } });
    const begin = worker.url.length + '/files/media/'.length;
    const refused = await Promise.all(
      Array.from({ length: url.length - begin }, async (_, i) => {
        const [at, c] = [begin + i, url[begin + i]];
        const other = c === '0' ? '1' : c === 'a' ? 'b' : /[0-9]/.test(c) ? '0' : 'a';
        const changed = url.slice(0, at) + other + url.slice(at + 1);
        const { status } = await sendTo(changed, BODY, { 'content-length': '256', 'x-amz-meta-a': 'b' });
        return { changed, status };
      }),
    );
    for (const { changed, status } of refused) assert.ok(status >= 400 && status < 500, `${status}: ${changed}`);
    for (const query of ['&x=y', '&x-amz-meta-e=f', '&X-Amz-Expires=9', '&', '&=']) {
      const { status } = await sendTo(url + query, BODY, { 'content-length': '256', 'x-amz-meta-a': 'b' });
      assert.equal(status >= 400, true, query);
    }
    assert.equal((await sendTo(url, BODY, { 'content-length': '256', 'x-amz-meta-a': 'b' })).status, 200, 'the URL itself is accepted');
  });

  test('is refused by another method, or for another bucket', async () => {
    for (const method of ['GET', 'HEAD', 'POST', 'DELETE', 'PATCH']) {
      const { status } = await sendTo(presign(worker, 'method'), BODY, {}, method);
      assert.ok([403, 404, 405].includes(status), `${method} ${status}`);
    }
    const withTicket = await put(worker, 'method', BODY, { url: (url) => url.replace('/files/', '/t/ticket/files/') });
    assert.equal(withTicket.status, 404, 'the signature does not cover a ticket');
    assert.equal(await worker.stored('method'), undefined);
    const other = await put(worker, 'a', BODY, { bucket: 'other' });
    assert.deepEqual([other.status, codeOf(other)], [404, 'NoSuchBucket']);
    for (const path of ['', '/', '/media', '/media/']) {
      const { status } = await worker.fetch(`/files${path}`, { method: 'PUT', body: 'x' });
      assert.ok([400, 403, 404].includes(status), `${path} ${status}`);
    }
  });
});

describe('a URL of another signer', async () => {
  const KEY = "peers/a b+c/ü '(1)!*~.txt";
  const BOTO3 = await needs('boto3');

  /** Fails unless the URL stores a body with these headers, and unless a changed one does not. @param {string} url @param {Record<string, string>} headers @param {Record<string, string>} [stored] */
  async function assertStores(url, headers, stored = {}) {
    const key = decodeURIComponent(new URL(url).pathname.replace('/files/media/', ''));
    for (const [name, at] of [['key', url.indexOf('peers') + 1], ['signature', url.search(/X-Amz-Signature=/) + 20]]) {
      const c = url[Number(at)] === '0' ? '1' : '0';
      assert.equal((await sendTo(url.slice(0, Number(at)) + c + url.slice(Number(at) + 1), BODY, headers)).status, 403, `a changed ${name}`);
    }
    const answer = await sendTo(url, BODY, headers);
    assert.equal(answer.status, 200, answer.body);
    const object = await worker.stored(key);
    assert.ok(object?.body.equals(BODY), key);
    for (const [name, value] of Object.entries(stored)) assert.equal(object?.headers[name], value);
  }

  test('is accepted from boto3', BOTO3, async () => {
    const program = [
      'import boto3, json, sys',
      'from botocore.config import Config',
      'job = json.load(sys.stdin)',
      's3 = boto3.client("s3", endpoint_url=job["endpoint"], region_name=job["region"], aws_access_key_id=job["id"], aws_secret_access_key=job["secret"], config=Config(signature_version="s3v4", s3={"addressing_style": "path"}))',
      'sign = lambda **more: s3.generate_presigned_url("put_object", Params={"Bucket": "media", "Key": job["key"], **more}, ExpiresIn=60)',
      'print(json.dumps([sign(), sign(ContentType="text/plain", CacheControl="private", Metadata={"album": "hills"}, ContentLength=256)]))',
    ].join('\n');
    const input = JSON.stringify({ endpoint: `${worker.url}/files`, region: worker.region, id: worker.accessKeyId, secret: worker.secretAccessKey, key: KEY });
    const { stdout, stderr } = await execute(`${await venv('boto3')}/python`, ['-c', program], { input });
    assert.equal(stderr, '');
    const [plain, full] = JSON.parse(stdout);
    await assertStores(plain, {}, { 'content-type': 'binary/octet-stream' });
    await assertStores(plain, { 'content-type': 'text/html' }, { 'content-type': 'text/html' });
    const headers = { 'content-type': 'text/plain', 'cache-control': 'private', 'x-amz-meta-album': 'hills', 'content-length': '256' };
    await assertStores(full, headers, { 'content-type': 'text/plain', 'cache-control': 'private', 'x-amz-meta-album': 'hills' });
    assert.equal((await sendTo(full, BODY.subarray(1), { ...headers, 'content-length': '255' })).status, 403);
    assert.equal((await sendTo(full, BODY, { ...headers, 'x-amz-meta-album': 'mills' })).status, 403);
  });

  test('is accepted from the AWS SDK for JavaScript', async () => {
    const client = (/** @type {object} */ more) => new S3Client({ endpoint: `${worker.url}/files`, forcePathStyle: true, region: worker.region, credentials: worker, ...more });
    const command = new PutObjectCommand({ Bucket: 'media', Key: KEY, ContentType: 'text/plain', Metadata: { album: 'hills' } });
    const url = await getSignedUrl(client({ requestChecksumCalculation: 'WHEN_REQUIRED' }), command, { expiresIn: 60 });
    await assertStores(url, { 'content-type': 'text/plain' }, { 'content-type': 'text/plain', 'x-amz-meta-album': 'hills' });
    // By default it signs the checksum of an empty body: https://github.com/aws/aws-sdk-js-v3/issues/6994
    const ofNothing = await getSignedUrl(client({}), command, { expiresIn: 60 });
    assert.equal(codeOf(await sendTo(ofNothing, BODY, {})), 'BadDigest');
  });

  test('is accepted from aws4fetch', async () => {
    const client = new AwsClient({ ...worker, service: 's3' });
    const target = new URL(`${worker.url}/files/media/peers/${encodeURIComponent('a b+ü.txt')}`);
    target.searchParams.set('X-Amz-Expires', '60');
    const { url } = await client.sign(target.href, { method: 'PUT', aws: { signQuery: true } });
    await assertStores(url, {});
    const { url: withType } = await client.sign(target.href, { method: 'PUT', headers: { 'content-type': 'text/plain', 'content-length': '256' }, aws: { signQuery: true, allHeaders: true } });
    await assertStores(withType, { 'content-type': 'text/plain', 'content-length': '256' }, { 'content-type': 'text/plain' });
    assert.equal((await sendTo(withType, BODY, { 'content-type': 'text/html', 'content-length': '256' })).status, 403);
  });
});

describe('a rule that follows its uploads', () => {
  const ISSUER_KEY = 'a-shared-secret-of-at-least-32-bytes';
  const RULE = { bucket: 'media', callers: ['anyone'], types: ['image/gif'], key: 'followed/{uuid}.{ext}', max_size: '1 MiB', expires: '10 min', confirm: true };

  test('gets a receipt and an event, and the upload can be confirmed', async () => {
    const receiver = await startReceiver();
    const notify = { url: receiver.url, private_address: true };
    const vars = { ISSUER_KEY, WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 's').toString('base64')}`, ISSUER: { url: 'https://files.example.com', keys: ['ISSUER_KEY'] } };
    const following = await start({ UPLOADS: { followed: { ...RULE, notify } }, ...vars });
    try {
      const { url, headers, key, confirm, ...rest } = await grant('followed', { size: BODY.length }, following);
      assert.equal(rest.status, 200, JSON.stringify(rest));
      const answer = await sendTo(url, BODY, headers);
      assert.equal(answer.status, 200, answer.body);
      const receipt = String(answer.headers['signpost-receipt']);
      const claims = JSON.parse(Buffer.from(receipt.split('.')[1], 'base64url').toString());
      assert.deepEqual([claims.key, claims.size, claims.etag], [key, BODY.length, answer.headers.etag]);
      const [webhook] = await receiver.received(1);
      const { data } = JSON.parse(webhook.body);
      assert.deepEqual([data.rule, data.key, data.size, data.type, data.receipt], ['uploads/followed', key, BODY.length, 'image/gif', receipt]);
      const confirmed = await (await following.fetch('/uploads/followed/confirm', { method: 'POST', body: JSON.stringify({ confirm }) })).json();
      assert.deepEqual([confirmed.key, confirmed.size, confirmed.etag], [key, BODY.length, answer.headers.etag]);
      // The state belongs to this URL: it is signed.
      const without = await sendTo(url.replace(/&x-signpost=[^&]*/, ''), BODY, headers);
      assert.equal(codeOf(without), 'SignatureDoesNotMatch');
    } finally {
      await following.stop();
      await receiver.stop();
    }
  });
});

describe('in Chromium', async () => {
  const CHROMIUM = await needs('chromium');

  test("a page of another site uploads with the client's module, with metadata and a checksum", CHROMIUM, async () => {
    const site = await FakeServer.start(({ path = '' }) => {
      if (path.endsWith('.js')) return { headers: { 'content-type': 'text/javascript' }, body: clientFile(path) };
      return { headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>page</title>' };
    });
    const media = { provider: 'r2', name: 'media', region: 'eu-west-1', endpoint: 'https://0a1b.r2.cloudflarestorage.com', credentials: 'MEDIA', binding: 'MEDIA', forms: false };
    const rule = { bucket: 'media', callers: ['anyone'], origins: [site.url], types: ['image/gif'], key: 'pages/{uuid}.{ext}', max_size: '200 MiB', expires: '10 min', metadata: ['album'], overwrite: false };
    const puts = await start({ BUCKETS: { media }, UPLOADS: { page: rule } });
    const chromium = await browser();
    try {
      const page = await chromium.newPage();
      await page.goto(`${site.url}/page`);
      /** @type {{ key: string, progress: number[] }} */
      const { key, progress } = await page.evaluate(async ([module, endpoint]) => {
        const { upload } = await import(module);
        /** @type {number[]} */
        const progress = [];
        const file = new File([new Uint8Array(20_000_000).fill(7)], 'a.gif', { type: 'image/gif' });
        const { key } = await upload(file, { endpoint, rule: 'page', metadata: { album: 'hills' }, onprogress: (/** @type {any} */ { loaded }) => progress.push(loaded) });
        return { key, progress };
      }, [`${site.url}/signpost.js`, puts.url]);
      const stored = await puts.stored(key);
      assert.ok(stored?.body.equals(Buffer.alloc(20_000_000, 7)));
      assert.equal(stored?.headers['content-type'], 'image/gif');
      assert.equal(stored?.headers['x-amz-meta-album'], 'hills');
      assert.ok(progress.at(-1) === 20_000_000, `${progress.at(-1)}`);
    } finally {
      await chromium.close();
      await puts.stop();
      await site.stop();
    }
  });
});

describe('stores a body byte for byte', () => {
  for (const size of [0, 1, 4_096, 65_535, 65_536, 65_537, 5 * MIB + 1, 12 * MIB]) {
    for (const [title, signedHeaders] of /** @type {[string, (body: Buffer) => Record<string, string>][]} */ ([
      ['without a signed length', () => ({})],
      ['with its signed length and CRC-32', (body) => ({ 'content-length': `${body.length}`, 'x-amz-checksum-crc32': crcOfLarge(body) })],
    ])) {
      test(`${size} bytes, ${title}`, async () => {
        const body = randomBytes(size);
        const key = `sizes/${size} ${title}`;
        const answer = await put(worker, key, body, { signedHeaders: signedHeaders(body) });
        assert.equal(answer.status, 200, answer.body);
        assert.ok((await worker.stored(key))?.body.equals(body));
      });
    }
  }

  test('that is compressed, as it is', async () => {
    const body = Buffer.from('1f8b0800000000000003cb48cdc9c907008617b8f705000000', 'hex');
    const signedHeaders = { 'content-encoding': 'gzip' };
    assert.equal((await put(worker, 'gzip', body, { signedHeaders })).status, 200);
    assert.ok((await worker.stored('gzip'))?.body.equals(body));
  });
});

describe('a PUT that ends early', () => {
  for (const size of [100_000, 12 * MIB]) {
    test(`stores nothing and keeps the existing object: ${size} bytes`, async () => {
      const key = `early/${size}`;
      assert.equal((await put(worker, key, BODY)).status, 200);
      await cutOff(presign(worker, key), size);
      assert.ok((await worker.stored(key))?.body.equals(BODY));
      assert.equal((await put(worker, key, OTHER)).status, 200, 'the Worker still works');
    });
  }

  test('with a wrong checksum stores nothing and keeps the existing object', async () => {
    for (const signedHeaders of /** @type {Record<string, string>[]} */ ([{ 'x-amz-checksum-crc32': 'AAAAAA==' }, { 'x-amz-checksum-sha256': Buffer.alloc(32).toString('base64') }])) {
      const key = `early/${Object.keys(signedHeaders)}`;
      assert.equal((await put(worker, key, BODY)).status, 200);
      assert.equal(codeOf(await put(worker, key, Buffer.alloc(9 * MIB, 'x'), { signedHeaders })), 'BadDigest');
      assert.ok((await worker.stored(key))?.body.equals(BODY));
    }
  });
});

test('bodies of 95 MB take no more memory than bodies of 24 MB, four at once', async () => {
  const streaming = await start({}, undefined, R2_READS);
  try {
    const { memory } = await workerd(streaming);
    /** Returns how much memory the Worker takes at most. @param {number} size */
    const peakOf = async (size) => {
      let peak = 0;
      const sampling = setInterval(async () => (peak = Math.max(peak, await memory())), 50);
      const body = Buffer.alloc(size, 'x');
      const signedHeaders = { 'x-amz-checksum-crc32': crcOfLarge(body) };
      const answers = await Promise.all(Array.from({ length: 4 }, (_, i) => put(streaming, `memory/${i}`, body, { signedHeaders })));
      clearInterval(sampling);
      assert.deepEqual(answers.map(({ status, headers }) => [status, headers.etag]), Array(4).fill([200, `"${size}"`]));
      return peak;
    };
    await peakOf(24 * MIB);
    const [small, large] = [await peakOf(24 * MIB), await peakOf(95 * MIB)];
    assert.ok(large - small < 128 * MIB, `${((large - small) / MIB).toFixed(0)} MiB more`);
  } finally {
    await streaming.stop();
  }
});

test('a large body that is refused is answered', async () => {
  const answer = await put(worker, 'large', Buffer.alloc(6 * MIB), { at: Date.now() - 601_000 });
  assert.equal(answer.status, 403);
});

test('a URL expires', async () => {
  const clocked = await start({}, undefined, CLOCK);
  try {
    const url = presign(clocked, 'expires', { expires: 60 });
    assert.equal((await sendTo(url, BODY, {})).status, 200);
    await setAhead(clocked, 61);
    const answer = await sendTo(url, OTHER, {});
    assert.deepEqual([answer.status, codeOf(answer)], [403, 'AccessDenied']);
    assert.ok((await clocked.stored('expires'))?.body.equals(BODY));
  } finally {
    await clocked.stop();
  }
});

describe('a page of another site', () => {
  const from = (/** @type {string} */ origin) => put(worker, 'cors/a', BODY, { headers: { origin } });

  test('can send a PUT and read the answer if a rule of the bucket lists its origin', async () => {
    const { status, headers } = await from('https://www.example.com');
    assert.deepEqual([status, headers['access-control-allow-origin'], headers.vary], [200, 'https://www.example.com', 'Origin']);
    assert.match(String(headers['access-control-expose-headers']), /ETag/);
    const preflight = await worker.fetch('/files/media/cors/a', { method: 'OPTIONS', headers: { origin: 'https://www.example.com', 'access-control-request-method': 'PUT' } });
    assert.equal(preflight.status, 204);
    assert.match(`${preflight.headers.get('access-control-allow-methods')}`, /PUT/);
    assert.equal(preflight.headers.get('access-control-allow-headers'), '*');
    const refused = await put(worker, 'cors/a', BODY, { headers: { origin: 'https://www.example.com' }, at: Date.now() - 601_000 });
    assert.equal(refused.headers['access-control-allow-origin'], 'https://www.example.com');
  });

  test('cannot otherwise', async () => {
    for (const origin of ['https://evil.example', 'null']) {
      const { headers } = await from(origin);
      assert.equal(headers['access-control-allow-origin'], undefined);
      const preflight = await worker.fetch('/files/media/cors/a', { method: 'OPTIONS', headers: { origin } });
      assert.deepEqual([preflight.status, codeOf({ body: await preflight.text() })], [403, 'AccessForbidden']);
    }
  });
});

test('the log has one line for a PUT, without key, query and signature', async () => {
  const before = worker.logs.length;
  await put(worker, 'secret-key-of-the-log', BODY);
  await put(worker, 'secret-key-of-the-log', BODY, { signedHeaders: { 'x-amz-checksum-crc32': 'AAAAAA==' } });
  await sleep(200);
  const lines = worker.logs.slice(before).filter((line) => line.includes('files/media'));
  assert.deepEqual(lines.map((line) => JSON.parse(line)).map(({ rule, outcome, status, code }) => [rule, outcome, status, code]), [['files/media', 'granted', 200, undefined], ['files/media', 'refused', 400, 'BadDigest']]);
  assert.doesNotMatch(worker.logs.join(), /secret-key-of-the-log|X-Amz|AKIDOWN/);
});

/** Sends half of a body, and closes the connection. @param {string} url @param {number} size */
async function cutOff(url, size) {
  await new Promise((resolve) => {
    const outgoing = request(url, { method: 'PUT', headers: { 'content-length': size } });
    outgoing.on('error', resolve).on('close', resolve);
    outgoing.write(Buffer.alloc(size / 2, 'half'), () => setTimeout(() => outgoing.destroy(), 100));
  });
  await sleep(300); // until the Worker notices
}

/** Wraps the Worker: its bucket reads what it gets, and keeps nothing. */
const R2_READS = `
import worker from './entry.mjs';
const put = async (key, stream) => {
  let size = 0;
  for await (const bytes of stream) size += bytes.length;
  return { httpEtag: '"' + size + '"', size, uploaded: new Date() };
};
export default { fetch: (request, env, context) => worker.fetch(request, { ...env, MEDIA: { put } }, context) };`;

/** The process that runs a Worker, found by the port on which it listens. @param {Worker} worker @returns {Promise<{ memory: () => Promise<number> }>} */
async function workerd({ url }) {
  const port = Number(new URL(url).port).toString(16).toUpperCase().padStart(4, '0');
  const sockets = (await readFile('/proc/net/tcp', 'utf8')).split('\n').map((line) => line.trim().split(/\s+/));
  const inode = sockets.find(([, local = '', , state]) => local.endsWith(`:${port}`) && state === '0A')?.[9];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
    const targets = await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')));
    if (!targets.includes(`socket:[${inode}]`)) continue;
    const memory = async () => 1_024 * Number(/^VmRSS:\s*(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''))?.[1] ?? 0);
    return { memory };
  }
  throw new Error(`no process listens at ${url}`);
}
