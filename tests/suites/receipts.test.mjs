/** @file Receipts: the libraries of four languages verify them, none accepts a changed one, and only public keys are published. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { localConfig } from '../../packages/signpost/lib/local-config.mjs';
import { freePort } from '../../scripts/process.mjs';
import { environment, root, run } from '../../scripts/step.mjs';
import { needs } from '../needs.mjs';
import { start } from '../servers/worker.mjs';
import { venv } from '../support/venv.mjs';

/** @typedef {Awaited<ReturnType<typeof start>> & { issuer: string }} Worker */
/** @typedef {{ status: number, body: any }} Answer */

const SIZE = 48_213;
const GO = ['encoding/json', 'fmt', 'log', 'net/http', 'os', 'time', 'gopkg.in/square/go-jose.v2', 'gopkg.in/square/go-jose.v2/jwt'];

/** How to make a program from a snippet, and the command that runs it. @type {Record<string, { file: string, lines: number, program?: (code: string) => string, command: () => Promise<string[]>, options?: { skip: string | false } }>} */
const LANGUAGES = {
  js: { file: 'verify.mjs', lines: 6, command: async () => ['node'] },
  python: { file: 'verify.py', lines: 6, command: async () => [join(await venv('pyjwt'), 'python')], options: await needs('pyjwt') },
  php: { file: 'verify.php', lines: 8, command: async () => ['php'], options: await needs('php') },
  // Debian has the predecessor of github.com/go-jose/go-jose/v3, with the same functions.
  go: { file: 'verify.go', lines: 11, command: async () => ['go', 'run'], options: await needs('go', 'go-jose'), program: (code) => `package main\nimport (${GO.map((name) => `"${name}"`).join(';')})\nfunc main() {\n${code}}\n` },
};

/** Makes a private key as a JWK. @param {'ed25519' | 'ec' | 'rsa'} type @param {object} [more] */
function jwk(type, more) {
  const { privateKey } =
    type === 'ed25519' ? generateKeyPairSync(type) : type === 'ec' ? generateKeyPairSync(type, { namedCurve: 'P-256' }) : generateKeyPairSync(type, { modulusLength: 2_048 });
  return { ...privateKey.export({ format: 'jwk' }), ...more };
}

describe('receipts', () => {
  /** @type {Worker} */
  let worker;
  let directory = '';
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'receipts-'));
    await mkdir(join(directory, 'node_modules'));
    await symlink(join(root, 'node_modules/jose'), join(directory, 'node_modules/jose'));
    await writeFile(join(directory, 'key.mjs'), await snippet('js', 1));
    worker = await startWith({ ISSUER_KEY: await run('node', [join(directory, 'key.mjs')], { env: environment }) });
  });
  after(async () => {
    await worker?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  for (const [language, { file, lines, program = (/** @type {string} */ code) => code, command, options = {} }] of Object.entries(LANGUAGES)) {
    test(`are verified by a few lines of ${language}`, { ...options, timeout: 120_000 }, async () => {
      const code = await snippet(language);
      assert.equal(code.replace('<?php\n', '').trimEnd().split('\n').length, lines - (language === 'php' ? 1 : 0));
      await writeFile(join(directory, file), program(code));
      const [name, ...args] = await command();
      const env = { ...environment, ISSUER: worker.issuer, ...(language === 'go' && { GO111MODULE: 'off', GOPATH: '/usr/share/gocode' }) };
      const verify = (/** @type {string} */ receipt) => run(name, [...args, join(directory, file), receipt], { env });
      const { key, receipt } = await confirmed(worker);
      assert.equal((await verify(receipt)).trim(), key);
      const [header, claims, signature] = /** @type {[string, string, string]} */ (receipt.split('.'));
      for (const changed of [`${header}.${change(claims)}.${signature}`, `${header}.${claims}.${change(signature)}`, `${change(header)}.${claims}.${signature}`, `${header}.${claims}.`, ''])
        await assert.rejects(verify(changed), `${language} accepts ${changed}`);
      const other = await confirmed(worker, 'other');
      await assert.rejects(verify(other.receipt), 'a receipt of another rule');
    });
  }

  test('with any byte changed are refused', async () => {
    const { receipt } = await confirmed(worker);
    const keys = keysOf(worker);
    await jwtVerify(receipt, keys);
    for (let at = 0; at < receipt.length; at += 1) {
      const changed = receipt.slice(0, at) + (receipt[at] === 'A' ? 'Q' : 'A') + receipt.slice(at + 1);
      await assert.rejects(jwtVerify(changed, keys), `byte ${at}`);
    }
  });
});

