/** @file Uploads by the component, the hook, Uppy and the plain form end with a receipt: in Chromium and Firefox, and on a second S3 server. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { needs } from '../needs.mjs';
import * as ministack from '../servers/ministack.mjs';
import { s3 } from '../servers/s3.mjs';
import { assertAccessible } from '../support/axe.mjs';
import { BROWSERS, browser } from '../support/browser.mjs';
import { ISSUER, assertStored, onForms, onLocalR2 } from '../support/fixture.mjs';
import { screenshot } from '../support/page.mjs';
import { picture } from '../support/picture.mjs';
import { bundleReactPage } from '../support/react_page.mjs';
import { bundleUploaders } from '../support/uploaders.mjs';

const PNG = { name: 'hills.png', mimeType: 'image/png', buffer: picture() };
const NOTE = { name: 'a note.txt', mimeType: 'text/plain', buffer: Buffer.from('remember the milk') };
const SECRETS = { ISSUER_KEY: JSON.stringify(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })) };
const FIREFOX = await needs('firefox');

/** @type {import('playwright-core').Browser} */
let opened;
/** @type {import('../support/fixture.mjs').Fixture} */
let fixture;
/** @type {import('playwright-core').BrowserContext | undefined} */
let context;

suite('MiniStack', await needs('ministack'), () => onForms(ministack, SECRETS), BROWSERS);
suite('local R2, bound to the Worker', {}, () => onLocalR2(true, SECRETS), ['chromium']);

/**
 * @param {string} name
 * @param {{ skip?: string | false }} options
 * @param {() => Promise<import('../support/fixture.mjs').Fixture>} startFixture
 * @param {import('../support/browser.mjs').BrowserName[]} browsers
 */
function suite(name, options, startFixture, browsers) {
  describe(`on ${name}`, options, () => {
    before(async () => void (fixture = await startFixture()));
    after(() => fixture?.stop());
    for (const browserName of browsers)
      describe(`in ${browserName}`, browserName === 'firefox' ? FIREFOX : {}, () => {
        before(async () => void (opened = await browser(browserName)));
        after(() => opened?.close());
        scriptTests();
        formTests(name);
      });
  });
}

/** The tests of uploads by script. */
function scriptTests() {
  test('the component: the form sends key and receipt', async () => {
    const page = await open(`${fixture.site}/form/thanks.html`);
    await page.evaluate(`document.body.innerHTML = '<form><signpost-upload name="avatar" endpoint="${fixture.url}" rule="proven"></signpost-upload></form>'`);
    await page.addScriptTag({ type: 'module', url: `${fixture.site}/client/signpost-upload.js` });
    await page.setInputFiles('input[type=file]', PNG);
    await page.waitForSelector('signpost-upload[state=done]');
    const [[, key = ''], [name, receipt = '']] = /** @type {[string[], string[]]} */ (await page.evaluate('[...new FormData(document.forms[0])]'));
    assert.equal(name, 'avatar-receipt');
    await assertReceipt(receipt, { key, size: PNG.buffer.length, type: 'image/png' });
    await assertStored(fixture, key, PNG.buffer);
  });

  test('the hook: the result has the receipt', async () => {
    const page = await open(`${fixture.site}/form/thanks.html`);
    await page.evaluate(`document.body.innerHTML = '<div id="root"></div>'; window.endpoint = '${fixture.url}'`);
    await page.addScriptTag({ type: 'module', content: await bundleReactPage([]) });
    await page.waitForFunction('window.render');
    await page.evaluate('render("proven")');
    await page.waitForFunction('document.querySelector("#rule")?.textContent === "proven"');
    await page.setInputFiles('#file', PNG);
    await page.waitForFunction('window.resolved');
    const { receipt, ...object } = /** @type {import('../../client/signpost.js').Uploaded} */ (await page.evaluate('resolved'));
    await assertReceipt(`${receipt}`, object);
    await assertStored(fixture, object.key, PNG.buffer);
  });

  test('upload() in parts: the receipt comes when the upload is complete', async () => {
    const page = await open(`${fixture.site}/form/thanks.html`);
    const { receipt, ...object } = await page.evaluate(
      async ([site, endpoint]) => {
        /** @type {typeof import('../../client/signpost.js')} */
        const { upload } = await import(`${site}/client/signpost.js`);
        return upload(new File([new Uint8Array(100_000)], 'film.mp4', { type: 'video/mp4' }), { endpoint, rule: 'proven', partsAbove: 1 });
      },
      /** @type {const} */ ([fixture.site, fixture.url]),
    );
    assert.equal(object.size, 100_000);
    await assertReceipt(`${receipt}`, object);
  });

  test("Uppy with signRequest: the page confirms with the answer's state", async () => {
    const page = await uppy();
    const [key = ''] = /** @type {string[]} */ (await page.evaluate(`send('signRequest', { rule: '${fixture.url}/uploads/proven' })`));
    const { receipt, ...object } = await page.evaluate(
      async (rule) => {
        const { state: confirm } = /** @type {any} */ (window);
        const headers = { 'content-type': 'application/json' };
        return (await fetch(`${rule}/confirm`, { method: 'POST', headers, body: JSON.stringify({ confirm }) })).json();
      },
      `${fixture.url}/uploads/proven`,
    );
    assert.equal(object.key, key);
    await assertReceipt(receipt, object);
  });

  test("Uppy 5 with Companion's protocol: an upload in parts has the receipt in its response", async () => {
    const page = await uppy();
    const [key = ''] = /** @type {string[]} */ (await page.evaluate(`send('uppy5', { rule: '${fixture.url}/uploads/proven', parts: true })`));
    const [{ receipt }] = /** @type {{ receipt: string }[]} */ (await page.evaluate('bodies'));
    await assertReceipt(receipt, { key, size: PNG.buffer.length, type: 'image/png' });
  });
}

