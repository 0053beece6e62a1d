/** @file Tokens with a valid signature and hard claims, key sets, and answers of Turnstile. */
import { CLAIMS, SECRETS, jwk, token, upstream } from './site.mjs';
import { JSON_VALUES, repeated } from './texts.mjs';

/** @typedef {import('./inputs.mjs').Input} Input */

/** Longest token, in bytes of JSON: base64 makes four of three. The rest is for other claims and the signature. */
const MAX_JSON = 11_500;
/** Longest key set and longest answer of Turnstile, in bytes. */
const [MAX_SET, MAX_VERDICT] = [262_144, 16_384];

const TOKEN = ['rules/src/callers/tokens/token.rs', 'rules/src/callers/tokens/claim_rules.rs', 'rules/src/strict_json.rs', 'src/shell/effects/verify.rs'];

/** @param {string} name @param {string} json @returns {string} the usual claims, with one replaced */
const claims = (name, json) => `{${Object.entries(CLAIMS).filter(([known]) => known !== name).map(([known, value]) => `"${known}":${JSON.stringify(value)},`).join('')}"${name}":${json}}`;

const jwts = Object.entries(JSON_VALUES).flatMap(([what, value]) => [
  ...['aud', 'sub', 'team', 'role', 'other'].map((claim) =>
    input(`a token's ${claim}: ${what}`, TOKEN, MAX_JSON, (size) => get('/downloads/hs/a', bearer(token('{"alg":"HS256"}', claims(claim, value(size)), SECRETS.HS_SECRET)))),
  ),
  ...['kid', 'other'].map((name) =>
    input(`a token's header, ${name}: ${what}`, TOKEN, MAX_JSON, (size) => get('/downloads/hs/a', bearer(token(`{"alg":"HS256","${name}":${value(size)}}`, JSON.stringify(CLAIMS), SECRETS.HS_SECRET)))),
  ),
  ...['key', 'type', 'other'].map((claim) =>
    input(`a ticket's ${claim}: ${what}`, [...TOKEN, 'rules/src/callers/tokens/ticket.rs'], MAX_JSON, (size) => get('/downloads/backend/a', bearer(ticket({ rule: 'downloads/backend' }, claim, value(size))))),
  ),
  input(`a token for Access: ${what}`, TOKEN, MAX_JSON, (size) => get('/downloads/access/a', { 'cf-access-jwt-assertion': token('{"alg":"ES256","kid":"1"}', claims('other', value(size)), '') })),
]);

/** Keys in a ticket that the rule's template can make in many ways, or nearly. @type {Record<string, (bytes: number) => string>} */
const KEYS = { letters: (bytes) => 'a'.repeat(bytes), dashes: (bytes) => '-'.repeat(bytes), segments: (bytes) => 'a/'.repeat(bytes / 2) };

const tickets = Object.entries(KEYS).map(([what, key]) =>
  input(`the key in a ticket: ${what}`, ['rules/src/callers/tokens/ticket.rs', 'rules/src/keys/ticket.rs'], 1_000, (size) => ({
    ...{ method: 'POST', path: '/uploads/ticket', body: '{"type":"image/png","size":1,"filename":"a"}' },
    headers: { 'content-type': 'application/json', ...bearer(ticket({ rule: 'uploads/ticket' }, 'key', `"tickets/${key(size)}/"`)) },
  })),
);

/** Key sets, by what is hard about them. @type {Record<string, (bytes: number) => string>} */
const SETS = {
  'many keys': (bytes) => `{"keys":[${repeated(bytes, (number) => JSON.stringify(jwk(number)), ',')}]}`,
  'keys of one ID': (bytes) => `{"keys":[${repeated(bytes, () => JSON.stringify(jwk('0')), ',')}]}`,
  'a key of many operations': (bytes) => `{"keys":[{"kty":"EC","key_ops":[${repeated(bytes, (number) => `"${number}"`, ',')}]}]}`,
  'a key of many certificates': (bytes) => `{"keys":[{"kty":"EC","x5c":[${repeated(bytes, (number) => `"${number}"`, ',')}]}]}`,
  'a long modulus': (bytes) => `{"keys":[{"kty":"RSA","n":"${'A'.repeat(bytes)}","e":"AQAB","kid":"1"}]}`,
};

const sets = [...Object.entries(SETS), ...Object.entries(JSON_VALUES).map(([what, value]) => /** @type {const} */ ([what, (/** @type {number} */ bytes) => `{"keys":[],"other":${value(bytes - 30)}}`]))].map(([what, set]) =>
  /** @type {Input} */ ({
    ...input(`a key set: ${what}`, ['rules/src/callers/tokens/jwk.rs', 'rules/src/callers/tokens/key_cache.rs', 'rules/src/strict_json.rs'], MAX_SET - 200, () => get('/downloads/login/a', bearer(token('{"alg":"ES256","kid":"1"}', JSON.stringify(CLAIMS), '')))),
    upstream: (size) => () => new Response(set(size)),
  }),
);

const verdicts = Object.entries(JSON_VALUES).map(([what, value]) =>
  /** @type {Input} */ ({
    ...input(`an answer of Turnstile: ${what}`, ['rules/src/callers/kinds/turnstile.rs', 'rules/src/strict_json.rs'], MAX_VERDICT - 200, () => ({ path: '/uploads/human', headers: { 'turnstile-token': 'a' } })),
    upstream: (size) => () => new Response(`{"success":false,"error-codes":${value(size)}}`),
  }),
);

/** @type {Input} */
const freshness = {
  ...input('how long a key set is fresh', ['rules/src/callers/tokens/key_cache.rs'], 65_536, () => get('/downloads/login/a', bearer(token('{"alg":"ES256","kid":"1"}', JSON.stringify(CLAIMS), '')))),
  upstream: (size) => (url, init) => new Response(upstream(url, init).body, { headers: { 'cache-control': 'a,'.repeat(size / 2) } }),
};

/** @type {Input[]} */
export const tokens = [...jwts, ...tickets, ...sets, ...verdicts, freshness];

/** @param {Record<string, unknown>} more @param {string} claim @param {string} json */
function ticket(more, claim, json) {
  const usual = Object.entries({ ...more, sub: 'ada', exp: CLAIMS.exp }).map(([name, value]) => `"${name}":${JSON.stringify(value)},`).join('');
  return token('{"alg":"HS256"}', `{${usual}"${claim}":${json}}`, SECRETS.TICKET_SECRET);
}

/** @param {string} value */
function bearer(value) {
  return { authorization: `Bearer ${value}` };
}

/** @param {string} path @param {Record<string, string>} headers */
function get(path, headers) {
  return { path, headers };
}

/**
 * @param {string} name
 * @param {string[]} reaches
 * @param {number} limit
 * @param {Input['request']} request
 * @returns {Input}
 */
function input(name, reaches, limit, request) {
  return { name, reaches, limit, request };
}
