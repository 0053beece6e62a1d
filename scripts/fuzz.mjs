/**
 * @file `npm run fuzz`: runs the fuzz targets.
 *
 *     npm run fuzz                              every target, 10,000 cases each
 *     npm run fuzz -- --cases 10000000          so many cases each
 *     npm run fuzz -- respond token             these targets
 *
 * Inputs that reach new code are kept in `.tools/fuzz`, so a second run continues there. A failure names the file of its input.
 */
import { mkdir, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { NIGHTLY, nightlyEnvironment, nightlyProgram, setup } from './setup.mjs';
import { Failure, environment, main, root, say, step, tools } from './step.mjs';

/** Longest input of each target, in bytes: the limit of what it parses, or enough for several values. @type {Record<string, number>} */
export const TARGETS = {
  bucket_answer: 16_384,
  config: 8_192,
  confirm: 4_096,
  form_head: 32_768,
  key_set: 8_192,
  object: 4_096,
  policy_document: 4_096,
  post_form: 4_096,
  queue_message: 4_096,
  request: 4_096,
  respond: 32_768,
  ticket: 4_096,
  token: 6_144,
  upload: 16_384,
  uploaders: 16_384,
  values: 4_096,
};

/**
 * Runs a target until a limit, from the inputs that are known.
 *
 * @param {import('./step.mjs').Run} run
 * @param {string} target
 * @param {string[]} limits options of libFuzzer
 * @returns {Promise<string>} how many cases, and how fast
 */
export async function fuzz(run, target, limits) {
  const corpus = join(tools, 'fuzz', target);
  await mkdir(corpus, { recursive: true });
  const options = [`-max_len=${TARGETS[target]}`, '-print_final_stats=1', ...limits];
  // libFuzzer writes to stderr, which only the progress shows.
  const output = await cargoFuzz(run, ['run', '--fuzz-dir', 'fuzz', target, corpus, `fuzz/corpus/${target}`, '--', ...options]);
  const figure = (/** @type {string} */ name) => Number(new RegExp(`stat::${name}:\\s*(\\d+)`).exec(output)?.[1]);
  return `${figure('number_of_executed_units').toLocaleString('en')} cases, ${figure('average_exec_per_sec').toLocaleString('en')} in a second`;
}

/** @param {import('./step.mjs').Run} run @param {string[]} args */
async function cargoFuzz(run, args) {
  const env = { ...nightlyEnvironment, PATH: [await nightlyProgram('cargo-fuzz'), environment.PATH].join(delimiter) };
  return run('sh', ['-c', 'exec "$0" "$@" 2>&1', 'cargo', `+${NIGHTLY}`, 'fuzz', ...args], { env });
}

/** Compiles every target, so that several can run at the same time. @param {import('./step.mjs').Run} run */
export async function buildTargets(run) {
  await cargoFuzz(run, ['build', '--fuzz-dir', 'fuzz']);
}

/** Fails unless `fuzz/` has exactly these targets, each with inputs. */
export async function checkTargets() {
  const files = (await readdir(join(root, 'fuzz', 'fuzz_targets'))).map((file) => file.replace('.rs', '')).sort();
  const known = Object.keys(TARGETS).sort();
  if (`${files}` !== `${known}`) throw new Failure(`fuzz/fuzz_targets has ${files}, and scripts/fuzz.mjs has ${known}`);
  for (const target of known) {
    if ((await readdir(join(root, 'fuzz', 'corpus', target)).catch(() => [])).length === 0) throw new Failure(`fuzz/corpus/${target} has no input`);
  }
}

await main(import.meta, async () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { cases: { type: 'string', default: '10000' } } });
  const unknown = positionals.find((target) => !(target in TARGETS));
  if (unknown) throw new Failure(`no fuzz target is named ${unknown}`, `targets: ${Object.keys(TARGETS).join(', ')}`);
  const cases = Number(values.cases);
  if (!Number.isSafeInteger(cases) || cases < 1) throw new Failure(`--cases: expected a number of cases, found ${values.cases}`);
  await setup();
  await checkTargets();
  for (const target of positionals.length > 0 ? positionals : Object.keys(TARGETS)) {
    await step(`fuzz ${target}`, async (run) => say(`  ${await fuzz(run, target, [`-runs=${cases}`])}`));
  }
});
