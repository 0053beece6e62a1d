/** @file Files on their way: of every size, cut off, racing for one key. What is in the bucket decides, not the answer alone. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { encode, send, signedFields } from '../forms/form.mjs';
import { start } from '../servers/worker_for_forms.mjs';

/** @typedef {import('../forms/form.mjs').Change} Change */

const MIB = 2 ** 20;

/** @type {Awaited<ReturnType<typeof start>>} */
let own;
before(async () => void (own = await start()));
after(() => own?.stop());

/** @type {Change} */
const UP_TO_MUCH = { conditions: [['content-length-range', 0, 100 * MIB]] };
const only = (/** @type {number} */ size) => ({ conditions: [['content-length-range', size, size]] });
const ONCE = { fields: { 'If-None-Match': '*' } };
const behind = (/** @type {Buffer} */ more) => (/** @type {Buffer} */ body) => Buffer.concat([body.subarray(0, -4), Buffer.from('\r\n'), more]);
const FIELD = Buffer.from('Content-Disposition: form-data; name="submit"\r\n\r\nUpload\r\n--------------------------d74496d66958873e--\r\n');

describe('a file arrives byte for byte', () => {
  // Around the sizes at which another way is taken: the head, a read, a part.
  for (const size of [0, 1, 19_000, 20_480, 65_535, 65_536, 65_537, 5 * MIB + 20_400, 5 * MIB + 20_600, 12 * MIB + 1]) {
    for (const [what, more] of /** @type {[string, Change][]} */ ([
      ['of a size that the policy fixes', only(size)],
      ['of any size', UP_TO_MUCH],
      ['of any size, with fields behind it', { ...UP_TO_MUCH, body: behind(FIELD) }],
      ['that must not overwrite', { ...UP_TO_MUCH, ...ONCE }],
      ['without a line end behind it', { ...only(size), body: (body) => body.subarray(0, -2) }],
    ])) {
      test(`${size} bytes, ${what}`, async () => {
        const file = randomBytes(size);
        const key = `sizes/${size} ${what}`;
        const answer = await send(own, key, { ...more, file });
        assert.equal(answer.status, 204, answer.body);
        assert.ok((await own.stored(key))?.body.equals(file));
      });
    }
  }
});

describe('nothing is stored, and what was there stays', () => {
  for (const size of [1_000, 12 * MIB]) {
    const file = Buffer.alloc(size, 'new');
    for (const [what, code, change] of /** @type {[string, string, Change][]} */ ([
      ['an end of another form', 'MalformedPOSTRequest', { ...UP_TO_MUCH, body: (body) => Buffer.concat([body.subarray(0, -20), Buffer.alloc(20, 'x')]) }],
      ['an end of another form, of a size that is known', 'EntityTooLarge', { ...only(size), body: (body) => Buffer.concat([body.subarray(0, -20), Buffer.alloc(20, 'x')]) }],
      ['one byte too many', 'EntityTooLarge', { conditions: [['content-length-range', 0, size - 1]] }],
      ['one byte too few', 'EntityTooSmall', { conditions: [['content-length-range', size + 1, 100 * MIB]] }],
      ["another file's CRC-32", 'BadDigest', { ...only(size), fields: { 'x-amz-checksum-crc32': 'AAAAAA==' } }],
      ["another file's SHA-256", 'BadDigest', { ...only(size), fields: { 'x-amz-checksum-sha256': Buffer.alloc(32).toString('base64') } }],
      ["another file's SHA-256, of any size", 'BadDigest', { ...UP_TO_MUCH, fields: { 'x-amz-checksum-sha256': Buffer.alloc(32).toString('base64') } }],
      ['more than 20 KB behind the file', 'MalformedPOSTRequest', { ...UP_TO_MUCH, body: behind(Buffer.alloc(21_000, 'y')) }],
    ])) {
      test(`${what}, ${size} bytes`, async () => {
        const key = `kept/${size} ${what}`;
        assert.equal((await send(own, key, { ...UP_TO_MUCH, file: Buffer.from('old') })).status, 204);
        const answer = await send(own, key, { ...change, file });
        assert.match(answer.body, new RegExp(`<Code>${code}</Code>`));
        assert.equal((await own.stored(key))?.body.toString(), 'old');
      });
    }
  }

  for (const [what, change] of /** @type {[string, Change][]} */ ([
    ['of a size that the policy fixes', only(3 * MIB)],
    ['of any size', { conditions: [['content-length-range', 0, 100 * MIB]] }],
  ])) {
    for (const size of [3 * MIB, 12 * MIB]) {
      test(`a connection cut off half-way, ${size} bytes ${what}`, async () => {
        const key = `cut/${size} ${what}`;
        assert.equal((await send(own, key, { ...UP_TO_MUCH, file: Buffer.from('old') })).status, 204);
        const fixed = change.conditions?.[0];
        const conditions = Array.isArray(fixed) && fixed[1] === fixed[2] ? only(size).conditions : change.conditions;
        await cutOff(key, { conditions, file: Buffer.alloc(size) });
        assert.equal((await own.stored(key))?.body.toString(), 'old');
        assert.equal((await send(own, key, { ...UP_TO_MUCH, file: Buffer.from('next') })).status, 204, 'the Worker goes on');
      });
    }
  }
});

