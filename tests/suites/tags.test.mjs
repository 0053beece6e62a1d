/**
 * @file Files that a scanner must release, and unconfirmed files: with the policies of `signpost iam` nobody can read a file without
 * the tag, and uploads can have tags; servers accept the output of `signpost lifecycle`.
 */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { needs } from '../needs.mjs';
import * as juicefs from '../servers/juicefs.mjs';
import * as ministack from '../servers/ministack.mjs';
import * as radosgw from '../servers/radosgw.mjs';
import { ALL_OF_S3, s3 } from '../servers/s3.mjs';
import { start as startWorker } from '../servers/worker.mjs';
import { configure, execute, program, signpost } from '../support/signpost.mjs';
import { get, put } from '../support/transfer.mjs';
import { venv } from '../support/venv.mjs';

/** @typedef {import('../servers/s3.mjs').S3Server & import('../servers/s3.mjs').WithUsers} ServerWithUsers */

const FILE = randomBytes(1_000);

/** @param {ServerWithUsers} server @param {string} provider @param {string} name of the bucket */
function rules({ endpoint, region }, provider, name) {
  const rule = { bucket: 'media', callers: ['anyone'], expires: '5 min' };
  const upload = { ...rule, types: ['application/pdf'], max_size: '1 MiB' };
  return {
    BUCKETS: { media: { provider, name, endpoint, region, url_style: 'path', credentials: 'KEY', forms: false } },
    CALLERS: { anyone: { kind: 'anyone' } },
    UPLOADS: {
      document: { ...upload, key: 'documents/{uuid}.{ext}', tags: { scan: 'pending' } },
      attachment: { ...upload, key: 'attachments/{uuid}.{ext}', tags: { project: 'apollo' }, expire_unconfirmed: '2 days', confirm: true },
      draft: { ...upload, key: 'drafts/{uuid}.{ext}', multipart: true },
    },
    DOWNLOADS: {
      document: { ...rule, key: 'documents/{path}', require_tag: { key: 'scan', value: 'clean' } },
      draft: { ...rule, key: 'drafts/{path}' },
    },
  };
}

/** @typedef {{ start: () => Promise<ServerWithUsers>, provider: string, ages: boolean, policies: string[], lifecycle: boolean }} Traits */

describe('Ceph', await needs('ceph'), () => suite({ start: () => radosgw.start(), provider: 'custom', ages: false, policies: ['user', 'bucket', 'both'], lifecycle: true }));
describe('the JuiceFS gateway', await needs('juicefs'), () => suite({ start: juicefs.start, provider: 'minio', ages: false, policies: [], lifecycle: false }));
describe('MiniStack, with the condition keys of signatures', await needs('ministack'), () => {
  suite({ start: () => ministack.start({ program: ['tests/servers/ministack_signatures.py'] }), provider: 'aws', ages: true, policies: ['user', 'bucket', 'both'], lifecycle: true });
});

