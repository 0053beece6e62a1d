import { address, ask } from './ask.js';
import { retry } from './retry.js';

/**
 * @typedef {import('./ask.js').Options & { filename?: string }} DownloadOptions With `filename`, the link saves the
 *   object under that name instead of showing it.
 */

/**
 * Asks for a link to an object, which works until it expires.
 *
 * @param {string} path What stands for `{path}` in the rule's key.
 * @param {DownloadOptions} options
 * @returns {Promise<{ url: string, expires: string }>} `expires` is an instant such as `2026-11-23T19:10:00Z`.
 * @throws {import('./signpost-error.js').SignpostError}
 */
export async function download(path, options) {
  const { endpoint, rule, filename } = options;
  const query = filename === undefined ? '' : `?download=${encodeURIComponent(filename)}`;
  const url = address(endpoint, 'downloads', rule, ...path.split('/')) + query;
  return retry(options, () => ask(url, options, { headers: { accept: 'application/json' } }));
}
