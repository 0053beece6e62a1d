/** @file The requests that wait in one instance of the wasm module. A trap in the instance rejects them all. */

/** Holds each request weakly: if a client disconnects, the platform drops its request, whose promise then never settles. */
export class Waiting {
  /** The functions that reject them. @type {Set<WeakRef<(reason: unknown) => void>>} */
  #requests = new Set();
  /** @type {FinalizationRegistry<WeakRef<(reason: unknown) => void>>} */
  #dropped = new FinalizationRegistry((request) => this.#requests.delete(request));

  get size() {
    return this.#requests.size;
  }

  /**
   * Waits for a promise, or for the end of the instance.
   *
   * @template T
   * @param {Promise<T>} promise
   * @returns {Promise<T>}
   */
  add(promise) {
    return new Promise((resolve, reject) => {
      const request = new WeakRef(reject);
      this.#requests.add(request);
      this.#dropped.register(reject, request);
      // The promise holds `reject` for as long as it can settle.
      promise.finally(() => this.#requests.delete(request)).then(resolve, reject);
    });
  }

  /** Rejects them all. @param {unknown} reason */
  end(reason) {
    for (const request of this.#requests) request.deref()?.(reason);
    this.#requests.clear();
  }
}
