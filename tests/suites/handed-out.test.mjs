/**
 * @file Temporary credentials that callers get, judged by what they may then do on three servers: what the rule allows works, everything else is
 * refused, for every action and for keys beside the prefix. Then the tools that read them, unmodified: aws cli, boto3, rclone, and Uppy 6 in Chromium.
 *
 * The servers are those of the suite `sts`. The role, or on JuiceFS the key's user, may do anything.
 */
import assert from 'node:assert/strict';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { localConfig } from '../../packages/signpost/lib/local-config.mjs';
import { root } from '../../scripts/step.mjs';
import { needs } from '../needs.mjs';
import * as juicefs from '../servers/juicefs.mjs';
import * as ministack from '../servers/ministack.mjs';
import * as radosgw from '../servers/radosgw.mjs';
import { ALL_OF_S3, s3 } from '../servers/s3.mjs';
import { start as startWorker } from '../servers/worker.mjs';
import { browser } from '../support/browser.mjs';
import { blocksOf } from '../samples/blocks.mjs';
import { execute } from '../support/signpost.mjs';
import { venv } from '../support/venv.mjs';

/** @typedef {import('../servers/s3.mjs').S3Server & import('../servers/s3.mjs').WithUsers & Partial<import('../servers/s3.mjs').WithRoles>} Server */
/** @typedef {import('../servers/s3.mjs').Access} Access */
/** @typedef {Awaited<ReturnType<typeof startWorker>>} Worker */
/** @typedef {{ credentials: { accessKeyId: string, secretAccessKey: string, sessionToken: string, expiration: string }, region: string, bucket: string, endpoint: string, url: string, prefix: string }} HandedOut */

/** The programs of the documentation, and the files that they become. @type {Record<string, { file: string, blocks: number }>} */
const RECIPES = {
  ini: { file: 'config', blocks: 1 },
  sh: { file: 'commands.sh', blocks: 4 },
  python: { file: 'program.py', blocks: 1 },
  js: { file: 'page.js', blocks: 1 },
  json: { file: 'answer.json', blocks: 1 },
};

const LOGIN = 'a-secret-of-the-login-service-of-the-tests';
const BUCKET = 'handed-out';
const ACTIONS = ['read', 'write', 'list', 'delete'];

/** Keys beside the prefix `users/ada/`. */
const OTHERS = ['users/bob/secret.txt', 'users/adam/secret.txt', 'users/ad/secret.txt', 'users/secret.txt', 'other/ada/secret.txt', 'secret.txt'];

/** The requests that each action permits below the prefix, with their status. @type {Record<string, [method: string, query: string, status: number][]>} */
const PERMITTED = {
  read: [['GET', '', 200], ['HEAD', '', 200]],
  write: [['PUT', '', 200], ['POST', '?uploads', 200]],
  list: [],
  delete: [['DELETE', '', 204]],
};

/** A token of the login service. @param {string} sub */
function tokenOf(sub) {
  const part = (/** @type {object} */ value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS256' })}.${part({ iss: 'login', aud: 'signpost', sub, exp: Math.floor(Date.now() / 1000) + 600 })}`;
  return `${text}.${createHmac('sha256', LOGIN).update(text).digest('base64url')}`;
}

/** Starts a server, and a Worker that hands out credentials for it. @param {() => Promise<Server>} start @param {string} provider @param {string[]} [origins] */
async function startBoth(start, provider, origins = []) {
  const store = await start();
  const { endpoint, region } = store;
  const mayAssume = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['sts:AssumeRole'], Resource: ['*'] }] };
  const owner = { endpoint, region, ...(await store.makeUser('owner', [ALL_OF_S3])) };
  await store.makeBucket(BUCKET);
  const user = await store.makeUser('signpost', [store.makeRole ? mayAssume : ALL_OF_S3]);
  const role = await store.makeRole?.('signpost', [ALL_OF_S3], user);
  const rule = (/** @type {string[]} */ actions) => ({ bucket: 'home', callers: ['login'], origins, prefix: 'users/{caller}/', actions, expires: '15 min' });
  const vars = {
    BUCKETS: { home: { provider, name: BUCKET, endpoint, region, url_style: 'path', credentials: { secret: 'KEY', ...(role && { role }), endpoint } } },
    CALLERS: { login: { kind: 'jwt', issuer: 'login', audience: 'signpost', secret: 'LOGIN' } },
    CREDENTIALS: { home: rule(ACTIONS), ...Object.fromEntries(ACTIONS.map((action) => [action, rule([action])])) },
  };
  const secrets = { KEY_ACCESS_KEY_ID: user.accessKeyId, KEY_SECRET_ACCESS_KEY: user.secretAccessKey, LOGIN };
  const worker = await startWorker({ vars, secrets });
  const stop = async () => {
    await worker.stop();
    await store.stop();
  };
  return { store, owner, worker, stop };
}

