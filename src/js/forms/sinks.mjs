/**
 * @file Three ways to write a file into R2. Each holds back the last bytes until `finish`, so R2 stores nothing before
 * all checks have passed.
 */

import { concat } from './concat.mjs';
import { FormError, OutcomeUnknown } from './form_error.mjs';

/** @typedef {import('./write_object.mjs').Plan} Plan */
/** @typedef {import('./memory.mjs').Share} Share */

/**
 * @typedef {object} Sink
 * @property {number} [length] the file's length, if R2 has to know it in advance
 * @property {(bytes: Uint8Array) => Promise<unknown>} write the bytes must not change until its promise is settled
 * @property {(last: Uint8Array) => Promise<R2Object | null>} finish writes the last bytes; null if an object exists that must not be overwritten
 * @property {() => Promise<unknown>} abort ends the write, so that nothing is stored
 */

/** Smallest part that R2 accepts, in bytes, except for the last part. */
const MIN_PART = 5 * 2 ** 20;

/**
 * Chooses the way. R2 must know the length of a stream before its first byte.
 *
 * @param {R2Bucket} bucket
 * @param {Plan} plan
 * @param {Share} share of the memory for forms
 * @returns {Promise<Sink>}
 */
export async function open(bucket, plan, share) {
  const { exactBytes, availableBytes, maxTail, options } = plan;
  if (exactBytes !== null) return stream(bucket, plan, exactBytes);
  if (availableBytes - maxTail < MIN_PART + 1) return hold(bucket, plan, share);
  // Only `put` can refuse to overwrite, and it needs the length: that is known if only a line end follows the form.
  if (options.onlyIfAbsent) return stream(bucket, plan, availableBytes - 2);
  return parts(bucket, plan, availableBytes - maxTail - 1, share);
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
    write: writeUntilAnswered(writer, put),
    finish: (last) => final(end(writer, last, put)),
    abort: () => abandon(writer, put),
  };
}

/**
 * Holds a small file in memory until its length is known, then streams it.
 *
 * @param {R2Bucket} bucket
 * @param {Plan} plan
 * @param {Share} share
 * @returns {Sink}
 */
function hold(bucket, plan, share) {
  let length = 0;
  /** @type {Sink | undefined} */
  let sink;
  return {
    write: async (bytes) => {
      share.keep(bytes);
      length += bytes.length;
    },
    finish: async (last) => {
      const pieces = share.release();
      sink = stream(bucket, plan, length + last.length);
      for (const piece of pieces) await sink.write(piece);
      return sink.finish(last);
    },
    abort: async () => sink?.abort(),
  };
}

/**
 * Streams the beginning of a file as one part, and holds the end in memory as another. At most `maxTail` bytes follow the
 * file, so the length of the beginning is known.
 *
 * @param {R2Bucket} bucket
 * @param {Plan} plan
 * @param {number} streamedBytes the length of the beginning
 * @param {Share} share
 * @returns {Promise<Sink>}
 */
async function parts(bucket, { key, options }, streamedBytes, share) {
  const { httpMetadata, customMetadata, storageClass } = putOptions(options);
  const upload = await bucket.createMultipartUpload(key, { httpMetadata, customMetadata, storageClass });
  const { readable, writable } = new FixedLengthStream(streamedBytes);
  const writer = writable.getWriter();
  const first = upload.uploadPart(1, readable);
  const send = writeUntilAnswered(writer, first);
  let left = streamedBytes;
  const write = async (/** @type {Uint8Array} */ bytes) => {
    const streamed = bytes.subarray(0, left);
    left -= streamed.length;
    if (streamed.length > 0) await send(streamed);
    if (streamed.length < bytes.length) share.keep(bytes.subarray(streamed.length));
  };
  return {
    write,
    finish: async (last) => {
      const streamed = last.subarray(0, left);
      const rest = concat([...share.release(), last.subarray(streamed.length)]);
      const uploaded = [await end(writer, streamed, first), await upload.uploadPart(2, rest)];
      return final(upload.complete(uploaded));
    },
    abort: async () => {
      await abandon(writer, first);
      await upload.abort();
    },
  };
}

/**
 * Returns a function that writes until R2 answers. R2 may answer before it has read everything, and then no write would end.
 *
 * @param {WritableStreamDefaultWriter} writer
 * @param {Promise<unknown>} answer
 */
function writeUntilAnswered(writer, answer) {
  const early = answer.then((object) => {
    throw object === null ? new FormError('exists') : new Error('R2 answered before the end');
  });
  early.catch(() => {});
  return (/** @type {Uint8Array} */ bytes) => Promise.race([writer.write(bytes), early]);
}

/**
 * @template T
 * @param {WritableStreamDefaultWriter} writer
 * @param {Uint8Array} last
 * @param {Promise<T>} answer
 */
function end(writer, last, answer) {
  for (const done of [writer.write(last), writer.close()]) done.catch(() => {}); // R2's answer reports the failure
  return answer;
}

/**
 * Waits for the answer of R2 once it has all of the file. If the answer is lost, the file may be stored.
 *
 * @template T
 * @param {Promise<T>} answer
 * @returns {Promise<T>}
 */
async function final(answer) {
  try {
    return await answer;
  } catch (error) {
    throw new OutcomeUnknown(error);
  }
}

/**
 * @param {WritableStreamDefaultWriter} writer
 * @param {Promise<unknown>} answer
 */
async function abandon(writer, answer) {
  await writer.abort(new Error('the form was rejected')).catch(() => {});
  await answer.catch(() => {});
}

/** @param {Plan['options']} options @returns {R2PutOptions} */
function putOptions({ onlyIfAbsent, httpMetadata, ...options }) {
  const { cacheExpiry } = httpMetadata;
  const dated = cacheExpiry === undefined ? httpMetadata : { ...httpMetadata, cacheExpiry: new Date(cacheExpiry) };
  return { ...options, httpMetadata: dated, ...(onlyIfAbsent && { onlyIf: new Headers({ 'if-none-match': '*' }) }) };
}
