/** @file The explain page in Chromium: it names the cause, is accessible, and sends no request. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { serveExamples } from '../../scripts/examples.mjs';
import { root } from '../../scripts/step.mjs';
import { need } from '../needs.mjs';
import { assertAccessible } from '../support/axe.mjs';
import { browser } from '../support/browser.mjs';
import { collectErrors, screenshot } from '../support/page.mjs';
import { execute, program, signpost } from '../support/signpost.mjs';

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const REFUSED = '<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match.</Message></Error>';

/** @type {import('playwright-core').Browser} */
let chromium;
/** @type {import('node:http').Server} */
let server;
let origin = '';
before(async () => {
  await need('explain page');
  chromium = await browser();
  server = await serveExamples(0, { endpoint: 'http://localhost', rule: '' });
  const address = server.address();
  origin = `http://localhost:${typeof address === 'object' && address?.port}`;
});
after(async () => {
  await chromium?.close();
  server?.close();
});

/** @param {string[]} args */
const sign = (...args) => signpost(['sign', ...args, '--region=eu-west-1', '--expires=10 min'], { env: KEYS });

/** Opens the page, and records its requests from now on and its errors. */
async function open(url = `${origin}/explain/`) {
  const page = await (await chromium.newContext()).newPage();
  page.setDefaultTimeout(15_000);
  const errors = collectErrors(page);
  await page.goto(url, { waitUntil: 'load' });
  /** @type {string[]} */
  const requests = [];
  page.on('request', (request) => requests.push(request.url()));
  return { page, requests, errors };
}

/** @param {import('playwright-core').Page} page @returns {Promise<string[]>} the codes of the causes that it shows */
async function explained(page) {
  await page.click('button');
  await page.waitForSelector('#result:not([hidden]) article');
  return page.locator('.causes .code').allInnerTexts();
}

test('explains a broken link without any request', async () => {
  const { page, requests, errors } = await open();
  await assertAccessible(page, 'empty');
  const url = await sign('put', 's3://acme-media/a b.png', '--header=content-type: image/png');
  await page.fill('#request', url.replace('a%20b', 'a+b'));
  await page.fill('#error', REFUSED);
  await page.click('summary');
  await page.selectOption('#method', 'PUT');
  await page.fill('#headers', 'content-type: image/jpeg');
  await page.fill('#id', KEYS.AWS_ACCESS_KEY_ID);
  await page.fill('#secret', KEYS.AWS_SECRET_ACCESS_KEY);
  assert.deepEqual(await explained(page), ['content-type-differs', 'plus-for-space']);
  assert.equal(await page.evaluate('document.activeElement.id'), 'result');
  assert.deepEqual(await page.locator('.differs td:nth-child(2)').allInnerTexts(), ['/a%20b.png', 'content-type:image/png']);
  const shown = await page.innerText('#result');
  for (const secret of [KEYS.AWS_SECRET_ACCESS_KEY, url.slice(-64)]) assert.ok(!shown.includes(secret));
  await assertAccessible(page, 'explained');
  await screenshot(page, 'explained');
  assert.deepEqual([requests, errors], [[], []]);
});

test('works by keyboard alone, for a valid link and an expired one', async () => {
  const { page } = await open();
  await page.keyboard.press('Tab');
  await page.keyboard.insertText(await sign('get', 's3://acme-media/a.png'));
  for (const _ of ['file', 'error', 'details', 'button']) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.good');
  await page.fill('#request', await sign('get', 's3://acme-media/a.png', '--at=2026-01-01T00:00:00Z'));
  assert.deepEqual(await explained(page), ['expired']);
});

test('hidden characters of an answer are visible', async () => {
  const { page } = await open();
  await page.fill('#request', await sign('put', 's3://acme-media/a.png', '--header=content-type: image/png'));
  await page.fill('#error', '<Error><Code>No\u202esuch</Code><Message>a\u202eb\u200fc\u009bd</Message></Error>');
  assert.deepEqual(await explained(page), ['refused']);
  const shown = await page.innerText('#result');
  assert.ok(shown.includes('\\u{202e}') && !/[\u202a-\u202e\u2066-\u2069\u200e\u200f\u0080-\u009f]/.test(shown), shown);
});

test('finds an accent that was composed, and explains an answer without a link', async () => {
  const { page, errors } = await open();
  const url = await sign('get', 's3://acme-media/u\u0308.png');
  await page.fill('#request', url.replace('u%CC%88', '%C3%BC'));
  await page.fill('#error', REFUSED);
  await page.click('summary');
  await page.selectOption('#method', 'GET');
  await page.fill('#id', KEYS.AWS_ACCESS_KEY_ID);
  await page.fill('#secret', KEYS.AWS_SECRET_ACCESS_KEY);
  assert.deepEqual(await explained(page), ['path-changed']);
  await page.fill('#request', '');
  await page.fill('#error', '<Error><Code>NoSuchUpload</Code></Error>');
  await page.click('button');
  await page.waitForFunction("document.querySelector('.causes .code')?.innerText === 'no-such-upload'");
  assert.deepEqual(errors, []);
});

