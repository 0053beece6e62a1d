/**
 * @file Writes the cases down as they are at one instant, for the native tests, which have a clock of their own.
 *
 *     node tests/callers/freeze.mjs
 */
import { writeFile } from 'node:fs/promises';
import { cases } from './cases.mjs';
import { published } from './tokens.mjs';

export const NOW = 1_795_460_400; // 2026-11-23T19:00:00Z

const frozen = await cases(NOW);
const lines = frozen.map((one) => `  ${JSON.stringify(one)}`).join(',\n');
const text = `{ "now": ${NOW}, "jwks": ${JSON.stringify(published('rsa', 'ec', 'ed'))}, "cases": [\n${lines}\n] }\n`;
await writeFile(new URL('frozen.json', import.meta.url), text);
