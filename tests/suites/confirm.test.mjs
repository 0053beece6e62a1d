/** @file Confirmations with four S3 servers: an upload is confirmed once its file has arrived, and only as it was granted. */
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { bindingOf } from '../../scripts/local-worker.mjs';
import { needs } from '../needs.mjs';
import { CLOCK, setAhead } from '../servers/clock.mjs';
import * as juicefs from '../servers/juicefs.mjs';
import * as localR2 from '../servers/local-r2.mjs';
import * as ministack from '../servers/ministack.mjs';
import * as radosgw from '../servers/radosgw.mjs';
import { s3 } from '../servers/s3.mjs';
import { start } from '../servers/worker.mjs';
import { post, put } from '../support/transfer.mjs';

/** @typedef {import('../servers/s3.mjs').S3Server} S3Server */
/** @typedef {S3Server & { url: string, setAhead?: (seconds: number) => Promise<void> }} Started */
/** @typedef {{ method: 'POST' | 'PUT', url: string, fields: Record<string, string>, headers: Record<string, string>, key: string, confirm: string }} Grant */

const FILE = Buffer.from('a picture, or so it says\r\n');
const UPLOAD = { filename: 'me.png', type: 'image/png', size: FILE.length };
const ISSUER = 'https://files.example.com';
const TOKENS = { ada: 'a-token-of-ada-for-tests', bob: 'a-token-of-bob-for-tests' };
const SECRETS = {
  ADA_TOKEN: TOKENS.ada,
  BOB_TOKEN: TOKENS.bob,
  ISSUER_KEY: JSON.stringify(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })),
};
const PAGE = 'https://www.example.com';

// MiniStack reports the checksum of a PUT, R2 that of a form which the Worker received; the others report none.
suite('MiniStack', await needs('ministack'), () => startBoth(ministack), { put: true });
suite('Ceph', await needs('ceph'), () => startBoth(radosgw), {});
suite('the JuiceFS gateway', await needs('juicefs'), () => startBoth(juicefs), {});
suite('local R2', await needs(), () => startLocal({}), {}, false); // its clock cannot be moved
suite('local R2, bound', await needs(), () => startLocal({ provider: 'r2', binding: bindingOf('media') }), { form: true, put: true }, false);

/**
 * @param {string} name
 * @param {{ skip: string | false }} options
 * @param {() => Promise<Started>} startServer
 * @param {{ form?: boolean, put?: boolean }} reportsChecksums of which uploads the bucket reports a checksum
 * @param {boolean} [movesClock] whether the Worker's clock can be moved
 */
