/** @file The deployed Worker: what Cloudflare calls. Everything is decided in Rust. */
import { fetch as respond } from '../../build/signpost.js';
import { answer } from './instance.mjs';

export default {
  /** @param {Request} request @param {Record<string, any>} env @param {ExecutionContext} context @returns {Response | Promise<Response>} */
  fetch: (request, env, context) => openapi(request, env) ?? answer(() => respond(request, env, context)),
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

// For other Workers, through a service binding with `entrypoint = "Signpost"`. HTTP does not reach it.
export { Signpost } from './rpc.mjs';
