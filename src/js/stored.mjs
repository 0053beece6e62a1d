/** @file Answers about objects of a bound bucket that a cache can keep: the bytes of one version, or what R2 says about the current one. */

/** @typedef {{ size: number, httpEtag: string, uploaded: Date, httpMetadata: Record<string, any>, customMetadata: Record<string, string>, checksums: Record<string, ArrayBuffer> }} Known what R2 says about an object */
/** @typedef {{ binding: string, key: string, etag?: string }} Place `etag` for the bytes of that version; without it, what R2 says about the object */

/** The header with the time at which R2 has said this, in milliseconds since 1970. */
const READ_AT = 'signpost-read-at';

/** The checksums that answers can have. */
const CHECKSUMS = /** @type {const} */ (['sha1', 'sha256']);

/**
 * Reads from R2. An answer that is no success is not kept by a cache.
 *
 * @param {Record<string, any>} env @param {Place} place @param {number} secs how long a cache may keep the answer
 * @returns {Promise<Response>}
 */
export async function read(env, { binding, key, etag }, secs) {
  const kept = { 'cache-control': `public, max-age=${secs}` };
  if (etag === undefined) {
    const object = await env[binding].head(key);
    return object === null ? missing() : Response.json(toJson(object), { headers: { ...kept, [READ_AT]: `${Date.now()}` } });
  }
  const object = await env[binding].get(key, { onlyIf: { etagMatches: etag.replaceAll('"', '') } });
  if (!object?.body) return missing();
  // Without a length, a cache could not answer for a part of it.
  const body = object.body.pipeThrough(new FixedLengthStream(object.size));
  return new Response(body, { headers: { ...kept, etag, 'content-type': 'application/octet-stream' } });
}

const missing = () => new Response(null, { status: 404, headers: { 'cache-control': 'no-store' } });

/** @param {Known} object */
function toJson({ size, httpEtag, uploaded, httpMetadata, customMetadata, checksums }) {
  const digests = CHECKSUMS.flatMap((name) => (checksums?.[name] ? [[name, [...new Uint8Array(checksums[name])]]] : []));
  return { size, httpEtag, uploaded: uploaded.getTime(), httpMetadata, customMetadata, checksums: Object.fromEntries(digests) };
}

/** @param {any} json @returns {Known} */
export function fromJson({ uploaded, httpMetadata, checksums, ...rest }) {
  const digests = Object.entries(checksums).map(([name, bytes]) => [name, new Uint8Array(/** @type {number[]} */ (bytes)).buffer]);
  const { cacheExpiry, ...metadata } = httpMetadata ?? {};
  const expiry = cacheExpiry === undefined ? {} : { cacheExpiry: new Date(cacheExpiry) };
  return { ...rest, uploaded: new Date(uploaded), httpMetadata: { ...metadata, ...expiry }, checksums: Object.fromEntries(digests) };
}

/** Returns whether an answer is at most so old. Another rule may let the cache keep it for longer. @param {Response} answer @param {number} secs */
export function isRecent({ headers }, secs) {
  return Date.now() - Number(headers.get(READ_AT)) < secs * 1000;
}

/**
 * Returns the name of an answer in a cache. It depends on the object and its version, and on nothing that a request says. It is a digest,
 * so that it tells nobody what is stored.
 *
 * @param {Place} place @returns {Promise<string>}
 */
export async function nameOf({ binding, key, etag }) {
  const text = new TextEncoder().encode(JSON.stringify([binding, key, etag ?? null]));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', text));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
