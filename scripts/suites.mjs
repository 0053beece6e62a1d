/** @file Runs suites of tests, some at a time: the longest first, so that none of them is alone at the end. */
import { randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { Failure, run, say, show } from './step.mjs';

const SECONDS = 300; // for one test; the longest takes 20 on an idle machine
const AT_ONCE = 3; // suites, which mostly wait for servers and browsers

/** Suites that take longer than the others. All others follow in a random order. */
const LONGEST = ['command', 'create', 'explain', 'openapi', 'mount', 'samples', 'operator', 'iam', 'package'];

/** The figures that Node prints at the end of a suite. */
const FIGURES = ['tests', 'pass', 'fail', 'cancelled', 'skipped'];

/**
 * Runs suites, each with its tests in a random order, so that no test depends on another. Prints a suite's output when it has ended, and the
 * failed tests again at the end.
 *
 * @param {string[]} suites
 * @param {string[]} options of `node --test`
 * @param {NodeJS.ProcessEnv} env
 * @param {string} [folder] of the suites
 */
export async function runSuites(suites, options, env, folder = 'tests/suites') {
  const seeded = options.some((option) => option.startsWith('--test-random-seed')) ? [] : [`--test-random-seed=${randomInt(2 ** 31)}`];
  const test = ['--test', '--test-randomize', ...seeded, `--test-timeout=${SECONDS * 1000}`, ...options];
  const path = (/** @type {string} */ suite) => `${folder}/${suite}.test.mjs`;
  if (suites.length === 1) return show('node', [...test, ...suites.map(path)], { env }); // its output as it comes
  const queue = inOrder(suites);
  /** @type {{ suite: string, seconds: number, output: string, failed: boolean }[]} */
  const results = [];
  const next = async () => {
    for (let suite = queue.shift(); suite; suite = queue.shift()) {
      const started = performance.now();
      const { output, failed } = await outcome(['node', [...test, path(suite)], { env }]);
      const seconds = (performance.now() - started) / 1000;
      results.push({ suite, seconds, output, failed });
      process.stdout.write(`\n${suite}${failed ? ', FAILED' : ''}, ${seconds.toFixed(0)} s, ${results.length} of ${suites.length} suites\n${output}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  summarise(results);
}

/** @param {string[]} suites */
function inOrder(suites) {
  const others = suites.filter((suite) => !LONGEST.includes(suite)).map((suite) => /** @type {const} */ ([randomInt(2 ** 31), suite]));
  return [...LONGEST.filter((suite) => suites.includes(suite)), ...others.sort(([one], [two]) => one - two).map(([, suite]) => suite)];
}

/** @param {Parameters<typeof run>} command @returns {Promise<{ output: string, failed: boolean }>} */
async function outcome(command) {
  try {
    return { output: await run(...command), failed: false };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { output: `${error.output ?? error.message}\n`, failed: true };
  }
}

/** @param {{ suite: string, seconds: number, output: string, failed: boolean }[]} results */
function summarise(results) {
  const sum = (/** @type {string} */ figure) => results.reduce((total, { output }) => total + Number(new RegExp(`^\\S+ ${figure} (\\d+)$`, 'm').exec(output)?.[1] ?? 0), 0);
  const slowest = [...results].sort((one, two) => two.seconds - one.seconds).slice(0, 8);
  say(`\nall suites: ${FIGURES.map((figure) => `${sum(figure)} ${figure}`).join(', ')}`);
  say(`the slowest: ${slowest.map(({ suite, seconds }) => `${suite} ${seconds.toFixed(0)} s`).join(', ')}`);
  const failed = results.filter((result) => result.failed);
  for (const { suite, output } of failed) say(`\n${suite}: ${output.slice(Math.max(output.indexOf('failing tests:'), 0)).trimEnd()}`);
  if (failed.length > 0) throw new Failure(`failed: ${failed.map(({ suite }) => suite).join(', ')}`);
}
