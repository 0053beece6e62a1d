/** @file What every page of `examples/` that uploads by script must do, on a store of choice. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { browser } from './browser.mjs';
import { network, shoot } from './page.mjs';
import { picture } from './picture.mjs';
import { areDropped, holds, leadsTo, uploadsOf } from './fixture.mjs';
import { startProxy } from '../servers/proxy.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./fixture.mjs').Fixture} Fixture */

/** The selectors of a recipe; `start` where a button must be pressed. @typedef {{ input: string, cancel: string, start?: string, mute?: boolean }} Recipe */

/** @type {Record<string, Recipe>} */
const RECIPES = {
  component: { input: 'input[type=file]', cancel: '[part~=remove]' },
  fetch: { input: '#file', start: 'form button', cancel: '#cancel', mute: true }, // which cannot tell how far it is
  uppy: { input: '.uppy-Dashboard-input:not([webkitdirectory])', start: '.uppy-StatusBar-actionBtn--upload', cancel: '.uppy-StatusBar-actionCircleBtn[aria-label^=Cancel]' },
  filepond: { input: 'input[type=file]', cancel: '.filepond--action-abort-item-processing' },
  dropzone: { input: '.dz-hidden-input', cancel: '.dz-remove' },
  react: { input: '#file', cancel: '#cancel' },
};

const PNG = { name: 'hills.png', mimeType: 'image/png', buffer: picture() };
const FILM = { name: 'film.mp4', mimeType: 'video/mp4', buffer: randomBytes(40_000_000) };
const SECONDS_OFFLINE = 5;

/** Has XMLHttpRequest tell its progress to the test as well. */
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

  for (const [recipe, { input, start, cancel, mute }] of Object.entries(RECIPES)) {
    describe(`${recipe} on ${name}`, () => {
      /** @type {Page} */
      let page;
      const open = async () => {
        page = await (await chromium.newContext({ proxy: proxy.proxy })).newPage();
        page.setDefaultTimeout(30_000);
        page.on('dialog', (dialog) => dialog.accept());
        await page.clock.install(); // it goes on as usual, until a test moves it
        await page.addInitScript(WATCH);
        await page.goto(`${fixture.site}/${recipe}/`);
        await page.waitForSelector(input, { state: 'attached' });
      };
      after(() => page?.context().close());

      const give = async (/** @type {Parameters<Page['setInputFiles']>[1]} */ file) => {
        const grant = page.waitForResponse((response) => /\/uploads\/file(\/s3)?(\/multipart)?$/.test(response.url()) && response.request().method() === 'POST');
        await page.setInputFiles(input, file);
        if (start) await page.click(start);
        const { key } = await (await grant).json();
        return key;
      };
      /** Waits until part of the file is on its way. */
      const underWay = () => (mute ? page.waitForTimeout(700) : page.waitForFunction('progress.flat().some((part) => part > 0.1)'));
      /** @returns {Promise<string>} the key that the page shows once the file has arrived */
      const arrived = async () => `${await (await page.waitForFunction(`document.querySelector('#keys').textContent`)).jsonValue()}`;

      test('a picture goes up and comes back', async () => {
        await open();
        await give(PNG);
        const key = await arrived();
        await holds(fixture, key, PNG.buffer);
        await leadsTo(`${fixture.url}/downloads/${key.replace('files/', 'file/')}`, PNG);
        await shoot(page, `${recipe}, ${name}`);
        await page.context().close();
      });

      test('40 MB go up, and 5 s without a connection in the middle do no harm', async () => {
        await open();
        const conditions = await network(page);
        await conditions({ bytesPerSecond: 20_000_000 });
        await give(film);
        await underWay();
        proxy.disconnect();
        await conditions({ offline: true });
        await passes(page, SECONDS_OFFLINE);
        assert.equal(await page.textContent('#keys'), '');
        proxy.reconnect();
        await conditions({ bytesPerSecond: 20_000_000 });
        await holds(fixture, await arrived(), FILM.buffer);
        if (!mute) rises(await page.evaluate('progress'));
        await page.context().close();
      });

      test('cancelling leaves nothing', async () => {
        await open();
        await (await network(page))({ bytesPerSecond: 4_000_000 });
        const uploads = uploadsOf(page);
        const key = await give(film);
        await underWay();
        const dropped = mute || page.waitForResponse((response) => response.request().method() === 'DELETE');
        await page.click(cancel);
        if (!mute) assert.ok([200, 204].includes(/** @type {import('playwright-core').Response} */ (await dropped).status()));
        await page.waitForTimeout(500);
        assert.equal(await page.textContent('#keys'), '');
        await assert.rejects(holds(fixture, key, FILM.buffer), /404/);
        if (!mute) await areDropped(fixture, key, uploads);
      });
    });
  }
}

/**
 * Has time pass in a page, a second at a time, with a moment between them for what it asks to fail.
 *
 * @param {Page} page
 * @param {number} seconds
 */
async function passes(page, seconds) {
  for (let second = 0; second < seconds; second += 1) {
    await page.clock.runFor(1_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** @param {number[][]} attempts of the parts of one file */
function rises(attempts) {
  for (const parts of attempts) assert.deepEqual(parts, parts.toSorted((a, b) => a - b));
  assert.ok(attempts.flat().length > 5, 'told on the way, not only at the end');
  const whole = attempts.filter((parts) => parts.at(-1) === 1);
  assert.ok(whole.length > 2 && whole.length < attempts.length, `${whole.length} of ${attempts.length} attempts went through`);
}
