/** @file The deployed Worker: what Cloudflare calls. Everything is decided in Rust. */
import { fetch as respond } from '../../build/signpost.js';
import { answer } from './instance.mjs';

export default {
  /** @param {Request} request @param {Record<string, any>} env @param {ExecutionContext} context @returns {Response | Promise<Response>} */
  fetch: (request, env, context) => answer(() => respond(request, env, context)),
};

// For other Workers, through a service binding with `entrypoint = "Signpost"`. HTTP does not reach it.
export { Signpost } from './rpc.mjs';
