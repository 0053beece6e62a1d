/** @file Uploads and downloads with two S3 servers: what is granted works, and nothing else. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { needs } from '../needs.mjs';
import * as juicefs from '../servers/juicefs.mjs';
import * as ministack from '../servers/ministack.mjs';
import { s3 } from '../servers/s3.mjs';
import { CLOCK, setAhead } from '../servers/clock.mjs';
import { start } from '../servers/worker.mjs';
import { picture } from '../support/picture.mjs';
import { get, post } from '../support/transfer.mjs';

/** @typedef {import('../support/transfer.mjs').Form} Form */

const PNG = picture();
const UPLOAD = { filename: 'hills.png', type: 'image/png', size: PNG.length };

/** Changes of a form, and the error code of Amazon for each. @type {Record<string, [code: string, change: (form: Form) => Form]>} */
const CHANGED_FORMS = {
  'another key': ['AccessDenied', (form) => withFields(form, { key: 'pictures/elsewhere.png' })],
  'another type': ['AccessDenied', (form) => withFields(form, { 'Content-Type': 'text/html' })],
  'one digit of the signature': [
    'SignatureDoesNotMatch',
    (form) => withFields(form, { 'x-amz-signature': changedDigit(form.fields['x-amz-signature']) }),
  ],
  'one letter of the policy': [
    'SignatureDoesNotMatch',
    (form) => withFields(form, { policy: form.fields.policy.replace(/^./, (letter) => (letter === 'e' ? 'f' : 'e')) }),
  ],
  'one more field': ['AccessDenied', (form) => withFields(form, { 'x-amz-meta-role': 'admin' })],
};

/** @type {typeof CHANGED_FORMS} */
const ANOTHER_BUCKET = { 'another bucket': ['AccessDenied', (form) => withFields(form, { bucket: 'another' })] };

