/** @file The npm package `signpost`: its files, its command, its types, and where it comes from. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { after, before, describe, test } from 'node:test';
import { VERSIONS } from '../../packages/create-signpost/lib/files.mjs';
import { sandbox } from '../../packages/signpost/lib/sandbox.mjs';
import { comparePackages } from '../../scripts/package-compare.mjs';
import { root, run } from '../../scripts/step.mjs';
import { need } from '../needs.mjs';
import { SIGNPOST } from '../support/packages.mjs';
import { execute } from '../support/signpost.mjs';

/** How long the command may take to start, in milliseconds. */
const MAX_START = 500;

/** A program that uses the package, with mistakes that its types must detect. */
const PROGRAM = `
import worker, { Signpost, SignpostState, type SignpostMethods } from 'signpost';
import { SignpostError, download, upload, type Uploaded } from 'signpost/client';
import { useUpload } from 'signpost/react';
import { SignpostUpload } from 'signpost/signpost-upload.js';

const site = { endpoint: 'https://signpost.example.com', rule: 'avatar' };
const stored: Promise<Uploaded> = upload(new File([], 'a.png'), { ...site, onprogress: ({ loaded }) => loaded, retries: 5 });
const link: Promise<{ url: string; expires: string }> = download('a.png', { ...site, filename: 'b.png', token: async () => 't' });
const words: string = SignpostUpload.texts.done('a.png');
const code = (error: unknown) => error instanceof SignpostError && error.code;
const answer: Response | Promise<Response> = worker.fetch(new Request('https://a.example'), {}, { waitUntil() {} });
const methods: SignpostMethods = new Signpost({}, {});
const receipt = () => {
  const { state, result, error } = useUpload(site.endpoint, { rule: 'avatar', retries: 5 });
  return state === 'done' ? result.receipt : state === 'error' ? error.message : '';
};
// @ts-expect-error: without a rule
useUpload(site.endpoint, {});
// @ts-expect-error: without a rule
upload(new Blob(), { endpoint: '' });
// @ts-expect-error: not a path
download(1, site);
// @ts-expect-error: without a caller
methods.upload('avatar', { type: 'image/png', size: 1 });
export { answer, code, link, receipt, stored, words };
`;

let directory = '';
let folder = '';
/** @type {string[]} */
let files = [];
const bin = (name = 'signpost') => join(folder, 'bin', `${name}.mjs`);

before(async () => {
  await need('packages');
  directory = await mkdtemp(join(tmpdir(), 'package-'));
  folder = join(directory, 'node_modules', 'signpost');
  await mkdir(folder, { recursive: true });
  await run('tar', ['-xzf', SIGNPOST, '-C', folder, '--strip-components=1']);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  files = entries.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name).slice(folder.length + 1)).sort();
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }');
});
after(() => rm(directory, { recursive: true }));

