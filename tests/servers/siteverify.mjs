/**
 * @file Turnstile's siteverify, as Cloudflare documents it: tokens are good once, for one secret, for five minutes.
 *
 * Spec: https://developers.cloudflare.com/turnstile/get-started/server-side-validation/ and .../troubleshooting/testing/
 */

export const URL = 'https://challenges.cloudflare.com/turnstile/v0/siteverify';

/** Cloudflare's dummy secrets, which take any token as the first word says. */
export const DUMMY = { passes: `1x${'0'.repeat(31)}AA`, fails: `2x${'0'.repeat(31)}AA`, spent: `3x${'0'.repeat(31)}AA` };

export function siteverify() {
  /** @type {Map<string, { hostname: string, action: string, secret: string }>} */
  const tokens = new Map();
  const spent = new Set();
  const stand = {
    /** Every question, as it came. @type {URLSearchParams[]} */
    asked: [],
    /** Answers instead, if set. @type {undefined | (() => Promise<Response> | Response)} */
    instead: undefined,
    /**
     * What a widget would give a visitor.
     * @param {string} secret @param {string} [hostname] @param {string} [action]
     */
    widget(secret, hostname = 'www.example.com', action = 'upload') {
      const token = `0.${crypto.randomUUID()}`;
      tokens.set(token, { hostname, action, secret });
      return token;
    },
    /** @param {Request} request @returns {Promise<Response>} */
    async answer(request) {
      if (request.url !== URL) return new Response(null, { status: 404 });
      const form = new URLSearchParams(await request.text());
      stand.asked.push(form);
      if (stand.instead) return stand.instead();
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
    const known = tokens.get(response);
    if (!known) return failure('invalid-input-response');
    if (known.secret !== secret) return failure('invalid-input-secret');
    if (spent.has(response)) return failure('timeout-or-duplicate');
    spent.add(response);
    return { success: true, hostname: known.hostname, action: known.action, cdata: '' };
  }
  return stand;
}
