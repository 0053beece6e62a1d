// The only JavaScript of the Worker: what Rust needs goes in, an answer comes out.
import { __wbg_reset_state, answer, configure, initSync } from '../build/signpost.js';
import module from '../build/signpost_bg.wasm';

initSync({ module });
let configured = false;

export default {
  /** @param {Request} request @param {object} env */
  async fetch(request, env) {
    try {
      let step = ask(env, request);
      if (step.length === 1) step = ask(env, request, await read(request, step[0]));
      const [status, body, ...headers] = step;
      return new Response(body || null, { status, headers: pairs(headers) });
    } catch (error) {
      return failed(error);
    }
  },
};

/**
 * Asks Rust. Between two calls of one request the instance may have become another one.
 * @param {object} env @param {Request} request @param {Uint8Array} [body]
 */
function ask(env, { method, url, headers }, body) {
  if (!configured) configure(env);
  configured = true;
  const header = (/** @type {string} */ name) => headers.get(name) ?? undefined;
  return answer(method, url, header('accept'), header('authorization'), header('content-length'), header('origin'), body);
}

/**
 * Reads a body, and stops once it has more than `max` bytes.
 * @param {Request} request @param {number} max
 */
async function read({ body }, max) {
  const chunks = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > max) break;
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** @param {string[]} flat @returns {[string, string][]} */
function pairs(flat) {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]);
}

/**
 * Answers 500. After a trap the instance is unusable: the next request gets a fresh one.
 * @param {unknown} error
 */
function failed(error) {
  if (error instanceof WebAssembly.RuntimeError) {
    __wbg_reset_state();
    configured = false;
  }
  console.error(`signpost: ${error instanceof Error ? error.name : 'an error'} while answering`);
  const problem = { title: 'Internal Server Error', status: 500, detail: 'Signpost itself failed.', code: 'InternalError' };
  const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };
  return new Response(JSON.stringify(problem), { status: 500, headers });
}
