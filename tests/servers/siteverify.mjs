/**
 * @file A fake of Turnstile's siteverify, as documented by Cloudflare: a token is valid once and for one secret.
 *
 * Spec: https://developers.cloudflare.com/turnstile/get-started/server-side-validation/ and .../troubleshooting/testing/
 */

export const URL = 'https://challenges.cloudflare.com/turnstile/v0/siteverify';

/** Cloudflare's dummy secrets: the name is the verdict on every token. */
export const DUMMY = { passes: `1x${'0'.repeat(31)}AA`, fails: `2x${'0'.repeat(31)}AA`, spent: `3x${'0'.repeat(31)}AA` };

export function siteverify() {
  /** @type {Map<string, { hostname: string, action: string, secret: string }>} */
  const tokens = new Map();
  const spent = new Set();
  const fake = {
    /** The form of every request. @type {URLSearchParams[]} */
    requests: [],
    /** Replaces the answer if it is set. @type {undefined | (() => Promise<Response> | Response)} */
    override: undefined,
    /**
     * Returns the token of a solved widget.
     * @param {string} secret @param {string} [hostname] @param {string} [action]
     */
    solve(secret, hostname = 'www.example.com', action = 'upload') {
      const token = `0.${crypto.randomUUID()}`;
      tokens.set(token, { hostname, action, secret });
      return token;
    },
    /** @param {Request} request @returns {Promise<Response>} */
    async answer(request) {
      if (request.url !== URL) return new Response(null, { status: 404 });
      const form = new URLSearchParams(await request.text());
      fake.requests.push(form);
      if (fake.override) return fake.override();
      const verdict = verify(form.get('secret') ?? '', form.get('response') ?? '');
      return Response.json({ 'error-codes': [], challenge_ts: new Date().toISOString(), ...verdict }, { status: 200 });
    },
  };
  const failure = (/** @type {string} */ code) => ({ success: false, 'error-codes': [code] });
  /** @param {string} secret @param {string} response */
  function verify(secret, response) {
    if (!secret) return failure('missing-input-secret');
    if (!response) return failure('missing-input-response');
    if (secret === DUMMY.passes) return { success: true, hostname: 'example.com', action: 'test', metadata: { interactive: false } };
    if (secret === DUMMY.fails) return failure('invalid-input-response');
    if (secret === DUMMY.spent) return failure('timeout-or-duplicate');
    const token = tokens.get(response);
    if (!token) return failure('invalid-input-response');
    if (token.secret !== secret) return failure('invalid-input-secret');
    if (spent.has(response)) return failure('timeout-or-duplicate');
    spent.add(response);
    return { success: true, hostname: token.hostname, action: token.action, cdata: '' };
  }
  return fake;
}
