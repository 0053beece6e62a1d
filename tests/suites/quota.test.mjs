/** @file Quotas: what each caller may upload in a period. Every way in reserves, and nothing is granted twice. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLOCK, setAhead } from '../servers/clock.mjs';
import { start as startLocalR2 } from '../servers/local-r2.mjs';
import { SECRETS, as, call, eventually, rule, sendForm, sendPart, startCounted, workerd } from '../support/counted.mjs';

/** @typedef {Awaited<ReturnType<typeof startCounted>>} Worker */

const PNG = { type: 'image/png', size: 40 };
const quota = { bytes: '100 B', files: 5, per: 'day' };

/** Asks for more than any quota has, and returns what is left. @param {Worker} worker @param {string} name @param {RequestInit} [init] */
async function left(worker, name, init) {
  const { body } = await call(worker, `/uploads/${name}`, { files: Array(100).fill({ ...PNG, size: 100 }) }, init);
  const refused = body.files.findLast((/** @type {any} */ { error }) => error?.code === 'QuotaExceeded')?.error;
  assert.ok(refused, JSON.stringify(body).slice(0, 300));
  return refused.remaining;
}

describe('a quota', () => {
  const names = ['crowd', 'sizes', 'callers', 'refused', 'period', 'all', 'files_only'];
  /** @type {Worker} */
  let worker;
  before(async () => {
    const uploads = Object.fromEntries(names.map((name) => [name, rule({ quota })]));
    uploads.crowd = rule({ quota: { bytes: '1990 B', files: 300, per: 'day' } });
    uploads.files_only = rule({ quota: { files: 2, per: 'hour' } });
    worker = await startCounted({ uploads, around: CLOCK });
  });
  after(() => worker?.stop());

  test('is not exceeded by 1,000 requests at the same time', async () => {
    const send = () => call(worker, '/uploads/crowd', { ...PNG, size: 10 });
    const answers = await Promise.all(Array.from({ length: 1_000 }, send));
    const granted = answers.filter(({ status }) => status === 200);
    assert.equal(granted.length, 199, 'of 10 bytes each, 1,990 in all');
    const refused = answers.filter(({ status }) => status !== 200);
    assert.ok(refused.every(({ status, body }) => status === 403 && body.code === 'QuotaExceeded'));
    assert.deepEqual(refused.at(-1)?.body.remaining, { bytes: 0, files: 101 });
  });

  test('is refused with what is left, and when the period ends', async () => {
    assert.equal((await call(worker, '/uploads/sizes', { ...PNG, size: 60 })).status, 200);
    const { status, body } = await call(worker, '/uploads/sizes', { ...PNG, size: 41 });
    const day = 86_400_000;
    const resets = new Date(Math.ceil(Date.now() / day) * day).toISOString().replace('.000', '');
    const detail = `This upload is not within your quota: 40 B and 4 files are left until ${resets}.`;
    assert.deepEqual([status, body], [403, { title: 'Forbidden', status: 403, detail, code: 'QuotaExceeded', remaining: { bytes: 40, files: 4 }, resets }]);
    assert.equal((await call(worker, '/uploads/sizes', { ...PNG, size: 40 })).status, 200, 'what is left can be used');
  });

  test('can limit the files only', async () => {
    const statuses = [];
    for (let i = 0; i < 3; i += 1) statuses.push(await call(worker, '/uploads/files_only', { ...PNG, size: 100 }));
    assert.deepEqual(statuses.map(({ status }) => status), [200, 200, 403]);
    assert.deepEqual(statuses[2].body.remaining, { files: 0 });
  });

  test('is that of one caller', async () => {
    assert.equal((await call(worker, '/uploads/callers', { ...PNG, size: 100 })).status, 200);
    assert.equal((await call(worker, '/uploads/callers', PNG)).status, 403);
    assert.equal((await call(worker, '/uploads/callers', PNG, { headers: as('bob') })).status, 200);
  });

  test('is not used by refused requests', async () => {
    for (const [body, status] of /** @type {[object, number][]} */ ([
      [{ ...PNG, type: 'text/html' }, 415],
      [{ ...PNG, size: 101 }, 413],
      [{ ...PNG, size: 0 }, 400],
      [{ ...PNG, checksum: 'sha256-' }, 400],
      [{ ...PNG, more: 1 }, 400],
    ])) assert.equal((await call(worker, '/uploads/refused', body)).status, status);
    assert.equal((await call(worker, '/uploads/refused', PNG, { headers: { authorization: 'Bearer wrong' } })).status, 401);
    assert.equal((await call(worker, '/uploads/refused', PNG, { headers: { origin: 'https://other.example.com' } })).status, 403);
    const { body } = await call(worker, '/uploads/refused', { files: [PNG, { ...PNG, type: 'text/html' }, { ...PNG, size: 60 }] });
    assert.deepEqual(body.files.map((/** @type {any} */ { error }) => error?.code), [undefined, 'UnsupportedMediaType', undefined]);
  });

  test('of several files, grants those that are within it', async () => {
    const { status, body } = await call(worker, '/uploads/all', { files: [{ ...PNG, size: 90 }, PNG, { ...PNG, size: 10 }] });
    assert.equal(status, 200);
    assert.deepEqual(body.files.map((/** @type {any} */ { error }) => error?.code), [undefined, 'QuotaExceeded', undefined]);
    assert.deepEqual(body.files[1].error.remaining, { bytes: 0, files: 3 });
    assert.match(body.files[1].error.resets, /^\d{4}-\d\d-\d\dT00:00:00Z$/);
  });

  test('begins anew with the period', async () => {
    assert.equal((await call(worker, '/uploads/period', { ...PNG, size: 100 })).status, 200);
    assert.equal((await call(worker, '/uploads/period', PNG)).status, 403);
    await setAhead(worker, 86_400);
    try {
      assert.equal((await call(worker, '/uploads/period', PNG)).status, 200);
    } finally {
      await setAhead(worker, 0);
    }
  });
});

