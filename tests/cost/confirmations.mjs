/** @file Confirmations: states that clients send, headers of a bucket's answer, and the keys of the issuer. */
import { SITE, upstream } from './site.mjs';
import { JSON_VALUES, repeated } from './texts.mjs';

/** @typedef {import('./inputs.mjs').Input} Input */

/** Longest body, longest headers that workerd accepts from a bucket, and longest secret, in bytes. */
const [MAX_REQUEST, MAX_HEADERS, MAX_SECRET] = [16_384, 32_768, 5_120];

const STATES = ['src/routes/confirm.rs', 'rules/src/upload/purpose.rs', 'rules/src/upload/sealed_state.rs', 'rules/src/upload/confirm/confirmation.rs', 'rules/src/upload/confirm/grant_state.rs', 'rules/src/upload/confirm/find.rs'];

/** @param {string} body @returns {import('./worker.mjs').RequestSpec} */
const confirm = (body) => ({ method: 'POST', path: '/uploads/proof/confirm', headers: { 'content-type': 'application/json' }, body });

const states = ['confirm', 'other'].flatMap((member) =>
  Object.entries(JSON_VALUES).map(([what, value]) =>
    input(`a confirmation: ${member}, ${what}`, STATES, MAX_REQUEST, (size) => confirm(`{"${member}":${value(Math.max(8, size - 20))}}`), [400, 404, 413]),
  ),
);

const pages = [
  input('the address of the page after a form: a long state', [...STATES, 'src/routes/form_page.rs'], MAX_REQUEST, (size) => ({ path: `/uploads/proof/done/${'A'.repeat(size)}` }), [404]),
  input('the address of the page after a form: a long key', STATES, MAX_REQUEST, (size) => ({ path: `/uploads/proof/done/A?key=${'%2F'.repeat(size / 3)}` }), [404]),
];

/** Headers of a bucket, by what is hard about them. @type {Record<string, (bytes: number) => Record<string, string>>} */
const HEADERS = {
  'a long ETag': (bytes) => ({ etag: `"${'a'.repeat(bytes)}"` }),
  'a long type': (bytes) => ({ 'content-type': `image/png${';a=b'.repeat(bytes / 4)}` }),
  'a long length': (bytes) => ({ 'content-length': `${'0'.repeat(bytes)}1` }),
  'a long date': (bytes) => ({ 'last-modified': `Mon, ${'1'.repeat(bytes)}` }),
  'a long date of the answer': (bytes) => ({ date: 'Mon, '.repeat(bytes / 5) }),
  'a long checksum': (bytes) => ({ 'x-amz-checksum-sha256': '-'.repeat(bytes) }),
  'many headers': (bytes) => Object.fromEntries(repeated(bytes, (number) => `x-amz-meta-${number}`, ' ').split(' ').map((name) => [name, 'a'])),
};

const heads = Object.entries(HEADERS).map(([what, headers]) => ({
  ...input(`a bucket's answer about an object: ${what}`, ['rules/src/upload/confirm/object_head.rs', 'rules/src/upload/checksum.rs'], MAX_HEADERS, (_, { confirm: state }) => confirm(JSON.stringify({ confirm: state })), [200, 409, 503]),
  upstream: (/** @type {number} */ size) => (/** @type {string} */ url, /** @type {RequestInit} */ init) => {
    if (init.method !== 'HEAD') return upstream(url, init);
    const now = new Date().toUTCString();
    return new Response(null, { headers: { 'content-length': '1', 'content-type': 'image/png', etag: '"a"', 'last-modified': now, date: now, ...headers(size) } });
  },
}));

/** Private keys, by what is hard about them. @type {Record<string, (bytes: number) => string>} */
const KEYS = {
  'many members': (bytes) => `{${repeated(bytes, (number) => `"${number}":""`, ',')}}`,
  'a long number': (bytes) => `{"kty":"RSA","e":"AQAB","n":"${'x'.repeat(bytes)}"}`,
  'a long name': (bytes) => `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"AA","kid":"${'x'.repeat(bytes)}"}`,
  'many certificates': (bytes) => `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"AA","x5c":[${repeated(bytes, () => '"AAAA"', ',')}]}`,
  'a long certificate': (bytes) => `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"AA","x5c":["${'A'.repeat(bytes)}"]}`,
  'a shared secret': (bytes) => 'x'.repeat(bytes),
};

const keys = Object.entries(KEYS).map(([what, key]) => ({
  ...input(`the key of the issuer: ${what}`, ['src/routes/jwks.rs', 'rules/src/issuer/private_jwk.rs', 'rules/src/issuer/entry.rs'], MAX_SECRET, () => ({ path: '/.well-known/jwks.json' }), [200, 503]),
  site: (/** @type {number} */ size) => ({ ...SITE, ISSUER_KEY: key(size) }),
}));

/** @type {Input[]} */
export const confirmations = [
  ...states,
  ...pages,
  ...heads,
  ...keys,
  {
    ...input("the query of the issuer's metadata", ['src/routes/openid.rs'], MAX_REQUEST, (size) => ({ path: `/.well-known/openid-configuration?${'a&'.repeat(size / 2)}` }), [200]),
    site: () => ({
      ...SITE,
      BUCKETS: { ...SITE.BUCKETS, token: { ...SITE.BUCKETS.media, credentials: { web_identity: true, role: 'arn:aws:iam::123456789012:role/signpost' } } },
      DOWNLOADS: { ...SITE.DOWNLOADS, token: { ...SITE.DOWNLOADS.role, bucket: 'token' } },
    }),
  },
  input('the query of the key set', ['src/routes/jwks.rs'], MAX_REQUEST, (size) => ({ path: `/.well-known/jwks.json?${'a&'.repeat(size / 2)}` }), [200]),
];

/**
 * @param {string} name
 * @param {string[]} reaches
 * @param {number} limit
 * @param {Input['request']} request
 * @param {number[]} statuses
 * @returns {Input}
 */
function input(name, reaches, limit, request, statuses) {
  return { name, reaches, limit, request, statuses };
}
