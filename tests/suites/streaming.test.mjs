/** @file Forms with files of many sizes, cut off, or racing for one key. The tests check the bucket, not only the response. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { BOUNDARY, encode, send, signedFields } from '../forms/form.mjs';
import { CLOCK, setAhead } from '../servers/clock.mjs';
import { start } from '../servers/worker_for_forms.mjs';

/** @typedef {import('../forms/form.mjs').Change} Change */

const MIB = 2 ** 20;

/** @type {Awaited<ReturnType<typeof start>>} */
let worker;
before(async () => void (worker = await start()));
after(() => worker?.stop());

/** @type {Change} */
const ANY_SIZE = { conditions: [['content-length-range', 0, 100 * MIB]] };
const exactly = (/** @type {number} */ size) => ({ conditions: [['content-length-range', size, size]] });
const IF_NONE_MATCH = { fields: { 'If-None-Match': '*' } };
const withTrailer = (/** @type {Buffer} */ trailer) => (/** @type {Buffer} */ body) => Buffer.concat([body.subarray(0, -4), Buffer.from('\r\n'), trailer]);
const FIELD = Buffer.from('Content-Disposition: form-data; name="submit"\r\n\r\nUpload\r\n--------------------------d74496d66958873e--\r\n');

describe('stores a file byte for byte', () => {
  // Around the limits of the head, of a read and of a part.
  for (const size of [0, 1, 19_000, 20_480, 65_535, 65_536, 65_537, 5 * MIB + 20_400, 5 * MIB + 20_600, 12 * MIB + 1]) {
    for (const [title, change] of /** @type {[string, Change][]} */ ([
      ['with its exact size in the policy', exactly(size)],
      ['with any size in the policy', ANY_SIZE],
      ['with any size in the policy, and fields after it', { ...ANY_SIZE, body: withTrailer(FIELD) }],
      ['with If-None-Match', { ...ANY_SIZE, ...IF_NONE_MATCH }],
      ['without a line end after the form', { ...exactly(size), body: (body) => body.subarray(0, -2) }],
    ])) {
      test(`${size} bytes, ${title}`, async () => {
        const file = randomBytes(size);
        const key = `sizes/${size} ${title}`;
        const answer = await send(worker, key, { ...change, file });
        assert.equal(answer.status, 204, answer.body);
        assert.ok((await worker.stored(key))?.body.equals(file));
      });
    }
  }
});

describe('stores nothing and keeps the existing object', () => {
  for (const size of [1_000, 12 * MIB]) {
    const file = Buffer.alloc(size, 'new');
    for (const [title, code, change] of /** @type {[string, string, Change][]} */ ([
      ['for the final delimiter of another form', 'MalformedPOSTRequest', { ...ANY_SIZE, body: (body) => Buffer.concat([body.subarray(0, -20), Buffer.alloc(20, 'x')]) }],
      ['for the final delimiter of another form, with a fixed size', 'EntityTooLarge', { ...exactly(size), body: (body) => Buffer.concat([body.subarray(0, -20), Buffer.alloc(20, 'x')]) }],
      ['for one byte too many', 'EntityTooLarge', { conditions: [['content-length-range', 0, size - 1]] }],
      ['for one byte too few', 'EntityTooSmall', { conditions: [['content-length-range', size + 1, 100 * MIB]] }],
      ["for another file's CRC-32", 'BadDigest', { ...exactly(size), fields: { 'x-amz-checksum-crc32': 'AAAAAA==' } }],
      ["for another file's SHA-256", 'BadDigest', { ...exactly(size), fields: { 'x-amz-checksum-sha256': Buffer.alloc(32).toString('base64') } }],
      ["for another file's SHA-256, with any size", 'BadDigest', { ...ANY_SIZE, fields: { 'x-amz-checksum-sha256': Buffer.alloc(32).toString('base64') } }],
      ['for more than 20 KB after the file', 'MalformedPOSTRequest', { ...ANY_SIZE, body: withTrailer(Buffer.alloc(21_000, 'y')) }],
    ])) {
      test(`${title}, ${size} bytes`, async () => {
        const key = `kept/${size} ${title}`;
        assert.equal((await send(worker, key, { ...ANY_SIZE, file: Buffer.from('old') })).status, 204);
        const answer = await send(worker, key, { ...change, file });
        assert.match(answer.body, new RegExp(`<Code>${code}</Code>`));
        assert.equal((await worker.stored(key))?.body.toString(), 'old');
      });
    }
  }

  for (const [title, change] of /** @type {[string, Change][]} */ ([
    ['with a fixed size', exactly(3 * MIB)],
    ['with any size', { conditions: [['content-length-range', 0, 100 * MIB]] }],
  ])) {
    for (const size of [3 * MIB, 12 * MIB]) {
      test(`for a connection that is cut off, ${size} bytes ${title}`, async () => {
        const key = `cut/${size} ${title}`;
        assert.equal((await send(worker, key, { ...ANY_SIZE, file: Buffer.from('old') })).status, 204);
        const fixed = change.conditions?.[0];
        const conditions = Array.isArray(fixed) && fixed[1] === fixed[2] ? exactly(size).conditions : change.conditions;
        await cutOff(key, { conditions, file: Buffer.alloc(size) });
        assert.equal((await worker.stored(key))?.body.toString(), 'old');
        assert.equal((await send(worker, key, { ...ANY_SIZE, file: Buffer.from('next') })).status, 204, 'the Worker still works');
      });
    }
  }
});

