/** @file Checks a page for accessibility problems with axe. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { root } from '../../scripts/step.mjs';

const AXE = join(root, 'node_modules', 'axe-core', 'axe.min.js');

/**
 * Fails if axe finds a problem, or if it has checked too little.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} state the state of the page, for the message
 */
export async function assertAccessible(page, state) {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(await source());
  /** @type {{ violations: { id: string, help: string, nodes: { html: string, failureSummary: string }[] }[], passes: unknown[] }} */
  const { violations, passes } = await page.evaluate('axe.run()');
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`).join('\n')}`);
  assert.deepEqual(found, [], state);
  assert.ok(passes.length > 10, 'axe has run its checks');
}

/** Returns axe's source, to be evaluated: a script element would be blocked by the page's Content-Security-Policy. */
async function source() {
  const { readFile } = await import('node:fs/promises');
  return readFile(AXE, 'utf8');
}
