/**
 * Returns the entry of `localStorage` for an upload that may be interrupted. The browser keeps it, and every script of the origin can
 * read it, so it has no ticket. The upload can also continue with another ticket.
 *
 * @param {string} url of the rule's uploads in parts; may hold a ticket
 * @param {string} upload what distinguishes the upload from others by this rule
 */
export function memoryOf(url, upload) {
  const storage = local();
  // Earlier versions kept the ticket.
  for (const name of Object.keys(storage ?? {})) if (/^signpost \S*\/t\/[^/\s]+\/uploads\//.test(name)) storage?.removeItem(name);
  const name = `signpost ${url.replace(/\/t\/[^/]+(?=\/uploads\/)/, '')} ${upload}`;
  return {
    /** @returns {any} null or undefined if there is none */
    load: () => attempt(() => JSON.parse(storage?.getItem(name) ?? 'null')),
    /** @param {object} value */
    save: (value) => attempt(() => storage?.setItem(name, JSON.stringify(value))),
    remove: () => storage?.removeItem(name),
  };
}

/** The storage, or undefined if the browser denies it. */
function local() {
  return attempt(() => globalThis.localStorage);
}

/** Returns undefined if it fails: without storage, or if it is full, an upload works all the same. @template T @param {() => T} action */
function attempt(action) {
  try {
    return action();
  } catch {
    return undefined;
  }
}
