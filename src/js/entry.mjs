/** @file The deployed Worker: what Cloudflare calls. Everything is decided in Rust. */
import { consume, fetch as respond } from '../../build/signpost.js';
import { answer } from './instance.mjs';

/** In seconds. */
const RETRY_AFTER_TRAP = 30;

export default {
  /** @param {Request} request @param {Record<string, any>} env @param {ExecutionContext} context @returns {Response | Promise<Response>} */
  fetch: (request, env, context) => openapi(request, env) ?? answer(() => respond(request, env, context)),

  /** Delivers the events of a queue. After a trap, the messages that are not settled come again. @param {MessageBatch} batch @param {Record<string, any>} env */
  async queue(batch, env) {
    if (await answer(() => consume(batch, env))) batch.retryAll({ delaySeconds: RETRY_AFTER_TRAP });
  },
};

/**
 * Returns the description of the HTTP API if the configuration has `OPENAPI = true`. It is an asset, since it would take 4 % of the size
 * that Cloudflare's free plan allows a Worker.
 *
 * @param {Request} request @param {Record<string, any>} env @returns {Promise<Response> | undefined}
 */
function openapi(request, env) {
  return env.OPENAPI === true && new URL(request.url).pathname === '/openapi.json' ? env.ASSETS?.fetch(request) : undefined;
}

// Only the Worker itself calls it, to read the objects of rules with `cache`.
export { SignpostObjects } from './objects.mjs';
// For other Workers, through a service binding with `entrypoint = "Signpost"`. HTTP does not reach it.
export { Signpost } from './rpc.mjs';

// What outlives a request, if it is bound as SIGNPOST_STATE.
export { SignpostState } from './state.mjs';
