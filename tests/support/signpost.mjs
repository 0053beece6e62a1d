/** @file Runs the command `signpost`, built natively unless `SIGNPOST_PROGRAM` names another, such as that of the npm package. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment, root } from '../../scripts/step.mjs';
import { need } from '../needs.mjs';

/** @returns {Promise<string>} the program's path */
export async function program() {
  if (process.env.SIGNPOST_PROGRAM) return process.env.SIGNPOST_PROGRAM;
  await need('command');
  return join(environment.CARGO_TARGET_DIR, 'debug', 'signpost');
}

/**
 * Runs a program until it exits, with any status.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ input?: string | Buffer, env?: NodeJS.ProcessEnv, cwd?: string }} [options] `env` is added to the environment of the test
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string }>}
 */
export function execute(command, args, { input = '', env = {}, cwd = root } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...environment, ...env } });
    /** @type {{ stdout: string[], stderr: string[] }} */
    const output = { stdout: [], stderr: [] };
    child.stdout.setEncoding('utf8').on('data', (text) => output.stdout.push(text));
    child.stderr.setEncoding('utf8').on('data', (text) => output.stderr.push(text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout: output.stdout.join(''), stderr: output.stderr.join('') }));
    child.stdin.on('error', () => {}); // it may exit before it has read everything
    child.stdin.end(input);
  });
}

/**
 * Runs the command, and fails unless it succeeds.
 *
 * @param {string[]} args
 * @param {Parameters<typeof execute>[2]} [options]
 * @returns {Promise<string>} its standard output
 */
export async function signpost(args, options) {
  const { code, stdout, stderr } = await execute(await program(), args, options);
  if (code !== 0) throw new Error(`signpost ${args.join(' ')} exited with ${code}: ${stderr}`);
  return stdout.trimEnd();
}

/**
 * Writes variables as the `wrangler.toml` that the command reads.
 *
 * @param {string} directory
 * @param {Record<string, unknown>} vars
 */
export async function configure(directory, vars) {
  const lines = Object.entries(vars).map(([name, value]) => `${name} = ${toToml(value)}\n`);
  await writeFile(join(directory, 'wrangler.toml'), `[vars]\n${lines.join('')}`);
}

/** @param {unknown} value @returns {string} one line of TOML */
function toToml(value) {
  if (Array.isArray(value)) return `[${value.map(toToml).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)} = ${toToml(inner)}`).join(', ')} }`;
}

/**
 * Runs `signpost iam` with a configuration.
 *
 * @param {Record<string, unknown>} vars
 * @param {string[]} args
 * @returns {Promise<any>} the JSON that it prints
 */
export async function iamOf(vars, args) {
  const directory = await mkdtemp(join(tmpdir(), 'iam-'));
  try {
    await configure(directory, vars);
    return JSON.parse(await signpost(['iam', ...args], { cwd: directory }));
  } finally {
    await rm(directory, { recursive: true });
  }
}