/** Asks for credentials. @param {Worker} worker @param {string} rule @param {string} caller @returns {Promise<HandedOut>} */
async function ask(worker, rule, caller) {
  const answer = await worker.fetch(`/credentials/${rule}`, { method: 'POST', headers: { authorization: `Bearer ${tokenOf(caller)}` } });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  return JSON.parse(text);
}

/** @param {Access} access @param {string} key @param {string} [text] */
async function store(access, key, text = 'a secret') {
  const answer = await s3(access, 'PUT', `/${BUCKET}/${key}`, text);
  assert.ok(answer.ok, await answer.text());
}

/** @param {Access} access @param {string} key @param {string | Buffer} [expected] */
async function assertStored(access, key, expected = 'a secret') {
  const answer = await s3(access, 'GET', `/${BUCKET}/${key}`);
  assert.equal(answer.status, 200, key);
  assert.ok(Buffer.from(expected).equals(Buffer.from(await answer.arrayBuffer())), key);
}

describe('MiniStack', await needs('ministack'), () => permissions(ministack.start, 'aws'));
describe('Ceph', await needs('ceph'), () => permissions(() => radosgw.start({ sts: true }), 'custom'));
describe('the JuiceFS gateway', await needs('juicefs'), () => permissions(juicefs.start, 'custom', 501)); // it has no access lists

