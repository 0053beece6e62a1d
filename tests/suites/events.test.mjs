/** @file Events about stored objects: webhooks to real receivers, the queue with its consumer, and notifications of R2. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { localConfig } from '../../packages/signpost/lib/local-config.mjs';
import { freePort } from '../../scripts/process.mjs';
import { environment, root } from '../../scripts/step.mjs';
import { needs } from '../needs.mjs';
import * as ministack from '../servers/ministack.mjs';
import { startReceiver } from '../servers/receiver.mjs';
import { s3 } from '../servers/s3.mjs';
import { start } from '../servers/worker.mjs';
import { execute } from '../support/signpost.mjs';
import { put } from '../support/transfer.mjs';
import { venv } from '../support/venv.mjs';

const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const KEYS = { MEDIA_ACCESS_KEY_ID: 'AKIDOWNACCESSKEY0001', MEDIA_SECRET_ACCESS_KEY: 'own-secret-access-key-of-a-bucket' };
const MEDIA = { provider: 'r2', name: 'acme-media', endpoint: 'https://0a1b.r2.cloudflarestorage.com', credentials: 'MEDIA', binding: 'MEDIA' };
const TOKEN = 'a-token-of-the-site';
const FILE = randomBytes(1_000);
const ETAG = createHash('md5').update(FILE).digest('hex');
const RULE = { bucket: 'media', callers: ['site'], key: 'avatars/{caller}/{filename}', types: ['image/png'], max_size: '5 MiB', expires: '10 min' };

/** Delays of the consumer are logged, and not waited for. */
const IMPATIENT = `
import worker from './entry.mjs';
const impatient = (message) => ({
  body: message.body, attempts: message.attempts,
  ack: () => (console.log(JSON.stringify({ ack: message.body })), message.ack()),
  retry: (options) => (console.log(JSON.stringify({ retry: options.delaySeconds })), message.retry({ delaySeconds: 0 })),
});
export default { ...worker, queue: (batch, env) => worker.queue({ messages: batch.messages.map(impatient), retryAll: (options) => batch.retryAll(options) }, env) };`;

/** @type {(() => unknown)[]} */
const stops = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** @param {Parameters<typeof startReceiver>[0]} [answer] */
async function receiver(answer) {
  const started = await startReceiver(answer);
  stops.push(started.stop);
  return started;
}

/**
 * Starts the Worker with a bound R2 bucket.
 *
 * @param {Record<string, object>} uploads
 * @param {Partial<Parameters<typeof start>[0]>} [options]
 */
async function worker(uploads, { vars, secrets, env, ...options } = {}) {
  const started = await start({
    vars: { BUCKETS: { media: MEDIA }, CALLERS: { site: { kind: 'bearer', secret: 'SITE_TOKEN' } }, UPLOADS: uploads, ...vars },
    secrets: { ...KEYS, SITE_TOKEN: TOKEN, WEBHOOK_SECRET: SECRET, ...secrets },
    env: { MEDIA: { type: 'r2', name: 'media' }, ...env },
    ...options,
  });
  stops.push(started.stop);
  return started;
}

/**
 * Starts the Worker with a queue that it also consumes.
 *
 * @param {Record<string, object>} uploads
 * @param {{ secrets?: Record<string, string>, consumer?: object, others?: Parameters<typeof start>[0]['others'], vars?: Record<string, unknown> }} [options]
 */
async function workerWithQueue(uploads, { consumer = {}, ...options } = {}) {
  const triggers = [{ type: 'queue', name: 'events', maxBatchTimeout: 0, ...consumer }];
  const started = await worker(uploads, { ...options, env: { EVENTS: { type: 'queue', name: 'events' } }, triggers, around: IMPATIENT });
  const queue = await started.miniflare.getQueueProducer('EVENTS');
  return { ...started, send: (/** @type {unknown[]} */ ...messages) => queue.sendBatch(messages.map((body) => ({ body }))) };
}

/** The rule with an address on this machine. @param {string} url @param {object} [other] */
const rule = (url, other) => ({ ...RULE, notify: { url, private_address: true }, ...other });

