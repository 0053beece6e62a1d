/** @file What is valid once: tickets, and forms that the Worker itself receives. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLOCK, setAhead } from '../servers/clock.mjs';
import { SECRETS, call, eventually, rule, sendForm, sendPart, startCounted, workerd } from '../support/counted.mjs';

/** @typedef {Awaited<ReturnType<typeof startCounted>>} Worker */

const PNG = { type: 'image/png', size: 40 };
const once = (more = {}) => rule({ callers: ['once'], key: 'files/{uuid}', ...more });

let number = 0;

/** Makes a ticket. @param {string} rule such as `uploads/some` @param {object} [claims] */
function ticket(rule, claims = {}) {
  const part = (/** @type {object} */ json) => Buffer.from(JSON.stringify(json)).toString('base64url');
  const now = Math.floor(Date.now() / 1_000);
  const signed = `${part({ alg: 'HS256' })}.${part({ rule, exp: now + 300, jti: `ticket ${(number += 1)}`, ...claims })}`;
  return `${signed}.${createHmac('sha256', SECRETS.TICKETS).update(signed).digest('base64url')}`;
}

const bearing = (/** @type {string} */ ticket, more = {}) => ({ headers: { authorization: `Bearer ${ticket}`, ...more } });

describe('a ticket that is valid once', () => {
  /** @type {Worker} */
  let worker;
  before(async () => {
    const uploads = {
      some: once({ multipart: true, uploaders: true, confirm: true }),
      bound: once({ bucket: 'bound', types: ['image/png', 'image/gif'] }),
      reusable: once({ callers: ['tickets'] }),
      either: once({ callers: ['once', 'ada'] }),
    };
    worker = await startCounted({ uploads, downloads: { some: { bucket: 'media', callers: ['once'], key: 'files/{path}', expires: '1 min' } }, around: CLOCK });
  });
  after(() => worker?.stop());

  /** Checks that a ticket is used up. @param {{ status: number, body: any }} answer */
  const isUsed = ({ status, body }) => {
    assert.deepEqual([status, body.code], [401, 'InvalidToken'], JSON.stringify(body));
    assert.match(body.detail, /^The token is a ticket that has been used/);
  };
  const upload = (/** @type {string} */ token, body = PNG) => call(worker, '/uploads/some', body, bearing(token));

  test('permits one of 200 requests at the same time', async () => {
    const token = ticket('uploads/some');
    const answers = await Promise.all(Array.from({ length: 200 }, () => upload(token)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    answers.filter(({ status }) => status !== 200).forEach(isUsed);
  });

  for (const [way, path, json] of /** @type {[string, string, object | undefined][]} */ ([
    ['an upload', '/uploads/some', PNG],
    ['several uploads', '/uploads/some', { files: [PNG, PNG] }],
    ['an upload in parts', '/uploads/some/multipart', PNG],
    ['the page with a form', '/uploads/some', undefined],
    ["Companion's protocol", '/uploads/some/s3/params?filename=a.png&type=image/png', undefined],
    ["Uppy's protocol", '/uploads/some/sign-request', { method: 'PUT', key: 'a.png', contentType: 'image/png', size: 40 }],
    ["Better Upload's protocol", '/uploads/some/better-upload', { files: [{ name: 'a.png', size: 40, type: 'image/png' }] }],
    ['a link', '/downloads/some/a.png?json', undefined],
    ['several links', '/downloads/some', { paths: ['a.png'] }],
  ])) {
    test(`is used up by ${way}`, async () => {
      const token = ticket(path.startsWith('/uploads') ? 'uploads/some' : 'downloads/some');
      const send = () => call(worker, path, json, bearing(token));
      assert.equal((await send()).status, 200);
      const { status, body } = await send();
      assert.deepEqual([status, body.code ?? body.error.code], [401, 'InvalidToken']);
    });
  }

  test('is used up in the path too', async () => {
    const token = ticket('downloads/some');
    const send = () => call(worker, `/t/${token}/downloads/some/a.png`, undefined, { headers: {} });
    assert.equal((await send()).status, 302);
    isUsed(await send());
  });

  test('can be presented again for what it has begun', async () => {
    const token = ticket('uploads/some');
    const { body } = await call(worker, '/uploads/some/multipart', PNG, bearing(token));
    const path = `/uploads/some/multipart/${body.uploadId}`;
    assert.equal((await call(worker, `${path}?sign=1`, undefined, bearing(token))).status, 200);
    assert.equal((await call(worker, path, { parts: [{ partNumber: 1, etag: '"e"' }] }, bearing(token))).status, 200);
    isUsed(await call(worker, '/uploads/some/multipart', PNG, bearing(token)));
    const confirmed = ticket('uploads/some');
    const { confirm } = (await upload(confirmed)).body;
    assert.equal((await call(worker, '/uploads/some/confirm', { confirm }, bearing(confirmed))).body.code, 'NoSuchKey', 'the bucket was asked');
  });

  test('is not used up by what comes before a request is admitted', async () => {
    const token = ticket('uploads/some');
    await call(worker, '/uploads/some', undefined, { method: 'OPTIONS', ...bearing(token) });
    assert.equal((await upload(token.slice(0, -3))).status, 401);
    assert.equal((await call(worker, '/uploads/either', PNG, bearing(token))).status, 403, 'it is for another rule');
    assert.equal((await call(worker, '/uploads/some', PNG, bearing(token, { origin: 'https://other.example.com' }))).status, 403);
    assert.equal((await upload(token)).status, 200);
  });

  test('is used up by a request that the rule refuses', async () => {
    const token = ticket('uploads/some');
    assert.equal((await upload(token, { ...PNG, type: 'text/html' })).status, 415);
    isUsed(await upload(token));
  });

  test('is not used up by the page that asks for the type', async () => {
    const token = ticket('uploads/bound');
    const page = (query = '') => call(worker, `/t/${token}/uploads/bound${query}`, undefined, { headers: {} });
    assert.match((await page()).body, /What kind of file/);
    assert.equal((await page('?type=image/gif')).status, 200);
    isUsed(await page('?type=image/gif'));
  });

  test('needs a `jti`', async () => {
    for (const jti of [undefined, '', 7, null, 'x'.repeat(257)]) {
      const { status, body } = await upload(ticket('uploads/some', { jti }));
      assert.deepEqual([status, body.code], [401, 'InvalidToken'], String(jti));
      assert.match(body.detail, /`jti`/);
    }
    assert.equal((await upload(ticket('uploads/some', { jti: 'x'.repeat(256) }))).status, 200);
    assert.equal((await call(worker, '/uploads/reusable', PNG, bearing(ticket('uploads/reusable', { jti: undefined })))).status, 200);
  });

  test('stays used until it expires, and another kind of caller is not affected', async () => {
    const token = ticket('uploads/either');
    const send = (/** @type {RequestInit} */ init) => call(worker, '/uploads/either', PNG, init);
    assert.equal((await send(bearing(token))).status, 200);
    for (const ahead of [1, 300, 330]) {
      await setAhead(worker, ahead);
      isUsed(await send(bearing(token)));
    }
    await setAhead(worker, 400);
    const { body } = await send(bearing(token));
    await setAhead(worker, 0);
    assert.equal(body.code, 'ExpiredToken');
    for (let i = 0; i < 2; i += 1) assert.equal((await send({})).status, 200);
    for (let i = 0; i < 2; i += 1) assert.equal((await call(worker, '/uploads/reusable', PNG, bearing(ticket('uploads/reusable', { jti: 'again' })))).status, 200);
  });

  test('leaves no trace in the log', async () => {
    const token = ticket('uploads/some', { jti: 'marked-id-of-a-ticket' });
    await upload(token);
    await upload(token);
    await eventually(async () => worker.logs.some((line) => line.includes('"token":"used"')));
    for (const line of worker.logs) assert.ok(!line.includes('marked-') && !line.includes(token.split('.')[2]), line);
  });
});

describe('a form that is valid once', () => {
  const MIB = 2 ** 20;
  const bound = { bucket: 'bound', max_size: '2 MiB', uploaders: true, single_use: true };
  /** @type {Worker} */
  let worker;
  before(async () => {
    const uploads = { some: rule(bound), named: rule({ ...bound, key: 'named/{filename}' }), counted: rule({ ...bound, quota: { bytes: '2 MiB', files: 2, per: 'day' } }) };
    worker = await startCounted({ uploads });
  });
  after(() => worker?.stop());

  /** @param {string} name @param {object} [more] */
  async function form(name, more) {
    const { status, body } = await call(worker, `/uploads/${name}`, { ...PNG, ...more });
    assert.equal(status, 200, JSON.stringify(body));
    return /** @type {{ url: string, fields: Record<string, string>, key: string }} */ (body);
  }

  test('stores one file', async () => {
    const signed = await form('some');
    assert.equal((await sendForm(signed, Buffer.alloc(40, 'a'))).status, 204);
    const { status, code, body } = await sendForm(signed, Buffer.alloc(40, 'b'));
    assert.deepEqual([status, code], [403, 'AccessDenied']);
    assert.match(body, /this upload is valid once, and has been used: request another/);
    assert.equal(await (await worker.objects.get(signed.key)).text(), 'a'.repeat(40));
  });

  test('stores one file of 50 that are sent at the same time', async () => {
    const signed = await form('some', { size: MIB });
    const answers = await Promise.all(Array.from({ length: 50 }, () => sendForm(signed, MIB)));
    assert.equal(answers.filter(({ status }) => status === 204).length, 1);
    const others = answers.filter(({ status }) => status !== 204).map(({ status, code }) => `${status} ${code}`);
    assert.ok(others.every((answer) => ['403 AccessDenied', '409 OperationAborted'].includes(answer)), others.join());
  });

  test('stores one file whatever its name', async () => {
    const page = (await call(worker, '/uploads/named')).body;
    const fields = Object.fromEntries([...page.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value.replaceAll('&amp;', '&')]));
    const url = /action="([^"]+)"/.exec(page)?.[1] ?? '';
    assert.equal((await sendForm({ url, fields }, 5)).status, 303);
    assert.equal((await sendForm({ url, fields }, 5)).code, 'AccessDenied');
  });

  test('is not used up by a file that is refused, or by a client that disconnects', async () => {
    const signed = await form('some', { size: MIB });
    assert.equal((await sendForm(signed, MIB - 1)).code, 'EntityTooSmall');
    assert.equal((await sendForm(signed, MIB + 1)).code, 'EntityTooLarge');
    await sendPart(signed, MIB);
    await eventually(async () => (await sendForm(signed, MIB)).status === 204);
    assert.equal((await sendForm(signed, MIB)).code, 'AccessDenied');
  });

  test('cannot be sent without the field that identifies it', async () => {
    const [signed, other] = [await form('some'), await form('some')];
    const { 'x-amz-signpost': state, ...fields } = signed.fields;
    for (const changed of [fields, { ...fields, 'x-amz-signpost': other.fields['x-amz-signpost'] }, { ...fields, 'x-ignore-signpost': state }]) {
      assert.equal((await sendForm({ ...signed, fields: changed }, 40)).code, 'AccessDenied');
    }
    assert.equal((await sendForm(signed, 40)).status, 204);
  });

  /** Sends a PUT to the Worker. @param {{ url: string, headers: Record<string, string> }} put @param {Buffer} file */
  async function sendPut({ url, headers }, file) {
    const answer = await fetch(url, { method: 'PUT', headers, body: /** @type {BodyInit} */ (file) });
    return { status: answer.status, code: /<Code>(\w+)</.exec(await answer.text())?.[1] };
  }

  test('can be a PUT to the Worker, which stores one file too', async () => {
    const put = /** @type {any} */ (await form('some', { method: 'PUT', size: MIB }));
    assert.equal(put.method, 'PUT');
    const { 'content-length': _, ...headers } = put.headers;
    assert.equal((await sendPut({ ...put, headers }, Buffer.alloc(MIB - 1))).status, 403, 'another length than the signed one');
    const without = put.url.replace(/&x-signpost-counted=[^&]*/, '');
    assert.notEqual(without, put.url);
    assert.equal((await sendPut({ ...put, url: without }, Buffer.alloc(MIB))).code, 'SignatureDoesNotMatch');
    const answers = await Promise.all(Array.from({ length: 20 }, () => sendPut(put, Buffer.alloc(MIB))));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1, JSON.stringify(answers));
    assert.equal((await sendPut(put, Buffer.alloc(MIB))).code, 'AccessDenied');
    assert.equal((await worker.objects.head(put.key)).size, MIB);
  });

  test('counts once against a quota', async () => {
    const signed = await form('counted', { size: MIB });
    assert.equal((await sendForm(signed, MIB)).status, 204);
    assert.equal((await sendForm(signed, MIB)).code, 'AccessDenied');
    const { body } = await call(worker, '/uploads/counted', { ...PNG, size: MIB + 1 });
    assert.deepEqual(body.remaining, { bytes: MIB, files: 1 }, 'the second attempt counts nothing');
  });

  test('is refused once its rule is removed', async () => {
    const signed = await form('some');
    const other = await startCounted({ uploads: { other: rule({ bucket: 'bound' }) } });
    try {
      const { code, body } = await sendForm({ ...signed, url: `${other.url}/forms/bound` }, 40);
      assert.equal(code, 'AccessDenied', body);
      assert.match(body, /signed by a rule that this Worker no longer has/);
    } finally {
      await other.stop();
    }
  });
});

