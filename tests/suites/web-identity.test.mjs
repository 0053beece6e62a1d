/**
 * @file Temporary credentials without a key: a token of the Worker, whose keys are at the addresses of its metadata.
 *
 * - Ceph's gateway fetches metadata and keys, verifies the signature, and applies the trust policy of `signpost iam` and the session policy. Its
 *   version 16 reads a key only from a certificate, `x5c`, and only the first key of the set.
 * - MiniStack applies the trust policy to the claims of a token, but verifies neither its signature nor its expiration, and ignores the session
 *   policy. So its role has the permissions of `signpost iam`.
 * - JuiceFS's gateway, with MinIO's code, fetches metadata and keys, and verifies signature and expiration. It needs the claim `policy`, with the name
 *   of a policy, and ignores audience and subject. The credentials that it gives out permit nothing, whatever the policy, even without a session
 *   policy. So only tokens are tested with it.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { createRemoteJWKSet, importJWK, jwtVerify, SignJWT } from 'jose';
import { freePort } from '../../scripts/process.mjs';
import { needs } from '../needs.mjs';
import * as juicefs from '../servers/juicefs.mjs';
import * as ministack from '../servers/ministack.mjs';
import * as radosgw from '../servers/radosgw.mjs';
import { ALL_OF_S3 } from '../servers/s3.mjs';
import { start as startWorker } from '../servers/worker.mjs';
import { certifiedKey } from '../support/issuer_keys.mjs';
import { renewals } from '../support/renewals.mjs';
import { suite } from '../support/role_suite.mjs';
import { iamOf } from '../support/signpost.mjs';
import { venv } from '../support/venv.mjs';

const run = promisify(execFile);
const pyjwt = await needs('pyjwt');
const AUDIENCE = 'sts.amazonaws.com';
const ROLE = 'arn:aws:iam::123456789012:role/signpost';
const [key, other, rsa] = await Promise.all([certifiedKey('ec', 'a'), certifiedKey('ec', 'b'), certifiedKey('rsa')]);

/** @typedef {import('../support/role_suite.mjs').Server} Server */
/** @typedef {Awaited<ReturnType<typeof startWorker>>} Worker */

describe('Ceph', await needs('ceph'), () => {
  /** @type {{ store: Server, url: string }} */
  let at;
  const role = 'arn:aws:iam:::role/signpost';
  suite({
    ...{ start: () => radosgw.start({ sts: true }), provider: 'custom', forms: false },
    identity: {
      ...{ role, port: freePort, secrets: { ISSUER_KEY: key.secret } },
      async trust(store, vars) {
        at = { store, url: vars.ISSUER.url };
        await store.makeProvider?.({ url: at.url, audiences: [AUDIENCE], thumbprints: [key.thumbprint] });
        const trust = await iamOf(vars, ['--bucket', 'puts', '--policy', 'trust']);
        assert.equal(await store.makeTrustingRole?.('signpost', [ALL_OF_S3], trust), role);
      },
    },
  });

  test('credentials are given for no other token', async () => {
    const { store, url } = at;
    await assertOnly(store.endpoint, role, { ...claimsOfOthers(url), ...forged(claims(url)) }, token(claims(url)));
  });

  for (const [title, keys] of /** @type {[string, typeof key[]][]} */ ([['an RSA key', [rsa]], ['a new key before the old one', [other, key]], ['the old key before the new one', [key, other]]]))
    test(`a token signed with ${title} is accepted`, async () => {
      const { store } = at;
      const [port, name] = [await freePort(), `role-${title.replaceAll(' ', '-')}`];
      const vars = configuration(port, { provider: 'custom', name: 'sts-puts', region: store.region, endpoint: store.endpoint }, `arn:aws:iam:::role/${name}`);
      await store.makeProvider?.({ url: vars.ISSUER.url, audiences: [AUDIENCE], thumbprints: keys.map(({ thumbprint }) => thumbprint) });
      await store.makeTrustingRole?.(name, [ALL_OF_S3], await iamOf(vars, ['--policy', 'trust']));
      const secrets = Object.fromEntries(keys.map(({ secret }, n) => [vars.ISSUER.keys[n] ?? '', secret]));
      await using(await startWorker({ vars, secrets, port }), async (worker) => {
        const answer = await worker.fetch('/downloads/picture/a.png');
        assert.equal(answer.status, 302, worker.logs.join('\n'));
      });
    });
});

