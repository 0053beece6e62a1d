/**
 * @file `signpost explain`, with broken requests and the responses of real servers: it names every cause, and no wrong one.
 *
 * The tests compare the complete list of causes, so that an additional one fails like a missing one.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CHANGED_ON_THE_WAY, FORMS, LINKS } from '../data/explain/cases.mjs';
import { readersKeys, temporaryKeys } from '../data/explain/identities.mjs';
import { Kit, filled, har, send } from '../data/explain/kit.mjs';
import { needs } from '../needs.mjs';
import * as juicefs from '../servers/juicefs.mjs';
import * as localR2 from '../servers/local-r2.mjs';
import * as ministack from '../servers/ministack.mjs';
import * as radosgw from '../servers/radosgw.mjs';
import { execute, program, signpost } from '../support/signpost.mjs';

/** @typedef {import('../data/explain/cases.mjs').Mistake} Mistake */
/** @typedef {import('../data/explain/kit.mjs').Request} Request */
/** @typedef {import('../data/explain/kit.mjs').Answer} Answer */

/** @type {import('../data/explain/cases.mjs').Server[]} */
const ALL = ['ministack', 'juicefs', 'radosgw', 'local-r2'];
const ACCEPT_FORMS = ALL.slice(0, 3);
const NO_FILES = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_PROFILE: '' };

/** A time when all links have expired. */
const LATE = '2099-01-01T00:00:00Z';
/** @param {{ remarks: string[] }} diagnosis */
const withoutExpiration = ({ remarks, ...rest }) => ({ ...rest, remarks: remarks.filter((remark) => !remark.includes('valid until')) });

/** All mistakes, and the servers that they are tested with. */
const MISTAKES = [...LINKS, ...CHANGED_ON_THE_WAY, ...FORMS].map((mistake) => ({ at: FORMS.includes(mistake) ? ACCEPT_FORMS : ALL, ...mistake }));

/** @type {string} */
let directory;
before(async () => void (directory = await mkdtemp(join(tmpdir(), 'signpost-explain-'))));
after(() => rm(directory, { recursive: true, force: true }));

/**
 * @param {string[]} args
 * @param {import('../data/explain/kit.mjs').Store} [store] whose credentials are in the environment
 */
async function explain(args, store) {
  const env = { ...NO_FILES, AWS_ACCESS_KEY_ID: store?.accessKeyId ?? '', AWS_SECRET_ACCESS_KEY: store?.secretAccessKey ?? '', AWS_SESSION_TOKEN: '' };
  const result = await execute(await program(), ['explain', '--no-config', ...args], { env });
  return { ...result, diagnoses: args.includes('--json') && result.stdout ? JSON.parse(result.stdout) : [] };
}

/**
 * Returns the arguments for a case: the signed link or form, the request and the response.
 *
 * @param {string} name of the files
 * @param {Request} sent
 * @param {Answer} answer
 * @param {Pick<Mistake, 'as' | 'alone'>} options
 */
async function inputsFor(name, sent, answer, { as, alone }) {
  const file = async (/** @type {string} */ extension, /** @type {string | object} */ text) => {
    const path = join(directory, `${name.replace(/\W+/g, '-')}.${extension}`);
    await writeFile(path, typeof text === 'string' ? text : JSON.stringify(text));
    return path;
  };
  if (as === 'har') return [await file('har', har(sent, answer))];
  const inputs = [await file(sent.signed ? 'json' : 'txt', sent.signed ?? sent.url)];
  if (answer.status >= 300) inputs.push(await file('xml', answer.body));
  if (alone || (sent.signed && 'fields' in sent.signed)) return inputs; // the form is the request
  const headers = Object.entries(sent.headers).flatMap(([header, value]) => ['--header', `${header}: ${value}`]);
  return [...inputs, '--method', sent.method, ...(headers.length > 0 ? headers : ['--no-header'])];
}

