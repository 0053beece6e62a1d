/** @file The file of a form on its way into R2. It passes through, and its last bytes go on only once all is well. */
import { digester } from './digests.mjs';
import { findBytes } from './find_bytes.mjs';
import { open } from './sinks.mjs';
import { FormError } from './form_error.mjs';

/**
 * What is to be done: `src/write_object.rs` says it.
 *
 * @typedef {object} Plan
 * @property {string} binding
 * @property {string} key
 * @property {{ keep: boolean, httpMetadata: Record<string, any>, customMetadata: Record<string, string>, storageClass?: string, md5?: string, sha1?: string, sha256?: string }} options
 * @property {import('./digests.mjs').Digest[]} digests
 * @property {number} fileStart
 * @property {string} delimiter
 * @property {number} min
 * @property {number} max
 * @property {number | null} exact
 * @property {number} most
 * @property {number} maxTail
 */

/**
 * Stores the file, or nothing.
 *
 * @param {Record<string, any>} env
 * @param {Plan} plan
 * @param {import('./form_body.mjs').FormBody} body
 * @returns {Promise<{ outcome: string, etag: string }>}
 */
export async function writeObject(env, plan, body) {
  const sink = await open(env[plan.binding], plan);
  try {
    const object = await pass(plan, body, sink);
    return object ? { outcome: 'stored', etag: object.httpEtag } : { outcome: 'exists', etag: '' };
  } catch (error) {
    await sink.abort().catch(() => {});
    return { outcome: outcome(error, plan), etag: '' };
  }
}

/**
 * Passes the file on, and looks at the end of the form before the end of the file.
 *
 * @param {Plan} plan
 * @param {import('./form_body.mjs').FormBody} body
 * @param {import('./sinks.mjs').Sink} sink
 */
async function pass(plan, body, sink) {
  const delimiter = new TextEncoder().encode(plan.delimiter);
  const search = findBytes(delimiter);
  const digests = plan.digests.filter(({ algorithm }) => sink.length === undefined || !(algorithm in plan.options));
  const digesters = digests.map(({ algorithm }) => digester(algorithm));
  let size = 0;
  const take = async (/** @type {Uint8Array} */ bytes) => {
    size += bytes.length;
    if (size > plan.max) throw new FormError('too large');
    if (size > plan.most) throw new FormError('malformed'); // nothing is left of the body to end the form
    for (const digester of digesters) await digester.write(bytes);
  };

  /** @type {Uint8Array} */
  let window = body.head.subarray(plan.fileStart);
  let end = search(window);
  while (end < 0) {
    // As many bytes as the delimiter has are kept: it may have begun in them, and one of them is the file's for certain.
    const sure = window.subarray(0, Math.max(0, window.length - delimiter.length));
    await take(sure);
    if (sure.length > 0) await sink.write(sure);
    const kept = window.slice(sure.length);
    window = await body.next(kept);
    if (window.length === kept.length) throw new FormError('malformed');
    end = search(window);
  }

  const last = window.subarray(0, end);
  const tail = await body.rest(window.slice(end + delimiter.length), plan.maxTail);
  if (!tail || !closes(tail, plan.delimiter)) throw new FormError('malformed');
  await take(last);
  if (size < plan.min) throw new FormError('too small');
  if (sink.length !== undefined && size !== sink.length) throw new FormError('not last');
  for (const [i, { algorithm, hex }] of digests.entries()) {
    if ((await digesters[i].hex()) !== hex) throw new FormError(algorithm);
  }
  return sink.finish(last);
}

/**
 * Whether a form ends here, or with other fields, which do not count.
 *
 * @param {Uint8Array} tail what follows the delimiter behind the file
 * @param {string} delimiter
 */
function closes(tail, delimiter) {
  const text = Array.from(tail, (byte) => String.fromCharCode(byte)).join('');
  return text.startsWith('--') || (/^[ \t]*\r\n/.test(text) && text.includes(`${delimiter}--`));
}

/** @param {unknown} error @param {Plan} plan */
function outcome(error, { options }) {
  if (error instanceof FormError) return error.message;
  const message = error instanceof Error ? error.message : '';
  // R2's own words for a digest that does not match.
  if (message.endsWith('(10037)')) return ['sha256', 'sha1', 'md5'].find((name) => name in options) ?? 'not stored';
  if (message.includes('Network connection lost')) return 'incomplete';
  console.error(`signpost: R2 did not store a file: ${error instanceof Error ? error.name : 'an error'}`);
  return 'not stored';
}
