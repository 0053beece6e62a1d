// The Worker's entry: calls Rust, and replaces its instance after a trap.
import { __wbg_reset_state, fetch as respond, initSync } from '../../build/signpost.js';
import module from '../../build/signpost_bg.wasm';
import { Waiting } from './waiting.mjs';

initSync({ module });

/** The requests that wait in the current instance. */
let waiting = new Waiting();

export default {
  /** @param {Request} request @param {Record<string, any>} env @param {ExecutionContext} context @returns {Response | Promise<Response>} */
  fetch(request, env, context) {
    try {
      const response = respond(request, env, context);
      return response instanceof Promise ? untilTrap(response) : response;
    } catch (error) {
      return failed(error, waiting);
    }
  },
};

/** Waits for a response, or for a trap in the instance that makes it. @param {Promise<Response>} response */
function untilTrap(response) {
  const instance = waiting;
  return instance.add(response).catch((error) => failed(error, instance));
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
  const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', ...more };
  return new Response(JSON.stringify({ title, status, detail, code }), { status, headers });
}