describe('keys', () => {
  for (const [type, algorithm] of /** @type {const} */ ([['ed25519', 'EdDSA'], ['ec', 'ES256'], ['rsa', 'RS256']])) {
    test(`of the type ${type} sign with ${algorithm}, and only their public parts are published`, async () => {
      const key = jwk(type, { kid: `the-${type}`, use: 'sig', key_ops: ['sign'], ext: true });
      await using(await startWith({ ISSUER_KEY: JSON.stringify(key) }), async (worker) => {
        const { receipt } = await confirmed(worker);
        const { protectedHeader } = await jwtVerify(receipt, keysOf(worker), { issuer: worker.issuer, algorithms: [algorithm] });
        assert.deepEqual(protectedHeader, { alg: algorithm, kid: `the-${type}`, typ: 'receipt+jwt' });
        const answer = await worker.fetch('/.well-known/jwks.json');
        const text = await answer.text();
        const [published, ...more] = JSON.parse(text).keys;
        assert.deepEqual(more, []);
        const members = { ed25519: ['crv', 'x'], ec: ['crv', 'x', 'y'], rsa: ['n', 'e'] }[type];
        assert.deepEqual(Object.keys(published).sort(), ['alg', 'kid', 'kty', 'use', ...members].sort());
        for (const name of /** @type {const} */ (['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'])) {
          assert.ok(!(name in published), name);
          if (key[name]) assert.ok(!text.includes(String(key[name])), name);
        }
      });
    });
  }

  test('that are shared secrets sign with HS256, and are not published', async () => {
    const secret = 'a-shared-secret-of-at-least-32-bytes';
    await using(await startWith({ ISSUER_KEY: secret }), async (worker) => {
      const { receipt, key } = await confirmed(worker);
      const { payload, protectedHeader } = await jwtVerify(receipt, new TextEncoder().encode(secret), { issuer: worker.issuer });
      assert.deepEqual([protectedHeader, payload.key], [{ alg: 'HS256', typ: 'receipt+jwt' }, key]);
      assert.deepEqual(await (await worker.fetch('/.well-known/jwks.json')).json(), { keys: [] });
    });
  });

  test('are replaced one after the other: old receipts stay valid while the old key is named', async () => {
    const [old, next] = [JSON.stringify(jwk('ec', { kid: 'old' })), JSON.stringify(jwk('ed25519', { kid: 'next' }))];
    let receipt = '';
    await using(await startWith({ ISSUER_KEY: old, NEXT_KEY: next }, ['ISSUER_KEY', 'NEXT_KEY']), async (worker) => {
      ({ receipt } = await confirmed(worker));
      assert.equal((await jwtVerify(receipt, keysOf(worker))).protectedHeader.kid, 'old');
    });
    await using(await startWith({ ISSUER_KEY: old, NEXT_KEY: next }, ['NEXT_KEY', 'ISSUER_KEY']), async (worker) => {
      assert.equal((await jwtVerify(receipt, keysOf(worker))).protectedHeader.kid, 'old');
      assert.equal((await jwtVerify((await confirmed(worker)).receipt, keysOf(worker))).protectedHeader.kid, 'next');
    });
    await using(await startWith({ NEXT_KEY: next }, ['NEXT_KEY']), async (worker) => {
      await assert.rejects(jwtVerify(receipt, keysOf(worker)), /no applicable key/);
    });
  });

  test('that are wrong close what needs them, and nothing else', async () => {
    const ed25519 = jwk('ed25519');
    const { d, ...publicOnly } = ed25519;
    for (const [wrong, list] of /** @type {[string | undefined, string][]} */ ([[JSON.stringify(publicOnly), 'malformed_secrets'], ['short', 'short_secrets'], [undefined, 'secrets']])) {
      await using(await startWith(wrong === undefined ? {} : { ISSUER_KEY: wrong }), async (worker) => {
        const health = await worker.fetch('/healthz');
        assert.deepEqual([health.status, (await health.json())[list]], [503, ['ISSUER_KEY']]);
        for (const path of ['/.well-known/jwks.json']) assert.equal((await worker.fetch(path)).status, 503);
        const { status, body } = await post(worker, '/uploads/avatar', REQUEST);
        assert.deepEqual([status, body.code], [503, 'ServiceUnavailable'], 'nobody should upload what cannot be confirmed');
        assert.match(body.detail, /ISSUER_KEY/);
        assert.ok(!JSON.stringify(body).includes(String(d)));
        assert.equal((await post(worker, '/uploads/plain', REQUEST)).status, 200);
      });
    }
  });

  test('whose parts do not belong together cannot sign', async () => {
    const mixed = { ...jwk('ec'), d: jwk('ec').d };
    await using(await startWith({ ISSUER_KEY: JSON.stringify(mixed) }), async (worker) => {
      const { status, body } = await grantAndConfirm(worker);
      assert.deepEqual([status, body.code], [503, 'ServiceUnavailable'], JSON.stringify(body));
      assert.ok(!worker.logs.join('\n').includes(String(mixed.d)));
    });
  });
});

