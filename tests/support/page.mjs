/** @file What the tests do to a page, and see of it, besides what people do. */
import { join } from 'node:path';
import { tools } from '../../scripts/step.mjs';

/** @typedef {import('playwright-core').Page} Page */

/**
 * @param {Page} page
 * @returns {string[]} what it complains of, from now on
 */
export function complaintsOf(page) {
  /** @type {string[]} */
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  return complaints;
}

/**
 * Has file choosers come to the test from now on. `waitForEvent` alone tells the browser so no sooner than it waits, and a key that is
 * pressed at once may overtake it: then a dialog opens that nobody sees.
 *
 * @param {Page} page
 */
export function catchChoosers(page) {
  page.on('filechooser', () => {});
}

/**
 * @param {Page} page
 * @param {number} bytesPerSecond of its uploads
 */
export async function slowDown(page, bytesPerSecond) {
  await (await network(page))({ bytesPerSecond });
}

/**
 * @param {Page} page
 * @returns {Promise<(conditions: { offline?: boolean, bytesPerSecond?: number }) => Promise<unknown>>} what sets its connection
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
 * @param {Page} page
 * @returns {Promise<() => Promise<number[]>>} what its progress bar has shown since
 */
export async function progressOf(page) {
  await page.evaluate(`
    const shown = (window.shown = []);
    const bar = document.querySelector('progress');
    new MutationObserver(() => shown.push(bar.value)).observe(bar, { attributeFilter: ['value'] });
  `);
  return () => page.evaluate('shown');
}

/**
 * Drops or pastes a file.
 *
 * @param {Page} page
 * @param {'drop' | 'paste'} way
 * @param {{ name: string, mimeType: string, buffer: Buffer }} file
 */
export async function handOver(page, way, { name, mimeType, buffer }) {
  await page.evaluate(
    ([way, name, type, base64]) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], name, { type }));
      const event =
        way === 'drop' ? new DragEvent(way, { dataTransfer: data }) : new ClipboardEvent(way, { clipboardData: data });
      document.dispatchEvent(event);
    },
    [way, name, mimeType, buffer.toString('base64')],
  );
}

/**
 * Gives the page another signature than the Worker's.
 *
 * @param {import('playwright-core').Route} route
 */
export async function forge(route) {
  const response = await route.fetch();
  const grant = await response.json();
  const forged = '0'.repeat(64);
  if (grant.fields) grant.fields['x-amz-signature'] = forged;
  else grant.url = grant.url.replace(/(X-Amz-Signature=)[0-9a-f]+/, `$1${forged}`);
  await route.fulfill({ response, json: grant });
}

/**
 * Keeps what the page looks like, for people.
 *
 * @param {Page} page
 * @param {string} name
 */
export async function shoot(page, name) {
  await page.screenshot({ path: join(tools, 'artefacts', `${name}.png`), fullPage: true });
}
