/** @file A real browser for the tests: Chromium, driven by Playwright. */
import { chromium } from 'playwright-core';
import { chromium as findChromium } from '../../scripts/setup.mjs';
import { need } from '../needs.mjs';

const QUIET = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/**
 * Launches Chromium with a fresh profile; `close()` it after the tests.
 *
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function browser() {
  await need('chromium');
  return chromium.launch({ executablePath: await findChromium(), headless: true, args: QUIET });
}
