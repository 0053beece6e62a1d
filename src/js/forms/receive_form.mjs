/** @file A form: its head is for Rust, its file goes past it. */
import { finish } from '../../../build/signpost.js';
import { FormBody } from './form_body.mjs';
import { writeObject } from './write_object.mjs';

/** How much of a refused form is read for nothing, in bytes. */
const MAX_DRAIN = 2 ** 23;

/** How Rust asks for a file to be written: see `answer` in `seam.rs`. */
const WRITE = 'write\n';

/**
 * @param {Request} request
 * @param {Record<string, any>} env
 * @param {number} started
 * @param {number} max how many bytes may stand before the file
 * @param {(head: Uint8Array) => string} ask
 * @returns {Promise<string>} the answer
 */
export async function receiveForm(request, env, started, max, ask) {
  const body = new FormBody(request);
  await body.readHead(max);
  let text = ask(body.head);
  if (text.startsWith(WRITE)) {
    const plan = JSON.parse(text.slice(WRITE.length));
    const [outcome, etag] = await writeObject(env, plan, body);
    text = finish(plan.continuation, outcome, etag, started, Date.now());
  }
  if (text > '4') await body.drain(MAX_DRAIN);
  return text;
}
