/** @file Helpers that control and observe a page. */
import { join } from 'node:path';
import { tools } from '../../scripts/step.mjs';
import { slowDownFirefox } from './firefox.mjs';

/** @typedef {import('playwright-core').Page} Page */

/**
 * Collects the errors of a page from now on: exceptions, and errors in the console.
 *
 * @param {Page} page
 * @returns {string[]}
 */
export function collectErrors(page) {
  /** @type {string[]} */
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  return errors;
}

/**
 * Intercepts file choosers from now on. `waitForEvent` alone enables interception only when it is called; a key pressed right after it
 * can be faster and open a real dialog, which no test can close.
 *
 * @param {Page} page
 */
export function interceptFileChoosers(page) {
  page.on('filechooser', () => {});
}

/** Whether a page is Firefox's. @param {Page} page */
export function isFirefox(page) {
  return page.context().browser()?.browserType().name() === 'firefox';
}

/**
 * Limits the speed of uploads.
 *
 * @param {Page} page
 * @param {number} bytesPerSecond `Infinity` for no limit
 */
export async function slowDown(page, bytesPerSecond) {
  if (isFirefox(page)) slowDownFirefox(page, bytesPerSecond);
  else await (await network(page))(bytesPerSecond === Infinity ? {} : { bytesPerSecond });
}

/**
 * Returns a function that changes the network conditions of a page. WebDriver BiDi has no command for the speed, so this is for Chromium.
 *
 * @param {Page} page
 * @returns {Promise<(conditions: { offline?: boolean, bytesPerSecond?: number }) => Promise<unknown>>}
 */
export async function network(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  return ({ offline = false, bytesPerSecond = -1 }) => {
    const conditions = { offline, latency: 0, downloadThroughput: -1, uploadThroughput: bytesPerSecond };
    return session.send('Network.emulateNetworkConditions', conditions);
  };
}

/**
 * Records the values of the progress bar from now on.
 *
 * @param {Page} page
 * @returns {Promise<() => Promise<number[]>>} returns the values so far
 */
export async function recordProgress(page) {
  await page.evaluate(`
    const values = (window.progressValues = []);
    const bar = document.querySelector('progress');
    new MutationObserver(() => values.push(bar.value)).observe(bar, { attributeFilter: ['value'] });
  `);
  return () => page.evaluate('progressValues');
}

/**
 * Drops or pastes a file.
 *
 * @param {Page} page
 * @param {'drop' | 'paste'} way
 * @param {{ name: string, mimeType: string, buffer: Buffer }} file
 */
export async function dropOrPaste(page, way, { name, mimeType, buffer }) {
  await page.evaluate(
    ([way, name, type, base64]) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], name, { type }));
      const paste = () => Object.defineProperty(new ClipboardEvent('paste'), 'clipboardData', { value: data }); // Firefox's constructor ignores it
      document.dispatchEvent(way === 'drop' ? new DragEvent(way, { dataTransfer: data }) : paste());
    },
    [way, name, mimeType, buffer.toString('base64')],
  );
}

/**
 * Replaces the signatures in the Worker's answers to this page with wrong ones.
 *
 * @param {Page} page
 */
export async function forgeSignatures(page) {
  await page.evaluate(() => {
    const { fetch } = window;
    window.fetch = async (...request) => {
      const grant = await (await fetch(...request)).json();
      const forged = '0'.repeat(64);
      if (grant.fields) grant.fields['x-amz-signature'] = forged;
      else grant.url = grant.url.replace(/(X-Amz-Signature=)[0-9a-f]+/, `$1${forged}`);
      return Response.json(grant);
    };
  });
}

/**
 * Saves a screenshot for human readers, in Chromium.
 *
 * @param {Page} page
 * @param {string} name
 */
export async function screenshot(page, name) {
  if (isFirefox(page)) return; // takes a second
  await page.screenshot({ path: join(tools, 'artefacts', `${name}.png`), fullPage: true });
}
