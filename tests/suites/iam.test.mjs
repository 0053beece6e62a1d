/**
 * @file The output of `signpost iam` on servers that enforce it: what the rules allow works, everything else is rejected.
 *
 * - Ceph's gateway gets policies without Amazon's condition keys of a signature. For a form it evaluates only the bucket's policy,
 *   not the user's; an object's owner may tag it; and `NotAction` in a denial is ignored.
 * - JuiceFS's gateway has MinIO's users and policies, which support `s3:authType`. Its version lacks `s3:signatureAge`, so it gets the
 *   policy without that condition; its bucket policies apply only to anonymous requests.
 * - MiniStack's policy evaluator gets all condition keys of a signature (tests/servers/ministack_signatures.py). Only it can test
 *   `s3:signatureAge` and `s3:if-none-match`, which no server from a package registry supports.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { needs } from '../needs.mjs';
import * as juicefs from '../servers/juicefs.mjs';
import * as ministack from '../servers/ministack.mjs';
import * as radosgw from '../servers/radosgw.mjs';
import { ALL_OF_S3, s3 } from '../servers/s3.mjs';
import { start as startWorker } from '../servers/worker.mjs';
import { attempts, byHeader, byLink, byOldSignature, byOwner, bySignatureInHeaders } from '../support/attempts.mjs';
import { configure, execute, program, signpost } from '../support/signpost.mjs';
import { get, post, put } from '../support/transfer.mjs';
import { upload, uploadInParts } from '../support/uploads.mjs';

/** @typedef {import('../servers/s3.mjs').S3Server & import('../servers/s3.mjs').WithUsers} ServerWithUsers */
/** @typedef {Awaited<ReturnType<typeof startWorker>>} Worker */

const PICTURE = randomBytes(1_000);
const FILM = randomBytes((8 << 20) + 1); // two parts

/** The rules: one bucket accepts forms, the other PUT; both accept films in parts. @param {ServerWithUsers} server @param {{ forms: string, puts: string }} names @param {object} options of the buckets */
function rules({ endpoint, region }, names, options) {
  const bucket = (/** @type {string} */ name, /** @type {boolean} */ forms) => ({ name, endpoint, region, url_style: 'path', credentials: 'KEY', forms, ...options });
  const rule = { callers: ['anyone'], types: ['image/png', 'video/mp4'], max_size: '20 MiB', expires: '10 min', uploaders: true };
  const read = { callers: ['anyone'], expires: '5 min' };
  return {
    BUCKETS: { forms: bucket(names.forms, true), puts: bucket(names.puts, false) },
    CALLERS: { anyone: { kind: 'anyone' } },
    UPLOADS: {
      picture: { ...rule, bucket: 'forms', key: 'pictures/{uuid}.{ext}' },
      film: { ...rule, bucket: 'forms', key: 'films/{uuid}.{ext}', multipart: true },
      'put-picture': { ...rule, bucket: 'puts', key: 'pictures/{uuid}.{ext}', overwrite: false },
      'put-film': { ...rule, bucket: 'puts', key: 'films/{uuid}.{ext}', multipart: true },
      proof: { ...rule, bucket: 'forms', key: 'proofs/{uuid}.{ext}', confirm: true, delete_mismatched: true },
      'put-proof': { ...rule, bucket: 'puts', key: 'proofs/{uuid}.{ext}', confirm: true, delete_mismatched: true },
    },
    DOWNLOADS: { picture: { ...read, bucket: 'forms', key: 'pictures/{path}' }, 'put-picture': { ...read, bucket: 'puts', key: 'pictures/{path}' } },
  };
}

/** @typedef {{ start: () => Promise<ServerWithUsers>, provider: string, authTypes: boolean, ages: boolean, bucketPolicies: boolean }} Traits what a server supports: `s3:authType`, `s3:signatureAge`, bucket policies */

const USER = [['the policy of a user', 'user']];
const BUCKET = [
  ['the policy of a bucket', 'bucket'],
  ['the policy of a bucket, where the user may do anything', 'both'],
];

describe('Ceph', await needs('ceph'), () => suite({ start: radosgw.start, provider: 'custom', authTypes: false, ages: false, bucketPolicies: true }));
describe('the JuiceFS gateway', await needs('juicefs'), () => suite({ start: juicefs.start, provider: 'minio', authTypes: true, ages: false, bucketPolicies: false }));
describe('MiniStack, with the condition keys of signatures', await needs('ministack'), () => {
  const program = ['tests/servers/ministack_signatures.py'];
  suite({ start: () => ministack.start({ program }), provider: 'aws', authTypes: true, ages: true, bucketPolicies: true });
});

/** The attempts that MinIO's code does not implement. */
const NOT_IMPLEMENTED = ['changes CORS', 'lets everyone read'];

