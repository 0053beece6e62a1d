/** @file The example page and the plain form in Chromium and Firefox: the stored object is the file, byte for byte. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { needs } from '../needs.mjs';
import { assertAccessible } from '../support/axe.mjs';
import { BROWSERS, browser } from '../support/browser.mjs';
import * as juicefs from '../servers/juicefs.mjs';
import * as ministack from '../servers/ministack.mjs';
import { collectErrors, dropOrPaste, forgeSignatures, interceptFileChoosers, recordProgress, screenshot, slowDown } from '../support/page.mjs';
import { picture } from '../support/picture.mjs';
import { assertServes, assertStored, onForms, onLocalR2 } from '../support/fixture.mjs';

/** @typedef {import('../support/fixture.mjs').Fixture} Fixture */

const PNG = { name: 'dusk.png', mimeType: 'image/png', buffer: picture() };
/** A picture that takes so long that its progress can be seen: bytes after a PNG's end are ignored. */
const LONG = { ...PNG, buffer: Buffer.concat([PNG.buffer, Buffer.alloc(500_000)]) };
const LARGE = { name: 'large.png', mimeType: 'image/png', buffer: Buffer.alloc(2 ** 20 + 1) };
const NOTE = { name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('remember the milk') };

/** @type {import('playwright-core').Browser} */
let opened;
/** @type {import('playwright-core').BrowserContext | undefined} */
let context;

const FIREFOX = await needs('firefox');

// Firefox runs with one store of each kind.
suite('local R2', 'PUT', await needs(), () => onLocalR2(false));
suite('local R2, bound to the Worker', 'POST', await needs(), () => onLocalR2(true), 'a note, très long.txt', ['chromium']);
suite('JuiceFS', 'POST', await needs('juicefs'), () => onForms(juicefs), 'a note, très long.txt');
suite('MiniStack', 'POST', await needs('ministack'), () => onForms(ministack), 'a note, long.txt', ['chromium']); // it decodes file names as Latin-1

/**
 * The tests of the page, with one S3 server.
 *
 * @param {string} name
 * @param {string} method of the upload
 * @param {{ skip: string | false }} options
 * @param {() => Promise<Fixture>} startFixture
 * @param {string} [filename] the name of a file in a plain form, if the S3 server accepts forms
 * @param {import('../support/browser.mjs').BrowserName[]} [browsers]
 */
function suite(name, method, options, startFixture, filename, browsers = BROWSERS) {
  describe(name, options, () => {
    /** @type {Fixture} */
    let fixture;
    before(async () => void (fixture = await startFixture()));
    after(() => fixture?.stop());
    for (const browserName of browsers)
      describe(`in ${browserName}`, browserName === 'firefox' ? FIREFOX : {}, () => {
        before(async () => void (opened = await browser(browserName)));
        after(() => opened?.close());
        pageSuite(() => fixture, name, method);
        if (filename) formSuite(() => fixture, name, filename);
      });
  });
}

/**
 * The tests of the example page, with one S3 server.
 *
 * @param {() => Fixture} fixture
 * @param {string} name
 * @param {string} method
 */
function pageSuite(fixture, name, method) {
  test('uploads a picture and shows it', async () => {
    const page = await open(fixture().site);
    const errors = collectErrors(page);
    await slowDown(page, 500_000);
    const progress = await recordProgress(page);
    const sent = page.waitForRequest((request) => request.url().startsWith(fixture().uploadUrl));
    await page.setInputFiles('#file', LONG);
    await page.waitForSelector('[data-state=done]');
    assert.equal((await sent).method(), method);
    assertIncreasing(await progress());
    const key = await page.innerText('#key');
    assert.match(key, /^pictures\/[0-9a-f-]{36}\.png$/);
    await assertStored(fixture(), key, LONG.buffer);
    await assertServes((await page.getAttribute('#picture', 'src')) ?? '', LONG);
    assert.equal(await page.evaluate('document.querySelector("#picture").naturalWidth'), 480);
    assert.deepEqual(errors, []);
    await screenshot(page, `page, ${name}`); // Playwright adds a style, which the page's policy blocks
  });

  test('shows why the rule rejects a file, and sends nothing', async () => {
    for (const [file, code, message] of /** @type {const} */ ([
      [NOTE, 'UnsupportedMediaType', /image\/jpeg.+image\/png/],
      [LARGE, 'EntityTooLarge', /large/],
    ])) {
      const page = await open(fixture().site);
      /** @type {string[]} */
      const sent = [];
      page.on('request', (request) => request.url().startsWith(fixture().uploadUrl) && sent.push(request.url()));
      await page.setInputFiles('#file', file);
      await page.waitForSelector('#error:not([hidden])');
      assert.equal(await page.innerText('#code'), code);
      assert.match(await page.innerText('#reason'), message);
      assert.deepEqual(sent, []);
      await screenshot(page, `${code}, ${name}`);
    }
  });

  test('shows the error code of the S3 server', async () => {
    const page = await open(fixture().site);
    await forgeSignatures(page);
    await page.setInputFiles('#file', PNG);
    await page.waitForSelector('#error:not([hidden])');
    assert.equal(await page.innerText('#code'), 'SignatureDoesNotMatch');
  });

  test('uploads a picture that is dropped or pasted', async () => {
    for (const way of /** @type {const} */ (['drop', 'paste'])) {
      const page = await open(fixture().site);
      await dropOrPaste(page, way, PNG);
      await page.waitForSelector('[data-state=done]');
      await assertStored(fixture(), await page.innerText('#key'), PNG.buffer);
    }
  });

  test('stores nothing after cancelling', async () => {
    const page = await open(fixture().site);
    await slowDown(page, 20_000);
    const grant = page.waitForResponse('**/uploads/picture');
    await page.setInputFiles('#file', PNG);
    await page.waitForSelector('[data-state=send]');
    await page.click('#cancel');
    await page.waitForSelector('[data-state=idle]');
    assert.equal(await page.innerText('#status'), 'Cancelled');
    assert.equal(await page.evaluate('document.activeElement.id'), 'file');
    await assert.rejects(assertStored(fixture(), (await (await grant).json()).key, PNG.buffer), /404/);
  });
}

