// The work of every Worker here besides signing: checks the token, reads the request, answers with the same headers.

/** @typedef {{ SITE_TOKEN: string, MEDIA_ACCESS_KEY_ID: string, MEDIA_SECRET_ACCESS_KEY: string }} Env */

export const BUCKET = { name: 'acme-media', region: 'eu-west-1', host: 'https://acme-media.s3.eu-west-1.amazonaws.com' };
export const DOWNLOAD_SECONDS = 300;
export const UPLOAD_SECONDS = 600;

const MAX_SIZE = 5 * 2 ** 20;
const TYPES = ['image/png', 'image/jpeg', 'image/webp'];
export const HEADERS = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff', vary: 'Origin' };

const encoder = new TextEncoder();

/**
 * Whether the request carries the secret, compared in constant time.
 *
 * @param {Request} request @param {Env} env
 */
export function allowed({ headers }, env) {
  const [actual, expected] = [headers.get('authorization') ?? '', `Bearer ${env.SITE_TOKEN}`].map((text) => encoder.encode(text));
  /** @type {{ timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean }} an extension of WebCrypto in workerd */
  const { timingSafeEqual } = /** @type {any} */ (crypto.subtle);
  return actual.length === expected.length && timingSafeEqual.call(crypto.subtle, actual, expected);
}

/** @param {Request} request @returns {Promise<{ type: string, size: number } | undefined>} the upload, if the rule permits it */
export async function readUpload(request) {
  const { type, size } = /** @type {any} */ (await request.json());
  return TYPES.includes(type) && Number.isInteger(size) && 0 < size && size <= MAX_SIZE ? { type, size } : undefined;
}

/** @param {Request} request @returns {string} the key of the requested link */
export function downloadKey({ url }) {
  return `avatars/site/${decodeURIComponent(new URL(url).pathname.slice('/downloads/avatar/'.length))}`;
}

/** @param {string} url */
export const redirect = (url) => new Response(null, { status: 302, headers: { ...HEADERS, location: url } });

/** @param {unknown} body */
export const json = (body) => new Response(JSON.stringify(body), { headers: { ...HEADERS, 'content-type': 'application/json' } });

/** @param {number} status */
export const rejected = (status) => new Response(null, { status, headers: HEADERS });