/**
 * Uploads a file by a form, and returns the answers to both requests.
 *
 * @param {Awaited<ReturnType<typeof worker>>} signpost
 * @param {string} [filename]
 */
async function upload(signpost, filename = 'a.png') {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  const answer = await signpost.fetch('/uploads/avatar', { method: 'POST', headers, body: JSON.stringify({ type: 'image/png', size: FILE.length, filename }) });
  if (answer.status !== 200) return { grant: answer, form: answer, confirm: '' };
  const { url, fields, confirm } = await answer.json();
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, String(value));
  form.append('file', new Blob([FILE]), filename);
  return { grant: answer, form: await fetch(url, { method: 'POST', body: form }), confirm };
}

/** @param {Awaited<ReturnType<typeof worker>>} signpost @param {string} confirm */
async function confirmed(signpost, confirm) {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  return signpost.fetch('/uploads/avatar/confirm', { method: 'POST', headers, body: JSON.stringify({ confirm }) });
}

/** A notification as R2 sends it. @param {string} key @param {object} [other] */
function notification(key, other = {}) {
  return {
    ...{ account: '3f4b7e3dcab231cbfdaa90a6a28bd548', action: 'PutObject', bucket: 'acme-media' },
    ...{ object: { key, size: 7, eTag: 'c846ff7a18f28c2e262116d6e8719ef0' }, eventTime: '2026-11-27T17:00:00.379Z', ...other },
  };
}

/** The values of a member in the lines of the log. @param {string[]} logs @param {string} name */
const settled = (logs, name) => lines(logs).map((line) => line[name]).filter((value) => value !== undefined);

/** The lines of the log about events. @param {string[]} logs */
const records = (logs) => lines(logs).filter(({ event }) => event !== undefined);

/** @param {string[]} logs */
const lines = (logs) => logs.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));

/** Verifies a webhook with the library of the specification, and returns its event. @param {import('../servers/receiver.mjs').Webhook} webhook @returns {any} */
const verified = ({ body, headers }) => new Webhook(SECRET).verify(body, headers);

/** @param {() => boolean} holds */
async function until(holds, ms = 10_000) {
  for (const end = Date.now() + ms; !holds() && Date.now() < end; ) await sleep(20);
  assert.ok(holds(), 'it took too long');
}

