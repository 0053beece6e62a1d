/** @file Links to three S3 servers: the name of a saved file, HEAD and Range through the redirect, and caching. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { needs } from '../needs.mjs';
import { browser } from '../support/browser.mjs';
import { picture } from '../support/picture.mjs';
import * as juicefs from '../servers/juicefs.mjs';
import * as ministack from '../servers/ministack.mjs';
import { s3 } from '../servers/s3.mjs';
import { onForms, onLocalR2 } from '../support/fixture.mjs';

/** @typedef {import('../support/fixture.mjs').Fixture} Fixture */

const TEXT = 'remember the milk';
const NAMES = ['Rechnung März 2026.txt', '日本語 "x" 🦀.txt', "it's 100% (1); a,b+c=d&e.txt", 'plain.TXT'];

/** @type {import('playwright-core').Browser} */
let chromium;
before(async () => void (chromium = await browser()));
after(() => chromium?.close());

suite('local R2', await needs(), onLocalR2, false); // it does not support response-content-disposition
suite('JuiceFS', await needs('juicefs'), () => onForms(juicefs));
suite('MiniStack', await needs('ministack'), () => onForms(ministack));

/**
 * @param {string} name
 * @param {{ skip: string | false }} options
 * @param {() => Promise<Fixture>} startFixture
 * @param {boolean} [names] whether the server supports response-content-disposition
 */
