/** @file An interrupted upload of a large file is resumed after a reload; a small file is sent in one request. */
import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { browser } from '../support/browser.mjs';
import * as ministack from '../servers/ministack.mjs';
import { s3 } from '../servers/s3.mjs';
import { network } from '../support/page.mjs';
import { assertStored, underWrangler } from '../support/fixture.mjs';
import { startProxy } from '../servers/proxy.mjs';

const TICKET_SECRET = 'the secret of the tickets in these tests';
const SIZE = 40_000_000;
const FILE = Buffer.alloc(SIZE, Uint8Array.from({ length: 251 }, (_, i) => i));

/** @type {import('playwright-core').Browser} */
let chromium;
/** @type {import('../support/fixture.mjs').Fixture} */
let fixture;
/** @type {import('../servers/proxy.mjs').BreakableProxy} */
let proxy;
before(async () => void ([chromium, proxy, fixture] = await Promise.all([browser(), startProxy(), underWrangler(ministack, { TICKET_SECRET })])));
after(async () => {
  await chromium?.close();
  proxy?.stop();
  await fixture?.stop();
});

test('an interrupted upload sends only the missing parts', async () => {
  const page = await open();
  await (await network(page))({ bytesPerSecond: 8_000_000 });
  const interrupted = upload(page, { retries: 0 });
  await page.waitForFunction('window.loaded > 30e6');
  proxy.disconnect();
  assert.equal((await interrupted).error, 'NetworkError');
  proxy.reconnect();
  await page.reload();
  /** @type {string[]} */
  const sent = [];
  page.on('request', (request) => request.method() === 'PUT' && sent.push(request.url()));
  const { key, first } = await upload(page);
  assert.ok(sent.length > 0 && sent.length < 5, `${sent.length} of 5 parts`);
  assert.ok(first > 8e6, `its progress starts with the uploaded parts, not with ${first}`);
  await assertStored(fixture, `${key}`, FILE);
  assert.equal(await page.evaluate('localStorage.length'), 0);
});

test('an upload that the bucket has aborted starts again', async () => {
  const page = await open();
  await (await network(page))({ bytesPerSecond: 8_000_000 });
  const interrupted = upload(page, { retries: 0 });
  await page.waitForFunction('window.loaded > 10e6');
  proxy.disconnect();
  await interrupted;
  proxy.reconnect();
  const uploads = await (await s3(fixture.server, 'GET', `/${fixture.server.bucket}?uploads`)).text();
  for (const [, key, id] of uploads.matchAll(/<Upload>.*?<Key>(.*?)<\/Key>.*?<UploadId>(.*?)<\/UploadId>/gs))
    await s3(fixture.server, 'DELETE', `/${fixture.server.bucket}/${key}?uploadId=${id}`);
  await page.reload();
  const { key } = await upload(page);
  await assertStored(fixture, `${key}`, FILE);
});

test('no ticket is kept in localStorage, and the upload continues with another ticket', async () => {
  const page = await open();
  await page.evaluate(([name]) => {
    localStorage.setItem(name, '{"uploadId":"old"}');
    localStorage.setItem('other', 'a /t/x/uploads/ of somebody else');
  }, ['signpost https://signpost.example/t/old.ticket.x/uploads/file/multipart {} 1']);
  await (await network(page))({ bytesPerSecond: 8_000_000 });
  const tickets = [ticket(), ticket()];
  const interrupted = upload(page, { retries: 0, endpoint: `${fixture.url}/t/${tickets[0]}`, rule: 'private' });
  await page.waitForFunction('window.loaded > 30e6');
  const kept = /** @type {string} */ (await page.evaluate('JSON.stringify({ ...localStorage })'));
  assert.match(kept, /uploadId/, 'the upload can continue');
  assert.match(kept, /somebody else/);
  assert.ok(!kept.includes('ticket.x') && !kept.includes(tickets[0]) && !kept.includes(tickets[0].split('.')[2]), kept);
  proxy.disconnect();
  assert.equal((await interrupted).error, 'NetworkError');
  proxy.reconnect();
  await page.reload();
  const { key, first } = await upload(page, { endpoint: `${fixture.url}/t/${tickets[1]}`, rule: 'private' });
  assert.ok(first > 8e6, `its progress starts with the uploaded parts, not with ${first}`);
  await assertStored(fixture, `${key}`, FILE);
});

test('parts whose signatures expire during the upload are signed again', async () => {
  const page = await open();
  await page.clock.install();
  /** @type {string[][]} */
  const signed = [];
  let sent = 0;
  page.on('request', (request) => {
    const numbers = new URL(request.url()).searchParams.get('sign');
    if (numbers) signed.push(numbers.split(','));
    if (request.method() === 'PUT') sent += 1;
  });
  await (await network(page))({ bytesPerSecond: 8_000_000 });
  const uploaded = upload(page);
  await page.waitForFunction('window.loaded > 1e6');
  const before = signed.length;
  await page.clock.fastForward('02:00:00'); // the signatures are valid for 10 min
  const { key } = await uploaded;
  await assertStored(fixture, `${key}`, FILE);
  assert.ok(signed.length > before, 'parts that are still to be sent are signed again');
  assert.equal(sent, 5, 'each part is sent once');
});

test('a file is sent in one request below the threshold, or if the rule allows no parts', async () => {
  const page = await open();
  /** @type {string[]} */
  const paths = [];
  page.on('request', (request) => request.method() === 'POST' && request.url().includes('/uploads/') && paths.push(new URL(request.url()).pathname));
  await upload(page, { partsAbove: SIZE });
  assert.deepEqual(paths.splice(0), ['/uploads/file']);
  assert.equal((await upload(page, { rule: 'note' })).error, 'EntityTooLarge');
  assert.deepEqual(paths, ['/uploads/note/multipart', '/uploads/note']);
});

/** Makes a ticket as a site's back end does. */
function ticket() {
  const part = (/** @type {object} */ value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + 3_600;
  const text = `${part({ alg: 'HS256' })}.${part({ rule: 'uploads/private', sub: 'ada', jti: randomUUID(), exp })}`;
  return `${text}.${createHmac('sha256', TICKET_SECRET).update(text).digest('base64url')}`;
}

async function open() {
  const page = await (await chromium.newContext({ proxy: proxy.proxy })).newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(`${fixture.site}/form/thanks.html`);
  return page;
}

/**
 * @param {import('playwright-core').Page} page
 * @param {Partial<import('../../client/signpost.js').UploadOptions>} [options]
 * @returns {Promise<{ key?: string, first: number, error?: string }>}
 */
function upload(page, options = {}) {
  return page.evaluate(
    async ([endpoint, size, options]) => {
      /** @type {typeof import('../../client/signpost.js')} */
      const { upload } = await import(`${endpoint}/signpost.js`);
      const bytes = new Uint8Array(size).map((_, i) => i % 251);
      const type = options.rule === 'note' ? 'text/plain' : 'video/mp4';
      const file = new File([bytes], 'film.mp4', { type, lastModified: 1 });
      let first = 0;
      const onprogress = (/** @type {ProgressEvent} */ { loaded }) => {
        first ||= loaded;
        Object.assign(window, { loaded });
      };
      try {
        return { ...(await upload(file, { endpoint, rule: 'file', onprogress, ...options })), first };
      } catch (error) {
        return { error: /** @type {import('../../client/signpost.js').SignpostError} */ (error).code, first };
      }
    },
    /** @type {const} */ ([fixture.url, SIZE, options]),
  );
}
