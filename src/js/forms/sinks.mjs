/**
 * @file Three ways into an R2 bucket. None stores anything before `finish`, which is given the last bytes: until then
 * R2 has not got what it was promised.
 */

import { FormError } from './form_error.mjs';

/** @typedef {import('./write_object.mjs').Plan} Plan */

/**
 * @typedef {object} Sink
 * @property {number} [length] what `finish` must come to, where R2 was told
 * @property {(bytes: Uint8Array) => Promise<unknown>} write may keep the bytes until it is done
 * @property {(last: Uint8Array) => Promise<R2Object | null>} finish stores the file; null if an object is there that must stay
 * @property {() => Promise<unknown>} abort leaves everything as it was
 */

/** R2 takes parts of 5 MiB and more, the last aside. */
const MIN_PART = 5 * 2 ** 20;

/**
 * Chooses the way. R2 wants to know a length before it takes a byte.
 *
 * @param {R2Bucket} bucket
 * @param {Plan} plan
 * @returns {Promise<Sink>}
 */
export async function open(bucket, plan) {
  const { exact, most, maxTail, options } = plan;
  if (exact !== null) return stream(bucket, plan, exact);
  if (most - maxTail < MIN_PART + 1) return hold(bucket, plan);
  // Only `put` can refuse to overwrite, so the form has to end as forms mostly do.
  if (options.keep) return stream(bucket, plan, most - 2);
  return parts(bucket, plan, most - maxTail - 1);
}

/**
 * Streams a file whose length is known.
 *
 * @param {R2Bucket} bucket
 * @param {Plan} plan
 * @param {number} length
 * @returns {Sink}
 */
function stream(bucket, { key, options }, length) {
  const { readable, writable } = new FixedLengthStream(length);
  const writer = writable.getWriter();
  const put = bucket.put(key, readable, putOptions(options));
  return {
    length,
    write: whileTaken(writer, put),
    finish: (last) => end(writer, last, put),
    abort: () => giveUp(writer, put),
  };
}

/**
 * Holds a small file until its length is known.
 *
 * @param {R2Bucket} bucket
 * @param {Plan} plan
 * @returns {Sink}
 */
function hold(bucket, { key, options, most }) {
  const held = collector(most);
  return {
    write: async (bytes) => held.add(bytes),
    finish: async (last) => bucket.put(key, held.add(last), putOptions(options)),
    abort: async () => {},
  };
}

/**
 * Streams all but the end of a file as one part, and holds the end as another: what follows the file is short, so that
 * much of it is certain.
 *
 * @param {R2Bucket} bucket
 * @param {Plan} plan
 * @param {number} certain how many bytes the file has at least
 * @returns {Promise<Sink>}
 */
async function parts(bucket, { key, options, most }, certain) {
  const { httpMetadata, customMetadata, storageClass } = putOptions(options);
  const upload = await bucket.createMultipartUpload(key, { httpMetadata, customMetadata, storageClass });
  const { readable, writable } = new FixedLengthStream(certain);
  const writer = writable.getWriter();
  const first = upload.uploadPart(1, readable);
  const send = whileTaken(writer, first);
  const held = collector(most - certain);
  let left = certain;
  const write = async (/** @type {Uint8Array} */ bytes) => {
    const streamed = bytes.subarray(0, left);
    left -= streamed.length;
    if (streamed.length > 0) await send(streamed);
    held.add(bytes.subarray(streamed.length));
  };
  return {
    write,
    finish: async (last) => {
      const streamed = last.subarray(0, left);
      const rest = held.add(last.subarray(streamed.length));
      return upload.complete([await end(writer, streamed, first), await upload.uploadPart(2, rest)]);
    },
    abort: async () => {
      await giveUp(writer, first);
      await upload.abort();
    },
  };
}

/** @param {number} most */
function collector(most) {
  const bytes = new Uint8Array(most);
  let size = 0;
  return {
    /** @param {Uint8Array} more @returns {Uint8Array} everything so far */
    add(more) {
      bytes.set(more, size);
      size += more.length;
      return bytes.subarray(0, size);
    },
  };
}

/**
 * Writes as long as R2 takes it: it may answer before it has read everything, and then what is written would pile up.
 *
 * @param {WritableStreamDefaultWriter} writer
 * @param {Promise<unknown>} taker
 */
function whileTaken(writer, taker) {
  const early = taker.then((object) => {
    throw object === null ? new FormError('exists') : new Error('R2 answered before the end');
  });
  early.catch(() => {});
  return (/** @type {Uint8Array} */ bytes) => Promise.race([writer.write(bytes), early]);
}

/**
 * @template T
 * @param {WritableStreamDefaultWriter} writer
 * @param {Uint8Array} last
 * @param {Promise<T>} taker
 */
function end(writer, last, taker) {
  for (const done of [writer.write(last), writer.close()]) done.catch(() => {}); // R2 tells
  return taker;
}

/**
 * @param {WritableStreamDefaultWriter} writer
 * @param {Promise<unknown>} taker
 */
async function giveUp(writer, taker) {
  await writer.abort(new Error('the form was not good')).catch(() => {});
  await taker.catch(() => {});
}

/** @param {Plan['options']} options @returns {R2PutOptions} */
function putOptions({ keep, httpMetadata, ...options }) {
  const { cacheExpiry } = httpMetadata;
  const dated = cacheExpiry === undefined ? httpMetadata : { ...httpMetadata, cacheExpiry: new Date(cacheExpiry) };
  return { ...options, httpMetadata: dated, ...(keep && { onlyIf: new Headers({ 'if-none-match': '*' }) }) };
}