/** @param {Traits} server */
function suite({ start, provider, authTypes, ages, bucketPolicies }) {
  /** @type {ServerWithUsers} */
  let store;
  /** A user who may read everything: on Ceph, an object belongs to the user who stored it. @type {import('../servers/s3.mjs').Access} */
  let auditor;
  /** @type {string} */
  let directory;
  before(async () => {
    [store, directory] = await Promise.all([start(), mkdtemp(join(tmpdir(), 'signpost-iam-'))]);
    auditor = { endpoint: store.endpoint, region: store.region, ...(await store.makeUser('auditor', [ALL_OF_S3])) };
  });
  after(async () => {
    await store?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  // Each has its own buckets and a user: with only the user's policy, with only the bucket's policy, or with both.
  for (const [title, name] of [...USER, ...(bucketPolicies ? BUCKET : [])]) {
    describe(title ?? '', () => {
      const names = { forms: `forms-${name}`, puts: `puts-${name}` };
      const evaluatesForms = authTypes || name !== 'user';
      const kinds = evaluatesForms ? [['', names.forms], ['put-', names.puts]] : [['put-', names.puts]];
      const [prefix = '', bucket = ''] = kinds[0] ?? [];
      /** @type {import('../servers/s3.mjs').User} */
      let user;
      /** @type {Worker} */
      let worker;
      before(async () => {
        const vars = rules(store, names, { provider });
        await configure(directory, vars);
        await Promise.all(Object.values(names).map((bucket) => store.makeBucket(bucket)));
        /** @param {string} bucket @param {string[]} more */
        const iam = async (bucket, ...more) => {
          const policy = JSON.parse(await signpost(['iam', '--bucket', bucket, ...more], { cwd: directory }));
          return ages ? policy : withoutAges(policy);
        };
        const policies = { user: () => Promise.all([iam('forms'), iam('puts')]), bucket: async () => [], both: async () => [ALL_OF_S3] };
        user = await store.makeUser(`signpost-${name}`, await policies[/** @type {'user'} */ (name)]());
        for (const [bucket, real] of name === 'user' ? [] : Object.entries(names)) {
          const policy = await iam(bucket, '--bucket-policy', '--principal', user.arn);
          const answer = await s3(store, 'PUT', `/${real}?policy`, JSON.stringify(policy));
          assert.ok(answer.ok, `${answer.status} ${await answer.text()}`);
        }
        const secrets = { KEY_ACCESS_KEY_ID: user.accessKeyId, KEY_SECRET_ACCESS_KEY: user.secretAccessKey };
        worker = await startWorker({ vars, secrets });
      });
      after(() => worker?.stop());

      const assertStored = async (/** @type {string} */ bucket, /** @type {string} */ key, /** @type {Buffer} */ bytes) => {
        const object = await s3(auditor, 'GET', `/${bucket}/${key}`);
        assert.equal(object.status, 200, key);
        assert.ok(bytes.equals(Buffer.from(await object.arrayBuffer())));
      };
      for (const [kind, bucket] of kinds) {
        const rule = `${kind}picture`;
        test(`${rule}: uploads and downloads by the rules work`, async () => {
          const key = await upload(worker, rule, PICTURE);
          await assertStored(bucket ?? '', key, PICTURE);
          const { status, body } = await get(`${worker.url}/downloads/${rule}/${key.slice('pictures/'.length)}`);
          assert.equal(status, 200, body.toString());
          assert.ok(PICTURE.equals(body));
        });
      }
      for (const [kind, bucket] of kinds) {
        const rule = `${kind}proof`;
        test(`${rule}: an upload is confirmed, and what was not granted is deleted`, async () => {
          const request = { filename: 'me.png', type: 'image/png', size: PICTURE.length };
          const ask = async (/** @type {string} */ path, /** @type {object} */ json) => {
            const answer = await worker.fetch(`/uploads/${rule}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) });
            return { status: answer.status, body: await answer.json() };
          };
          const { body: granted } = await ask('', request);
          assert.equal((await ask('/confirm', { confirm: granted.confirm })).body.code, 'NoSuchKey');
          const sent = await (granted.method === 'POST' ? post(granted, PICTURE) : put(granted, PICTURE));
          assert.ok(sent.status < 300, `${sent.status} ${sent.body}`);
          const confirmed = await ask('/confirm', { confirm: granted.confirm });
          assert.deepEqual([confirmed.status, confirmed.body.key], [200, granted.key], JSON.stringify(confirmed.body));
          await sleep(3_000); // an object that is not clearly newer than the grant is never deleted
          const overwritten = await s3(auditor, 'PUT', `/${bucket}/${granted.key}`, 'something else');
          assert.ok(overwritten.ok, await overwritten.text());
          const refused = await ask('/confirm', { confirm: granted.confirm });
          assert.match(refused.body.detail, /has been deleted/, JSON.stringify(refused.body));
          assert.equal((await s3(auditor, 'GET', `/${bucket}/${granted.key}`)).status, 404);
        });
      }
      for (const [kind, bucket] of kinds) {
        const rule = `${kind}film`;
        test(`${rule}: uploads in one request and in parts work: list, complete and abort`, async () => {
          await assertStored(bucket ?? '', await upload(worker, rule, PICTURE), PICTURE);
          await assertStored(bucket ?? '', await uploadInParts(worker, rule, FILM), FILM);
        });
      }

      for (const [kind, bucket] of kinds) {
        test(`${kind}picture: uploads by PUT work, which some uploaders use`, async () => {
          const answer = await worker.fetch(`/uploads/${kind}picture/better-upload`, { method: 'POST', body: JSON.stringify({ files: [{ name: 'a.png', type: 'image/png', size: PICTURE.length }] }) });
          const [{ signedUrl, headers, file }] = /** @type {any} */ (await answer.json()).files;
          const { status, body } = await put({ url: signedUrl, headers: { ...headers, 'content-type': file.type } }, PICTURE);
          assert.equal(status, 200, body.toString());
          await assertStored(bucket ?? '', file.objectInfo.key, PICTURE);
        });
      }

      test('rejects everything else, and changes nothing', async () => {
        const key = await upload(worker, `${prefix}picture`, PICTURE);
        const keys = { endpoint: store.endpoint, region: store.region, ...user };
        await Promise.all(['other/secret.png', 'picturesque.png', 'films/secret.mp4'].map(async (key) => assert.ok((await s3(store, 'PUT', `/${bucket}/${key}`, 'a secret')).ok)));
        const all = {
          ...attempts(bucket, key),
          ...(evaluatesForms ? byOwner(bucket, key) : {}),
          ...(authTypes ? bySignatureInHeaders(bucket, key) : {}),
          ...(ages ? byOldSignature(bucket, key) : {}),
        };
        for (const [title, attempt] of Object.entries(all)) {
          const { status, body } = await attempt(keys);
          assert.equal(status, !bucketPolicies && NOT_IMPLEMENTED.includes(title) ? 501 : 403, `${title}: ${body}`);
        }
        const created = await byHeader('PUT', '/written-by-nobody')(keys); // no bucket's policy applies to it
        assert.ok(name === 'both' || created.status === 403, created.body);
        await assertStored(bucket, key, PICTURE);
        await assertStored(bucket, 'other/secret.png', Buffer.from('a secret'));
        const list = await (await s3(auditor, 'GET', `/${bucket}?list-type=2&prefix=`)).text();
        assert.ok(!list.includes('written-by-'), list);
      });

      if (provider === 'aws') {
        test('rejects a PUT without If-None-Match where overwriting is forbidden', async () => {
          const keys = { endpoint: store.endpoint, region: store.region, ...user };
          const rejected = await byLink('put', `${names.puts}/pictures/written-by-force.png`)(keys);
          assert.equal(rejected.status, 403, rejected.body);
        });
      }
    });
  }
}

/** Removes the condition that a server does not support. @param {{ Statement: { Condition?: Record<string, Record<string, unknown>> }[] }} policy */
function withoutAges(policy) {
  for (const { Condition = {} } of policy.Statement)
    for (const [operator, keys] of Object.entries(Condition)) if ('s3:signatureAge' in keys) delete Condition[operator];
  return policy;
}

test('writes this policy for the configuration of the repository', async () => {
  const links = (/** @type {number} */ age) => ({ NumericLessThanEquals: { 's3:signatureAge': age }, StringEquals: { 's3:authType': 'REST-QUERY-STRING', 's3:signatureversion': 'AWS4-HMAC-SHA256' } });
  const forms = { NumericLessThanEqualsIfExists: { 's3:signatureAge': 600_000 }, StringEquals: { 's3:authType': 'POST', 's3:signatureversion': 'AWS4-HMAC-SHA256' } };
  assert.deepEqual(JSON.parse(await signpost(['iam'])), {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'UploadAvatar', Effect: 'Allow', Action: ['s3:PutObject'], Resource: ['arn:aws:s3:::acme-media/avatars/*/*.*'], Condition: forms },
      { Sid: 'DownloadAvatar', Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::acme-media/avatars/*/*'], Condition: links(300_000) },
    ],
  });
});

test('describes the permissions for providers without policies', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'signpost-words-'));
  const rule = { bucket: 'media', callers: ['anyone'], types: ['image/png'], max_size: '5 MiB', expires: '10 min' };
  const iam = async (/** @type {object} */ media, /** @type {object} */ more = {}) => {
    const picture = { ...rule, key: 'pictures/{uuid}.{ext}', ...more };
    const DOWNLOADS = 'multipart' in more ? { DOWNLOADS: { picture: { bucket: 'media', callers: ['anyone'], key: 'pictures/{path}', expires: '5 min' } } } : {};
    const BUCKETS = { media: { name: 'acme-media', credentials: 'MEDIA', ...media } };
    await configure(directory, { BUCKETS, CALLERS: { anyone: { kind: 'anyone' } }, UPLOADS: { picture }, ...DOWNLOADS });
    return signpost(['iam'], { cwd: directory });
  };
  const secrets = '\n\nStore the access key ID as the secret MEDIA_ACCESS_KEY_ID and the secret access key as the secret MEDIA_SECRET_ACCESS_KEY.';
  const r2 = { provider: 'r2', endpoint: 'https://0a1b.r2.cloudflarestorage.com' };
  assert.equal(await iam({ ...r2, binding: 'MEDIA' }), WORDS.bound + secrets);
  assert.equal(await iam({ ...r2, binding: 'MEDIA' }, { multipart: true }), WORDS.boundInParts + secrets);
  assert.equal(await iam(r2), WORDS.r2 + secrets);
  assert.equal(await iam({ provider: 'gcs' }), WORDS.gcs + secrets);
  assert.equal(await iam({ provider: 'gcs' }, { multipart: false }), WORDS.gcsBoth + secrets);
  assert.equal(await iam({ provider: 'b2', region: 'us-west-004' }), WORDS.b2 + secrets);
  assert.equal(await iam({ provider: 'garage', endpoint: 'https://s3.garage.example.com' }), WORDS.garage + secrets);
  const hint = "\nhint: leave --bucket-policy out, to get the permissions of the bucket's credentials\n";
  const assertRejected = async (/** @type {string} */ message) => {
    const result = await execute(await program(), ['iam', '--bucket-policy', '--principal', 'x'], { cwd: directory });
    assert.deepEqual([result.code, result.stdout, result.stderr], [1, '', `error: ${message}${hint}`]);
  };
  await assertRejected('garage has no bucket policies');
  await iam({ provider: 'minio', endpoint: 'https://minio.example.com' });
  await assertRejected('minio applies a bucket policy only to anonymous requests');
  await rm(directory, { recursive: true });
});

const WORDS = {
  bound: `No R2 API token is needed: the Worker accepts the forms for acme-media and stores their files through its binding.
(Uppy's signRequest and Better Upload send whole files to R2 itself: they need a token with Object Read & Write.)
Make a key of any two long random values, since only the Worker checks what it signs:

  openssl rand -hex 16
  openssl rand -hex 32`,
  boundInParts: `An R2 API token (R2 > Manage API tokens > Create):

Permission: Object Read & Write
Buckets:    apply to specific buckets only: acme-media
TTL:        as short as your schedule of renewal permits

Forms need no token: the Worker accepts them and stores their files through its binding.
R2 cannot restrict a token to prefixes or to recent signatures, so it permits more than the rules need:
  PutObject pictures/*.*
  AbortMultipartUpload ListMultipartUploadParts PutObject pictures/*.*
  GetObject pictures/*
Keep nothing else in this bucket.`,
  r2: `An R2 API token (R2 > Manage API tokens > Create):

Permission: Object Read & Write
Buckets:    apply to specific buckets only: acme-media
TTL:        as short as your schedule of renewal permits

R2 cannot restrict a token to prefixes or to recent signatures, so it permits more than the rules need:
  PutObject pictures/*.*
Keep nothing else in this bucket.`,
  gcs: `An HMAC key (Cloud Storage > Settings > Interoperability) of a service account without other roles.
Give that account a custom role, only on the bucket acme-media:

Permissions: storage.objects.create
Condition:
  resource.name.startsWith("projects/_/buckets/acme-media/objects/pictures/")

Without storage.objects.delete no object is overwritten, and a form that is sent a second time is rejected.
Google has no condition on the age of a signature: a link is valid for the time that it states, at most 7 days.`,
  gcsBoth: `An HMAC key (Cloud Storage > Settings > Interoperability) of a service account without other roles.
Give that account a custom role, only on the bucket acme-media:

Permissions: storage.objects.create, storage.objects.get
Condition:
  resource.name.startsWith("projects/_/buckets/acme-media/objects/pictures/")

Without storage.objects.delete no object is overwritten, and a form that is sent a second time is rejected.
Google has no condition on the age of a signature: a link is valid for the time that it states, at most 7 days.`,
  b2: `A B2 application key, not the master key:

Bucket:           acme-media
Capabilities:     writeFiles
File name prefix: pictures/`,
  garage: `A key only for Signpost. Garage can restrict it to buckets, but not to prefixes:

  garage key create signpost
  garage bucket allow --write acme-media --key signpost

Keep nothing else in this bucket.`,
};
