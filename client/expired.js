import { SignpostError } from './signpost-error.js';

/**
 * Whether a signature may have expired while the file was sent, so that a fresh one may succeed. Servers answer 403, or 400 with
 * `ExpiredToken`. Without CORS headers, as some send it, a page sees no answer at all.
 *
 * @param {unknown} error of the bucket
 * @param {string} expires of the signature
 */
export function hasExpired(error, expires) {
  if (!(error instanceof SignpostError)) return false;
  return error.status === 403 || error.code === 'ExpiredToken' || (error.status === 0 && isOver({ expires }));
}

/** Whether a signature has expired by the browser's clock. @param {{ expires: string }} signed */
export function isOver({ expires }) {
  return Date.parse(expires) <= Date.now();
}