/** The tests of the plain form. @param {string} name of the S3 server */
function formTests(name) {
  test('the plain form: the page after the upload says what is stored, and shows the receipt', async () => {
    const page = await open(`${fixture.url}/uploads/proven`);
    assert.deepEqual(await page.locator('option').allTextContents(), ['PNG image (.png)', 'MPEG-4 video (.mp4)']);
    await page.selectOption('select[name=type]', 'image/png');
    await page.click('button');
    assert.equal(await page.getAttribute('input[type=file]', 'accept'), 'image/png,.png');
    assert.match(await page.innerText('small'), /^PNG image \(\.png\), at most 100 MiB$/);
    const key = await page.inputValue('input[name=key]');
    await page.setInputFiles('input[type=file]', PNG);
    await page.click('button');
    await page.waitForURL('**/uploads/proven/done/**');
    assert.deepEqual(await page.locator('dd').allTextContents(), [key, `${PNG.buffer.length} bytes`, 'PNG image (.png)']);
    assert.equal(await page.innerText('h1'), 'Uploaded');
    await assertAccessible(page, 'stored');
    await screenshot(page, `stored, ${name}`);
    await assertReceipt(await page.inputValue('textarea'), { key, size: PNG.buffer.length, type: 'image/png' });

    const address = page.url();
    await page.goto(`${address.split('?')[0]}?bucket=x&key=another&etag=y`);
    assert.equal(await page.locator('dd').first().textContent(), key, 'the address is not trusted');

    await s3(fixture.server, 'PUT', `/${fixture.server.bucket}/${key}`, 'something else');
    await page.goto(address);
    assert.equal(await page.innerText('h1'), 'Not uploaded');
    assert.match(await page.innerText('main'), /type differs/);
    await assertAccessible(page, 'another object');

    await s3(fixture.server, 'DELETE', `/${fixture.server.bucket}/${key}`);
    await page.goto(address);
    assert.equal(await page.innerText('h1'), 'Not there yet');
    await assertAccessible(page, 'no object');
    await screenshot(page, `not there yet, ${name}`);
    await page.click('a');
    assert.equal(page.url(), address, 'the link looks again');

    await page.goto(address.replace('/done/', '/done/A'));
    assert.equal(await page.innerText('h1'), 'Not known');
    assert.equal(await page.locator('textarea').count(), 0);
  });

  test("the plain form: with the file's name in the key, the page names the object", async () => {
    const page = await open(`${fixture.url}/uploads/named`);
    await page.setInputFiles('input[type=file]', NOTE);
    await page.click('button');
    await page.waitForURL('**/uploads/named/done/**');
    const key = `${await page.locator('dd').first().textContent()}`;
    assert.match(key, /^named\/[0-9a-f-]{36}\/a note\.txt$/);
    await assertReceipt(await page.inputValue('textarea'), { key, size: NOTE.buffer.length, type: 'text/plain' });
    for (const other of ['named/x', 'proven/x.png', '']) {
      await page.goto(`${page.url().split('?')[0]}?key=${encodeURIComponent(other)}`);
      assert.equal(await page.innerText('h1'), 'Not known', other);
    }
  });

  test("the plain form: a rule with a redirect ends on the site's own page", async () => {
    const page = await open(`${fixture.url}/uploads/sent`);
    await page.setInputFiles('input[type=file]', PNG);
    await page.click('button');
    await page.waitForURL(`${fixture.site}/form/thanks.html**`);
  });
}

/** Opens a page. @param {string} url */
async function open(url) {
  await context?.close();
  context = await opened.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(url);
  return page;
}

/** Opens a page with Uppy, on which the picture is chosen. */
async function uppy() {
  const page = await open(`${fixture.site}/form/thanks.html`);
  await page.evaluate(`document.body.innerHTML = '<input type="file" id="files">'`);
  await page.addScriptTag({ type: 'module', content: await bundleUploaders() });
  await page.waitForFunction('window.send');
  await page.setInputFiles('#files', PNG);
  return page;
}

/** Verifies a receipt with the published keys. @param {string} receipt @param {object} object */
async function assertReceipt(receipt, object) {
  const keys = createRemoteJWKSet(new URL(`${fixture.url}/.well-known/jwks.json`));
  const { payload } = await jwtVerify(receipt, keys, { issuer: ISSUER, typ: 'receipt+jwt' });
  assert.deepEqual({ ...payload, ...object }, payload);
}
