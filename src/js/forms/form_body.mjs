/** @file Reads the body of a form: first its head, for Rust, then the rest through one reused buffer. */

/** How much is read at once, in bytes. More would take more memory, less would take more calls. */
const READ_BYTES = 65_536;

/** Most bytes of one read that can be put before the next, in bytes: more than the longest delimiter. */
const MAX_CARRIED = 128;

/** A reader of a form's body. The bytes that a method returns are valid until the next read. */
export class FormBody {
  #reader;
  #window = new Uint8Array(READ_BYTES + MAX_CARRIED);
  /** @type {Uint8Array} */
  head = new Uint8Array();

  /** @param {Request} request its body must be unread */
  constructor({ body }) {
    this.#reader = body?.getReader({ mode: 'byob' });
  }

  /**
   * Reads the head: one byte more than `max`, or the whole body if it is shorter.
   *
   * @param {number} max
   */
  async readHead(max) {
    return (this.head = await this.#read(new Uint8Array(max + 1)));
  }

  /**
   * Reads the next bytes.
   *
   * @param {Uint8Array} carried at most `MAX_CARRIED` bytes of the last read, to put first
   * @returns {Promise<Uint8Array>} only `carried` at the end of the body
   */
  async next(carried) {
    this.#window.set(carried);
    const read = await this.#read(this.#window.subarray(carried.length, carried.length + READ_BYTES));
    this.#window = new Uint8Array(read.buffer);
    return this.#window.subarray(0, carried.length + read.length);
  }

  /**
   * Reads the rest of the body, if it is short.
   *
   * @param {Uint8Array} carried bytes of the last read, to put first
   * @param {number} max
   * @returns {Promise<Uint8Array | undefined>} undefined if it is longer than `max` bytes
   */
  async rest(carried, max) {
    if (carried.length > max) return undefined;
    const rest = await this.#read(new Uint8Array(max - carried.length + 1));
    return carried.length + rest.length > max ? undefined : concat(carried, rest);
  }

  /**
   * Drains up to `max` bytes, so that a client that reads only after sending still gets the response.
   *
   * @param {number} max
   */
  async drain(max) {
    try {
      for (let left = max; left > 0; ) {
        const { length } = await this.next(EMPTY);
        if (length === 0) return;
        left -= length;
      }
      await this.#reader?.cancel();
    } catch {
      // The client has disconnected.
    }
  }

  /**
   * Fills a buffer.
   *
   * @param {Uint8Array<ArrayBuffer>} into the buffer to fill; its memory is transferred to the result
   * @returns {Promise<Uint8Array<ArrayBuffer>>} shorter only at the end of the body
   */
  async #read(into) {
    const { buffer, byteOffset, length } = into;
    if (!this.#reader || length === 0) return new Uint8Array(buffer, byteOffset, 0);
    const { value } = await this.#reader.readAtLeast(length, into);
    return value ?? new Uint8Array(buffer.byteLength ? buffer : new ArrayBuffer(READ_BYTES + MAX_CARRIED), byteOffset, 0);
  }
}

const EMPTY = new Uint8Array();

/** @param {Uint8Array} first @param {Uint8Array} second */
function concat(first, second) {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
