/** @file The tests of unmodified uploaders from npm, in Chromium, on pages of another origin: each with its own protocol, with a given S3 server. */
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
import { assertAborted, assertStored, watchUploadIds } from './fixture.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./fixture.mjs').Fixture} Fixture */
/** @typedef {'uppy5' | 'uppy6' | 'signRequest' | 'betterUpload'} Way */

export const SECRETS = { ADA_TOKEN: 'a-token-of-ada-for-tests', TICKET_SECRET: 'a-secret-for-tickets-of-tests-only' };

const PNG = { name: 'hills ä.png', mimeType: 'image/png', buffer: picture() };
/** A recording as browsers name it: https://developer.mozilla.org/en-US/docs/Web/API/MediaRecorder/mimeType */
const RECORDING = { name: 'recording.mp4', mimeType: 'video/mp4;codecs=avc1.42000a,mp4a.40.2', buffer: randomBytes(10_000) };
const FILM = { name: 'film.mp4', mimeType: 'video/mp4', buffer: randomBytes(40_000_000) };

/** Whether the page chooses to send parts; otherwise the size decides. @type {Record<Way, boolean>} */
const CHOOSES_PARTS = { uppy5: true, uppy6: true, signRequest: true, betterUpload: false };

/** The error that each uploader reports for the Worker's 401. @type {Record<Way, RegExp>} */
const NEEDS_TOKEN = {
  uppy5: /Error: Authorization required/,
  uppy6: /Companion request failed: Unauthorized/,
  signRequest: /This rule requires a token/,
  betterUpload: /This rule requires a token/,
};

/** Bundles the page's script like a site's own build. */
export async function bundleUploaders() {
  const { build } = await import('esbuild');
  const define = { 'process.env.NODE_ENV': '"production"' };
  const options = /** @type {const} */ ({ bundle: true, format: 'esm', write: false, logLevel: 'silent', define });
  const { outputFiles } = await build({ entryPoints: [join(root, 'tests', 'support', 'uploaders_page.js')], ...options });
  return outputFiles[0].text;
}

