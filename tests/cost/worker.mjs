/** @file The Worker in this process, with counters in its wasm and its scripts. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../scripts/step.mjs';
import { counted } from './counted_wasm.mjs';
import { scriptSteps, startCounting } from './counted_scripts.mjs';
import { R2, standIn } from './platform.mjs';

/** @typedef {{ method?: string, path: string, headers?: Record<string, string>, body?: string | Buffer<ArrayBuffer> }} RequestSpec */
/** @typedef {(url: string, init: RequestInit) => Response} Upstream answers the Worker's own requests */
/** @typedef {{ steps: number, status: number, body: string }} Measured */

/** The Worker's scripts, and the bindings between them and wasm. */
const SCRIPTS = ['/src/js/', '/build/signpost.js'];

const ORIGIN = 'https://signpost.example.com';

const BINDINGS = { NOTES: R2, LIMITER: { limit: async () => ({ success: true }) } };

/** @returns {Promise<{ measure: (request: RequestSpec, site: Record<string, unknown>, upstream: Upstream, instance: 'same' | 'new' | 'unread')  => Promise<Measured> }>} */
export async function start() {
  standIn();
  await startCounting();
  const bytes = counted(await readFile(join(root, 'build', 'signpost_bg.wasm')));
  const instances = watchInstances();
  const bindings = await import('../../build/signpost.js');
  const { forms } = await import('../../src/js/forms/forms.mjs');
  bindings.initSync({ module: new WebAssembly.Module(/** @type {any} */ (bytes)) });

  /** @param {RequestSpec} request @param {Record<string, unknown>} env */
  const send = async ({ method = 'GET', path, headers = {}, body }, env) => {
    /** @type {Record<string, string>} */
    const length = body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` };
    return bindings.fetch(new Request(ORIGIN + path, { method, body, headers: { ...length, ...headers } }), env, forms);
  };

  return {
    /**
     * Answers one request in the same instance as before, or in a new one, which has read its configuration or not.
     */
    async measure(request, site, upstream, instance) {
      const env = { ...site, ...BINDINGS };
      globalThis.fetch = async (url, init) => upstream(String(url), init ?? {});
      if (instance !== 'same') bindings.__wbg_reset_state();
      if (instance === 'new') await send({ path: '/healthz' }, env);
      const steps = /** @type {WebAssembly.Global} */ (instances.newest().exports.steps);
      [steps.value] = [0n];
      await scriptSteps(SCRIPTS);
      const answer = await send(request, env);
      return { steps: Number(steps.value) + (await scriptSteps(SCRIPTS)), status: answer.status, body: await answer.text() };
    },
  };
}

/** Keeps the newest instance, since the bindings do not show it. */
function watchInstances() {
  const { Instance } = WebAssembly;
  /** @type {WebAssembly.Instance} */
  let newest;
  const watched = function (/** @type {WebAssembly.Module} */ module, /** @type {WebAssembly.Imports} */ imports) {
    return (newest = new Instance(module, imports));
  };
  Object.assign(WebAssembly, { Instance: watched });
  return { newest: () => newest };
}
