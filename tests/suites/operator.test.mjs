/** @file The output of the command `signpost`, used as intended: by shells, pages, browsers and manual readers. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { root } from '../../scripts/step.mjs';
import { needs } from '../needs.mjs';
import { FakeServer } from '../servers/fake_server.mjs';
import { browser } from '../support/browser.mjs';
import * as ministack from '../servers/ministack.mjs';
import { s3 } from '../servers/s3.mjs';
import { start as startWorker } from '../servers/worker.mjs';
import { configure, execute, program, signpost } from '../support/signpost.mjs';
import { clientFile } from '../support/client.mjs';

const NOTHING = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_PROFILE: '' };
const NOTE = Buffer.from('remember the milk');
/** A key that breaks shells and pages unless it is quoted. */
const ODD = `notes/it's $(id) "&lt;" \`x\` <b>.txt`;

const GROFF = await needs('groff');
/** The option of each shell that parses a script without running it. */
const SHELLS = { zsh: { parse: '-n', options: await needs('zsh') }, fish: { parse: '--no-execute', options: await needs('fish') } };

/** @type {string} */
let directory;
/** @type {import('../servers/s3.mjs').S3Server} */
let store;
before(async () => void ([directory, store] = await Promise.all([mkdtemp(join(tmpdir(), 'signpost-operator-')), ministack.start()])));
after(async () => {
  await store?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** @param {string} action @param {string} key @param {string[]} more */
const sign = (action, key, ...more) => {
  const env = { ...NOTHING, AWS_ACCESS_KEY_ID: store.accessKeyId, AWS_SECRET_ACCESS_KEY: store.secretAccessKey };
  return signpost(['sign', action, `s3://media/${key}`, `--endpoint-url=${store.endpoint}`, `--region=${store.region}`, '--path-style', ...more], { env });
};
/** @param {string} key @param {Buffer} bytes */
const assertStored = async (key, bytes) => {
  const object = await fetch(await sign('get', key));
  assert.equal(object.status, 200, key);
  assert.ok(bytes.equals(Buffer.from(await object.arrayBuffer())));
  return object.headers;
};

describe('sign --output curl', () => {
  /** @param {string} command */
  const shell = (command) => execute('sh', ['-c', command], { cwd: directory });
  before(() => writeFile(join(directory, 'FILE'), NOTE));

  test('uploads by PUT, with headers', async () => {
    const command = await sign('put', ODD, '--output=curl', '--header=content-type: text/plain', "--header=x-amz-meta-album: it's $HOME");
    const { code, stdout, stderr } = await shell(command);
    assert.equal(code, 0, stdout + stderr);
    const headers = await assertStored(ODD, NOTE);
    assert.deepEqual([headers.get('content-type'), headers.get('x-amz-meta-album')], ['text/plain', "it's $HOME"]);
  });

  test('uploads by a form', async () => {
    const command = await sign('post', `form-${ODD}`, '--output=curl', '--field=Content-Type=text/plain', "--field=x-amz-meta-album=it's $HOME", '--max-size=1 KiB');
    const { code, stdout, stderr } = await shell(command);
    assert.equal(code, 0, stdout + stderr);
    assert.equal((await assertStored(`form-${ODD}`, NOTE)).get('x-amz-meta-album'), "it's $HOME");
    await writeFile(join(directory, 'FILE'), Buffer.alloc(1025));
    const rejected = await shell(command);
    await writeFile(join(directory, 'FILE'), NOTE);
    assert.equal(rejected.code, 22, 'curl reports an error status');
    assert.match(rejected.stdout, /EntityTooLarge/);
  });

  test('sends GET, HEAD and DELETE', async () => {
    const key = 'notes/milk.txt';
    assert.equal((await shell(await sign('put', key, '--output=curl'))).code, 0);
    const read = await shell((await sign('get', key, '--output=curl')).replace(' FILE', ' READ'));
    assert.equal(read.code, 0, read.stderr);
    assert.ok(NOTE.equals(await readFile(join(directory, 'READ'))));
    const head = await shell(await sign('head', key, '--output=curl'));
    assert.match(head.stdout, /^HTTP\/1.1 200[^]*content-length: 17\r$/im);
    assert.equal((await shell(await sign('delete', key, '--output=curl'))).code, 0);
    assert.equal((await s3(store, 'GET', `/media/${key}`)).status, 404);
  });
});

describe('in a browser', await needs('chromium'), () => {
  /** @type {import('playwright-core').Browser} */
  let chromium;
  before(async () => void (chromium = await browser()));
  after(() => chromium?.close());

  test('sign --output html: the form uploads, and the link downloads', async () => {
    const form = await sign('post', 'inbox/${filename}', '--output=html', '--field=Content-Type=text/plain', `--field=x-amz-meta-album=a "b" <i>c</i> & 'd'`, '--max-size=1 KiB');
    await writeFile(join(directory, 'page.html'), `<!doctype html>${form}`);
    const page = await (await chromium.newContext()).newPage();
    await page.goto(`file://${join(directory, 'page.html')}`);
    await page.setInputFiles('input[type=file]', { name: 'milk.txt', mimeType: 'text/plain', buffer: NOTE });
    const [answer] = await Promise.all([page.waitForResponse(store.endpoint + '/media'), page.click('text=Upload')]);
    assert.equal(answer.status(), 204);
    assert.equal((await assertStored('inbox/milk.txt', NOTE)).get('x-amz-meta-album'), `a "b" <i>c</i> & 'd'`);
    await page.setContent(await sign('get', 'inbox/milk.txt', '--output=html'));
    await page.click('text=Download');
    await page.waitForURL(/inbox\/milk\.txt/);
    assert.equal(await page.textContent('body'), NOTE.toString());
    const put = await execute(await program(), ['sign', 'put', 's3://media/x', '--region=eu-west-1', '--output=html'], { env: { ...NOTHING, AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' } });
    assert.deepEqual([put.code, put.stdout, put.stderr], [2, '', 'error: a link in a page can only send GET, without headers\nhint: use --output json or curl, or sign a form: signpost sign post\n']);
  });

  test('csp: a page uploads by script and by a form only with the output', async () => {
    /** @type {Record<string, string>} */
    let policy = {};
    const site = await FakeServer.start(({ path = '' }) => {
      /** @type {Record<string, string>} */
      const script = { 'content-type': 'text/javascript' };
      if (path.endsWith('.js')) return { headers: script, body: clientFile(path) };
      const all = Object.entries({ 'default-src': "'none'", 'script-src': "'self'", 'form-action': "'none'", ...policy });
      /** @type {Record<string, string>} */
      const page = { 'content-type': 'text/html', 'content-security-policy': all.map(([name, sources]) => `${name} ${sources}`).join('; ') };
      return { headers: page, body: '<!doctype html><script type="module" src="/signpost.js"></script>' };
    });
    const media = { provider: 'custom', name: 'media', endpoint: store.endpoint, region: store.region, url_style: 'path', credentials: 'KEY', forms: true };
    const picture = { bucket: 'media', callers: ['anyone'], origins: [site.url], key: 'csp/{uuid}.{ext}', types: ['text/plain'], max_size: '1 KiB', expires: '10 min' };
    const vars = { BUCKETS: { media }, CALLERS: { anyone: { kind: 'anyone' } }, UPLOADS: { picture } };
    const worker = await startWorker({ vars, secrets: { KEY_ACCESS_KEY_ID: store.accessKeyId, KEY_SECRET_ACCESS_KEY: store.secretAccessKey } });
    await configure(directory, vars);
    const page = await (await chromium.newContext()).newPage();
    const upload = async () => {
      await page.goto(`${site.url}/`);
      return page.evaluate(async (endpoint) => {
        // @ts-expect-error: a module of the site
        const { upload } = await import('/signpost.js');
        const file = new File(['x'], 'a.txt', { type: 'text/plain' });
        return upload(file, { endpoint, rule: 'picture', retries: 0 }).then((/** @type {any} */ { key }) => key, () => 'blocked');
      }, worker.url);
    };
    const submit = async () => {
      const grant = await (await worker.fetch('/uploads/picture?type=text/plain')).text();
      const form = /<form[^]*<\/form>/.exec(grant)?.[0] ?? '';
      await page.goto(`${site.url}/`);
      await page.evaluate((html) => (document.body.innerHTML = html), form);
      await page.setInputFiles('input[type=file]', { name: 'a.txt', mimeType: 'text/plain', buffer: NOTE });
      const blocked = page.waitForEvent('console', (message) => message.text().includes('form-action')).then(() => 'blocked');
      const left = page.waitForEvent('framenavigated', (frame) => !frame.url().startsWith(site.url)).then(() => 'left');
      const outcome = Promise.race([blocked, left]);
      await page.evaluate(() => document.querySelector('button')?.click()); // Playwright's click waits for the navigation
      return outcome;
    };
    try {
      assert.equal(await upload(), 'blocked');
      assert.equal(await submit(), 'blocked');
      const output = await signpost(['csp', '--worker', `${worker.url}/`], { cwd: directory });
      assert.equal(output, `# pages of ${site.url}\nconnect-src ${worker.url} ${store.endpoint};\nform-action ${worker.url} ${store.endpoint};`);
      const json = JSON.parse(await signpost(['csp', '--worker', worker.url, '--json'], { cwd: directory }));
      policy = Object.fromEntries(Object.entries(json[site.url]).map(([name, sources]) => [name, sources.join(' ')]));
      assert.match(await upload(), /^csp\//);
      assert.equal(await submit(), 'left');
    } finally {
      await Promise.all([worker.stop(), site.stop()]);
    }
  });
});

test('csp lists the origins of a bound bucket, of redirects, and of images', async () => {
  const origins = ['https://www.example.com'];
  const rule = { callers: ['anyone'], origins, types: ['image/png'], max_size: '1 MiB', expires: '10 min' };
  const r2 = { provider: 'r2', endpoint: 'https://0a1b.r2.cloudflarestorage.com', credentials: 'KEY', binding: 'MEDIA' };
  const UPLOADS = { form: { ...rule, bucket: 'own', key: 'a/{uuid}', redirect: 'https://www.example.com/thanks' }, film: { ...rule, bucket: 'films', key: 'b/{uuid}', multipart: true, origins: ['https://films.example.com'] } };
  const DOWNLOADS = { form: { bucket: 'own', callers: ['anyone'], origins: ['https://view.example.com'], key: 'a/{path}', expires: '5 min' } };
  await configure(directory, { BUCKETS: { own: { ...r2, name: 'own' }, films: { ...r2, name: 'films' } }, CALLERS: { anyone: { kind: 'anyone' } }, UPLOADS, DOWNLOADS });
  const json = JSON.parse(await signpost(['csp', '--worker=https://up.example.com', '--json'], { cwd: directory }));
  const [worker, bucket] = ['https://up.example.com', 'https://0a1b.r2.cloudflarestorage.com'];
  const both = [bucket, worker];
  assert.deepEqual(json, {
    'https://films.example.com': { 'connect-src': both, 'form-action': [worker] },
    'https://view.example.com': { 'connect-src': both, 'img-src': both, 'media-src': both },
    'https://www.example.com': { 'connect-src': [worker], 'form-action': [worker, 'https://www.example.com'] },
  });
});

describe('in a shell', () => {
  const COMMANDS = ['check', 'iam', 'cors', 'csp', 'sign', 'explain', 'completions'];
  test('bash loads the completions, and completes', async () => {
    const script = join(directory, 'signpost.bash');
    await writeFile(script, await signpost(['completions', 'bash']));
    assert.equal((await execute('bash', ['-n', script])).stderr, '');
    const complete = async (/** @type {string[]} */ ...words) => {
      const line = `. ${script}; COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _signpost signpost "${words.at(-1)}" "${words.at(-2)}"; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { code, stdout, stderr } = await execute('bash', ['-c', line]);
      assert.equal(code, 0, stderr);
      return stdout.trim().split('\n').sort();
    };
    assert.deepEqual(await complete('signpost', 'c'), ['check', 'completions', 'cors', 'csp']);
    assert.deepEqual(await complete('signpost', 'sign', '--out'), ['--output']);
    assert.deepEqual(await complete('signpost', 'sign', 'get', '--output', ''), ['curl', 'html', 'json', 'url']);
  });

  for (const shell of ['zsh', 'fish', 'powershell', 'elvish']) {
    test(`the completions for ${shell} contain every command`, async () => {
      const text = await signpost(['completions', shell]);
      for (const command of COMMANDS) assert.ok(text.includes(command), command);
    });
  }

  for (const [shell, { parse, options }] of Object.entries(SHELLS)) {
    test(`${shell} can parse its completions`, options, async () => {
      await writeFile(join(directory, shell), await signpost(['completions', shell]));
      const { code, stderr } = await execute(shell, [parse, join(directory, shell)]);
      assert.deepEqual([code, stderr], [0, '']);
    });
  }

  test('the build writes a manual page for each command', async () => {
    await signpost(['man', join(directory, 'man')]);
    const pages = (await readdir(join(directory, 'man'))).sort();
    for (const page of ['signpost.1', ...COMMANDS.map((command) => `signpost-${command}.1`)]) assert.ok(pages.includes(page), page);
    for (const page of pages) {
      const text = await readFile(join(root, 'build', 'man', page), 'utf8');
      assert.equal(text, await readFile(join(directory, 'man', page), 'utf8'), 'the build is up to date');
      assert.match(text, /^\.TH signpost.* 1 /m);
      for (const section of ['NAME', 'SYNOPSIS', 'DESCRIPTION']) assert.ok(text.includes(`.SH ${section}`), `${page}: ${section}`);
    }
  });

  test('groff renders every page of the manual', GROFF, async () => {
    const manual = join(root, 'build', 'man');
    for (const page of await readdir(manual)) {
      const { code, stdout, stderr } = await execute('groff', ['-man', '-Tutf8', join(manual, page)]);
      assert.deepEqual([code, stderr], [0, ''], page);
      assert.match(stdout, /signpost/);
    }
  });

  test('--help of every command has usage and examples', async () => {
    const all = await signpost(['--help']);
    for (const command of COMMANDS) assert.match(all, new RegExp(`^  ${command} +[A-Z]`, 'm'));
    assert.match(all, /Exit status: 0 success, 1 rejected, 2 usage error\.$/);
    for (const command of COMMANDS) {
      const { code, stdout, stderr } = await execute(await program(), [command, '--help']);
      assert.deepEqual([code, stderr], [0, '']);
      assert.match(stdout, new RegExp(`Usage: signpost ${command}`));
      assert.match(stdout, /Examples?:/, command);
      assert.equal((await execute(await program(), [command, '-h'])).code, 0);
    }
  });

  test('a usage error exits with 2 and an explanation', async () => {
    for (const args of [[], ['chek'], ['sign', 'get'], ['sign', 'get', 's3://a/b', '--expires', '8 days'], ['iam', '--bucket-policy'], ['iam', '--principal', 'x'], ['cors', '--format', 'yaml'], ['completions', 'csh']]) {
      const { code, stdout, stderr } = await execute(await program(), args, { cwd: directory });
      assert.deepEqual([code, stdout], [2, ''], args.join(' '));
      assert.match(stderr, /^error: |Usage: signpost/m, args.join(' '));
    }
    const { stderr } = await execute(await program(), ['chek']);
    assert.match(stderr, /similar subcommand exists: 'check'/);
  });
});