describe('without a queue', () => {
  test('a form that the Worker receives sends its event after the answer, and a confirm sends the same one', async () => {
    const { url, received } = await receiver();
    const signpost = await worker({ avatar: rule(url, { confirm: true }) }, { vars: { ISSUER: { url: 'https://files.example.com', keys: ['ISSUER_KEY'] } }, secrets: { ISSUER_KEY: 'a-shared-secret-of-thirty-two-bytes' } });
    const { form, confirm } = await upload(signpost);
    assert.equal(form.status, 204);
    const { receipt, ...data } = verified((await received(1))[0]).data;
    assert.deepEqual(data, { rule: 'uploads/avatar', caller: 'site', subject: 'site', bucket: 'media', key: 'avatars/site/a.png', size: FILE.length, type: 'image/png', etag: ETAG });
    assert.equal(receipt, form.headers.get('signpost-receipt'));
    for (let nth = 0; nth < 2; nth += 1) assert.equal((await confirmed(signpost, confirm)).status, 200);
    const webhooks = await received(3);
    assert.equal(webhooks.length, 3);
    for (const webhook of webhooks) assert.equal(verified(webhook).data.etag, ETAG);
    assert.equal(new Set(webhooks.map(({ headers }) => headers['webhook-id'])).size, 1);
  });

  test('a rule without confirm sends events of forms too, and gives no state to the page', async () => {
    const { url, received } = await receiver();
    const signpost = await worker({ avatar: rule(url) });
    const { form, confirm } = await upload(signpost);
    assert.deepEqual([form.status, confirm], [204, undefined]);
    const { data } = verified((await received(1))[0]);
    assert.deepEqual([data.caller, data.subject, data.type, data.receipt], ['site', 'site', 'image/png', undefined]);
  });

  test('a rule without notify sends nothing', async () => {
    const { url, received } = await receiver();
    const signpost = await worker({ avatar: { ...RULE, confirm: true }, other: rule(url, { key: 'other/{filename}' }) });
    const { form, confirm } = await upload(signpost);
    assert.equal(form.status, 204);
    assert.equal((await confirmed(signpost, confirm)).status, 200);
    assert.deepEqual(await received(0), []);
  });

  test('a receiver that fails gets three attempts, with one ID and a signature of its own time', async () => {
    const { url, received } = await receiver(() => ({ status: 500 }));
    const signpost = await worker({ avatar: rule(url) });
    assert.equal((await upload(signpost)).form.status, 204);
    const webhooks = await received(3);
    await sleep(1_500);
    assert.equal(webhooks.length, 3);
    for (const webhook of webhooks) verified(webhook);
    assert.equal(new Set(webhooks.map(({ headers }) => headers['webhook-id'])).size, 1);
    const [first, second, third] = webhooks.map(({ at }) => at);
    assert.ok(second - first >= 990 && third - second >= 3_990, `${second - first} ms, ${third - second} ms`);
    assert.deepEqual(records(signpost.logs).map(({ outcome, status, attempts }) => [outcome, status, attempts]), [['retried', 500, 1], ['retried', 500, 2], ['failed', 500, 3]]);
  });

  test('a receiver that never answers delays no answer, and is tried again', async () => {
    const { url, received } = await receiver((nth) => ({ status: 200, silent: nth === 0 }));
    const signpost = await worker({ avatar: rule(url) });
    const started = Date.now();
    assert.equal((await upload(signpost)).form.status, 204);
    assert.ok(Date.now() - started < 5_000);
    const webhooks = await received(2);
    assert.equal(webhooks.length, 2);
    await until(() => records(signpost.logs).length === 2);
    assert.deepEqual(records(signpost.logs).map(({ outcome, status }) => [outcome, status]), [['retried', undefined], ['delivered', 200]]);
  });

  test('a receiver that is gone gets one attempt', async () => {
    const { url, received } = await receiver(() => ({ status: 410 }));
    const signpost = await worker({ avatar: rule(url) });
    assert.equal((await upload(signpost)).form.status, 204);
    await received(1);
    await sleep(2_000);
    assert.equal((await received(1)).length, 1);
    assert.deepEqual(records(signpost.logs).map(({ outcome, status }) => [outcome, status]), [['gone', 410]]);
  });

  test('a redirect to a private address is not followed', async () => {
    const inside = await receiver();
    const { url, received } = await receiver(() => ({ status: 307, headers: { location: `${inside.url}/secret` } }));
    const signpost = await worker({ avatar: rule(url) });
    assert.equal((await upload(signpost)).form.status, 204);
    assert.equal((await received(3)).length, 3);
    assert.deepEqual(inside.webhooks, []);
    assert.deepEqual(records(signpost.logs).map(({ outcome, status }) => [outcome, status]), [['retried', 307], ['retried', 307], ['failed', 307]]);
  });

  test('a receiver that cannot be reached does not fail the upload', async () => {
    const gone = await startReceiver();
    await gone.stop();
    const signpost = await worker({ avatar: rule(gone.url) });
    assert.equal((await upload(signpost)).form.status, 204);
    await until(() => records(signpost.logs).length === 3);
    assert.deepEqual(records(signpost.logs).map(({ outcome, status }) => [outcome, status]), [['retried', undefined], ['retried', undefined], ['failed', undefined]]);
  });

  test('an endless answer of a receiver is not read', async () => {
    const endless = createServer((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'.repeat(65_536)), 1);
      response.on('close', () => clearInterval(timer));
    });
    await new Promise((resolve) => endless.listen(0, '127.0.0.1', () => resolve(undefined)));
    stops.push(() => (endless.closeAllConnections(), endless.close()));
    const signpost = await worker({ avatar: rule(`http://127.0.0.1:${/** @type {any} */ (endless.address()).port}/`) });
    assert.equal((await upload(signpost)).form.status, 204);
    await until(() => records(signpost.logs).length === 1);
    assert.deepEqual(records(signpost.logs).map(({ outcome }) => outcome), ['delivered']);
  });

  test('a rule is closed while its secret is missing or malformed, and opens with two of which one is new', async () => {
    const { url, received } = await receiver();
    for (const [value, reason] of [['', 'The secret WEBHOOK_SECRET is not set.'], ['whsec_c2hvcnQ=', 'The secret WEBHOOK_SECRET must be whsec_ and the base64 of 24 to 64 bytes.']]) {
      const closed = await worker({ avatar: rule(url), other: { ...RULE, key: 'other/{filename}' } }, { secrets: { WEBHOOK_SECRET: value } });
      const { grant } = await upload(closed);
      assert.equal(grant.status, 503);
      assert.equal((await grant.json()).detail, reason);
      const health = await closed.fetch('/healthz');
      assert.equal(health.status, 503);
      assert.deepEqual(await health.json(), { status: 'not configured', [value ? 'malformed_secrets' : 'secrets']: ['WEBHOOK_SECRET'] });
      const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
      const other = await closed.fetch('/uploads/other', { method: 'POST', headers, body: JSON.stringify({ type: 'image/png', size: 1, filename: 'a.png' }) });
      assert.equal(other.status, 200);
    }
    const OTHER = `whsec_${randomBytes(64).toString('base64')}`;
    const notify = { url, private_address: true, secret: ['NEW_SECRET', 'WEBHOOK_SECRET'] };
    const rotating = await worker({ avatar: { ...RULE, notify } }, { secrets: { NEW_SECRET: OTHER } });
    assert.equal((await upload(rotating)).form.status, 204);
    const [webhook] = await received(1);
    for (const secret of [SECRET, OTHER]) new Webhook(secret).verify(webhook.body, webhook.headers);
  });
});