test('signpost-dev issues receipts at the local address, with a key of this machine', async (t) => {
  const rule = { bucket: 'media', callers: ['anyone'], key: 'avatars/{uuid}.{ext}', types: ['image/png'], max_size: '5 MiB', expires: '10 min', confirm: true };
  const project = {
    BUCKETS: { media: { provider: 'aws', name: 'acme-media', region: 'eu-west-1', credentials: 'MEDIA' } },
    CALLERS: { anyone: { kind: 'anyone' } },
    UPLOADS: { avatar: rule },
    ISSUER: { url: 'https://files.example.com', keys: ['ISSUER_KEY', 'OLD_ISSUER_KEY'], receipt_expires: '10 min' },
  };
  const keys = { accessKeyId: 'local-access-key-id', secretAccessKey: 'a-local-secret-access-key-of-32-bytes', token: 'a-local-token', issuer: JSON.stringify(jwk('ed25519')) };
  const { config, secrets } = localConfig({ vars: project }, { port: 8787, origins: ['http://localhost:8788'], keys });
  const worker = await start({ vars: /** @type {any} */ (config.vars), secrets, env: { SIGNPOST_DEV_0: { type: 'r2', name: 'acme-media' } } });
  t.after(() => worker.stop());
  assert.equal((await worker.fetch('/healthz')).status, 200);
  const granted = await (await worker.fetch('/uploads/avatar', { method: 'POST', body: JSON.stringify(REQUEST) })).json();
  const form = new FormData();
  for (const [name, value] of Object.entries(granted.fields)) form.append(name, String(value));
  form.append('file', new Blob([new Uint8Array(SIZE)]));
  assert.equal((await fetch(granted.url, { method: 'POST', body: form })).status, 204);
  const { receipt } = await (await worker.fetch('/uploads/avatar/confirm', { method: 'POST', body: JSON.stringify({ confirm: granted.confirm }) })).json();
  const { payload } = await jwtVerify(receipt, createRemoteJWKSet(new URL(`${worker.url}/.well-known/jwks.json`)), { issuer: 'http://localhost:8787' });
  assert.deepEqual([payload.key, Number(payload.exp) - Number(payload.iat)], [granted.key, 600]);
});

