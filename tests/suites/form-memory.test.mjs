/** @file The memory of forms that are being received: it grows with what arrives, is bounded, and is given back in every way a form ends. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { FormBody } from '../../src/js/forms/form_body.mjs';
import { Memory } from '../../src/js/forms/memory.mjs';
import { open } from '../../src/js/forms/sinks.mjs';
import { writeObject } from '../../src/js/forms/write_object.mjs';

const [KIB, MIB] = [2 ** 10, 2 ** 20];

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

before(() => {
  // The platform's stream of a known length. That it checks the length is tested in workerd.
  Object.assign(globalThis, { FixedLengthStream: class extends TransformStream {
    constructor() {
      super();
    }
  } });
});

describe('the memory of a form', () => {
  test('does not depend on the size that it announces', async () => {
    const memory = new Memory();
    const forms = /** @type {unknown[]} */ ([]);
    const used = await allocated(async () => {
      for (let i = 0; i < 100; i += 1) {
        const share = memory.open();
        const body = new FormBody(bodyOf(Buffer.alloc(1_000)), share);
        const head = await body.readHead(20_480);
        assert.equal(head?.length, 1_000);
        const sink = await open(fakeBucket(), plan(5 * MIB), share);
        await sink.write(Buffer.alloc(500));
        forms.push(body, sink);
      }
    });
    assert.ok(used < 100 * 20 * KIB, `100 forms that sent 1,000 bytes each take ${used} bytes`);
    assert.ok(memory.bytes < 100 * 20 * KIB && memory.bytes > 100 * 1_000, `${memory.bytes} bytes are counted`);
    assert.equal(forms.length, 200);
  });

  test('that waits for its first byte is one small buffer', async () => {
    const memory = new Memory();
    const forms = /** @type {unknown[]} */ ([]);
    const used = await allocated(async () => {
      for (let i = 0; i < 100; i += 1) {
        const body = new FormBody(bodyOf(new Promise(() => {})), memory.open());
        forms.push(body, body.readHead(20_480));
      }
    });
    assert.ok(used < 100 * 8 * KIB, `100 forms that sent nothing take ${used} bytes`);
  });

  test('is at most twice what it sent, and 8 KiB, at any time', async () => {
    const memory = new Memory();
    const share = memory.open();
    let sent = 0;
    const body = new FormBody(bodyOf(Buffer.alloc(3 * MIB), (bytes) => {
      assert.ok(memory.bytes <= 2 * sent + 8 * KIB, `${memory.bytes} bytes are held after ${sent} were sent`);
      sent += bytes;
    }), share);
    /** @type {Uint8Array} */
    let window = (await body.readHead(20_480)) ?? new Uint8Array();
    body.takeHead();
    const sink = await open(fakeBucket(), plan(4 * MIB), share);
    while (window.length > 0) {
      await sink.write(window);
      window = await body.next(new Uint8Array());
    }
    assert.equal(sent, 3 * MIB);
    assert.ok(memory.bytes < 3 * MIB + 128 * KIB, 'the buffers are small beside the file');
  });

  test('is the end of a file that is sent in two parts, and no more', async () => {
    const memory = new Memory();
    const share = memory.open();
    const bucket = fakeBucket();
    const sink = await open(bucket, plan(8 * MIB, 20_480), share);
    const file = Buffer.alloc(8 * MIB, Uint8Array.from({ length: 251 }, (_, i) => i));
    for (let at = 0; at < file.length - 1; at += MIB) {
      await sink.write(file.subarray(at, Math.min(at + MIB, file.length - 1)));
      assert.ok(memory.bytes <= 20_481, `${memory.bytes} bytes`);
    }
    await sink.finish(file.subarray(-1));
    assert.deepEqual([bucket.parts[0].length, bucket.parts[1].length], [8 * MIB - 20_481, 20_481]);
    assert.ok(Buffer.concat(bucket.parts).equals(file));
  });
});

