/** @file `signpost sign`, boto3 and `aws s3 presign` sign the same at one fixed time. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { needs } from '../needs.mjs';
import { execute, program, signpost } from '../support/signpost.mjs';
import { venv } from '../support/venv.mjs';

const AT = '2026-11-23T19:00:00Z';
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: SECRET };
const TOKEN = 'IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJG+token/with=odd+characters==';
const NOTHING = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_REGION: '', AWS_DEFAULT_REGION: '' };
const OBJECTS = ['cat.png', 'a b/c+d=e&f.txt', '100%/~x%20y', 'a//b/', 'ü/日本/🦀.txt', `quo"te'\\back`, 'a:b;c,d@e!f$g*(h)[i]'];
const PLACES = [
  { region: 'eu-west-1', style: 'virtual', bucket: 'acme-media' },
  { region: 'us-east-1', style: 'path', bucket: 'acme.media' },
  { region: 'auto', style: 'path', bucket: 'acme-media', endpoint: 'https://0a1b.r2.cloudflarestorage.com' },
  { region: 'garage', style: 'virtual', bucket: 'acme-media', endpoint: 'https://s3.garage.example.com:3900' },
];
/** @type {[operation: string, parameters: Record<string, unknown>, options: string[]][]} */
const OPERATIONS = [
  ['get_object', {}, []],
  ['get_object', { ResponseContentType: 'text/plain; charset=utf-8', VersionId: 'a/b+c' }, ['--query=response-content-type=text/plain; charset=utf-8', '--query=versionId=a/b+c']],
  ['head_object', {}, []],
  ['delete_object', {}, []],
  ['put_object', { ContentType: 'image/png', Metadata: { album: 'of 2026' } }, ['--header=content-type: image/png', '--header=x-amz-meta-album: of 2026']],
];
const CONDITIONS = [{ 'Content-Type': 'image/png' }, ['starts-with', '$x-amz-meta-album', 'a'], ['content-length-range', 1, 5242880]];
const POLICY = ['--field=Content-Type=image/png', '--starts-with=x-amz-meta-album=a', '--min-size=1', '--max-size=5 MiB'];

/** Every combination of a place and a key, each with some operation. */
const JOBS = PLACES.flatMap((place, i) =>
  OBJECTS.map((key, j) => ({ ...place, key, token: (i + j) % 2 ? TOKEN : undefined, expires: [1, 3600, 604800][(i + j) % 3] })),
);

/** @param {typeof JOBS[number]} job */
const place = ({ region, style, endpoint }) => [
  `--region=${region}`,
  style === 'path' ? '--path-style' : '--virtual-hosted',
  ...(endpoint ? [`--endpoint-url=${endpoint}`] : []),
];
/** @param {typeof JOBS[number]} job @returns {Record<string, string>} */
const keys = ({ token }) => ({ ...NOTHING, ...KEYS, ...(token ? { AWS_SESSION_TOKEN: token } : {}) });
/** @param {string} url */
const parts = (url) => [url.split('?')[0], [...new URL(url).searchParams].sort()];

describe('signs what boto3 signs', await needs('boto3'), () => {
  /** @param {object[]} jobs @returns {Promise<any[]>} */
  const boto3 = async (jobs) => {
    const input = jobs.map((job) => `${JSON.stringify(job)}\n`).join('');
    const { stdout, stderr } = await execute(join(await venv('boto3'), 'python'), ['tests/support/boto3_signs.py'], { input });
    assert.equal(stderr, '');
    return stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
  };

  test('links', async () => {
    const jobs = JOBS.map((job, n) => ({ ...job, operation: OPERATIONS[n % 5][0], parameters: OPERATIONS[n % 5][1], options: OPERATIONS[n % 5][2] }));
    const answers = await boto3(jobs);
    for (const [n, job] of jobs.entries()) {
      const args = ['sign', job.operation.split('_')[0], `s3://${job.bucket}/${job.key}`, `--expires=${job.expires}`, `--at=${AT}`];
      const url = await signpost([...args, ...place(job), ...job.options], { env: keys(job) });
      assert.deepEqual(parts(url), parts(answers[n].url), job.key);
    }
  });

  test('forms', async () => {
    const jobs = JOBS.map((job) => ({ ...job, fields: { 'Content-Type': 'image/png' }, conditions: CONDITIONS }));
    jobs.push({ ...jobs[0], key: 'inbox/${filename}' });
    const answers = await boto3(jobs);
    for (const [n, job] of jobs.entries()) {
      const args = ['sign', 'post', `s3://${job.bucket}/${job.key}`, `--expires=${job.expires}`, `--at=${AT}`];
      const form = JSON.parse(await signpost([...args, ...place(job), ...POLICY], { env: keys(job) }));
      const { bucket, ...fields } = form.fields; // boto3 leaves it out, but some servers require it
      assert.equal(bucket, job.bucket);
      assert.deepEqual({ url: form.url, fields }, answers[n], job.key);
    }
  });
});