function suite(name, options, startFixture, names = true) {
  describe(name, options, () => {
    /** @type {Fixture} */
    let fixture;
    /** @type {import('playwright-core').Page} */
    let page;
    before(async () => {
      fixture = await startFixture();
      const { status } = await s3(fixture.server, 'PUT', `/${fixture.server.bucket}/files/note.txt`, TEXT);
      assert.equal(status, 200);
      page = await chromium.newPage();
      await page.goto(`${fixture.site}/icon.svg`);
    });
    after(async () => {
      await page?.close();
      await fixture?.stop();
    });
    const link = (/** @type {string} */ path) => `${fixture.url}/downloads/${path}`;

    for (const filename of names ? [...NAMES, 'Setup.exe'] : []) {
      test(`a browser saves it as ${filename}`, async () => {
        const saved = page.waitForEvent('download');
        await page.evaluate(`{ const a = document.createElementNS('http://www.w3.org/1999/xhtml', 'a');
          a.href = ${JSON.stringify(link(`file/note.txt?download=${encodeURIComponent(filename)}`))}; document.documentElement.append(a); a.click(); }`);
        const download = await saved;
        const saves = /\.txt$/i.test(filename) ? filename : `${filename}.txt`; // the extension of the key
        assert.equal(download.suggestedFilename(), saves.replaceAll('"', '_')); // Chromium replaces characters that file systems reject
        assert.equal(await readFile(await download.path(), 'utf8'), TEXT);
      });
    }

    test('HEAD and Range work through the redirect', async () => {
      const head = await fetch(link('file/note.txt'), { method: 'HEAD' });
      assert.deepEqual([head.status, head.headers.get('content-length'), await head.text()], [200, `${TEXT.length}`, '']);
      const range = await fetch(link('file/note.txt'), { headers: { range: 'bytes=9-11' } });
      assert.deepEqual([range.status, await range.text()], [206, 'the']);
      const inBrowser = page.evaluate(async (url) => {
        const answer = await fetch(url, { headers: { range: 'bytes=9-11' } });
        return [answer.status, await answer.text()];
      }, link('file/note.txt'));
      assert.deepEqual(await inBrowser, [206, 'the']);
    });

    test('a link with a window is the same for every request, and a rule can force a download', async () => {
      const answers = await Promise.all(['stable/note.txt', 'stable/note.txt', 'file/note.txt'].map((path) => fetch(link(path), { redirect: 'manual' })));
      const [first, second, fresh] = answers.map(({ headers }) => headers);
      assert.equal(first?.get('location'), second?.get('location'));
      assert.match(first?.get('cache-control') ?? '', /^private, max-age=\d+$/);
      assert.equal(fresh?.get('cache-control'), 'no-store');
      const object = await fetch(link('stable/note.txt'));
      if (names) assert.equal(object.headers.get('content-disposition'), 'attachment; filename="note.txt"');
      assert.equal(await object.text(), TEXT);
    });

    test('a browser requests a cacheable link once', async () => {
      /** @type {boolean[]} */
      const cached = [];
      const network = await page.context().newCDPSession(page);
      await network.send('Network.enable');
      network.on('Network.requestWillBeSent', ({ redirectResponse }) => redirectResponse && cached.push(!!redirectResponse.fromDiskCache));
      for (const path of ['stable/note.txt?download=once', 'stable/note.txt?download=once', 'file/note.txt?download=twice', 'file/note.txt?download=twice'])
        assert.equal(await page.evaluate((url) => fetch(url).then((answer) => answer.text()), link(path)), TEXT);
      assert.deepEqual(cached, [false, true, false, false]);
    });

    // JuiceFS cannot override headers.
    if (names) test('headers that an uploader adds to a signed PUT are stored, but not sent by a link', async () => {
      const wish = { files: [{ name: 'x.png', type: 'image/png', size: TEXT.length }] };
      const { files } = await (await fetch(`${fixture.url}/uploads/file/better-upload`, { method: 'POST', body: JSON.stringify(wish) })).json();
      const [{ signedUrl: url, headers: signed }] = files;
      const added = { 'content-disposition': 'attachment; filename="Setup.exe"', 'content-encoding': 'gzip', 'cache-control': 'public, max-age=31536000', expires: 'Thu, 01 Dec 2044 16:00:00 GMT' };
      const put = await fetch(url, { method: 'PUT', headers: { ...signed, 'content-type': 'image/png', ...added }, body: TEXT });
      assert.equal(put.status, 200, await put.text());
      const key = decodeURIComponent(new URL(url).pathname).replace(`/${fixture.server.bucket}/files/`, '');
      const stored = await s3(fixture.server, 'HEAD', `/${fixture.server.bucket}/files/${key}`);
      assert.equal(stored.headers.get('content-disposition'), added['content-disposition']);

      const sent = async (/** @type {string} */ path) => {
        const answer = await fetch(link(path));
        return [await answer.text(), ...['content-type', 'content-disposition', 'content-encoding', 'cache-control'].map((name) => answer.headers.get(name))];
      };
      assert.deepEqual(await sent(`file/${key}`), [TEXT, 'image/png', 'inline', 'identity', 'private, max-age=300']);
      assert.deepEqual(await sent(`file/${key}?download=x`), [TEXT, 'image/png', 'attachment; filename="x.png"', 'identity', 'private, max-age=300']);
      assert.deepEqual(await sent(`stable/${key}`), [TEXT, 'image/png', `attachment; filename="${key}"`, 'identity', 'max-age=3600']);
      const shown = page.evaluate(async (url) => (await fetch(url)).text(), link(`file/${key}`));
      assert.equal(await shown, TEXT);
    });

    test('a page of another origin can embed what a link leads to', async () => {
      const file = picture();
      const wish = JSON.stringify({ type: 'image/png', size: file.length });
      const { method, url, fields = {}, headers: signed = {}, key } = await (await fetch(`${fixture.url}/uploads/picture`, { method: 'POST', body: wish })).json();
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      form.append('file', new Blob([new Uint8Array(file)]));
      const { 'content-length': _, ...headers } = signed;
      const sent = await fetch(url, method === 'POST' ? { method, body: form } : { method, headers, body: new Uint8Array(file) });
      assert.ok(sent.ok, await sent.text());
      const shown = (/** @type {string} */ url) => page.evaluate((url) => new Promise((resolve) => {
        const image = new Image();
        image.onload = () => resolve(image.naturalWidth);
        image.onerror = () => resolve('not shown');
        image.src = url;
      }), url);
      assert.equal(await shown(link(key.replace('pictures/', 'picture/'))), 480);
    });

    test('?json returns the link as JSON', async () => {
      const { url, expires } = await (await fetch(link('file/note.txt?json'))).json();
      assert.equal(await (await fetch(url)).text(), TEXT);
      assert.ok(Date.parse(expires) > Date.now());
    });
  });
}