describe('MiniStack, with the condition keys of signatures', await needs('ministack'), () => {
  /** @type {{ store: Server, url: string }} */
  let at;
  const role = 'arn:aws:iam::000000000000:role/signpost';
  suite({
    ...{ start: () => ministack.start({ program: ['tests/servers/ministack_signatures.py'] }), provider: 'aws', conditions: true },
    identity: {
      ...{ role, port: freePort, secrets: { ISSUER_KEY: key.secret } },
      async trust(store, vars) {
        at = { store, url: vars.ISSUER.url };
        const { IdentityProvider, Role } = (await iamOf(vars, ['--bucket', 'puts', '--trust'])).Resources;
        const { Url: url, ClientIdList: audiences } = IdentityProvider.Properties;
        await store.makeProvider?.({ url, audiences, thumbprints: [] });
        const { RoleName, Policies, AssumeRolePolicyDocument } = Role.Properties;
        const policies = Policies.map((/** @type {any} */ policy) => policy.PolicyDocument);
        assert.equal(await store.makeTrustingRole?.(RoleName, policies, AssumeRolePolicyDocument), role);
      },
    },
  });

  test('credentials are given for no other token', async () => {
    const { store, url } = at;
    await assertOnly(store.endpoint, role, claimsOfOthers(url), token(claims(url)));
  });
});

describe('the JuiceFS gateway', await needs('juicefs'), () => {
  test('credentials are given for the tokens of the Worker, and for no other', async (t) => {
    const [port, storePort] = [await freePort(), await freePort()];
    const vars = configuration(port, { provider: 'custom', name: 'any', region: 'eu-west-1', endpoint: `http://localhost:${storePort}` }, undefined);
    const worker = await startWorker({ vars, secrets: { ISSUER_KEY: key.secret }, port });
    t.after(() => worker.stop());
    const store = await juicefs.start({ issuer: vars.ISSUER.url, port: storePort });
    t.after(() => store.stop());
    await store.makePolicy('signpost-media', ALL_OF_S3);
    const answer = await worker.fetch('/downloads/picture/a.png');
    assert.equal(answer.status, 302, worker.logs.join('\n'));
    const right = { ...claims(vars.ISSUER.url), policy: 'signpost-media' };
    const others = {
      'of another policy': token({ ...right, policy: 'signpost-other' }),
      'a receipt of a caller with the name of the policy': token({ ...right, sub: 'signpost-media', policy: undefined, aud: undefined }, { header: { typ: 'receipt+jwt' } }),
    };
    await assertOnly(store.endpoint, undefined, { ...others, ...forged(right) }, token(right));
  });
});

describe('signpost iam', () => {
  const bucket = (/** @type {string} */ name, /** @type {object} */ more = {}) => ({ provider: 'aws', name, region: 'eu-west-1', credentials: { web_identity: true, role: 'arn:aws:iam::123456789012:role/team/signpost', ...more } });
  const vars = {
    ...configuration(8787, {}, ROLE),
    BUCKETS: { media: bucket('acme-media', { duration: '2 h' }), notes: bucket('acme-notes', { audience: 'notes' }), unused: bucket('acme-unused'), key: { ...bucket('acme-key'), credentials: { secret: 'KEY', role: ROLE } } },
    DOWNLOADS: Object.fromEntries(['media', 'notes', 'key'].map((name) => [name, { callers: ['anyone'], bucket: name, key: `${name}/{path}`, expires: '5 min' }])),
    ISSUER: { url: 'https://files.example.com/uploads', keys: ['ISSUER_KEY'] },
  };

  test('trusts the tokens of all buckets that use the role, and of no other', async () => {
    const { Statement } = await iamOf(vars, ['--bucket', 'media', '--policy', 'trust']);
    const expected = {
      Sid: 'AssumeBySignpost',
      Effect: 'Allow',
      Principal: { Federated: ['arn:aws:iam::123456789012:oidc-provider/files.example.com/uploads'] },
      Action: ['sts:AssumeRoleWithWebIdentity'],
      Condition: { StringEquals: { 'files.example.com/uploads:aud': ['notes', AUDIENCE], 'files.example.com/uploads:sub': ['signpost:media', 'signpost:notes'] } },
    };
    assert.deepEqual(Statement, [expected]);
    const { IdentityProvider, Role } = (await iamOf(vars, ['--bucket', 'notes', '--trust'])).Resources;
    assert.deepEqual(IdentityProvider.Properties, { Url: 'https://files.example.com/uploads', ClientIdList: ['notes', AUDIENCE] });
    const { RoleName, Path, MaxSessionDuration, AssumeRolePolicyDocument, Policies } = Role.Properties;
    assert.deepEqual([RoleName, Path, MaxSessionDuration, AssumeRolePolicyDocument.Statement], ['signpost', '/team/', 7_200, [expected]]);
    for (const [n, name] of ['media', 'notes'].entries()) {
      assert.equal(Policies[n].PolicyName, `signpost-${name}`);
      assert.deepEqual(Policies[n].PolicyDocument, await iamOf(vars, ['--bucket', name]));
    }
  });

  test('says what a bucket without a key does not need', async () => {
    await assert.rejects(iamOf(vars, ['--bucket', 'media', '--policy', 'key']), /media has no key: a token gets its credentials/);
    await assert.rejects(iamOf(vars, ['--bucket', 'media', '--policy', 'trust', '--principal', 'arn:aws:iam::123456789012:user/signpost']), /exited with 2: .*--principal is for a role that a key assumes/s);
    await assert.rejects(iamOf(vars, ['--bucket', 'key', '--trust']), /--trust is for a bucket of aws whose credentials have `web_identity`/);
    await assert.rejects(iamOf(vars, ['--bucket', 'key', '--policy', 'trust']), /--policy trust also needs --principal/);
  });
});

