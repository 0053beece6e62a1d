/**
 * @file Objects of bound buckets through a cache. The Worker has admitted each request before, whether the cache has the object or not.
 *
 * Where Workers Cache is enabled for the entrypoint `SignpostObjects`, that is the cache; otherwise the Cache API is, which each data centre has for itself.
 *
 * Specs: <https://developers.cloudflare.com/workers/cache/>, <https://developers.cloudflare.com/workers/runtime-apis/cache/>
 */
import { fromJson, isRecent, nameOf, read } from './stored.mjs';

/** @import { Known, Place } from './stored.mjs' */
/** @typedef {{ offset?: number, length?: number, suffix?: number }} Range as R2 has it */

/** Not `caches.default`, whose entries a zone also answers requests from. */
const NAME = 'signpost-objects';

/** Largest object that a cache keeps, in bytes. Source: https://developers.cloudflare.com/workers/platform/limits/#cache-api-limits */
const MAX_BYTES = 512 * 1024 * 1024;

/** The versions that are being copied into the cache. @type {Set<string>} */
const copying = new Set();

/** Whether Workers Cache answers for `SignpostObjects`; undefined before the first answer. @type {boolean | undefined} */
let hasWorkersCache;

/** @param {Record<string, any>} env @param {any} context @param {string} binding @param {string} key @param {number} secs */
export function openCached(env, context, binding, key, secs) {
  return new CachedObject(env, context, { binding, key }, secs);
}

/**
 * Makes the cache forget an object that has been written or deleted: with the Cache API, in this data centre.
 *
 * @param {any} context @param {string} binding @param {string} key
 */
export async function forgetCached(context, binding, key) {
  const place = { binding, key };
  if (hasWorkersCache !== false) {
    const forgotten = entrypoint(context, { ...place, secs: 0 })?.forget();
    await forgotten?.catch(() => console.error('signpost: the cache did not forget an object'));
  }
  await (await caches.open(NAME)).delete(await url(place));
}

class CachedObject {
  /** @type {Record<string, any>} */ #env;
  /** @type {any} */ #context;
  /** @type {Place} */ #place;
  /** @type {number} */ #secs;
  /** What is known about the current version. @type {Known | null | undefined} */
  #known;

  /** @param {Record<string, any>} env @param {any} context @param {Place} place @param {number} secs */
  constructor(env, context, place, secs) {
    [this.#env, this.#context, this.#place, this.#secs] = [env, context, place, secs];
  }

  /** Returns what R2 says about the object, as `head` does. @param {boolean} fresh whether to ask R2 itself */
  async head(fresh) {
    if (fresh) await forgetCached(this.#context, this.#place.binding, this.#place.key);
    const answer = fresh ? await read(this.#env, this.#place, this.#secs) : await this.#ask(this.#place);
    if (!answer.ok && answer.status !== 404) throw new Error('the bucket did not answer');
    this.#known = answer.ok ? fromJson(await answer.json()) : null;
    return this.#known;
  }

  /** Returns bytes of a version; without `body` if it is not the current one. @param {string} etag @param {Range} [range] */
  async get(etag, range) {
    const place = { ...this.#place, etag };
    const cached = this.#known && this.#known.size <= MAX_BYTES ? await this.#bytes(place, this.#known.size, range) : undefined;
    if (cached) return { ...this.#known, body: cached };
    return this.#env[place.binding].get(place.key, { range, onlyIf: { etagMatches: etag.replaceAll('"', '') } });
  }

  /** @param {Place} place @param {number} size @param {Range} [range] @returns {Promise<ReadableStream | undefined>} */
  async #bytes(place, size, range) {
    const [first, last] = limits(size, range);
    const headers = range && { range: `bytes=${first}-${last}` };
    const answer = await this.#find(place, headers).catch(() => undefined);
    if (answer?.body && fits(answer, size, range && `bytes ${first}-${last}/${size}`)) return answer.body;
    await answer?.body?.cancel();
    if (!hasWorkersCache) this.#copy(place);
    return undefined;
  }

  /** Returns an answer of the cache; undefined if it has none. @param {Place} place @param {Record<string, string>} [headers] */
  async #find(place, headers) {
    if (hasWorkersCache) return this.#viaEntrypoint(place, headers);
    return (await caches.open(NAME)).match(new Request(await url(place), { headers }));
  }

  /** Copies a version into the cache, by a read of its own: a client that reads slowly would fill the memory. @param {Place} place */
  async #copy(place) {
    const name = await url(place);
    if (copying.has(name)) return;
    copying.add(name);
    const copied = async () => {
      const answer = await read(this.#env, place, this.#secs);
      if (answer.ok) await (await caches.open(NAME)).put(name, answer);
    };
    // A copy that fails is tried again by the next request.
    this.#context.waitUntil(copied().catch(() => {}).finally(() => copying.delete(name)));
  }

  /** Asks about the current version: the cache, or R2. @param {Place} place */
  async #ask(place) {
    const answer = hasWorkersCache === false ? undefined : await this.#viaEntrypoint(place);
    if (answer && hasWorkersCache) return answer;
    const known = await this.#find(place).catch(() => undefined);
    if (known && isRecent(known, this.#secs)) return known;
    const found = answer ?? (await read(this.#env, place, this.#secs));
    if (found.ok) await keep(place, found.clone());
    return found;
  }

  /** @param {Place} place @param {Record<string, string>} [headers] @returns {Promise<Response | undefined>} */
  async #viaEntrypoint(place, headers) {
    const answer = await entrypoint(this.#context, { ...place, secs: this.#secs })?.fetch('https://signpost.invalid/', { headers });
    // Every answer has this header where the cache is enabled: https://developers.cloudflare.com/workers/cache/debugging/
    hasWorkersCache ??= answer?.headers.has('cf-cache-status') ?? false;
    return answer;
  }
}

/** Puts an answer into the cache. It is sent even if that fails. @param {Place} place @param {Response} answer */
const keep = async (place, answer) => (await caches.open(NAME)).put(await url(place), answer).catch(() => {});

/** @param {any} context @param {Place & { secs: number }} props */
const entrypoint = (context, props) => context.exports?.SignpostObjects?.({ props });

/** @param {Place} place */
const url = async (place) => `https://signpost.invalid/${await nameOf(place)}`;

/** Returns the first and the last byte of a range that the object has. @param {number} size @param {Range} [range] */
function limits(size, { offset = 0, length = size, suffix } = {}) {
  if (suffix !== undefined) return [Math.max(0, size - suffix), size - 1];
  return [offset, Math.min(offset + length, size) - 1];
}

/** Returns whether an answer is the whole object, or just this range. @param {Response} answer @param {number} size @param {string} [range] */
function fits({ status, headers }, size, range) {
  if (range !== undefined) return status === 206 && headers.get('content-range') === range;
  return status === 200 && headers.get('content-length') === `${size}`;
}
