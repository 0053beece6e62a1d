import { SignpostError } from './signpost-error.js';

/** The pause before the first retry, in milliseconds. Each further pause is twice as long. */
const FIRST_WAIT = 1_000;

/**
 * Calls `attempt` until it succeeds, fails for good, or has been retried `retries` times.
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
      if (failed >= retries || !mayRecover(error)) throw error;
      const wait = Math.max(FIRST_WAIT * 2 ** failed, error.retryAfter * 1_000);
      await pause(wait * (0.75 + Math.random() / 2), signal);
    }
  }
}

/**
 * Whether a retry may succeed: after a network error, a timeout, too many requests, a server error, or while an earlier request with the
 * same form has not ended.
 *
 * @param {unknown} error
 * @returns {error is SignpostError}
 */
export function mayRecover(error) {
  return error instanceof SignpostError && (error.status >= 500 || [0, 408, 429].includes(error.status) || error.code === 'OperationAborted');
}

/**
 * Waits for a time. While the browser is offline, waits until it is online again. Going online ends any wait.
 *
 * @param {number} milliseconds
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
export function pause(milliseconds, signal) {
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