describe('every way to a grant reserves', () => {
  const CALLS = `export default {
    async fetch(request, env) {
      const { method, args } = await request.json();
      return Response.json(await env.SIGNPOST[method](...args));
    },
  };`;
  const env = { SIGNPOST: { type: 'worker', worker: 'signpost', exportName: 'Signpost' } };
  /** @type {Worker} */
  let worker;
  /** The ways, each with a rule of its own whose quota is two files: a request, and the code in the answer beyond the quota. @type {Record<string, { ask: (path: string) => Promise<{ status: number, body: any }>, code?: (body: any) => string, more?: object }>} */
  const WAYS = {
    one: { ask: (path) => call(worker, path, PNG) },
    put: { ask: (path) => call(worker, path, { ...PNG, method: 'PUT' }) },
    many: { ask: (path) => call(worker, path, { files: [PNG] }), code: ({ files }) => files[0].error?.code },
    parts: { ask: (path) => call(worker, `${path}/multipart`, PNG) },
    page: { ask: (path) => call(worker, path) },
    companion: { ask: (path) => call(worker, `${path}/s3/params?filename=a.png&type=image/png&metadata[size]=40`) },
    companion_any_size: { ask: (path) => call(worker, `${path}/s3/params?filename=a.png&type=image/png`) },
    companion_parts: { ask: (path) => call(worker, `${path}/s3/multipart`, { filename: 'a.png', type: 'image/png', metadata: { size: 40 } }) },
    sign_request: { ask: (path) => call(worker, `${path}/sign-request`, { method: 'PUT', key: 'a.png', contentType: 'image/png', size: 40 }) },
    sign_request_parts: { ask: (path) => call(worker, `${path}/sign-request`, { method: 'POST', key: 'a.png', contentType: 'image/png', size: 40 }) },
    better_upload: { ask: (path) => call(worker, `${path}/better-upload`, { files: [{ name: 'a.png', size: 40, type: 'image/png' }] }), code: ({ error }) => error?.code, more: { multipart: false } },
    better_upload_parts: {
      ask: (path) => call(worker, `${path}/better-upload`, { files: [{ name: 'a.png', size: 33 * 2 ** 20, type: 'image/png' }] }),
      code: ({ error }) => error?.code,
      more: { max_size: '40 MiB' },
    },
    rpc: {
      ask: async (path) => {
        const calls = /** @type {any} */ (await worker.miniflare.getWorker('calls'));
        const answer = await calls.fetch('http://calls/', { method: 'POST', body: JSON.stringify({ method: 'upload', args: [path.split('/')[2], PNG, { name: 'ada' }] }) });
        const { problem, ...body } = await answer.json();
        return { status: problem?.status ?? 200, body: problem ?? body };
      },
    },
  };
  before(async () => {
    const uploads = Object.entries(WAYS).map(([name, { more }]) => [name, rule({ uploaders: true, multipart: true, quota: { files: 2, per: 'day' }, ...more })]);
    worker = await startCounted({ uploads: Object.fromEntries(uploads), others: { calls: { source: CALLS, env } } });
  });
  after(() => worker?.stop());

  for (const [name, { ask, code = (/** @type {any} */ body) => body.code }] of Object.entries(WAYS)) {
    test(name, async () => {
      const answers = [];
      for (let i = 0; i < 3; i += 1) answers.push(await ask(`/uploads/${name}`));
      const shown = JSON.stringify(answers).slice(0, 1_000);
      assert.deepEqual(answers.map(({ body }) => code(body)), [undefined, undefined, 'QuotaExceeded'], shown);
      assert.deepEqual(answers.map(({ status }) => status), name === 'many' ? [200, 200, 200] : [200, 200, 403], shown);
    });
  }
});

