/** @file `<signpost-upload>` in Chromium and Firefox, with a fake Worker and a fake bucket. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { assertAccessible } from '../support/axe.mjs';
import { needs } from '../needs.mjs';
import { FakeServer } from '../servers/fake_server.mjs';
import { BROWSERS, browser } from '../support/browser.mjs';
import { collectErrors, interceptFileChoosers, isFirefox, screenshot, slowDown } from '../support/page.mjs';
import { picture } from '../support/picture.mjs';
import { clientFile } from '../support/client.mjs';

const PNG = { name: 'hills.png', mimeType: 'image/png', buffer: picture() };
const NOTE = { name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('remember the milk') };
const REFUSED = { status: 415, body: JSON.stringify({ code: 'UnsupportedMediaType', detail: 'No text here.' }) };

/** @type {import('playwright-core').Browser} */
let opened;
/** @type {FakeServer} */
let site;
/** The answer of `/test`. @type {import('../servers/fake_server.mjs').Answer} */
let testPage = {};
/** @type {import('playwright-core').Page} */
let page;
/** @type {{ worker: FakeServer, bucket: FakeServer }} */
let fakes;
/** Whether the Worker refuses, or what it answers then. @type {boolean | { status: number, body: string }} */
let refuse = false;
/** Whether the rule gives receipts. */
let confirms = false;

before(async () => {
  site = await FakeServer.start(({ path = '' }) => {
    if (path === '/test') return testPage;
    if (!path.endsWith('.js')) return { status: 204 };
    return { headers: { 'content-type': 'text/javascript' }, body: clientFile(path) };
  });
  const bucket = await FakeServer.start(() => ({ status: 204 }));
  let count = 0;
  const worker = await FakeServer.start(({ body, method, path }) => {
    if (refuse) return refuse === true ? REFUSED : refuse;
    if (path?.endsWith('/confirm') && body.length) {
      const key = JSON.parse(body.toString()).confirm;
      return { body: JSON.stringify({ key, size: 1, type: 'image/png', etag: '"e"', receipt: `receipt of ${key}` }) };
    }
    const key = `k${method === 'POST' ? (count += 1) : 0}/${body.length && JSON.parse(body.toString()).filename}`;
    const grant = { method: 'POST', url: `${bucket.url}/`, fields: { key }, key, expires: '2999-01-01T00:00:00Z', ...(confirms && { confirm: key }) };
    return { body: JSON.stringify(grant) };
  });
  fakes = { worker, bucket };
});
after(async () => {
  await Promise.all([site.stop(), fakes.worker.stop(), fakes.bucket.stop()]);
});
const FIREFOX = await needs('firefox');
for (const name of BROWSERS)
  describe(`in ${name}`, name === 'firefox' ? FIREFOX : {}, () => {
    before(async () => void (opened = await browser(name)));
    after(() => opened?.close());
    tests();
  });

