/**
 * @file `npm run sbom`: writes `build/sbom.json`, the bill of materials of the Worker, in CycloneDX 1.5.
 *
 * It lists the crates in the wasm, and the macros that wrote a part of it. No package from npm is part of the Worker.
 * Spec: https://cyclonedx.org/docs/1.5/json/
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cargoCyclonedx, setup } from './setup.mjs';
import { Failure, main, root, say, step } from './step.mjs';

/** The name of the files that cargo-cyclonedx writes, one beside each manifest of the workspace. */
const FILE = 'signpost-sbom';

const OPTIONS = ['--format', 'json', '--spec-version', '1.5', '--target', 'wasm32-unknown-unknown', '--no-build-deps', '--override-filename', FILE];

/** @param {import('./step.mjs').Run} run @returns {Promise<string>} what it lists */
export async function writeSbom(run) {
  const program = await cargoCyclonedx();
  const { packages, workspace_members: members } = JSON.parse(await run('cargo', ['metadata', '--locked', '--format-version', '1']));
  const files = packages
    .filter((/** @type {{ id: string }} */ { id }) => members.includes(id))
    .map((/** @type {{ manifest_path: string }} */ { manifest_path }) => join(dirname(manifest_path), `${FILE}.json`));
  try {
    await run(program, ['cyclonedx', '--manifest-path', 'deployed/Cargo.toml', ...OPTIONS]);
    const text = await readFile(join(root, 'deployed', `${FILE}.json`), 'utf8');
    const found = check(text.replaceAll(root, '.'), packages);
    await mkdir(join(root, 'build'), { recursive: true });
    await writeFile(join(root, 'build', 'sbom.json'), text.replaceAll(root, '.'));
    return found;
  } finally {
    await Promise.all(files.map((/** @type {string} */ file) => rm(file, { force: true })));
  }
}

/**
 * Fails if a component lacks what a scanner of vulnerabilities needs, or is not of `Cargo.lock`.
 *
 * @param {string} text
 * @param {{ name: string, version: string, source: string | null }[]} packages
 */
function check(text, packages) {
  const { bomFormat, specVersion, components } = JSON.parse(text);
  const known = new Set(packages.map(({ name, version, source }) => `${name}@${source === null ? '' : version}`));
  for (const { name, version, purl, hashes, licenses } of components) {
    if (known.has(`${name}@`)) continue; // a crate of this repository
    if (!known.has(`${name}@${version}`)) throw new Failure(`${name} ${version} is not in Cargo.lock`);
    if (purl !== `pkg:cargo/${name}@${version}` || !hashes?.length || !licenses?.length) throw new Failure(`${name} ${version} has no purl, hash or licence`);
  }
  if (bomFormat !== 'CycloneDX' || !components.some((/** @type {{ name: string }} */ { name }) => name === 'serde_json')) throw new Failure('the bill of materials is not complete');
  return `${components.length} components, CycloneDX ${specVersion}`;
}

await main(import.meta, async () => {
  await setup();
  await step('the bill of materials, build/sbom.json', async (run) => say(`  ${await writeSbom(run)}`));
});
