/** @file Stands in for workerd in Node: what the Worker uses of the platform, without counting steps. */
import { createHash } from 'node:crypto';

/** The time, in milliseconds since 1970. It does not pass. */
export const NOW = Date.UTC(2026, 10, 23, 19);

class FixedLengthStream extends TransformStream {
  /** @param {number} _bytes */
  constructor(_bytes) {
    super();
  }
}

class DigestStream extends WritableStream {
  /** @param {string} name */
  constructor(name) {
    const hash = createHash(name.replace('-', '').toLowerCase());
    const { promise, resolve } = Promise.withResolvers();
    super({ write: (bytes) => void hash.update(bytes), close: () => resolve(new Uint8Array(hash.digest()).buffer) });
    this.digest = promise;
  }
}

/** Reads until `bytes` are there, as workerd's method. @this {ReadableStreamBYOBReader} @param {number} bytes @param {Uint8Array} into */
async function readAtLeast(bytes, into) {
  let { buffer, byteOffset, byteLength } = into;
  let filled = 0;
  while (filled < bytes) {
    const { done, value } = await this.read(new Uint8Array(/** @type {ArrayBuffer} */ (buffer), byteOffset + filled, byteLength - filled));
    if (value) [buffer, filled] = [value.buffer, filled + value.byteLength];
    if (done) break;
  }
  return { done: filled === 0, value: new Uint8Array(/** @type {ArrayBuffer} */ (buffer), byteOffset, filled) };
}

/** What is stored with an object: its key, as an uploader may have chosen it. @param {string} key */
const stored = (key) => {
  const text = key.slice('here/'.length);
  return { size: 11, httpEtag: '"0"', uploaded: new Date(0), httpMetadata: { contentType: `image/png${text}`, contentDisposition: text }, customMetadata: { text }, checksums: {} };
};

/** An R2 bucket that reads files and keeps none, and has an object with every key. */
export const R2 = {
  async head(/** @type {string} */ key) {
    return stored(key);
  },
  async get(/** @type {string} */ key) {
    return { ...stored(key), body: new Blob(['hello world']).stream() };
  },
  async put(/** @type {string} */ _key, /** @type {any} */ value) {
    if (value instanceof ReadableStream) for await (const _chunk of /** @type {any} */ (value));
    return { httpEtag: '"0"' };
  },
};

/** Prepares the globals. Random bytes and the time are always the same, so that every run counts the same steps. */
export function standIn() {
  Date.now = () => NOW;
  crypto.getRandomValues = (array) => (array instanceof Uint8Array && array.fill(0x5a), array);
  Object.assign(globalThis, { FixedLengthStream });
  Object.assign(crypto, { DigestStream });
  Object.assign(ReadableStreamBYOBReader.prototype, { readAtLeast });
  console.log = console.error = () => {}; // decisions
}
