/**
 * @file Collects the licences of the crates in a compiled program, as the crates themselves have them.
 *
 * The registry's sources have a crate's licence files, so nothing but cargo is needed. Equal texts are written once.
 */
import { readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { compiler } from './reproducible.mjs';
import { Failure, root, run } from './step.mjs';

/** @typedef {{ name: string, version: string, license: string | null, manifest_path: string, source: string | null }} Crate as `cargo metadata` describes it */
/** @typedef {{ file: string, crate: string, target: string }} Program a file of a package, and the crate that it is compiled from */

/** The names of files with a licence or a notice. */
const FILE = /^(licen[cs]es?|copying|copyright|notice|unlicense)\b/i;

/** Licences that a crate offers besides MIT, which is chosen then. */
const ALTERNATIVE = /apache|lgpl|unlicense|copying/i;

/** The C library that Rust links into programs for WASI, by the parts that have notices of their own. */
const WASI_LIBC = [
  { part: 'wasi-libc, https://github.com/WebAssembly/wasi-libc', license: 'MIT', copyright: 'Copyright (c) the wasi-libc authors' },
  { part: 'musl, a part of wasi-libc', license: 'MIT', copyright: 'Copyright © 2005-2020 Rich Felker, et al.' },
  { part: 'cloudlibc, a part of wasi-libc', license: 'BSD-2-Clause', copyright: 'Copyright (c) 2015-2017 Nuxi, https://nuxi.nl/' },
  { part: 'libpreopen, a part of wasi-libc', license: 'BSD-2-Clause', copyright: 'Copyright (c) 2016-2017 Stanley Uche Godfrey\nCopyright (c) 2016-2018 Jonathan Anderson' },
];

/**
 * @param {Program[]} programs
 * @returns {Promise<{ text: string, library: Buffer }>} the licences, and the notices of Rust's standard library
 */
export async function thirdPartyLicenses(programs) {
  /** @type {Map<string, { crate: Crate, files: string[] }>} */
  const found = new Map();
  for (const { file, crate, target } of programs) {
    for (const each of await cratesOf(crate, target)) {
      const key = `${each.name} ${each.version}`;
      found.set(key, { crate: each, files: [...(found.get(key)?.files ?? []), file] });
    }
  }
  const crates = [...found].sort(([one], [two]) => (one < two ? -1 : 1)); // the same order on every machine
  /** @type {Map<string, string[]>} */
  const texts = new Map();
  const add = (/** @type {string} */ text, /** @type {string} */ name) => texts.set(text, [...(texts.get(text) ?? []), name]);
  for (const [key, { crate }] of crates) for (const text of await licenseTexts(crate)) add(text, key);
  const notices = join((await compiler()).sysroot, 'share', 'doc', 'rust');
  if (programs.some(({ target }) => target.includes('wasi'))) for (const { part, license, copyright } of WASI_LIBC) add(await standardText(notices, license, copyright), part);

  const rows = crates.map(([key, { crate, files }]) => `${key}, ${crate.license}: ${files.join(', ')}`);
  const sections = [...texts].map(([text, names]) => `${'-'.repeat(80)}\n${names.join('\n')}\n\n${text}\n`);
  return { text: `${HEAD}\n${rows.join('\n')}\n\n${sections.join('\n')}`, library: await readFile(join(notices, 'COPYRIGHT-library.html')) };
}

const HEAD = `The licences of the software in this package that is not Signpost's own: crates, and the macros that wrote a part of the programs. Where a
crate offers several licences, its MIT licence is chosen if it has one. COPYRIGHT-library.html has the notices of Rust's standard library.
`;

/**
 * @param {string} name
 * @param {string} target
 * @returns {Promise<Crate[]>} the crates of other projects that are compiled into it
 */
async function cratesOf(name, target) {
  const tree = ['tree', '--locked', '--package', name, '--target', target, '--edges', 'normal', '--prefix', 'none', '--no-dedupe', '--format', '{p}'];
  const [lines, metadata] = await Promise.all([run('cargo', tree), run('cargo', ['metadata', '--locked', '--format-version', '1', '--filter-platform', target])]);
  const wanted = new Set(lines.split('\n').map((line) => line.split(' ', 2).join(' ')));
  return JSON.parse(metadata).packages.filter((/** @type {Crate} */ crate) => crate.source !== null && wanted.has(`${crate.name} v${crate.version}`));
}

/** @param {Crate} crate @returns {Promise<string[]>} */
async function licenseTexts({ name, version, license, manifest_path }) {
  const folder = dirname(manifest_path);
  const entries = await readdir(folder, { withFileTypes: true });
  const within = await Promise.all(entries.filter((entry) => FILE.test(entry.name)).map(async (entry) => (entry.isDirectory() ? (await readdir(join(folder, entry.name))).map((file) => join(entry.name, file)) : [entry.name])));
  const files = within.flat().sort();
  const chosen = files.some((file) => /mit/i.test(file)) ? files.filter((file) => !ALTERNATIVE.test(file)) : files;
  if (chosen.length > 0) return Promise.all(chosen.map(async (file) => tidy(await readFile(join(folder, file), 'utf8'))));
  // Apache 2.0 asks for its text, and for no line about the holders of the copyright.
  if (/\bApache-2\.0\b/.test(license ?? '')) return [tidy(await readFile(join(root, 'LICENSE-APACHE'), 'utf8'))];
  throw new Failure(`${name} ${version} has no licence file`, 'its licence asks for its notice: add the text to scripts/licenses.mjs, or replace the crate');
}

/**
 * @param {string} notices the folder of Rust's notices
 * @param {string} license such as `MIT`
 * @param {string} copyright
 * @returns {Promise<string>} the licence's text, with who has the copyright
 */
async function standardText(notices, license, copyright) {
  const text = await readFile(join(notices, 'licenses', `${license}.txt`), 'utf8');
  if (!/^Copyright .*>\s*$/m.test(text)) throw new Failure(`Rust's text of ${license} has no line for the copyright`);
  return tidy(text.replace(/^Copyright .*>\s*$/m, `${copyright}\n`));
}

/** @param {string} text */
function tidy(text) {
  return text.replaceAll('\r\n', '\n').replace(/[ \t]+$/gm, '').trim();
}
