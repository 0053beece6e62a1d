/** @file Writes the file of a form, or the body of a PUT, into R2 while it arrives, and sends its last bytes only once all checks have passed. */
import { digestsOf } from './digests.mjs';
import { findBytes } from './find_bytes.mjs';
import { open } from './sinks.mjs';
import { FormError, OutcomeUnknown } from './form_error.mjs';

const [TAB, LF, CR, SPACE, DASH] = new TextEncoder().encode('\t\n\r -');

/**
 * The plan of a write: `Plan` in `src/forms/write_object.rs`.
 *
 * @typedef {object} Plan
 * @property {string} binding
 * @property {string} key
 * @property {{ onlyIfAbsent: boolean, httpMetadata: Record<string, any>, customMetadata: Record<string, string>, storageClass?: string, md5?: string, sha1?: string, sha256?: string }} options
 * @property {import('./digests.mjs').Digest[]} digests
 * @property {number} fileStart
 * @property {string | null} delimiter null if the file is the whole body
 * @property {number} minBytes
 * @property {number} maxBytes
 * @property {number | null} exactBytes
 * @property {number} availableBytes
 * @property {number} maxTail
 */

/**
 * Stores the file, or nothing.
 *
 * @param {Record<string, any>} env
 * @param {Plan} plan
 * @param {import('./form_body.mjs').FormBody} body
 * @param {import('./digests.mjs').Crc} crc
 * @returns {Promise<{ outcome: string, etag: string, size: number, uploaded: number }>} `uploaded` in milliseconds since 1970
 */
export async function writeObject(env, plan, body, crc) {
  /** @type {import('./sinks.mjs').Sink | undefined} */
  let sink;
  try {
    sink = await open(env[plan.binding], plan, body.share);
    const send = plan.delimiter === null ? transferBody : transfer;
    const object = await send(plan, body, sink, crc);
    if (object === null) throw new FormError('exists');
    body.share.end();
    return { outcome: 'stored', etag: object.httpEtag, size: object.size, uploaded: Number(object.uploaded) };
  } catch (error) {
    await sink?.abort().catch(() => {});
    return { outcome: outcome(error, plan), etag: '', size: 0, uploaded: 0 };
  } finally {
    body.share.drop(); // its buffers are needed to drain the rest
  }
}

/**
 * Transfers the file from the form to the sink. Checks the end of the form before it sends the last bytes of the file.
 *
 * @param {Plan} plan
 * @param {import('./form_body.mjs').FormBody} body
 * @param {import('./sinks.mjs').Sink} sink
 * @param {import('./digests.mjs').Crc} crc
 */
async function transfer(plan, body, sink, crc) {
  const delimiter = new TextEncoder().encode(plan.delimiter ?? '');
  const search = findBytes(delimiter);
  const digests = digestsOf(plan, sink, crc);
  let size = 0;
  const check = async (/** @type {Uint8Array} */ bytes) => {
    size += bytes.length;
    if (size > plan.maxBytes) throw new FormError('too large');
    if (size > plan.availableBytes) throw new FormError('malformed'); // the rest is too short to end the form
    await digests.write(bytes);
  };

  /** @type {Uint8Array} */
  let window = body.takeHead().subarray(plan.fileStart);
  let end = search(window);
  while (end < 0) {
    // Carries over as many bytes as the delimiter has: it may begin in them, and at least one belongs to the file.
    const ready = window.subarray(0, Math.max(0, window.length - delimiter.length));
    await check(ready);
    if (ready.length > 0) await sink.write(ready);
    const carried = window.slice(ready.length);
    window = carried; // so that nothing keeps the head, or a window that is replaced
    window = await body.next(carried);
    if (window.length === carried.length) throw new FormError('malformed');
    end = search(window);
  }

  const last = window.subarray(0, end);
  const tail = await body.rest(window.subarray(end + delimiter.length), plan.maxTail);
  if (!tail || !closes(tail, delimiter)) throw new FormError('malformed');
  await check(last);
  if (size < plan.minBytes) throw new FormError('too small');
  if (sink.length !== undefined && size !== sink.length) throw new FormError('not last');
  await digests.check();
  return sink.finish(last);
}

/**
 * Transfers the whole body to the sink. Checks its length and digests before it sends the last bytes.
 *
 * @param {Plan} plan
 * @param {import('./form_body.mjs').FormBody} body
 * @param {import('./sinks.mjs').Sink} sink
 * @param {import('./digests.mjs').Crc} crc
 */
async function transferBody(plan, body, sink, crc) {
  const digests = digestsOf(plan, sink, crc);
  let last = new Uint8Array();
  for (let left = plan.maxBytes; ; ) {
    const bytes = await body.next(new Uint8Array());
    if (bytes.length === 0 && left > 0) throw new FormError('incomplete');
    if (bytes.length === 0) break;
    if (bytes.length > left) throw new FormError('too large');
    left -= bytes.length;
    await digests.write(bytes);
    if (left > 0) await sink.write(bytes);
    else last = bytes.slice(); // the next read takes its memory
  }
  await digests.check();
  return sink.finish(last);
}

/**
 * Returns whether the form ends after the file, either at once or after other fields, which are ignored.
 *
 * @param {Uint8Array} tail the bytes after the delimiter that ends the file
 * @param {Uint8Array} delimiter
 */
function closes(tail, delimiter) {
  if (tail[0] === DASH && tail[1] === DASH) return true;
  const lineEnd = tail.findIndex((byte) => byte !== SPACE && byte !== TAB);
  return tail[lineEnd] === CR && tail[lineEnd + 1] === LF && findBytes(Uint8Array.of(...delimiter, DASH, DASH))(tail) >= 0;
}

/** Returns the name of a failure, as `src/forms/finish.rs` reads it. @param {unknown} thrown @param {Plan} plan */
function outcome(thrown, { options }) {
  if (thrown instanceof FormError) return thrown.message;
  const isUnknown = thrown instanceof OutcomeUnknown;
  const error = isUnknown ? thrown.cause : thrown;
  const message = error instanceof Error ? error.message : '';
  // R2's error code for a digest that does not match.
  if (message.endsWith('(10037)')) return ['sha256', 'sha1', 'md5'].find((name) => name in options) ?? 'not stored';
  if (!isUnknown && message.includes('Network connection lost')) return 'incomplete';
  console.error(`signpost: R2 did not store a file: ${error instanceof Error ? error.name : 'an error'}`);
  return isUnknown ? 'unknown' : 'not stored';
}