/**
 * The tests of the plain form, with one S3 server.
 *
 * @param {() => Fixture} fixture
 * @param {string} name
 * @param {string} filename
 */
function formSuite(fixture, name, filename) {
  test('without JavaScript: uploads a file of a chosen type, and ends at a page that confirms it', async () => {
    const page = await open(`${fixture().url}/uploads/picture`, { javaScriptEnabled: false });
    await screenshot(page, `choice, ${name}`);
    await page.selectOption('select[name=type]', 'image/png');
    await page.click('button');
    await screenshot(page, `form, ${name}`);
    const key = await page.inputValue('input[name=key]');
    await page.setInputFiles('input[type=file]', PNG);
    await page.click('button');
    await page.waitForURL(`${fixture().url}/uploads/picture/done**`);
    await screenshot(page, `done, ${name}`);
    assert.match(await page.innerText('body'), /uploaded/i);
    await assertStored(fixture(), key, PNG.buffer);
    await assertServes(`${fixture().url}/downloads/picture/${key.replace('pictures/', '')}`, PNG);
  });

  test('works by keyboard alone, without accessibility problems', async () => {
    const page = await open(`${fixture().url}/uploads/picture`);
    await assertAccessible(page, 'choice');
    await page.keyboard.press('Tab');
    await page.keyboard.type('PNG');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector('input[type=file]');
    await assertAccessible(page, 'form');
    const key = await page.inputValue('input[name=key]');
    await page.keyboard.press('Tab');
    const chooser = page.waitForEvent('filechooser');
    await page.keyboard.press('Space');
    await (await chooser).setFiles(PNG);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${fixture().url}/uploads/picture/done**`);
    await assertAccessible(page, 'done');
    await assertStored(fixture(), key, PNG.buffer);
  });

  test("without JavaScript: a rule with one type needs no choice, and the upload ends at the rule's redirect", async () => {
    const page = await open(`${fixture().url}/uploads/note`, { javaScriptEnabled: false });
    await page.setInputFiles('input[type=file]', { ...NOTE, name: filename });
    await page.click('button');
    await page.waitForURL(`${fixture().site}/form/thanks.html**`);
    await assertStored(fixture(), `notes/${encodeURIComponent(filename)}`, NOTE.buffer);
    await assertServes(`${fixture().url}/downloads/note/${encodeURIComponent(filename)}`, NOTE);
  });

  test('without JavaScript: rejects a file above the limit', async () => {
    const page = await open(`${fixture().url}/uploads/picture?type=image/png`, { javaScriptEnabled: false });
    const key = await page.inputValue('input[name=key]');
    await page.setInputFiles('input[type=file]', LARGE);
    await page.click('button');
    await page.waitForURL(({ href }) => href.startsWith(fixture().uploadUrl));
    assert.match(await page.content(), /EntityTooLarge/);
    await assert.rejects(assertStored(fixture(), key, LARGE.buffer), /404/);
  });
}

/**
 * @param {string} url
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
async function open(url, options) {
  await context?.close(); // a limit of its speed ends with it
  context = await opened.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  interceptFileChoosers(page);
  await page.goto(url);
  return page;
}

/** @param {number[]} values */
function assertIncreasing(values) {
  const [first, ...rest] = [...new Set(values)];
  assert.equal(first, 0);
  assert.equal(rest.at(-1), 1);
  assert.ok(rest.length > 2, `expected several steps, found ${values}`);
  assert.deepEqual(rest, rest.toSorted((a, b) => a - b));
}
