import { inParts } from './multipart.js';
import { request, urlOf } from './request.js';
import { SignpostError } from './signpost-error.js';
import { described, goesInParts, transfer } from './transfer.js';

/** @typedef {import('./request.js').Options} Options */

/**
 * @typedef {Options & Sending} UploadOptions
 *
 * @typedef {object} Sending
 * @property {Record<string, string>} [metadata] Texts to store with the object, under names that the rule lists.
 * @property {number} [partsAbove] A file of more bytes is sent in parts, if the rule permits it; 32 MiB by default. An interrupted
 *   upload in parts continues where it stopped, even after the visitor left the page.
 * @property {(event: ProgressEvent) => void} [onprogress] Called with the progress of the upload; a retry starts at 0. With it, the browser
 *   sends a preflight to the bucket, which a form does not need otherwise.
 */

/**
 * The stored object. `etag` and the rest are what the bucket reported, for rules with `confirm = true` and uploads in parts.
 *
 * @typedef {{ key: string, type: string, size: number, etag?: string, checksum?: string, receipt?: string }} Uploaded `receipt` is the token
 *   that a back end verifies, if the configuration has an `ISSUER`.
 */

/**
 * Uploads a file. The rule chooses its key. If the rule says so, the Worker then confirms that the bucket has the file.
 *
 * @param {Blob & { name?: string }} file The name of a `File` is sent too.
 * @param {UploadOptions} options
 * @returns {Promise<Uploaded>}
 * @throws {import('./signpost-error.js').SignpostError}
 */
export async function upload(file, options) {
  const url = urlOf(options.endpoint, 'uploads', options.rule);
  const body = JSON.stringify(described(file, options));
  if (goesInParts(file, options)) {
    const { type, size } = described(file, options);
    try {
      return { type, size, ...(await inParts(file, `${url}/multipart`, body, options)) };
    } catch (error) {
      // The rule, or an older Worker, does not accept parts.
      if (!(error instanceof SignpostError && /InvalidRequest|NoSuchRule/.test(error.code))) throw error;
    }
  }
  return transfer(file, options, () => request(url, options, { method: 'POST', headers: { 'content-type': 'application/json' }, body }));
}