describe('a reservation', () => {
  let fails = false;
  const one = { bytes: '100 B', files: 1, per: 'day' };
  const confirmed = { multipart: true, uploaders: true, confirm: true, delete_mismatched: true, quota };
  /** @type {Worker} */
  let worker;
  before(async () => {
    /** @type {Record<string, unknown>} */
    const uploads = Object.fromEntries(['aborted', 'completed', 'refused', 'unknown', 'better'].map((name) => [name, rule({ multipart: true, uploaders: true, quota: one })]));
    for (const name of ['settled', 'deleted', 'counted']) uploads[name] = rule(confirmed);
    uploads.better = rule({ multipart: true, uploaders: true, max_size: '40 MiB', quota: { files: 2, per: 'day' } });
    worker = await startCounted({ uploads, around: CLOCK, s3: (request) => s3(request) });
  });
  after(() => worker?.stop());

  /** The object that the bucket has, if it is asked. @type {{ size: number, type: string } | undefined} */
  let object;
  const s3 = (/** @type {Request} */ { method, url }) => {
    if (fails && new URL(url).searchParams.has('uploadId') && method === 'POST') return new Response('<Error><Code>InvalidPart</Code></Error>', { status: 400 });
    if (fails && method === 'POST') return new Response('<Error><Code>SlowDown</Code></Error>', { status: 503 });
    if (method !== 'HEAD' || !object) return undefined;
    const date = new Date(Date.now() + 1_000 * ahead).toUTCString();
    return new Response(null, { headers: { 'content-length': String(object.size), 'content-type': object.type, etag: '"e"', date, 'last-modified': date } });
  };
  let ahead = 0;
  const parts = { parts: [{ partNumber: 1, etag: '"e"' }] };

  test('of an aborted upload in parts is given back', async () => {
    const { body } = await call(worker, '/uploads/aborted/multipart', PNG);
    assert.equal((await call(worker, '/uploads/aborted/multipart', PNG)).status, 403);
    assert.equal((await call(worker, `/uploads/aborted/multipart/${body.uploadId}`, undefined, { method: 'DELETE' })).status, 204);
    assert.equal((await call(worker, '/uploads/aborted/multipart', PNG)).status, 200);
  });

  test('of a completed upload in parts counts, however often it is completed', async () => {
    const { body } = await call(worker, '/uploads/completed/multipart', PNG);
    for (let i = 0; i < 2; i += 1) assert.equal((await call(worker, `/uploads/completed/multipart/${body.uploadId}`, parts)).status, 200);
    assert.deepEqual(await left(worker, 'completed'), { bytes: 60, files: 0 });
    assert.equal((await call(worker, `/uploads/completed/multipart/${body.uploadId}`, undefined, { method: 'DELETE' })).status, 204);
    assert.deepEqual(await left(worker, 'completed'), { bytes: 60, files: 0 });
  });

  test('is given back if the bucket does not begin the upload, and kept if it does not complete it', async () => {
    fails = true;
    try {
      assert.equal((await call(worker, '/uploads/refused/multipart', PNG)).status, 503);
      const files = Array(2).fill({ name: 'a.png', size: 33 * 2 ** 20, type: 'image/png' });
      assert.equal((await call(worker, '/uploads/better/better-upload', { files })).status, 503);
      fails = false;
      assert.equal((await call(worker, '/uploads/better/better-upload', { files })).status, 200);
      const { body } = await call(worker, '/uploads/refused/multipart', PNG);
      fails = true;
      assert.equal((await call(worker, `/uploads/refused/multipart/${body.uploadId}`, parts)).status, 400);
      assert.deepEqual(await left(worker, 'refused'), { bytes: 60, files: 0 });
    } finally {
      fails = false;
    }
  });

  /** Requests a form for a file of unknown size. @param {string} name */
  async function anySize(name) {
    const { status, body } = await call(worker, `/uploads/${name}/s3/params?filename=a.png&type=image/png`);
    assert.equal(status, 200);
    return body.confirm;
  }

  const until = async (/** @type {number} */ seconds, /** @type {() => Promise<void>} */ run) => {
    await setAhead(worker, (ahead = seconds));
    try {
      await run();
    } finally {
      object = undefined;
      await setAhead(worker, (ahead = 0));
    }
  };

  test('counts the size that a confirmation finds, once the form has expired', async () => {
    const state = await anySize('settled');
    object = { size: 7, type: 'image/png' };
    assert.equal((await call(worker, '/uploads/settled/confirm', { confirm: state })).status, 200);
    assert.deepEqual((await left(worker, 'settled')).bytes, 0, 'the form can still be sent with another file');
    await until(601, async () => {
      object = { size: 7, type: 'image/png' };
      assert.equal((await call(worker, '/uploads/settled/confirm', { confirm: state })).status, 200);
      assert.deepEqual(await left(worker, 'settled'), { bytes: 93, files: 4 });
    });
  });

  test('is given back if the object was deleted, once the form has expired', async () => {
    const state = await anySize('deleted');
    await until(601, async () => {
      object = { size: 101, type: 'image/png' };
      const { status, body } = await call(worker, '/uploads/deleted/confirm', { confirm: state });
      assert.deepEqual([status, body.code], [409, 'UploadMismatch']);
      assert.match(body.detail, /deleted/);
      assert.deepEqual((await call(worker, '/uploads/deleted', { ...PNG, size: 100 })).status, 200);
    });
  });

  test('of a form that nobody confirms counts until the period ends', async () => {
    await anySize('counted');
    await until(3_600, async () => assert.equal((await left(worker, 'counted')).bytes, 0));
    await until(2 * 86_400, async () => assert.equal((await call(worker, '/uploads/counted', PNG)).status, 200));
  });
});

