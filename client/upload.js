import { address, ask } from './ask.js';
import { inParts } from './multipart.js';
import { retry } from './retry.js';
import { send } from './send.js';
import { SignpostError } from './signpost-error.js';

/** @typedef {import('./ask.js').Options} Options */
/** @typedef {import('./send.js').Grant} Grant */

/**
 * @typedef {Options & Sending} UploadOptions
 *
 * @typedef {object} Sending
 * @property {Record<string, string>} [metadata] Texts stored with the object; the rule names those it takes.
 * @property {number} [partsAbove] From which size on, in bytes, a file goes in parts, if the rule takes those: 32 MiB unless you say otherwise.
 *   What was interrupted then goes on where it was, even after the page was left.
 * @property {(event: ProgressEvent) => void} [onprogress] Told how far the upload is; another try begins again. Has the browser send a preflight to the bucket, which a form alone does not need.
 */

/** As small as is worth the further requests. */
const PARTS_ABOVE = 2 ** 25;

/** @typedef {{ key: string, type: string, size: number }} Uploaded What the bucket now holds. */

/**
 * Uploads a file under the key that the rule gives it.
 *
 * @param {Blob & { name?: string }} file A `File` also tells the Worker its name.
 * @param {UploadOptions} options
 * @returns {Promise<Uploaded>}
 * @throws {import('./signpost-error.js').SignpostError}
 */
export async function upload(file, options) {
  const { name: filename, size } = file;
  const type = file.type || 'application/octet-stream';
  const { endpoint, rule, metadata, signal, onprogress, partsAbove = PARTS_ABOVE } = options;
  const url = address(endpoint, 'uploads', rule);
  const body = JSON.stringify({ filename, type, size, metadata });
  if (size > partsAbove) {
    try {
      return { key: await inParts(file, `${url}/multipart`, body, options), type, size };
    } catch (error) {
      // The rule, or an older Worker, takes files in one piece alone.
      if (!(error instanceof SignpostError && /InvalidRequest|NoSuchRule/.test(error.code))) throw error;
    }
  }
  /** @type {Grant | undefined} */
  let grant;
  return retry(options, async () => {
    // The same permission again, as long as it lasts: what may have arrived is overwritten, not stored twice.
    if (!grant || Date.parse(grant.expires) <= Date.now()) {
      grant = /** @type {Grant} */ (
        await ask(url, options, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        })
      );
    }
    await send(file, grant, signal, onprogress);
    return { key: grant.key, type, size };
  });
}