describe('a form with If-None-Match', () => {
  test('is rejected if the object exists, for any size', async () => {
    for (const size of [10, 12 * MIB]) {
      const file = Buffer.alloc(size, 'first');
      assert.equal((await send(worker, `once/${size}`, { ...exactly(size), ...IF_NONE_MATCH, file })).status, 204);
      const answer = await send(worker, `once/${size}`, { ...exactly(size), ...IF_NONE_MATCH, file: Buffer.alloc(size, 'second') });
      assert.equal(answer.status, 412);
      assert.match(answer.body, /<Code>PreconditionFailed<\/Code>/);
      assert.ok((await worker.stored(`once/${size}`))?.body.equals(file));
    }
  });

  test('succeeds once of ten concurrent times', async () => {
    const files = Array.from({ length: 10 }, (_, i) => Buffer.alloc(200_000, `${i}`));
    const answers = await Promise.all(files.map((file) => send(worker, 'once/race', { ...exactly(200_000), ...IF_NONE_MATCH, file })));
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [204, ...Array(9).fill(412)]);
    const winner = files[answers.findIndex(({ status }) => status === 204)];
    assert.ok((await worker.stored('once/race'))?.body.equals(winner));
  });

  test('must end with its file, if the file is large and its size is not fixed', async () => {
    const answer = await send(worker, 'once/late', { ...ANY_SIZE, ...IF_NONE_MATCH, file: Buffer.alloc(6 * MIB), body: withTrailer(FIELD) });
    assert.match(answer.body, /<Code>MalformedPOSTRequest<\/Code>.*last field/);
    assert.equal(await worker.stored('once/late'), undefined);
  });

  test('is rejected without the field, since its policy requires it', async () => {
    const without = (/** @type {import('../forms/form.mjs').Fields} */ fields) => fields.filter(([name]) => name !== 'If-None-Match');
    const answer = await send(worker, 'once/bent', { ...IF_NONE_MATCH, sent: without });
    assert.match(answer.body, /<Code>AccessDenied<\/Code>/);
  });

  test('is granted by a rule with overwrite = false', async () => {
    const request = { method: 'POST', body: JSON.stringify({ filename: 'a.gif', type: 'image/gif', size: 3 }) };
    const form = /** @type {any} */ (await (await worker.fetch('/uploads/once', request)).json());
    assert.equal(form.fields['If-None-Match'], '*');
    const page = await (await worker.fetch('/uploads/once')).text();
    assert.match(page, /name="If-None-Match" value="\*"/);
  });
});

describe('a page of another site', () => {
  const post = (/** @type {string} */ origin) => send(worker, 'cors/a', { headers: { origin } });

  test('can read the response if a rule of the bucket lists its origin', async () => {
    const { status, headers } = await post('https://www.example.com');
    assert.equal(status, 204);
    assert.equal(headers['access-control-allow-origin'], 'https://www.example.com');
    assert.equal(headers['access-control-expose-headers'], 'ETag, Location, Retry-After, Signpost-Receipt');
    assert.match(String(headers.etag), /^"[0-9a-f]{32}"$/);
    const preflight = await worker.fetch('/forms/media/', { method: 'OPTIONS', headers: { origin: 'https://www.example.com' } });
    assert.deepEqual([preflight.status, preflight.headers.get('access-control-allow-methods')], [204, 'POST']);
  });

  test('can read an error response', async () => {
    const answer = await send(worker, 'cors/b', { headers: { origin: 'https://www.example.com' }, seconds: -1 });
    assert.deepEqual([answer.status, answer.headers['access-control-allow-origin']], [403, 'https://www.example.com']);
  });

  test('cannot read the response if no rule lists its origin, but a form with a valid signature is stored', async () => {
    for (const origin of ['https://evil.example', 'null']) {
      const { status, headers } = await post(origin);
      assert.deepEqual([status, headers['access-control-allow-origin'], headers.vary], [204, undefined, 'Origin']);
      const preflight = await worker.fetch('/forms/media/', { method: 'OPTIONS', headers: { origin } });
      assert.equal(preflight.status, 403);
    }
  });
});

