/**
 * @file `npm test`: runs all tests, or the named suites.
 *
 *     npm test                                      Rust natively, then every suite of tests/suites
 *     npm test -- native                            Rust only
 *     npm test -- contract forms                    these suites, with only what they need
 *     npm test -- cors --test-name-pattern=Google   options go to `node --test`
 *
 * Tests that this machine cannot run are skipped and listed at the end. With `CI=true` that is an error.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BUILDS, INSTALLS, SUITES, install, locked } from '../tests/needs.mjs';
import { stopOnSignal } from './process.mjs';
import { setup } from './setup.mjs';
import { Failure, environment, main, root, say, show, tools } from './step.mjs';
import { runSuites } from './suites.mjs';

/** @typedef {import('../tests/needs.mjs').Need} Need */

/** How many installations run at once; builds run at the same time and need the processor. */
const DOWNLOADS = 3;

/**
 * @param {string[]} names
 * @param {string[]} known
 */
function chosenSuites(names, known) {
  const short = names.map((name) => name.replace(/^tests\/suites\/|\.test\.mjs$/g, ''));
  for (const name of short) if (!known.includes(name)) throw new Failure(`no suite is named ${name}`, `suites: native, ${known.join(', ')}`);
  return short;
}

/**
 * Builds and installs what suites need: one build at a time, and a few installations at the same time.
 *
 * @param {Need[]} needs
 * @param {() => Promise<unknown>} first runs before the builds
 * @returns {Promise<Record<string, string>>} for each need the reason for which it cannot be installed, or ''
 */
async function prepare(needs, first) {
  /** @type {Record<string, string>} */
  const results = {};
  const each = async (/** @type {Need[]} */ queue) => {
    for (let name = queue.shift(); name; name = queue.shift()) results[name] = await install(name);
  };
  const builds = needs.filter((name) => name in BUILDS);
  // Debian's packages are installed one after the other, since apt-get locks.
  const debian = needs.filter((name) => ['chromium', 'firefox', 'ceph', 'go', 'go-jose', 'php', 'zsh', 'fish', 'groff'].includes(name));
  const venvs = needs.filter((name) => name in INSTALLS && !debian.includes(name));
  await locked(() => Promise.all([first().then(() => each(builds)), each(debian), ...Array.from({ length: DOWNLOADS - 1 }, () => each(venvs))]));
  return results;
}

async function testNatively() {
  section('Rust, natively');
  await show('cargo', ['test', '--workspace', '--locked']);
}

/**
 * @param {string[]} suites
 * @param {Record<string, string>} results
 * @returns {string[]} the tests that are skipped, with the reason
 */
function leftOut(suites, results) {
  return suites.flatMap((suite) => {
    const { all = [], some = [] } = SUITES[suite] ?? {};
    const missing = all.find((name) => results[name]);
    if (missing) return [`${suite}: ${results[missing]}`];
    return some.filter((name) => results[name]).map((name) => `${suite}, with ${name}: ${results[name]}`);
  });
}

/** @param {string} title */
function section(title) {
  say(`\n== ${title} ==\n`);
}

await main(import.meta, async () => {
  stopOnSignal(1);
  const args = process.argv.slice(2);
  const [options, names] = [args.filter((arg) => arg.startsWith('-')), args.filter((arg) => !arg.startsWith('-'))];
  const files = (await readdir(join(root, 'tests', 'suites'))).filter((file) => file.endsWith('.test.mjs'));
  const known = files.map((file) => file.replace('.test.mjs', ''));
  const suites = names.length === 0 ? known : chosenSuites(names.filter((name) => name !== 'native'), known);
  const native = names.length === 0 || names.includes('native');

  await setup();
  const needs = [...new Set(suites.flatMap((suite) => [...(SUITES[suite]?.all ?? []), ...(SUITES[suite]?.some ?? [])]))];
  const results = await prepare(needs, native ? testNatively : async () => {});
  const missing = leftOut(suites, results);
  if (missing.length > 0 && process.env.CI === 'true') throw new Failure(`cannot be run here:\n${missing.join('\n')}`);

  const run = suites.filter((suite) => !(SUITES[suite]?.all ?? []).some((name) => results[name]));
  if (run.length > 0) {
    await rm(join(tools, 'logs', 'tests'), { recursive: true, force: true });
    section(run.join(', '));
    const env = { ...environment, SIGNPOST_TEST_NEEDS: JSON.stringify(results) };
    await runSuites(run, options, env).finally(() => missing.forEach((line) => say(`not run here: ${line}`)));
  }
});