function tests() {
  beforeEach(async () => {
    await page?.context().close();
    refuse = confirms = false;
    for (const fake of Object.values(fakes)) fake.requests = [];
  });

  describe('a file', () => {
    test('that is chosen is uploaded, and the form sends its key', async () => {
      const errors = await show('name="avatar" accept="image/*" required');
      assert.equal(await state(), 'idle');
      assert.equal(await submitted(), undefined, 'nothing is chosen yet');
      await choose(PNG);
      await reaches('done');
      const [key] = await keys();
      assert.match(key ?? '', /^k\d+\/hills\.png$/);
      assert.equal(await submitted(), `avatar=${encodeURIComponent(key ?? '')}`);
      assert.match(await text('note'), /^Uploaded, [\d.]+ kB$/);
      assert.equal(await page.evaluate('upload.shadowRoot.querySelector("[part=preview]").naturalWidth'), 480);
      assert.deepEqual(await events(), ['add', 'progress', 'done', 'change']);
      assert.deepEqual(errors, []);
      assert.ok(fakes.bucket.requests[0]?.body.includes(PNG.buffer));
      await screenshot(page, 'component, done');
    });

    for (const [way, place] of [['drop', 'upload'], ['paste', 'document.body'], ['paste', 'upload']]) {
      test(`can be added by ${way} on ${place}`, async () => {
        await show('');
        await addPictures(way, place, 1);
        await reaches('done');
        assert.equal((await keys()).length, 1);
      });
    }

    test('that is pasted into a text field is not uploaded', async () => {
      await show('');
      await addPictures('paste', 'document.querySelector("textarea")', 1);
      assert.equal(await state(), 'idle');
    });

    test('replaces the previous file, unless multiple files are allowed', async () => {
      await show('');
      await choose(PNG);
      await reaches('done');
      await choose({ ...PNG, name: 'other.png' });
      await page.waitForFunction('upload.value.endsWith("other.png")');
      assert.equal((await keys()).length, 1);
    });

    test('can be rejected by the page', async () => {
      await show('');
      await page.evaluate('upload.addEventListener("signpost-add", (event) => event.preventDefault())');
      await choose(PNG);
      assert.equal(await state(), 'idle');
      assert.equal(fakes.worker.requests.length, 0);
    });

    test('that the browser has recorded is uploaded under its type, with the parameters', async () => {
      await show('accept="video/webm"');
      const codecs = isFirefox(page) ? 'vp8' : 'vp8,opus'; // Firefox would wait for the sound
      const type = await page.evaluate(async (mimeType) => {
        const canvas = document.createElement('canvas');
        setInterval(() => canvas.getContext('2d')?.fillRect(0, 0, 10, 10), 20); // Firefox records only what is drawn from now on
        const recorder = new MediaRecorder(canvas.captureStream(), { mimeType });
        const recorded = new Promise((resolve) => recorder.addEventListener('dataavailable', ({ data }) => resolve(data)));
        recorder.start();
        setTimeout(() => recorder.stop(), 200);
        const file = new File([/** @type {Blob} */ (await recorded)], 'film.webm', { type: recorder.mimeType });
        /** @type {any} */ (document.querySelector('signpost-upload')).add([file]);
        return file.type;
      }, `video/webm;codecs=${codecs}`);
      assert.match(type, /^video\/webm; ?codecs=/);
      await reaches('done');
      assert.equal(JSON.parse(`${fakes.worker.requests[0]?.body}`).type, type);
    });

    test('is uploaded with token and metadata', async () => {
      await show('');
      await page.evaluate('upload.token = async () => "t0ken", upload.metadata = { album: "été" }');
      await choose(PNG);
      await reaches('done');
      assert.equal(fakes.worker.requests[0]?.headers.authorization, 'Bearer t0ken');
      assert.deepEqual(JSON.parse(`${fakes.worker.requests[0]?.body}`).metadata, { album: 'été' });
    });
  });

  test('several files are uploaded separately, and the form sends every key', async () => {
    await show('name="photos" multiple');
    await addPictures('drop', 'upload', 7);
    await reaches('done');
    const all = await keys();
    assert.equal(all.length, 7);
    assert.equal(await submitted(), all.map((key) => `photos=${encodeURIComponent(key)}`).join('&'));
    await page.click('[part~=remove]');
    assert.deepEqual(await keys(), all.slice(1));
  });

  test('the form sends the receipt of each file beside its key', async () => {
    confirms = true;
    await show('name="photos" multiple');
    await addPictures('drop', 'upload', 2);
    await reaches('done');
    const all = await keys();
    assert.deepEqual(await page.evaluate('upload.receipts'), all.map((key) => `receipt of ${key}`));
    const data = /** @type {string[][]} */ (await page.evaluate('[...new FormData(document.forms[0])]'));
    assert.deepEqual(data, all.flatMap((key) => [['photos', key], ['photos-receipt', `receipt of ${key}`]]));
    await page.click('[part~=remove]');
    assert.deepEqual(await page.evaluate('[...new FormData(document.forms[0])]'), data.slice(2));
  });

  test('shows progress, blocks the form during an upload, and can be cancelled', async () => {
    await show('name="avatar" required');
    await slowDown(page, 60_000);
    await choose({ ...PNG, buffer: Buffer.alloc(400_000) });
    await reaches('uploading');
    assert.equal(await submitted(), undefined);
    assert.equal(await page.evaluate('upload.validationMessage'), 'Please wait until all files are uploaded.');
    await page.waitForFunction('upload.shadowRoot.querySelector("progress").value > 0.3');
    await assertAccessible(page, 'uploading');
    await screenshot(page, 'component, uploading');
    await page.click('[part~=remove]');
    await reaches('idle');
    assert.deepEqual(await events(), ['add', 'progress', 'cancel']);
    const progress = await page.evaluate('progress');
    assert.ok(progress.length > 2 && progress.every((/** @type {number} */ value, /** @type {number} */ i) => i === 0 || value >= progress[i - 1]), `${progress}`);
  });

  test('shows the reason of a rejection, and can retry', async () => {
    await show('name="avatar"');
    refuse = true;
    await choose(NOTE);
    await reaches('failed');
    assert.equal(await text('note'), 'No text here.');
    assert.equal(await submitted(), undefined, 'the form is not sent without the file');
    await assertAccessible(page, 'failed');
    await screenshot(page, 'component, failed');
    refuse = false;
    await page.click('[part~=retry]');
    await reaches('done');
    assert.deepEqual(await events(), ['add', 'error', 'progress', 'done', 'change']);
  });

  test('shows that a quota is exceeded', async () => {
    await show('name="avatar"');
    await page.evaluate("upload.addEventListener('signpost-error', ({ detail }) => (globalThis.failure = detail.error))");
    const detail = 'This upload is not within your quota: 5 B and 3 files are left until 2026-11-24T00:00:00Z.';
    refuse = { status: 403, body: JSON.stringify({ title: 'Forbidden', status: 403, detail, code: 'QuotaExceeded', remaining: { bytes: 5, files: 3 }, resets: '2026-11-24T00:00:00Z' }) };
    await choose(NOTE);
    await reaches('failed');
    assert.equal(await text('note'), detail);
    assert.equal(await page.evaluate('failure.code'), 'QuotaExceeded');
    assert.equal(fakes.worker.requests.filter(({ method }) => method === 'POST').length, 1, 'it is not requested again');
  });

  test('works by keyboard alone: choose, retry and remove a file', async () => {
    await show('name="avatar" multiple');
    refuse = true;
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('upload.shadowRoot.activeElement?.type'), 'file');
    const chooser = page.waitForEvent('filechooser');
    await page.keyboard.press('Space');
    await (await chooser).setFiles(PNG);
    await reaches('failed');
    refuse = false;
    await slowDown(page, 60_000);
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'Try again: hills.png');
    await page.keyboard.press('Enter');
    assert.equal(await focused(), 'Cancel: hills.png', 'the focus moves on when the button disappears');
    await reaches('done');
    assert.equal(await focused(), 'Remove: hills.png');
    await page.keyboard.press('Space');
    await reaches('idle');
    assert.equal(await page.evaluate('upload.shadowRoot.activeElement.type'), 'file');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Save');
  });

  test('has no accessibility problems, light or dark, and is named by its label', async () => {
    const chromium = opened.browserType().name() === 'chromium';
    for (const colorScheme of chromium ? /** @type {const} */ (['light', 'dark']) : /** @type {const} */ (['light'])) {
      await show('name="avatar" required multiple', { colorScheme });
      await assertAccessible(page, `idle, ${colorScheme}`);
      await choose(PNG);
      await reaches('done');
      await assertAccessible(page, `done, ${colorScheme}`);
      await screenshot(page, `component, ${colorScheme}`);
    }
    if (!chromium) return; // WebDriver BiDi has no command for the colour scheme yet, and none for the accessibility tree
    const { nodes } = await (await page.context().newCDPSession(page)).send('Accessibility.getFullAXTree');
    const names = nodes.map(({ role, name }) => `${role?.value} ${name?.value ?? ''}`);
    for (const expected of ['group Your picture', 'button Choose a file or drop or paste it here', 'button Remove: hills.png', 'StaticText hills.png was uploaded.'])
      assert.ok(names.some((name) => name.startsWith(expected)), `${expected}, among ${names.join('; ')}`);
  });

  test('takes part in a form: required, reset, disabled, labelled', async () => {
    await show('name="avatar" required');
    assert.equal(await page.evaluate('upload.checkValidity()'), false);
    assert.equal(await page.evaluate('upload.validity.valueMissing'), true);
    await choose(PNG);
    await reaches('done');
    assert.equal(await page.evaluate('upload.checkValidity()'), true);
    await page.evaluate('document.forms[0].reset()');
    assert.deepEqual([await state(), await keys()], ['idle', []]);
    await page.click('label[for=upload]');
    assert.equal(await page.evaluate('document.activeElement === upload'), true);
    await page.evaluate('document.querySelector("fieldset").disabled = true');
    await addPictures('drop', 'upload', 1);
    assert.equal(await state(), 'idle');
  });

  test('shows its content without JavaScript or without the module', async () => {
    await show('', { javaScriptEnabled: false }, "script-src 'none'"); // WebDriver BiDi has no command for it in Firefox 153 ESR, so the policy does it there
    assert.ok(await page.isVisible('text=Upload by a plain form'));
    await show('');
    assert.ok(!(await page.isVisible('text=Upload by a plain form')));
  });

  test('works with a Content-Security-Policy that forbids inline styles and scripts', async () => {
    const errors = await show('', {}, "default-src 'none'; script-src 'self'; img-src 'self' blob:; connect-src http://localhost:*");
    await choose(PNG);
    await reaches('done');
    assert.deepEqual(errors, []);
  });
}

