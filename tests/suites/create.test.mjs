/** @file From `npm create signpost`, and from the template, to an upload: without Rust, with the two packages alone. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CALLERS } from '../../packages/create-signpost/lib/questions.mjs';
import { projectFiles } from '../../packages/create-signpost/lib/files.mjs';
import { PROVIDERS } from '../../packages/create-signpost/lib/providers.mjs';
import { runtime } from '../../scripts/local-worker.mjs';
import { freePort } from '../../scripts/process.mjs';
import { root } from '../../scripts/step.mjs';
import { browser } from '../support/browser.mjs';
import { SIGNPOST, machine } from '../support/packages.mjs';
import { picture } from '../support/picture.mjs';
import { execute } from '../support/signpost.mjs';

/** From an empty folder to a stored object, with an empty cache. */
const MAX_SECONDS = 60;
const SITE = ['--bucket', 'acme-media', '--origin', 'https://www.example.com'];
const AWS = ['--provider', 'aws', '--region', 'eu-west-1', ...SITE];
const AWS_BEARER = [...AWS, '--callers', 'bearer'];
const R2 = ['--provider', 'r2', '--account', '0123456789abcdef0123456789abcdef', ...SITE];

/** What the template is written with. @type {import('../../packages/create-signpost/lib/questions.mjs').Answers} */
const TEMPLATE = { provider: 'r2', bucket: 'signpost-uploads', account: '0'.repeat(32), r2: 'binding', origin: 'https://www.example.com', callers: 'turnstile' };

/** Options for each kind of caller. @type {Record<string, string[]>} */
const OPTIONS = {
  bearer: [],
  jwt: ['--issuer', 'https://login.example.com/', '--audience', 'signpost', '--jwks', 'https://login.example.com/.well-known/jwks.json'],
  access: ['--team', 'acme.cloudflareaccess.com', '--audience', '4714c1358e65fe4b408ad6d432a5f878f08194bdb4752441fd56faefa9b2b6f2'],
  turnstile: [],
  anyone: [],
};

/** @type {Awaited<ReturnType<typeof machine>>} */
let user;
before(async () => void (user = await machine()));
after(() => user?.stop());

test('the machine has no Rust', async () => {
  const { code, stdout } = await user.run('sh', ['-c', 'command -v cargo || command -v rustc || echo none'], user.directory);
  assert.deepEqual([code, stdout], [0, 'none\n']);
});

describe('npm create signpost', () => {
  test('leads to an upload in a browser within a minute, and to a dry run of the deployment', { timeout: 240_000 }, async () => {
    const folder = await emptyFolder('my-uploads');
    const started = Date.now();
    const created = await user.run('npm', ['create', '--yes', 'signpost', '--', '--yes', ...AWS], folder);
    assert.equal(created.code, 0, created.stderr);
    await uploads(folder, () => {
      const seconds = (Date.now() - started) / 1000;
      assert.ok(seconds < MAX_SECONDS, `${seconds} s`);
    });
    await isReadyToDeploy(folder, ['MEDIA_ACCESS_KEY_ID', 'MEDIA_SECRET_ACCESS_KEY', 'TURNSTILE_SECRET']);
  });

  test('changes nothing in its own project', async () => {
    const folder = await emptyFolder('twice');
    const created = await user.run('npm', ['create', '--yes', 'signpost', '--', '--yes', '--no-install', ...AWS], folder);
    assert.equal(created.code, 0, created.stderr);
    const before = await digests(folder);
    const silent = await user.run('npm', ['create', '--yes', 'signpost'], folder);
    assert.equal(silent.code, 0, silent.stderr);
    assert.match(silent.stderr, /has the project already, nothing was changed/);
    const same = await user.run('npm', ['create', '--yes', 'signpost', '--', '--yes', ...AWS], folder);
    assert.equal(same.code, 0, same.stderr);
    assert.deepEqual(same.stderr.match(/^\S+: (?!unchanged)\w+.*$/gm), null, same.stderr);
    await writeFile(join(folder, 'wrangler.toml'), '# mine\n');
    const kept = await user.run('npm', ['create', '--yes', 'signpost', '--', '--yes', ...AWS], folder);
    assert.equal(kept.code, 1);
    assert.match(kept.stderr, /^wrangler\.toml: kept, and differs$[^]*^error: files that exist were kept, so the answers are not in them: wrangler\.toml\nhint: --force replaces them$/m);
    assert.equal(await readFile(join(folder, 'wrangler.toml'), 'utf8'), '# mine\n');
    const forced = await user.run('npm', ['create', '--yes', 'signpost', '--', '--yes', '--force', '--no-install', ...AWS], folder);
    assert.match(forced.stderr, /^wrangler\.toml: replaced$/m);
    assert.deepEqual(await digests(folder), before);
  });
});

