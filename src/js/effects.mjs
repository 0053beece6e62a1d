// What only the platform can do. Nothing is decided here, and what cannot be done has failed: Rust knows what that means.
import { read } from './read_body.mjs';

/** @typedef {{ do: 'fetch', url: string, form?: string, deadline_ms: number, max_bytes: number }} Fetch */
/** @typedef {{ do: 'verify', algorithm: string, jwk: string, data: string, signature: string }} Verify */
/** @typedef {{ do: 'bucket_request', method: string, url: string, headers: [string, string][], body: string, memo: string, deadline_ms: number, max_bytes: number }} BucketRequest */
/** @typedef {{ do: 'limit', binding: string, key: string }} Limit */

/** @type {Record<string, { import: any, verify: any }>} */
const ALGORITHMS = {
  RS256: same({ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }),
  PS256: { import: { name: 'RSA-PSS', hash: 'SHA-256' }, verify: { name: 'RSA-PSS', saltLength: 32 } },
  ES256: { import: { name: 'ECDSA', namedCurve: 'P-256' }, verify: { name: 'ECDSA', hash: 'SHA-256' } },
  EdDSA: same({ name: 'Ed25519' }),
};

/** Fetches of key sets under way, which requests that come together share. @type {Map<string, Promise<unknown>>} */
const underWay = new Map();

/** Imported keys: importing costs as much as verifying. @type {Map<string, Promise<CryptoKey>>} */
const keys = new Map();
const MAX_KEYS = 64;

/**
 * @param {string} id tells this effect from every other
 * @param {Fetch | Verify | Limit | BucketRequest} effect
 * @param {Record<string, any>} env
 * @returns {Promise<unknown>} the outcome, as Rust reads it
 */
export async function perform(id, effect, env) {
  try {
    if (effect.do === 'verify') return (await verify(effect)) ? 'yes' : 'no';
    if (effect.do === 'limit') return (await env[effect.binding].limit({ key: effect.key })).success ? 'yes' : 'no';
    if (effect.do === 'bucket_request') return { fetched: await send(effect) };
    return effect.form === undefined ? await shared(id, effect) : { fetched: await load(effect) };
  } catch {
    return 'failed';
  }
}

/**
 * One fetch for all who wait for the same; if the request that began it is gone, each begins its own.
 * @param {string} id @param {Fetch} effect
 */
async function shared(id, effect) {
  const before = underWay.get(id);
  if (before) {
    const fetched = await Promise.race([before, pause(effect.deadline_ms + 500)]);
    if (fetched) return { fetched };
  }
  const own = load(effect);
  underWay.set(id, own);
  try {
    return { fetched: await own };
  } finally {
    if (underWay.get(id) === own) underWay.delete(id);
  }
}

/** @param {BucketRequest} effect */
async function send({ method, url, headers, body, memo, deadline_ms, max_bytes }) {
  const answer = await ask(url, { method, headers, body: body || undefined }, deadline_ms, max_bytes);
  return { ...answer, memo };
}

/** @param {Fetch} effect */
function load({ url, form, deadline_ms, max_bytes }) {
  const post = { method: 'POST', body: form, headers: { 'content-type': 'application/x-www-form-urlencoded' } };
  const init = form === undefined ? { headers: { accept: 'application/json' } } : post;
  return ask(url, init, deadline_ms, max_bytes);
}

/** @param {string} url @param {RequestInit} init @param {number} milliseconds @param {number} max bytes of the answer */
async function ask(url, init, milliseconds, max) {
  const answer = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(milliseconds) });
  const bytes = await read(answer, max);
  if (bytes.byteLength > max) throw new RangeError('too long');
  const header = (/** @type {string} */ name) => answer.headers.get(name) ?? '';
  const body = new TextDecoder().decode(bytes);
  return { status: answer.status, cache_control: header('cache-control'), age: header('age'), body };
}

/** @param {Verify} effect */
async function verify({ algorithm, jwk, data, signature }) {
  const known = ALGORITHMS[algorithm];
  const name = algorithm + jwk;
  const key = keys.get(name) ?? crypto.subtle.importKey('jwk', JSON.parse(jwk), known.import, false, ['verify']);
  if (keys.size >= MAX_KEYS) keys.clear();
  keys.set(name, key);
  const bytes = Uint8Array.from(atob(signature.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
  return crypto.subtle.verify(known.verify, await key, bytes, new TextEncoder().encode(data));
}

/** @param {number} milliseconds @returns {Promise<undefined>} */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** @param {object} parameters */
function same(parameters) {
  return { import: parameters, verify: parameters };
}
