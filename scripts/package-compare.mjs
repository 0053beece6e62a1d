/** @file Compares two packages file by file, and builds one again from the last commit in another folder. */
import { appendFile, mkdtemp, readFile, readdir, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Failure, root, run, say, step } from './step.mjs';

/**
 * Fails unless both tarballs have the same files with the same bytes. The tarballs themselves may differ, since the version of npm
 * decides how they are compressed.
 *
 * @param {string} published
 * @param {string} built
 */
export async function comparePackages(published, built) {
  const directory = await mkdtemp(join(tmpdir(), 'compare-'));
  try {
    const [theirs, ours] = await Promise.all([unpack(published, directory, 'published'), unpack(built, directory, 'built')]);
    const names = [...new Set([...theirs.keys(), ...ours.keys()])].sort();
    const different = names.filter((name) => theirs.get(name) !== ours.get(name));
    if (different.length === 0) return say(`  ${names.length} files, all equal`);
    const lines = different.map((name) => `${name}: ${!ours.has(name) ? 'not in the build' : !theirs.has(name) ? 'only in the build' : 'different'}`);
    const hint = `build the commit that provenance.json of the package names, with nothing changed, and with its compiler`;
    throw new Failure(`${basename(published)} is not what this source builds: ${different.length} of ${names.length} files differ`, hint, lines.join('\n'));
  } finally {
    await rm(directory, { recursive: true });
  }
}

/**
 * Builds the last commit in another folder, with nothing that was compiled here, and compares.
 *
 * @param {string} built the tarball that was built here
 */
export async function rebuild(built) {
  const changes = await run('git', ['status', '--porcelain']);
  if (changes) throw new Failure('there are changes that are not committed', 'commit them first: the last commit is built again', changes.trimEnd());
  const directory = await mkdtemp(join(tmpdir(), 'rebuild-'));
  const clone = join(directory, 'signpost');
  try {
    await run('git', ['clone', '--quiet', '--shared', root, clone]);
    await symlink(join(root, 'node_modules'), join(clone, 'node_modules'));
    await appendFile(join(clone, '.git', 'info', 'exclude'), '/node_modules\n'); // .gitignore names a folder, and this is a link
    const script = "import('./scripts/package.mjs').then(({ buildPackages }) => buildPackages())";
    await step('the same packages, built in another folder', (run) => run('node', ['--eval', script], { cwd: clone }));
    await step('the comparison', () => comparePackages(join(clone, 'build', 'packages', basename(built)), built));
  } finally {
    await rm(directory, { recursive: true });
  }
}

/**
 * @param {string} tarball
 * @param {string} directory
 * @param {string} name of the folder
 * @returns {Promise<Map<string, string>>} the mode and the content of each file
 */
async function unpack(tarball, directory, name) {
  const into = join(directory, name);
  await run('mkdir', [into]);
  await run('tar', ['-xzf', tarball, '-C', into], { hint: `${tarball} is not a package of npm` });
  const files = (await readdir(into, { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
  const read = files.map(async (file) => {
    const path = join(file.parentPath, file.name);
    const [{ mode }, bytes] = await Promise.all([stat(path), readFile(path)]);
    return /** @type {const} */ ([path.slice(into.length + 1), `${mode & 0o111 ? 'x' : '-'} ${bytes.toString('base64')}`]);
  });
  return new Map(await Promise.all(read));
}