describe('without the Durable Object', () => {
  test('what is valid once is closed, and the answer says what is missing', async () => {
    const worker = await startCounted({ uploads: { some: once(), form: rule({ bucket: 'bound', single_use: true }) }, state: false });
    try {
      const { status, body } = await call(worker, '/uploads/some', PNG, bearing(ticket('uploads/some')));
      assert.deepEqual([status, body.code], [503, 'ServiceUnavailable']);
      assert.match(body.detail, /\[\[durable_objects\.bindings\]\].*SIGNPOST_STATE/);
      const signed = (await call(worker, '/uploads/form', PNG)).body;
      const answer = await sendForm(signed, 40);
      assert.deepEqual([answer.status, answer.code], [503, 'ServiceUnavailable']);
      assert.match(answer.body, /\[\[durable_objects\.bindings\]\].*SIGNPOST_STATE/);
      assert.equal(await worker.objects.head(signed.key), null);
    } finally {
      await worker.stop();
    }
  });
});

describe('a killed process', () => {
  test('permits nothing a second time', async () => {
    const persist = await mkdtemp(join(tmpdir(), 'single-use-'));
    const options = { uploads: { some: once(), form: rule({ bucket: 'bound', max_size: '2 MiB', single_use: true }) }, persist };
    try {
      let worker = await startCounted(options);
      const token = ticket('uploads/some');
      const send = () => call(worker, '/uploads/some', PNG, bearing(token)).catch(() => ({ status: 0 }));
      const used = (await call(worker, '/uploads/form', PNG)).body;
      assert.equal((await sendForm(used, 40)).status, 204);
      const arriving = (await call(worker, '/uploads/form', { ...PNG, size: 2 ** 20 })).body;
      const sent = Promise.all(Array.from({ length: 20 }, send));
      const half = sendPart(arriving, 2 ** 20, 500);
      await sleep(200);
      process.kill(workerd(), 'SIGKILL');
      await half;
      const before = (await sent).filter(({ status }) => status === 200).length;
      await worker.stop().catch(() => {});
      worker = await startCounted(options);
      try {
        const after = [await send(), await send()].filter(({ status }) => status === 200).length;
        assert.ok(before + after <= 1, `${before} before, ${after} after`);
        const at = (/** @type {{ url: string, fields: Record<string, string> }} */ form) => ({ ...form, url: `${worker.url}/forms/bound` });
        assert.equal((await sendForm(at(used), 40)).code, 'AccessDenied');
        const again = await sendForm(at(arriving), 2 ** 20);
        assert.deepEqual([again.status, again.code], [409, 'OperationAborted'], 'its file may have been stored');
      } finally {
        await worker.stop();
      }
    } finally {
      await rm(persist, { recursive: true });
    }
  });
});