/** @param {() => Promise<Server>} start @param {string} provider @param {number} changesAcl what it answers to a changed access list */
function permissions(start, provider, changesAcl = 403) {
  /** @type {Awaited<ReturnType<typeof startBoth>>} */
  let both;
  before(async () => {
    both = await startBoth(start, provider);
    for (const key of OTHERS) await store(both.owner, key);
  });
  after(() => both?.stop());

  /** @param {string} rule @param {string} [caller] */
  const accessOf = async (rule, caller = 'ada') => {
    const { credentials, endpoint, region, prefix, bucket, url } = await ask(both.worker, rule, caller);
    assert.deepEqual([prefix, bucket, url], [`users/${caller}/`, BUCKET, `${both.store.endpoint}/${BUCKET}`]);
    const left = (Date.parse(credentials.expiration) - Date.now()) / 1_000;
    assert.ok(left > 890 && left <= 905, `they live for ${left} s`);
    return { endpoint, region, ...credentials };
  };
  /** @param {Access} access @param {string} method @param {string} path */
  const status = async (access, method, path) => {
    const answer = await s3(access, method, `/${BUCKET}${path}`, method === 'PUT' ? 'written' : undefined);
    return { status: answer.status, body: await answer.text() };
  };

  for (const rule of [...ACTIONS, 'home']) {
    test(`its actions work below the prefix, and no others: ${rule}`, async () => {
      const access = await accessOf(rule);
      const has = (/** @type {string} */ action) => rule === 'home' || rule === action;
      for (const [action, requests] of Object.entries(PERMITTED)) {
        for (const [method, query, expected] of requests) {
          const key = `users/ada/${rule}-${action}${query.slice(1)}.txt`;
          await store(both.owner, key);
          const found = await status(access, method, `/${key}${query}`);
          assert.equal(found.status, has(action) ? expected : 403, `${action}: ${method} ${query} ${found.body}`);
        }
      }
      await store(both.owner, `users/ada/${rule}-listed.txt`);
      for (const prefix of ['users/ada/', 'users/ada/home']) {
        const listed = await status(access, 'GET', `?list-type=2&prefix=${prefix}`);
        assert.equal(listed.status, has('list') ? 200 : 403, listed.body);
      }
    });

    test(`the credentials do nothing beside the prefix, and nothing with the bucket: ${rule}`, async () => {
      const access = await accessOf(rule);
      for (const key of OTHERS) {
        for (const [method, query] of Object.values(PERMITTED).flat()) {
          const { status: found, body } = await status(access, method, `/${key}${query}`);
          assert.equal(found, 403, `${method} ${key}${query} ${body}`);
        }
      }
      for (const prefix of ['', 'users/', 'users/ada', 'users/adam/', 'users/bob/', 'other/']) {
        const { status: found, body } = await status(access, 'GET', `?list-type=2&prefix=${prefix}`);
        assert.equal(found, 403, `lists ${prefix}: ${body}`);
      }
      for (const path of ['?list-type=2', '?versions', '?uploads', '?policy', '?acl']) assert.equal((await status(access, 'GET', path)).status, 403, path);
      assert.equal((await status(access, 'DELETE', '')).status, 403);
      const copied = await s3(access, 'PUT', `/${BUCKET}/users/ada/copied.txt`, undefined, { 'x-amz-copy-source': `/${BUCKET}/users/bob/secret.txt` });
      assert.equal(copied.status, 403, await copied.text());
      for (const key of OTHERS) await assertStored(both.owner, key);
    });
  }

  test('nobody reads, overwrites, lists or deletes what another caller has stored', async () => {
    const ada = await accessOf('home', 'ada-owns');
    const own = await status(ada, 'PUT', '/users/ada-owns/own.txt');
    assert.equal(own.status, 200, own.body);
    for (const [rule, caller] of [['home', 'bob'], ['read', 'bob'], ['write', 'ada-owns'], ['list', 'ada-owns']]) {
      const access = await accessOf(`${rule}`, caller);
      const { status: found, body } = await status(access, 'GET', '/users/ada-owns/own.txt');
      assert.equal(found, 403, `${caller} reads by ${rule}: ${body}`);
      assert.equal((await status(access, 'HEAD', '/users/ada-owns/own.txt')).status, 403);
      assert.equal((await status(access, 'DELETE', '/users/ada-owns/own.txt')).status, 403);
      assert.equal((await status(access, 'PUT', '/users/ada-owns/own.txt?acl')).status, changesAcl);
      if (caller === 'bob') {
        assert.equal((await status(access, 'PUT', '/users/ada-owns/own.txt')).status, 403);
        assert.equal((await status(access, 'GET', '?list-type=2&prefix=users/ada-owns/')).status, 403);
      }
    }
    await assertStored(both.owner, 'users/ada-owns/own.txt', 'written');
  });

  test('a list names the keys of the caller, and of nobody else', async () => {
    const access = await accessOf('list', 'eve');
    await store(both.owner, 'users/eve/a.txt');
    const { body } = await status(access, 'GET', '?list-type=2&prefix=users/eve/');
    assert.deepEqual([...body.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => key), ['users/eve/a.txt']);
  });

  test('an upload in parts works, and no part leaves the prefix', async () => {
    const access = await accessOf('write', 'zoe');
    const begun = await status(access, 'POST', '/users/zoe/parts.bin?uploads');
    const id = encodeURIComponent(/<UploadId>(.*)<\/UploadId>/.exec(begun.body)?.[1] ?? '');
    const part = await s3(access, 'PUT', `/${BUCKET}/users/zoe/parts.bin?partNumber=1&uploadId=${id}`, 'a part');
    assert.equal(part.status, 200, await part.text());
    assert.equal((await status(access, 'GET', `/users/zoe/parts.bin?uploadId=${id}`)).status, 200);
    const completion = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers.get('etag')}</ETag></Part></CompleteMultipartUpload>`;
    const completed = await s3(access, 'POST', `/${BUCKET}/users/zoe/parts.bin?uploadId=${id}`, completion);
    assert.equal(completed.status, 200, await completed.text());
    await assertStored(both.owner, 'users/zoe/parts.bin', 'a part');
  });

  test('names with characters of policies and of URLs stay within their prefix', async () => {
    for (const caller of ['a b', 'Zoë', 'auth0|5f7c', 'q"u', '$', "a'b", 'ada@example.com', '%2e%2e']) {
      const { prefix, ...handedOut } = await ask(both.worker, 'home', caller);
      assert.equal(prefix, `users/${caller}/`);
      const access = { endpoint: handedOut.endpoint, region: handedOut.region, ...handedOut.credentials };
      const encoded = encodeURIComponent(caller).replaceAll("'", '%27');
      const stored = await status(access, 'PUT', `/users/${encoded}/a.txt`);
      assert.equal(stored.status, 200, `${caller}: ${stored.body}`);
      for (const key of OTHERS) assert.equal((await status(access, 'GET', `/${key}`)).status, 403, `${caller} reads ${key}`);
    }
    for (const caller of ['*', 'ad?', '**']) {
      const answer = await both.worker.fetch('/credentials/home', { method: 'POST', headers: { authorization: `Bearer ${tokenOf(caller)}` } });
      assert.equal(answer.status, 403, await answer.text());
    }
  });
}

test('local development leaves such rules out', () => {
  const keys = { accessKeyId: 'id', secretAccessKey: 'secret', token: 'token-', issuer: '{}' };
  const bucket = { provider: 'aws', name: BUCKET, region: 'eu-west-1', credentials: { secret: 'KEY', role: 'arn:aws:iam::123456789012:role/signpost' } };
  const rule = { bucket: 'home', callers: ['login'], prefix: 'users/{caller}/', actions: ['read'], expires: '1 h' };
  const vars = { BUCKETS: { home: bucket }, CALLERS: { login: { kind: 'jwt' } }, CREDENTIALS: { home: rule }, CREDENTIALS_2: { other: rule } };
  const { config } = localConfig({ vars }, { port: 8787, origins: ['http://localhost:8788'], keys });
  assert.deepEqual([config.vars.CREDENTIALS, config.vars.CREDENTIALS_2], [{}, {}]);
});

/** What skips the tests of a tool that cannot be installed. */
const TOOLS = { awscli: await needs('awscli'), boto3: await needs('boto3'), rclone: await needs('rclone'), chromium: await needs('chromium') };

describe('tools', await needs('ministack'), () => {
  /** @type {Awaited<ReturnType<typeof startBoth>>} */
  let both;
  let directory = '';
  /** The site of the page. @type {import('node:http').Server} */
  let site;
  let origin = '';
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'handed-out-'));
    site = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end('<!doctype html><title>Uppy</title>')).listen(0, '127.0.0.1');
    await new Promise((resolve) => site.once('listening', resolve));
    origin = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (site.address()).port}`;
    both = await startBoth(ministack.start, 'aws', [origin]);
    await store(both.owner, 'users/bob/secret.txt');
    await writeFile(join(directory, 'photo.bin'), PHOTO);
  });
  after(async () => {
    site?.close();
    await both?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const PHOTO = randomBytes(9 << 20); // the AWS tools and rclone send it in parts
  const env = (/** @type {Record<string, string>} */ more) => ({ PATH: `${process.env.PATH}`, HOME: directory, AWS_EC2_METADATA_DISABLED: 'true', ...more });
  const url = () => `${both.worker.url}/credentials/home`;

  /** Runs a command, which must succeed unless `fails` matches what it says. @param {string} command @param {string[]} args @param {Record<string, string>} variables @param {RegExp} [fails] */
  const run = async (command, args, variables, fails) => {
    const { code, stdout, stderr } = await execute(command, args, { env: variables, cwd: directory });
    const said = `${stdout}${stderr}`;
    if (fails) assert.ok(code !== 0 && fails.test(said), said);
    else assert.equal(code, 0, said);
    return stdout;
  };

  for (const [how, variables] of /** @type {[string, (token: string) => Promise<Record<string, string>>][]} */ ([
    ['a process', async (token) => {
      const curl = `curl --silent --fail --request POST --header "Authorization: Bearer ${token}" ${url()}?format=process`;
      const [config, region] = [join(directory, `config-${token.slice(-8)}`), both.store.region];
      await writeFile(config, `[default]\nregion = ${region}\ns3 =\n  addressing_style = path\ncredential_process = ${curl}\n`);
      return { AWS_CONFIG_FILE: config };
    }],
    ['a container', async (token) => {
      const config = join(directory, 'config-container');
      await writeFile(config, `[default]\nregion = ${both.store.region}\ns3 =\n  addressing_style = path\n`);
      return { AWS_CONFIG_FILE: config, AWS_CONTAINER_CREDENTIALS_FULL_URI: url(), AWS_CONTAINER_AUTHORIZATION_TOKEN: `Bearer ${token}` };
    }],
  ])) {
    test(`aws cli, by ${how}`, TOOLS.awscli, async () => {
      const python = join(await venv('awscli'), 'python');
      const aws = (/** @type {string[]} */ args, /** @type {RegExp | undefined} */ fails = undefined) => run(python, ['-m', 'awscli', ...args], variables_, fails);
      const caller = how === 'a process' ? 'process' : 'container';
      const variables_ = env({ ...(await variables(tokenOf(caller))), AWS_ENDPOINT_URL_S3: both.store.endpoint });
      const own = `s3://${BUCKET}/users/${caller}/`;
      await aws(['s3', 'cp', 'photo.bin', own]);
      await assertStored(both.owner, `users/${caller}/photo.bin`, PHOTO);
      assert.match(await aws(['s3', 'ls', own]), /photo\.bin/);
      await aws(['s3', 'cp', `${own}photo.bin`, `back-${caller}.bin`]);
      assert.ok(PHOTO.equals(await readFile(join(directory, `back-${caller}.bin`))));
      const denied = /AccessDenied|403/;
      await aws(['s3', 'cp', 'photo.bin', `s3://${BUCKET}/users/bob/`], denied);
      await aws(['s3', 'cp', `s3://${BUCKET}/users/bob/secret.txt`, 'stolen.txt'], denied);
      await aws(['s3', 'ls', `s3://${BUCKET}/users/bob/`], denied);
      await aws(['s3', 'ls', `s3://${BUCKET}/`], denied);
      await aws(['s3', 'rm', `${own}photo.bin`]);
      assert.equal((await s3(both.owner, 'HEAD', `/${BUCKET}/users/${caller}/photo.bin`)).status, 404);
    });
  }

  describe('as docs/temporary-credentials.md describes them', () => {
    const PAGE = 'docs/temporary-credentials.md';
    /** The blocks of a language, with the addresses of this test. @param {string} language */
    const recipes = async (language) => {
      const found = blocksOf(PAGE, await readFile(join(root, PAGE), 'utf8')).filter((block) => block.language === language);
      assert.equal(found.length, RECIPES[language].blocks, language);
      return found.map(({ code }) => code.replaceAll('https://signpost.example.workers.dev', both.worker.url).replaceAll('acme-media', BUCKET).replaceAll('/home/ada/.signpost-token', join(directory, 'header')));
    };
    /** Writes the profile, for this server. @returns {Promise<Record<string, string>>} */
    const profile = async () => {
      const [config = ''] = await recipes('ini');
      const path = join(directory, RECIPES.ini.file);
      await writeFile(join(directory, 'header'), `Authorization: Bearer ${tokenOf('ada')}\n`);
      const style = `s3 =\n  addressing_style = path\n`;
      await writeFile(path, `${config}${style}[default]\nregion = eu-west-1\n${style}`);
      return { AWS_CONFIG_FILE: path, AWS_ENDPOINT_URL_S3: both.store.endpoint };
    };
    /** Runs commands of which `aws` is one. @param {string} code @param {Record<string, string>} variables */
    const shell = async (code, variables) => {
      const file = join(directory, RECIPES.sh.file);
      await writeFile(file, `aws() { ${join(await venv('awscli'), 'python')} -m awscli "$@"; }\n${code}`);
      return run('bash', ['-euo', 'pipefail', file], env(variables));
    };
    before(() => writeFile(join(directory, 'photo.png'), PHOTO));

    test('aws cli', TOOLS.awscli, async () => {
      const [byProcess = '', byContainer = '', , digest = ''] = await recipes('sh');
      assert.match(await shell(byProcess, await profile()), /photo\.png/);
      await assertStored(both.owner, 'users/ada/photo.png', PHOTO);
      assert.match(await shell(byContainer, { ...(await profile()), TOKEN: tokenOf('ada') }), /photo\.png/);
      assert.equal((await shell(digest, {})).trim(), createHash('sha256').update('login=auth0|5f7c').digest('hex').slice(0, 32));
    });

    test('boto3', TOOLS.boto3, async () => {
      const file = join(directory, RECIPES.python.file);
      await writeFile(file, (await recipes('python'))[0]);
      assert.match(await run(join(await venv('boto3'), 'python'), [file], env(await profile())), /^users\/ada\/photo\.png$/m);
    });

    test('rclone', TOOLS.rclone, async () => {
      await mkdir(join(directory, 'photos'), { recursive: true });
      await writeFile(join(directory, 'photos/a.png'), PHOTO);
      const [, , code = ''] = await recipes('sh');
      const other = code.replace('RCLONE_S3_PROVIDER=AWS', 'RCLONE_S3_PROVIDER=Other'); // this server's URLs are in path style
      assert.equal(await shell(`unset AWS_CA_BUNDLE\n${other}`, { TOKEN: tokenOf('ada'), RCLONE_CONFIG: '/dev/null' }), 'a.png\n');
      await assertStored(both.owner, 'users/ada/photos/a.png', PHOTO);
    });

    test('Uppy', TOOLS.chromium, async () => {
      const [code = ''] = await recipes('js');
      const { build } = await import('esbuild');
      const contents = `const token = ${JSON.stringify(tokenOf('ada'))};\n${code}\nwindow.uppy = uppy;\n`;
      const options = /** @type {const} */ ({ bundle: true, format: 'esm', write: false, logLevel: 'silent', target: 'es2022', define: { 'process.env.NODE_ENV': '"production"' } });
      const { outputFiles } = await build({ ...options, stdin: { contents, resolveDir: join(root, 'tests') } });
      const chromium = await browser();
      try {
        const page = await chromium.newPage();
        await page.goto(origin);
        await page.addScriptTag({ type: 'module', content: outputFiles?.[0].text ?? '' });
        await page.waitForFunction('window.uppy');
        const send = "uppy.addFile({ name: 'a.png', type: 'image/png', data: new Blob(['a picture']) }), uppy.upload().then(({ successful }) => successful[0].response.body.key)";
        const key = String(await page.evaluate(send));
        assert.match(key, /^users\/ada\/.+\/a\.png$/);
        await assertStored(both.owner, key, 'a picture');
      } finally {
        await chromium.close();
      }
    });

    test('the answer', async () => {
      const [expected = ''] = await recipes('json');
      const { credentials, ...others } = await ask(both.worker, 'home', 'ada');
      const shape = JSON.parse(expected);
      assert.deepEqual([Object.keys(others).sort(), Object.keys(credentials).sort()], [Object.keys(shape).slice(1).sort(), Object.keys(shape.credentials).sort()]);
      assert.equal(others.prefix, shape.prefix);
    });
  });

  test('boto3, by a container', TOOLS.boto3, async () => {
    const python = join(await venv('boto3'), 'python');
    const { endpoint, region } = both.store;
    const variables = env({ AWS_CONTAINER_CREDENTIALS_FULL_URI: url(), AWS_CONTAINER_AUTHORIZATION_TOKEN: `Bearer ${tokenOf('boto')}` });
    const args = [join(root, 'tests/support/boto3_by_container.py'), endpoint, region, BUCKET, 'users/boto/', 'users/bob/'];
    const done = JSON.parse(await run(python, args, variables));
    assert.deepEqual(done, { keys: ['users/boto/by-boto3.txt'], body: 'by boto3', refused: [403, 403, 403, 403] });
    await assertStored(both.owner, 'users/boto/by-boto3.txt', 'by boto3');
  });

  test('rclone, by a file of variables', TOOLS.rclone, async () => {
    const answer = await both.worker.fetch('/credentials/home?format=env', { method: 'POST', headers: { authorization: `Bearer ${tokenOf('clone')}` } });
    await writeFile(join(directory, 'credentials.env'), await answer.text());
    const remote = { RCLONE_S3_PROVIDER: 'Other', RCLONE_S3_ENV_AUTH: 'true', RCLONE_S3_NO_CHECK_BUCKET: 'true', RCLONE_CONFIG: '/dev/null' };
    // rclone's own HTTP client takes no certificates from this variable.
    const script = 'unset AWS_CA_BUNDLE; set -a; . ./credentials.env; RCLONE_S3_ENDPOINT=$AWS_ENDPOINT_URL_S3; RCLONE_S3_REGION=$AWS_REGION; exec rclone --low-level-retries 1 --retries 1 "$@"';
    const rclone = (/** @type {string[]} */ args, /** @type {RegExp | undefined} */ fails = undefined) => run('sh', ['-c', script, 'rclone', ...args], env(remote), fails);
    await rclone(['copy', 'photo.bin', `:s3:${BUCKET}/users/clone/`, '--s3-upload-cutoff', '5M', '--s3-chunk-size', '5M']);
    await assertStored(both.owner, 'users/clone/photo.bin', PHOTO);
    assert.equal(await rclone(['lsf', `:s3:${BUCKET}/users/clone/`]), 'photo.bin\n');
    await rclone(['copyto', `:s3:${BUCKET}/users/clone/photo.bin`, 'back-rclone.bin']);
    assert.ok(PHOTO.equals(await readFile(join(directory, 'back-rclone.bin'))));
    await rclone(['copy', 'photo.bin', `:s3:${BUCKET}/users/bob/`], /AccessDenied|403/);
    await rclone(['lsf', `:s3:${BUCKET}/users/bob/`], /AccessDenied|403/);
    await assertStored(both.owner, 'users/bob/secret.txt');
  });

  test('Uppy 6 in Chromium, in one request and in parts', TOOLS.chromium, async () => {
    const { build } = await import('esbuild');
    const options = /** @type {const} */ ({ bundle: true, format: 'esm', write: false, logLevel: 'silent', define: { 'process.env.NODE_ENV': '"production"' } });
    const { outputFiles } = await build({ entryPoints: [join(root, 'tests/support/credentials_page.js')], ...options });
    const chromium = await browser();
    try {
      const page = await chromium.newPage();
      await page.goto(origin);
      await page.addScriptTag({ type: 'module', content: outputFiles[0].text });
      await page.waitForFunction('window.send');
      const send = (/** @type {object} */ more) => page.evaluate(`send(${JSON.stringify({ url: url(), token: tokenOf('uppy'), ...more })})`);
      for (const [name, size, parts] of /** @type {[string, number, boolean][]} */ ([['whole ä.bin', 1_000, false], ['parts.bin', 12_000_000, true]])) {
        assert.equal(await send({ name, size, parts }), `users/uppy/${name}`);
        await assertStored(both.owner, encodeURI(`users/uppy/${name}`), Buffer.alloc(size, 7));
      }
      // This server sends no CORS headers with a refusal, so Uppy sees only that the request has failed.
      for (const parts of [false, true]) await assert.rejects(send({ name: 'x.bin', size: 10, parts, prefix: 'users/bob/' }), /Network error|403|AccessDenied/);
      await assert.rejects(send({ name: 'x.bin', size: 10, parts: false, token: 'x' }), /token/);
      assert.equal((await s3(both.owner, 'HEAD', `/${BUCKET}/users/bob/x.bin`)).status, 404);
      const elsewhere = await chromium.newPage();
      await elsewhere.goto(origin.replace('127.0.0.1', 'localhost'));
      const read = `fetch(${JSON.stringify(url())}, { method: 'POST', headers: { authorization: 'Bearer ${tokenOf('uppy')}' } }).then(() => 'read', () => 'blocked')`;
      assert.equal(await elsewhere.evaluate(read), 'blocked', 'a page of another origin');
    } finally {
      await chromium.close();
    }
  });
});
