/** @file Requests that wait in one instance of the wasm, and end with it. */

/** Holds each request weakly: where a client is gone, the platform drops the request, and its promise never settles. */
export class Waiting {
  /** What rejects each of them. @type {Set<WeakRef<(reason: unknown) => void>>} */
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
