/** @file The body of a form: its head for Rust, the rest in a buffer that is used again and again. */

/** How much is read at once, in bytes. More would be held, less would cost more calls. */
const READ = 65_536;

/** What was read may be used until the next read. */
export class FormBody {
  #reader;
  #window = new Uint8Array(READ + 128);
  /** @type {Uint8Array} */
  head = new Uint8Array();

  /** @param {Request} request whose body nothing has read */
  constructor({ body }) {
    this.#reader = body?.getReader({ mode: 'byob' });
  }

  /**
   * Reads the head: more than `max` bytes, or all there are.
   *
   * @param {number} max
   */
  async readHead(max) {
    return (this.head = await this.#read(new Uint8Array(max + 1)));
  }

  /**
   * Reads on.
   *
   * @param {Uint8Array} kept at most 128 bytes of before, which come first again
   * @returns {Promise<Uint8Array>} no longer than `kept` at the end
   */
  async next(kept) {
    this.#window.set(kept);
    const read = await this.#read(this.#window.subarray(kept.length, kept.length + READ));
    this.#window = new Uint8Array(read.buffer);
    return this.#window.subarray(0, kept.length + read.length);
  }

  /**
   * Reads what is left, as far as it is short.
   *
   * @param {Uint8Array} kept
   * @param {number} max
   * @returns {Promise<Uint8Array | undefined>} nothing if it is longer than `max`
   */
  async rest(kept, max) {
    if (kept.length > max) return undefined;
    const rest = await this.#read(new Uint8Array(max - kept.length + 1));
    return kept.length + rest.length > max ? undefined : joined(kept, rest);
  }

  /** Reads on for nothing, up to a limit, so that a client that sends first and listens then hears the answer. @param {number} max */
  async drain(max) {
    try {
      for (let left = max; left > 0; ) {
        const { length } = await this.next(NOTHING);
        if (length === 0) return;
        left -= length;
      }
      await this.#reader?.cancel();
    } catch {
      // Nobody is there any more.
    }
  }

  /**
   * @param {Uint8Array<ArrayBuffer>} into as much as is wanted; its memory goes into what comes back
   * @returns {Promise<Uint8Array<ArrayBuffer>>} less only at the end
   */
  async #read(into) {
    const { buffer, byteOffset, length } = into;
    if (!this.#reader || length === 0) return new Uint8Array(buffer, byteOffset, 0);
    const { value } = await this.#reader.readAtLeast(length, into);
    return value ?? new Uint8Array(buffer.byteLength ? buffer : new ArrayBuffer(READ + 128), byteOffset, 0);
  }
}

const NOTHING = new Uint8Array();

/** @param {Uint8Array} first @param {Uint8Array} second */
export function joined(first, second) {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