test('only POST is allowed, and only for a bound bucket', async () => {
  for (const [path, method, status, code] of /** @type {const} */ ([
    ['/forms/media/', 'GET', 405, 'MethodNotAllowed'],
    ['/forms/media', 'PUT', 405, 'MethodNotAllowed'],
    ['/forms/', 'POST', 404, 'NoSuchBucket'],
    ['/forms/media/more', 'POST', 404, 'NoSuchBucket'],
  ])) {
    const answer = await worker.fetch(path, { method });
    assert.equal(answer.status, status);
    assert.match(await answer.text(), new RegExp(`<Code>${code}</Code>`));
  }
});

describe('forms whose file is held', () => {
  const [HELD, COUNT] = [2.4 * MIB, 20];

  for (const [title, end] of /** @type {const} */ ([['end', finish], ['are disconnected', disconnect]])) {
    test(`take at most 48 MiB: the next one gets 503 with Retry-After, until the others ${title}`, async () => {
      const begun = await Promise.all(Array.from({ length: COUNT }, (_, i) => begin(worker, `held/${i}`, HELD)));
      const key = `held/next, until the others ${title}`;
      const next = { ...ANY_SIZE, headers: { origin: 'https://www.example.com' }, file: Buffer.alloc(4 * MIB) };
      await until(() => send(worker, 'held/first', next), 503);
      const { status, body, headers } = await send(worker, key, next);
      assert.equal(status, 503, body);
      assert.match(body, /<Code>SlowDown<\/Code>/);
      assert.deepEqual([headers['retry-after'], headers['access-control-allow-origin']], ['5', 'https://www.example.com']);
      assert.equal((await worker.stored(key))?.body.length, undefined);
      assert.equal((await send(worker, 'held/small', { ...ANY_SIZE, file: Buffer.from('small') })).status, 204, 'a small form is stored');
      assert.equal((await send(worker, 'held/fixed', { ...exactly(6 * MIB), file: Buffer.alloc(6 * MIB) })).status, 204, 'a form that streams is stored');
      await Promise.all(begun.map(end));
      assert.equal((await until(() => send(worker, key, next), 204)).status, 204);
    });
  }

  test('give way to another form after 10 s without progress', async () => {
    const clocked = await start({}, undefined, CLOCK);
    try {
      const begun = await Promise.all(Array.from({ length: COUNT }, (_, i) => begin(clocked, `idle/${i}`, HELD)));
      const next = () => send(clocked, 'idle/next', { ...ANY_SIZE, file: Buffer.alloc(4 * MIB) });
      assert.equal((await until(next, 503)).status, 503);
      await setAhead(clocked, 11);
      assert.equal((await next()).status, 204);
      const statuses = await Promise.all(begun.map(async (form) => (await finish(form), form.status)));
      assert.ok(statuses.includes(503), `${statuses}`);
      const stored = await Promise.all(statuses.map(async (_, i) => (await clocked.stored(`idle/${i}`))?.body.length));
      assert.deepEqual(stored, statuses.map((status) => (status === 204 ? BEGUN_FILE.length : undefined)), 'a form that gave way stores nothing');
    } finally {
      await clocked.stop();
    }
  });

  test('take memory for what they sent, not for what they announce', async () => {
    const begun = await Promise.all(Array.from({ length: 100 }, (_, i) => begin(worker, `announced/${i}`, 10_000)));
    assert.equal((await send(worker, 'announced/next', { ...ANY_SIZE, file: Buffer.alloc(4 * MIB) })).status, 204);
    await Promise.all(begun.map(disconnect));
  });
});

