// Where the Worker begins: what Rust needs goes in, an answer comes out.
import { __wbg_reset_state, answer, configure, headers, initSync } from '../../build/signpost.js';
import module from '../../build/signpost_bg.wasm';
import { perform } from './effects.mjs';
import { grows, read } from './read_body.mjs';
import { refresh, stored } from './secrets.mjs';
import { receiveForm } from './forms/receive_form.mjs';

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

/** @typedef {{ request: Request, env: Record<string, any>, head: string, started: number, body?: Uint8Array }} Asked */

/** Headers of earlier answers, by their text. @type {Map<string, Headers>} */
const made = new Map();
const MAX_MADE = 64;

export default {
  /**
   * Answers at once where nothing is to be waited for.
   *
   * @param {Request} request @param {Record<string, any>} env @returns {Response | Promise<Response>}
   */
  fetch(request, env) {
    try {
      const started = Date.now();
      if (!configured) setUp(env);
      const late = refresh(env, names, started);
      const { head, small } = describe(request);
      const asked = { request, env, head, started };
      return late || small ? wait(late, small, asked) : answered(asked, started);
    } catch (error) {
      return failed(error);
    }
  },
};

/** @param {object} env */
function setUp(env) {
  [names, extra] = [configure(env, stored), headers()].map((text) => text.split(' ').filter(Boolean));
  configured = true;
}

/**
 * What Rust reads of a request, see `described` in `seam.rs`, and whether its body is small JSON. A header that decides nothing is
 * not looked at.
 *
 * @param {Request} request
 */
function describe({ method, url, headers }) {
  const value = (/** @type {string} */ name) => headers.get(name) ?? '';
  const origin = value('origin');
  let head = `${method}\n${url}\n${value('authorization')}\n${origin}`;
  let small = false;
  if (method === 'GET' || method === 'HEAD') {
    head += `\n${value('accept')}\n\n\n`;
  } else {
    const [type, length] = [value('content-type'), value('content-length')];
    head += `\n\n${type}\n${length}\n${origin ? '' : value('sec-fetch-site')}`;
    small = method === 'POST' && length !== '' && Number(length) <= SMALL && type.startsWith('application/json') && !grows(headers);
  }
  for (const name of extra) head += `\n${value(name)}`;
  return { head, small };
}

/**
 * Waits for secrets that were due to be read again, and for a small body.
 * @param {Promise<boolean> | undefined} late @param {boolean} small @param {Asked} asked
 */
async function wait(late, small, asked) {
  try {
    if (late && (await late)) setUp(asked.env);
    if (small) asked.body = new Uint8Array(await asked.request.arrayBuffer());
    return answered(asked, Date.now());
  } catch (error) {
    return failed(error);
  }
}

/** @param {Asked} asked @param {number} now */
function answered(asked, now) {
  const text = ask(asked, now);
  return isAnswer(text) ? respond(text, asked.env) : goOn(text, asked);
}

/**
 * Asks Rust. Between two calls of one request the instance may have become another one.
 * @param {Asked} asked @param {number} now @param {string} [results]
 * @returns {string}
 */
function ask({ env, head, started, body }, now, results) {
  if (!configured) setUp(env);
  return answer(head, started, now, body, results);
}

/** @param {string} text what Rust said: a status first, or the word for what it wants */
function isAnswer(text) {
  return text < ':';
}

/**
 * Does what is wanted, and asks again, until there is an answer. What was found stays with the request: an instance that
 * another request broke meanwhile takes nothing along.
 * @param {string} text @param {Asked} asked
 */
async function goOn(text, asked) {
  const { request, env, started } = asked;
  /** @type {Record<string, unknown>} */
  const results = {};
  try {
    for (let round = 0; round < MAX_ROUNDS && !isAnswer(text); round += 1) {
      const [wanted, what, effect] = text.split('\n');
      if (wanted === 'head') {
        text = await receiveForm(request, env, started, Number(what), (form) => ask({ ...asked, body: form }, Date.now()));
        continue;
      }
      if (wanted === 'body') asked.body = new Uint8Array(await read(request, Number(what)));
      else results[what] = await perform(what, JSON.parse(effect), env);
      text = ask(asked, Date.now(), JSON.stringify(results));
    }
    if (!isAnswer(text)) throw new RangeError('too many rounds');
    return respond(text, env);
  } catch (error) {
    return failed(error);
  }
}

/**
 * Makes a response of an answer: see `written` in `seam.rs`.
 * @param {string} text @param {Record<string, any>} env
 */
function respond(text, env) {
  const [line, end] = [text.indexOf('\n'), text.indexOf('\n\n')];
  const record = text.slice(4, line);
  if (record) note(record, env);
  const [lines, location] = text.slice(line + 1, end).split('\nlocation: ');
  const response = new Response(text.slice(end + 2) || null, { status: Number(text.slice(0, 3)), headers: headersOf(lines) });
  if (location) response.headers.set('location', location);
  return response;
}

/**
 * To copy headers costs half of making them anew, and most answers have those of another.
 * @param {string} lines
 */
function headersOf(lines) {
  let headers = made.get(lines);
  if (!headers) {
    headers = new Headers(lines.split('\n').map((line) => /** @type {[string, string]} */ (line.split(/: (.*)/, 2))));
    if (made.size === MAX_MADE) made.clear();
    made.set(lines, headers);
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