test('signs what `aws s3 presign` signs', await needs('awscli'), async () => {
  const jobs = JOBS.filter((job) => job.token === undefined && job.style === 'virtual' && !job.endpoint);
  const argumentLists = jobs.map((job) => [`s3://${job.bucket}/${job.key}`, '--region', job.region, '--expires-in', String(job.expires)]);
  const directory = await mkdtemp(join(tmpdir(), 'signpost-aws-'));
  const config = join(directory, 'config'); // without it, `aws` uses Signature Version 2
  await writeFile(config, '[default]\ns3 =\n  signature_version = s3v4\n  addressing_style = virtual\n');
  const env = { ...NOTHING, ...KEYS, AWS_CONFIG_FILE: config };
  const input = argumentLists.map((args) => `${JSON.stringify(args)}\n`).join('');
  const { stdout, stderr } = await execute(join(await venv('awscli'), 'python'), ['tests/support/aws_presigns.py'], { input, env });
  await rm(directory, { recursive: true });
  assert.equal(stderr, '');
  const urls = stdout.trimEnd().split('\n');
  assert.equal(urls.length, jobs.length);
  for (const [n, job] of jobs.entries()) {
    const args = ['sign', 'get', `s3://${job.bucket}/${job.key}`, `--expires=${job.expires}`, `--at=${AT}`];
    assert.equal(await signpost([...args, `--region=${job.region}`], { env }), urls[n]);
  }
});

describe('finds credentials', () => {
  /** @type {string} */
  let directory;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'signpost-sign-'));
    await writeFile(join(directory, 'config'), '[default]\nregion = eu-west-1\n[profile media]\nregion = eu-west-1\n[profile role]\nrole_arn = x\n');
    const pair = `aws_access_key_id = ${KEYS.AWS_ACCESS_KEY_ID}\naws_secret_access_key=${SECRET} \n`;
    await writeFile(join(directory, 'credentials'), `[default]\n${pair}[media]\n${pair}# a comment\n`);
    await writeFile(join(directory, '.dev.vars'), `MEDIA_ACCESS_KEY_ID=${KEYS.AWS_ACCESS_KEY_ID}\nMEDIA_SECRET_ACCESS_KEY='${SECRET}'\n`);
    await writeFile(join(directory, 'broken.vars'), `MEDIA_SECRET_ACCESS_KEY="${SECRET}\n`);
  });
  after(() => rm(directory, { recursive: true, force: true }));

  const sign = async (/** @type {string[]} */ ...args) => {
    const { AWS_REGION, ...noConfig } = NOTHING;
    const files = { AWS_CONFIG_FILE: join(directory, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(directory, 'credentials') };
    const env = { ...noConfig, AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SESSION_TOKEN: '', AWS_PROFILE: '', ...files, AWS_REGION };
    return execute(await program(), ['sign', 'get', 's3://acme-media/cat.png', `--at=${AT}`, ...args], { env, cwd: directory });
  };

  test('in the default profile, a named profile, and a file of variables', async () => {
    const all = [await sign(), await sign('--profile=media'), await sign('--env-file=.dev.vars', '--credentials=MEDIA', '--region=eu-west-1')];
    const env = { ...NOTHING, ...KEYS };
    const url = await signpost(['sign', 'get', 's3://acme-media/cat.png', `--at=${AT}`, '--region=eu-west-1'], { env });
    for (const { code, stdout } of all) assert.deepEqual([code, stdout], [0, `${url}\n`]);
  });

  for (const [title, args, code, stderr] of /** @type {[string, string[], number, string][]} */ ([
    ['a profile that does not exist', ['--profile=other'], 2, 'error: no profile is named "other"\nhint: the profiles are '],
    ['a profile without a key', ['--profile=role'], 1, 'error: the profile "role" has no access key\nhint: for a role'],
    ['a file without the names', ['--env-file=.dev.vars'], 1, 'error: .dev.vars lacks AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY\nhint: '],
    ['a file that is broken', ['--env-file=broken.vars'], 2, 'error: broken.vars:1: the value begins with a quote, and does not end with it\nhint: '],
  ])) {
    test(`reports ${title}, without the secret`, async () => {
      const result = await sign(...args);
      assert.deepEqual([result.code, result.stdout, result.stderr.slice(0, stderr.length)], [code, '', stderr]);
      assert.ok(!result.stderr.includes(SECRET.slice(0, 8)));
    });
  }
});