describe('the token', () => {
  /** The form that the Worker sends. @type {URLSearchParams} */
  let form;
  /** @type {Worker} */
  let worker;
  /** @type {string} */
  let url;
  before(async () => {
    const port = await freePort();
    const vars = configuration(port, { provider: 'aws', name: 'acme-media', region: 'eu-west-1' }, ROLE);
    url = vars.ISSUER.url;
    const outbound = async (/** @type {Request} */ request) => {
      form = new URLSearchParams(await request.text());
      return new Response('', { status: 500 });
    };
    worker = await startWorker({ vars, secrets: { ISSUER_KEY: key.secret }, port, outbound });
    await worker.fetch('/downloads/picture/a.png');
  });
  after(() => worker?.stop());

  const sent = () => form.get('WebIdentityToken') ?? '';

  test('is an ID token, which jose verifies by the metadata', async () => {
    const metadata = await (await fetch(`${url}/.well-known/openid-configuration`)).json();
    assert.equal(metadata.issuer, url);
    const { payload, protectedHeader } = await jwtVerify(sent(), createRemoteJWKSet(new URL(metadata.jwks_uri)), { issuer: metadata.issuer, audience: AUDIENCE, algorithms: metadata.id_token_signing_alg_values_supported, typ: 'JWT', requiredClaims: ['sub', 'iat', 'exp'] });
    assert.deepEqual([protectedHeader.alg, payload.sub, Number(payload.exp) - Number(payload.iat)], ['ES256', 'signpost:media', 300]);
    for (const wrong of [{ audience: 'other' }, { issuer: 'https://other.example.com' }, { typ: 'receipt+jwt' }])
      await assert.rejects(jwtVerify(sent(), createRemoteJWKSet(new URL(metadata.jwks_uri)), wrong));
  });

  test('is one that PyJWT verifies by the metadata', pyjwt, async () => {
    const program = `
import json, sys, urllib.request, jwt
issuer, token = sys.argv[1:]
metadata = json.load(urllib.request.urlopen(issuer + "/.well-known/openid-configuration"))
key = jwt.PyJWKClient(metadata["jwks_uri"]).get_signing_key_from_jwt(token)
options = {"require": ["iss", "sub", "aud", "iat", "exp"]}
claims = jwt.decode(token, key.key, metadata["id_token_signing_alg_values_supported"], options, audience="${AUDIENCE}", issuer=issuer)
print(claims["sub"])`;
    const python = join(await venv('pyjwt'), 'python');
    const { stdout } = await run(python, ['-c', program, url, sent()]);
    assert.equal(stdout.trim(), 'signpost:media');
    await assert.rejects(run(python, ['-c', program, url, `${sent().slice(0, -4)}AAAA`]));
  });

  test('is in no log line and no answer', async () => {
    const [, payload, signature] = sent().split('.');
    const answers = await Promise.all(['/downloads/picture/a.png', '/healthz', '/.well-known/openid-configuration', '/.well-known/jwks.json'].map(async (path) => (await worker.fetch(path)).text()));
    assert.ok(worker.logs.some((line) => line.includes('no new credentials')), worker.logs.join('\n'));
    for (const text of [...worker.logs, ...answers]) for (const part of [payload, signature, key.jwk.d]) assert.ok(part && !text.includes(part), text);
  });
});