/** Fails if the output contains a secret, a signature or a session token. @param {string} text @param {Request} sent @param {string} secret */
function assertNoSecrets(text, sent, secret) {
  const all = `${sent.url} ${JSON.stringify(sent.signed ?? {})}`;
  const signatures = [...all.matchAll(/Signature["=:]+(\w{20,})/gi)].map(([, signature]) => signature);
  const tokens = [...all.matchAll(/Security-Token["=:]+([\w%/+]{20,})/gi)].map(([, token]) => decodeURIComponent(token));
  for (const [kind, values] of /** @type {const} */ ([['secret', [secret]], ['signature', signatures], ['token', tokens]])) {
    for (const value of values) assert.ok(!text.includes(value), `the ${kind} is shown`);
  }
}

for (const [name, options, server] of /** @type {const} */ ([
  ['ministack', await needs('ministack'), ministack],
  ['juicefs', await needs('juicefs'), juicefs],
  ['radosgw', await needs('ceph'), radosgw],
  ['local-r2', await needs(), { start: () => localR2.start({ vars: () => ({}) }) }],
])) {
  describe(name, options, () => {
    /** @type {import('../servers/s3.mjs').S3Server} */
    let store;
    /** @type {import('../data/explain/cases.mjs').Given} */
    let given;
    before(async () => {
      store = await server.start();
      const kit = new Kit(store);
      assert.equal((await send(await kit.put({ key: 'kept.txt' }))).status, 200);
      given = { kit, temporary: kit, reader: kit };
      if (name !== 'ministack') return;
      await store.makeBucket('spare');
      given = { kit, temporary: kit.with(await temporaryKeys(store)), reader: kit.with(await readersKeys(store.endpoint)) };
    });
    after(() => store?.stop());

    for (const { name: mistake, causes, create, secret, region, ...how } of MISTAKES.filter(({ at }) => at.includes(name))) {
      test(mistake, async () => {
        const { holder = store, ...sent } = await create(given);
        const answer = await send(sent);
        assert.ok(answer.status >= 300, `the server accepted it: ${answer.status}`);
        const inputs = await inputsFor(mistake, sent, answer, how);
        const known = region ? ['--region', store.region] : [];
        const { code, stdout, stderr, diagnoses } = await explain([...inputs, ...known, '--json'], secret === 'no' ? undefined : holder);
        assert.equal(stderr, '');
        const found = diagnoses.flatMap((/** @type {any} */ diagnosis) => diagnosis.causes.map((/** @type {any} */ cause) => cause.code));
        assert.deepEqual(found, causes, `${answer.body}\n${stdout}`);
        assert.equal(code, 1);
        if (!/AccessDenied|Expired/.test(answer.body)) {
          // At that time it has also expired, but that is not the cause.
          const late = await explain([...inputs, ...known, '--json', `--at=${LATE}`], secret === 'no' ? undefined : holder);
          assert.deepEqual(late.diagnoses.map(withoutExpiration), diagnoses.map(withoutExpiration));
        }
        assertNoSecrets(stdout, sent, store.secretAccessKey);
        assertNoSecrets((await explain(inputs, holder)).stdout, sent, store.secretAccessKey);
      });
    }

    test('finds no problem with a request that the server accepts', async () => {
      const { kit } = given;
      const type = { type: 'image/png' };
      const links = [kit.get(), kit.get({ key: 'kept.txt', more: { ResponseContentType: 'text/x y+z' } }), kit.put(), kit.put({ key: 'a b+c/ü.png', ...type })];
      const forms = name === 'local-r2' ? [] : [kit.form().then(filled), kit.form({ key: 'inbox/${filename}', conditions: [['content-length-range', 1, 100], ['starts-with', '$key', 'inbox/']] }).then(filled)];
      for (const request of [...links, ...forms]) {
        const sent = await request;
        const answer = await send(sent);
        assert.ok(answer.status < 300, `${answer.status} ${answer.body}`);
        for (const secret of [store, undefined]) {
          const signed = sent.signed ?? sent.url;
          const alone = await explain([typeof signed === 'string' ? signed : JSON.stringify(signed), '--json'], secret);
          const full = await explain([...(await inputsFor('good', sent, answer, { as: 'har' })), '--json'], secret);
          for (const { code, diagnoses } of [alone, full]) assert.deepEqual([diagnoses[0]?.causes, code], [[], 0], sent.url.split('?')[0]);
        }
      }
    });
  });
}

describe('the command line', () => {
  const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
  const AT = '2026-11-23T19:00:00Z';
  const link = (region = 'eu-west-1', /** @type {string[]} */ ...more) =>
    signpost(['sign', 'get', 's3://acme-media/a.png', `--region=${region}`, '--expires=10 min', `--at=${AT}`, ...more], { env: KEYS });
  /** @param {string[]} args @param {{ input?: string, env?: Record<string, string> }} [options] */
  const run = async (args, { input, env } = {}) => execute(await program(), ['explain', ...(args.some((arg) => arg.startsWith('--config')) ? [] : ['--no-config']), ...args], { input, env: { ...NO_FILES, ...env } });

  test('reads standard input, uses the time of --at, and reports when a link expired', async () => {
    const url = await link();
    const good = await run(['--at=2026-11-23T19:09:59Z'], { input: `${url}\n` });
    assert.deepEqual([good.code, good.stdout.split('\n')[0]], [0, 'https://acme-media.s3.eu-west-1.amazonaws.com/a.png: nothing wrong in what can be seen; not verified: the signature']);
    const verified = await run(['--at=2026-11-23T19:09:59Z'], { input: url, env: KEYS });
    assert.deepEqual([verified.code, verified.stdout.split('\n')[0]], [0, 'https://acme-media.s3.eu-west-1.amazonaws.com/a.png: no problems found']);
    const late = await run(['-', '--at=2026-11-23T21:15:00Z'], { input: url });
    const expected = `https://acme-media.s3.eu-west-1.amazonaws.com/a.png: 1 problem

error: the link expired at 2026-11-23T19:10:00Z, 2 h 5 min before 2026-11-23T21:15:00Z
hint: sign again; if users need more time, sign for longer
`;
    assert.deepEqual([late.code, late.stdout.slice(0, expected.length), late.stderr], [1, expected, '']);
  });

  test('finds the secret like sign, and marks the line that differs', async () => {
    const file = join(directory, '.dev.vars');
    await writeFile(file, Object.entries(KEYS).map(([name, value]) => `${name.replace('AWS', 'MEDIA')}=${value}\n`).join(''));
    const url = (await link()).replace('/a.png', '/a+b.png');
    const signed = (await signpost(['sign', 'get', 's3://acme-media/a b.png', '--region=eu-west-1', `--at=${AT}`], { env: KEYS })).replace('a%20b', 'a+b');
    const { code, stdout } = await run([signed, `--at=${AT}`, '--method=get', '--no-header', `--env-file=${file}`, '--credentials=MEDIA']);
    assert.equal(code, 1);
    assert.match(stdout, /error: the path has \+ where %20 was signed/);
    assert.match(stdout, /\n {2}GET\n- \/a%20b\.png\n\+ \/a%2Bb\.png\n {2}X-Amz-Algorithm=/);
    assert.ok(!stdout.includes(url.slice(-64)) && !stdout.includes(signed.slice(-64)));
  });

  test('reads region and host from the configuration', async () => {
    const config = join(directory, 'wrangler.toml');
    await writeFile(config, `[vars.BUCKETS.media]
provider = "custom"
name = "acme-media"
region = "eu-central-1"
endpoint = "https://s3.example.com"
url_style = "path"
credentials = "MEDIA"
[vars.CALLERS.any]
kind = "anyone"
[vars.DOWNLOADS.media]
bucket = "media"
callers = ["any"]
key = "a/{path}"
expires = "5 min"
`);
    const { code, stdout } = await run([await link(), `--at=${AT}`, '--json', `--config=${config}`]);
    assert.deepEqual([code, JSON.parse(stdout)[0].causes[0].message], [1, 'the signature is for the region eu-west-1, but the bucket is in eu-central-1']);
    const elsewhere = (await link('eu-central-1', '--endpoint-url=https://s3.example.com')).replace('s3.example.com', 'cdn.example.com');
    const result = await run([elsewhere, `--at=${AT}`, '--json', `--config=${config}`], { env: KEYS });
    assert.deepEqual(JSON.parse(result.stdout)[0].causes.map((/** @type {any} */ { code }) => code), ['wrong-host']);
  });

  test('rejects invalid input with a hint, without repeating it', async () => {
    for (const [args, input, message] of /** @type {const} */ ([
      [[], 'hello', 'error: standard input: expected a URL, a form as JSON {"url", "fields"}, a HAR, a curl command or an error of S3\nhint: '],
      [['nowhere.har'], '', 'error: cannot read nowhere.har: No such file or directory\n'],
      [['ftp://a/?X-Amz-Signature=usable'], '', 'error: the link: expected a URL'],
      [[await link(), '--env-file=nowhere'], '', 'error: cannot read nowhere\n'],
    ])) {
      const { code, stdout, stderr } = await run([...args], { input });
      assert.deepEqual([code, stdout, stderr.slice(0, message.length)], [2, '', message]);
      assert.ok(!stderr.includes('usable'));
    }
  });
});
