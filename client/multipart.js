import { hasExpired, mayHaveExpired, received } from './expired.js';
import { memoryOf } from './memory.js';
import { request } from './request.js';
import { mayRecover, retry } from './retry.js';
import { send } from './send.js';
import { SignpostError } from './signpost-error.js';

/** How many parts are sent at the same time. */
const AT_ONCE = 3;

/** How many parts are signed by one request. */
const SIGNED = 16;

/**
 * @typedef {{ uploadId: string, key: string, partSize: number, parts: number }} Begun
 * @typedef {{ partNumber: number, etag: string }} Part
 * @typedef {{ partNumber: number, url: string, headers: Record<string, string>, expires: string }} Signed
 */

/**
 * Uploads a file in parts. Continues an upload of the same file that was interrupted.
 *
 * @param {Blob & { name?: string, lastModified?: number }} file
 * @param {string} url of the rule's uploads in parts
 * @param {string} body of the request that begins the upload
 * @param {import('./upload.js').UploadOptions} options
 * @returns {Promise<{ key: string, etag?: string, receipt?: string }>} the stored object
 */
export async function inParts(file, url, body, options) {
  const memory = memoryOf(url, `${body} ${file.lastModified}`);
  /** @type {(method: string, rest: string, member: string, body?: string) => Promise<any>} */
  const ask = (method, rest, member, body) =>
    request(url + rest, options, { method, body, headers: body ? { 'content-type': 'application/json' } : {} }, member);
  /** @type {typeof ask} */
  const call = (...asked) => retry(options, () => ask(...asked));
  /** @type {Part[]} */
  let done = [];
  /** @type {Begun | undefined} */
  let begun = memory.load();
  if (begun) {
    done = await stored(begun, call).catch((error) => {
      // It has ended, or belongs to another caller. After any other failure it can continue later.
      if (![403, 404].includes(error.status)) throw error;
      begun = undefined;
      return [];
    });
  }
  if (!begun) {
    begun = /** @type {Begun} */ (await call('POST', '', 'uploadId', body));
    memory.save(begun);
  }
  let object;
  try {
    await rest(file, begun, done, ask, options);
    const parts = done.map(({ partNumber, etag }) => ({ partNumber, etag }));
    object = await call('POST', `/${begun.uploadId}`, 'key', JSON.stringify({ parts }));
  } catch (error) {
    // A rejected or cancelled upload is aborted. An interrupted one can continue later.
    const rejected = error instanceof SignpostError && error.status >= 400 && !mayRecover(error);
    if (!options.signal?.aborted && !rejected) throw error;
    request(`${url}/${begun.uploadId}`, { ...options, signal: undefined }, { method: 'DELETE', keepalive: true, headers: {} }).catch(() => {});
    memory.remove();
    throw error;
  }
  memory.remove();
  return object;
}

/**
 * @param {Begun} begun
 * @param {(method: string, rest: string, member: string) => Promise<{ parts: Part[] }>} call
 * @returns {Promise<Part[]>} the parts that the bucket has
 */
async function stored({ uploadId }, call) {
  /** @type {Part[]} */
  const all = [];
  for (;;) {
    const { parts } = await call('GET', `/${uploadId}?after=${all.at(-1)?.partNumber ?? 0}`, 'parts');
    if (!parts.length) return all;
    all.push(...parts);
  }
}

/**
 * Sends the parts that are not in `done`, and adds them to it.
 *
 * @param {Blob} file
 * @param {Begun} begun
 * @param {Part[]} done
 * @param {(method: string, rest: string, member: string) => Promise<{ parts: Signed[] }>} ask
 * @param {import('./upload.js').UploadOptions} options
 */
async function rest(file, { uploadId, partSize, parts }, done, ask, options) {
  const { onprogress } = options;
  const failed = new AbortController();
  const signal = AbortSignal.any([failed.signal, ...(options.signal ? [options.signal] : [])]);
  const sizeOf = (/** @type {number} */ number) => Math.min(partSize, file.size - (number - 1) * partSize);
  /** Bytes sent, by part number. @type {Map<number, number>} */
  const sent = new Map(done.map(({ partNumber }) => [partNumber, sizeOf(partNumber)]));
  const left = Array.from({ length: parts }, (_, i) => i + 1).filter((number) => !sent.has(number));
  /** @type {Map<number, Signed & import('./expired.js').Received>} */
  const signed = new Map();
  const isSigned = (/** @type {number} */ number) => {
    const known = signed.get(number);
    return known && !hasExpired(known);
  };
  const sign = async (/** @type {number} */ number) => {
    const numbers = [number, ...left.filter((other) => !isSigned(other)).slice(0, SIGNED - 1)];
    for (const each of (await ask('GET', `/${uploadId}?sign=${numbers}`, 'parts')).parts) signed.set(each.partNumber, received(each));
  };
  const report = (/** @type {number} */ number, /** @type {number} */ bytes) => {
    sent.set(number, bytes);
    const loaded = [...sent.values()].reduce((sum, bytes) => sum + bytes, 0);
    onprogress?.(new ProgressEvent('progress', { lengthComputable: true, loaded, total: file.size }));
  };
  /** @type {(number: number, renewed?: boolean) => Promise<void>} */
  const part = async (number, renewed = false) => {
    if (!isSigned(number)) {
      await sign(number).catch((error) => {
        if (!signed.has(number)) throw error; // a known one may still be valid, because the browser's clock may be ahead
      });
    }
    const { url, headers } = /** @type {Signed} */ (signed.get(number));
    signed.delete(number); // a retry needs a new signature: this one may have expired
    const bytes = file.slice((number - 1) * partSize, (number - 1) * partSize + partSize);
    const onpart = (/** @type {ProgressEvent} */ { loaded }) => report(number, Math.min(loaded, bytes.size));
    let answer;
    try {
      answer = await send(bytes, { method: 'PUT', url, headers }, signal, onpart);
    } catch (error) {
      if (renewed || !mayHaveExpired(error)) throw error;
      signed.clear(); // they were signed with the same credentials, for about the same time
      return part(number, true);
    }
    const etag = answer.getResponseHeader('etag');
    if (!etag) throw new SignpostError(0, 'UnexpectedAnswer', "The bucket's CORS rules do not expose `ETag`");
    report(number, bytes.size);
    done.push({ partNumber: number, etag });
  };
  const lane = async () => {
    for (let number = left.shift(); number !== undefined; number = left.shift()) {
      const next = number;
      await retry({ ...options, signal }, () => part(next));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane)).catch((error) => {
    failed.abort(error);
    throw error;
  });
}
