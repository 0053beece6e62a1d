/**
 * @file `npm run bench:batch [-- LINKS ROUNDS]`: compares `signpost sign --batch` with a loop of boto3 in one process.
 * They alternate; the result is the median of the ratios of the rounds. JSON Lines are read from a file and written to one.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { python, setup } from '../scripts/setup.mjs';
import { Failure, environment, main, root, run, say, step } from '../scripts/step.mjs';

const SECONDS = 3; // of boto3, in each round
const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const ARGS = ['sign', 'get', '--batch', 's3://acme-media', '--region=eu-west-1', '--expires=10 min'];

/**
 * @param {string} directory that has `keys`
 * @param {number} count
 * @returns {Promise<number>} links per second, including the start of the program
 */
async function signpost(directory, count) {
  const [keys, links] = [await open(join(directory, 'keys')), await open(join(directory, 'links'), 'w')];
  const started = performance.now();
  const child = spawn(join(root, 'target', 'native', 'signpost'), ARGS, { env: { ...environment, ...KEYS }, stdio: [keys.fd, links.fd, 'inherit'] });
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  const seconds = (performance.now() - started) / 1000;
  await Promise.all([keys.close(), links.close()]);
  const lines = (await readFile(join(directory, 'links'), 'utf8')).match(/^\{"url":"https:.*X-Amz-Signature=[0-9a-f]{64}"\}$/gm);
  if (code !== 0 || lines?.length !== count) throw new Failure(`signpost signed ${lines?.length} of ${count} links, exit status ${code}`);
  return count / seconds;
}

/** @returns {Promise<number>} links per second, excluding the start of the program */
async function boto3() {
  return Number(await run(join(await python('boto3'), 'python'), ['tests/support/boto3_signs.py', String(SECONDS)]));
}

/** @param {number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

await main(import.meta, async () => {
  const [links = 1_000_000, rounds = 5] = process.argv.slice(2).map(Number);
  if (!(links >= 1 && rounds >= 1)) throw new Failure('expected two numbers', 'npm run bench:batch -- 1000000 5');
  await setup();
  await step('the command `signpost`, optimised', (run) => run('cargo', ['build', '--locked', '--package', 'signpost-cli', '--profile', 'native']));
  await python('boto3');
  const directory = await mkdtemp(join(tmpdir(), 'signpost-batch-'));
  await writeFile(join(directory, 'keys'), Array.from({ length: links }, (_, n) => `{"key":"films/${n}.mp4"}\n`).join(''));
  /** @type {{ ours: number, theirs: number }[]} */
  const measured = [];
  for (let round = 1; round <= rounds; round += 1) {
    measured.push({ ours: await signpost(directory, links), theirs: await boto3() });
    say(`  round ${round}: ${measured.map(({ ours, theirs }) => `${ours.toFixed(0)} / ${theirs.toFixed(0)}`).at(-1)}`);
  }
  await rm(directory, { recursive: true });
  console.log('| links a second, one core | |\n|---|---|');
  console.log(`| \`signpost sign --batch\` | ${median(measured.map(({ ours }) => ours)).toFixed(0)} |`);
  console.log(`| boto3's \`generate_presigned_url\` | ${median(measured.map(({ theirs }) => theirs)).toFixed(0)} |`);
  console.log(`| times as many | ${median(measured.map(({ ours, theirs }) => ours / theirs)).toFixed(0)} |`);
});
