// Where the Worker begins: what Rust needs goes in, an answer comes out.
import { __wbg_reset_state, answer, configure, headers, initSync } from '../build/signpost.js';
import module from '../build/signpost_bg.wasm';
import { provide } from './platform.mjs';
import { read } from './read.mjs';
import { refresh, stored } from './secrets.mjs';
import { takeForm } from './take_form.mjs';

initSync({ module });
let configured = false;

/** Names of the secrets that the configuration uses. @type {string[]} */
let names = [];

/** Names of the headers that only some rules look at: to look costs time. @type {string[]} */
let extra = [];

// The body, a key set, a signature, a limit, a challenge, ten requests to a bucket; more would be a mistake that goes in circles.
const MAX_ROUNDS = 16;

/** A body that is read before it is known to be wanted, which takes less time than to find out; in bytes. */
const SMALL = 16_384;

export default {
  /** @param {Request} request @param {Record<string, any>} env */
  async fetch(request, env) {
    try {
      const started = Date.now();
      if (!configured) setUp(env);
      const late = refresh(env, names, started);
      if (late && (await late)) setUp(env);
      const head = describe(request);
      const body = isSmallJson(head) ? await read(request, SMALL) : undefined;
      let text = ask(env, head, started, body);
      if (!isAnswer(text)) text = await goOn(text, env, request, head, started, body);
      return respond(text, env);
    } catch (error) {
      return failed(error);
    }
  },
};

/** @param {object} env */
function setUp(env) {
  names = configure(env, stored);
  extra = headers();
  configured = true;
}

/**
 * What Rust reads of a request: see `described` in `seam.rs`. A header that decides nothing is not looked at.
 *
 * @param {Request} request
 * @returns {string[]}
 */
function describe({ method, url, headers }) {
  const value = (/** @type {string} */ name) => headers.get(name) ?? '';
  const origin = value('origin');
  const reads = method === 'GET' || method === 'HEAD';
  return [
    ...[method, url, value('authorization'), origin],
    ...(reads ? [value('accept'), '', ''] : ['', value('content-type'), value('content-length')]),
    reads || origin ? '' : value('sec-fetch-site'),
    ...extra.map(value),
  ];
}

/** @param {string[]} head */
function isSmallJson([method, , , , , type, length]) {
  return method === 'POST' && length !== '' && Number(length) <= SMALL && type.startsWith('application/json');
}

/**
 * Asks Rust. Between two calls of one request the instance may have become another one.
 * @param {object} env @param {string[]} head @param {number} started @param {Uint8Array} [body] @param {string} [facts]
 * @returns {string}
 */
function ask(env, head, started, body, facts) {
  if (!configured) setUp(env);
  return answer(head.join('\n'), started, body, facts);
}

/** @param {string} text what Rust said: a status first, or the word for what it wants */
function isAnswer(text) {
  return text < ':';
}

/**
 * Does what is wanted, and asks again, until there is an answer. What was found stays with the request: an instance that
 * another request broke meanwhile takes nothing along.
 * @param {string} text @param {Record<string, any>} env @param {Request} request @param {string[]} head @param {number} started
 * @param {Uint8Array} [body]
 */
async function goOn(text, env, request, head, started, body) {
  /** @type {Record<string, unknown>} */
  const facts = {};
  for (let round = 0; round < MAX_ROUNDS && !isAnswer(text); round += 1) {
    const [wanted, what, need] = text.split('\n');
    if (wanted === 'head') return takeForm(request, env, started, Number(what), (form) => ask(env, head, started, form));
    if (wanted === 'body') body = await read(request, Number(what));
    else facts[what] = await provide(what, JSON.parse(need), env);
    text = ask(env, head, started, body, JSON.stringify(facts));
  }
  if (!isAnswer(text)) throw new RangeError('too many rounds');
  return text;
}

/**
 * Makes a response of an answer: see `written` in `seam.rs`.
 * @param {string} text @param {Record<string, any>} env
 */
function respond(text, env) {
  const end = text.indexOf('\n\n');
  const [first, ...lines] = text.slice(0, end).split('\n');
  const record = first.slice(4);
  if (record) note(record, env);
  return new Response(text.slice(end + 2) || null, { status: Number(first.slice(0, 3)), headers: headersOf(lines) });
}

/**
 * workerd takes an object for less than it takes pairs; no name is there twice.
 * @param {string[]} lines
 */
function headersOf(lines) {
  /** @type {Record<string, string>} */
  const headers = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon)] = line.slice(colon + 2);
  }
  return headers;
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
