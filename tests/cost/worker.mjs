/** @file The Worker in this process, with counters in its wasm and its scripts. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../scripts/step.mjs';
import { counted } from './counted_wasm.mjs';
import { scriptSteps, startCounting } from './counted_scripts.mjs';
import { R2, standIn } from './platform.mjs';

/** @typedef {{ method?: string, path: string, headers?: Record<string, string>, body?: string | Buffer<ArrayBuffer>, call?: Call }} RequestSpec */
/** A call by another Worker instead of a request: a method of `Signpost` in `src/js/rpc.mjs`. @typedef {{ method: 'verify' } | { method: 'verifyForm', fields: [string, string][] } | { method: 'fetchAs', caller: string } | { method: 'consume', message: string }} Call */
/** @typedef {(url: string, init: RequestInit) => Response} Upstream answers the Worker's own requests */
/** @typedef {{ steps: number, status: number, body: string }} Measured */

/** The Worker's scripts, and the bindings between them and wasm. */
const SCRIPTS = ['/build/signpost.js', '/build/snippets/'];

const ORIGIN = 'https://signpost.example.com';

const CONTEXT = { waitUntil() {} };

const BINDINGS = { NOTES: R2, LIMITER: { limit: async () => ({ success: true }) } };

/** @returns {Promise<{ measure: (request: RequestSpec, site: Record<string, unknown>, upstream: Upstream, instance: 'same' | 'new' | 'unread')  => Promise<Measured> }>} */
export async function start() {
  standIn();
  await startCounting();
  const bytes = counted(await readFile(join(root, 'build', 'signpost_bg.wasm')));
  const instances = watchInstances();
  const bindings = await import('../../build/signpost.js');
  bindings.initSync({ module: new WebAssembly.Module(/** @type {any} */ (bytes)) });

  /** @param {RequestSpec} request @param {Record<string, unknown>} env */
  const send = async ({ method = 'GET', path, headers = {}, body, call }, env) => {
    /** @type {Record<string, string>} */
    const length = body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` };
    const url = new URL(path, ORIGIN).href;
    const request = new Request(url, { method, body, headers: { ...length, ...headers } });
    if (call === undefined) return bindings.fetch(request, env, CONTEXT);
    if (call.method === 'verify') return bindings.verify(request, env);
    if (call.method === 'consume') return bindings.consume(batch(call.message), env).then(() => new Response());
    if (call.method === 'verifyForm') return bindings.verifyForm('notes', JSON.stringify(call.fields), 'a.png', env);
    return bindings.fetchAs(call.caller, url, request, env, CONTEXT);
  };

  /** The configuration that the instance has read before the request. @type {Record<string, unknown> | undefined} */
  let configured;

  return {
    /**
     * Answers one request in the same instance as before, or in a new one, which has read its configuration or not.
     */
    async measure(request, site, upstream, instance) {
      const env = { ...site, ...BINDINGS };
      globalThis.fetch = async (url, init) => upstream(String(url), init ?? {});
      const read = instance === 'unread' ? undefined : site;
      const isFresh = instance !== 'same' || configured !== read;
      if (isFresh) bindings.__wbg_reset_state();
      if (isFresh && read) await send({ path: '/healthz' }, env);
      configured = read;
      const steps = /** @type {WebAssembly.Global} */ (instances.newest().exports.steps);
      [steps.value] = [0n];
      await scriptSteps(SCRIPTS);
      const answer = await send(request, env);
      return { steps: Number(steps.value) + (await scriptSteps(SCRIPTS)), status: answer.status, body: await answer.text() };
    },
  };
}

/** A batch of a queue with one message. @param {string} json */
function batch(json) {
  return { messages: [{ body: JSON.parse(json), attempts: 1, ack() {}, retry() {} }], retryAll() {} };
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
