/** @file Many files and links at once, and a PUT on request, with an S3 server: the pages and the module of `examples/` for them. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from '../../scripts/step.mjs';
import * as ministack from '../servers/ministack.mjs';
import { browser } from '../support/browser.mjs';
import { assertStored, underWrangler } from '../support/fixture.mjs';

/** @type {import('../support/fixture.mjs').Fixture} */
let fixture;
before(async () => void (fixture = await underWrangler(ministack)));
after(() => fixture?.stop());

describe('the zip page', () => {
  /** @type {import('playwright-core').Browser} */
  let chromium;
  before(async () => void (chromium = await browser()));
  after(() => chromium?.close());

  test('uploads files with one request, and saves them as a zip with one request for their links', async () => {
    const page = await chromium.newPage();
    /** @type {string[]} */
    const requests = [];
    page.on('request', (request) => request.method() === 'POST' && request.url().startsWith(fixture.url) && requests.push(new URL(request.url()).pathname));
    await page.goto(`${fixture.site}/zip/`);
    const files = Array.from({ length: 12 }, (_, index) => ({ name: `${index}.png`, mimeType: 'image/png', buffer: Buffer.from(`picture ${index}`) }));
    await page.setInputFiles('#file', files);
    await page.click('form button');
    const keys = `${await (await page.waitForFunction(`document.querySelector('#keys').textContent`)).jsonValue()}`.split('\n');
    assert.equal(keys.length, files.length, await page.textContent('#status') ?? '');
    for (const [index, key] of keys.entries()) await assertStored(fixture, key, files[index].buffer);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#zip')]);
    assert.equal(download.suggestedFilename(), 'files.zip');
    const found = entries(await readFile(await download.path()));
    assert.deepEqual(found, Object.fromEntries(keys.map((key, index) => [key.replace('files/', ''), `picture ${index}`])));
    assert.deepEqual(requests, ['/uploads/file', '/downloads/file']);
  });
});

describe('the Expo example, with a stand-in for expo-file-system', () => {
  let directory = '';
  /** @type {(uri: string, type: string) => Promise<string>} */
  let upload;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'expo-'));
    const standIn = join(root, 'tests/support/expo_file_system.mjs');
    const { outputFiles } = await build({
      entryPoints: [join(root, 'examples/expo/upload.ts')],
      bundle: true,
      format: 'esm',
      platform: 'node',
      alias: { 'expo-file-system/legacy': standIn, 'expo-file-system': standIn },
      write: false,
      logLevel: 'silent',
    });
    const module = join(directory, 'upload.mjs');
    await writeFile(module, outputFiles[0].text.replaceAll('https://signpost.example.com', fixture.url));
    ({ upload } = await import(pathToFileURL(module).href));
  });
  after(() => rm(directory, { recursive: true, force: true }));

  test('stores a file by PUT, though the bucket takes forms', async () => {
    const file = join(directory, 'a photo.png');
    await writeFile(file, 'from an app');
    const key = await upload(pathToFileURL(file).href, 'image/png');
    await assertStored(fixture, key, Buffer.from('from an app'));
  });

  test('says why the Worker refuses a file', async () => {
    const file = join(directory, 'empty.png');
    await writeFile(file, '');
    await assert.rejects(upload(pathToFileURL(file).href, 'image/png'), /empty files are not accepted/);
  });
});

describe('a PUT on request', () => {
  const sign = async () => {
    const body = JSON.stringify({ method: 'PUT', filename: 'a.png', type: 'image/png', size: 5 });
    const answer = await (await fetch(`${fixture.url}/uploads/file`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).json();
    assert.equal(answer.method, 'PUT');
    return answer;
  };
  const put = async (/** @type {any} */ { url, headers }, change = {}, body = 'bytes') => {
    const { 'content-length': _, ...sent } = { ...headers, ...change };
    return (await fetch(url, { method: 'PUT', headers: sent, body })).status;
  };

  test('stores exactly what was granted', async () => {
    const answer = await sign();
    assert.equal(await put(answer), 200);
    await assertStored(fixture, answer.key, Buffer.from('bytes'));
  });

  test('stores no headers of the client, and no other size or type', async () => {
    const answer = await sign();
    for (const change of [
      { 'content-disposition': 'attachment; filename=setup.exe' },
      { 'content-encoding': 'gzip' },
      { 'cache-control': 'public, max-age=31536000' },
      { 'content-type': 'text/html' },
    ]) {
      assert.equal(await put(answer, change), 403, Object.keys(change)[0]);
    }
    assert.equal(await put(answer, {}, 'more bytes'), 403);
  });
});

/** Reads a zip without compression. @param {Buffer} zip @returns {Record<string, string>} texts by name */
function entries(zip) {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  assert.ok(end >= 0, 'a zip ends with its directory');
  /** @type {Record<string, string>} */
  const found = {};
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [method, size, nameLength, extra, comment, local] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 24), zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32), zip.readUInt32LE(at + 42)];
    assert.equal(method, 0, 'stored');
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const data = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    found[name] = zip.toString('utf8', data, data + size);
    at += 46 + nameLength + extra + comment;
  }
  return found;
}