function suite(name, options, startServer, reportsChecksums, movesClock = true) {
  describe(name, options, () => {
    /** @type {Started} */
    let store;
    before(async () => void (store = await startServer()));
    after(() => store?.stop());

    /** Sends a request, as Ada by default. @param {string} path @param {unknown} json @param {string} [token] */
    const call = async (path, json, token = TOKENS.ada) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', origin: PAGE };
      const answer = await fetch(`${store.url}/uploads/${path}`, { method: 'POST', headers, body: JSON.stringify(json) });
      return { status: answer.status, body: await answer.json() };
    };
    /** @param {string} rule @param {object} [more] */
    const grant = async (rule, more) => {
      const { status, body } = await call(rule, { ...UPLOAD, ...more });
      assert.equal(status, 200, JSON.stringify(body));
      return /** @type {Grant} */ (body);
    };
    /** Sends the file as it was granted. @param {Grant} granted */
    const send = async (granted) => {
      const { status, body } = await (granted.method === 'POST' ? post(granted, FILE) : put(granted, FILE));
      assert.ok(status >= 200 && status < 300, `${status} ${body}`);
    };
    /** @param {string} rule @param {Grant} granted @param {string} [token] */
    const confirm = (rule, { confirm: state }, token) => call(`${rule}/confirm`, { confirm: state }, token);
    /** @param {ReturnType<typeof call>} answer @param {number} status @param {string} code @param {RegExp} [detail] */
    const assertRefused = async (answer, status, code, detail = /./) => {
      const { status: found, body } = await answer;
      assert.deepEqual([found, body.code], [status, code], JSON.stringify(body));
      assert.match(body.detail, detail);
    };
    const stored = (/** @type {string} */ key) => s3(store, 'GET', `/${store.bucket}/${key}`);
    /** Overwrites an object past the Worker. @param {string} key @param {string} body @param {string} [type] */
    const overwrite = async (key, body, type = 'image/png') => {
      const { AwsClient } = await import('aws4fetch');
      const client = new AwsClient({ ...store, service: 's3', retries: 0 });
      const answer = await client.fetch(`${store.endpoint}/${store.bucket}/${key}`, { method: 'PUT', body, headers: { 'content-type': type } });
      assert.ok(answer.ok, await answer.text());
    };

    for (const rule of ['form', 'put']) {
      test(`an upload by the rule ${rule} is confirmed once its file has arrived`, async () => {
        const granted = await grant(rule);
        await assertRefused(confirm(rule, granted), 404, 'NoSuchKey');
        await send(granted);
        const { status, body } = await confirm(rule, granted);
        assert.equal(status, 200, JSON.stringify(body));
        const { receipt, ...object } = body;
        const { headers } = await stored(granted.key);
        assert.deepEqual(object, { key: granted.key, size: FILE.length, type: 'image/png', etag: headers.get('etag') });
        const { payload, protectedHeader } = await verified(receipt);
        const { iat, exp, jti, ...claims } = payload;
        assert.deepEqual(claims, { iss: ISSUER, sub: 'ada', caller: 'ada', rule: `uploads/${rule}`, bucket: rule === 'put' ? 'puts' : 'media', ...object });
        assert.equal(Number(exp) - Number(iat), 3_600);
        assert.equal(protectedHeader.alg, 'EdDSA');
        const again = await verified((await confirm(rule, granted)).body.receipt);
        assert.equal(again.payload.jti, jti, 'a receipt of the same upload');
        const other = await grant(rule);
        await send(other);
        assert.notEqual((await verified((await confirm(rule, other)).body.receipt)).payload.jti, jti);
      });

      test(`an object that replaced the upload by the rule ${rule} is compared with it`, async () => {
        const granted = await grant(rule);
        await send(granted);
        await overwrite(granted.key, `${FILE} and more`);
        await assertRefused(confirm(rule, granted), 409, 'UploadMismatch', /size/);
        await overwrite(granted.key, FILE.toString(), 'text/html');
        await assertRefused(confirm(rule, granted), 409, 'UploadMismatch', /type/);
        assert.equal((await stored(granted.key)).status, 200, 'it is not deleted');
        await overwrite(granted.key, FILE.toString().toUpperCase());
        const { status, body } = await confirm(rule, granted);
        assert.equal(status, 200, 'nothing in it differs');
        assert.equal(body.etag, (await stored(granted.key)).headers.get('etag'), 'but its ETag is named');
      });

      test(`a checksum of the rule ${rule} is named if the bucket reports it`, async () => {
        const reports = reportsChecksums[/** @type {'form' | 'put'} */ (rule)];
        const checksum = `sha256-${createHash('sha256').update(FILE).digest('base64')}`;
        const granted = await grant(rule, { checksum });
        await send(granted);
        const { status, body } = await confirm(rule, granted);
        assert.equal(status, 200, JSON.stringify(body));
        assert.equal(body.checksum, reports ? checksum : undefined);
        assert.equal((await verified(body.receipt)).payload.checksum, body.checksum);
      });
    }

    if (name === 'local R2, bound') {
      test('a form that the Worker receives is answered with a receipt', async () => {
        const granted = await grant('form');
        const form = new FormData();
        for (const [field, value] of Object.entries(granted.fields)) form.append(field, value);
        form.append('file', new Blob([FILE]), 'me.png');
        const answer = await fetch(granted.url, { method: 'POST', body: form, headers: { origin: PAGE } });
        assert.equal(answer.status, 204);
        assert.match(answer.headers.get('access-control-expose-headers') ?? '', /Signpost-Receipt/);
        const { payload } = await verified(answer.headers.get('signpost-receipt') ?? '');
        const object = { key: granted.key, size: FILE.length, type: 'image/png', etag: answer.headers.get('etag') };
        const { iat, exp, jti, ...claims } = payload;
        assert.deepEqual(claims, { iss: ISSUER, sub: 'ada', caller: 'ada', rule: 'uploads/form', bucket: 'media', ...object });
        const confirmed = await verified((await confirm('form', granted)).body.receipt);
        assert.equal(confirmed.payload.jti, jti, 'the same upload');
      });

      test('the field that says for whom a form is belongs to that form', async () => {
        const [granted, other] = [await grant('form'), await grant('form')];
        for (const value of [other.fields['x-ignore-signpost'], 'form.x', 'x', '', `plain.${granted.fields['x-ignore-signpost']?.split('.')[1]}`]) {
          const form = new FormData();
          for (const [field, text] of Object.entries({ ...granted.fields, 'x-ignore-signpost': value ?? '' })) form.append(field, text);
          form.append('file', new Blob([FILE]), 'me.png');
          const answer = await fetch(granted.url, { method: 'POST', body: form });
          assert.deepEqual([answer.status, answer.headers.get('signpost-receipt')], [204, null], value);
        }
      });
    }

    test('what was not granted is deleted where the rule says so', async () => {
      const granted = await grant('strict');
      await sleep(3_000); // an object that is not clearly newer than the grant is never deleted
      await overwrite(granted.key, 'something else');
      await assertRefused(confirm('strict', granted), 409, 'UploadMismatch', /has been deleted/);
      assert.equal((await stored(granted.key)).status, 404);
      await assertRefused(confirm('strict', granted), 404, 'NoSuchKey');
    });

    test('an object that was there before the grant is not the upload', async () => {
      const key = (await grant('fixed')).key;
      await overwrite(key, FILE.toString());
      if (store.setAhead) await store.setAhead(10);
      else await sleep(4_000);
      const granted = await grant('fixed');
      assert.equal(granted.key, key);
      await store.setAhead?.(0);
      await assertRefused(confirm('fixed', granted), 409, 'UploadMismatch', /already there/);
      const later = await grant('fixed');
      await send(later);
      assert.equal((await confirm('fixed', later)).status, 200);
    });

    test('a state belongs to one caller and one rule, and cannot be changed', async () => {
      const granted = await grant('put');
      await send(granted);
      await assertRefused(confirm('put', granted, TOKENS.bob), 404, 'NoSuchUpload');
      for (const rule of ['strict', 'form']) await assertRefused(confirm(rule, granted), 404, 'NoSuchUpload');
      await assertRefused(confirm('put', granted, 'nobodys-token-at-all'), 401, 'InvalidToken');
      const { confirm: state } = granted;
      for (let at = 0; at < state.length; at += 7) {
        const changed = state.slice(0, at) + (state[at] === 'A' ? 'B' : 'A') + state.slice(at + 1);
        await assertRefused(confirm('put', { ...granted, confirm: changed }), 404, 'NoSuchUpload');
      }
      assert.equal((await confirm('put', granted)).status, 200);
    });

    if (movesClock) test('a state expires a day after the grant', async () => {
      const granted = await grant('put');
      await send(granted);
      await store.setAhead?.(86_400 + 600 + 1);
      await assertRefused(confirm('put', granted), 404, 'NoSuchUpload');
      await store.setAhead?.(0);
      assert.equal((await confirm('put', granted)).status, 200);
    });

    test('refuses other requests', async () => {
      for (const body of [{}, { confirm: 1 }, { confirm: null }, { confirm: 'x', key: 'y' }, []]) await assertRefused(call('put/confirm', body), 400, 'MalformedPOSTRequest');
      for (const state of ['', 'x', '../..', 'ä'.repeat(100)]) await assertRefused(call('put/confirm', { confirm: state }), 404, 'NoSuchUpload');
      await assertRefused(call('put/confirm', { confirm: 'A'.repeat(20_000) }), 413, 'MaxMessageLengthExceeded');
      await assertRefused(call('plain/confirm', { confirm: 'x' }), 404, 'NoSuchRule');
      assert.ok(!('confirm' in (await grant('plain'))));
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const answer = await fetch(`${store.url}/uploads/put/confirm`, { method, headers: { origin: PAGE } });
        assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'POST, OPTIONS']);
      }
      const preflight = await fetch(`${store.url}/uploads/put/confirm`, { method: 'OPTIONS', headers: { origin: PAGE } });
      assert.equal(preflight.headers.get('access-control-allow-methods'), 'POST, OPTIONS');
      const elsewhere = await fetch(`${store.url}/uploads/put/confirm`, { method: 'POST', headers: { origin: 'https://evil.example.com' }, body: '{}' });
      assert.equal(elsewhere.status, 403);
    });

    /** Verifies a receipt with the keys that the Worker publishes. @param {string} receipt */
    const verified = (receipt) => jwtVerify(receipt, createRemoteJWKSet(new URL(`${store.url}/.well-known/jwks.json`)), { issuer: ISSUER, typ: 'receipt+jwt' });
  });
}

