/**
 * @file Fails if the Worker exceeds `bench/budget.json` by more than 5 %. It compares counts and sizes, never times.
 *
 *     node bench/guard.mjs            builds the Worker, and compares it with the budget
 *     node bench/guard.mjs --accept   writes the new figures to the budget, for a commit that gives the reason
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../scripts/build.mjs';
import { Failure, main, root, say } from '../scripts/step.mjs';
import { bundle } from './bundle.mjs';
import { steps } from './steps.mjs';

const BUDGET = join(root, 'bench', 'budget.json');

/** The factor by which a figure may exceed its budget. */
const TOLERANCE = 1.05;

/** @returns {Promise<Record<string, number>>} */
async function figures() {
  await build();
  const { gzip, raw } = await bundle('signpost', 'src/js/entry.mjs');
  const { upload, download } = await steps();
  return {
    'upload, bytes gzip': gzip,
    'upload, bytes': raw,
    'POST /uploads, calls': upload.calls,
    'POST /uploads, allocations': upload.allocations,
    'GET /downloads, calls': download.calls,
    'GET /downloads, allocations': download.allocations,
  };
}

await main(import.meta, async () => {
  const { values } = parseArgs({ options: { accept: { type: 'boolean' } } });
  const found = await figures();
  if (values.accept) return writeFile(BUDGET, `${JSON.stringify(found, null, 2)}\n`);
  /** @type {Record<string, number>} */
  const budget = JSON.parse(await readFile(BUDGET, 'utf8'));
  const grown = Object.entries(found).filter(([name, figure]) => !(figure <= budget[name] * TOLERANCE));
  for (const [name, figure] of Object.entries(found)) say(`  ${name}: ${figure}, budget ${budget[name]}`);
  if (grown.length === 0) return;
  const names = grown.map(([name]) => name).join('; ');
  throw new Failure(`more than 5 % over bench/budget.json: ${names}`, 'reduce it; or accept it, and give the reason in the commit: node bench/guard.mjs --accept');
});