test('works as a local file', async () => {
  const { page, requests } = await open(pathToFileURL(join(root, 'build', 'explain', 'index.html')).href);
  await page.fill('#request', (await sign('get', 's3://acme-media/a.png')).replaceAll('&', '&amp;'));
  assert.deepEqual([await explained(page), requests], [['html-escaped'], []]);
});

for (const [name, headers, expected] of /** @type {const} */ ([
  ['with the file first', {}, 'file-not-last'],
  ['whose page sets Content-Type itself, without a boundary', { 'Content-Type': 'multipart/form-data' }, 'malformed-form'],
  ['whose page sets another boundary', { 'Content-Type': 'multipart/form-data; boundary=x' }, 'malformed-form'],
])) {
  test(`explains a HAR of Chromium, of a form ${name}`, async () => {
    const { page, requests } = await open();
    const har = await recordHar(headers);
    await page.setInputFiles('#file', { name: 'upload.har', mimeType: 'application/json', buffer: Buffer.from(har) });
    assert.deepEqual(await explained(page), [expected]);
    assert.deepEqual(requests, []);
    const { code, stdout } = await execute(await program(), ['explain', '--json', '--no-config'], { input: har });
    assert.deepEqual([code, JSON.parse(stdout)[0].causes[0].code], [1, expected]);
  });
}

test('reads a curl command and the error of a tool', async () => {
  const { page } = await open();
  const url = await sign('put', 's3://acme-media/a.png', '--header=content-type: image/png');
  await page.fill('#request', `curl -T a.png '${url}'`);
  await page.fill('#error', 'An error occurred (SignatureDoesNotMatch) when calling the PutObject operation: The request signature we calculated does not match');
  assert.deepEqual(await explained(page), ['header-not-sent']);
});

/** Has Chromium record a form with the file first. @param {Record<string, string>} headers set by the page */
async function recordHar(headers) {
  const form = JSON.parse(await sign('post', 's3://acme-media/a.txt'));
  const directory = await mkdtemp(join(tmpdir(), 'signpost-har-'));
  const path = `${directory}/upload.har`;
  const context = await chromium.newContext({ recordHar: { path, content: 'embed' } });
  const page = await context.newPage();
  await page.route('**/*', (route) => route.fulfill({ status: route.request().method() === 'POST' ? 400 : 200, contentType: 'text/html', body: '<title>bucket</title>' }));
  await page.goto(form.url);
  await page.evaluate(async ({ url, fields, headers }) => {
    const data = new FormData();
    data.append('file', new Blob(['text']), 'a.txt');
    for (const [name, value] of Object.entries(fields)) data.append(name, String(value));
    await fetch(url, { method: 'POST', body: data, headers });
  }, { ...form, headers });
  await context.close();
  const text = await readFile(path, 'utf8');
  await rm(directory, { recursive: true });
  return text;
}

test('shows input as text and never runs it', async () => {
  const { page, errors } = await open();
  await page.fill('#request', 'http://s3.test/<img src=x onerror=alert(1)>?X-Amz-Date=1');
  await page.click('button');
  await page.fill('#request', 'http://s3.test/%3Cimg%20src=x%20onerror=alert(1)%3E?X-Amz-Date=1');
  await page.fill('#error', '<Error><Code>&lt;b>Odd&lt;/b></Code><Message>&lt;script>alert(1)&lt;/script></Message></Error>');
  await explained(page);
  assert.equal(await page.locator('#result img, #result script, #result b').count(), 0);
  assert.match(await page.innerText('#result h3'), /<img src=x onerror=alert\(1\)>/);
  assert.deepEqual(errors, []);
});

test('its Content-Security-Policy blocks every request', async () => {
  const { page } = await open();
  /** @type {(string | undefined)[]} */
  const served = [];
  server.on('request', ({ url }) => served.push(url));
  const outcome = await page.evaluate(async () => {
    navigator.sendBeacon('/explain/', 'x');
    const image = new Promise((resolve) => {
      const image = new Image();
      image.onload = () => resolve('sent');
      image.onerror = () => resolve('blocked');
      image.src = '/explain/style.css';
    });
    const fetches = [() => fetch('/explain/'), () => fetch('https://example.com/')];
    return Promise.all([image, ...fetches.map((request) => request().then(() => 'sent', () => 'blocked'))]);
  });
  assert.deepEqual(outcome, ['blocked', 'blocked', 'blocked']);
  assert.deepEqual(served, []);
});