for (const [name, options, server, strict] of /** @type {const} */ ([
  ['MiniStack', await needs('ministack'), ministack, true],
  ['the JuiceFS gateway', await needs('juicefs'), juicefs, false],
])) {
  describe(name, options, () => {
    /** @type {import('../servers/s3.mjs').S3Server} */
    let store;
    /** @type {Awaited<ReturnType<typeof start>>} */
    let worker;
    before(async () => {
      store = await server.start();
      const secrets = { MEDIA_ACCESS_KEY_ID: store.accessKeyId, MEDIA_SECRET_ACCESS_KEY: store.secretAccessKey };
      worker = await start({ vars: vars(store), secrets, around: CLOCK });
    });
    after(() => Promise.all([worker?.stop(), store?.stop()]));

    /** @param {string} rule @param {object} [more] @returns {Promise<Form>} */
    const grant = async (rule, more) => {
      const answer = await worker.fetch(`/uploads/${rule}`, { method: 'POST', body: JSON.stringify({ ...UPLOAD, ...more }) });
      assert.equal(answer.status, 200);
      return /** @type {Form} */ (await answer.json());
    };
    const stored = async (/** @type {string} */ key) => {
      const answer = await s3(store, 'GET', `/${store.bucket}/${encodeURI(key)}`);
      return answer.status === 404 ? undefined : Buffer.from(await answer.arrayBuffer());
    };
    const link = async (/** @type {string} */ path) => {
      const answer = await worker.fetch(`/downloads/${path}`);
      assert.equal(answer.status, 302);
      return /** @type {string} */ (answer.headers.get('location'));
    };
    /** @param {{ status: number, body: Buffer }} answer @param {string} code */
    const assertRejected = ({ status, body }, code) => {
      assert.ok(status >= 400 && status < 500, `${status} ${body}`);
      if (strict) assert.match(body.toString(), new RegExp(`<Code>${code}</Code>`));
    };

    test('uploads a picture by curl, and downloads the same bytes', async () => {
      const form = await grant('picture');
      assert.equal((await post(form, PNG)).status, 204);
      const { status, body } = await get(`${worker.url}/downloads/picture/${form.key.slice('pictures/'.length)}`);
      assert.equal(status, 200);
      assert.ok(PNG.equals(body));
    });

    test('accepts metadata and a checksum', async () => {
      const sha256 = Buffer.from(await crypto.subtle.digest('SHA-256', new Uint8Array(PNG))).toString('base64');
      const form = await grant('picture', { metadata: { album: 'hills, 2026' }, checksum: `sha256-${sha256}` });
      assert.equal((await post(form, PNG)).status, 204);
      const answer = await s3(store, 'HEAD', `/${store.bucket}/${form.key}`);
      assert.equal(answer.headers.get('x-amz-meta-album'), 'hills, 2026');
      assert.equal(answer.headers.get('content-type'), 'image/png');
    });

    for (const filename of ['a b+c&d=e%20~.png', 'Zoë "日本" 🦀.png', "it's (1) [2] {3} $4 #5 ;6.png"]) {
      test(`uploads and downloads ${filename}`, async () => {
        const form = await grant('named', { filename });
        assert.equal(form.key, `named/${filename}`);
        assert.equal((await post(form, PNG)).status, 204);
        const { status, body } = await get(`${worker.url}/downloads/named/${encodeURIComponent(filename)}`);
        assert.equal(status, 200);
        assert.ok(PNG.equals(body));
      });
    }

    // MinIO's code uses the bucket of the URL and ignores the field.
    const changes = strict ? { ...CHANGED_FORMS, ...ANOTHER_BUCKET } : CHANGED_FORMS;
    for (const [title, [code, change]] of Object.entries(changes)) {
      test(`rejects ${title}`, async () => {
        const form = await grant('picture');
        const sent = change(form);
        assertRejected(await post(sent, PNG), code);
        assert.equal(await stored(form.key), undefined);
        assert.equal(await stored(sent.fields.key), undefined);
        assert.equal((await post(form, PNG)).status, 204, 'the unchanged form is valid');
      });
    }

    for (const [title, code, file] of /** @type {const} */ ([
      ['one byte too many', 'EntityTooLarge', Buffer.concat([PNG, Buffer.from('\n')])],
      ['one byte too few', 'EntityTooSmall', PNG.subarray(1)],
    ])) {
      test(`rejects ${title}`, async () => {
        const form = await grant('picture');
        assertRejected(await post(form, file), code);
        assert.equal(await stored(form.key), undefined);
      });
    }

    test('rejects an expired form and an expired link', async () => {
      assert.equal((await post(await grant('brief'), PNG)).status, 204);
      await setAhead(worker, -60);
      const [late, url] = [await grant('brief'), await link('brief/late.png')];
      await setAhead(worker, 0);
      assertRejected(await post(late, PNG), 'AccessDenied');
      assert.equal(await stored(late.key), undefined);
      assertRejected(await get(url), 'AccessDenied');
    });

    test('rejects a link with a changed digit or another key', async () => {
      const form = await grant('picture');
      assert.equal((await post(form, PNG)).status, 204);
      const url = await link(form.key.replace('pictures/', 'picture/'));
      assert.equal((await get(url)).status, 200);
      assertRejected(await get(changedDigit(url)), 'SignatureDoesNotMatch');
      assertRejected(await get(url.replace(/\.png\?/, '.pnh?')), 'SignatureDoesNotMatch');
      assert.equal((await fetch(url, { method: 'DELETE' })).status, 403);
      assert.ok(PNG.equals((await stored(form.key)) ?? Buffer.alloc(0)));
    });

    test('answers HEAD through the redirect', async () => {
      const form = await grant('picture');
      assert.equal((await post(form, PNG)).status, 204);
      const answer = await fetch(`${worker.url}/downloads/${form.key.replace('pictures/', 'picture/')}`, { method: 'HEAD' });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get('content-length'), String(PNG.length));
    });
  });
}

/** @param {Form} form @param {Record<string, string>} fields @returns {Form} */
function withFields(form, fields) {
  return { ...form, fields: { ...form.fields, ...fields } };
}

/** Changes the last digit of a signature. @param {string} text */
function changedDigit(text) {
  return text.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
}

/** @param {import('../servers/s3.mjs').S3Server} store */
function vars({ endpoint, region, bucket: name }) {
  const bucket = { provider: 'custom', name, region, endpoint, url_style: 'path', forms: true, credentials: 'MEDIA' };
  const upload = { bucket: 'media', callers: ['anyone'], types: ['image/png'], max_size: '1 MiB', expires: '10 min' };
  const download = { bucket: 'media', callers: ['anyone'], expires: '5 min' };
  return {
    BUCKETS: { media: bucket },
    CALLERS: { anyone: { kind: 'anyone' } },
    UPLOADS: {
      picture: { ...upload, key: 'pictures/{uuid}.{ext}', metadata: ['album'] },
      named: { ...upload, key: 'named/{filename}' },
      brief: { ...upload, key: 'brief/{uuid}.{ext}', expires: '30 s' },
    },
    DOWNLOADS: {
      picture: { ...download, key: 'pictures/{path}' },
      named: { ...download, key: 'named/{path}' },
      brief: { ...download, key: 'brief/{path}', expires: '30 s' },
    },
  };
}
