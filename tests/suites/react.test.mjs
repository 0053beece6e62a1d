/** @file The React hook with React 19 and 18, in Chromium and Firefox, in StrictMode, with a fake Worker and a fake bucket. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { needs } from '../needs.mjs';
import { FakeServer } from '../servers/fake_server.mjs';
import { BROWSERS, browser } from '../support/browser.mjs';
import { clientFile } from '../support/client.mjs';
import { collectErrors, slowDown } from '../support/page.mjs';
import { bundleReactPage } from '../support/react_page.mjs';

/** @typedef {import('../servers/fake_server.mjs').Answer} Answer */

const PNG = { name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('bytes') };
const LARGE = { ...PNG, buffer: Buffer.alloc(2_000_000) };
/** The packages of React 18. */
const REACT_18 = { react: 'react18', 'react-dom': 'react-dom18' };
const STORED = { key: 'k', size: 5, type: 'image/png', etag: '"e"', receipt: 'the receipt' };

/** @type {import('playwright-core').Browser} */
let opened;
/** @type {import('playwright-core').Page} */
let page;
/** @type {FakeServer} */
let site;
/** @type {FakeServer} */
let worker;
/** @type {FakeServer} */
let bucket;
/** The answer of the Worker to a request for a grant, instead of a grant. @type {Answer | undefined} */
let refusal;

before(async () => {
  const scripts = { '/signpost.js': await clientFile('signpost.js'), '/page.js': await bundleReactPage(), '/page18.js': await bundleReactPage(undefined, REACT_18) };
  site = await FakeServer.start(({ path = '' }) =>
    path in scripts
      ? { headers: { 'content-type': 'text/javascript' }, body: scripts[/** @type {keyof typeof scripts} */ (path)] }
      : { headers: { 'content-type': 'text/html' }, body: html(path === '/18' ? '/page18.js' : '/page.js') },
  );
  bucket = await FakeServer.start(() => ({ status: 204 }));
  worker = await FakeServer.start(({ path, method }) => {
    if (method === 'OPTIONS') return {};
    if (path?.endsWith('/confirm')) return { body: JSON.stringify(STORED) };
    const grant = { method: 'POST', url: `${bucket.url}/`, fields: { key: 'k' }, key: 'k', expires: '2999-01-01T00:00:00Z', confirm: 's' };
    return refusal ?? { body: JSON.stringify(grant) };
  });
});
after(() => Promise.all([site.stop(), worker.stop(), bucket.stop()]));

const FIREFOX = await needs('firefox');
for (const name of BROWSERS)
  describe(`in ${name}`, name === 'firefox' ? FIREFOX : {}, () => {
    before(async () => void (opened = await browser(name)));
    after(() => opened?.close());
    beforeEach(async () => {
      refusal = undefined;
      for (const server of [worker, bucket]) server.requests = [];
      await page?.context().close();
      page = await (await opened.newContext()).newPage();
      page.setDefaultTimeout(10_000);
    });
    tests();
  });

function tests() {
  for (const [react, path] of [['React 19', '/'], ['React 18', '/18']])
    test(`${react}: uploads a file once in StrictMode, and ends with the receipt`, async () => {
      const errors = await show(path);
      assert.equal(await text(), 'idle 0');
      assert.match(`${await page.evaluate('reactVersion')}`, new RegExp(`^${react.slice(-2)}\\.`));
      await page.setInputFiles('#file', PNG);
      await reaches('done 1 the receipt');
      assert.deepEqual([worker.requests.length, bucket.requests.length], [2, 1], 'a grant, a confirmation, one file');
      assert.deepEqual(await page.evaluate('resolved'), STORED);
      assert.deepEqual(errors, []);
    });

  test('shows the progress, and can be cancelled', async () => {
    await show();
    await slowDown(page, 300_000);
    await page.setInputFiles('#file', LARGE);
    await page.waitForFunction('/^uploading 0.[1-9]/.test(document.querySelector("output").textContent)');
    await page.click('#cancel');
    await reaches('idle 0');
    await page.waitForFunction('"resolved" in window');
    assert.equal(await page.evaluate('resolved'), undefined);
    assert.equal(worker.requests.length, 1, 'nothing is confirmed');
  });

  test('shows an error, and retries the same file', async () => {
    await show();
    refusal = { status: 415, body: JSON.stringify({ code: 'UnsupportedMediaType', detail: 'No PNG here.' }) };
    await page.setInputFiles('#file', PNG);
    await reaches('error 0 No PNG here.');
    refusal = undefined;
    await page.click('#retry');
    await reaches('done 1 the receipt');
    assert.ok(bucket.requests[0]?.body.includes('filename="a.png"'));
  });

  test('retries nothing unless an upload has failed', async () => {
    await show();
    await page.click('#retry');
    assert.equal(await text(), 'idle 0');
    assert.equal(worker.requests.length, 0);
  });

  test('a second file cancels the first', async () => {
    await show();
    await slowDown(page, 300_000);
    await page.setInputFiles('#file', LARGE);
    await page.waitForFunction('/^uploading 0.[1-9]/.test(document.querySelector("output").textContent)');
    await page.setInputFiles('#file', { ...PNG, name: 'second.png' });
    await reaches('done 1 the receipt');
    const names = worker.requests.filter(({ path }) => path === '/uploads/r').map(({ body }) => JSON.parse(`${body}`).filename);
    assert.deepEqual(names, ['a.png', 'second.png']);
    assert.equal(worker.requests.filter(({ path }) => path?.endsWith('/confirm')).length, 1);
  });

  test('an unmounted component stops its upload', async () => {
    const errors = await show();
    await slowDown(page, 100_000);
    await page.setInputFiles('#file', LARGE);
    await page.waitForFunction('/^uploading/.test(document.querySelector("output").textContent)');
    await page.click('#unmount');
    await page.waitForFunction('"resolved" in window');
    assert.equal(await page.evaluate('resolved'), undefined);
    assert.equal(bucket.requests.length, 0, 'the file did not arrive');
    assert.deepEqual(errors, []);
  });

  test('the options of the latest render count', async () => {
    await show();
    await page.evaluate('render("another")');
    await page.waitForFunction('document.querySelector("#rule").textContent === "another"');
    await page.setInputFiles('#file', PNG);
    await reaches('done 1 the receipt');
    assert.equal(worker.requests[0]?.path, '/uploads/another');
  });

  test('the signal of the page cancels too, and the progress is reported to the page', async () => {
    await show();
    await slowDown(page, 300_000);
    await page.setInputFiles('#file', LARGE);
    await page.waitForFunction('window.loaded > 0');
    await page.evaluate('controller.abort()');
    await reaches('idle 0');
  });
}

/** Shows a page with the hook, and returns its errors. @param {string} [path] */
async function show(path = '/') {
  const errors = collectErrors(page);
  await page.goto(site.url + path);
  await page.waitForSelector('output');
  return errors;
}

/** The page of the tests. @param {string} script */
function html(script) {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>React</title><link rel="icon" href="data:,"></head>
    <body><div id="root"></div><script>window.endpoint = '${worker.url}'</script><script type="module" src="${script}"></script></body></html>`;
}

/** @returns {Promise<string | null>} */
const text = () => page.textContent('output');
/** @param {string} expected */
const reaches = (expected) => page.waitForFunction((expected) => document.querySelector('output')?.textContent === expected, expected);
