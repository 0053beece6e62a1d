/**
 * @file Writes the cases for one fixed time, for the native tests, which set their own clock.
 *
 *     node tests/callers/freeze.mjs
 */
import { writeFile } from 'node:fs/promises';
import { cases } from './cases.mjs';
import { publishedByAll } from './tokens.mjs';

export const NOW = 1_795_460_400; // 2026-11-23T19:00:00Z

const frozen = await cases(NOW);
const lines = frozen.map((item) => `  ${JSON.stringify(item)}`).join(',\n');
const text = `{ "now": ${NOW}, "jwks": ${JSON.stringify(publishedByAll())}, "cases": [\n${lines}\n] }\n`;
await writeFile(new URL('frozen.json', import.meta.url), text);