/** Starts an S3 server, and the Worker in Miniflare. @param {{ start: () => Promise<S3Server> }} server @returns {Promise<Started>} */
async function startBoth(server) {
  const store = await server.start();
  const keys = { MEDIA_ACCESS_KEY_ID: store.accessKeyId, MEDIA_SECRET_ACCESS_KEY: store.secretAccessKey };
  const worker = await start({ vars: vars(store), secrets: { ...SECRETS, ...keys }, around: CLOCK });
  const stop = async () => void (await Promise.all([worker.stop(), store.stop()]));
  return { ...store, url: worker.url, stop, setAhead: (seconds) => setAhead(worker, seconds) };
}

/** @param {object} bucket @returns {Promise<Started>} */
function startLocal(bucket) {
  return localR2.start({ vars: (store) => vars(store, bucket), secrets: SECRETS });
}

/** @param {localR2.Store} store @param {object} [options] of the bucket; without a binding, the local R2 takes no forms */
function vars({ endpoint, region, bucket: name }, options) {
  const media = { provider: 'custom', name, region, endpoint, url_style: 'path', credentials: 'MEDIA', ...options };
  const takesForms = options === undefined || 'binding' in options;
  const rule = {
    bucket: 'media', callers: ['ada', 'bob'], origins: [PAGE], key: 'pictures/{caller}/{uuid}.{ext}',
    types: ['image/png', 'text/html'], active_content: true, max_size: '1 MiB', expires: '10 min', confirm: true,
  };
  return {
    BUCKETS: { media: { ...media, forms: takesForms }, puts: { ...media, forms: false } },
    CALLERS: { ada: { kind: 'bearer', secret: 'ADA_TOKEN' }, bob: { kind: 'bearer', secret: 'BOB_TOKEN' } },
    UPLOADS: {
      form: rule,
      put: { ...rule, bucket: 'puts' },
      strict: { ...rule, delete_mismatched: true },
      fixed: { ...rule, key: 'fixed/{caller}/picture.{ext}' },
      plain: { ...rule, confirm: false },
    },
    ISSUER: { url: ISSUER, keys: ['ISSUER_KEY'] },
  };
}
