/** @file `npm run release` in a clone: the files of a release, its crates, and what it refuses. It publishes nothing. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { promisify } from 'node:util';
import { environment, root } from '../../scripts/step.mjs';

const run = promisify(execFile);
const REPOSITORY = 'https://git.example/acme/signpost';
const IDENTITY = { GIT_AUTHOR_NAME: 'T', GIT_AUTHOR_EMAIL: 't@example.com', GIT_COMMITTER_NAME: 'T', GIT_COMMITTER_EMAIL: 't@example.com' };

const PUBLISHED = ['signpost-cli', 'signpost-error-code', 'signpost-explain', 'signpost-post-object', 'signpost-rules', 'signpost-signer', 'signpost-worker'];
/** The files of a crate; cargo writes those that begin with a dot, the lock file and the original manifest. */
const BELONGS = /^(\.cargo_vcs_info\.json|Cargo\.(lock|toml|toml\.orig)|LICENSE-(APACHE|MIT)|(README|CHANGELOG|SECURITY)\.md|src\/[\w/-]+\.(rs|mjs|js|d\.ts|json))$/;

let clone = '';
beforeEach(async () => {
  clone = await mkdtemp(join(tmpdir(), 'release-'));
  await run('git', ['clone', '--quiet', '--depth', '1', `file://${root}`, clone]);
  await symlink(join(root, 'node_modules'), join(clone, 'node_modules'));
  await writeFile(join(clone, '.git/info/exclude'), 'node_modules\n');
});
afterEach(() => rm(clone, { recursive: true, force: true }));

/** @param {string[]} args */
const release = (...args) => run('node', ['scripts/release.mjs', '--no-packages', ...args], { cwd: clone, env: { ...environment, ...IDENTITY } });
const git = async (/** @type {string[]} */ ...args) => (await run('git', args, { cwd: clone })).stdout.trim();
const read = (/** @type {string} */ file) => readFile(join(clone, file), 'utf8');
const fails = (/** @type {RegExp} */ why, /** @type {string[]} */ ...args) =>
  assert.rejects(release(...args), (/** @type {any} */ error) => (assert.match(error.stderr, why), true));

test('writes the version, the date and the repository into every manifest, and commits', async () => {
  const before = await git('rev-parse', 'HEAD');
  const { stdout } = await release('9.8.7', '--repository', `${REPOSITORY}.git`);
  assert.equal(await git('status', '--porcelain'), '');
  assert.equal(await git('log', '-1', '--format=%s'), 'Version 9.8.7');
  assert.equal(await git('rev-parse', 'HEAD~1'), before);
  assert.equal(await git('tag'), '', 'the tag is left to whoever publishes');
  assert.match(stdout, /^git tag v9\.8\.7\ngit push origin HEAD v9\.8\.7\ncargo publish --workspace\n/);

  const { packages } = JSON.parse((await run('cargo', ['metadata', '--locked', '--no-deps', '--format-version', '1'], { cwd: clone })).stdout);
  const published = packages.filter((/** @type {{ publish: string[] | null }} */ { publish }) => publish === null);
  for (const { name, version, repository, description, license } of published) {
    assert.deepEqual([name, version, repository], [name, '9.8.7', REPOSITORY]);
    assert.ok(description && license, name);
  }
  assert.equal(JSON.parse(await read('docs/openapi.json')).info.version, '9.8.7');
  assert.equal(JSON.parse(await read('package.json')).repository.url, `git+${REPOSITORY}.git`);
  assert.match(await read('CHANGELOG.md'), /^# Changelog\n\n## Unreleased\n\n## 9\.8\.7 \(\d{4}-\d\d-\d\d\)\n/);
});

test('every crate that is published packs with its licences and README, and depends on crates of the same version', async () => {
  await release('9.8.7', '--repository', REPOSITORY);
  const metadata = JSON.parse((await run('cargo', ['metadata', '--locked', '--no-deps', '--format-version', '1'], { cwd: clone })).stdout);
  const published = metadata.packages.filter((/** @type {{ publish: string[] | null }} */ { publish }) => publish === null).map((/** @type {{ name: string }} */ { name }) => name);
  assert.deepEqual(published.sort(), PUBLISHED);
  // Offline, since `cargo metadata` has fetched everything. Without --no-verify it also compiles each, which takes minutes; their sources are compiled by every other suite.
  const { stderr } = await run('cargo', ['package', '--workspace', '--no-verify', '--offline', '--target-dir', join(clone, 'packed')], { cwd: clone });
  assert.doesNotMatch(stderr, /has no documentation, homepage or repository/);
  for (const name of PUBLISHED) {
    const folder = `${name}-9.8.7`;
    const archive = join(clone, 'packed', 'package', `${folder}.crate`);
    const files = (await run('tar', ['-tzf', archive])).stdout.trim().split('\n').map((file) => file.slice(folder.length + 1));
    for (const file of ['Cargo.toml', 'LICENSE-APACHE', 'LICENSE-MIT', 'README.md']) assert.ok(files.includes(file), `${name} lacks ${file}`);
    assert.deepEqual(files.filter((file) => !BELONGS.test(file)), [], name);
    const text = async (/** @type {string} */ file) => (await run('tar', ['-xzOf', archive, `${folder}/${file}`])).stdout;
    for (const file of ['LICENSE-APACHE', 'LICENSE-MIT']) assert.equal(await text(file), await read(file), `${name}: ${file}`);
    const manifest = await text('Cargo.toml');
    assert.match(manifest, /^readme = "README\.md"$/m, name);
    for (const [, dependency = '', table = ''] of manifest.matchAll(/^\[(?:target\.[^\n]+\.)?dependencies\.([\w-]+)\]\n((?:[^[\n].*\n)*)/gm)) {
      assert.doesNotMatch(table, /^(path|git) = /m, `${name}: ${dependency}`);
      if (/^package = "signpost-/m.test(table)) assert.match(table, /^version = "9\.8\.7"$/m, `${name}: ${dependency}`);
    }
  }
});

test('refuses a version that is not higher, an address that is not known, changes, and an empty changelog', async () => {
  await fails(/must be higher than/, '0.0.1', '--repository', REPOSITORY);
  await fails(/expected a version such as/, 'next', '--repository', REPOSITORY);
  await fails(/the address of the public repository is not known/, '9.8.7'); // `origin` is a folder
  await release('9.8.7', '--repository', REPOSITORY);
  await fails(/says nothing below/, '9.8.8', '--repository', REPOSITORY);
  await run('git', ['checkout', '--', '.'], { cwd: clone });
  await appendFile(join(clone, 'README.md'), '\n');
  await fails(/the working tree has changes/, '9.8.8', '--repository', REPOSITORY);
});
