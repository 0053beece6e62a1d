import { refusal, unreachable } from './signpost-error.js';

/**
 * @typedef {object} Options
 * @property {string} endpoint The Worker's address, such as `https://signpost.example.com`; a path on the page's own origin works too.
 * @property {string} rule The name of the rule.
 * @property {string | (() => string | Promise<string>)} [token] The caller's token, or a function that returns it. Sent to the Worker as `Authorization: Bearer ...`, never to the bucket.
 * @property {AbortSignal} [signal] Cancels the call. The promise then rejects with the signal's reason, by default an `AbortError`.
 * @property {number} [retries] How often to try again after a network error or a status of 408, 429 or 5xx; 3 by default. Each pause is twice as long as the one before. Time offline does not count.
 */

/**
 * Joins path segments to an endpoint.
 *
 * @param {string} endpoint
 * @param {...string} segments
 */
export function urlOf(endpoint, ...segments) {
  // A browser resolves these segments itself, even percent-encoded, so the request would reach another route.
  if (segments.some((segment) => segment === '.' || segment === '..'))
    throw new TypeError('expected a path without "." and ".." segments');
  return [endpoint.replace(/\/+$/, ''), ...segments.map(encodeURIComponent)].join('/');
}

/**
 * Sends a request to the Worker and returns its JSON, which must have `member`.
 *
 * @param {string} url
 * @param {Options} options
 * @param {RequestInit & { headers: Record<string, string> }} init
 * @param {string} [member]
 * @returns {Promise<any>}
 */
export async function request(url, { token, signal }, init, member = 'url') {
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
    return undefined; // sent by a proxy, not by the Worker
  }
}