test('the library of the specification for Python verifies a webhook, and refuses a changed one', await needs('standardwebhooks'), async () => {
  const { url, received } = await receiver();
  const signpost = await worker({ avatar: rule(url, { key: 'avatars/{caller}/{filename}' }) });
  assert.equal((await upload(signpost, 'Rechnung März €.png')).form.status, 204);
  const [{ body, headers }] = await received(1);
  const python = join(await venv('standardwebhooks'), 'python');
  const verify = (/** @type {string} */ text) => execute(python, ['tests/support/standardwebhooks_verifies.py', SECRET, JSON.stringify(headers)], { input: text });
  const { stdout } = await verify(body);
  assert.equal(JSON.parse(stdout).data.key, 'avatars/site/Rechnung März €.png');
  const changed = await verify(body.replace('März', 'Mai'));
  assert.match(changed.stderr, /WebhookVerificationError/);
});

describe('MiniStack', await needs('ministack'), () => {
  /** @type {Awaited<ReturnType<typeof ministack.start>>} */
  let store;
  before(async () => void (store = await ministack.start()));
  after(() => store?.stop());

  /** Starts the Worker with a bucket of the store. @param {object} other keys of the rule @param {string} url */
  const started = (other, url) => {
    const media = { provider: 'custom', name: store.bucket, region: store.region, endpoint: store.endpoint, url_style: 'path', forms: true, credentials: 'MEDIA' };
    const secrets = { MEDIA_ACCESS_KEY_ID: store.accessKeyId, MEDIA_SECRET_ACCESS_KEY: store.secretAccessKey };
    return worker({ avatar: rule(url, other) }, { vars: { BUCKETS: { media } }, secrets });
  };

  test('an upload in parts sends its event when it is completed, with the time of the bucket', async () => {
    const { url, received } = await receiver();
    const signpost = await started({ multipart: true }, url);
    const call = async (/** @type {string} */ method, /** @type {string} */ path, /** @type {object | undefined} */ json = undefined) => {
      const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
      const answer = await signpost.fetch(`/uploads/avatar/multipart${path}`, { method, headers, body: json && JSON.stringify(json) });
      assert.equal(answer.status, 200, await answer.clone().text());
      return answer.json();
    };
    const { uploadId, key } = await call('POST', '', { type: 'image/png', size: FILE.length, filename: 'a.png' });
    const { parts: [part] } = await call('GET', `/${uploadId}?sign=1`);
    const stored = await put({ url: part.url, headers: part.headers }, FILE);
    assert.equal(stored.status, 200);
    const { parts } = await call('GET', `/${uploadId}`);
    const completion = { parts: parts.map((/** @type {{ partNumber: number, etag: string }} */ { partNumber, etag }) => ({ partNumber, etag })) };
    const { etag } = await call('POST', `/${uploadId}`, completion);
    const { data, timestamp } = verified((await received(1))[0]);
    assert.deepEqual(data, { rule: 'uploads/avatar', caller: 'site', subject: 'site', bucket: 'media', key, size: FILE.length, type: 'image/png', etag: etag.replaceAll('"', '') });
    const head = await s3(store, 'HEAD', `/${store.bucket}/${key}`);
    assert.equal(Date.parse(timestamp), Date.parse(head.headers.get('last-modified') ?? ''), "the time is the bucket's");
  });

  test('an upload that is confirmed twice sends one ID twice, with the time of the bucket', async () => {
    const { url, received } = await receiver();
    const signpost = await started({ confirm: true }, url);
    const { form, confirm } = await upload(signpost);
    assert.equal(form.status, 204);
    assert.deepEqual(await received(0), [], 'nobody has told the Worker yet');
    assert.equal((await confirmed(signpost, confirm)).status, 200);
    await sleep(1_100); // another second
    assert.equal((await confirmed(signpost, confirm)).status, 200);
    const webhooks = await received(2);
    assert.equal(new Set(webhooks.map(({ headers }) => headers['webhook-id'])).size, 1);
    assert.equal(new Set(webhooks.map(({ body }) => body)).size, 1);
    const head = await s3(store, 'HEAD', `/${store.bucket}/avatars/site/a.png`);
    assert.equal(Date.parse(verified(webhooks[0]).timestamp), Date.parse(head.headers.get('last-modified') ?? ''));
  });

  test('a confirm that is refused sends nothing', async () => {
    const { url, received } = await receiver();
    const signpost = await started({ confirm: true, key: 'absent/{uuid}' }, url);
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const grant = await signpost.fetch('/uploads/avatar', { method: 'POST', headers, body: JSON.stringify({ type: 'image/png', size: 5 }) });
    assert.equal((await confirmed(signpost, (await grant.json()).confirm)).status, 404);
    assert.deepEqual(await received(0), []);
  });
});

