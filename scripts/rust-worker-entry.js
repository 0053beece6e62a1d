// The entry of a Worker written with the crate `worker`. After a trap, the next request gets a fresh instance.
import { WorkerEntrypoint } from 'cloudflare:workers';
import * as worker from './index.js';

/** @type {{ criticalError: boolean, instanceId: number }} set by the crate's panic hook too */
const state = worker.__worker_init_state();

export default class extends WorkerEntrypoint {
  /** @param {Request} request */
  async fetch(request) {
    return this.#call(worker.fetch, request);
  }

  /** @param {object} batch of a queue, if the Worker consumes one */
  async queue(batch) {
    return this.#call(worker.queue, batch);
  }

  /** @param {Function} handler @param {object} event */
  async #call(handler, event) {
    if (state.criticalError) {
      worker.__wbg_reset_state();
      state.criticalError = false;
      state.instanceId += 1;
    }
    try {
      return await handler.call(this, event, this.env, this.ctx);
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