test('a held file is stored byte for byte, and given back while R2 reads it', async () => {
  const memory = new Memory();
  const share = memory.open();
  const bucket = fakeBucket((/** @type {number} */ read) => assert.ok(memory.bytes <= 2 * MIB - read + 200 * KIB, `${memory.bytes} bytes are held, R2 has read ${read}`));
  const sink = await open(bucket, plan(5 * MIB), share);
  const file = Buffer.alloc(2 * MIB, Uint8Array.from({ length: 251 }, (_, i) => i));
  for (let at = 0; at < 2 * MIB - 64 * KIB; at += 64 * KIB) await sink.write(file.subarray(at, at + 64 * KIB));
  assert.equal(memory.bytes, 2 * MIB - 64 * KIB);
  await sink.finish(file.subarray(-64 * KIB));
  assert.ok(Buffer.concat(bucket.parts).equals(file));
  assert.equal(memory.bytes, 0);
});

test('if R2 fails once it has all of a file, nobody knows whether it is stored; before that, it is not', async () => {
  /** @param {number} sent @param {string} message @param {number} [of] */
  const outcome = async (sent, message, of = sent) => {
    const whole = fakeBucket();
    const put = async (/** @type {string} */ key, /** @type {any} */ value) => {
      if (of > sent) {
        await value.cancel();
        throw new Error(message);
      }
      await whole.put(key, value);
      throw new Error(message);
    };
    const share = new Memory().open();
    const body = new FormBody(bodyOf(Buffer.alloc(sent)), share);
    const file = { ...plan(of), binding: 'BUCKET', exactBytes: of, minBytes: of, maxBytes: of, delimiter: null, digests: [], fileStart: 0 };
    const options = { ...file.options, sha256: 'a' };
    return (await writeObject({ BUCKET: { put } }, { ...file, options }, body, /** @type {any} */ (null))).outcome;
  };
  for (const message of ['put: We encountered an internal error. Please try again. (10001)', 'Network connection lost.']) {
    assert.equal(await outcome(1_000, message), 'unknown', message);
  }
  assert.equal(await outcome(1_000, 'put: The SHA-256 checksum does not match. (10037)'), 'sha256');
  assert.equal(await outcome(100_000, 'put: Internal error. (10001)', 200_000), 'not stored');
});

describe('beyond the limit', () => {
  test('a form is refused, and the others go on', async () => {
    const memory = new Memory(10 * MIB);
    const [first, second] = [await holding(memory, 6 * MIB), memory.open()];
    const sink = await open(fakeBucket(), plan(5 * MIB), second);
    await assert.rejects(async () => void (await write(sink, 5 * MIB)), { message: 'busy' });
    second.end();
    assert.equal(memory.bytes, 6 * MIB);
    await write(first.sink, 1 * MIB);
    first.share.end();
    await holding(memory, 10 * MIB);
  });

  test('a head of more than one buffer is refused, and a short one is read', async () => {
    const memory = new Memory(1 * MIB);
    await holding(memory, 1 * MIB);
    const long = new FormBody(bodyOf(Buffer.alloc(9_000)), memory.open());
    assert.equal(await long.readHead(20_480), undefined);
    await long.drain(MIB);
    const short = new FormBody(bodyOf(Buffer.alloc(3_000)), memory.open());
    assert.equal((await short.readHead(20_480))?.length, 3_000);
    await short.drain(MIB);
    assert.equal(memory.bytes, MIB);
  });

  test('a form that streams goes on with a smaller buffer', async () => {
    const memory = new Memory(1 * MIB);
    await holding(memory, 1 * MIB);
    const body = new FormBody(bodyOf(Buffer.alloc(500_000)), memory.open());
    let total = (await body.readHead(3_000))?.length ?? 0;
    body.takeHead();
    for (let read = await body.next(new Uint8Array()); read.length > 0; read = await body.next(new Uint8Array())) total += read.length;
    assert.equal(total, 500_000);
  });

  test('forms from which nothing has arrived for a while give way, the longest idle first', async () => {
    let now = 0;
    const memory = new Memory(10 * MIB, () => now);
    const [first, second] = [await holding(memory, 4 * MIB), (now = 1_000, await holding(memory, 4 * MIB))];
    now = 10_500; // the first one is idle for 10.5 s, the second one for 9.5 s
    const third = await holding(memory, 5 * MIB);
    assert.equal(memory.bytes, 9 * MIB, 'one of them is enough');
    await assert.rejects(async () => void (await first.sink.write(Buffer.alloc(1))), { message: 'busy' });
    await second.sink.write(Buffer.alloc(1));
    await third.sink.write(Buffer.alloc(1));
    await assert.rejects(holding(memory, 2 * MIB), { message: 'busy' }, 'nobody else is idle');
  });

  test('a form that gave way stores nothing', async () => {
    let now = 0;
    const memory = new Memory(10 * MIB, () => now);
    const first = await holding(memory, 6 * MIB);
    now = 60_000;
    await holding(memory, 6 * MIB);
    await assert.rejects(async () => void (await first.sink.finish(Buffer.alloc(1))), { message: 'busy' });
    assert.equal(first.bucket.puts, 0);
  });
});