describe('a form that must not overwrite', () => {
  test('is refused where there is an object, whatever the size', async () => {
    for (const size of [10, 12 * MIB]) {
      const file = Buffer.alloc(size, 'first');
      assert.equal((await send(own, `once/${size}`, { ...only(size), ...ONCE, file })).status, 204);
      const answer = await send(own, `once/${size}`, { ...only(size), ...ONCE, file: Buffer.alloc(size, 'second') });
      assert.equal(answer.status, 412);
      assert.match(answer.body, /<Code>PreconditionFailed<\/Code>/);
      assert.ok((await own.stored(`once/${size}`))?.body.equals(file));
    }
  });

  test('wins once, of ten at the same time', async () => {
    const files = Array.from({ length: 10 }, (_, i) => Buffer.alloc(200_000, `${i}`));
    const answers = await Promise.all(files.map((file) => send(own, 'once/race', { ...only(200_000), ...ONCE, file })));
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [204, ...Array(9).fill(412)]);
    const winner = files[answers.findIndex(({ status }) => status === 204)];
    assert.ok((await own.stored('once/race'))?.body.equals(winner));
  });

  test('has to end with its file, if that is large and of no fixed size', async () => {
    const answer = await send(own, 'once/late', { ...UP_TO_MUCH, ...ONCE, file: Buffer.alloc(6 * MIB), body: behind(FIELD) });
    assert.match(answer.body, /<Code>MalformedPOSTRequest<\/Code>.*last field/);
    assert.equal(await own.stored('once/late'), undefined);
  });

  test('cannot be told from its policy: without the field it is refused', async () => {
    const without = (/** @type {import('../forms/form.mjs').Fields} */ fields) => fields.filter(([name]) => name !== 'If-None-Match');
    const answer = await send(own, 'once/bent', { ...ONCE, sent: without });
    assert.match(answer.body, /<Code>AccessDenied<\/Code>/);
  });

  test('comes from a rule that says overwrite = false', async () => {
    const ask = { method: 'POST', body: JSON.stringify({ filename: 'a.gif', type: 'image/gif', size: 3 }) };
    const form = /** @type {any} */ (await (await own.fetch('/uploads/once', ask)).json());
    assert.equal(form.fields['If-None-Match'], '*');
    const page = await (await own.fetch('/uploads/once')).text();
    assert.match(page, /name="If-None-Match" value="\*"/);
  });
});

describe('pages of other sites', () => {
  const post = (/** @type {string} */ origin) => send(own, 'cors/a', { headers: { origin } });

  test('read the answer, if a rule of the bucket has their origin', async () => {
    const { status, headers } = await post('https://www.example.com');
    assert.equal(status, 204);
    assert.equal(headers['access-control-allow-origin'], 'https://www.example.com');
    assert.equal(headers['access-control-expose-headers'], 'ETag, Location');
    assert.match(String(headers.etag), /^"[0-9a-f]{32}"$/);
    const preflight = await own.fetch('/forms/media/', { method: 'OPTIONS', headers: { origin: 'https://www.example.com' } });
    assert.deepEqual([preflight.status, preflight.headers.get('access-control-allow-methods')], [204, 'POST']);
  });

  test('read a refusal, too', async () => {
    const answer = await send(own, 'cors/b', { headers: { origin: 'https://www.example.com' }, seconds: -1 });
    assert.deepEqual([answer.status, answer.headers['access-control-allow-origin']], [403, 'https://www.example.com']);
  });

  test('may not read, if none has it; a form without a script goes through, since its signature is good', async () => {
    for (const origin of ['https://evil.example', 'null']) {
      const { status, headers } = await post(origin);
      assert.deepEqual([status, headers['access-control-allow-origin'], headers.vary], [204, undefined, 'Origin']);
      const preflight = await own.fetch('/forms/media/', { method: 'OPTIONS', headers: { origin } });
      assert.equal(preflight.status, 403);
    }
  });
});

test('only a POST is answered, and only for a bucket that is bound', async () => {
  for (const [path, method, status, code] of /** @type {const} */ ([
    ['/forms/media/', 'GET', 405, 'MethodNotAllowed'],
    ['/forms/media', 'PUT', 405, 'MethodNotAllowed'],
    ['/forms/', 'POST', 404, 'NoSuchBucket'],
    ['/forms/media/more', 'POST', 404, 'NoSuchBucket'],
  ])) {
    const answer = await own.fetch(path, { method });
    assert.equal(answer.status, status);
    assert.match(await answer.text(), new RegExp(`<Code>${code}</Code>`));
  }
});

/**
 * Sends half of a form, and hangs up.
 *
 * @param {string} key
 * @param {Change} change
 */
async function cutOff(key, change) {
  const body = encode(key, signedFields(own, key, change), change);
  await new Promise((resolve) => {
    const headers = { 'content-type': 'multipart/form-data; boundary=------------------------d74496d66958873e', 'content-length': body.length };
    const outgoing = request(own.action, { method: 'POST', headers });
    outgoing.on('error', resolve).on('close', resolve);
    outgoing.write(body.subarray(0, body.length / 2), () => setTimeout(() => outgoing.destroy(), 100));
  });
  await sleep(300); // for the Worker to notice
}