/**
 * @param {string} name
 * @param {() => Promise<Fixture>} startFixture
 * @param {{ forms: boolean }} store whether it accepts forms
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
      [chromium, fixture, script] = await Promise.all([browser(), startFixture(), bundleUploaders()]);
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
      await page.evaluate(`document.body.innerHTML = '<input type="file" id="files" multiple>'`);
      await page.addScriptTag({ type: 'module', content: script });
      await page.waitForFunction('window.send');
      await page.setInputFiles('#files', files);
      return page;
    };
    /** @param {Page} page @param {Way} way @param {object} options @returns {Promise<string[]>} */
    const send = (page, way, options) => page.evaluate(`send('${way}', ${JSON.stringify({ rule: `${fixture.url}/uploads/file`, ...options })})`);

    for (const way of /** @type {Way[]} */ (['uppy5', 'uppy6', 'signRequest', 'betterUpload'])) {
      if (way !== 'uppy6' || forms)
        test(`${way}: uploads a picture in one request, with its metadata`, async () => {
          const page = await open([PNG]);
          const sent = page.waitForRequest((request) => /^(POST|PUT)$/.test(request.method()) && !request.url().includes('/uploads/'));
          const [key = ''] = await send(page, way, { metadata: { album: 'hü' } });
          assert.equal((await sent).method(), forms && way !== 'betterUpload' ? 'POST' : 'PUT');
          assert.match(key, /^files\/[0-9a-f-]{36}\.png$/);
          await assertStored(fixture, key, PNG.buffer);
          const object = await s3(fixture.server, 'HEAD', `/${fixture.server.bucket}/${key}`);
          assert.equal(object.headers.get('content-type'), 'image/png');
          if (way.startsWith('uppy')) assert.equal(object.headers.get('x-amz-meta-album'), 'h%C3%BC');
          await page.close();
        });

      if (way !== 'uppy6' || forms)
        test(`${way}: uploads a recording, whose type has parameters`, async () => {
          const page = await open([RECORDING]);
          const [key = ''] = await send(page, way, {});
          assert.match(key, /^files\/[0-9a-f-]{36}\.mp4$/);
          await assertStored(fixture, key, RECORDING.buffer);
          const object = await s3(fixture.server, 'HEAD', `/${fixture.server.bucket}/${key}`);
          assert.equal(object.headers.get('content-type'), RECORDING.mimeType);
          await page.close();
        });

      test(`${way}: uploads 40 MB in parts, and reports progress`, async () => {
        const page = await open(film);
        await (await network(page))({ bytesPerSecond: 10_000_000 });
        const [key = ''] = await send(page, way, { parts: true });
        await assertStored(fixture, key, FILM.buffer);
        const progress = /** @type {number[]} */ (await page.evaluate('progress')).filter((percent) => percent > 0 && percent < 100);
        assert.ok(progress.length > 1 && Number(progress[0]) < Number(progress.at(-1)), `${progress}`);
        await page.close();
      });

      test(`${way}: stores nothing after cancelling`, async () => {
        const page = await open(film);
        await (await network(page))({ bytesPerSecond: 4_000_000 });
        const uploadIds = watchUploadIds(page);
        const aborted = page.waitForResponse((response) => response.request().method() === 'DELETE' && response.ok());
        const created = page.waitForResponse((response) => /\/(multipart|sign-request|better-upload)$/.test(response.url()) && response.request().method() === 'POST');
        const ended = send(page, way, { parts: true }).catch(() => []);
        const [key = ''] = /files\/[0-9a-f-]{36}\.mp4/.exec(await (await created).text()) ?? [];
        assert.ok(key);
        await page.waitForFunction('progress?.some((percent) => percent > 5)');
        await page.evaluate('cancel()');
        await aborted;
        assert.deepEqual(await ended, []);
        await assert.rejects(assertStored(fixture, key, FILM.buffer), /404/);
        await assertAborted(fixture, key, uploadIds);
        await page.close();
      });

      test(`${way}: reports why the rule rejects a file`, async () => {
        const page = await open([{ ...PNG, name: 'page.html', mimeType: 'text/html' }]);
        await assert.rejects(send(page, way, { parts: CHOOSES_PARTS[way] }), way === 'uppy6' ? /Companion request failed/ : /type is not accepted/);
        await page.close();
      });

      test(`${way}: authenticates with a ticket or a token`, async () => {
        const page = await open([PNG]);
        const rule = `${fixture.url}/uploads/private`;
        await assert.rejects(send(page, way, { rule, parts: true }), { message: NEEDS_TOKEN[way] });
        const ticket = `${fixture.url}/t/${ticketFor('uploads/private')}/uploads/private`;
        const allowed = way === 'uppy6' ? [{ rule: ticket }] : [{ rule: ticket }, { rule, token: SECRETS.ADA_TOKEN }];
        for (const options of allowed) {
          const [key = ''] = await send(page, way, { parts: true, ...options });
          assert.match(key, /^private\//);
          await assertStored(fixture, key, PNG.buffer);
        }
        await page.close();
      });
    }

    test('a file of unknown size is sent by a form, or rejected', async () => {
      const page = await open([PNG]);
      for (const way of /** @type {Way[]} */ (['uppy5', 'uppy6', 'signRequest'])) {
        const sent = send(page, way, { omitSize: true });
        if (forms) await assertStored(fixture, (await sent)[0] ?? '', PNG.buffer);
        else await assert.rejects(sent, way === 'uppy6' ? /Companion request failed/ : /the file's size is missing/i);
        await assert.rejects(send(page, way, { omitSize: true, parts: true }), way === 'uppy6' ? /Companion/ : /the file's size is missing/i);
      }
      await page.close();
    });

    test('betterUpload: uploads several files at once, in one request or in parts each', async () => {
      const page = await open([PNG, { ...PNG, name: 'second.png' }]);
      const keys = await send(page, 'betterUpload', {});
      assert.equal(new Set(keys).size, 2);
      for (const key of keys) await assertStored(fixture, key, PNG.buffer);
      await page.close();
      const png = join(directory, 'hills.png');
      await writeFile(png, PNG.buffer);
      const mixed = await open([film, png]);
      const [first = '', second = ''] = await send(mixed, 'betterUpload', {});
      await assertStored(fixture, first, FILM.buffer);
      await assertStored(fixture, second, PNG.buffer);
      await mixed.close();
    });
  });
}

/** @param {string} rule */
function ticketFor(rule) {
  const part = (/** @type {object} */ value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS256' })}.${part({ rule, sub: 'ada', exp: Math.floor(Date.now() / 1000) + 600 })}`;
  return `${text}.${createHmac('sha256', SECRETS.TICKET_SECRET).update(text).digest('base64url')}`;
}
