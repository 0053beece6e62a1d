/** @file `npm run dev` of a project: it answers as the deployed Worker does, follows changes of the configuration, and takes own pages and tokens. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROVIDERS } from '../../packages/create-signpost/lib/providers.mjs';
import { takesForms } from '../../packages/signpost/lib/local-config.mjs';
import { readConfig } from '../../packages/signpost/lib/project.mjs';
import { freePort } from '../../scripts/process.mjs';
import { environment, root } from '../../scripts/step.mjs';
import { need } from '../needs.mjs';
import { browser } from '../support/browser.mjs';
import { picture } from '../support/picture.mjs';
import { execute } from '../support/signpost.mjs';

/** How long the Worker may take to start or to change, in milliseconds. */
const PATIENCE = 60_000;
const SITE = ['--bucket', 'acme-media', '--origin', 'https://www.example.com'];
const AWS = ['--provider', 'aws', '--region', 'eu-west-1', ...SITE];
const R2 = ['--provider', 'r2', '--account', '0123456789abcdef0123456789abcdef', ...SITE];
const OWN_TOKEN = 'a-token-of-my-own-server-for-tests';

const PACKAGE = join(root, 'build', 'packages', 'signpost');

let directory = '';
before(async () => {
  await need('packages');
  directory = await mkdtemp(join(tmpdir(), 'dev-'));
});
after(() => rm(directory, { recursive: true, force: true }));

/** @param {string[]} options of `npm create signpost` @returns {Promise<string>} the folder of a project that is installed */
async function project(options) {
  const folder = join(await mkdtemp(join(directory, 'p-')), 'my-uploads');
  await mkdir(join(folder, 'node_modules'), { recursive: true });
  const { code, stderr } = await execute('node', [join(root, 'packages/create-signpost/bin/create-signpost.mjs'), folder, '--yes', '--no-install', ...options], { cwd: directory });
  assert.equal(code, 0, stderr);
  await symlink(PACKAGE, join(folder, 'node_modules', 'signpost'));
  await symlink(join(root, 'node_modules', 'wrangler'), join(folder, 'node_modules', 'wrangler'));
  return folder;
}

/**
 * Runs a project while a function uses it.
 *
 * @param {string} folder
 * @param {string[]} options
 * @param {(dev: { endpoint: string, site: string, output: () => string, token: () => string, ask: (type: string, token?: string) => Promise<{ status: number, body: any }> }) => Promise<void>} use
 */