describe('a form that stalls', () => {
  for (const [title, begin] of /** @type {const} */ ([['in its head', inHead], ['while it streams', whileStreaming]])) {
    test(`${title} gives way to another form after a while`, async () => {
      let now = 0;
      const memory = new Memory(MIB, () => now);
      const stalled = await filled(memory, begin);
      now = 9_000;
      assert.equal(await new FormBody(bodyOf(Buffer.alloc(20_000)), memory.open()).readHead(20_480), undefined, 'nobody is idle yet');
      now = 3_600_000;
      const next = new FormBody(bodyOf(Buffer.alloc(20_000)), memory.open());
      assert.equal((await next.readHead(20_480))?.length, 20_000);
      await sleep(1);
      const gone = stalled.filter(({ outcome }) => outcome);
      assert.ok(gone.length > 0 && gone.length < 10, `${gone.length} of ${stalled.length} gave way`);
      for (const { outcome, cancelled } of gone) assert.deepEqual([outcome, cancelled > 0], ['busy', true]);
      assert.ok(memory.bytes <= MIB);
    });
  }

  test('and gave way reads nothing more', async () => {
    let now = 0;
    const memory = new Memory(MIB, () => now);
    const stalled = await filled(memory, inHead);
    now = 60_000;
    await holding(memory, MIB / 2);
    await sleep(1);
    const gone = stalled.filter(({ outcome }) => outcome);
    assert.ok(gone.length > 10);
    const { reads } = gone[0];
    await gone[0].body.drain(MIB);
    assert.equal(gone[0].reads, reads);
  });

  test('gives its memory back once it is collected', async () => {
    const memory = new Memory();
    for (let i = 0; i < 20; i += 1) void new FormBody(bodyOf(new Promise(() => {})), memory.open()).readHead(20_480);
    assert.ok(memory.bytes > 0);
    await collected(memory);
    assert.equal(memory.bytes, 0);
  });
});

test('a form that makes progress does not give way, however long it lasts', async () => {
  let now = 0;
  const memory = new Memory(MIB, () => now);
  const body = new FormBody(bodyOf(Buffer.alloc(3 * MIB), () => (now += 9_000)), memory.open());
  await body.readHead(20_480);
  body.takeHead();
  for (let i = 0; i < 30; i += 1) await body.next(new Uint8Array());
  await assert.rejects(holding(memory, MIB), { message: 'busy' });
  assert.ok((await body.next(new Uint8Array())).length > 0);
});

test('a form that waits for R2 does not give way', async () => {
  let now = 0;
  const memory = new Memory(MIB, () => now);
  const body = new FormBody(bodyOf(Buffer.alloc(MIB)), memory.open());
  await body.readHead(20_480);
  body.takeHead();
  await body.next(new Uint8Array());
  now = 60_000;
  await assert.rejects(holding(memory, MIB), { message: 'busy' });
  assert.ok((await body.next(new Uint8Array())).length > 0);
});

