import { hasExpired, received } from './expired.js';
import { request, urlOf } from './request.js';
import { retry } from './retry.js';
import { refusal } from './signpost-error.js';
import { described, goesInParts, transfer } from './transfer.js';
import { upload } from './upload.js';

/** @typedef {import('./send.js').Grant} Grant */
/** @typedef {import('./upload.js').Uploaded} Uploaded */

/**
 * @typedef {Omit<import('./upload.js').UploadOptions, 'onprogress'> & ForAll} UploadAllOptions The metadata is stored with each object.
 *
 * @typedef {object} ForAll
 * @property {number} [atOnce] How many files are sent at the same time; 4 by default.
 * @property {(event: ProgressEvent) => void} [onprogress] Called with the progress of all files together, in bytes. A file that failed counts
 *   as sent. With it, the browser sends a preflight to the bucket, which a form does not need otherwise.
 * @property {(index: number, event: ProgressEvent) => void} [onfileprogress] Called with the progress of one file.
 * @property {(index: number, result: PromiseSettledResult<Uploaded>) => void} [onfile] Called when one file is stored or has failed.
 */

/** @typedef {{ error: { status: number, code: string, detail: string, retry_after?: number } }} Refused */
/** @typedef {Grant & import('./expired.js').Received} Granted */

/** How many files are sent at the same time. */
const AT_ONCE = 4;

/** The Worker's limits for one request: files, and bytes without the brackets around them. */
const [MAX_FILES, MAX_BYTES] = [100, 262_144 - 100];

/**
 * Uploads several files, with one request for the signatures of up to 100. A file that fails does not stop the others, and each is
 * retried as by `upload`. A file that is sent in parts has requests of its own.
 *
 * @example
 * const results = await uploadAll(input.files, { endpoint, rule: 'photo', onprogress: ({ loaded, total }) => (bar.value = loaded / total) });
 * const failed = results.filter(({ status }) => status === 'rejected');
 *
 * @param {Iterable<Blob & { name?: string }>} files
 * @param {UploadAllOptions} options
 * @returns {Promise<PromiseSettledResult<Uploaded>[]>} the results in the order of the files, as of `Promise.allSettled`; it never rejects
 */
export async function uploadAll(files, { atOnce = AT_ONCE, onprogress, onfileprogress, onfile, ...options }) {
  const all = [...files];
  const grants = grantsOf(all, options);
  const report = reporter(all, onprogress, onfileprogress);
  /** @type {PromiseSettledResult<Uploaded>[]} */
  const results = new Array(all.length);
  const one = async (/** @type {number} */ index) => {
    options.signal?.throwIfAborted();
    const forFile = report ? { ...options, onprogress: (/** @type {ProgressEvent} */ event) => report(index, event) } : options;
    if (goesInParts(all[index], options)) return upload(all[index], forFile);
    return transfer(all[index], forFile, await grants(index));
  };
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < all.length; index = next++) {
      [results[index]] = await Promise.allSettled([one(index)]);
      report?.(index);
      onfile?.(index, results[index]);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(atOnce, all.length)) }, lane));
  return results;
}

/**
 * Returns a function that requests grants. It first requests that of a file, by its index, together with those of the files after it.
 * What it then returns gives this grant, and if the file is sent again, another one.
 *
 * @param {(Blob & { name?: string })[]} all
 * @param {import('./upload.js').UploadOptions} options
 * @returns {(index: number) => Promise<() => Promise<Grant>>} rejects if the request for several fails
 */
function grantsOf(all, options) {
  const url = urlOf(options.endpoint, 'uploads', options.rule);
  const post = (/** @type {string} */ body, member = 'url') =>
    request(url, options, { method: 'POST', headers: { 'content-type': 'application/json' }, body }, member);
  const bodies = all.map((file) => JSON.stringify(described(file, options)));
  const areWhole = all.map((file) => !goesInParts(file, options));
  /** The answers to requests for several, each with the index of its first file. @type {{ indices: number[], items: Promise<(Granted | Refused)[]> }[]} */
  const requests = [];
  const requestFrom = (/** @type {number} */ first) => {
    const indices = group(first, bodies, areWhole);
    const body = `{"files":[${indices.map((index) => bodies[index])}]}`;
    const items = retry(options, async () => (await post(body, 'files')).files.map(arrived));
    requests.push({ indices, items });
    return requests[requests.length - 1];
  };
  return async (index) => {
    const { indices, items } = requests.find(({ indices }) => indices.includes(index)) ?? requestFrom(index);
    /** @type {Granted | Refused | undefined} */
    let first = (await items)[indices.indexOf(index)];
    return async () => {
      const given = first;
      first = undefined;
      if (!given) return post(bodies[index]);
      if (!('error' in given)) return hasExpired(given) ? post(bodies[index]) : given;
      const { status, code, detail, retry_after } = given.error;
      throw refusal(status, url, code, detail, retry_after);
    };
  };
}

/** @param {Grant | Refused} item @returns {Granted | Refused} */
const arrived = (item) => ('error' in item ? item : received(item));

/**
 * The files whose grants are requested together: those from `first` on that are not sent in parts, up to the Worker's limits.
 *
 * @param {number} first
 * @param {string[]} bodies
 * @param {boolean[]} areWhole
 */
function group(first, bodies, areWhole) {
  const indices = [first];
  let bytes = lengthOf(bodies[first]);
  for (let index = first + 1; index < bodies.length && indices.length < MAX_FILES; index += 1) {
    if (!areWhole[index]) continue;
    bytes += lengthOf(bodies[index]) + 1;
    if (bytes > MAX_BYTES) break;
    indices.push(index);
  }
  return indices;
}

/** The length of a text in UTF-8. @param {string} text */
const lengthOf = (text) => new TextEncoder().encode(text).length;

/**
 * Returns a function that reports the progress of a file and of all; without an event, the file is done. Undefined if nobody listens.
 *
 * @param {Blob[]} all
 * @param {UploadAllOptions['onprogress']} onprogress
 * @param {UploadAllOptions['onfileprogress']} onfileprogress
 */
function reporter(all, onprogress, onfileprogress) {
  if (!onprogress && !onfileprogress) return undefined;
  const sent = all.map(() => 0);
  const total = all.reduce((sum, { size }) => sum + size, 0);
  /** @param {number} index @param {ProgressEvent} [event] */
  return (index, event) => {
    const { size } = all[index];
    // A form is longer than its file.
    sent[index] = event ? Math.min(size, Math.round((event.loaded / (event.total || 1)) * size)) : size;
    if (event) onfileprogress?.(index, event);
    const loaded = sent.reduce((sum, bytes) => sum + bytes, 0);
    onprogress?.(new ProgressEvent('progress', { lengthComputable: true, loaded, total }));
  };
}
