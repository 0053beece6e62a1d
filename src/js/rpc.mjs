/** @file Calls by other Workers through a service binding. The calling Worker says who its user is, so it needs no token. */
import { WorkerEntrypoint } from 'cloudflare:workers';
import { fetchAs, verify, verifyForm } from '../../build/signpost.js';
import { answer } from './instance.mjs';

/** @import { Caller, SignpostMethods } from './rpc.d.ts' */

/** Stands for the URL of a Signpost that browsers need not reach; `NOWHERE` in `src/http/url.rs`. */
const NOWHERE = 'https://signpost.invalid';

/** @implements {SignpostMethods} */
export class Signpost extends WorkerEntrypoint {
  /** @type {SignpostMethods['upload']} */
  async upload(rule, request, caller, { url = NOWHERE } = {}) {
    return this.#ask(`${new URL(url).origin}/uploads/${encode(rule)}`, post(request), caller);
  }

  /** @type {SignpostMethods['uploadMany']} */
  async uploadMany(rule, files, caller, options) {
    return /** @type {any} */ (this.upload(rule, /** @type {any} */ ({ files }), caller, options));
  }

  /** @type {SignpostMethods['confirm']} */
  async confirm(rule, state, caller) {
    return this.#ask(`${NOWHERE}/uploads/${encode(rule)}/confirm`, post({ confirm: state }), caller);
  }

  /** @type {SignpostMethods['download']} */
  async download(rule, path, caller, { download, url: base = NOWHERE } = {}) {
    const url = `${new URL(base).origin}/downloads/${encode(rule)}/${encode(path)}?json${download === undefined ? '' : `&download=${encode(download)}`}`;
    return this.#ask(url, {}, caller);
  }

  /** @type {SignpostMethods['downloadMany']} */
  async downloadMany(rule, paths, caller, { download, url = NOWHERE } = {}) {
    return this.#ask(`${new URL(url).origin}/downloads/${encode(rule)}${queryOf(download)}`, post({ paths }), caller);
  }

  /** @type {SignpostMethods['verify']} */
  async verify(request) {
    return result(answer(() => verify(request, this.env)));
  }

  /** @type {SignpostMethods['verifyForm']} */
  async verifyForm(bucket, fields, fileName) {
    return result(answer(() => verifyForm(bucket, JSON.stringify(fields), fileName, this.env)));
  }

  /**
   * The URL is passed as text: in a `Request`, `..` in a user's path would lead to another rule.
   *
   * @param {string} url
   * @param {RequestInit} init
   * @param {Caller} caller
   */
  #ask(url, init, caller) {
    return result(answer(() => fetchAs(JSON.stringify(caller ?? null), url, new Request(NOWHERE, init), this.env, this.ctx)));
  }
}

/** @param {unknown} body @returns {RequestInit} */
const post = (body) => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

/** @param {string} [download] */
const queryOf = (download) => (download === undefined ? '' : `?download=${encode(download)}`);

/** @param {string} text */
function encode(text) {
  return encodeURIComponent(text.toWellFormed());
}

/** @param {Response | Promise<Response>} answered @returns {Promise<any>} */
async function result(answered) {
  const response = await answered;
  const body = await response.json();
  return response.ok ? { ok: true, ...body } : { ok: false, problem: body };
}
