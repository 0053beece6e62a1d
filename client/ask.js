import { refusal, unreachable } from './signpost-error.js';

/**
 * @typedef {object} Options
 * @property {string} endpoint The Worker's address, such as `https://signpost.example.com`; a path on the page's own origin works too.
 * @property {string} rule The name of the rule to ask.
 * @property {string | (() => string | Promise<string>)} [token] Who asks, or a function that knows: sent to the Worker as `Authorization: Bearer ...`, never to the bucket.
 * @property {AbortSignal} [signal] Ends the call; the promise then rejects with the signal's reason, an `AbortError` unless you gave another.
 * @property {number} [retries] How often to try again where no answer came, or one that says "later": 3, with growing pauses, unless you say otherwise. Time offline does not count.
 */

/**
 * @param {string} endpoint
 * @param {...string} segments
 */
export function address(endpoint, ...segments) {
  // A browser resolves these before it asks, percent-encoded or not, so the request would reach another route.
  if (segments.some((segment) => segment === '.' || segment === '..'))
    throw new TypeError('expected a path without "." and ".." segments');
  return [endpoint.replace(/\/+$/, ''), ...segments.map(encodeURIComponent)].join('/');
}

/**
 * Asks the Worker for an answer that has `member`.
 *
 * @param {string} url
 * @param {Options} options
 * @param {RequestInit & { headers: Record<string, string> }} init
 * @param {string} [member]
 * @returns {Promise<any>}
 */
export async function ask(url, { token, signal }, init, member = 'url') {
  const bearer = typeof token === 'function' ? await token() : token;
  if (bearer) init.headers.authorization = `Bearer ${bearer}`;
  let response, text;
  try {
    response = await fetch(url, { ...init, signal });
    text = await response.text();
  } catch (cause) {
    throw signal?.aborted ? signal.reason : unreachable(url, cause);
  }
  const answer = parsed(text);
  if (response.ok && answer?.[member]) return answer;
  const retryAfter = Number(response.headers.get('retry-after')) || 0;
  throw refusal(response.status, url, answer?.code, answer?.detail ?? answer?.title, retryAfter);
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not the Worker's, but a page of something in between
  }
}
