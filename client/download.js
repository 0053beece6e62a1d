import { request, urlOf } from './request.js';
import { retry } from './retry.js';

/**
 * @typedef {import('./request.js').Options & { filename?: string }} DownloadOptions With `filename`, the link saves the object
 *   under that name instead of showing it.
 */

/**
 * Requests a link to an object.
 *
 * @param {string} path The value of `{path}` in the rule's key.
 * @param {DownloadOptions} options
 * @returns {Promise<{ url: string, expires: string }>} `expires` is when the link expires, such as `2026-11-23T19:10:00Z`.
 * @throws {import('./signpost-error.js').SignpostError}
 */
export async function download(path, options) {
  const { endpoint, rule, filename } = options;
  const query = filename === undefined ? '' : `?download=${encodeURIComponent(filename)}`;
  const url = urlOf(endpoint, 'downloads', rule, ...path.split('/')) + query;
  return retry(options, () => request(url, options, { headers: { accept: 'application/json' } }));
}
