/** @file An upload in parts needs one challenge: after that, its sealed ID replaces it. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { siteverify } from '../servers/siteverify.mjs';
import { ISSUERS, token } from '../callers/tokens.mjs';
import { start } from '../servers/worker_for_callers.mjs';
import { check, send } from '../contract/cases.mjs';

const SECRET = '0x4AAAAAAA-marked-turnstile-secret';
const FILM = { bucket: 'media', key: 'films/{uuid}.{ext}', types: ['video/mp4'], max_size: '32 MiB', expires: '1 h', multipart: true, uploaders: true };
const SIZE = 12_000_000;
const MISSING = { status: 401, code: 'MissingAuthenticationToken', detail: '/Turnstile/' };

/** How each protocol creates an upload and signs a part. @type {Record<string, { create: [path: string, json: object], sign: (upload: any) => [method: string, path: string, json?: object] }>} */
const PROTOCOLS = {
  native: {
    create: ['multipart', { type: 'video/mp4', size: SIZE }],
    sign: ({ uploadId }) => ['GET', `multipart/${uploadId}?sign=1`],
  },
  Companion: {
    create: ['s3/multipart', { filename: 'a.mp4', type: 'video/mp4', metadata: { size: SIZE } }],
    sign: ({ uploadId, key }) => ['GET', `s3/multipart/${uploadId}/1?key=${key}`],
  },
};

describe('a challenge', () => {
  const turnstile = siteverify();
  /** @type {import('../servers/worker_for_callers.mjs').Worker} */
  let worker;
  before(async () => {
    worker = await start({
      outbound: (request) => {
        if (!request.url.includes('amazonaws.com')) return turnstile.answer(request);
        return new Response(request.method === 'POST' ? '<R><UploadId>id-of-s3</UploadId></R>' : '', { headers: { 'content-type': 'application/xml' } });
      },
      secrets: { TURNSTILE_SECRET: SECRET },
      vars: { UPLOADS_2: { film: { ...FILM, callers: ['human'] }, 'signed-in': { ...FILM, callers: ['hs'], turnstile: 'human' } } },
    });
  });
  after(() => worker?.stop());
  const bearer = async (/** @type {string} */ sub) => {
    const exp = Math.floor(Date.now() / 1000) + 300;
    return { authorization: `Bearer ${await token(ISSUERS.hs, { iss: ISSUERS.hs.iss, aud: 'signpost', sub, exp })}` };
  };
  const call = (/** @type {string} */ rule, /** @type {Record<string, string>} */ headers, /** @type {[string, string, object?]} */ [method, path, json]) =>
    send(worker.url, { method, path: `/uploads/${rule}/${path}`, headers, json });

  for (const [name, { create: [path, json], sign }] of Object.entries(PROTOCOLS)) {
    test(`is required to create an upload by the ${name} protocol, and not again`, async () => {
      for (const [rule, headers] of /** @type {[string, Record<string, string>][]} */ ([['film', {}], ['signed-in', await bearer('u1')]])) {
        check(await call(rule, headers, ['POST', path, json]), path === 'multipart' ? MISSING : { status: 401 });
        turnstile.requests.length = 0;
        const created = await call(rule, { ...headers, 'turnstile-token': turnstile.solve(SECRET) }, ['POST', path, json]);
        check(created, { status: 200 });
        const upload = JSON.parse(created.body);
        check(await call(rule, headers, sign(upload)), { status: 200 });
        check(await call(rule, headers, ['DELETE', sign(upload)[1].replace(/[?]sign=1|[/]1(?=[?])/, '')]), { status: path === 'multipart' ? 204 : 200 });
        assert.equal(turnstile.requests.length, 1);
        const changed = { ...upload, uploadId: `${upload.uploadId.slice(0, -1)}${upload.uploadId.endsWith('0') ? 1 : 0}` };
        check(await call(rule, headers, sign(changed)), { status: 404 });
      }
    });
  }

  test("does not replace the caller's token: an ID belongs to one caller", async () => {
    const ada = await bearer('u1');
    const created = await call('signed-in', { ...ada, 'turnstile-token': turnstile.solve(SECRET) }, ['POST', 'multipart', { type: 'video/mp4', size: SIZE }]);
    const { uploadId } = JSON.parse(created.body);
    check(await call('signed-in', await bearer('u2'), ['GET', `multipart/${uploadId}?sign=1`]), { status: 404, code: 'NoSuchUpload' });
    check(await call('signed-in', {}, ['GET', `multipart/${uploadId}?sign=1`]), { status: 401, code: 'MissingAuthenticationToken' });
    check(await call('film', {}, ['GET', `multipart/${uploadId}?sign=1`]), { status: 404, code: 'NoSuchUpload' });
  });

  test('is required for each file and each upload that Uppy signs, but not for parts', async () => {
    const sign = (/** @type {Record<string, string>} */ headers, /** @type {object} */ json) => call('film', headers, ['POST', 'sign-request', json]);
    const challenge = () => ({ 'turnstile-token': turnstile.solve(SECRET) });
    const [whole, parts] = [{ method: 'PUT', key: 'a.mp4', size: 9 }, { method: 'POST', key: 'a.mp4', size: SIZE }];
    for (const request of [whole, parts]) check(await sign({}, request), MISSING);
    check(await sign(challenge(), whole), { status: 200 });
    const created = await sign(challenge(), parts);
    check(created, { status: 200 });
    const { url, key } = JSON.parse(created.body);
    const { body } = await send(worker.url, { method: 'POST', path: new URL(url).pathname + new URL(url).search });
    const uploadId = /<UploadId>(.*?)</.exec(body)?.[1];
    check(await sign({}, { method: 'PUT', key, uploadId, partNumber: 1 }), { status: 200 });
    check(await call('film', {}, ['POST', 'better-upload', { files: [{ name: 'a.mp4', size: 9, type: 'video/mp4' }] }]), { status: 401 });
  });
});