async function running(folder, options, use) {
  const [port, sitePort] = [await freePort(), await freePort()];
  const program = join(folder, 'node_modules', 'signpost', 'bin', 'signpost-dev.mjs');
  const env = { ...environment, WRANGLER_SEND_METRICS: 'false' };
  const child = spawn('node', [program, '--port', `${port}`, '--site-port', `${sitePort}`, ...options], { cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (/** @type {Buffer} */ data) => (text += data));
  const ended = new Promise((resolve) => child.on('close', resolve));
  const endpoint = `http://localhost:${port}`;
  const token = () => /TOKEN=(\S+)/.exec(text)?.[1] ?? '';
  try {
    await until(() => /a page that uploads[^]* curl .*\n/.test(text) || child.exitCode !== null, () => text);
    assert.equal(child.exitCode, null, text);
    await use({
      ...{ endpoint, site: `http://localhost:${sitePort}`, output: () => text, token },
      async ask(type, bearer = token()) {
        const response = await fetch(`${endpoint}/uploads/file`, { method: 'POST', headers: { authorization: `Bearer ${bearer}` }, body: JSON.stringify({ type, size: 68 }) });
        return { status: response.status, body: await response.json() };
      },
    });
  } finally {
    if (child.pid && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
    await ended;
  }
}

/** Waits for a condition. @param {() => boolean | Promise<boolean>} condition @param {() => string} output that a failure shows */
async function until(condition, output) {
  for (const deadline = Date.now() + PATIENCE; !(await condition()); await sleep(100)) assert.ok(Date.now() < deadline, output());
}

describe('a request for an upload', () => {
  test('is answered for each provider as the deployed Worker answers', async () => {
    for (const [provider, { place, example = '' }] of Object.entries(PROVIDERS)) {
      const folder = await project(['--provider', provider, ...(place ? [`--${place}`, example] : []), ...SITE]);
      const { stdout } = await execute('node', [join(PACKAGE, 'bin', 'signpost.mjs'), 'cors', '--config', join(folder, 'wrangler.toml')]);
      const { vars } = await readConfig(undefined, join(folder, 'wrangler.toml'));
      assert.equal(takesForms(vars.BUCKETS.media), stdout.includes('"POST"'), `${provider}: ${stdout}`);
    }
    assert.equal(takesForms({ provider: 'aws', forms: false }), false);
    assert.equal(takesForms({ provider: 'custom', forms: true }), true);
    assert.equal(takesForms({ provider: 'r2', binding: 'MEDIA' }), true);
  });

  for (const { name, options, more, method, path } of [
    { name: 'Amazon S3 is a form', options: [...AWS, '--callers', 'bearer'], method: 'POST', path: '/forms/media/' },
    { name: 'R2 is a PUT, to a local S3 endpoint', options: [...R2, '--callers', 'bearer'], method: 'PUT', path: '/cdn-cgi/local/r2/s3/acme-media/files/site/' },
    { name: 'R2 with a binding is a form', options: [...R2, '--r2', 'binding'], method: 'POST', path: '/forms/media/' },
    { name: 'R2 with a binding and without forms is a PUT, to the Worker', options: [...R2, '--r2', 'binding'], more: 'forms = false', method: 'PUT', path: '/files/media/files/' },
  ]) {
    test(`for ${name}, and a page in a browser stores the file so`, { timeout: 120_000 }, async () => {
      await need('chromium');
      const folder = await project(options);
      const file = join(folder, 'wrangler.toml');
      if (more) await writeFile(file, (await readFile(file, 'utf8')).replace(/^credentials = .*$/m, `$&\n${more}`));
      await running(folder, [], async ({ endpoint, site, output, ask }) => {
        const { status, body } = await ask('image/png');
        assert.equal(status, 200, output());
        assert.equal(body.method, method);
        assert.ok(body.url.startsWith(`${endpoint}${path}`), body.url);
        assert.match(output(), new RegExp(`^  file   .*\\(${method}\\)$`, 'm'));
        await upload(site, /\[vars\.DOWNLOADS/.test(await readFile(join(folder, 'wrangler.toml'), 'utf8')));
      });
    });
  }
});

/** Uploads a picture from the demo page, and reads it again if there is a link. @param {string} site @param {boolean} hasLink */
async function upload(site, hasLink) {
  const chromium = await browser();
  try {
    const page = await chromium.newPage();
    await page.goto(`${site}/`);
    const file = picture();
    await page.locator('input[type=file]').setInputFiles({ name: 'hills.png', mimeType: 'image/png', buffer: file });
    const stored = page.locator('#stored li');
    await stored.waitFor({ timeout: 20_000 }).catch(async () => assert.fail(await page.locator('main').innerText()));
    if (!hasLink) return;
    const link = await page.locator('#stored a').getAttribute('href');
    assert.ok(file.equals(Buffer.from(await (await fetch(link ?? '')).arrayBuffer())), 'the stored object is the file');
  } finally {
    await chromium.close();
  }
}

describe('a change of wrangler.toml', () => {
  test('applies while the Worker runs, several times; one with errors does not, and is reported', { timeout: 180_000 }, async () => {
    const folder = await project([...AWS, '--callers', 'bearer']);
    const file = join(folder, 'wrangler.toml');
    const [first, accepts] = [await readFile(file, 'utf8'), (/** @type {string[]} */ ...types) => `types = ${JSON.stringify(types)}`];
    const written = (/** @type {string[]} */ ...types) => writeFile(file, first.replace(/^types = .*$/m, accepts(...types)));
    await running(folder, [], async ({ ask, output }) => {
      for (const round of [1, 2]) {
        await written('image/png');
        await until(async () => (await ask('image/jpeg')).status === 415, () => `round ${round}: ${output()}`);
        await written('image/jpeg');
        await until(async () => (await ask('image/jpeg')).status === 200 && (await ask('image/png')).status === 415, () => `round ${round}: ${output()}`);
      }
      await writeFile(file, first.replace('"10 MiB"', '"10 megs"'));
      await until(() => /found "10 megs"[^]*the former rules still apply/.test(output()), output);
      assert.equal((await ask('image/jpeg')).status, 200);
      const page = await (await fetch(output().match(/http:\/\/localhost:\d+\/(?=\n)/)?.[0].replace(/$/, 'config.json') ?? '')).json();
      assert.deepEqual(page.rules[0].types, ['image/jpeg']);
      await writeFile(file, first.replaceAll('CALLERS.site', 'CALLERS.shop').replaceAll('["site"]', '["shop"]'));
      const renamed = page.rules[0].token.replace(/site$/, 'shop');
      await until(async () => (await ask('image/png', renamed)).status === 200, output);
    });
  });
});

describe('a page and a token of your own', () => {
  test('--origin permits a page to call the rules, and no other', { timeout: 120_000 }, async () => {
    await running(await project(AWS), ['--origin', 'http://localhost:5173', '--origin', 'http://127.0.0.1:3000/'], async ({ endpoint }) => {
      const allowed = async (/** @type {string} */ origin) => {
        const { headers } = await fetch(`${endpoint}/uploads/file`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
        return headers.get('access-control-allow-origin');
      };
      for (const origin of ['http://localhost:5173', 'http://127.0.0.1:3000', 'https://www.example.com']) assert.equal(await allowed(origin), origin);
      assert.equal(await allowed('http://localhost:5174'), null);
    });
  });

  test('--own-callers expects the token of wrangler.toml, and without it the secrets that have no effect are named', { timeout: 180_000 }, async () => {
    const folder = await project([...AWS, '--callers', 'bearer']);
    await writeFile(join(folder, '.dev.vars'), `SITE_TOKEN=${OWN_TOKEN}\nMEDIA_ACCESS_KEY_ID=AKIAEXAMPLE\nOTHER=1\n`);
    await running(folder, ['--own-callers'], async ({ site, endpoint, ask, output }) => {
      assert.match(output(), /^note: of \.dev\.vars, MEDIA_ACCESS_KEY_ID is not used/m);
      const { status, body } = await ask('image/png', OWN_TOKEN);
      assert.deepEqual([status, body.url], [200, `${endpoint}/forms/media/`]);
      const secrets = JSON.parse(await readFile(join(folder, '.wrangler', 'signpost-dev', 'secrets.json'), 'utf8'));
      assert.equal((await ask('image/png', `${secrets.token}site`)).status, 401);
      const text = await (await fetch(`${site}/config.json`)).text();
      assert.ok(!text.includes(secrets.token) && !text.includes(OWN_TOKEN));
    });
    await writeFile(join(folder, '.dev.vars'), 'OTHER=1\n');
    await running(folder, ['--own-callers'], async ({ ask, output }) => {
      assert.match(output(), /^error: rules that need what is missing answer 503: .*"SITE_TOKEN".*\nhint: put the secrets that it names into \.dev\.vars/m);
      assert.equal((await ask('image/png', OWN_TOKEN)).status, 503);
    });
    await writeFile(join(folder, '.dev.vars'), `SITE_TOKEN=${OWN_TOKEN}\nMEDIA_ACCESS_KEY_ID=AKIAEXAMPLE\n`);
    await running(folder, [], async ({ ask, output, token }) => {
      assert.match(output(), /^note: of \.dev\.vars, SITE_TOKEN, MEDIA_ACCESS_KEY_ID are not used.*\nhint: `npx wrangler dev` /m);
      assert.equal((await ask('image/png', OWN_TOKEN)).status, 401);
      assert.equal((await ask('image/png', token())).status, 200);
    });
  });

  test('the page takes a token that is typed', { timeout: 120_000 }, async () => {
    await need('chromium');
    const folder = await project([...AWS, '--callers', 'bearer']);
    await writeFile(join(folder, '.dev.vars'), `SITE_TOKEN=${OWN_TOKEN}\n`);
    await running(folder, ['--own-callers'], async ({ site }) => {
      const chromium = await browser();
      try {
        const page = await chromium.newPage();
        await page.goto(`${site}/`);
        await page.getByLabel('Your token').fill(OWN_TOKEN);
        await page.locator('input[type=file]').setInputFiles({ name: 'hills.png', mimeType: 'image/png', buffer: picture() });
        await page.locator('#stored a').waitFor({ timeout: 20_000 });
      } finally {
        await chromium.close();
      }
    });
  });

  for (const [args, message] of /** @type {const} */ ([
    [['--origin', 'http://localhost:5173/page'], 'error: --origin: expected scheme, host and port only, such as http://localhost:5173, found "http://localhost:5173/page"\n'],
    [['--own-caller'], "error: Unknown option '--own-caller'"],
  ])) {
    test(`${args.join(' ')} is a usage error`, async () => {
      const { code, stderr } = await execute('node', [join(PACKAGE, 'bin', 'signpost-dev.mjs'), ...args], { cwd: await project(AWS) });
      assert.deepEqual([code, stderr.startsWith(message)], [2, true], stderr);
    });
  }
});