describe('a form that the Worker itself receives', () => {
  /** @type {Worker} */
  let worker;
  before(async () => {
    const names = ['settled', 'again', 'broken', 'cut', 'expired', 'removed', 'stripped', 'racing', 'logged', 'put', 'parts'];
    const uploads = Object.fromEntries(names.map((name) => [name, rule({ bucket: 'bound', uploaders: true, max_size: '2 MiB', quota: { bytes: '2 MiB', files: 5, per: 'day' } })]));
    uploads.parts = rule({ bucket: 'bound', multipart: true, quota });
    worker = await startCounted({ uploads, around: CLOCK });
  });
  after(() => worker?.stop());

  const MIB = 2 ** 20;
  /** Requests a form for a file of unknown size, at most 2 MiB. @param {string} name */
  async function form(name) {
    const { status, body } = await call(worker, `/uploads/${name}/s3/params?filename=a.png&type=image/png`);
    assert.equal(status, 200, JSON.stringify(body));
    return /** @type {{ url: string, fields: Record<string, string>, key: string }} */ ({ ...body, key: body.fields.key });
  }
  /** @param {string} name */
  const bytes = async (name) => {
    const { body } = await call(worker, `/uploads/${name}`, { ...PNG, size: 2 * MIB });
    assert.equal(body.code, 'QuotaExceeded', JSON.stringify(body));
    return body.remaining.bytes;
  };

  test('counts the size of its file', async () => {
    const signed = await form('settled');
    assert.equal(await bytes('settled'), 0);
    assert.equal((await sendForm(signed, 1_000)).status, 201);
    assert.equal(await bytes('settled'), 2 * MIB - 1_000);
    assert.equal((await worker.objects.head(signed.key)).size, 1_000);
    assert.deepEqual((await worker.objects.head(signed.key)).customMetadata, {}, 'nothing of the grant is stored');
  });

  test('counts again if it is sent again, and is refused beyond the quota', async () => {
    const signed = await form('again');
    assert.equal((await sendForm(signed, MIB)).status, 201);
    assert.equal((await sendForm(signed, 3)).status, 201);
    const { status, code, body } = await sendForm(signed, MIB);
    assert.deepEqual([status, code], [403, 'QuotaExceeded']);
    assert.match(body, /1048573 B and 3 files are left until/);
    assert.equal((await worker.objects.head(signed.key)).size, 3);
  });

  test('counts nothing if its file is refused', async () => {
    const signed = await form('broken');
    assert.equal((await sendForm(signed, 2 * MIB + 1)).code, 'EntityTooLarge');
    assert.equal((await sendForm(signed, 0)).code, 'EntityTooSmall');
    assert.equal((await sendForm({ ...signed, fields: { ...signed.fields, 'Content-Type': 'text/html' } }, 1)).code, 'AccessDenied');
    assert.equal((await sendForm(signed, MIB)).status, 201, 'the reservation is as before');
    assert.equal(await bytes('broken'), MIB);
  });

  test('leaves no trace of its state or of a secret in the log', async () => {
    const signed = await form('logged');
    await sendForm(signed, 1);
    await eventually(async () => worker.logs.some((line) => line.includes('"rule":"forms/bound"')));
    for (const line of worker.logs) assert.ok(!line.includes('marked-') && !line.includes(signed.fields['x-amz-signpost'].slice(10)), line);
  });

  test('counts nothing if the client disconnects', async () => {
    const signed = await form('cut');
    await sendPart(signed, MIB);
    assert.equal(await bytes('cut'), 0, 'it is still reserved for the form');
    await eventually(async () => (await sendForm(signed, MIB)).status === 201);
    assert.equal(await bytes('cut'), MIB);
  });

  test('gives its reservation back if it never arrives', async () => {
    const signed = await form('expired');
    await setAhead(worker, 600 + 301);
    try {
      assert.equal((await sendForm(signed, 1)).code, 'AccessDenied');
      assert.equal((await call(worker, '/uploads/expired', { ...PNG, size: 2 * MIB })).status, 200);
    } finally {
      await setAhead(worker, 0);
    }
  });

  test('cannot be sent without what it counts against, or with that of another form', async () => {
    const [signed, other] = [await form('stripped'), await form('removed')];
    const { 'x-amz-signpost': state, ...fields } = signed.fields;
    assert.ok(state.startsWith('stripped.'));
    for (const changed of [fields, { ...fields, 'x-amz-signpost': other.fields['x-amz-signpost'] }, { ...fields, 'x-ignore-signpost': state }]) {
      assert.equal((await sendForm({ ...signed, fields: changed }, 1)).code, 'AccessDenied');
    }
    assert.equal(await worker.objects.head(signed.key), null);
  });

  test('can be a PUT to the Worker, which counts as well', async () => {
    const { body } = await call(worker, '/uploads/put', { ...PNG, method: 'PUT', size: MIB });
    const send = async () => (await fetch(body.url, { method: 'PUT', headers: body.headers, body: Buffer.alloc(MIB) })).status;
    assert.deepEqual([await send(), await send(), await send()], [200, 200, 403]);
    assert.equal(await bytes('put'), 0);
  });

  test('counts once for each time that it is sent, even at the same time', async () => {
    const signed = await form('racing');
    const answers = await Promise.all(Array.from({ length: 20 }, () => sendForm(signed, MIB)));
    const stored = answers.filter(({ status }) => status === 201).length;
    assert.ok(stored >= 1 && stored <= 2, `${stored} of 2 MiB`);
    assert.ok(answers.every(({ status, code }) => status === 201 || (status === 403 && code === 'QuotaExceeded')), JSON.stringify(answers.map(({ status, code }) => [status, code])));
    assert.equal(await bytes('racing'), (2 - stored) * MIB);
  });

  test('is not what counts where a bound bucket receives parts itself', async () => {
    assert.equal((await call(worker, '/uploads/parts/multipart', { ...PNG, size: 100 })).status, 200);
    assert.equal((await call(worker, '/uploads/parts', PNG)).status, 403);
  });
});

