/** @file Tokens of an identity provider, valid for one hour. */
import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';

export const ISSUER = 'https://login.example.com/';
export const AUDIENCE = 'signpost';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** The public keys, as an issuer publishes them. */
export const KEYS = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: '1', alg: 'RS256', use: 'sig' }] };

/** @param {string} secret */
export const hs256 = (secret) => token('HS256', (text) => createHmac('sha256', secret).update(text).digest());

export const rs256 = () => token('RS256', (text) => createSign('sha256').update(text).sign(privateKey));

/**
 * @param {string} alg
 * @param {(text: string) => Buffer} sign
 */
function token(alg, sign) {
  const now = Math.floor(Date.now() / 1000);
  const part = (/** @type {object} */ value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: ISSUER, aud: AUDIENCE, sub: 'ada', iat: now, exp: now + 3600 };
  const text = `${part({ alg, typ: 'JWT', kid: '1' })}.${part(claims)}`;
  return `${text}.${sign(text).toString('base64url')}`;
}
