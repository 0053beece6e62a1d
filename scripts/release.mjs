/**
 * @file `npm run release -- 0.2.0`: makes the commit of a release, builds its packages, and prints how to publish them. Publishes nothing.
 *
 *     npm run release -- 0.2.0
 *     npm run release -- 0.2.0 --repository https://github.com/acme/signpost    if the remote `origin` is not the public repository
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FILE, openapi } from './openapi.mjs';
import { Failure, main, root, run, say, show, step } from './step.mjs';

const CHANGELOGS = ['CHANGELOG.md', 'signer/CHANGELOG.md'];

/**
 * Writes the version, the repository and the date into all files that have them.
 *
 * @param {string} version
 * @param {string} repository
 * @param {string} date such as `2026-11-23`
 */
async function write(version, repository, date) {
  const files = (await run('git', ['ls-files'])).split('\n');
  const former = await currentVersion();
  for (const file of CHANGELOGS) await edit(file, (text) => released(text, file, version, date));
  for (const file of files.filter((name) => /(^|\/)Cargo\.toml$/.test(name))) await edit(file, (text) => cargoManifest(text, former, version, repository));
  for (const file of files.filter((name) => /(^|\/)package\.json$/.test(name))) await edit(file, (text) => npmManifest(text, version, repository));
  for (const file of files.filter((name) => name.endsWith('/versions.json'))) await edit(file, (text) => `${JSON.stringify({ ...JSON.parse(text), signpost: version }, undefined, 2)}\n`);
  // Reads the manifests, and writes only what changed into the lock file.
  for (const file of files.filter((name) => /(^|\/)Cargo\.lock$/.test(name))) {
    await run('cargo', ['metadata', '--format-version', '1', '--manifest-path', file.replace(/lock$/, 'toml')], { hint: 'cargo needs its registry' });
  }
  await writeFile(join(root, FILE), await openapi());
}

/** @returns {Promise<string>} the version of the workspace */
async function currentVersion() {
  const manifest = await readFile(join(root, 'Cargo.toml'), 'utf8');
  return /^\[workspace\.package\][^[]*?^version = "([^"]+)"$/m.exec(manifest)?.[1] ?? '';
}

/** @param {string} file @param {(text: string) => string} change */
async function edit(file, change) {
  const path = join(root, file);
  const text = await readFile(path, 'utf8');
  await writeFile(path, change(text));
}

/**
 * Gives the section Unreleased its version and date, and begins a new one.
 *
 * @param {string} text
 * @param {string} file
 * @param {string} version
 * @param {string} date
 */
function released(text, file, version, date) {
  const [before, ...rest] = text.split('## Unreleased\n');
  const [after = ''] = rest;
  if (rest.length !== 1) throw new Failure(`${file} must have one heading "## Unreleased"`);
  const entries = after.split(/^## /m)[0]?.trim();
  // The signer's log is the signer's alone: it may have no entry.
  if (!entries && file === 'CHANGELOG.md') throw new Failure(`${file} says nothing below "## Unreleased"`);
  return entries ? `${before}## Unreleased\n\n## ${version} (${date})\n${after}` : text;
}

/** @param {string} text @param {string} former @param {string} version @param {string} repository */
function cargoManifest(text, former, version, repository) {
  const isWorkspace = text.includes('[workspace.package]');
  const inherits = text.includes('version.workspace = true') && !text.includes('repository.workspace');
  return text
    .replaceAll(`version = "${former}"`, (found, at) => (isWorkspace && isOurs(text, at) ? `version = "${version}"` : found))
    .replace(/^(\[workspace\.package\]\n(?:(?!repository|\[).*\n)*?)(?:repository = .*\n)?(?=\n|\[)/m, `$1repository = "${repository}"\n`)
    .replace(/^license\.workspace = true\n/m, inherits ? 'license.workspace = true\nrepository.workspace = true\n' : '$&');
}

/** Whether the version at a place is the workspace's, or that of a dependency in this repository. @param {string} text @param {number} at */
function isOurs(text, at) {
  const line = text.slice(text.lastIndexOf('\n', at) + 1, text.indexOf('\n', at));
  return line.startsWith('version') || line.includes('path = ');
}

/** @param {string} text @param {string} version @param {string} repository */
function npmManifest(text, version, repository) {
  const manifest = JSON.parse(text);
  const { name, version: former, ...rest } = manifest;
  const versioned = former === undefined ? { name, ...rest } : { name, version, ...rest };
  // An example is not a package of its own.
  if (manifest.private && manifest.name !== 'signpost') return text;
  return `${JSON.stringify({ ...versioned, repository: { type: 'git', url: `git+${repository}.git` } }, undefined, 2)}\n`;
}

/** @param {string | undefined} given @returns {Promise<string>} the address of the public repository */
async function repositoryUrl(given) {
  const remote = given ?? (await run('git', ['remote', 'get-url', 'origin']).catch(() => ''));
  const url = remote.trim().replace(/^git@([^:]+):/, 'https://$1/').replace(/(\.git)?\/?$/, '');
  if (/^https:\/\/[^/@]+\/[^/]+\/[^/]+$/.test(url)) return url;
  throw new Failure('the address of the public repository is not known', 'add it as the remote `origin`, or give it as --repository https://...');
}

/** @param {string} version */
async function check(version) {
  const numbers = (/** @type {string} */ text) => /^(\d+)\.(\d+)\.(\d+)$/.exec(text)?.slice(1).map(Number);
  const [next, former] = [numbers(version), numbers(await currentVersion())];
  if (!next || !former) throw new Failure(`expected a version such as 0.2.0, found ${version || 'none'}`);
  const [change = 0] = next.map((number, at) => number - (former[at] ?? 0)).filter((difference) => difference !== 0);
  if (change <= 0) throw new Failure(`the version must be higher than ${former.join('.')}, found ${version}`);
  const changes = await run('git', ['status', '--porcelain']);
  if (changes) throw new Failure('the working tree has changes', 'commit them first', changes.trimEnd());
  if (await run('git', ['tag', '--list', `v${version}`])) throw new Failure(`the tag v${version} exists`);
}

/** @param {string} version @returns {Promise<string[]>} the npm packages, as paths below the root */
async function packages(version) {
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  if (!scripts.package) return [];
  await show('npm', ['run', 'package']);
  return ['signpost', 'create-signpost'].map((name) => `build/packages/${name}-${version}.tgz`);
}

await main(import.meta, async () => {
  const options = /** @type {const} */ ({ repository: { type: 'string' }, 'no-packages': { type: 'boolean' } });
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const version = positionals[0] ?? '';
  await check(version);
  const repository = await repositoryUrl(values.repository);
  await step(`the files of version ${version}`, () => write(version, repository, new Date().toISOString().slice(0, 10)));
  await run('git', ['commit', '--quiet', '--all', '--message', `Version ${version}`]);
  const built = values['no-packages'] ? [] : await packages(version); // after the commit, whose ID is in the packages
  say('\nThe commit is made, and nothing is published. After .ci/run has succeeded:\n');
  const commands = [`git tag v${version}`, `git push origin HEAD v${version}`, 'cargo publish --workspace', ...built.map((file) => `npm publish ${file}`)];
  process.stdout.write(`${commands.join('\n')}\n`);
});