describe('a notification of R2', () => {
  test('about an object that the Worker reported has the same ID, and its type', async () => {
    const { url, received } = await receiver();
    const signpost = await workerWithQueue({ avatar: rule(url) });
    assert.equal((await upload(signpost)).form.status, 204);
    const [reported] = await received(1);
    // R2's own time of the event is not that of the object.
    await signpost.send(notification('avatars/site/a.png', { object: { key: 'avatars/site/a.png', size: FILE.length, eTag: ETAG }, eventTime: new Date(Date.now() + 5_000).toISOString() }));
    const [, notified] = await received(2);
    assert.equal(notified.headers['webhook-id'], reported.headers['webhook-id']);
    assert.deepEqual(verified(notified), verified(reported));
    // Another object under the same key is another event.
    await signpost.send(notification('avatars/site/a.png', { object: { key: 'avatars/site/a.png', size: 7, eTag: 'c846ff7a18f28c2e262116d6e8719ef0' } }));
    const [, , other] = await received(3);
    assert.notEqual(other.headers['webhook-id'], reported.headers['webhook-id']);
    assert.equal(verified(other).data.type, undefined);
  });

  test('becomes a webhook that the library of the specification verifies', async () => {
    const { url, received } = await receiver();
    const { send, logs } = await workerWithQueue({ avatar: rule(`${url}/hook?token=marked`) });
    await send(notification('avatars/site/a.png'));
    const [webhook, ...more] = await received(1);
    assert.deepEqual(more, []);
    const event = new Webhook(SECRET).verify(webhook.body, webhook.headers);
    const data = { rule: 'uploads/avatar', caller: 'site', subject: 'site', bucket: 'media', key: 'avatars/site/a.png', size: 7, etag: 'c846ff7a18f28c2e262116d6e8719ef0' };
    assert.deepEqual(event, { type: 'upload.stored', timestamp: '2026-11-27T17:00:00Z', data });
    assert.equal(webhook.path, '/hook?token=marked');
    assert.equal(webhook.headers['content-type'], 'application/json');
    assert.throws(() => new Webhook(SECRET).verify(webhook.body.replace('a.png', 'b.png'), webhook.headers), /No matching signature/);
    assert.throws(() => new Webhook(`whsec_${randomBytes(32).toString('base64')}`).verify(webhook.body, webhook.headers), /No matching signature/);
    await until(() => records(logs).length === 1);
    assert.deepEqual(records(logs), [{ event: webhook.headers['webhook-id'], rule: 'uploads/avatar', outcome: 'delivered', status: 204, attempts: 1 }]);
    for (const part of ['marked', url, 'a.png', SECRET.slice(6)]) assert.ok(!logs.filter((line) => !line.startsWith('{"ack"')).join().includes(part), part);
  });

  test('is acknowledged without a webhook if no rule can have made its key, or it deletes', async () => {
    const { url, received } = await receiver();
    const { send, logs } = await workerWithQueue({ avatar: rule(url) });
    await send(notification('elsewhere/a.png'), notification('avatars/site/a.png', { action: 'DeleteObject', object: { key: 'avatars/site/a.png' } }), 'text', 7, null);
    await until(() => settled(logs, 'ack').length === 5);
    assert.deepEqual(await received(0), []);
  });

  test('that comes twice in a batch is one webhook, and one in another batch has the same ID', async () => {
    const { url, received } = await receiver();
    const { send } = await workerWithQueue({ avatar: rule(url) }, { consumer: { maxBatchTimeout: 1 } });
    await send(notification('avatars/site/a.png'), notification('avatars/site/b.png'), notification('avatars/site/a.png'));
    await received(2);
    await send(notification('avatars/site/a.png'));
    const ids = (await received(3)).map(({ headers, body }) => [JSON.parse(body).data.key, headers['webhook-id']]);
    assert.equal(ids.length, 3);
    assert.equal(new Set(ids.map(([key]) => key)).size, 2);
    assert.equal(new Set(ids.map(([, id]) => id)).size, 2);
  });
});

