/** @file A folder in which the commands of one document run, one block after the other. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { environment, root } from '../../scripts/step.mjs';
import { execute, program } from '../support/signpost.mjs';
import { venv } from '../support/venv.mjs';

/** What a document calls that needs an account, a server, or minutes. */
const STAND_INS = ['aws', 'b2', 'cargo', 'curl', 'garage', 'gcloud', 'mc', 'npm', 'npx'];

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };

/** The token of the sample caller. */
export const TOKEN = 'a-token-of-the-site-for-tests';

/** The size that README.md names. */
export const PICTURE_BYTES = 48_213;

/** The exit status of `signpost explain` is 1 if it finds a problem, which is what a document shows. */
const EXPLAIN = 'npx() { command npx "$@" || { local status=$?; [ "$1 $2" = "signpost explain" ] && [ $status = 1 ]; }; }\nsignpost() { command signpost "$@" || { local status=$?; [ "$1" = explain ] && [ $status = 1 ]; }; }\n';

/** @typedef {Awaited<ReturnType<typeof sandbox>>} Sandbox */

/**
 * @param {Record<string, any>} config that `signpost` reads there
 */
export async function sandbox(config) {
  const directory = await mkdtemp(join(tmpdir(), 'samples-'));
  const bin = join(directory, 'bin');
  await mkdir(bin);
  await symlink(await program(), join(bin, 'signpost'));
  for (const name of STAND_INS) await symlink(join(root, 'tests', 'samples', 'programs.mjs'), join(bin, name));
  await writeFile(join(directory, 'wrangler.json'), JSON.stringify(config));
  await writeFile(join(directory, 'me.png'), Buffer.alloc(PICTURE_BYTES));
  await writeFile(join(directory, '.dev.vars'), `MEDIA_ACCESS_KEY_ID=${KEYS.AWS_ACCESS_KEY_ID}\nMEDIA_SECRET_ACCESS_KEY=${KEYS.AWS_SECRET_ACCESS_KEY}\n`);
  await writeFile(join(directory, 'site-token'), TOKEN);
  await writeFile(join(directory, 'error.xml'), '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>');
  const env = { ...KEYS, AWS_DEFAULT_REGION: 'us-east-1', SAMPLES_ROOT: root, SAMPLES_AWS: join(await venv('awscli'), 'python'), MEDIA_SECRET_ACCESS_KEY: KEYS.AWS_SECRET_ACCESS_KEY };
  const run = (/** @type {string} */ code, /** @type {Record<string, string>} */ more = {}) =>
    execute('bash', ['-euo', 'pipefail', '-c', `exec 2>&1\n${EXPLAIN}${code}`], { cwd: directory, env: { ...env, ...more, PATH: [bin, environment.PATH].join(delimiter) } });
  await run("signpost sign get s3://acme-media/ada.png --region eu-west-1 | sed 's/ada/bob/' > link.txt");
  return {
    run,
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/**
 * Divides a transcript into commands, which begin with `$ `, and what they print.
 *
 * @param {string} code
 * @returns {{ command: string, output: string[] }[]}
 */
export function transcript(code) {
  const parts = code.split(/^\$ /m);
  if (parts.shift()?.trim()) throw new Error('a transcript begins with "$ " and a command');
  return parts.map((part) => {
    const [command, ...output] = part.trimEnd().split('\n');
    return { command, output };
  });
}

/**
 * Returns a pattern of a command's output. A line `...` stands for any number of lines, and `...` at the end of a line for its rest.
 *
 * @param {string[]} lines
 */
export function pattern(lines) {
  const escaped = (/** @type {string} */ line) => line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/(?:\\\.){3}$/, '.*');
  const parts = lines.map((line) => (line.trim() === '...' ? '(?:.*\\n)*?' : `${escaped(line)}\\n`));
  return new RegExp(`^${parts.join('')}$`);
}
