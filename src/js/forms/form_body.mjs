/** @file Reads the body of a form: first its head, for Rust, then the rest through one reused buffer. */
import { concat } from './concat.mjs';
import { FormError } from './form_error.mjs';

/** The size of the smallest read, in bytes. Memory for it is never refused to a form that has begun, so that it can go on. */
const FIRST_BYTES = 4_096;

/** Most bytes that are read at once. More would take more memory, less would take more calls. */
const READ_BYTES = 65_536;

/** Most bytes of one read that can be put before the next, in bytes: more than the longest delimiter. */
const MAX_CARRIED = 256;

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

/** @type {Bytes} */
const EMPTY = new Uint8Array();

/**
 * A reader of a form's body. The bytes that a method returns are valid until the next read.
 *
 * Its buffers grow with what has arrived, whatever the body announces: a read is at most twice as long as the longest one before.
 */
export class FormBody {
  #reader;
  #share;
  #head = EMPTY;
  #window = EMPTY;
  #nextBytes = FIRST_BYTES;

  /** @param {Request} request its body must be unread @param {import('./memory.mjs').Share} share of the memory for forms */
  constructor({ body }, share) {
    this.#reader = body?.getReader({ mode: 'byob' });
    this.#share = share;
  }

  /** What the form takes of the memory. */
  get share() {
    return this.#share;
  }

  /**
   * Reads the head: one byte more than `max`, or the whole body if it is shorter.
   *
   * @param {number} max
   * @returns {Promise<Bytes | undefined>} undefined if there is no memory for it
   */
  async readHead(max) {
    if (this.#share.isClosed) return undefined;
    try {
      const head = await this.#collect(EMPTY, max + 1);
      return head && (this.#head = head);
    } catch (error) {
      this.#share.end(); // nobody reads on
      if (this.#share.isClosed) return undefined;
      throw error;
    }
  }

  /** Returns the head, once: from then on, it takes no memory. */
  takeHead() {
    const head = this.#head;
    this.#head = EMPTY;
    return head;
  }

  /**
   * Reads the next bytes.
   *
   * @param {Uint8Array} carried at most `MAX_CARRIED` bytes of the last read, to put first
   * @returns {Promise<Uint8Array>} only `carried` at the end of the body
   */
  async next(carried) {
    this.#growWindow();
    this.#window.set(carried);
    const end = this.#window.length - MAX_CARRIED + carried.length;
    const read = await this.#read(this.#window.subarray(carried.length, end));
    this.#window = new Uint8Array(read.buffer);
    return this.#window.subarray(0, carried.length + read.length);
  }

  /**
   * Reads the rest of the body, if it is short.
   *
   * @param {Uint8Array} carried bytes of the last read, to put first
   * @param {number} max
   * @returns {Promise<Uint8Array | undefined>} undefined if it is longer than `max` bytes
   * @throws {FormError} if there is no memory for it
   */
  async rest(carried, max) {
    const rest = carried.length > max ? carried : await this.#collect(carried, max + 1);
    if (!rest) throw new FormError('busy');
    return rest.length > max ? undefined : rest;
  }

  /**
   * Drains up to `max` bytes, so that a client that reads only after sending still gets the response. A form that gave way is not
   * drained.
   *
   * @param {number} max
   */
  async drain(max) {
    this.takeHead();
    try {
      for (let left = max; left > 0 && !this.#share.isClosed; ) {
        const { length } = await this.next(EMPTY);
        if (length === 0) return;
        left -= length;
      }
      await this.#reader?.cancel();
    } catch {
      // The client has disconnected.
    } finally {
      this.#share.end();
    }
  }

  /**
   * Reads bytes into memory of their own.
   *
   * @param {Uint8Array} first bytes to put first
   * @param {number} max most bytes that are returned
   * @returns {Promise<Bytes | undefined>} fewer only at the end of the body; undefined if there is no memory for them
   */
  async #collect(first, max) {
    const pieces = [first];
    let length = first.length;
    for (let size = FIRST_BYTES; ; size *= 2) {
      const wanted = Math.min(size, max - length);
      const own = length - first.length; // `first` is in the window
      if (!this.#share.resize(this.#window.length + own + wanted, size === FIRST_BYTES)) return undefined;
      const read = await this.#read(new Uint8Array(wanted));
      pieces.push(read);
      length += read.length;
      if (read.length < wanted || length === max) break;
    }
    const copied = length > first.length ? length : 0;
    if (!this.#share.resize(this.#window.length + copied)) return undefined;
    return copied > 0 ? concat(pieces) : /** @type {Bytes} */ (first);
  }

  /** Makes the window as large as the next read, if there is memory for it. */
  #growWindow() {
    for (const size of [this.#nextBytes, FIRST_BYTES]) {
      if (this.#window.length >= size + MAX_CARRIED) return;
      if (this.#share.resize(size + MAX_CARRIED, size === FIRST_BYTES)) return void (this.#window = new Uint8Array(size + MAX_CARRIED));
    }
  }

  /**
   * Fills a buffer.
   *
   * @param {Bytes} into the buffer to fill; its memory is transferred to the result
   * @returns {Promise<Bytes>} shorter only at the end of the body
   * @throws {FormError} if the form gives way to another one
   */
  async #read(into) {
    const { buffer, byteOffset, length } = into;
    const reader = this.#reader;
    if (!reader || length === 0) return new Uint8Array(buffer, byteOffset, 0);
    const { byteLength } = buffer;
    const { value } = await this.#share.reading(() => reader.readAtLeast(length, into)).catch((error) => {
      if (this.#share.isClosed) void reader.cancel().catch(() => {}); // the platform may be filling the buffer
      throw error;
    });
    if (value?.length === length) this.#nextBytes = Math.max(this.#nextBytes, Math.min(READ_BYTES, 2 * length));
    return value ?? new Uint8Array(buffer.byteLength ? buffer : new ArrayBuffer(byteLength), byteOffset, 0);
  }
}
