// Secrets of the Secrets Store, which can only be had by asking: kept for a while, so that a rotation arrives by itself.

/** How long values are good, and how soon a failed reading is repeated; in milliseconds. */
const [MAX_AGE, PAUSE] = [300_000, 5_000];

/** Values by the names of their bindings. @type {Record<string, string>} */
export const stored = {};

/** @type {string[] | undefined} */
let names;
let due = 0;

/**
 * Reads the secrets if it is time; there is nothing to wait for if it is not, or if there are none.
 *
 * @param {Record<string, any>} env
 * @param {number} now
 * @returns {Promise<boolean> | undefined} whether there is something new
 */
export function refresh(env, now) {
  if (now < due) return undefined;
  names ??= Object.keys(env).filter((name) => isStored(env[name]));
  if (names.length > 0) return readAll(names, env, now);
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

/**
 * A secret's binding has `get` and none of what other bindings with a `get` have besides.
 * @param {any} binding
 */
function isStored(binding) {
  const has = (/** @type {string} */ method) => typeof binding?.[method] === 'function';
  return typeof binding === 'object' && has('get') && !['put', 'head', 'idFromName', 'list'].some(has);
}