describe('more forms than an instance receives at once', () => {
  const [MAX_FORMS, TRIED] = [2_048, 5_000];

  test('are refused before they take memory', async () => {
    const memory = new Memory();
    const forms = Array.from({ length: TRIED }, () => stalling(memory, 0));
    const heads = forms.map(({ body }) => body.readHead(20_480));
    assert.ok(memory.bytes <= MAX_FORMS * 4 * KIB, `${memory.bytes} bytes`);
    assert.deepEqual(await Promise.all(heads.slice(MAX_FORMS)), Array(TRIED - MAX_FORMS).fill(undefined));
    await forms[TRIED - 1].body.drain(MIB);
    assert.deepEqual([forms[TRIED - 1].reads, forms[TRIED - 1].cancelled], [0, 1]);
    forms[0].body.share.end();
    assert.equal((await new FormBody(bodyOf(Buffer.alloc(9)), memory.open()).readHead(20_480))?.length, 9, 'the next one has a place');
  });

  test('push out those that are idle, the longest idle first', async () => {
    let now = 0;
    const memory = new Memory(undefined, () => now);
    const forms = Array.from({ length: MAX_FORMS }, (_, i) => ((now = i), stalling(memory, 0)));
    const heads = forms.map(({ body }, i) => ((now = i), body.readHead(20_480)));
    now = 10_000;
    assert.equal((await new FormBody(bodyOf(Buffer.alloc(9)), memory.open()).readHead(20_480))?.length, 9);
    assert.equal(await heads[0], undefined);
    assert.ok(forms[0].cancelled > 0);
    assert.equal(await Promise.race([heads[1], sleep(5, 'pending')]), 'pending');
    assert.equal(await new FormBody(bodyOf(Buffer.alloc(9)), memory.open()).readHead(20_480), undefined, 'nobody else is idle');
  });

  test('take a bounded amount of memory beyond the limit', async () => {
    const memory = new Memory(0);
    const forms = Array.from({ length: TRIED }, () => stalling(memory, 4_000_000));
    for (const { body } of forms) {
      if (!(await body.readHead(3_000))) continue;
      body.takeHead();
      const window = await body.next(new Uint8Array());
      await body.rest(window, 20_480).catch(() => {});
    }
    assert.ok(memory.bytes <= MAX_FORMS * 8_448, `${memory.bytes} bytes`);
  });
});

test('a form whose head cannot be read gives its memory back at once', async () => {
  const memory = new Memory();
  const lost = Promise.reject(new Error('Network connection lost.'));
  await assert.rejects(new FormBody(bodyOf(lost), memory.open()).readHead(20_480), { message: 'Network connection lost.' });
  assert.equal(memory.bytes, 0);
});

test('a form that the platform dropped gives its memory back once it is collected', async () => {
  const memory = new Memory();
  for (let i = 0; i < 20; i += 1) void holding(memory, 1 * MIB).then(({ sink }) => new Promise(() => sink));
  await sleep(10);
  await collected(memory);
  assert.equal(memory.bytes, 0);
});

test('a form is ended once, however often', async () => {
  const memory = new Memory();
  const { share } = await holding(memory, 1 * MIB);
  await holding(memory, 1 * MIB);
  share.end();
  share.end();
  assert.equal(memory.bytes, 1 * MIB);
});

/**
 * Starts a form that holds a part of its file.
 *
 * @param {Memory} memory
 * @param {number} bytes
 */
async function holding(memory, bytes) {
  const [share, bucket] = [memory.open(), fakeBucket()];
  const sink = await open(bucket, plan(5 * MIB), share);
  await write(sink, bytes);
  return { share, sink, bucket };
}

/**
 * A form whose body stalls after this many bytes, and what is known of it.
 *
 * @param {Memory} memory
 * @param {number} bytes
 */
function stalling(memory, bytes) {
  let at = 0;
  const form = { body: /** @type {any} */ (undefined), outcome: /** @type {string | undefined} */ (undefined), reads: 0, cancelled: 0 };
  const readAtLeast = async (/** @type {number} */ least, /** @type {Uint8Array<ArrayBuffer>} */ { buffer, byteOffset }) => {
    form.reads += 1;
    if (at + least > bytes) return new Promise(() => {});
    at += least;
    return { done: false, value: new Uint8Array(structuredClone(buffer, { transfer: [buffer] }), byteOffset, least) };
  };
  const getReader = () => ({ readAtLeast, cancel: async () => void (form.cancelled += 1) });
  form.body = new FormBody(/** @type {any} */ ({ body: { getReader } }), memory.open());
  return form;
}

/** Begins a form that stalls after 12 KiB. @param {Memory} memory */
function inHead(memory) {
  const form = stalling(memory, 12 * KIB);
  void form.body.readHead(20_480).then((/** @type {unknown} */ head) => (form.outcome = head ? 'read' : 'busy'));
  return form;
}

