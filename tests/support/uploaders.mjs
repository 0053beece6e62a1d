/** @file Uploaders from npm, unmodified, in Chromium, on pages of another origin: each by its own way in, on a store of choice. */
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { root } from '../../scripts/step.mjs';
import { browser } from './browser.mjs';
import { s3 } from '../servers/s3.mjs';
import { network } from './page.mjs';
import { picture } from './picture.mjs';
import { areDropped, holds, uploadsOf } from './fixture.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./fixture.mjs').Fixture} Fixture */
/** @typedef {'uppy5' | 'uppy6' | 'signRequest' | 'betterUpload'} Way */

export const SECRETS = { ADA_TOKEN: 'a-token-of-ada-for-tests', TICKET_SECRET: 'a-secret-for-tickets-of-tests-only' };

const PNG = { name: 'hills ä.png', mimeType: 'image/png', buffer: picture() };
const FILM = { name: 'film.mp4', mimeType: 'video/mp4', buffer: randomBytes(40_000_000) };

/** What goes in parts: by choice, or by size. @type {Record<Way, boolean>} */
const CHOOSES_PARTS = { uppy5: true, uppy6: true, signRequest: true, betterUpload: false };

/** What each way makes of the Worker's 401. @type {Record<Way, RegExp>} */
const NEEDS_TOKEN = {
  uppy5: /Error: Authorization required/,
  uppy6: /Companion request failed: Unauthorized/,
  signRequest: /This rule requires a token/,
  betterUpload: /This rule requires a token/,
};

/** Bundles the page's script as its own build would. */
async function bundle() {
  const { build } = await import('esbuild');
  const define = { 'process.env.NODE_ENV': '"production"' };
  const options = /** @type {const} */ ({ bundle: true, format: 'esm', write: false, logLevel: 'silent', define });
  const { outputFiles } = await build({ entryPoints: [join(root, 'tests', 'support', 'uploaders_page.js')], ...options });
  return outputFiles[0].text;
}

/**
 * @param {string} name
 * @param {() => Promise<Fixture>} startFixture
 * @param {{ forms: boolean }} store whether files may be sent to it by forms
 */
