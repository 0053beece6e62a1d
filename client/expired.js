import { SignpostError } from './signpost-error.js';

/** @typedef {{ expires: string, receivedAt: number }} Received A signature, and when it arrived by the browser's clock. */

/** Adds the time to a signature that has just arrived. @template {{ expires: string }} T @param {T} signed @returns {T & Received} */
export function received(signed) {
  return { ...signed, receivedAt: Date.now() };
}

/**
 * Whether a signature has expired by the browser's clock. If it had when it arrived, the clock is wrong, and says nothing.
 *
 * @param {Received} signed
 */
export function hasExpired({ expires, receivedAt }) {
  const end = Date.parse(expires);
  return receivedAt < end && end <= Date.now();
}

/**
 * Whether the bucket may have rejected a signature because it has expired, so that a fresh one may succeed. Servers answer 403, or 400
 * with `ExpiredToken`. Some do so without CORS headers. A page cannot tell that from a network error, so the next
 * retry renews the signature if it {@link hasExpired}.
 *
 * @param {unknown} error of the bucket
 */
export function mayHaveExpired(error) {
  if (!(error instanceof SignpostError) || error.code === 'QuotaExceeded') return false;
  return error.status === 403 || error.code === 'ExpiredToken';
}
