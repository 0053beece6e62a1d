/** @file Creates tokens: valid ones with `jose`, and invalid ones byte by byte. */
import { constants, createHmac, createPrivateKey, createPublicKey, sign as signWith } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { SignJWT, importJWK } from 'jose';

const read = async (/** @type {string} */ file) => JSON.parse(await readFile(new URL(file, import.meta.url), 'utf8'));

/** Private keys for tests only, by name. @type {Record<string, import('jose').JWK>} */
export const keys = await read('keys.json');

/** @type {{ vars: Record<string, Record<string, unknown>>, secrets: Record<string, string> }} */
export const site = await read('site.json');

/** @typedef {{ alg: string, key: string, iss: string, aud: string }} Issuer */

/** The issuers of the callers in `site.json`; `key` is a name in `keys.json` or the name of a secret. @type {Record<string, Issuer>} */
export const ISSUERS = {
  hs: { alg: 'HS256', key: 'HS_OLD', iss: 'https://hs.example.com/', aud: 'signpost' },
  rs256: { alg: 'RS256', key: 'rsa', iss: 'https://login.example.com/', aud: 'signpost' },
  ps256: { alg: 'PS256', key: 'rsa', iss: 'https://login.example.com/', aud: 'signpost' },
  es256: { alg: 'ES256', key: 'ec', iss: 'https://login.example.com/', aud: 'signpost' },
  eddsa: { alg: 'EdDSA', key: 'ed', iss: 'https://login.example.com/', aud: 'signpost' },
  inline: { alg: 'ES256', key: 'ec', iss: 'https://inline.example.com/', aud: 'signpost' },
  access: { alg: 'RS256', key: 'rsa', iss: 'https://acme.cloudflareaccess.com', aud: '0a1b2c' },
};

/** Key IDs as issuers choose them, each for the key `ec`. */
export const KEY_IDS = [
  'ABCDEFGHIJKLMNOPabc/1A2B3CZ5x6y7MA56Cy+6ubf=', // https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
  '/v4uYrrpwwSNK0=',
  'https://acme.vault.azure.net/keys/login/78deebed173b48e48f55abf87ed4cf71', // https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates
  'arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab', // https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html
  'projects/acme/locations/global/keyRings/login/cryptoKeys/jwt/cryptoKeyVersions/1', // https://cloud.google.com/kms/docs/resource-hierarchy
  'did:web:login.example.com#key-1', // https://www.w3.org/TR/did-core/#relative-did-urls
  'Schlüssel 1',
];

/** @returns {{ keys: object[] }} the key set of the issuers in `site.json` */
export function publishedByAll() {
  const { keys: [rsa, ec, ed] } = published('rsa', 'ec', 'ed');
  return { keys: [rsa, ec, ed, ...KEY_IDS.map((kid) => ({ ...ec, kid }))] };
}

/** @param {string[]} names @returns {{ keys: object[] }} the key set of an issuer */
export function published(...names) {
  return { keys: names.map((name) => ({ ...createPublicKey({ key: keys[name], format: 'jwk' }).export({ format: 'jwk' }), kid: name, use: 'sig' })) };
}

/**
 * Creates a token with `jose`.
 *
 * @param {Issuer} issuer
 * @param {Record<string, unknown>} claims
 */
export async function token({ alg, key }, claims) {
  const secret = site.secrets[key];
  const signer = secret ? new TextEncoder().encode(secret) : await importJWK(keys[key], alg);
  const header = secret ? { alg } : { alg, kid: key, typ: 'JWT' };
  return new SignJWT(claims).setProtectedHeader(header).sign(signer);
}

/**
 * Creates a token from any header and payload, valid or not.
 *
 * @param {string} alg the actual algorithm
 * @param {string} key of `keys.json`, or the secret itself
 * @param {string} header
 * @param {string} payload
 */
export function rawToken(alg, key, header, payload) {
  const signed = [header, payload].map((part) => Buffer.from(part).toString('base64url')).join('.');
  return `${signed}.${signature(alg, key, Buffer.from(signed)).toString('base64url')}`;
}

/** @param {string} alg @param {string} key @param {Buffer} signed */
function signature(alg, key, signed) {
  if (alg === 'HS256') return createHmac('sha256', key).update(signed).digest();
  const privateKey = createPrivateKey({ key: keys[key], format: 'jwk' });
  if (alg === 'RS256') return signWith('sha256', signed, privateKey);
  if (alg === 'PS256') return signWith('sha256', signed, { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
  if (alg === 'ES256') return signWith('sha256', signed, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return signWith(null, signed, privateKey);
}

/** Returns the public key in PEM, which a library that confuses algorithms uses as a secret. @param {string} name */
export function pem(name) {
  return createPublicKey({ key: keys[name], format: 'jwk' }).export({ format: 'pem', type: 'spki' }).toString();
}
