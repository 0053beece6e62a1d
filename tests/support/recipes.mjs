/** @file The tests of every page of `examples/` that uploads by script, with a given S3 server. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { browser } from './browser.mjs';
import { network, screenshot } from './page.mjs';
import { picture } from './picture.mjs';
import { assertAborted, assertStored, assertServes, watchUploadIds } from './fixture.mjs';
import { startProxy } from '../servers/proxy.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./fixture.mjs').Fixture} Fixture */

/** The selectors of a recipe; `start` is the button that starts it, if any; `noProgress` means that it shows no progress. @typedef {{ input: string, cancel: string, start?: string, noProgress?: boolean }} Recipe */

/** @type {Record<string, Recipe>} */
const RECIPES = {
  component: { input: 'input[type=file]', cancel: '[part~=remove]' },
  fetch: { input: '#file', start: 'form button', cancel: '#cancel', noProgress: true }, // fetch reports no progress of uploads
  uppy: { input: '.uppy-Dashboard-input:not([webkitdirectory])', start: '.uppy-StatusBar-actionBtn--upload', cancel: '.uppy-StatusBar-actionCircleBtn[aria-label^=Cancel]' },
  filepond: { input: 'input[type=file]', cancel: '.filepond--action-abort-item-processing' },
  dropzone: { input: '.dz-hidden-input', cancel: '.dz-remove' },
  react: { input: '#file', cancel: '#cancel' },
};

const PNG = { name: 'hills.png', mimeType: 'image/png', buffer: picture() };
const FILM = { name: 'film.mp4', mimeType: 'video/mp4', buffer: randomBytes(40_000_000) };
const SECONDS_OFFLINE = 5;

/** Records the progress events of XMLHttpRequest for the tests. */
const WATCH = `
  window.progress = [];
  const { send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.send = function (...body) {
    const parts = [];
    progress.push(parts);
    this.upload.addEventListener('progress', ({ loaded, total }) => parts.push(loaded / total));
    return send.apply(this, body);
  };
`;

/**
 * @param {string} name
 * @param {() => Promise<Fixture>} startFixture
 */
export function suite(name, startFixture) {
  /** @type {import('playwright-core').Browser} */
  let chromium;
  /** @type {Fixture} */
  let fixture;
  /** @type {import('../servers/proxy.mjs').BreakableProxy} */
  let proxy;
  let directory = '';
  let film = '';
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'recipes-'));
    film = join(directory, FILM.name);
    await writeFile(film, FILM.buffer);
    [chromium, proxy, fixture] = await Promise.all([browser(), startProxy(), startFixture()]);
  });
  after(async () => {
    await chromium?.close();
    proxy?.stop();
    await fixture?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  for (const [recipe, { input, start, cancel, noProgress }] of Object.entries(RECIPES)) {
    describe(`${recipe} on ${name}`, () => {
      /** @type {Page} */
      let page;
      const open = async () => {
        page = await (await chromium.newContext({ proxy: proxy.proxy })).newPage();
        page.setDefaultTimeout(30_000);
        page.on('dialog', (dialog) => dialog.accept());
        await page.clock.install(); // runs in real time until a test advances it
        await page.addInitScript(WATCH);
        await page.goto(`${fixture.site}/${recipe}/`);
        await page.waitForSelector(input, { state: 'attached' });
      };
      after(() => page?.context().close());

      const upload = async (/** @type {Parameters<Page['setInputFiles']>[1]} */ file) => {
        const grant = page.waitForResponse((response) => /\/uploads\/file(\/s3)?(\/multipart)?$/.test(response.url()) && response.request().method() === 'POST');
        await page.setInputFiles(input, file);
        if (start) await page.click(start);
        const { key } = await (await grant).json();
        return key;
      };
      /** Waits until part of the file is sent. */
      const waitUntilUploading = () => (noProgress ? page.waitForTimeout(700) : page.waitForFunction('progress.flat().some((part) => part > 0.1)'));
      /** @returns {Promise<string>} the key, which the page shows when the upload is complete */
      const waitForKey = async () => `${await (await page.waitForFunction(`document.querySelector('#keys').textContent`)).jsonValue()}`;

      test('uploads a picture, and the download is the same', async () => {
        await open();
        await upload(PNG);
        const key = await waitForKey();
        await assertStored(fixture, key, PNG.buffer);
        await assertServes(`${fixture.url}/downloads/${key.replace('files/', 'file/')}`, PNG);
        await screenshot(page, `${recipe}, ${name}`);
        await page.context().close();
      });

      test('uploads 40 MB although the connection is lost for 5 s', async () => {
        await open();
        const conditions = await network(page);
        await conditions({ bytesPerSecond: 20_000_000 });
        await upload(film);
        await waitUntilUploading();
        proxy.disconnect();
        await conditions({ offline: true });
        await advance(page, SECONDS_OFFLINE);
        assert.equal(await page.textContent('#keys'), '');
        proxy.reconnect();
        await conditions({ bytesPerSecond: 20_000_000 });
        await assertStored(fixture, await waitForKey(), FILM.buffer);
        if (!noProgress) assertIncreasing(await page.evaluate('progress'));
        await page.context().close();
      });

      test('stores nothing after cancelling', async () => {
        await open();
        await (await network(page))({ bytesPerSecond: 4_000_000 });
        const uploadIds = watchUploadIds(page);
        const key = await upload(film);
        await waitUntilUploading();
        const aborted = noProgress || page.waitForResponse((response) => response.request().method() === 'DELETE');
        await page.click(cancel);
        if (!noProgress) assert.ok([200, 204].includes(/** @type {import('playwright-core').Response} */ (await aborted).status()));
        await page.waitForTimeout(500);
        assert.equal(await page.textContent('#keys'), '');
        await assert.rejects(assertStored(fixture, key, FILM.buffer), /404/);
        if (!noProgress) await assertAborted(fixture, key, uploadIds);
      });
    });
  }
}

/**
 * Advances the clock of a page, a second at a time, with a short pause after each so that its requests can fail.
 *
 * @param {Page} page
 * @param {number} seconds
 */
async function advance(page, seconds) {
  for (let second = 0; second < seconds; second += 1) {
    await page.clock.runFor(1_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** @param {number[][]} attempts the progress of each attempt to send a part of one file */
function assertIncreasing(attempts) {
  for (const parts of attempts) assert.deepEqual(parts, parts.toSorted((a, b) => a - b));
  assert.ok(attempts.flat().length > 5, 'progress is reported during the upload');
  const complete = attempts.filter((parts) => parts.at(-1) === 1);
  assert.ok(complete.length > 2 && complete.length < attempts.length, `${complete.length} of ${attempts.length} attempts succeeded`);
}
