/** @file The browser client, as the Worker serves it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dist } from '../../scripts/client.mjs';
import { need } from '../needs.mjs';

/** @param {string} path such as `signpost.js` */
export async function clientFile(path) {
  await need('client');
  return readFile(join(dist, path));
}
