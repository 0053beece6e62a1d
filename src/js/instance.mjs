/** @file The instance of the wasm module. After a trap it is replaced: only code outside of it can do that. */
import { __wbg_reset_state, initSync } from '../../build/signpost.js';
import module from '../../build/signpost_bg.wasm';
import { Waiting } from './waiting.mjs';

initSync({ module });

/** The requests that wait in the current instance. */
let waiting = new Waiting();

/**
 * Calls Rust. A trap ends its own request with 500 and those that wait in the same instance with 503.
 *
 * @template {Response | undefined} T
 * @param {() => T | Promise<T>} call
 * @returns {T | Response | Promise<T | Response>}
 */
export function answer(call) {
  const instance = waiting;
  try {
    const response = call();
    return response instanceof Promise ? instance.add(response).catch((error) => failed(error, instance)) : response;
  } catch (error) {
    return failed(error, instance);
  }
}

/**
 * Answers a failed request, and replaces the instance after a trap.
 *
 * @param {unknown} error
 * @param {typeof waiting} instance the instance in which the request began
 */
function failed(error, instance) {
  if (instance !== waiting) return problem(503, 'Service Unavailable', 'Signpost was restarted: please try again.', 'ServiceUnavailable', { 'retry-after': '1' });
  if (error instanceof WebAssembly.RuntimeError) {
    waiting = new Waiting();
    instance.end(error);
    __wbg_reset_state();
  }
  console.error(`signpost: ${error instanceof Error ? error.name : 'an error'} while answering`);
  return problem(500, 'Internal Server Error', 'Signpost itself failed.', 'InternalError');
}

/** @param {number} status @param {string} title @param {string} detail @param {string} code @param {Record<string, string>} [more] */
function problem(status, title, detail, code, more) {
  const headers = {
    ...{ 'content-type': 'application/problem+json', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
    ...{ 'cross-origin-resource-policy': 'same-origin', 'x-content-type-options': 'nosniff', ...more },
  };
  return new Response(JSON.stringify({ title, status, detail, code }), { status, headers });
}
