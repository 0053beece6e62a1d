/** @file Uploads and downloads against S3 servers that nobody here wrote: what is granted works, and nothing more. */
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
const ASK = { filename: 'hills.png', type: 'image/png', size: PNG.length };

/** Ways to bend a form, and the code with which Amazon refuses them. @type {Record<string, [code: string, bend: (form: Form) => Form]>} */
const BENT_FORMS = {
  'another key': ['AccessDenied', (form) => bend(form, { key: 'pictures/elsewhere.png' })],
  'another type': ['AccessDenied', (form) => bend(form, { 'Content-Type': 'text/html' })],
  'one digit of the signature': [
    'SignatureDoesNotMatch',
    (form) => bend(form, { 'x-amz-signature': changedDigit(form.fields['x-amz-signature']) }),
  ],
  'one letter of the policy': [
    'SignatureDoesNotMatch',
    (form) => bend(form, { policy: form.fields.policy.replace(/^./, (letter) => (letter === 'e' ? 'f' : 'e')) }),
  ],
  'one more field': ['AccessDenied', (form) => bend(form, { 'x-amz-meta-role': 'admin' })],
};

/** @type {typeof BENT_FORMS} */
const ANOTHER_BUCKET = { 'another bucket': ['AccessDenied', (form) => bend(form, { bucket: 'another' })] };

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
    const ask = async (rule, more) => {
      const answer = await worker.fetch(`/uploads/${rule}`, { method: 'POST', body: JSON.stringify({ ...ASK, ...more }) });
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
    const refused = ({ status, body }, code) => {
      assert.ok(status >= 400 && status < 500, `${status} ${body}`);
      if (strict) assert.match(body.toString(), new RegExp(`<Code>${code}</Code>`));
    };

    test('takes a picture by curl, and gives the same bytes back', async () => {
      const form = await ask('picture');
      assert.equal((await post(form, PNG)).status, 204);
      const { status, body } = await get(`${worker.url}/downloads/picture/${form.key.slice('pictures/'.length)}`);
      assert.equal(status, 200);
      assert.ok(PNG.equals(body));
    });

    test('takes metadata and a checksum', async () => {
      const sha256 = Buffer.from(await crypto.subtle.digest('SHA-256', new Uint8Array(PNG))).toString('base64');
      const form = await ask('picture', { metadata: { album: 'hills, 2026' }, checksum: `sha256-${sha256}` });
      assert.equal((await post(form, PNG)).status, 204);
      const answer = await s3(store, 'HEAD', `/${store.bucket}/${form.key}`);
      assert.equal(answer.headers.get('x-amz-meta-album'), 'hills, 2026');
      assert.equal(answer.headers.get('content-type'), 'image/png');
    });

    for (const filename of ['a b+c&d=e%20~.png', 'Zoë "日本" 🦀.png', "it's (1) [2] {3} $4 #5 ;6.png"]) {
      test(`takes and gives back ${filename}`, async () => {
        const form = await ask('named', { filename });
        assert.equal(form.key, `named/${filename}`);
        assert.equal((await post(form, PNG)).status, 204);
        const { status, body } = await get(`${worker.url}/downloads/named/${encodeURIComponent(filename)}`);
        assert.equal(status, 200);
        assert.ok(PNG.equals(body));
      });
    }

    // MinIO's code takes the bucket from the URL, whatever the field says.
    const bends = strict ? { ...BENT_FORMS, ...ANOTHER_BUCKET } : BENT_FORMS;
    for (const [what, [code, bent]] of Object.entries(bends)) {
      test(`refuses ${what}`, async () => {
        const form = await ask('picture');
        const sent = bent(form);
        refused(await post(sent, PNG), code);
        assert.equal(await stored(form.key), undefined);
        assert.equal(await stored(sent.fields.key), undefined);
        assert.equal((await post(form, PNG)).status, 204, 'the form itself is good');
      });
    }

    for (const [what, code, file] of /** @type {const} */ ([
      ['one byte too many', 'EntityTooLarge', Buffer.concat([PNG, Buffer.from('\n')])],
      ['one byte too few', 'EntityTooSmall', PNG.subarray(1)],
    ])) {
      test(`refuses ${what}`, async () => {
        const form = await ask('picture');
        refused(await post(form, file), code);
        assert.equal(await stored(form.key), undefined);
      });
    }

    test('refuses a form and a link after their time', async () => {
      assert.equal((await post(await ask('brief'), PNG)).status, 204);
      await setAhead(worker, -60);
      const [late, url] = [await ask('brief'), await link('brief/late.png')];
      await setAhead(worker, 0);
      refused(await post(late, PNG), 'AccessDenied');
      assert.equal(await stored(late.key), undefined);
      refused(await get(url), 'AccessDenied');
    });

    test('refuses a link with one digit changed, and on another key', async () => {
      const form = await ask('picture');
      assert.equal((await post(form, PNG)).status, 204);
      const url = await link(form.key.replace('pictures/', 'picture/'));
      assert.equal((await get(url)).status, 200);
      refused(await get(changedDigit(url)), 'SignatureDoesNotMatch');
      refused(await get(url.replace(/\.png\?/, '.pnh?')), 'SignatureDoesNotMatch');
      assert.equal((await fetch(url, { method: 'DELETE' })).status, 403);
      assert.ok(PNG.equals((await stored(form.key)) ?? Buffer.alloc(0)));
    });

    test('answers HEAD through a link for HEAD', async () => {
      const form = await ask('picture');
      assert.equal((await post(form, PNG)).status, 204);
      const answer = await fetch(`${worker.url}/downloads/${form.key.replace('pictures/', 'picture/')}`, { method: 'HEAD' });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get('content-length'), String(PNG.length));
    });
  });
}

/** @param {Form} form @param {Record<string, string>} fields @returns {Form} */
function bend(form, fields) {
  return { ...form, fields: { ...form.fields, ...fields } };
}

/** The last digit of a signature is another one. @param {string} text */
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
