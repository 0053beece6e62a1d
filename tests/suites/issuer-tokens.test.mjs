/** @file Tokens as issuers make them, with the configurations of docs/issuers.md, against the wasm in Miniflare. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SignJWT, exportJWK } from 'jose';
import { unstable_readConfig as readConfig } from 'wrangler';
import { root } from '../../scripts/step.mjs';
import { TOKEN_ISSUERS } from '../callers/issuers.mjs';
import { start } from '../servers/worker.mjs';

/** @typedef {import('../callers/issuers.mjs').TokenIssuer} TokenIssuer */

const SECRET = 'the-shared-secret-of-a-project-in-tests';

/** The keys of the issuers, and others that are published beside them. */
const pairs = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2_048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  other: generateKeyPairSync('rsa', { modulusLength: 2_048 }),
};

describe('tokens as issuers make them', () => {
  /** @type {Awaited<ReturnType<typeof start>>} */
  let worker;
  /** @type {Record<string, { kind?: string }>} */
  let callers = {};
  let directory = '';
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'issuers-'));
    callers = await documented(directory);
    const sets = Object.assign({}, ...(await Promise.all(Object.values(TOKEN_ISSUERS).map(setsOf))));
    const rule = (/** @type {string[]} */ names) => ({ bucket: 'media', callers: names, key: 'files/{entry}/{caller}/{path}', expires: '5 min' });
    const DOWNLOADS = Object.fromEntries(Object.keys(callers).map((name) => [name, rule([name])]));
    worker = await start({
      vars: {
        BUCKETS: { media: { provider: 'aws', name: 'acme-media', region: 'eu-west-1', credentials: 'MEDIA' } },
        ...split('CALLERS', callers),
        ...split('DOWNLOADS', { ...DOWNLOADS, everybody: rule(['staff', 'robots']) }),
      },
      secrets: { MEDIA_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', MEDIA_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', SUPABASE_JWT_SECRET: SECRET },
      outbound: ({ url }) => (sets[url] ? Response.json({ keys: sets[url] }) : new Response(null, { status: 404 })),
    });
  });
  after(async () => {
    await worker?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  /** @param {string} rule @param {string} token */
  const request = async (rule, token) => {
    /** @type {Record<string, string>} */
    const headers = callers[rule]?.kind === 'jwt' ? { authorization: `Bearer ${token}` } : { 'cf-access-jwt-assertion': token };
    const answer = await worker.fetch(`/downloads/${rule}/a.txt`, { headers });
    return { status: answer.status, path: new URL(answer.headers.get('location') ?? 'none:').pathname, body: await answer.text() };
  };

  test('every configuration is valid, and has tokens here', async () => {
    const health = await worker.fetch('/healthz');
    assert.equal(health.status, 200, await health.text());
    assert.deepEqual(Object.keys(callers).sort(), Object.values(TOKEN_ISSUERS).flatMap((issuer) => issuer.callers).sort());
  });

  for (const [name, issuer] of Object.entries(TOKEN_ISSUERS)) {
    for (const { caller, name: what, claims, expect, header } of issuer.tokens) {
      test(`${name}, ${caller}: ${what}`, async () => {
        const { status, path, body } = await request(caller, await sign(issuer, claims, header));
        if (typeof expect === 'string') {
          assert.equal(status, 302, body);
          assert.equal(decodeURIComponent(path), `/files/${caller}/${expect}/a.txt`);
        } else {
          assert.equal(status, 401, `${path} ${body}`);
          assert.match(JSON.parse(body).detail, expect);
        }
      });
    }

    test(`${name}: expired, too early, and with times that have fractions`, async () => {
      const { caller, claims, header } = issuer.tokens[0];
      const now = Date.now() / 1_000;
      const with_ = async (/** @type {object} */ times) => (await request(caller, await sign(issuer, { ...claims, ...times }, header))).status;
      assert.deepEqual(await Promise.all([{ exp: now - 120 }, { nbf: now + 120 }, { exp: now + 60.5, iat: now - 0.25, nbf: now - 0.25 }, { exp: undefined }].map(with_)), [401, 401, 302, 401]);
    });

    test(`${name}: with a published key that is not its own`, async () => {
      const { caller, claims } = issuer.tokens[0];
      if (issuer.alg === 'HS256') return assert.equal((await request(caller, await sign(issuer, claims, {}, new TextEncoder().encode('another-secret-of-at-least-32-bytes-')))).status, 401);
      const forged = await sign({ ...issuer, alg: 'RS256' }, claims, { alg: 'RS256' }, pairs.other.privateKey);
      assert.equal((await request(caller, forged)).status, 401);
    });
  }

  test('a rule takes people and service tokens of Cloudflare Access', async () => {
    const issuer = TOKEN_ISSUERS['Cloudflare Access'];
    for (const { caller, claims, expect } of issuer.tokens.filter(({ expect }) => typeof expect === 'string')) {
      const { status, path, body } = await request('everybody', await sign(issuer, claims));
      assert.equal(status, 302, body);
      assert.equal(decodeURIComponent(path), `/files/${caller}/${expect}/a.txt`);
    }
  });
});

/**
 * Reads the configurations of docs/issuers.md, as wrangler does.
 *
 * @param {string} directory
 * @returns {Promise<Record<string, object>>} the entries of `CALLERS`
 */
async function documented(directory) {
  const page = await readFile(join(root, 'docs', 'issuers.md'), 'utf8');
  const blocks = [...page.matchAll(/^```toml\n(.*?)^```$/gms)].map(([, toml]) => toml);
  const config = join(directory, 'wrangler.toml');
  await writeFile(config, `name = "issuers"\n${blocks.join('\n')}`);
  return /** @type {Record<string, Record<string, object>>} */ (readConfig({ config }, { hideWarnings: true }).vars).CALLERS;
}

/** Divides a table into variables of 4 entries, since Cloudflare limits the size of one. @param {string} name @param {Record<string, object>} table */
function split(name, table) {
  const entries = Object.entries(table);
  const parts = Array.from({ length: Math.ceil(entries.length / 4) }, (_, i) => entries.slice(4 * i, 4 * i + 4));
  return Object.fromEntries(parts.map((part, i) => [i ? `${name}_${i + 1}` : name, Object.fromEntries(part)]));
}

/** @param {TokenIssuer} issuer @returns {Promise<Record<string, object[]>>} its key sets by URL */
async function setsOf({ sets, alg }) {
  const key = async (/** @type {any} */ { $key, ...members }) => {
    const { publicKey } = $key === 'own' ? pairs[/** @type {'RS256' | 'ES256'} */ (alg)] : pairs.other;
    return { ...(await exportJWK(publicKey)), ...members };
  };
  return Object.fromEntries(await Promise.all(Object.entries(sets).map(async ([url, keys]) => [url, await Promise.all(keys.map(key))])));
}

/**
 * @param {TokenIssuer} issuer
 * @param {Record<string, unknown>} claims
 * @param {Record<string, unknown>} [header]
 * @param {import('node:crypto').KeyObject | Uint8Array} [key]
 */
async function sign({ alg, header: usual }, claims, header = {}, key) {
  const now = Math.floor(Date.now() / 1_000);
  const own = alg === 'HS256' ? new TextEncoder().encode(SECRET) : pairs[/** @type {'RS256' | 'ES256'} */ (alg)].privateKey;
  const protectedHeader = /** @type {import('jose').JWTHeaderParameters} */ ({ ...usual, ...header });
  return new SignJWT({ iat: now, nbf: now, exp: now + 300, ...claims }).setProtectedHeader(protectedHeader).sign(key ?? own);
}