describe('the template', () => {
  test('is what `create-signpost` writes', async () => {
    const files = projectFiles(TEMPLATE, { name: 'signpost' });
    const template = join(root, 'template');
    for (const [path, text] of Object.entries(files)) {
      if (process.env.UPDATE) await mkdir(join(template, path, '..'), { recursive: true }).then(() => writeFile(join(template, path), text));
      assert.equal(await readFile(join(template, path), 'utf8'), text, `${path}: write it anew with UPDATE=1`);
    }
    const present = await readdir(template, { recursive: true, withFileTypes: true });
    assert.deepEqual(present.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name).slice(template.length + 1)).sort(), Object.keys(files).sort());
  });

  test('leads to an upload in a browser, and to a dry run of the deployment', { timeout: 240_000 }, async () => {
    const folder = await emptyFolder('template');
    await cp(join(root, 'template'), folder, { recursive: true });
    const installed = await user.run('npm', ['install', '--no-audit', '--no-fund'], folder);
    assert.equal(installed.code, 0, installed.stderr);
    await uploads(folder);
    await isReadyToDeploy(folder, ['MEDIA_ACCESS_KEY_ID', 'MEDIA_SECRET_ACCESS_KEY', 'TURNSTILE_SECRET']);
  });
});

describe('a project', () => {
  for (const [provider, { place, example = '' }] of Object.entries(PROVIDERS)) {
    test(`for ${provider} has a configuration without errors, for every kind of caller`, async () => {
      const command = join(root, 'build', 'packages', 'signpost', 'bin', 'signpost.mjs');
      for (const callers of Object.keys(CALLERS)) {
        const folder = await emptyFolder(`${provider}-${callers}`);
        const options = ['--provider', provider, ...(place ? [`--${place}`, example] : []), '--callers', callers, ...(OPTIONS[callers] ?? [])];
        await create(['.', '--yes', '--no-install', ...options, ...SITE], folder);
        const { stdout } = await execute('node', [command, 'check', '--json'], { cwd: folder });
        const expected = callers === 'anyone' ? ['anyone-writes'] : [];
        const found = JSON.parse(stdout).filter((/** @type {{ severity: string }} */ { severity }) => severity !== 'recommendation');
        assert.deepEqual(found.map((/** @type {{ code: string }} */ { code }) => code), expected, `${provider}, ${callers}: ${stdout}`);
        await hasNoValues(folder);
      }
    });
  }

  test('describes every variable and every secret for the dashboard', async () => {
    const toml = await readFile(join(root, 'template', 'wrangler.toml'), 'utf8');
    const { cloudflare } = JSON.parse(await readFile(join(root, 'template', 'package.json'), 'utf8'));
    const required = JSON.parse(/^required = (.*)$/m.exec(toml)?.[1] ?? '');
    const variables = new Set([...toml.matchAll(/^\[vars\.(\w+)/gm)].map(([, name]) => name));
    assert.deepEqual(Object.keys(cloudflare.bindings).sort(), [...variables, ...required].sort());
    for (const { description } of Object.values(cloudflare.bindings)) assert.ok(description.length > 20);
  });

  test('has the versions of this repository', async () => {
    const [versions, manifest] = await Promise.all(['packages/create-signpost/lib/versions.json', 'package.json'].map(async (file) => JSON.parse(await readFile(join(root, file), 'utf8'))));
    assert.equal(versions.wrangler, manifest.devDependencies.wrangler);
    assert.equal(versions.compatibility_date, (await runtime()).compatibility_date);
    for (const name of ['signpost', 'create-signpost']) assert.equal(JSON.parse(await readFile(join(root, 'packages', name, 'package.json'), 'utf8')).version, versions.signpost);
    assert.match(await readFile(join(root, 'Cargo.toml'), 'utf8'), new RegExp(`^version = "${versions.signpost.replaceAll('.', '\\.')}"$`, 'm'));
  });

  for (const { name, args, message } of [
    { name: 'without the keys of the login service', args: [...AWS, '--callers', 'jwt', '--issuer', 'https://login.example.com/', '--audience', 'signpost'], message: 'error: missing: --jwks\n' },
    { name: 'with keys by plain HTTP', args: [...AWS, '--callers', 'jwt', '--issuer', 'https://login.example.com/', '--audience', 'signpost', '--jwks', 'http://login.example.com/keys'], message: 'error: --jwks: expected a URL with https, or with http to localhost or 127.0.0.1, found' },
    { name: "with an application's name instead of its AUD tag", args: [...AWS, '--callers', 'access', '--team', 'acme.cloudflareaccess.com', '--audience', 'signpost'], message: 'error: --audience: expected the 64 digits' },
    { name: "with R2's set-up for Amazon", args: [...AWS, '--r2', 'binding'], message: 'error: --r2 does not apply to --provider aws\n' },
    { name: 'with a file of the package that does not exist', args: [...AWS, '--signpost', 'packages/signpost-0.1.0.tgz'], message: 'error: --signpost: there is no file /' },
    { name: 'without a bucket', args: ['--provider', 'aws', '--origin', 'https://a.example'], message: 'error: missing: --bucket, --region\n' },
    { name: 'with a path in the origin', args: [...AWS.slice(0, -1), 'https://www.example.com/page'], message: 'error: --origin: expected scheme and host only' },
    { name: 'with a region for R2', args: ['--provider', 'r2', '--region', 'auto', '--account', '0'.repeat(32), ...SITE], message: 'error: --region does not apply to --provider r2\n' },
    { name: 'with an unknown provider', args: ['--provider', 'azure', ...SITE], message: 'error: --provider: expected one of aws, r2,' },
    { name: 'with an unknown option', args: ['--buckets', 'x'], message: "error: Unknown option '--buckets'" },
  ]) {
    test(`${name} is not written`, async () => {
      const folder = await emptyFolder('refused');
      const { code, stderr } = await execute('node', [join(root, 'packages/create-signpost/bin/create-signpost.mjs'), '--yes', ...args], { cwd: folder });
      assert.equal(code, 2);
      assert.ok(stderr.startsWith(message), stderr);
      assert.deepEqual(await readdir(folder), []);
    });
  }
});

describe('what `create-signpost` says', () => {
  const program = join(root, 'packages/create-signpost/bin/create-signpost.mjs');

  test('names a default that it takes, and why nobody was asked', async () => {
    const [folder, other] = [await emptyFolder('assumed'), await emptyFolder('refused')];
    const { stderr } = await execute('node', [program, '--no-install', ...AWS], { cwd: folder });
    assert.match(stderr, /^--callers turnstile, since none is given \(no: everyone may upload who solves a Turnstile challenge\)$/m);
    const { code, stderr: refused } = await execute('node', [program, '--no-install', '--provider', 'aws'], { cwd: other });
    assert.equal(code, 2);
    assert.match(refused, /\nhint: give these options: there is no terminal in which they could be asked for\n$/);
  });

  test('an issuer without a scheme is taken, with a remark', async () => {
    const folder = await emptyFolder('issuer');
    const options = ['--callers', 'jwt', '--issuer', 'localhost:9000', '--audience', 'signpost', '--jwks', 'http://localhost:9000/jwks.json'];
    const { code, stderr } = await execute('node', [program, '--yes', '--no-install', ...AWS, ...options], { cwd: folder });
    assert.equal(code, 0);
    assert.match(stderr, /^note: "localhost:9000" is no URL\./m);
    assert.match(await readFile(join(folder, 'wrangler.toml'), 'utf8'), /^jwks = "http:\/\/localhost:9000\/jwks\.json"$/m);
  });

  test('a file of the package is found from the folder of the call, and then from that of the project', async () => {
    const parent = await emptyFolder('parent');
    await mkdir(join(parent, 'packages'));
    await cp(SIGNPOST, join(parent, 'packages', 'signpost.tgz'));
    const specs = ['packages/signpost.tgz', './packages/signpost.tgz', join(parent, 'packages', 'signpost.tgz'), 'file:packages/signpost.tgz'];
    for (const [at, spec] of specs.entries()) {
      await create([`project-${at}`, '--yes', '--no-install', ...AWS, '--signpost', spec], parent);
      const { dependencies } = JSON.parse(await readFile(join(parent, `project-${at}`, 'package.json'), 'utf8'));
      assert.equal(dependencies.signpost, `file:${join(parent, 'packages', 'signpost.tgz')}`);
    }
    await create(['version', '--yes', '--no-install', ...AWS, '--signpost', '0.0.9'], parent);
    assert.equal(JSON.parse(await readFile(join(parent, 'version', 'package.json'), 'utf8')).dependencies.signpost, '0.0.9');
  });

  test('an installation that fails names what to do', async () => {
    const folder = await emptyFolder('offline');
    const { code, stderr } = await execute('node', [program, '--yes', ...AWS], { cwd: folder, env: { npm_config_registry: 'http://127.0.0.1:9/', npm_config_fetch_retries: '0' } });
    assert.equal(code, 1);
    assert.match(stderr, /error: npm install failed, for the reason above\nhint: .*run npm install in .*--signpost signpost-0\.1\.0\.tgz --force\n$/);
  });
});

describe('the README of a project', () => {
  for (const [provider, { cors, place, example = '' }] of Object.entries(PROVIDERS)) {
    test(`for ${provider} sets the CORS rules as the documents do`, async () => {
      const answers = { provider, bucket: 'acme-media', origin: 'https://www.example.com', callers: 'anyone', ...(place && { [place]: example }) };
      const text = projectFiles(answers, { name: 'uploads' })['README.md'] ?? '';
      if (!cors) return assert.match(text, new RegExp(`CORS rules\\.\n +.docs/providers/${provider}\\.md. in Signpost's repository says how`));
      const page = await readFile(join(root, 'docs', 'providers', `${provider}.md`), 'utf8');
      assert.ok(text.includes(cors(answers).split('\n').at(-1) ?? '?'), text);
      assert.ok(page.includes(cors(answers).replaceAll('npx signpost', 'signpost')) || page.includes(cors(answers)), `docs/providers/${provider}.md lacks:\n${cors(answers)}`);
    });
  }

  test('links to the documents if the address of the source is known', () => {
    const answers = { provider: 'aws', bucket: 'acme-media', region: 'eu-west-1', origin: 'https://www.example.com', callers: 'bearer' };
    const text = projectFiles(answers, { name: 'uploads', repository: 'https://github.com/acme/signpost' })['README.md'] ?? '';
    assert.match(text, /\[docs\/providers\/aws\.md\]\(https:\/\/github\.com\/acme\/signpost\/blob\/HEAD\/docs\/providers\/aws\.md\)/);
  });

  test('for Cloudflare Access puts the Worker on the domain of the page', () => {
    const answers = { provider: 'aws', bucket: 'acme-media', region: 'eu-west-1', origin: 'https://www.example.com', callers: 'access', team: 'acme.cloudflareaccess.com', audience: '0'.repeat(64) };
    const { 'wrangler.toml': toml = '', 'README.md': text = '' } = projectFiles(answers, { name: 'uploads' });
    assert.match(toml, /^workers_dev = false$/m);
    assert.match(toml, /^routes = \["www\.example\.com\/uploads\/\*", /m);
    assert.match(text, /src="https:\/\/www\.example\.com\/signpost-upload\.js"/);
  });

  test('says how files are read where no rule does it', () => {
    const answers = { provider: 'r2', bucket: 'acme-media', account: '0'.repeat(32), r2: 'binding', origin: 'https://www.example.com', callers: 'jwt' };
    const text = projectFiles(answers, { name: 'uploads' })['README.md'] ?? '';
    assert.match(text, /### Read the files\n[^]*npx wrangler r2 object get acme-media\/KEY[^]*\[vars\.DOWNLOADS\.file\]/);
  });

  for (const { method, answer } of [
    { method: 'PUT', answer: { method: 'PUT', url: 'https://bucket.example.com/a.png?X-Amz-Signature=0', headers: { 'content-length': '7', 'content-type': 'image/png' }, key: 'files/a.png' } },
    { method: 'POST', answer: { method: 'POST', url: 'https://bucket.example.com/', fields: { key: 'files/a.png', policy: 'e30=' }, key: 'files/a.png' } },
  ]) {
    test(`has a page with Turnstile that works, for a bucket that takes ${method}`, async () => {
      const answers = { provider: 'aws', bucket: 'acme-media', region: 'eu-west-1', origin: 'https://www.example.com', callers: 'turnstile' };
      const [, html = ''] = /```html\n([^]*?)```/.exec(projectFiles(answers, { name: 'uploads' })['README.md'] ?? '') ?? [];
      assert.match(html, /data-action="upload"/);
      const chromium = await browser();
      try {
        const page = await chromium.newPage();
        const open = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*', 'access-control-allow-methods': '*' };
        /** @type {import('playwright-core').Request[]} */
        const received = [];
        const take = (/** @type {import('playwright-core').Route} */ route, /** @type {any} */ response) => {
          if (route.request().method() !== 'OPTIONS') received.push(route.request());
          return route.fulfill({ headers: open, ...response });
        };
        await page.route('https://www.example.com/', (route) => route.fulfill({ contentType: 'text/html', body: `<!doctype html>${html}` }));
        await page.route('https://challenges.cloudflare.com/**', (route) => route.fulfill({ contentType: 'text/javascript', body: "window.turnstile = { getResponse: () => 'solved', reset() {} };" }));
        await page.route('https://worker/**', (route) => take(route, { json: answer }));
        await page.route('https://bucket.example.com/**', (route) => take(route, { status: method === 'PUT' ? 200 : 204 }));
        await page.goto('https://www.example.com/');
        await page.locator('input[type=file]').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('picture') });
        await page.getByRole('button', { name: 'Upload' }).click();
        await page.getByText('stored as files/a.png').waitFor({ timeout: 10_000 });
        const [request, file] = received;
        assert.equal(request?.headers()['turnstile-token'], 'solved');
        assert.deepEqual(request?.postDataJSON(), { type: 'image/png', size: 7 });
        assert.equal(file?.method(), method);
        const sent = file?.postData() ?? '';
        if (method === 'PUT') assert.deepEqual([file?.headers()['content-type'], sent], ['image/png', 'picture']);
        else assert.match(sent, /name="key"\r\n\r\nfiles\/a\.png[^]*name="policy"[^]*name="file"; filename="a\.png"/);
      } finally {
        await chromium.close();
      }
    });
  }
});

describe('npm run deploy', () => {
  /** @type {string} */
  let folder;
  before(async () => {
    folder = await emptyFolder('deployed');
    await create(['.', '--yes', '--no-install', ...AWS_BEARER], folder);
    await cp(join(root, 'build', 'packages', 'signpost'), join(folder, 'node_modules', 'signpost'), { recursive: true });
    await fakeWrangler(join(folder, 'node_modules', 'wrangler'));
  });
  const deploy = (/** @type {NodeJS.ProcessEnv} */ env, /** @type {string[]} */ ...args) => execute('node', [program(), ...args], { cwd: folder, env: { CALLS: join(folder, 'calls'), ...env } });
  const program = () => join(folder, 'node_modules', 'signpost', 'bin', 'signpost-deploy.mjs');
  const calls = async () => {
    const text = await readFile(join(folder, 'calls'), 'utf8').catch(() => '');
    await rm(join(folder, 'calls'), { force: true });
    return text.split('\n').filter(Boolean);
  };

  test('stops at an error in the configuration', async () => {
    const file = join(folder, 'wrangler.toml');
    const valid = await readFile(file, 'utf8');
    await writeFile(file, valid.replace('"10 MiB"', '"10 megs"'));
    const { code, stdout } = await deploy({ SECRETS: '[]' });
    await writeFile(file, valid);
    assert.equal(code, 1);
    assert.match(stdout, /found "10 megs"/);
    assert.deepEqual(await calls(), []);
  });

  test('where nobody can be asked, names the secrets that are missing, and deploys nothing', async () => {
    const { code, stderr } = await deploy({ SECRETS: '[{"name":"SITE_TOKEN","type":"secret_text"}]' });
    assert.equal(code, 1);
    assert.match(stderr, /^error: these secrets are not set:\n {2}MEDIA_ACCESS_KEY_ID: .+\n {2}MEDIA_SECRET_ACCESS_KEY: .+\nhint: /m);
    assert.doesNotMatch(stderr, /SITE_TOKEN/);
    assert.deepEqual(await calls(), ['secret list --format json']);
  });

  test('where nobody can be asked, and Cloudflare does not say what is set, leaves it to wrangler', async () => {
    const { code, stdout } = await deploy({}, '--keep-vars');
    assert.equal(code, 0);
    assert.deepEqual(await calls(), ['secret list --format json', 'deploy --keep-vars']);
    assert.match(stdout, /"s3:PutObject"/);
    assert.match(stdout, /"AllowedOrigins"/);
  });

  test('names an option that wrangler does not have, and calls nothing else', async () => {
    const { code, stderr } = await deploy({ SECRETS: '[]' }, '--dryrun');
    assert.deepEqual([code, stderr], [2, 'error: unknown option --dryrun\nhint: did you mean --dry-run?\n']);
    assert.deepEqual(await calls(), ['deploy --help']);
  });

  test('for a bound bucket asks for random texts instead of an access key, and no CORS rules are needed', async () => {
    const file = join(folder, 'wrangler.toml');
    const valid = await readFile(file, 'utf8');
    await writeFile(file, await readFile(join(root, 'template', 'wrangler.toml'), 'utf8'));
    const { code, stdout, stderr } = await deploy({}, '--dry-run');
    const downloads = '\n[vars.DOWNLOADS.file]\nbucket = "media"\ncallers = ["person"]\norigins = ["https://www.example.com"]\nkey = "files/{path}"\nexpires = "5 min"\n';
    await writeFile(file, (await readFile(file, 'utf8')) + downloads);
    const { stderr: withLinks } = await deploy({}, '--dry-run');
    await writeFile(file, valid);
    await calls();
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^ {2}MEDIA_ACCESS_KEY_ID: any random text of your own: .*no R2 API token is needed\n {2}MEDIA_SECRET_ACCESS_KEY: at least 32 random characters/m);
    assert.match(stderr, /^no CORS rules are needed: pages send files to the Worker, or read them from it$/m);
    assert.match(stdout, /^\{\n {2}"rules": \[\]\n\}$/m);
    assert.match(withLinks, /^ {2}MEDIA_ACCESS_KEY_ID: the ID of an access key for the bucket, from the provider's console$/m);
  });

  test('in a terminal, sets each missing secret, and then deploys', async () => {
    const { stdout } = await inTerminal(`node ${program()}`, { cwd: folder, env: { CALLS: join(folder, 'calls'), SECRETS: '[{"name":"SITE_TOKEN","type":"secret_text"}]' } });
    assert.deepEqual(await calls(), ['secret list --format json', 'secret put MEDIA_ACCESS_KEY_ID', 'secret put MEDIA_SECRET_ACCESS_KEY', 'deploy'], stdout);
    assert.match(stdout, /npx signpost iam --bucket media/);
  });

  test('in a terminal, sets every secret of a Worker that is new, and stops if Cloudflare rejects the account', async () => {
    const options = (/** @type {string} */ failure) => ({ cwd: folder, env: { CALLS: join(folder, 'calls'), FAILURE: failure } });
    await inTerminal(`node ${program()}`, options('Worker "deployed" not found. [code: 10007]'));
    assert.deepEqual(await calls(), ['secret list --format json', 'secret put MEDIA_ACCESS_KEY_ID', 'secret put MEDIA_SECRET_ACCESS_KEY', 'secret put SITE_TOKEN', 'deploy']);
    const { stdout } = await inTerminal(`node ${program()}`, options('Not logged in.'));
    assert.match(stdout, /error: Cloudflare did not say which secrets are set: Not logged in\./);
    assert.deepEqual(await calls(), ['secret list --format json']);
  });
});

/** Runs a command in a terminal, as `script` of util-linux provides it. @param {string} command @param {Parameters<typeof execute>[2]} options */
function inTerminal(command, options) {
  return execute('script', ['--quiet', '--return', '--command', command, '/dev/null'], options);
}

/**
 * Installs a wrangler that writes its calls to a file, and reads the configuration like the real one.
 *
 * @param {string} into
 */
async function fakeWrangler(into) {
  await mkdir(into, { recursive: true });
  const program = `
    const { appendFileSync } = require('node:fs');
    const args = process.argv.slice(2);
    appendFileSync(process.env.CALLS, args.join(' ') + '\\n');
    if (args[1] === '--help') console.log('  --dry-run  Do not actually deploy');
    if (args[1] !== 'list') process.exit(0);
    if (process.env.SECRETS) console.log(process.env.SECRETS);
    else console.error('✘ [ERROR] ' + process.env.FAILURE), process.exit(1);
  `;
  await writeFile(join(into, 'package.json'), JSON.stringify({ name: 'wrangler', version: '0.0.0', main: 'module.cjs', bin: { wrangler: 'program.cjs' } }));
  await writeFile(join(into, 'module.cjs'), `module.exports = require(${JSON.stringify(join(root, 'node_modules', 'wrangler'))});`);
  await writeFile(join(into, 'program.cjs'), program);
}

/** @param {string[]} args @param {string} cwd */
async function create(args, cwd) {
  const { code, stderr } = await execute('node', [join(root, 'packages/create-signpost/bin/create-signpost.mjs'), ...args], { cwd });
  assert.equal(code, 0, stderr);
}

/** No secret of the example file has a value, since the button would make it that of production. @param {string} folder */
async function hasNoValues(folder) {
  const lines = (await readFile(join(folder, '.dev.vars.example'), 'utf8')).split('\n').filter((line) => line && !line.startsWith('#'));
  const toml = await readFile(join(folder, 'wrangler.toml'), 'utf8');
  assert.deepEqual(lines, JSON.parse(/^required = (.*)$/m.exec(toml)?.[1] ?? '').map((/** @type {string} */ name) => `${name}=`));
}

/**
 * Runs `npm run dev`, uploads a picture from its page in a browser, and compares what the link leads to.
 *
 * @param {string} folder
 * @param {() => void} [onstored]
 */
async function uploads(folder, onstored = () => {}) {
  const [port, sitePort] = [await freePort(), await freePort()];
  const child = user.start('npm', ['run', 'dev', '--', '--port', `${port}`, '--site-port', `${sitePort}`], folder);
  let output = '';
  const ready = new Promise((resolve, reject) => {
    const append = (/** @type {Buffer} */ text) => /a page that uploads/.test((output += text)) && resolve(undefined);
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', append);
    child.on('close', (code) => reject(new Error(`npm run dev ended with ${code}: ${output}`)));
  });
  const chromium = await browser();
  try {
    await ready;
    const page = await chromium.newPage();
    await page.goto(`http://localhost:${sitePort}/`);
    const file = picture();
    await page.locator('input[type=file]').setInputFiles({ name: 'hills.png', mimeType: 'image/png', buffer: file });
    const key = page.locator('#stored code');
    await key.waitFor({ timeout: 20_000 }).catch(async () => assert.fail(`${await page.locator('main').innerText()}\n${output}`));
    assert.match((await key.textContent()) ?? '', /^files\/(\w+\/)?[0-9a-f-]{36}\.png$/);
    onstored();
    const hasDownloads = /^\[vars\.DOWNLOADS/m.test(await readFile(join(folder, 'wrangler.toml'), 'utf8'));
    const link = page.locator('#stored a');
    if (hasDownloads) {
      await link.waitFor();
      const stored = await fetch((await link.getAttribute('href')) ?? '');
      assert.ok(file.equals(Buffer.from(await stored.arrayBuffer())), 'the stored object is the file');
    }
    const stranger = await fetch(`http://localhost:${port}/uploads/file`, { method: 'POST', body: JSON.stringify({ type: 'image/png', size: 1 }) });
    assert.equal(stranger.status, 401, 'without the token');
    const rebound = await fetch(`http://127.0.0.1:${sitePort}/config.json`);
    assert.equal(rebound.status, 404, 'the token is only for the page');
  } finally {
    await chromium.close();
    if (child.pid) process.kill(-child.pid, 'SIGTERM');
    await new Promise((resolve) => (child.exitCode === null && child.signalCode === null ? child.on('close', resolve) : resolve(undefined)));
  }
  await assert.rejects(readFile(join(folder, '.signpost-dev.json')), { code: 'ENOENT' });
}

/** @param {string} folder @param {string[]} secrets */
async function isReadyToDeploy(folder, secrets) {
  const { code, stdout, stderr } = await user.run('npm', ['run', 'deploy', '--', '--dry-run'], folder);
  assert.equal(code, 0, stdout + stderr);
  for (const secret of secrets) assert.match(stderr, new RegExp(`^  ${secret}: `, 'm'));
  assert.match(stderr, /no problems found/);
  assert.match(stdout, /--dry-run: exiting now/);
  assert.match(stdout + stderr, /npx signpost iam --bucket media/);
  assert.match(stdout + stderr, /npx signpost cors --bucket media/);
}

/** @param {string} name */
async function emptyFolder(name) {
  const parent = join(user.directory, `${Math.random()}`.slice(2));
  const folder = join(parent, name);
  await mkdir(folder, { recursive: true });
  return folder;
}

/** @param {string} folder @returns {Promise<Record<string, string>>} of all files of the project */
async function digests(folder) {
  const names = (await readdir(folder, { recursive: true })).filter((name) => !/^(node_modules|\.wrangler)/.test(name)).sort();
  const files = await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name)).catch(() => undefined)]));
  return Object.fromEntries(files.filter(([, bytes]) => bytes).map(([name, bytes]) => [name, createHash('sha256').update(/** @type {Buffer} */ (bytes)).digest('hex')]));
}
