import { SignpostError } from './signpost-error.js';

/** The wait before the second try, in milliseconds. Each further wait is twice as long. */
const FIRST_WAIT = 1_000;

/**
 * Tries until it works, as long as another try may help and none of `retries` is spent.
 *
 * @template T
 * @param {{ retries?: number, signal?: AbortSignal }} options
 * @param {() => Promise<T>} attempt
 * @returns {Promise<T>}
 */
export async function retry({ retries = 3, signal }, attempt) {
  for (let failed = 0; ; failed += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (failed >= retries || !mayPass(error)) throw error;
      const wait = Math.max(FIRST_WAIT * 2 ** failed, error.retryAfter * 1_000);
      await pause(wait * (0.75 + Math.random() / 2), signal);
    }
  }
}

/**
 * No answer, too many requests, a server in trouble: what was right to ask then is right to ask again.
 *
 * @param {unknown} error
 * @returns {error is SignpostError}
 */
function mayPass(error) {
  return error instanceof SignpostError && (error.status >= 500 || [0, 408, 429].includes(error.status));
}

/**
 * Waits, and as long as the browser knows itself to be offline; no longer than that if it comes back online.
 *
 * @param {number} milliseconds
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const over = () => {
      if (globalThis.navigator?.onLine === false && !signal?.aborted) return;
      clearTimeout(timer);
      globalThis.removeEventListener?.('online', over);
      signal?.removeEventListener('abort', over);
      signal?.aborted ? reject(signal.reason) : resolve();
    };
    const timer = setTimeout(over, milliseconds);
    globalThis.addEventListener?.('online', over);
    signal?.addEventListener('abort', over);
    if (signal?.aborted) over();
  });
}
