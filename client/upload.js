import { confirmed } from './confirm.js';
import { hasExpired, mayHaveExpired, received } from './expired.js';
import { inParts } from './multipart.js';
import { request, urlOf } from './request.js';
import { mayRecover, retry } from './retry.js';
import { send } from './send.js';
import { SignpostError } from './signpost-error.js';

/** @typedef {import('./request.js').Options} Options */
/** @typedef {import('./send.js').Grant} Grant */

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

/** A size in bytes. For smaller files, the additional requests of an upload in parts take longer than the parts save. */
const PARTS_ABOVE = 2 ** 25;

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
  const { name: filename, size } = file;
  const type = file.type || 'application/octet-stream';
  const { endpoint, rule, metadata, signal, onprogress, partsAbove = PARTS_ABOVE } = options;
  const url = urlOf(endpoint, 'uploads', rule);
  const body = JSON.stringify({ filename, type, size, metadata });
  if (size > partsAbove) {
    try {
      return { type, size, ...(await inParts(file, `${url}/multipart`, body, options)) };
    } catch (error) {
      // The rule, or an older Worker, does not accept parts.
      if (!(error instanceof SignpostError && /InvalidRequest|NoSuchRule/.test(error.code))) throw error;
    }
  }
  /** @type {Grant & import('./expired.js').Received | undefined} */
  let grant;
  const sign = async () => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
    return (grant = received(/** @type {Grant} */ (await request(url, options, init))));
  };
  const { key, confirm } = await retry(options, async () => {
    // A retry uses the same grant while it is valid, so it overwrites the object of an attempt that did arrive, and nothing is stored twice.
    // It also does if the Worker gives no other: the grant may still be valid, because the browser's clock may be ahead.
    let current = grant && !hasExpired(grant) ? grant : await sign().catch((reason) => grant ?? Promise.reject(reason));
    try {
      await send(file, current, signal, onprogress);
    } catch (error) {
      if (!mayHaveExpired(error)) throw error;
      grant = undefined;
      // A token that is valid once gets no second grant. Then the bucket's answer says more than the Worker's.
      current = await sign().catch((reason) => Promise.reject(reason instanceof SignpostError && !mayRecover(reason) ? error : reason));
      await send(file, current, signal, onprogress);
    }
    return current;
  });
  return confirm ? confirmed(url, confirm, options) : { key, type, size };
}
