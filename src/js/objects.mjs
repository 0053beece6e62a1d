/** @file The entrypoint that only the Worker itself calls, in front of which Cloudflare can have a cache: `[exports.SignpostObjects]` in `wrangler.toml`. */
import { WorkerEntrypoint } from 'cloudflare:workers';
import { nameOf, read } from './stored.mjs';

/** @import { Place } from './stored.mjs' */

/** Reads objects for the Worker, which has checked the request. HTTP and service bindings reach it only if another Worker's owner binds it. */
export class SignpostObjects extends WorkerEntrypoint {
  /** Answers for the object in `ctx.props`, which are part of the cache's key. */
  async fetch() {
    const { secs, ...place } = this.#props();
    const answer = await read(this.env, place, secs);
    const { binding, key } = place;
    answer.headers.set('cache-tag', await nameOf({ binding, key }));
    return answer;
  }

  /** Forgets the object in `ctx.props`, in all versions and everywhere. */
  async forget() {
    const { binding, key } = this.#props();
    await this.ctx.cache?.purge({ tags: [await nameOf({ binding, key })] });
  }

  /** @returns {Place & { secs: number }} */
  #props() {
    return /** @type {any} */ (this.ctx.props);
  }
}