describe('the key set', () => {
  test('is public and may be cached', async () => {
    await using(await startWith({ ISSUER_KEY: JSON.stringify(jwk('ed25519')) }), async (worker) => {
      const answer = await worker.fetch('/.well-known/jwks.json', { headers: { origin: 'https://anybody.example.com' } });
      const { headers } = answer;
      assert.deepEqual(
        [answer.status, headers.get('content-type'), headers.get('cache-control'), headers.get('access-control-allow-origin')],
        [200, 'application/json', 'public, max-age=300', '*'],
      );
      const head = await worker.fetch('/.well-known/jwks.json', { method: 'HEAD' });
      assert.deepEqual([head.status, await head.text()], [200, '']);
      const preflight = await worker.fetch('/.well-known/jwks.json', { method: 'OPTIONS' });
      assert.deepEqual([preflight.status, preflight.headers.get('access-control-allow-methods')], [204, 'GET, HEAD, OPTIONS']);
      const refused = await worker.fetch('/.well-known/jwks.json', { method: 'POST' });
      assert.deepEqual([refused.status, refused.headers.get('allow')], [405, 'GET, HEAD, OPTIONS']);
    });
  });

  test('and receipts do not exist without an issuer', async () => {
    await using(await startWith({}, null), async (worker) => {
      assert.equal((await worker.fetch('/.well-known/jwks.json')).status, 404);
      const { status, body } = await grantAndConfirm(worker);
      assert.deepEqual([status, Object.keys(body).sort()], [200, ['etag', 'key', 'size', 'type']]);
    });
  });
});

const REQUEST = { filename: 'me.png', type: 'image/png', size: SIZE };

/**
 * Starts the Worker with an issuer at its own address, and a bucket in which every object has just arrived.
 *
 * @param {Record<string, string>} secrets
 * @param {string[] | null} [keys] the names of the issuer's keys
 * @returns {Promise<Worker>}
 */
async function startWith(secrets, keys = ['ISSUER_KEY']) {
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  const rule = { bucket: 'media', callers: ['anyone'], key: 'avatars/{uuid}.{ext}', types: ['image/png'], max_size: '5 MiB', expires: '10 min', confirm: true };
  const vars = {
    BUCKETS: { media: { provider: 'aws', name: 'acme-media', region: 'eu-west-1', credentials: 'MEDIA' } },
    CALLERS: { anyone: { kind: 'anyone' } },
    UPLOADS: { avatar: rule, other: rule, plain: { ...rule, confirm: false } },
    ...(keys && { ISSUER: { url: issuer, keys } }),
  };
  const outbound = () => {
    const now = new Date().toUTCString();
    return new Response(null, { headers: { 'content-length': String(SIZE), 'content-type': 'image/png', etag: '"an-etag"', 'last-modified': now, date: now } });
  };
  const media = { MEDIA_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', MEDIA_SECRET_ACCESS_KEY: 'a-secret-access-key-for-tests' };
  return Object.assign(await start({ port, vars, secrets: { ...media, ...secrets }, outbound }), { issuer });
}

/** @param {Worker} worker @param {(worker: Worker) => Promise<void>} use */
async function using(worker, use) {
  try {
    await use(worker);
  } finally {
    await worker.stop();
  }
}

/** @param {Worker} worker @param {string} path @param {object} json @returns {Promise<Answer>} */
async function post(worker, path, json) {
  const answer = await worker.fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) });
  return { status: answer.status, body: await answer.json() };
}

/** @param {Worker} worker @param {string} [rule] */
async function grantAndConfirm(worker, rule = 'avatar') {
  const { status, body } = await post(worker, `/uploads/${rule}`, REQUEST);
  assert.equal(status, 200, JSON.stringify(body));
  return post(worker, `/uploads/${rule}/confirm`, { confirm: body.confirm });
}

/** @param {Worker} worker @param {string} [rule] @returns {Promise<{ key: string, receipt: string }>} */
async function confirmed(worker, rule) {
  const { status, body } = await grantAndConfirm(worker, rule);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

/** @param {Worker} worker */
const keysOf = (worker) => createRemoteJWKSet(new URL(`${worker.url}/.well-known/jwks.json`));

/** Changes one character in the middle. @param {string} text */
function change(text) {
  const at = Math.floor(text.length / 2);
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
}

/** Returns code of docs/receipts.md in a language. @param {string} language @param {number} [nth] which one, if there are several */
async function snippet(language, nth = 0) {
  const page = await readFile(new URL('../../docs/receipts.md', import.meta.url), 'utf8');
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))][nth]?.[1] ?? '';
}