describe('the queue', () => {
  test('has the event before the answer, and its consumer delivers it with the receipt', async () => {
    const { url, received } = await receiver();
    const issuer = { vars: { ISSUER: { url: 'https://files.example.com', keys: ['ISSUER_KEY'] } }, secrets: { ISSUER_KEY: 'a-shared-secret-of-thirty-two-bytes' } };
    const signpost = await workerWithQueue({ avatar: rule(url) }, issuer);
    const { form } = await upload(signpost);
    const [webhook, ...more] = await received(1);
    assert.deepEqual(more, []);
    const { data } = verified(webhook);
    assert.deepEqual([data.rule, data.caller, data.subject, data.etag], ['uploads/avatar', 'site', 'site', ETAG]);
    assert.equal(data.receipt, form.headers.get('signpost-receipt'));
    const id = webhook.headers['webhook-id'];
    await until(() => records(signpost.logs).length === 2);
    assert.deepEqual(records(signpost.logs), [
      { event: id, rule: 'uploads/avatar', outcome: 'queued', attempts: 0 },
      { event: id, rule: 'uploads/avatar', outcome: 'delivered', status: 204, attempts: 1 },
    ]);
    const [message] = settled(signpost.logs, 'ack');
    assert.deepEqual(message, JSON.parse(webhook.body), 'the message is the event');
  });

  for (const [what, send] of Object.entries({ 'rejects': 'async () => { throw new Error("Too Many Requests"); }', 'throws': '() => { throw new Error("no"); }' })) {
    test(`that ${what} is passed by: the event goes directly to its address`, async () => {
      const { url, received } = await receiver();
      const around = `import worker from './entry.mjs'; export default { fetch: (request, env, context) => worker.fetch(request, { ...env, EVENTS: { send: ${send} } }, context) };`;
      const signpost = await worker({ avatar: rule(url) }, { around });
      assert.equal((await upload(signpost)).form.status, 204);
      verified((await received(1))[0]);
      await until(() => records(signpost.logs).length === 2);
      assert.deepEqual(records(signpost.logs).map(({ outcome }) => outcome), ['queue_failed', 'delivered']);
    });
  }

  test('delivers at the third attempt to a receiver that failed twice, later each time, signed anew', async () => {
    const { url, received } = await receiver((nth) => ({ status: nth < 2 ? 500 : 200 }));
    const { send, logs } = await workerWithQueue({ avatar: rule(url) });
    await send(notification('avatars/site/a.png'));
    const webhooks = await received(3);
    assert.equal(webhooks.length, 3);
    for (const { body, headers } of webhooks) new Webhook(SECRET).verify(body, headers);
    assert.equal(new Set(webhooks.map(({ headers }) => headers['webhook-id'])).size, 1);
    await until(() => records(logs).length === 3);
    assert.deepEqual(records(logs).map(({ outcome, status, attempts }) => [outcome, status, attempts]), [['retried', 500, 1], ['retried', 500, 2], ['delivered', 200, 3]]);
    const [first, second, ...more] = settled(logs, 'retry');
    assert.ok(first >= 5 && first <= 6, `${first} s`);
    assert.ok(second >= 300 && second <= 360, `${second} s`);
    assert.deepEqual(more, []);
  });

  test('waits as long as the receiver asks', async () => {
    const { url, received } = await receiver((nth) => (nth === 0 ? { status: 429, headers: { 'retry-after': '1234' } } : { status: 200 }));
    const { send, logs } = await workerWithQueue({ avatar: rule(url) });
    await send(notification('avatars/site/a.png'));
    await received(2);
    await until(() => settled(logs, 'retry').length === 1);
    assert.deepEqual(settled(logs, 'retry'), [1234]);
  });

  test('moves what is never received to the dead letters', async () => {
    const { url, received } = await receiver(() => ({ status: 503 }));
    const collector = `export default { queue: (batch) => { for (const { body } of batch.messages) console.log(JSON.stringify({ dead: body.object.key })); } };`;
    const others = { collector: { source: collector, env: {}, triggers: [{ type: 'queue', name: 'dead', maxBatchTimeout: 0 }] } };
    const { send, logs } = await workerWithQueue({ avatar: rule(url) }, { consumer: { maxRetries: 2, deadLetterQueue: 'dead' }, others });
    await send(notification('avatars/site/a.png'));
    assert.equal((await received(3)).length, 3);
    await until(() => settled(logs, 'dead').length === 1);
    assert.deepEqual(settled(logs, 'dead'), ['avatars/site/a.png']);
  });

  test('delivers the other messages of a batch if one fails', async () => {
    const bad = await receiver(() => ({ status: 500 }));
    const good = await receiver();
    const { send, logs } = await workerWithQueue(
      { avatar: rule(bad.url), doc: rule(good.url, { key: 'docs/{filename}' }) },
      { consumer: { maxBatchTimeout: 1, maxRetries: 1 } },
    );
    await send(notification('avatars/site/a.png'), ...Array.from({ length: 8 }, (_, nth) => notification(`docs/${nth}.png`)));
    assert.equal((await good.received(8)).length, 8);
    assert.equal((await bad.received(2)).length, 2);
    await until(() => settled(logs, 'ack').length === 8);
  });

  test('keeps messages while the secret is missing', async () => {
    const { url, received } = await receiver();
    const { send, logs } = await workerWithQueue({ avatar: rule(url) }, { secrets: { WEBHOOK_SECRET: '' }, consumer: { maxRetries: 1 } });
    await send(notification('avatars/site/a.png'));
    await until(() => settled(logs, 'retry').length === 2);
    assert.deepEqual(settled(logs, 'retry'), [300, 300]);
    assert.deepEqual(settled(logs, 'ack'), []);
    assert.deepEqual(await received(0), []);
  });
});


