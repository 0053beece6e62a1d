/** @file The memory that the forms of an instance take: at most 48 MiB, and given back however a form ends. */
import { FormError } from './form_error.mjs';

/** Most bytes that all forms take together. An instance has 128 MB, also for wasm and for all other requests. */
const MAX_BYTES = 48 * 2 ** 20;

/** After how long without progress a form may lose what it keeps to another form, in milliseconds. */
const IDLE_MS = 10_000;

/**
 * What a form takes. It has no reference to the form's `Share`, which otherwise could not be collected.
 *
 * @typedef {object} Taken
 * @property {number} buffers the size of its buffers, in bytes
 * @property {Uint8Array[]} kept the bytes of its file that it keeps
 * @property {number} keptBytes
 * @property {number} at when it last made progress, in milliseconds
 * @property {boolean} ended
 */

export class Memory {
  /** @type {Set<Taken>} */
  #forms = new Set();
  /**
   * Ends forms whose share was collected: if a client disconnects, the platform drops its request, whose promises then never settle.
   *
   * @type {FinalizationRegistry<Taken>}
   */
  #dropped = new FinalizationRegistry((taken) => this.end(taken));
  #bytes = 0;
  #maxBytes;
  #now;

  /** @param {number} [maxBytes] @param {() => number} [now] the time, in milliseconds */
  constructor(maxBytes = MAX_BYTES, now = () => Date.now()) {
    this.#maxBytes = maxBytes;
    this.#now = now;
  }

  /** How much all forms take, in bytes. */
  get bytes() {
    return this.#bytes;
  }

  /** Begins a form. */
  open() {
    /** @type {Taken} */
    const taken = { buffers: 0, kept: [], keptBytes: 0, at: this.#now(), ended: false };
    const share = new Share(this, taken);
    this.#forms.add(taken);
    this.#dropped.register(share, taken);
    return share;
  }

  /**
   * Notes that a form makes progress. Returns whether it may take more bytes.
   *
   * @param {Taken} taken
   * @param {number} [more]
   */
  allows(taken, more = 0) {
    taken.at = this.#now();
    if (taken.ended) return false;
    if (more > 0) this.#makeRoom(more);
    return more <= 0 || this.#bytes + more <= this.#maxBytes;
  }

  /** Counts what a form takes, or gives back. @param {Taken} taken @param {'buffers' | 'keptBytes'} what @param {number} more */
  count(taken, what, more) {
    taken[what] += more;
    if (this.#forms.has(taken)) this.#bytes += more;
  }

  /** Drops what a form keeps. Its buffers stay, since the platform may be filling one. @param {Taken} taken */
  drop(taken) {
    this.count(taken, 'keptBytes', -taken.keptBytes);
    taken.kept = [];
    taken.ended = true;
  }

  /** Gives back all that a form takes. @param {Taken} taken */
  end(taken) {
    this.drop(taken);
    this.count(taken, 'buffers', -taken.buffers);
    this.#forms.delete(taken);
  }

  /** Drops what idle forms keep, the longest idle first, until there is room. @param {number} bytes */
  #makeRoom(bytes) {
    if (this.#bytes + bytes <= this.#maxBytes) return;
    const before = this.#now() - IDLE_MS;
    const idle = [...this.#forms].filter(({ at, keptBytes }) => at <= before && keptBytes > 0);
    for (const taken of idle.sort((a, b) => a.at - b.at)) {
      this.drop(taken);
      if (this.#bytes + bytes <= this.#maxBytes) return;
    }
  }
}

/** One form's share of the memory. */
export class Share {
  #memory;
  #taken;

  /** @param {Memory} memory @param {Taken} taken */
  constructor(memory, taken) {
    this.#memory = memory;
    this.#taken = taken;
  }

  /**
   * Changes the size of the form's buffers.
   *
   * @param {number} bytes of all its buffers
   * @param {boolean} [always] whether they are only counted, and never refused
   * @returns {boolean} whether the form may have them
   */
  resize(bytes, always = false) {
    const more = bytes - this.#taken.buffers;
    if (!this.#memory.allows(this.#taken, more) && !always) return false;
    this.#memory.count(this.#taken, 'buffers', more);
    return true;
  }

  /**
   * Keeps a copy of these bytes.
   *
   * @param {Uint8Array} bytes
   * @throws {FormError} if there is no room, or if the form has lost what it kept
   */
  keep(bytes) {
    if (!this.#memory.allows(this.#taken, bytes.length)) throw new FormError('busy');
    this.#taken.kept.push(bytes.slice());
    this.#memory.count(this.#taken, 'keptBytes', bytes.length);
  }

  /**
   * Returns what was kept, piece by piece. A piece is given back when the next one is asked for.
   *
   * @returns {Iterable<Uint8Array>}
   * @throws {FormError} at once or later, if the form has lost what it kept
   */
  release() {
    if (!this.#memory.allows(this.#taken)) throw new FormError('busy');
    return this.#pieces();
  }

  /** Gives back what was kept. From now on, the form has only its buffers. */
  drop() {
    this.#memory.drop(this.#taken);
  }

  /** Gives everything back. */
  end() {
    this.#memory.end(this.#taken);
  }

  *#pieces() {
    for (let piece; (piece = this.#taken.kept.shift()); ) {
      yield piece;
      if (!this.#memory.allows(this.#taken)) throw new FormError('busy');
      this.#memory.count(this.#taken, 'keptBytes', -piece.length);
    }
  }
}
