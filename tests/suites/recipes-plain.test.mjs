/** @file The examples without page scripts, a plain form and a Python program, with a picture and a file of 40 MB. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { root, run } from '../../scripts/step.mjs';
import { needs } from '../needs.mjs';
import { assertAccessible } from '../support/axe.mjs';
import { browser } from '../support/browser.mjs';
import * as juicefs from '../servers/juicefs.mjs';
import { screenshot, slowDown } from '../support/page.mjs';
import { picture } from '../support/picture.mjs';
import { assertStored, onForms, onLocalR2 } from '../support/fixture.mjs';
import { venv } from '../support/venv.mjs';

const PNG = { name: 'hills.png', buffer: picture() };
const FILM = { name: 'film.mp4', buffer: randomBytes(40_000_000) };

let directory = '';
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plain-'));
  for (const { name, buffer } of [PNG, FILM]) await writeFile(join(directory, name), buffer);
});
after(() => rm(directory, { recursive: true, force: true }));

describe('a plain form on the JuiceFS gateway', await needs('chromium', 'juicefs'), () => {
  /** @type {import('playwright-core').Browser} */
  let chromium;
  /** @type {import('../support/fixture.mjs').Fixture} */
  let fixture;
  before(async () => void ([chromium, fixture] = await Promise.all([browser(), onForms(juicefs)])));
  after(async () => {
    await chromium?.close();
    await fixture?.stop();
  });
  const open = async () => {
    const page = await chromium.newPage({ javaScriptEnabled: false });
    await page.goto(`${fixture.site}/form/`);
    return page;
  };

  test('uploads a picture in a frame of the page', async () => {
    const page = await open();
    const frame = page.frameLocator('iframe');
    const key = await frame.locator('input[name=key]').inputValue();
    await frame.locator('input[type=file]').setInputFiles(join(directory, PNG.name));
    await screenshot(page, 'plain form');
    await frame.locator('button').click();
    await frame.getByText('The file has arrived.').waitFor();
    await assertStored(fixture, key, PNG.buffer);
  });

  test('uploads 40 MB on its own page', async () => {
    const page = await open();
    await page.click('a');
    await page.selectOption('select', 'video/mp4');
    await page.click('button');
    const key = await page.inputValue('input[name=key]');
    await page.setInputFiles('input[type=file]', join(directory, FILM.name));
    await page.click('button');
    await page.waitForURL(`${fixture.site}/form/thanks.html**`);
    await assertStored(fixture, key, FILM.buffer);
  });

  test('stores nothing if the page is closed during the upload', async () => {
    const page = await open();
    await slowDown(page, 4_000_000);
    await page.goto(`${fixture.url}/uploads/file?type=video%2Fmp4`);
    const key = await page.inputValue('input[name=key]');
    await page.setInputFiles('input[type=file]', join(directory, FILM.name));
    await page.click('button', { noWaitAfter: true });
    await page.waitForTimeout(1_000);
    await page.close();
    await assert.rejects(assertStored(fixture, key, FILM.buffer), /404/);
  });

  test('has accessible pages', async () => {
    const page = await chromium.newPage();
    for (const path of ['form/', 'form/thanks.html', 'recipes.html']) {
      await page.goto(`${fixture.site}/${path}`);
      await assertAccessible(page, path);
    }
  });
});

for (const [name, options, startFixture] of /** @type {const} */ ([
  ['the JuiceFS gateway, by a form', await needs('requests', 'juicefs'), () => onForms(juicefs)],
  ['local R2, by PUT', await needs('requests'), onLocalR2],
])) {
  test(`the Python program uploads to ${name}, and prints why a file is rejected`, options, async () => {
    const fixture = await startFixture();
    try {
      const program = [join(root, 'examples', 'python', 'upload.py'), `${fixture.url}/uploads/file`];
      const upload = async (/** @type {string} */ file) => run(join(await venv('requests'), 'python'), [...program, join(directory, file)]);
      for (const { name, buffer } of [PNG, FILM]) await assertStored(fixture, (await upload(name)).trim(), buffer);
      await writeFile(join(directory, 'page.html'), 'x');
      await assert.rejects(upload('page.html'), ({ output }) => /type is not accepted/.test(output));
    } finally {
      await fixture.stop();
    }
  });
}
