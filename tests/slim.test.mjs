/** @file The Worker as `npm run build` makes it for the repository's wrangler.toml: it has what that uses, and says what it lacks. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { SITE } from '../bench/contenders.mjs';
import { root } from '../scripts/step.mjs';
import { start } from './judges/worker.mjs';
import { execute, program } from './signpost.mjs';

const BUILD = 'build/slim';
const UPLOAD = { method: 'POST', headers: { authorization: `Bearer ${SITE.SITE_TOKEN}` }, body: JSON.stringify({ type: 'image/png', size: 48213 }) };

describe('a Worker of bearers, forms and links', () => {
  test('is what the repository deploys', async () => {
    const { code, stdout } = await execute(await program(), ['features']);
    assert.deepEqual([code, stdout], [0, '']);
  });

  test('answers an upload and a download', async () => {
    const worker = await start({ vars: SITE, build: BUILD });
    try {
      const { method, fields, key } = await (await worker.fetch('/uploads/avatar', UPLOAD)).json();
      assert.deepEqual([method, fields['Content-Type'], fields.key], ['POST', 'image/png', key]);
      const link = await worker.fetch('/downloads/avatar/7f.png', { headers: UPLOAD.headers });
      assert.equal(link.status, 302);
      assert.match(link.headers.get('location') ?? '', /^https:\/\/acme-media\.s3\.eu-west-1\.amazonaws\.com\/avatars\/site\/7f\.png\?X-Amz-Algorithm=/);
      assert.equal((await worker.fetch('/healthz')).status, 200);
    } finally {
      await worker.stop();
    }
  });

  test('knows no path of what it lacks, and answers there as the whole one does', async () => {
    const [slim, whole] = await Promise.all([start({ vars: SITE, build: BUILD }), start({ vars: SITE })]);
    const paths = ['s3/params?filename=a.png', 'sign-request', 'better-upload', 'parts/e30.00', 'multipart', 'multipart/e30.00', 'multiparts'].map((path) => `/uploads/avatar/${path}`);
    try {
      for (const path of [...paths, '/forms']) {
        const asked = (/** @type {typeof slim} */ worker) => worker.fetch(path, UPLOAD);
        const [one, other] = await Promise.all([asked(slim), asked(whole)]);
        assert.deepEqual([one.status, await one.text()], [other.status, await other.text()], path);
        assert.equal(one.status, path.endsWith('/multipart') ? 400 : 404, path);
      }
      assert.equal((await slim.fetch('/forms/media/', { method: 'POST' })).status, 404);
    } finally {
      await Promise.all([slim.stop(), whole.stop()]);
    }
  });

  for (const [place, vars] of /** @type {[string, object][]} */ ([
    ['CALLERS.site.kind', { CALLERS: { site: { kind: 'jwt', issuer: 'https://login.example.com/', audience: 'signpost', secret: 'SITE_TOKEN' } } }],
    ['UPLOADS.avatar.limit', { UPLOADS: { avatar: { ...SITE.UPLOADS.avatar, limit: 'AVATAR_LIMIT' } } }],
    ['UPLOADS.avatar.uploaders', { UPLOADS: { avatar: { ...SITE.UPLOADS.avatar, uploaders: true } } }],
  ])) {
    test(`answers nobody where ${place} asks for more, and says where`, async () => {
      const worker = await start({ vars: { ...SITE, ...vars }, build: BUILD });
      try {
        const health = await worker.fetch('/healthz');
        assert.deepEqual([health.status, await health.json()], [503, { status: 'not configured', configuration: [place] }]);
        assert.equal((await worker.fetch('/uploads/avatar', UPLOAD)).status, 503);
        assert.ok(worker.logs.some((line) => line.includes(`${place}: this build lacks`) && line.includes('deploy again')), worker.logs.join('\n'));
      } finally {
        await worker.stop();
      }
    });
  }

  test('has no JavaScript for forms, nor for what only the platform can do', async () => {
    const none = 'export const takeForm = undefined;\nexport const provide = undefined;\n';
    assert.equal(await readFile(join(root, BUILD, 'optional.js'), 'utf8'), none);
    assert.doesNotMatch(await readFile(join(root, BUILD, 'signpost.js'), 'utf8'), /settle|\bcrc\b/);
  });
});
