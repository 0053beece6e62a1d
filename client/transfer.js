import { confirmed } from './confirm.js';
import { hasExpired, mayHaveExpired, received } from './expired.js';
import { urlOf } from './request.js';
import { mayRecover, retry } from './retry.js';
import { send } from './send.js';
import { SignpostError } from './signpost-error.js';

/** @typedef {import('./send.js').Grant} Grant */
/** @typedef {import('./upload.js').UploadOptions} UploadOptions */

/** A size in bytes. For smaller files, the additional requests of an upload in parts take longer than the parts save. */
const PARTS_ABOVE = 2 ** 25;

/** Whether a file is sent in parts, if the rule permits it. @param {Blob} file @param {UploadOptions} options */
export function goesInParts({ size }, { partsAbove = PARTS_ABOVE }) {
  return size > partsAbove;
}

/**
 * Describes a file in a request to the Worker.
 *
 * @param {Blob & { name?: string }} file
 * @param {UploadOptions} options
 */
export function described(file, { metadata }) {
  return { filename: file.name, type: file.type || 'application/octet-stream', size: file.size, metadata };
}

/**
 * Sends a file in one request, and confirms the upload if the rule says so.
 *
 * @param {Blob & { name?: string }} file
 * @param {UploadOptions} options
 * @param {() => Promise<Grant>} request requests a grant
 * @returns {Promise<import('./upload.js').Uploaded>}
 */
export async function transfer(file, options, request) {
  const { signal, onprogress } = options;
  /** @type {Grant & import('./expired.js').Received | undefined} */
  let grant;
  const sign = async () => (grant = received(await request()));
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
  const { type, size } = described(file, options);
  return confirm ? confirmed(urlOf(options.endpoint, 'uploads', options.rule), confirm, options) : { key, type, size };
}