describe('forms that stall', () => {
  for (const [title, bytes] of /** @type {const} */ ([['in their head', 12_000], ['while they stream', 300_000]])) {
    test(`${title} are answered 503 once another form needs their memory, although they send nothing more`, async () => {
      const clocked = await start({}, undefined, CLOCK);
      try {
        const stalled = await Promise.all(Array.from({ length: 40 }, (_, i) => begin(clocked, `stalled/${i}`, bytes, exactly(BEGUN_FILE.length))));
        await sleep(2_000); // until the Worker has read them, on a busy machine too
        await setAhead(clocked, 11);
        const held = await Promise.all(Array.from({ length: 21 }, (_, i) => begin(clocked, `stalled/held/${i}`, 2.4 * MIB)));
        const statuses = await Promise.all(stalled.map(({ status }) => Promise.race([status, sleep(5_000, 'no answer')])));
        assert.deepEqual([...new Set(statuses)], [503]);
        assert.equal(await clocked.stored('stalled/0'), undefined);
        await Promise.all([...stalled, ...held].map(disconnect));
        assert.equal((await until(() => send(clocked, 'stalled/next', { ...ANY_SIZE, file: Buffer.alloc(4 * MIB) }), 204)).status, 204);
      } finally {
        await clocked.stop();
      }
    });
  }
});

describe('while R2 fails', () => {
  /** @type {Awaited<ReturnType<typeof start>>} */
  let failing;
  before(async () => void (failing = await start({}, undefined, R2_FAILS)));
  after(() => failing?.stop());

  for (const [title, size] of /** @type {const} */ ([['held', 4 * MIB], ['sent in parts', 6 * MIB]])) {
    test(`a form whose file is ${title} gets 503, and gives its memory back`, async () => {
      for (let i = 0; i < 20; i += 1) {
        const answer = await send(failing, `failing/${i}`, { ...ANY_SIZE, file: Buffer.alloc(size) });
        assert.equal(answer.status, 503, answer.body);
        assert.match(answer.body, /<Code>ServiceUnavailable<\/Code>/);
      }
    });
  }
});

/** Wraps the Worker: its bucket throws. */
const R2_FAILS = `
import worker from './entry.mjs';
const fail = async () => { throw new Error('R2 fails'); };
export default { fetch: (request, env) => worker.fetch(request, { ...env, MEDIA: { put: fail, createMultipartUpload: fail } }) };`;

/** Repeats an action, since the Worker takes its time, until it has this status. @param {() => Promise<{ status: number, body: string }>} act @param {number} status */
async function until(act, status) {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await act();
    if (answer.status === status || attempt === 20) return answer;
    await sleep(200);
  }
}

/** The file of a form that is begun: for a form of any size, it is held. */
const BEGUN_FILE = Buffer.alloc(4.9 * MIB);

/**
 * Begins a form, and sends this much of its file.
 *
 * @param {Awaited<ReturnType<typeof start>>} worker
 * @param {string} key
 * @param {number} bytes
 * @param {Change} [change] otherwise it is for any size
 * @returns {Promise<Begun>}
 *
 * @typedef {{ outgoing: import('node:http').ClientRequest, rest: Buffer[], status: Promise<number | undefined> }} Begun
 */
async function begin(worker, key, bytes, change = ANY_SIZE) {
  const [head, tail] = encode(key, signedFields(worker, key, change), { file: Buffer.from('FILE') }).toString('latin1').split('FILE');
  const length = head.length + BEGUN_FILE.length + tail.length;
  const headers = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, 'content-length': length };
  const outgoing = request(worker.action, { method: 'POST', headers });
  /** @type {Promise<number | undefined>} */
  const status = new Promise((resolve) => {
    outgoing.on('response', (incoming) => (incoming.resume(), resolve(incoming.statusCode))).on('error', () => resolve(undefined));
  });
  outgoing.write(head);
  await new Promise((resolve) => outgoing.write(BEGUN_FILE.subarray(0, bytes), resolve));
  return { outgoing, rest: [BEGUN_FILE.subarray(bytes), Buffer.from(tail)], status };
}

/** Sends the rest of a form. For all of them, there may not be enough memory. @param {Begun} begun */
async function finish({ outgoing, rest, status }) {
  for (const bytes of rest) outgoing.write(bytes);
  outgoing.end();
  assert.ok([204, 503].includes((await status) ?? 0), `${await status}`);
}

/** @param {Begun} begun */
async function disconnect({ outgoing, status }) {
  outgoing.destroy();
  await status;
}

/**
 * Sends half of a form, and closes the connection.
 *
 * @param {string} key
 * @param {Change} change
 */
async function cutOff(key, change) {
  const body = encode(key, signedFields(worker, key, change), change);
  await new Promise((resolve) => {
    const headers = { 'content-type': 'multipart/form-data; boundary=------------------------d74496d66958873e', 'content-length': body.length };
    const outgoing = request(worker.action, { method: 'POST', headers });
    outgoing.on('error', resolve).on('close', resolve);
    outgoing.write(body.subarray(0, body.length / 2), () => setTimeout(() => outgoing.destroy(), 100));
  });
  await sleep(300); // until the Worker notices
}
