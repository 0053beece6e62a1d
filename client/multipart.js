import { hasExpired, isOver } from './expired.js';
import { memoryOf } from './memory.js';
import { request } from './request.js';
import { retry } from './retry.js';
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
 * @returns {Promise<string>} the object's key
 */
export async function inParts(file, url, body, options) {
  const memory = memoryOf(url, `${body} ${file.lastModified}`);
  /** @type {(method: string, rest: string, member: string, body?: string, retries?: number) => Promise<any>} */
  const call = (method, rest, member, body, retries = options.retries) =>
    retry({ ...options, retries }, () =>
      request(url + rest, options, { method, body, headers: body ? { 'content-type': 'application/json' } : {} }, member),
    );
  /** @type {Part[]} */
  let done = [];
  /** @type {Begun | undefined} */
  let begun = memory.load();
  if (begun) done = await stored(begun, call).catch(() => ((begun = undefined), []));
  if (!begun) {
    const { uploadId, key, partSize, parts } = /** @type {Begun} */ (await call('POST', '', 'uploadId', body));
    begun = { uploadId, key, partSize, parts };
    memory.save(begun);
  }
  try {
    await rest(file, begun, done, call, options);
    const parts = done.map(({ partNumber, etag }) => ({ partNumber, etag }));
    await call('POST', `/${begun.uploadId}`, 'key', JSON.stringify({ parts }));
  } catch (error) {
    // A rejected or cancelled upload is aborted. An interrupted one can continue later.
    if (!options.signal?.aborted && !(error instanceof SignpostError && error.status >= 400 && error.status < 500)) throw error;
    const { token } = options;
    request(`${url}/${begun.uploadId}`, { ...options, token, signal: undefined }, { method: 'DELETE', keepalive: true, headers: {} }).catch(() => {});
    memory.remove();
    throw error;
  }
  memory.remove();
  return begun.key;
}

/**
 * @param {Begun} begun
 * @param {(method: string, rest: string, member: string, body?: string, retries?: number) => Promise<{ parts: Part[] }>} call
 * @returns {Promise<Part[]>} the parts that the bucket has
 */
async function stored({ uploadId }, call) {
  /** @type {Part[]} */
  const all = [];
  for (;;) {
    const { parts } = await call('GET', `/${uploadId}?after=${all.at(-1)?.partNumber ?? 0}`, 'parts', undefined, 0);
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
 * @param {(method: string, rest: string, member: string, body?: string, retries?: number) => Promise<{ parts: Signed[] }>} call
 * @param {import('./upload.js').UploadOptions} options
 */
async function rest(file, { uploadId, partSize, parts }, done, call, options) {
  const { onprogress } = options;
  const failed = new AbortController();
  const signal = AbortSignal.any([failed.signal, ...(options.signal ? [options.signal] : [])]);
  const sizeOf = (/** @type {number} */ number) => Math.min(partSize, file.size - (number - 1) * partSize);
  /** Bytes sent, by part number. @type {Map<number, number>} */
  const sent = new Map(done.map(({ partNumber }) => [partNumber, sizeOf(partNumber)]));
  const left = Array.from({ length: parts }, (_, i) => i + 1).filter((number) => !sent.has(number));
  /** @type {Map<number, Signed>} */
  const signed = new Map();
  const report = (/** @type {number} */ number, /** @type {number} */ bytes) => {
    sent.set(number, bytes);
    const loaded = [...sent.values()].reduce((sum, bytes) => sum + bytes, 0);
    onprogress?.(new ProgressEvent('progress', { lengthComputable: true, loaded, total: file.size }));
  };
  /** @type {(number: number, renewed?: boolean) => Promise<void>} */
  const part = async (number, renewed = false) => {
    const known = signed.get(number);
    if (known && isOver(known)) signed.clear();
    if (!signed.has(number)) {
      const numbers = [number, ...left.filter((unsigned) => !signed.has(unsigned)).slice(0, SIGNED - 1)];
      for (const each of (await call('GET', `/${uploadId}?sign=${numbers}`, 'parts', undefined, 0)).parts) signed.set(each.partNumber, each);
    }
    const { url, headers, expires } = /** @type {Signed} */ (signed.get(number));
    signed.delete(number); // a retry needs a new signature: this one may have expired
    const bytes = file.slice((number - 1) * partSize, (number - 1) * partSize + partSize);
    const onpart = (/** @type {ProgressEvent} */ { loaded }) => report(number, Math.min(loaded, bytes.size));
    let answer;
    try {
      answer = await send(bytes, { method: 'PUT', url, headers }, signal, onpart);
    } catch (error) {
      if (renewed || !hasExpired(error, expires)) throw error;
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
