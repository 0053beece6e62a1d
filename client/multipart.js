import { ask } from './ask.js';
import { retry } from './retry.js';
import { send } from './send.js';
import { SignpostError } from './signpost-error.js';

/** How many parts are on their way at the same time. */
const AT_ONCE = 3;

/** How many are signed with one question. */
const SIGNED = 16;

/**
 * @typedef {{ uploadId: string, key: string, partSize: number, parts: number }} Begun
 * @typedef {{ partNumber: number, etag: string }} Part
 * @typedef {{ partNumber: number, url: string, headers: Record<string, string> }} Signed
 */

/**
 * Uploads a file in parts; those that are there already stay.
 *
 * @param {Blob & { name?: string, lastModified?: number }} file
 * @param {string} url where the Worker is asked about parts
 * @param {string} body the ask
 * @param {import('./upload.js').UploadOptions} options
 * @returns {Promise<string>} the object's key
 */
export async function inParts(file, url, body, options) {
  const name = `signpost ${url} ${body} ${file.lastModified}`;
  /** @type {(method: string, rest: string, member: string, body?: string, retries?: number) => Promise<any>} */
  const question = (method, rest, member, body, retries = options.retries) =>
    retry({ ...options, retries }, () =>
      ask(url + rest, options, { method, body, headers: body ? { 'content-type': 'application/json' } : {} }, member),
    );
  /** @type {Part[]} */
  let done = [];
  /** @type {Begun | undefined} */
  let begun = JSON.parse(memory()?.getItem(name) ?? 'null') ?? undefined;
  if (begun) done = await stored(begun, question).catch(() => ((begun = undefined), []));
  if (!begun) {
    begun = /** @type {Begun} */ (await question('POST', '', 'uploadId', body));
    memory()?.setItem(name, JSON.stringify(begun));
  }
  try {
    await rest(file, begun, done, question, options);
    const parts = done.map(({ partNumber, etag }) => ({ partNumber, etag }));
    await question('POST', `/${begun.uploadId}`, 'key', JSON.stringify({ parts }));
  } catch (error) {
    // What was refused will be again; what was interrupted may go on.
    if (!options.signal?.aborted && !(error instanceof SignpostError && error.status >= 400 && error.status < 500)) throw error;
    const { token } = options;
    ask(`${url}/${begun.uploadId}`, { ...options, token, signal: undefined }, { method: 'DELETE', keepalive: true, headers: {} }).catch(() => {});
    memory()?.removeItem(name);
    throw error;
  }
  memory()?.removeItem(name);
  return begun.key;
}

/**
 * @param {Begun} begun
 * @param {(method: string, rest: string, member: string, body?: string, retries?: number) => Promise<{ parts: Part[] }>} question
 * @returns {Promise<Part[]>} what the bucket has of it
 */
async function stored({ uploadId }, question) {
  /** @type {Part[]} */
  const all = [];
  for (;;) {
    const { parts } = await question('GET', `/${uploadId}?after=${all.at(-1)?.partNumber ?? 0}`, 'parts', undefined, 0);
    if (!parts.length) return all;
    all.push(...parts);
  }
}

/**
 * Sends what is not `done`, and adds it there.
 *
 * @param {Blob} file
 * @param {Begun} begun
 * @param {Part[]} done
 * @param {(method: string, rest: string, member: string, body?: string, retries?: number) => Promise<{ parts: Signed[] }>} question
 * @param {import('./upload.js').UploadOptions} options
 */
async function rest(file, { uploadId, partSize, parts }, done, question, options) {
  const { onprogress } = options;
  const failed = new AbortController();
  const signal = AbortSignal.any([failed.signal, ...(options.signal ? [options.signal] : [])]);
  const sizeOf = (/** @type {number} */ number) => Math.min(partSize, file.size - (number - 1) * partSize);
  /** How much of each is sent. @type {Map<number, number>} */
  const sent = new Map(done.map(({ partNumber }) => [partNumber, sizeOf(partNumber)]));
  const left = Array.from({ length: parts }, (_, i) => i + 1).filter((number) => !sent.has(number));
  /** @type {Map<number, Signed>} */
  const signed = new Map();
  const tell = (/** @type {number} */ number, /** @type {number} */ bytes) => {
    sent.set(number, bytes);
    const loaded = [...sent.values()].reduce((sum, bytes) => sum + bytes, 0);
    onprogress?.(new ProgressEvent('progress', { lengthComputable: true, loaded, total: file.size }));
  };
  const part = async (/** @type {number} */ number) => {
    if (!signed.has(number)) {
      const numbers = [number, ...left.filter((other) => !signed.has(other)).slice(0, SIGNED - 1)];
      for (const each of (await question('GET', `/${uploadId}?sign=${numbers}`, 'parts', undefined, 0)).parts) signed.set(each.partNumber, each);
    }
    const { url, headers } = /** @type {Signed} */ (signed.get(number));
    signed.delete(number); // another try is signed anew: this one may have run out
    const bytes = file.slice((number - 1) * partSize, (number - 1) * partSize + partSize);
    const onpart = (/** @type {ProgressEvent} */ { loaded }) => tell(number, Math.min(loaded, bytes.size));
    const etag = (await send(bytes, { method: 'PUT', url, headers }, signal, onpart)).getResponseHeader('etag');
    if (!etag) throw new SignpostError(0, 'UnexpectedAnswer', "The bucket's CORS rules do not expose `ETag`");
    tell(number, bytes.size);
    done.push({ partNumber: number, etag });
  };
  const lane = async () => {
    for (let number = left.shift(); number !== undefined; number = left.shift()) {
      const own = number;
      await retry({ ...options, signal }, () => part(own));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane)).catch((error) => {
    failed.abort(error);
    throw error;
  });
}

/** Where an upload under way is kept; nowhere, if the browser does not let us. */
function memory() {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}
