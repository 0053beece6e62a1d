// The entry of a Worker written with the crate `worker`. After a trap, the next request gets a fresh instance.
import { WorkerEntrypoint } from 'cloudflare:workers';
import { __wbg_reset_state, __worker_init_state, fetch as respond } from './index.js';

/** @type {{ criticalError: boolean, instanceId: number }} set by the crate's panic hook too */
const state = __worker_init_state();

export default class extends WorkerEntrypoint {
  /** @param {Request} request */
  async fetch(request) {
    if (state.criticalError) {
      __wbg_reset_state();
      state.criticalError = false;
      state.instanceId += 1;
    }
    try {
      return await respond.call(this, request, this.env, this.ctx);
    } catch (error) {
      notice(error);
      throw error;
    }
  }
}

// A trap in a callback of the runtime.
addEventListener('error', ({ error }) => notice(error));

/** @param {unknown} error */
function notice(error) {
  if (error instanceof WebAssembly.RuntimeError) state.criticalError = true;
}