export function suite(name, startFixture, { forms }) {
  describe(`on ${name}`, () => {
    /** @type {import('playwright-core').Browser} */
    let chromium;
    /** @type {Fixture} */
    let fixture;
    let [script, directory, film] = ['', '', ''];
    before(async () => {
      directory = await mkdtemp(join(tmpdir(), 'uploaders-'));
      await writeFile((film = join(directory, FILM.name)), FILM.buffer);
      [chromium, fixture, script] = await Promise.all([browser(), startFixture(), bundle()]);
    });
    after(async () => {
      await chromium?.close();
      await fixture?.stop();
      await rm(directory, { recursive: true, force: true });
    });

    /** @param {Parameters<Page['setInputFiles']>[1]} files */
    const open = async (files) => {
      const page = await chromium.newPage();
      await page.goto(`${fixture.site}/form/thanks.html`);
      await page.evaluate(`document.body.innerHTML = '<input type="file" id="given" multiple>'`);
      await page.addScriptTag({ type: 'module', content: script });
      await page.waitForFunction('window.send');
      await page.setInputFiles('#given', files);
      return page;
    };
    /** @param {Page} page @param {Way} way @param {object} ask @returns {Promise<string[]>} */
    const send = (page, way, ask) => page.evaluate(`send('${way}', ${JSON.stringify({ rule: `${fixture.url}/uploads/file`, ...ask })})`);

    for (const way of /** @type {Way[]} */ (['uppy5', 'uppy6', 'signRequest', 'betterUpload'])) {
      if (way !== 'uppy6' || forms)
        test(`${way}: a picture goes up in one piece, with its metadata`, async () => {
          const page = await open([PNG]);
          const [key = ''] = await send(page, way, { told: { album: 'hü' } });
          assert.match(key, /^files\/[0-9a-f-]{36}\.png$/);
          await holds(fixture, key, PNG.buffer);
          const object = await s3(fixture.server, 'HEAD', `/${fixture.server.bucket}/${key}`);
          assert.equal(object.headers.get('content-type'), 'image/png');
          if (way.startsWith('uppy')) assert.equal(object.headers.get('x-amz-meta-album'), 'h%C3%BC');
          await page.close();
        });

      test(`${way}: 40 MB go up in parts, and progress is told`, async () => {
        const page = await open(film);
        await (await network(page))({ bytesPerSecond: 10_000_000 });
        const [key = ''] = await send(page, way, { parts: true });
        await holds(fixture, key, FILM.buffer);
        const told = /** @type {number[]} */ (await page.evaluate('progress')).filter((percent) => percent > 0 && percent < 100);
        assert.ok(told.length > 1 && Number(told[0]) < Number(told.at(-1)), `${told}`);
        await page.close();
      });

      test(`${way}: cancelling in the middle leaves nothing`, async () => {
        const page = await open(film);
        await (await network(page))({ bytesPerSecond: 4_000_000 });
        const uploads = uploadsOf(page);
        const dropped = page.waitForResponse((response) => response.request().method() === 'DELETE' && response.ok());
        const begun = page.waitForResponse((response) => /\/(multipart|sign-request|better-upload)$/.test(response.url()) && response.request().method() === 'POST');
        const ended = send(page, way, { parts: true }).catch(() => []);
        const [key = ''] = /files\/[0-9a-f-]{36}\.mp4/.exec(await (await begun).text()) ?? [];
        assert.ok(key);
        await page.waitForFunction('progress?.some((percent) => percent > 5)');
        await page.evaluate('cancel()');
        await dropped;
        assert.deepEqual(await ended, []);
        await assert.rejects(holds(fixture, key, FILM.buffer), /404/);
        await areDropped(fixture, key, uploads);
        await page.close();
      });

      test(`${way}: what the rule does not take is refused, and the page is told why`, async () => {
        const page = await open([{ ...PNG, name: 'page.html', mimeType: 'text/html' }]);
        await assert.rejects(send(page, way, { parts: CHOOSES_PARTS[way] }), way === 'uppy6' ? /Companion request failed/ : /type is not accepted/);
        await page.close();
      });

      test(`${way}: a rule that asks who it is gets to know`, async () => {
        const page = await open([PNG]);
        const rule = `${fixture.url}/uploads/private`;
        await assert.rejects(send(page, way, { rule, parts: true }), { message: NEEDS_TOKEN[way] });
        const ticket = `${fixture.url}/t/${ticketFor('uploads/private')}/uploads/private`;
        const allowed = way === 'uppy6' ? [{ rule: ticket }] : [{ rule: ticket }, { rule, token: SECRETS.ADA_TOKEN }];
        for (const ask of allowed) {
          const [key = ''] = await send(page, way, { parts: true, ...ask });
          assert.match(key, /^private\//);
          await holds(fixture, key, PNG.buffer);
        }
        await page.close();
      });
    }

    test('a file whose size is not told goes by a form, or not at all', async () => {
      const page = await open([PNG]);
      for (const way of /** @type {Way[]} */ (['uppy5', 'uppy6', 'signRequest'])) {
        const sent = send(page, way, { silent: true });
        if (forms) await holds(fixture, (await sent)[0] ?? '', PNG.buffer);
        else await assert.rejects(sent, way === 'uppy6' ? /Companion request failed/ : /the file's size is missing/i);
        await assert.rejects(send(page, way, { silent: true, parts: true }), way === 'uppy6' ? /Companion/ : /the file's size is missing/i);
      }
      await page.close();
    });

    test('betterUpload: several files at once, whole or in parts', async () => {
      const page = await open([PNG, { ...PNG, name: 'second.png' }]);
      const keys = await send(page, 'betterUpload', {});
      assert.equal(new Set(keys).size, 2);
      for (const key of keys) await holds(fixture, key, PNG.buffer);
      await page.close();
      const both = join(directory, 'hills.png');
      await writeFile(both, PNG.buffer);
      const other = await open([film, both]);
      const [first = '', second = ''] = await send(other, 'betterUpload', {});
      await holds(fixture, first, FILM.buffer);
      await holds(fixture, second, PNG.buffer);
      await other.close();
    });
  });
}

/** @param {string} rule */
function ticketFor(rule) {
  const part = (/** @type {object} */ value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS256' })}.${part({ rule, sub: 'ada', exp: Math.floor(Date.now() / 1000) + 600 })}`;
  return `${text}.${createHmac('sha256', SECRETS.TICKET_SECRET).update(text).digest('base64url')}`;
}