describe('without the Durable Object', () => {
  /** @type {Worker} */
  let worker;
  before(async () => void (worker = await startCounted({ uploads: { some: rule({ quota, multipart: true }), bound: rule({ quota, bucket: 'bound' }), none: rule() }, state: false })));
  after(() => worker?.stop());

  test('a rule with a quota is closed, and says what is missing', async () => {
    for (const path of ['/uploads/some', '/uploads/some/multipart', '/uploads/bound']) {
      const { status, body } = await call(worker, path, PNG);
      assert.deepEqual([status, body.code], [503, 'ServiceUnavailable']);
      assert.match(body.detail, /\[\[durable_objects\.bindings\]\].*SIGNPOST_STATE.*new_sqlite_classes/);
    }
    assert.equal((await call(worker, '/uploads/some')).status, 503, 'the page too');
    assert.deepEqual(worker.requests, [], 'nothing was sent to the bucket');
    assert.equal((await call(worker, '/uploads/none', PNG)).status, 200);
    const health = await call(worker, '/healthz');
    assert.deepEqual([health.status, health.body.bindings], [503, ['SIGNPOST_STATE']]);
  });
});

describe('under wrangler dev', () => {
  /** @type {Awaited<ReturnType<typeof startLocalR2>>} */
  let server;
  before(async () => {
    const vars = (/** @type {{ endpoint: string, region: string, bucket: string }} */ { endpoint, region, bucket: name }) => ({
      BUCKETS: { media: { provider: 'r2', name, region, endpoint, credentials: 'MEDIA' } },
      CALLERS: { ada: { kind: 'bearer', secret: 'ADA_TOKEN' } },
      UPLOADS: { some: rule({ callers: ['ada'], quota: { files: 10, per: 'day' } }) },
    });
    server = await startLocalR2({ vars, secrets: { ADA_TOKEN: SECRETS.ADA_TOKEN }, state: true });
  });
  after(() => server?.stop());

  test('a quota is not exceeded by requests at the same time, and what is granted can be uploaded', async () => {
    const worker = { fetch: (/** @type {string} */ path, /** @type {RequestInit} */ init = {}) => fetch(server.url + path, init) };
    const answers = await Promise.all(Array.from({ length: 30 }, () => call(worker, '/uploads/some', PNG)));
    const granted = answers.filter(({ status }) => status === 200);
    assert.equal(granted.length, 10, JSON.stringify(answers.map(({ status }) => status)));
    const { url, headers, method } = granted[0].body;
    assert.equal((await fetch(url, { method, headers, body: Buffer.alloc(40) })).status, 200);
  });
});

