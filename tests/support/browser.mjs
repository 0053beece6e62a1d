/** @file Real browsers for the tests: Chromium, and Firefox over WebDriver BiDi. Both are driven by Playwright. */
import { chromium } from 'playwright-core';
import { chromium as findChromium, firefox as findFirefox } from '../../scripts/setup.mjs';
import { need } from '../needs.mjs';
import { launchFirefox } from './firefox.mjs';

/** @typedef {'chromium' | 'firefox'} BrowserName */

/** The browsers of suites that run in each of them. @type {BrowserName[]} */
export const BROWSERS = ['chromium', 'firefox'];

const QUIET = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/**
 * Launches a browser with a fresh profile; `close()` it after the tests.
 *
 * @param {BrowserName} [name]
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function browser(name = 'chromium') {
  await need(name);
  if (name === 'firefox') return launchFirefox(await findFirefox());
  return chromium.launch({ executablePath: await findChromium(), headless: true, args: QUIET });
}