/** Begins a form that stalls once it streams. @param {Memory} memory */
function whileStreaming(memory) {
  const form = stalling(memory, 200_000);
  const stream = async () => {
    if (!(await form.body.readHead(20_480))) return (form.outcome = 'refused');
    form.body.takeHead();
    for (;;) await form.body.next(new Uint8Array());
  };
  stream().catch(({ message }) => (form.outcome = message));
  return form;
}

/** Begins forms until one of them gets no memory. @param {Memory} memory @param {(memory: Memory) => ReturnType<typeof stalling>} begin */
async function filled(memory, begin) {
  for (const forms = [];;) {
    const form = begin(memory);
    await sleep(0);
    if (form.outcome) {
      await form.body.drain(0);
      return forms;
    }
    forms.push(form);
    assert.ok(forms.length < 500);
  }
}

/** Collects garbage until all forms are ended. @param {Memory} memory */
async function collected(memory) {
  for (let i = 0; i < 50 && memory.bytes > 0; i += 1) {
    collectGarbage();
    await sleep(10);
  }
}

/** Writes as the Worker does, 64 KiB at a time. @param {import('../../src/js/forms/sinks.mjs').Sink} sink @param {number} bytes */
async function write(sink, bytes) {
  for (let left = bytes; left > 0; left -= 64 * KIB) await sink.write(new Uint8Array(Math.min(left, 64 * KIB)));
}

/** The plan of a form whose size is not fixed. @param {number} availableBytes @param {number} [maxTail] @returns {any} */
function plan(availableBytes, maxTail = 20_480) {
  return { key: 'k', exactBytes: null, availableBytes, maxTail, options: { onlyIfAbsent: false, httpMetadata: {} } };
}

/**
 * A request with this body, as workerd reads it: `readAtLeast` is its own method.
 *
 * @param {Buffer | Promise<Buffer>} bytes
 * @param {(bytes: number) => void} [onread]
 * @returns {any}
 */
function bodyOf(bytes, onread = () => {}) {
  let at = 0;
  /** @param {number} _least @param {Uint8Array} into */
  const readAtLeast = async (_least, into) => {
    const { buffer, byteOffset, byteLength } = into; // 0 once the buffer is transferred
    const view = new Uint8Array(structuredClone(buffer, { transfer: [buffer] }), byteOffset, byteLength);
    const read = (await bytes).subarray(at, at + view.length);
    onread(read.length);
    at += read.length;
    view.set(read);
    return { done: read.length === 0, value: view.subarray(0, read.length) };
  };
  return { body: { getReader: () => ({ readAtLeast, cancel: async () => {} }) } };
}

/** @param {(read: number) => void} [onread] called with the bytes that were read so far @returns {any} */
function fakeBucket(onread = () => {}) {
  /** @param {ReadableStream<Uint8Array> | Uint8Array} value */
  const read = async (value) => {
    if (value instanceof Uint8Array) return Buffer.from(value);
    let length = 0;
    const chunks = [];
    for await (const chunk of value) {
      length += chunk.length;
      onread(length);
      chunks.push(Buffer.from(chunk));
    }
    return Buffer.concat(chunks);
  };
  const bucket = {
    puts: 0,
    parts: /** @type {Buffer[]} */ ([]),
    async put(/** @type {string} */ _key, /** @type {any} */ value) {
      bucket.puts += 1;
      bucket.parts.push(await read(value));
      return { httpEtag: '"e"' };
    },
    async createMultipartUpload() {
      return {
        async uploadPart(/** @type {number} */ number, /** @type {any} */ value) {
          bucket.parts[number - 1] = await read(value);
        },
        async complete() {
          return { httpEtag: '"e"' };
        },
        async abort() {},
      };
    },
  };
  return bucket;
}

/** Returns how much memory for buffers `work` has allocated and still uses, in bytes. @param {() => Promise<void>} work */
async function allocated(work) {
  collectGarbage();
  const before = process.memoryUsage().arrayBuffers;
  await work();
  collectGarbage();
  return process.memoryUsage().arrayBuffers - before;
}