describe('a killed process', () => {
  test('loses no reservation, and grants none twice', async () => {
    const persist = await mkdtemp(join(tmpdir(), 'quota-'));
    const options = { uploads: { some: rule({ quota: { bytes: '1000 B', files: 200, per: 'day' } }) }, persist };
    let granted = 0;
    const send = async (/** @type {Worker} */ worker) => {
      const answer = await call(worker, '/uploads/some', { ...PNG, size: 10 }).catch(() => ({ status: 0 }));
      if (answer.status === 200) granted += 1;
      return answer.status;
    };
    try {
      for (let round = 0; round < 3; round += 1) {
        const worker = await startCounted(options);
        const sent = Promise.all(Array.from({ length: 60 }, () => send(worker)));
        await sleep(20 + 30 * round);
        const pid = workerd();
        if (round < 2) process.kill(pid, 'SIGKILL');
        const statuses = await sent;
        assert.ok(statuses.every((status) => [0, 200, 403, 500, 503].includes(status)), statuses.join());
        if (round === 2) {
          const { remaining } = (await call(worker, '/uploads/some', { ...PNG, size: 100 })).body;
          const used = remaining ? 1_000 - remaining.bytes : 1_000;
          assert.ok(granted * 10 <= used, `${granted} granted, ${used} bytes used`);
          assert.ok(granted <= 100);
        }
        await worker.stop().catch(() => {});
      }
      assert.ok(granted > 0);
    } finally {
      await rm(persist, { recursive: true });
    }
  });
});