/** @param {Traits} server */
function suite({ start, provider, ages, policies, lifecycle }) {
  /** @type {ServerWithUsers} */
  let store;
  /** The owner's program that looks into files: on Ceph, an object belongs to the user who stored it. @type {import('../servers/s3.mjs').Access} */
  let scanner;
  /** @type {string} */
  let directory;
  before(async () => {
    [store, directory] = await Promise.all([start(), mkdtemp(join(tmpdir(), 'signpost-tags-'))]);
    scanner = { endpoint: store.endpoint, region: store.region, ...(await store.makeUser('scanner', [ALL_OF_S3])) };
  });
  after(async () => {
    await store?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  for (const kind of policies) {
    describe(`with the policy of ${kind === 'both' ? 'a bucket, where the user may do anything' : `a ${kind}`}`, () => {
      const bucket = `gate-${kind}`;
      /** @type {Awaited<ReturnType<typeof startWorker>>} */
      let worker;
      before(async () => {
        const vars = rules(store, provider, bucket);
        await configure(directory, vars);
        await store.makeBucket(bucket);
        const iam = async (/** @type {string[]} */ ...more) => {
          const policy = JSON.parse(await signpost(['iam', ...more], { cwd: directory }));
          return ages ? policy : withoutAges(policy);
        };
        const user = await store.makeUser(`gate-${kind}`, kind === 'user' ? [await iam()] : kind === 'both' ? [ALL_OF_S3] : []);
        if (kind !== 'user') {
          const policy = await iam('--bucket-policy', '--principal', user.arn);
          const answer = await s3(store, 'PUT', `/${bucket}?policy`, JSON.stringify(policy));
          assert.ok(answer.ok, `${answer.status} ${await answer.text()}`);
        }
        worker = await startWorker({ vars, secrets: { KEY_ACCESS_KEY_ID: user.accessKeyId, KEY_SECRET_ACCESS_KEY: user.secretAccessKey } });
      });
      after(() => worker?.stop());

      /** @param {string} rule @returns {Promise<any>} the grant */
      const upload = async (rule) => {
        const answer = await worker.fetch(`/uploads/${rule}`, { method: 'POST', body: JSON.stringify({ type: 'application/pdf', size: FILE.length }) });
        const grant = /** @type {any} */ (await answer.json());
        assert.equal(answer.status, 200, JSON.stringify(grant));
        const { status, body } = await put(grant, FILE);
        assert.equal(status, 200, body.toString());
        return grant;
      };
      const download = async (/** @type {string} */ key) => {
        const { status, body } = await get(`${worker.url}/downloads/${key.replace(/s\//, '/')}`);
        return status === 200 ? body.equals(FILE) : status;
      };
      /** What a scanner of the owner does. @param {string} key @param {Record<string, string> | undefined} tags */
      const setTags = async (key, tags) => {
        const set = Object.entries(tags ?? {}).map(([name, value]) => `<Tag><Key>${name}</Key><Value>${value}</Value></Tag>`);
        const xml = tags && `<Tagging><TagSet>${set.join('')}</TagSet></Tagging>`;
        const answer = await s3(scanner, tags ? 'PUT' : 'DELETE', `/${bucket}/${key}?tagging`, xml);
        assert.ok(answer.ok, `${answer.status} ${await answer.text()}`);
      };

      test('nobody can read a file before the scanner has released it', async () => {
        const { key } = await upload('document');
        assert.equal(await download(key), 403, 'scan=pending');
        await setTags(key, undefined);
        assert.equal(await download(key), 403, 'no tags');
        await setTags(key, { scan: 'infected' });
        assert.equal(await download(key), 403, 'scan=infected');
        await setTags(key, { scan: 'clean', signpost: 'unconfirmed' });
        assert.equal(await download(key), true, 'scan=clean');
        await setTags(key, { other: 'clean' });
        assert.equal(await download(key), 403, 'another tag');
      });

      test('a file that is confirmed loses its tag, and keeps the others', async () => {
        const { key, confirm } = await upload('attachment');
        const tags = async () => (await s3(scanner, 'GET', `/${bucket}/${key}?tagging`)).text();
        const confirmed = async () => {
          const answer = await worker.fetch('/uploads/attachment/confirm', { method: 'POST', body: JSON.stringify({ confirm }) });
          return [answer.status, /** @type {any} */ (await answer.json()).key];
        };
        assert.deepEqual(tagsOf(await tags()), { project: 'apollo', signpost: 'unconfirmed' });
        await setTags(key, { project: 'apollo', signpost: 'unconfirmed', scan: 'clean' });
        assert.deepEqual(await confirmed(), [200, key]);
        assert.deepEqual(tagsOf(await tags()), { project: 'apollo', scan: 'clean' });
        assert.deepEqual(await confirmed(), [200, key], 'again');
      });

      test('files of other rules need no tag', async () => {
        assert.equal(await download((await upload('draft')).key), true);
      });
    });
  }

  // The code of an old MinIO, which does not know the condition: so no policy opens what it was to close.
  if (policies.length === 0) test('rejects the policy, since it does not know the condition', async () => {
    await configure(directory, rules(store, provider, store.bucket));
    const policy = withoutAges(JSON.parse(await signpost(['iam'], { cwd: directory })));
    await assert.rejects(store.makeUser('gate-user', [policy]), /invalid condition key 's3:ExistingObjectTag\/scan'/);
  });

  if (lifecycle) test('accepts what signpost lifecycle writes, and returns it', async () => {
    const bucket = await store.makeBucket('lifecycle');
    await configure(directory, rules(store, provider, bucket));
    const json = await signpost(['lifecycle'], { cwd: directory });
    const file = join(directory, 'lifecycle.json');
    await writeFile(file, json);
    const aws = async (/** @type {string[]} */ ...args) => {
      const env = { AWS_ACCESS_KEY_ID: store.accessKeyId, AWS_SECRET_ACCESS_KEY: store.secretAccessKey, AWS_CONFIG_FILE: '/dev/null', AWS_EC2_METADATA_DISABLED: 'true' };
      const options = ['--endpoint-url', store.endpoint, '--region', store.region, '--bucket', bucket, '--output', 'json'];
      const { code, stdout, stderr } = await execute(join(await venv('awscli'), 'python'), ['-m', 'awscli', 's3api', ...args, ...options], { env });
      assert.equal(code, 0, stderr);
      return stdout;
    };
    await aws('put-bucket-lifecycle-configuration', '--lifecycle-configuration', `file://${file}`);
    const stored = async () => meanings(JSON.parse(await aws('get-bucket-lifecycle-configuration')).Rules);
    const expected = meanings(JSON.parse(json).Rules);
    assert.deepEqual(expected, {
      'signpost-parts-draft': ['Enabled', 'drafts/', [], undefined, 1],
      'signpost-unconfirmed-attachment': ['Enabled', 'attachments/', [{ Key: 'signpost', Value: 'unconfirmed' }], 2, undefined],
    });
    assert.deepEqual(await stored(), expected);
    await aws('delete-bucket-lifecycle');

    const xml = await signpost(['lifecycle', '--format', 'xml'], { cwd: directory });
    const answer = await s3(store, 'PUT', `/${bucket}?lifecycle`, xml, { 'content-md5': createHash('md5').update(xml).digest('base64') });
    assert.ok(answer.ok, `${answer.status} ${await answer.text()}`);
    assert.deepEqual(await stored(), expected);
  });
}

/** @param {string} xml @returns {Record<string, string>} */
function tagsOf(xml) {
  const tags = xml.matchAll(/<Tag><Key>(.*?)<\/Key><Value>(.*?)<\/Value><\/Tag>/g);
  return Object.fromEntries([...tags].map(([, key, value]) => [key, value]));
}

/**
 * What lifecycle rules say, by their IDs: servers write the same filter in several ways.
 *
 * @param {any[]} rules
 */
function meanings(rules) {
  return Object.fromEntries(
    rules.map(({ ID, Status, Filter, Expiration, AbortIncompleteMultipartUpload }) => {
      const { Prefix, Tag, Tags = Tag ? [Tag] : [] } = Filter.And ?? Filter;
      return [ID, [Status, Prefix, Tags, Expiration?.Days, AbortIncompleteMultipartUpload?.DaysAfterInitiation]];
    }),
  );
}

/** Removes the condition that a server does not support. @param {{ Statement: { Condition?: Record<string, Record<string, unknown>> }[] }} policy */
function withoutAges(policy) {
  for (const { Condition = {} } of policy.Statement)
    for (const [operator, keys] of Object.entries(Condition)) if ('s3:signatureAge' in keys) delete Condition[operator];
  return policy;
}

test('writes these statements for a tag, for a key that encrypts, and for attributes', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'signpost-tags-'));
  const rule = { bucket: 'media', callers: ['anyone'], expires: '5 min' };
  const key = 'arn:aws:kms:eu-west-1:111122223333:key/0f4c3b2a-1d5e-4f60-8a7b-9c0d1e2f3a4b';
  const upload = { ...rule, types: ['application/pdf'], max_size: '1 MiB', acl: 'bucket-owner-full-control' };
  await configure(directory, {
    BUCKETS: { media: { provider: 'aws', name: 'acme-media', region: 'eu-west-1', credentials: 'KEY' } },
    CALLERS: { anyone: { kind: 'anyone' } },
    UPLOADS: {
      document: { ...upload, key: 'documents/{uuid}', multipart: true, tags: { scan: 'pending' }, sse: { algorithm: 'aws:kms', key } },
      note: { ...upload, key: 'notes/{uuid}', sse: { algorithm: 'aws:kms', key: 'mrk-1234' } },
    },
    DOWNLOADS: { document: { ...rule, key: 'documents/{path}', require_tag: { key: 'scan', value: 'clean' } } },
  });
  const { Statement } = JSON.parse(await signpost(['iam'], { cwd: directory }));
  const find = (/** @type {string} */ sid) => Statement.find((/** @type {{ Sid: string }} */ { Sid }) => Sid === sid);
  const documents = ['arn:aws:s3:::acme-media/documents/*'];
  assert.deepEqual(
    ['UploadDocumentAttributes', 'UploadDocumentJoinAttributes', 'UploadNoteAttributes'].map((sid) => [find(sid).Action, find(sid).Condition.StringEquals['s3:authType']]),
    [
      [['s3:PutObjectAcl', 's3:PutObjectTagging'], 'POST'],
      [['s3:PutObjectAcl', 's3:PutObjectTagging'], 'REST-HEADER'],
      [['s3:PutObjectAcl'], 'POST'],
    ],
  );
  assert.deepEqual(find('UploadDocumentAttributes').Resource, documents);
  const viaS3 = { StringLike: { 'kms:ViaService': 's3.*' } };
  assert.deepEqual([find('UseKey1'), find('UseKey2')], [
    { Sid: 'UseKey1', Effect: 'Allow', Action: ['kms:GenerateDataKey'], Resource: ['arn:aws:kms:eu-west-1:*:key/mrk-1234'], Condition: viaS3 },
    { Sid: 'UseKey2', Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: [key], Condition: viaS3 },
  ]);
  assert.equal(find('DownloadDocument').Condition.StringEquals['s3:ExistingObjectTag/scan'], 'clean');
  const deny = { Effect: 'Deny', Action: ['s3:GetObject'], Resource: documents };
  assert.deepEqual([find('DownloadDocumentDenyOtherTag'), find('DownloadDocumentDenyUntagged')], [
    { Sid: 'DownloadDocumentDenyOtherTag', ...deny, Condition: { StringNotEquals: { 's3:ExistingObjectTag/scan': 'clean' } } },
    { Sid: 'DownloadDocumentDenyUntagged', ...deny, Condition: { Null: { 's3:ExistingObjectTag/scan': 'true' } } },
  ]);

  const principal = 'arn:aws:iam::111122223333:user/signpost';
  const policy = JSON.parse(await signpost(['iam', '--bucket-policy', '--principal', principal], { cwd: directory }));
  const statements = policy.Statement.map((/** @type {object} */ statement) => JSON.stringify(statement));
  assert.ok(statements.some((/** @type {string} */ text) => text.includes('DownloadDocumentDenyUntagged')));
  assert.ok(!statements.some((/** @type {string} */ text) => text.includes('kms:')), 'a bucket policy has no actions of KMS');
  await rm(directory, { recursive: true });
});