/** The code of `docs/events.md`, by its language: how its programs are run. @type {Record<string, { file: string, command?: (code: string) => Promise<string[]>, options?: { skip: string | false } }>} */
const CODE = {
  js: { file: 'docs/events.md', command: async (code) => [process.execPath, '--input-type=module', '--eval', code] },
  python: { file: 'docs/events.md', command: async (code) => [join(await venv('standardwebhooks'), 'python'), '-c', code], options: await needs('standardwebhooks') },
  json: { file: 'docs/events.md' },
};

describe('docs/events.md', () => {
  for (const [language, { file, command, options = {} }] of Object.entries(CODE)) {
    if (!command) continue;
    test(`has a receiver in ${language} that accepts events, and refuses others`, options, async () => {
      const [code] = await codeOf(file, language);
      const port = await freePort();
      const [program, ...args] = await command(code.replace('8080', String(port)));
      const child = spawn(program, args, { cwd: root, env: { ...environment, WEBHOOK_SECRET: SECRET }, stdio: ['ignore', 'pipe', 'inherit'] });
      stops.push(() => child.kill());
      let printed = '';
      child.stdout.setEncoding('utf8').on('data', (text) => (printed += text));
      const url = `http://127.0.0.1:${port}/`;
      const post = async (/** @type {RequestInit} */ init = {}) => (await fetch(url, { method: 'POST', body: '{}', ...init }).catch(() => undefined))?.status;
      for (const end = Date.now() + 10_000; (await post()) === undefined && Date.now() < end; ) await sleep(50);
      assert.equal(await post(), 401, 'without a signature');
      const signpost = await worker({ avatar: rule(url) });
      assert.equal((await upload(signpost)).form.status, 204);
      await until(() => records(signpost.logs).length === 1);
      assert.deepEqual(records(signpost.logs).map(({ outcome, status }) => [outcome, status]), [['delivered', 204]]);
      await until(() => printed !== '');
      assert.equal(printed, 'upload.stored avatars/site/a.png\n');
    });
  }

  test('shows an event and a line of the log with the members of real ones', async () => {
    const [event, line, ...more] = (await codeOf(CODE.json.file, 'json')).map((code) => JSON.parse(code));
    assert.deepEqual(more, []);
    const { url, received } = await receiver();
    const issuer = { vars: { ISSUER: { url: 'https://files.example.com', keys: ['ISSUER_KEY'] } }, secrets: { ISSUER_KEY: 'a-shared-secret-of-thirty-two-bytes' } };
    const signpost = await worker({ avatar: rule(url) }, issuer);
    await upload(signpost);
    const real = verified((await received(1))[0]);
    assert.deepEqual([Object.keys(event), Object.keys(event.data)], [Object.keys(real), Object.keys(real.data)]);
    assert.deepEqual(Object.keys(line), Object.keys(records(signpost.logs)[0]));
  });
});

/** @param {string} file @param {string} language @returns {Promise<string[]>} */
async function codeOf(file, language) {
  const page = await readFile(join(root, file), 'utf8');
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, code]) => code);
}

test('signpost-dev sends events to receivers in a private network only', () => {
  const vars = { BUCKETS: { media: MEDIA }, CALLERS: { site: { kind: 'bearer', secret: 'SITE_TOKEN' } }, UPLOADS: { here: rule('http://localhost:3000/'), table: { ...RULE, notify: { url: 'https://api.example.com/' } }, text: { ...RULE, notify: 'https://api.example.com/' } } };
  const keys = { accessKeyId: 'a', secretAccessKey: 'b', token: 'c', issuer: 'd' };
  const { config } = localConfig({ vars }, { port: 8787, origins: ['http://localhost:8788'], keys });
  const { here, table, text } = config.vars.UPLOADS;
  assert.deepEqual([here.notify, table.notify, text.notify], [{ url: 'http://localhost:3000/', private_address: true }, undefined, undefined]);
});