describe('with a token', () =>
  renewals({ web_identity: true, role: ROLE }, { ISSUER_KEY: key.secret }, { ISSUER: { url: 'https://files.example.com', keys: ['ISSUER_KEY'] } }));

/**
 * One bucket without a key, at a Worker on this port.
 *
 * @param {number} port
 * @param {object} bucket
 * @param {string | undefined} role
 */
function configuration(port, bucket, role) {
  const credentials = { web_identity: true, ...(role && { role }) };
  return {
    BUCKETS: { media: { ...bucket, credentials } },
    CALLERS: { anyone: { kind: 'anyone' } },
    DOWNLOADS: { picture: { callers: ['anyone'], bucket: 'media', key: 'pictures/{path}', expires: '5 min' } },
    ISSUER: { url: `http://localhost:${port}`, keys: ['ISSUER_KEY', 'OTHER_ISSUER_KEY'] },
  };
}

/** The claims of a token for the bucket `media`, which is `puts` in the suites of servers. @param {string} iss @returns {Record<string, any>} */
function claims(iss) {
  const iat = Math.floor(Date.now() / 1_000);
  return { iss, sub: 'signpost:puts', aud: AUDIENCE, iat, exp: iat + 300 };
}

/** @param {Record<string, any>} payload @param {{ by?: typeof key, header?: object }} [options] */
const token = async (payload, { by = key, header } = {}) => new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: key.jwk.kid, typ: 'JWT', ...header }).sign(await importJWK(by.jwk, 'ES256'));

/** Tokens of the Worker that are not for this role. @param {string} iss @returns {Record<string, Promise<string>>} */
const claimsOfOthers = (iss) => ({
  'of another bucket': token({ ...claims(iss), sub: 'signpost:other' }),
  'of a bucket whose name begins alike': token({ ...claims(iss), sub: 'signpost:puts2' }),
  'of another audience': token({ ...claims(iss), aud: 'other' }),
  'of an unknown issuer': token({ ...claims(iss), iss: 'http://localhost:1' }),
  'without a subject': token({ ...claims(iss), sub: undefined }),
  'a receipt of a caller with the name of the bucket': token({ ...claims(iss), aud: undefined, caller: 'anyone', rule: 'uploads/avatar' }, { header: { typ: 'receipt+jwt' } }),
});

/** Tokens with claims that are right, but that the Worker did not sign, or too long ago. @param {Record<string, any>} right @returns {Record<string, Promise<string>>} */
const forged = (right) => ({
  'signed with another key': token(right, { by: other }),
  'that has expired': token({ ...right, iat: 1_700_000_000, exp: 1_700_000_300 }),
  'with a changed subject': token({ ...right, sub: 'x' }).then((text) => swapped(text, right)),
  'without a signature': token(right).then((text) => `${text.split('.').slice(0, 2).join('.')}.`),
  'of the algorithm none': token(right).then((text) => `${encoded({ alg: 'none', typ: 'JWT' })}.${text.split('.')[1]}.`),
});

/** @param {object} value */
const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Puts other claims into a token. @param {string} text @param {object} payload */
function swapped(text, payload) {
  const [header, , signature] = text.split('.');
  return [header, encoded(payload), signature].join('.');
}

/**
 * Asserts that a token service gives credentials for one token, and for none of the others.
 *
 * @param {string} endpoint
 * @param {string | undefined} role
 * @param {Record<string, Promise<string>>} others
 * @param {Promise<string>} right
 */
async function assertOnly(endpoint, role, others, right) {
  const ask = async (/** @type {string} */ WebIdentityToken) => {
    const form = { Action: 'AssumeRoleWithWebIdentity', Version: '2011-06-15', ...(role && { RoleArn: role }), RoleSessionName: 'test', DurationSeconds: '900', WebIdentityToken };
    const answer = await fetch(`${endpoint}/`, { method: 'POST', body: new URLSearchParams(form) });
    return { status: answer.status, text: await answer.text() };
  };
  const { status, text } = await ask(await right);
  assert.ok(status === 200 && text.includes('<SessionToken>'), text);
  for (const [title, wrong] of Object.entries(others)) {
    const refused = await ask(await wrong);
    assert.ok(refused.status >= 400 && refused.status < 500 && !refused.text.includes('<SessionToken>'), `${title}: ${refused.status} ${refused.text}`);
  }
}

/** @param {Worker} worker @param {(worker: Worker) => Promise<void>} use */
async function using(worker, use) {
  try {
    await use(worker);
  } finally {
    await worker.stop();
  }
}