describe('the package', () => {
  test('contains only what it exports, and the programs', () => {
    const expected = /^(package\.json|provenance\.json|(vars|wrangler)\.schema\.json|README\.md|LICENSE-\w+|THIRD-PARTY-LICENSES|COPYRIGHT-library\.html|bin\/[\w-]+\.mjs|lib\/[\w-]+\.mjs|demo\/(index\.html|page\.js)|client\/(_headers|openapi\.json|react\.js|signpost(-upload)?\.js)|command\/signpost\.wasm|worker\/signpost(\.js|_bg\.wasm)|types\/(client\/)?[\w-]+\.d\.ts)$/;
    assert.deepEqual(files.filter((file) => !expected.test(file)), []);
    for (const file of ['client/openapi.json', 'client/react.js', 'client/signpost.js', 'client/signpost-upload.js', 'command/signpost.wasm', 'worker/signpost.js', 'worker/signpost_bg.wasm', 'types/rpc.d.ts', 'types/client/react.d.ts', 'types/client/signpost.d.ts', 'vars.schema.json', 'wrangler.schema.json']) assert.ok(files.includes(file), file);
  });

  test('has no scripts and no dependencies', async () => {
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    assert.deepEqual([manifest.scripts, manifest.dependencies, manifest.optionalDependencies], [undefined, undefined, undefined]);
  });

  test('names the digest of each file, the commit and the compiler', async () => {
    const { sha256, source, compiler } = JSON.parse(await readFile(join(folder, 'provenance.json'), 'utf8'));
    const others = files.filter((file) => file !== 'provenance.json');
    assert.deepEqual(Object.keys(sha256), others);
    for (const file of others) assert.equal(createHash('sha256').update(await readFile(join(folder, file))).digest('hex'), sha256[file], file);
    assert.match(source.revision, /^[0-9a-f]{40}$/);
    assert.equal(typeof source.changed, 'boolean');
    assert.match(compiler.rustc, /^\d+\.\d+\.\d+ \([0-9a-f]{40}\)$/);
    for (const tool of ['binaryen', 'esbuild', 'typescript', 'wrangler']) assert.match(compiler[tool], /^\d/);
  });

  test('has the licence of every crate in the Worker and in the command', async () => {
    const [head = '', ...sections] = (await readFile(join(folder, 'THIRD-PARTY-LICENSES'), 'utf8')).split(`${'-'.repeat(80)}\n`);
    const texts = new Map(sections.flatMap((section) => {
      const [names = '', ...text] = section.split('\n\n');
      return names.split('\n').map((name) => /** @type {const} */ ([name, text.join('\n\n')]));
    }));
    for (const [file, crate, target] of [['worker/signpost_bg.wasm', 'deployed', 'wasm32-unknown-unknown'], ['command/signpost.wasm', 'signpost-cli', 'wasm32-wasip1']]) {
      const tree = await run('cargo', ['tree', '--locked', '--package', crate, '--target', target, '--edges', 'normal', '--prefix', 'none']);
      const crates = tree.split('\n').filter((line) => line && !line.includes(process.cwd())).map((line) => line.split(' ', 2).join(' ').replace(' v', ' '));
      assert.ok(crates.length > 60, `${crates.length} crates in ${file}`);
      for (const name of new Set(crates)) {
        assert.match(head.split('\n').find((line) => line.startsWith(`${name}, `)) ?? '', new RegExp(file), name);
        assert.match(texts.get(name) ?? '', /permission is hereby granted|apache license|redistribution and use|unicode license|permission to use, copy|MIT OR Apache-2\.0/i, name);
      }
    }
    for (const part of ['musl, a part of wasi-libc', 'cloudlibc, a part of wasi-libc']) assert.match(texts.get(part) ?? '', /^Copyright (©|\(c\)) \d{4}/m, part);
  });

  test("has the notices of Rust's standard library", async () => {
    assert.match(await readFile(join(folder, 'COPYRIGHT-library.html'), 'utf8'), /dlmalloc-[\d.]+/); // the allocator of the command
  });

  test('contains no path of the machine that built it', async () => {
    const { homedir } = userInfo(); // HOME can be anything
    for (const file of files) {
      const bytes = await readFile(join(folder, file), 'latin1');
      for (const path of [`${homedir}/`, process.cwd()]) assert.ok(!bytes.includes(path), `${file} contains ${path}`);
    }
  });

  test('can be imported outside a browser, including the component', async () => {
    const script = "import { upload } from 'signpost/client'; import { SignpostUpload } from 'signpost/signpost-upload.js'; console.log(typeof upload, typeof SignpostUpload);";
    assert.equal(await run('node', ['--input-type=module', '--eval', script], { cwd: directory }), 'function function\n');
  });

  test('is built for `cf` by the installed wrangler, and checked', async () => {
    const project = join(directory, 'cf');
    await mkdir(project);
    await writeFile(join(project, 'package.json'), '{ "type": "module" }');
    await writeFile(join(project, 'index.js'), "export { default, Signpost, SignpostObjects, SignpostState } from 'signpost';");
    const UPLOADS = { avatar: { bucket: 'media', callers: ['nobody'] } };
    const worker = { name: 'signpost', compatibilityDate: '2026-09-01', entrypoint: './index.js', env: { UPLOADS: { type: 'json', value: UPLOADS } } };
    await writeFile(join(project, 'cloudflare.config.ts'), `export default ${JSON.stringify({ worker })};`);
    const wrangler = join(root, 'node_modules', 'wrangler', 'bin', 'wrangler.js');
    const built = await execute('node', [wrangler, 'build', '--experimental-new-config', '--experimental-cf-build-output'], { cwd: project, env: { CI: '1', WRANGLER_LOG_PATH: project } });
    assert.equal(built.code, 0, built.stdout + built.stderr);
    const names = await readdir(join(project, '.cloudflare', 'output'), { recursive: true });
    assert.ok(names.some((name) => name.endsWith('signpost_bg.wasm')), `${names}`);
    const { code, stdout } = await execute('node', [bin(), 'check'], { cwd: project });
    assert.equal(code, 1);
    assert.match(stdout, /worker\.config\.json:1:\d+\n/);
  });

  test('has types that detect mistakes', async () => {
    await writeFile(join(directory, 'program.ts'), PROGRAM);
    const options = ['--strict', '--noEmit', '--skipLibCheck', 'false', '--module', 'nodenext', '--target', 'es2024', '--lib', 'es2024,dom,dom.iterable', '--types', ''];
    await run('tsc', [...options, 'program.ts'], { cwd: directory });
  });
});