test('writes lifecycle rules for wrangler, and refuses tags there', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'signpost-tags-'));
  const upload = { bucket: 'media', callers: ['anyone'], types: ['video/mp4'], max_size: '1 GiB', expires: '5 min' };
  const configured = (/** @type {object} */ more, /** @type {object} */ bucket) =>
    configure(directory, {
      BUCKETS: { media: { name: 'acme-media', credentials: 'KEY', ...bucket } },
      CALLERS: { anyone: { kind: 'anyone' } },
      UPLOADS: { film: { ...upload, key: 'films/{uuid}', ...more }, trailer: { ...upload, key: 'films/{uuid}.mp4', ...more } },
    });
  const r2 = { provider: 'r2', endpoint: 'https://0a1b.r2.cloudflarestorage.com' };
  await configured({ multipart: true }, r2);
  const day = { condition: { type: 'Age', maxAge: 86_400 } };
  assert.deepEqual(JSON.parse(await signpost(['lifecycle'], { cwd: directory })), {
    rules: [{ id: 'signpost-parts-film', enabled: true, conditions: { prefix: 'films/' }, abortMultipartUploadsTransition: day }],
  });
  await configured({ expire_unconfirmed: '3 days', confirm: true }, { provider: 'custom', endpoint: 'https://s3.example.com' });
  const run = async (/** @type {string[]} */ ...args) => {
    const { code, stdout, stderr } = await execute(await program(), ['lifecycle', ...args], { cwd: directory });
    return [code, stdout, stderr];
  };
  assert.deepEqual(await run('--format', 'r2'), [1, '', 'error: R2 has no tags, so it cannot remove unconfirmed files below "films/"\nhint: choose the format aws or xml\n']);
  await configured({}, r2);
  assert.deepEqual(await run(), [1, '', 'error: no rule for BUCKETS.media leaves anything that the bucket must remove\nhint: a lifecycle configuration is for rules with `expire_unconfirmed`, and for files in parts\n']);
  await rm(directory, { recursive: true });
});
