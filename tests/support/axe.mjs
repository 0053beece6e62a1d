/** @file What axe finds wrong with a page, for those who use it otherwise than by eye and mouse. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { root } from '../../scripts/step.mjs';

const AXE = join(root, 'node_modules', 'axe-core', 'axe.min.js');

/**
 * Fails unless axe finds nothing, and has looked.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} state what it is like now, for the message
 */
export async function accessible(page, state) {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(await source());
  /** @type {{ violations: { id: string, help: string, nodes: { html: string, failureSummary: string }[] }[], passes: unknown[] }} */
  const { violations, passes } = await page.evaluate('axe.run()');
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`).join('\n')}`);
  assert.deepEqual(found, [], state);
  assert.ok(passes.length > 10, 'axe has looked');
}

/** Evaluated, not added as a script, which the page's own policy would forbid. */
async function source() {
  const { readFile } = await import('node:fs/promises');
  return readFile(AXE, 'utf8');
}
