/** @file A challenge is answered once for an upload in parts: its sealed id proves it from then on. */
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

/** How each way begins an upload, and what comes after. @type {Record<string, { begin: [path: string, json: object], signs: (upload: any) => [method: string, path: string, json?: object] }>} */
const WAYS = {
  'our own': {
    begin: ['multipart', { type: 'video/mp4', size: SIZE }],
    signs: ({ uploadId }) => ['GET', `multipart/${uploadId}?sign=1`],
  },
  "Companion's": {
    begin: ['s3/multipart', { filename: 'a.mp4', type: 'video/mp4', metadata: { size: SIZE } }],
    signs: ({ uploadId, key }) => ['GET', `s3/multipart/${uploadId}/1?key=${key}`],
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
      vars: { UPLOADS_2: { film: { ...FILM, callers: ['human'] }, ours: { ...FILM, callers: ['hs'], turnstile: 'human' } } },
    });
  });
  after(() => worker?.stop());
  const bearer = async (/** @type {string} */ sub) => {
    const exp = Math.floor(Date.now() / 1000) + 300;
    return { authorization: `Bearer ${await token(ISSUERS.hs, { iss: ISSUERS.hs.iss, aud: 'signpost', sub, exp })}` };
  };
  const ask = (/** @type {string} */ rule, /** @type {Record<string, string>} */ headers, /** @type {[string, string, object?]} */ [method, path, json]) =>
    send(worker.url, { method, path: `/uploads/${rule}/${path}`, headers, json });

  for (const [name, { begin: [path, json], signs }] of Object.entries(WAYS)) {
    test(`begins an upload in ${name} way, and is not asked for again`, async () => {
      for (const [rule, headers] of /** @type {[string, Record<string, string>][]} */ ([['film', {}], ['ours', await bearer('u1')]])) {
        check(await ask(rule, headers, ['POST', path, json]), path === 'multipart' ? MISSING : { status: 401 });
        turnstile.asked.length = 0;
        const begun = await ask(rule, { ...headers, 'turnstile-token': turnstile.widget(SECRET) }, ['POST', path, json]);
        check(begun, { status: 200 });
        const upload = JSON.parse(begun.body);
        check(await ask(rule, headers, signs(upload)), { status: 200 });
        check(await ask(rule, headers, ['DELETE', signs(upload)[1].replace(/[?]sign=1|[/]1(?=[?])/, '')]), { status: path === 'multipart' ? 204 : 200 });
        assert.equal(turnstile.asked.length, 1);
        const other = { ...upload, uploadId: `${upload.uploadId.slice(0, -1)}${upload.uploadId.endsWith('0') ? 1 : 0}` };
        check(await ask(rule, headers, signs(other)), { status: 404 });
      }
    });
  }

  test("does not stand for the caller's token: an id is still one caller's", async () => {
    const ada = await bearer('u1');
    const begun = await ask('ours', { ...ada, 'turnstile-token': turnstile.widget(SECRET) }, ['POST', 'multipart', { type: 'video/mp4', size: SIZE }]);
    const { uploadId } = JSON.parse(begun.body);
    check(await ask('ours', await bearer('u2'), ['GET', `multipart/${uploadId}?sign=1`]), { status: 404, code: 'NoSuchUpload' });
    check(await ask('ours', {}, ['GET', `multipart/${uploadId}?sign=1`]), { status: 401, code: 'MissingAuthenticationToken' });
    check(await ask('film', {}, ['GET', `multipart/${uploadId}?sign=1`]), { status: 404, code: 'NoSuchUpload' });
  });

  test('is asked for each file that Uppy has signed, and for each upload that it begins, but not for its parts', async () => {
    const sign = (/** @type {Record<string, string>} */ headers, /** @type {object} */ json) => ask('film', headers, ['POST', 'sign-request', json]);
    const answered = () => ({ 'turnstile-token': turnstile.widget(SECRET) });
    const [whole, parts] = [{ method: 'PUT', key: 'a.mp4', size: 9 }, { method: 'POST', key: 'a.mp4', size: SIZE }];
    for (const request of [whole, parts]) check(await sign({}, request), MISSING);
    check(await sign(answered(), whole), { status: 200 });
    const begun = await sign(answered(), parts);
    check(begun, { status: 200 });
    const { url, key } = JSON.parse(begun.body);
    const { body } = await send(worker.url, { method: 'POST', path: new URL(url).pathname + new URL(url).search });
    const uploadId = /<UploadId>(.*?)</.exec(body)?.[1];
    check(await sign({}, { method: 'PUT', key, uploadId, partNumber: 1 }), { status: 200 });
    check(await ask('film', {}, ['POST', 'better-upload', { files: [{ name: 'a.mp4', size: 9, type: 'video/mp4' }] }]), { status: 401 });
  });
});
