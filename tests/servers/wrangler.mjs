/** @file The Worker and the client under `wrangler dev`. */
import { startLocalWorker } from '../../scripts/local-worker.mjs';
import { need } from '../needs.mjs';

/** @param {Parameters<typeof startLocalWorker>[0]} options */
export async function startWrangler(options) {
  await Promise.all([need('worker'), need('client')]);
  return startLocalWorker(options);
}
