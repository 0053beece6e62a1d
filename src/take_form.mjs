/** @file A form: its head is for Rust, its file goes past it. */
import { settle } from '../build/signpost.js';
import { FormBody } from './form_body.mjs';
import { store } from './store.mjs';

/** How much of a refused form is read for nothing, in bytes. */
const MAX_DRAIN = 2 ** 23;

/**
 * @param {Request} request
 * @param {Record<string, any>} env
 * @param {number} started
 * @param {number} max how many bytes may stand before the file
 * @param {(head: Uint8Array) => any[]} ask
 * @returns {Promise<any[]>} the answer
 */
export async function takeForm(request, env, started, max, ask) {
  const body = new FormBody(request);
  await body.readHead(max);
  let step = ask(body.head);
  if (step[0] === 'store') {
    const plan = JSON.parse(step[1]);
    const [outcome, etag] = await store(env, plan, body);
    step = settle(plan.then, outcome, etag, started);
  }
  if (step[0] >= 400) await body.drain(MAX_DRAIN);
  return step;
}