describe('the command', () => {
  test('starts quickly', async () => {
    const fastest = await shortest(['--version'], { code: 0, stdout: `signpost ${VERSIONS.signpost}\n`, stderr: '' });
    assert.ok(fastest < MAX_START, `${fastest} ms`);
  });

  // With V8's own limit for optimisation it takes seven times as long as its start.
  test('checks a configuration almost as quickly as it starts', async () => {
    const [start, check] = [await shortest(['--version'], {}), await shortest(['check', 'wrangler.toml'], { code: 0 })];
    assert.ok(check < 3 * start, `${check} ms, and ${start} ms to start`);
  });

  test('runs with Node 20', async (context) => {
    const { stdout } = await execute('sh', ['-c', 'for node in /usr/bin/node "$(command -v node20)"; do "$node" --version 2>/dev/null | grep -q "^v20" && echo "$node"; done']);
    const [node] = stdout.split('\n');
    if (!node) return context.skip('no Node 20 found');
    const { code, stdout: version, stderr } = await execute(node, [bin(), '--version']);
    assert.deepEqual([code, version, stderr], [0, `signpost ${VERSIONS.signpost}\n`, '']);
  });

  test('shows other warnings of Node', async () => {
    const warns = 'data:text/javascript,process.emitWarning("kept", "ExperimentalWarning")';
    const { stderr } = await execute('node', ['--import', warns, bin(), '--version']);
    assert.match(stderr, /ExperimentalWarning: kept/);
    assert.doesNotMatch(stderr, /WASI/);
  });

  test('finds files by relative paths, absolute paths and links', async () => {
    const base = join(directory, 'paths'); // a wrangler.toml above other tests would be found by their commands
    const [inner, file] = [join(base, 'a', 'b'), join(base, 'wrangler.toml')];
    await mkdir(inner, { recursive: true });
    await writeFile(file, '[vars]\n');
    await run('ln', ['-sf', file, join(inner, 'link.toml')]);
    for (const path of ['../../wrangler.toml', './.././../wrangler.toml', file, 'link.toml', '../b/link.toml']) {
      const { code, stderr } = await execute('node', [bin(), 'check', path], { cwd: inner });
      assert.deepEqual([code, stderr], [1, `${path}: 1 error, 0 warnings\n`]);
    }
  });

  test('finds the AWS files in the home directory', async () => {
    const home = join(directory, 'home');
    await mkdir(join(home, '.aws'), { recursive: true });
    await writeFile(join(home, '.aws', 'credentials'), '[default]\naws_access_key_id = AKIAHOME\naws_secret_access_key = secret\n');
    const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'];
    const none = Object.fromEntries(names.map((name) => [name, undefined]));
    for (const env of [none, { ...none, AWS_SHARED_CREDENTIALS_FILE: '~/.aws/credentials' }]) {
      const { stdout, stderr } = await execute('node', [bin(), 'sign', 'get', 's3://media/a.png', '--region=eu-west-1'], { env: { ...env, HOME: home } });
      assert.match(stdout, /X-Amz-Credential=AKIAHOME%2F/, stderr);
    }
  });

  test('reads all of standard input, and ends quietly if nobody reads its output', async () => {
    const lines = Array.from({ length: 3_000 }, (_, at) => JSON.stringify({ key: `${at}.png` })).join('\n');
    const env = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret' };
    const { stdout } = await execute('node', [bin(), 'sign', 'get', '--batch', 's3://media', '--region=eu-west-1'], { input: lines, env });
    assert.equal(stdout.trimEnd().split('\n').length, 3_000);
    const closed = await execute('sh', ['-c', `node ${bin()} completions zsh | head -n 1`]);
    assert.deepEqual([closed.code, closed.stdout, closed.stderr], [0, '#compdef signpost\n', '']);
  });

  test('waits for a slow reader', async () => {
    const lines = 'for (let at = 0; at < 3000; at += 1) console.log(JSON.stringify({ key: `${at}.png` }))';
    const script = `node --eval '${lines}' | node ${bin()} sign get --batch s3://media --region=eu-west-1 | (sleep 0.7; wc -l)`;
    const { stdout, stderr } = await execute('sh', ['-c', script], { env: { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret' } });
    assert.deepEqual([stdout.trim(), stderr], ['3000', '']);
  });

  test('names drives as folders on Windows', () => {
    const exists = (/** @type {string} */ path) => path === 'D:\\site\\wrangler.toml' || path === 'sub\\a.har';
    const system = { platform: 'win32', cwd: 'C:\\Users\\ada\\site', home: 'C:\\Users\\ada', exists };
    const args = ['check', 'D:\\site\\wrangler.toml', '--config=D:\\site\\wrangler.toml', 'sub\\a.har', 's3://media/a\\b.png', '--key=a\\b'];
    const { env, preopens, args: changed } = sandbox(args, { AWS_CONFIG_FILE: '~\\aws.ini' }, system);
    assert.deepEqual(changed, ['check', '/D:/site/wrangler.toml', '--config=/D:/site/wrangler.toml', 'sub/a.har', 's3://media/a\\b.png', '--key=a\\b']);
    assert.deepEqual(preopens, { '/D:': 'D:\\', '/C:': 'C:\\' });
    assert.deepEqual(env, { PWD: '/C:/Users/ada/site', AWS_CONFIG_FILE: '/C:/Users/ada/aws.ini', AWS_SHARED_CREDENTIALS_FILE: '/C:/Users/ada/.aws/credentials' });
  });
});

/**
 * Runs the command five times, and returns the shortest time in milliseconds.
 *
 * @param {string[]} args
 * @param {Partial<Awaited<ReturnType<typeof execute>>>} expected of each run
 */
async function shortest(args, expected) {
  const times = [];
  for (let round = 0; round < 5; round += 1) {
    const started = performance.now();
    const result = await execute('node', [bin(), ...args], { cwd: root });
    times.push(performance.now() - started);
    assert.deepEqual({ ...result, ...expected }, result);
  }
  return Math.min(...times);
}

describe('a comparison with a build', () => {
  test('accepts the same files, and names those that differ', async () => {
    await comparePackages(SIGNPOST, SIGNPOST);
    const changed = join(directory, 'changed');
    await cp(folder, join(changed, 'package'), { recursive: true });
    const wasm = join(changed, 'package', 'worker', 'signpost_bg.wasm');
    const bytes = await readFile(wasm);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(wasm, bytes);
    await writeFile(join(changed, 'package', 'lib', 'more.mjs'), '');
    await run('tar', ['-czf', join(directory, 'changed.tgz'), '-C', changed, 'package']);
    await assert.rejects(comparePackages(join(directory, 'changed.tgz'), SIGNPOST), (/** @type {any} */ error) => {
      assert.match(error.message, /^changed\.tgz is not what this source builds: 2 of \d+ files differ$/);
      assert.equal(error.output, 'package/lib/more.mjs: not in the build\npackage/worker/signpost_bg.wasm: different');
      return true;
    });
  });
});
