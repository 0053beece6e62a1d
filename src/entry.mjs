// Where the Worker begins: what Rust needs goes in, an answer comes out.
import { __wbg_reset_state, answer, configure, initSync } from '../build/signpost.js';
import module from '../build/signpost_bg.wasm';
import { provide } from './platform.mjs';
import { read } from './read.mjs';
import { refresh, stored } from './secrets.mjs';
import { takeForm } from './take_form.mjs';

initSync({ module });
let configured = false;

/** Names of the secrets that the configuration uses. @type {string[]} */
let names = [];

// The body, a key set, a signature, a limit, a challenge; more would be a mistake that goes in circles.
const MAX_ROUNDS = 8;

export default {
  /** @param {Request} request @param {Record<string, any>} env */
  async fetch(request, env) {
    try {
      const started = Date.now();
      if (!configured) setUp(env);
      const late = refresh(env, names, started);
      if (late && (await late)) setUp(env);
      let step = ask(env, request, started);
      if (step.length < 3) step = await goOn(step, env, request, started);
      const [status, body, record, ...headers] = step;
      if (record) note(record, env);
      return new Response(body || null, { status, headers: named(headers) });
    } catch (error) {
      return failed(error);
    }
  },
};

/** @param {object} env */
function setUp(env) {
  names = configure(env, stored);
  configured = true;
}

/**
 * Asks Rust. Between two calls of one request the instance may have become another one.
 * @param {object} env @param {Request} request @param {number} started @param {Uint8Array} [body] @param {string} [facts]
 */
function ask(env, { method, url, headers }, started, body, facts) {
  if (!configured) setUp(env);
  const header = (/** @type {string} */ name) => headers.get(name) ?? undefined;
  return answer(
    ...[method, url, header('accept'), header('authorization')],
    ...[header('content-type'), header('content-length'), header('origin')],
    ...[header('cf-access-jwt-assertion'), header('cf-connecting-ip'), header('sec-fetch-site'), header('turnstile-token')],
    ...[started, body, facts],
  );
}

/**
 * Does what is wanted, and asks again, until there is an answer. What was found stays with the request: an instance that
 * another request broke meanwhile takes nothing along.
 * @param {any[]} step @param {Record<string, any>} env @param {Request} request @param {number} started
 */
async function goOn(step, env, request, started) {
  if (step[0] === 'head') return takeForm(request, env, started, step[1], (head) => ask(env, request, started, head));
  /** @type {Uint8Array | undefined} */
  let body;
  /** @type {Record<string, unknown>} */
  const facts = {};
  for (let round = 0; round < MAX_ROUNDS && step.length < 3; round += 1) {
    if (step.length === 1) body = await read(request, step[0]);
    else facts[step[0]] = await provide(step[0], JSON.parse(step[1]), env);
    step = ask(env, request, started, body, JSON.stringify(facts));
  }
  if (step.length < 3) throw new RangeError('too many rounds');
  return step;
}

/**
 * Tells the owner what was decided; as a point too, where a data set is bound for it.
 * @param {string} record @param {Record<string, any>} env
 */
function note(record, env) {
  console.log(record);
  if (!env.DECISIONS?.writeDataPoint) return;
  const { rule = '', caller = '', outcome, code = '', status, ms } = JSON.parse(record);
  env.DECISIONS.writeDataPoint({ indexes: [rule], blobs: [rule, caller, outcome, code], doubles: [status, ms] });
}

/** @param {string[]} flat names and values, no name twice; workerd takes an object for less than it takes pairs */
function named(flat) {
  /** @type {Record<string, string>} */
  const headers = {};
  for (let i = 0; i < flat.length; i += 2) headers[flat[i]] = flat[i + 1];
  return headers;
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