/**
 * Shows a page with the element in a form.
 *
 * @param {string} attributes
 * @param {import('playwright-core').BrowserContextOptions} [options]
 * @param {string} [policy]
 */
async function show(attributes, options, policy = '') {
  await page?.context().close();
  page = await (await opened.newContext(options)).newPage();
  page.setDefaultTimeout(15_000);
  interceptFileChoosers(page);
  const headers = { 'content-type': 'text/html', 'content-security-policy': policy };
  testPage = { headers, body: html(attributes) };
  const errors = collectErrors(page);
  await page.goto(`${site.url}/test`);
  if (options?.javaScriptEnabled === false) return errors;
  await page.evaluate(`
    window.upload = document.querySelector('signpost-upload');
    window.eventTypes = [];
    window.progress = [];
    for (const type of ['signpost-add', 'signpost-progress', 'signpost-done', 'signpost-error', 'signpost-cancel', 'change'])
      upload.addEventListener(type, () => eventTypes.push(type.replace('signpost-', '')));
    upload.addEventListener('signpost-progress', ({ detail }) => progress.push(detail.loaded / detail.total));
  `);
  return errors;
}

/** @param {string} attributes */
function html(attributes) {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Profile</title><meta name="color-scheme" content="light dark">
    <script type="module" src="/signpost-upload.js"></script></head>
    <body><main><h1>Profile</h1><form><fieldset><legend>About you</legend><label for="upload">Your picture</label>
    <signpost-upload id="upload" endpoint="${fakes.worker.url}" rule="pictures" ${attributes}>
      <a href="${fakes.worker.url}/uploads/pictures">Upload by a plain form</a></signpost-upload>
    </fieldset><button>Save</button></form><textarea aria-label="Notes"></textarea></main></body></html>`;
}

/** @param {{ name: string, mimeType: string, buffer: Buffer }} file */
const choose = (file) => page.setInputFiles('input[type=file]', file);

/** Drops or pastes pictures. @param {string} way @param {string} place @param {number} count */
const addPictures = (way, place, count) =>
  page.evaluate(`{
    const data = new DataTransfer();
    for (let i = 0; i < ${count}; i += 1) data.items.add(new File(['bytes ' + i], i + '.png', { type: 'image/png' }));
    const init = { bubbles: true, composed: true, cancelable: true };
    const paste = () => Object.defineProperty(new ClipboardEvent('paste', init), 'clipboardData', { value: data }); // Firefox's constructor ignores it
    ${place}.dispatchEvent('${way}' === 'drop' ? new DragEvent('drop', { dataTransfer: data, ...init }) : paste());
  }`);

/** @returns {Promise<string>} */
const state = () => page.evaluate('upload.getAttribute("state")');
/** @returns {Promise<string[]>} */
const keys = () => page.evaluate('upload.keys');
/** @param {string} expected */
const reaches = (expected) => page.waitForSelector(`signpost-upload[state=${expected}]`);
/** @param {string} part @returns {Promise<string>} */
const text = (part) => page.evaluate(`upload.shadowRoot.querySelector("[part=${part}]").textContent`);
/** The events so far, without repetitions in a row. @returns {Promise<string[]>} */
const events = () => page.evaluate('eventTypes.filter((type, i) => type !== eventTypes[i - 1])');
/** @returns {Promise<string>} */
const focused = () => page.evaluate('upload.shadowRoot.activeElement.ariaLabel');

/** The data that the form sends, if it is valid. @returns {Promise<string | undefined>} */
const submitted = () =>
  page.evaluate(`document.forms[0].checkValidity() ? new URLSearchParams(new FormData(document.forms[0])).toString() : undefined`);
