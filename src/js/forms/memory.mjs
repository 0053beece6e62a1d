/** @file The memory that the forms of an instance take: bounded, and given back however a form ends. */
import { FormError } from './form_error.mjs';

/**
 * Most bytes that all forms take together, without the small reads that are never refused. An instance has 128 MB, also for wasm
 * and for all other requests.
 */
const MAX_BYTES = 48 * 2 ** 20;

/** Most forms that are received at once, so that their small reads are bounded too. */
const MAX_FORMS = 2_048;

/** After how long without progress a form may lose its memory to another form, in milliseconds. */
const IDLE_MS = 10_000;

/**
 * What a form takes. It has no strong reference to the form's `Share`, which otherwise could not be collected.
 *
 * @typedef {object} Taken
 * @property {number} buffers the size of its buffers, in bytes
 * @property {Uint8Array[]} kept the bytes of its file that it keeps
 * @property {number} keptBytes
 * @property {number} at when it last made progress, in milliseconds
 * @property {boolean} reads whether it waits for its body
 * @property {boolean} ended
 * @property {WeakRef<Share>} [share]
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

  /** Begins a form. If there are too many, its share is closed from the start. */
  open() {
    /** @type {Taken} */
    const taken = { buffers: 0, kept: [], keptBytes: 0, at: this.#now(), reads: false, ended: false };
    const share = new Share(this, taken);
    taken.share = new WeakRef(share);
    if (this.#forms.size >= MAX_FORMS) this.#makePlace();
    if (this.#forms.size >= MAX_FORMS) return share.close(), share;
    this.#forms.add(taken);
    this.#dropped.register(share, taken);
    return share;
  }

  /** Notes that a form begins to wait for its body, or has stopped waiting. @param {Taken} taken @param {boolean} reads */
  note(taken, reads) {
    taken.reads = reads;
    taken.at = this.#now();
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

  /** Makes idle forms give way until there is room: first those that keep bytes of a file, which lose only those. @param {number} bytes */
  #makeRoom(bytes) {
    const isEnough = () => this.#bytes + bytes <= this.#maxBytes;
    if (isEnough()) return;
    for (const taken of this.#idle(({ keptBytes }) => keptBytes > 0)) {
      this.drop(taken);
      if (isEnough()) return;
    }
    for (const taken of this.#idle(({ reads, buffers }) => reads && buffers > 0)) {
      this.#close(taken);
      if (isEnough()) return;
    }
  }

  /** Makes the form that is idle for the longest time give way. */
  #makePlace() {
    const [taken] = this.#idle(({ reads }) => reads);
    if (taken) this.#close(taken);
  }

  /** Returns idle forms, the longest idle first. @param {(taken: Taken) => boolean} which */
  #idle(which) {
    const before = this.#now() - IDLE_MS;
    return [...this.#forms].filter((taken) => taken.at <= before && which(taken)).sort((a, b) => a.at - b.at);
  }

  /** Ends a form that waits for its body. @param {Taken} taken */
  #close(taken) {
    this.end(taken);
    taken.share?.deref()?.close();
  }
}

/** One form's share of the memory. */
export class Share {
  #memory;
  #taken;
  #isClosed = false;
  /** @type {(error: FormError) => void} */
  #stopReading = () => {};

  /** @param {Memory} memory @param {Taken} taken */
  constructor(memory, taken) {
    this.#memory = memory;
    this.#taken = taken;
  }

  /** Whether the form gave way to another one, or came when there were too many. It may read nothing more. */
  get isClosed() {
    return this.#isClosed;
  }

  /**
   * Closes the share. A read of the body ends at once for whoever waits for it.
   *
   * The form that needs the memory cannot cancel the read: the platform lets no request use the body of another one. But it resumes
   * the other request when a promise of that request is settled.
   */
  close() {
    this.#isClosed = true;
    this.#taken.ended = true;
    this.#stopReading(new FormError('busy'));
  }

  /**
   * Waits for a read of the body.
   *
   * @template T
   * @param {() => Promise<T>} read
   * @returns {Promise<T>}
   * @throws {FormError} if the share is closed, also while it waits
   */
  async reading(read) {
    if (this.#isClosed) throw new FormError('busy');
    this.#memory.note(this.#taken, true);
    try {
      // A promise for each read: one for all of them would keep what every read has returned.
      return await new Promise((resolve, reject) => {
        this.#stopReading = reject;
        read().then(resolve, reject);
      });
    } finally {
      this.#stopReading = () => {};
      this.#memory.note(this.#taken, false);
    }
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
