/**
 * @file `npm run package`: builds the npm packages `signpost` and `create-signpost` into `build/packages/`.
 *
 *     npm run package
 *     npm run package -- --compare signpost-0.1.0.tgz    fails unless that package has the same files as the one built here
 *     npm run package -- --rebuild                       builds the last commit again in another folder, and compares
 */
import { copyFile, cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { TARGET, build, compile, optimise } from './build.mjs';
import { buildClient, dist } from './client.mjs';
import { thirdPartyLicenses } from './licenses.mjs';
import { comparePackages, rebuild } from './package-compare.mjs';
import { compiler } from './reproducible.mjs';
import { setup } from './setup.mjs';
import { main, root, run, say, step } from './step.mjs';
import { writeWranglerSchema } from './wrangler-schema.mjs';

/** Where the packages are written. */
export const PACKAGES = join(root, 'build', 'packages');

/** The target of the command: one program for every platform, which Node runs. */
const COMMAND_TARGET = 'wasm32-wasip1';

/** Packages of npm whose version changes the bytes of a build. */
const TOOLS = ['binaryen', 'esbuild', 'typescript', 'wrangler'];

/**
 * Builds both packages.
 *
 * @returns {Promise<{ signpost: string, create: string }>} the paths of the tarballs
 */
export async function buildPackages() {
  await buildClient();
  await build();
  const staged = join(PACKAGES, 'signpost');
  await rm(PACKAGES, { recursive: true, force: true });
  await cp(join(root, 'packages'), PACKAGES, { recursive: true, filter: (path) => basename(path) !== 'node_modules' });
  await step('the command, as WebAssembly', async (run) => {
    await compile('signpost-cli', [], COMMAND_TARGET)(run);
    await mkdir(join(staged, 'command'));
    await optimise(run, join('target', COMMAND_TARGET, 'release', 'signpost.wasm'), join(staged, 'command', 'signpost.wasm'), ['-Os']);
  });
  await step('the packages', async () => {
    await cp(dist, join(staged, 'client'), { recursive: true });
    await cp(join(root, 'client', 'types'), join(staged, 'types', 'client'), { recursive: true });
    await copyFile(join(root, 'src', 'js', 'rpc.d.ts'), join(staged, 'types', 'rpc.d.ts'));
    await copyFile(join(root, 'docs', 'vars.schema.json'), join(staged, 'vars.schema.json'));
    await writeWranglerSchema(join(staged, 'wrangler.schema.json'));
    await bundleWorker(join(staged, 'worker'));
    for (const name of ['signpost', 'create-signpost'])
      for (const licence of ['LICENSE-APACHE', 'LICENSE-MIT']) await copyFile(join(root, licence), join(PACKAGES, name, licence));
    await writeLicenses(staged);
    await writeFile(join(staged, 'provenance.json'), `${JSON.stringify(await provenance(staged), undefined, 2)}\n`);
  });
  return { signpost: await pack('signpost'), create: await pack('create-signpost') };
}

/**
 * Puts the Worker's modules into one, beside its wasm.
 *
 * @param {string} into
 */
async function bundleWorker(into) {
  const { build: esbuild } = await import('esbuild'); // later, since it comes from npm
  const wasm = {
    name: 'wasm',
    setup: (/** @type {import('esbuild').PluginBuild} */ plugins) =>
      plugins.onResolve({ filter: /\.wasm$/ }, () => ({ path: './signpost_bg.wasm', external: true })),
  };
  await esbuild({
    absWorkingDir: root,
    entryPoints: ['src/js/entry.mjs'],
    outfile: join(into, 'signpost.js'),
    bundle: true,
    external: ['cloudflare:*'],
    format: 'esm',
    target: 'es2024',
    plugins: [wasm],
    logLevel: 'silent',
  });
  await copyFile(join(root, 'build', 'signpost_bg.wasm'), join(into, 'signpost_bg.wasm'));
}

/** Writes the licences of the crates in the Worker and in the command. @param {string} into */
async function writeLicenses(into) {
  const { text, library } = await thirdPartyLicenses([
    { file: 'worker/signpost_bg.wasm', crate: 'deployed', target: TARGET },
    { file: 'command/signpost.wasm', crate: 'signpost-cli', target: COMMAND_TARGET },
  ]);
  await writeFile(join(into, 'THIRD-PARTY-LICENSES'), text);
  await writeFile(join(into, 'COPYRIGHT-library.html'), library);
}

/**
 * Describes where a package comes from.
 *
 * @param {string} folder
 */
async function provenance(folder) {
  const [revision, changes, { version, commit }, lock] = await Promise.all([
    run('git', ['rev-parse', 'HEAD']),
    run('git', ['status', '--porcelain']),
    compiler(),
    readFile(join(root, 'package-lock.json'), 'utf8').then(JSON.parse),
  ]);
  const tools = TOOLS.map((name) => [name, lock.packages[`node_modules/${name}`].version]);
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
  const names = files.map((file) => join(file.parentPath, file.name).slice(folder.length + 1)).sort();
  const digests = names.map(async (name) => [name, createHash('sha256').update(await readFile(join(folder, name))).digest('hex')]);
  return {
    source: { revision: revision.trim(), changed: changes.trim() !== '' },
    compiler: { rustc: `${version} (${commit})`, ...Object.fromEntries(tools) },
    sha256: Object.fromEntries(await Promise.all(digests)),
  };
}

/** @param {string} name @returns {Promise<string>} the path of the tarball */
async function pack(name) {
  const options = ['--json', '--ignore-scripts', '--pack-destination', PACKAGES];
  const [packed] = JSON.parse(await run('npm', ['pack', ...options], { cwd: join(PACKAGES, name) }));
  say(`  build/packages/${packed.filename}: ${(packed.size / 1024).toFixed(0)} KiB, ${packed.files.length} files`);
  return join(PACKAGES, packed.filename);
}

await main(import.meta, async () => {
  const { values } = parseArgs({ options: { compare: { type: 'string' }, rebuild: { type: 'boolean' } } });
  await setup();
  const { signpost } = await buildPackages();
  const published = values.compare && resolve(values.compare);
  if (published) await step(`the comparison with ${values.compare}`, () => comparePackages(published, signpost));
  if (values.rebuild) await rebuild(signpost);
});
