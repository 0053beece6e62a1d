/** @file The page that explains, in Chromium: it names the cause, is open to everyone, and talks to nobody. */
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

/** The page, everything that it asks for from now on, and what it complains of. */
async function open(url = `${origin}/explain/`) {
  const page = await (await chromium.newContext()).newPage();
  page.setDefaultTimeout(15_000);
  const complaints = collectErrors(page);
  await page.goto(url, { waitUntil: 'load' });
  /** @type {string[]} */
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  return { page, asked, complaints };
}

/** @param {import('playwright-core').Page} page @returns {Promise<string[]>} the codes that it shows */
async function explained(page) {
  await page.click('button');
  await page.waitForSelector('#result:not([hidden]) article');
  return page.locator('.causes .code').allInnerTexts();
}

test('a broken link has its cause, and nothing is asked of anyone', async () => {
  const { page, asked, complaints } = await open();
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
  assert.deepEqual([asked, complaints], [[], []]);
});

test('by keyboard alone: a good link is good, and becomes an expired one', async () => {
  const { page } = await open();
  await page.keyboard.press('Tab');
  await page.keyboard.insertText(await sign('get', 's3://acme-media/a.png'));
  for (const _ of ['file', 'error', 'details', 'button']) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.good');
  await page.fill('#request', await sign('get', 's3://acme-media/a.png', '--at=2026-01-01T00:00:00Z'));
  assert.deepEqual(await explained(page), ['expired']);
});

test("it works as a file of one's own, too", async () => {
  const { page, asked } = await open(pathToFileURL(join(root, 'build', 'explain', 'index.html')).href);
  await page.fill('#request', (await sign('get', 's3://acme-media/a.png')).replaceAll('&', '&amp;'));
  assert.deepEqual([await explained(page), asked], [['html-escaped'], []]);
});

test('a HAR that Chromium wrote', async () => {
  const { page, asked } = await open();
  const har = await recorded();
  await page.setInputFiles('#file', { name: 'upload.har', mimeType: 'application/json', buffer: Buffer.from(har) });
  assert.deepEqual(await explained(page), ['file-not-last']);
  assert.deepEqual(asked, []);
  const { code, stdout } = await execute(await program(), ['explain', '--json'], { input: har });
  assert.deepEqual([code, JSON.parse(stdout)[0].causes[0].code], [1, 'file-not-last']);
});

/** What Chromium records of a form whose file comes first. */
async function recorded() {
  const form = JSON.parse(await sign('post', 's3://acme-media/a.txt'));
  const directory = await mkdtemp(join(tmpdir(), 'signpost-har-'));
  const path = `${directory}/upload.har`;
  const context = await chromium.newContext({ recordHar: { path, content: 'embed' } });
  const page = await context.newPage();
  await page.route('**/*', (route) => route.fulfill({ status: route.request().method() === 'POST' ? 400 : 200, contentType: 'text/html', body: '<title>bucket</title>' }));
  await page.goto(form.url);
  await page.evaluate(async ({ url, fields }) => {
    const data = new FormData();
    data.append('file', new Blob(['text']), 'a.txt');
    for (const [name, value] of Object.entries(fields)) data.append(name, String(value));
    await fetch(url, { method: 'POST', body: data });
  }, form);
  await context.close();
  const text = await readFile(path, 'utf8');
  await rm(directory, { recursive: true });
  return text;
}

test('what is pasted is shown as text, and never run', async () => {
  const { page, complaints } = await open();
  await page.fill('#request', 'http://s3.test/<img src=x onerror=alert(1)>?X-Amz-Date=1');
  await page.click('button');
  await page.fill('#request', 'http://s3.test/%3Cimg%20src=x%20onerror=alert(1)%3E?X-Amz-Date=1');
  await page.fill('#error', '<Error><Code>&lt;b>Odd&lt;/b></Code><Message>&lt;script>alert(1)&lt;/script></Message></Error>');
  await explained(page);
  assert.equal(await page.locator('#result img, #result script, #result b').count(), 0);
  assert.match(await page.innerText('#result h3'), /<img src=x onerror=alert\(1\)>/);
  assert.deepEqual(complaints, []);
});

test('its policy lets nothing out', async () => {
  const { page } = await open();
  /** @type {(string | undefined)[]} */
  const served = [];
  server.on('request', ({ url }) => served.push(url));
  const outcome = await page.evaluate(async () => {
    navigator.sendBeacon('/explain/', 'x');
    const image = new Promise((resolve) => {
      const image = new Image();
      image.onload = () => resolve('sent');
      image.onerror = () => resolve('refused');
      image.src = '/explain/style.css';
    });
    const tries = [() => fetch('/explain/'), () => fetch('https://example.com/')];
    return Promise.all([image, ...tries.map((request) => request().then(() => 'sent', () => 'refused'))]);
  });
  assert.deepEqual(outcome, ['refused', 'refused', 'refused']);
  assert.deepEqual(served, []);
});
