// Secrets of the Secrets Store, which can only be had by asking: kept for a while, so that a rotation arrives by itself.

/** How long values are good, and how soon a failed reading is repeated; in milliseconds. */
const [MAX_AGE, PAUSE] = [300_000, 5_000];

/** Values by the names of their bindings. @type {Record<string, string>} */
export const stored = {};

/** @type {string[] | undefined} */
let bound;
let due = 0;

/**
 * Reads the secrets if it is time; there is nothing to wait for if it is not, or if there are none.
 *
 * @param {Record<string, any>} env
 * @param {string[]} names of the secrets that the configuration uses
 * @param {number} now
 * @returns {Promise<boolean> | undefined} whether there is something new
 */
export function refresh(env, names, now) {
  if (now < due) return undefined;
  // A secret of the Worker's own is a text; a binding only looks like whatever it is asked for.
  bound ??= names.filter((name) => typeof env[name] === 'object' && env[name] !== null);
  if (bound.length > 0) return readAll(bound, env, now);
  due = Infinity;
  return undefined;
}

/** @param {string[]} names @param {Record<string, any>} env @param {number} now */
async function readAll(names, env, now) {
  const read = async (/** @type {string} */ name) => /** @type {const} */ ([name, await env[name].get()]);
  const results = await Promise.allSettled(names.map(read));
  let changed = false;
  for (const result of results) {
    // One that cannot be read for now serves on as it was.
    if (result.status === 'rejected') continue;
    const [name, value] = result.value;
    changed ||= stored[name] !== value;
    stored[name] = value;
  }
  due = now + (results.every(({ status }) => status === 'fulfilled') ? MAX_AGE : PAUSE);
  return changed;
}