test('signs by a rule like the Worker', async () => {
  const env = { MEDIA_ACCESS_KEY_ID: KEYS.AWS_ACCESS_KEY_ID, MEDIA_SECRET_ACCESS_KEY: SECRET };
  const options = ['--rule=avatar', '--caller=ada', `--at=${AT}`];
  const url = await signpost(['sign', 'get', ...options, '--path=7f.png'], { env });
  const link = ['s3://acme-media/avatars/ada/7f.png', '--region=eu-west-1', '--expires=5 min', `--at=${AT}`];
  assert.equal(url, await signpost(['sign', 'get', ...link], { env: { ...NOTHING, ...KEYS } }));
  const form = JSON.parse(await signpost(['sign', 'post', ...options, '--type=image/png', '--size=68'], { env }));
  assert.match(form.fields.key, /^avatars\/ada\/[0-9a-f-]{36}\.png$/);
  const policy = JSON.parse(Buffer.from(form.fields.policy, 'base64').toString());
  assert.equal(policy.expiration, '2026-11-23T19:10:00Z');
  assert.deepEqual(policy.conditions.filter(Array.isArray), [['content-length-range', 68, 68]]);
  const refused = await execute(await program(), ['sign', 'post', ...options, '--type=text/html', '--size=68'], { env });
  assert.deepEqual([refused.code, refused.stdout, refused.stderr], [1, '', 'error: this type is not accepted, only image/png, image/jpeg, image/webp\n']);
  const nameless = await signpost(['sign', 'get', '--rule=avatar', '--path=7f.png'], { env });
  assert.equal(new URL(nameless).pathname, '/avatars/site/7f.png'); // the name of a bearer caller is that of its entry
});

test('signs by a rule with several callers for the entry that is named', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'signpost-sign-'));
  const config = join(directory, 'wrangler.toml');
  const env = { MEDIA_ACCESS_KEY_ID: KEYS.AWS_ACCESS_KEY_ID, MEDIA_SECRET_ACCESS_KEY: SECRET };
  const caller = (/** @type {string} */ name) => `[vars.CALLERS.${name}]\nkind = "${name}"\nsecret = "${name.toUpperCase()}_SECRET"\n`;
  await writeFile(config, `[vars.BUCKETS.media]
provider = "aws"
name = "acme-media"
region = "eu-west-1"
credentials = "MEDIA"
${caller('bearer')}${caller('ticket')}
[vars.DOWNLOADS.file]
bucket = "media"
callers = ["bearer", "ticket"]
key = "files/{entry}/{caller}/{path}"
expires = "5 min"
`);
  const sign = async (/** @type {string[]} */ ...args) =>
    execute(await program(), ['sign', 'get', '--rule=file', `--config=${config}`, '--caller=ada', '--path=7f.png', ...args], { env });
  try {
    assert.match((await sign('--entry=ticket')).stdout, /\/files\/ticket\/ada\/7f\.png\?/);
    for (const args of [[], ['--entry=other']]) {
      const { code, stdout, stderr } = await sign(...args);
      assert.deepEqual([code, stdout, stderr.split('\n')[0]], [2, '', "error: --entry: expected one of the rule's callers: bearer, ticket"]);
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

test('signs a batch like single requests, and continues after an error', async () => {
  const lines = [{ key: 'a b.png' }, { key: '' }, { key: 'c.png', method: 'put', expires: 60, headers: { 'content-type': 'image/png' } }];
  const args = ['s3://acme-media', '--region=eu-west-1', `--at=${AT}`];
  const env = { ...NOTHING, ...KEYS };
  const input = lines.map((line) => JSON.stringify(line)).join('\n');
  const { code, stdout } = await execute(await program(), ['sign', 'get', '--batch', ...args], { input, env });
  const answers = stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
  const first = await signpost(['sign', 'get', 's3://acme-media/a b.png', ...args.slice(1)], { env });
  const third = await signpost(['sign', 'put', 's3://acme-media/c.png', '--expires=60', '--header=content-type: image/png', ...args.slice(1)], { env });
  assert.deepEqual(answers, [{ url: first }, { error: 'an object key has at least one character' }, { url: third }]);
  assert.equal(code, 1);
});
