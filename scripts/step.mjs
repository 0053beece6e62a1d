/** @file Runs steps and commands, and reports their progress and failures. Needs only Node. */
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

/** The root of the checkout, without a trailing slash. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/** The folder for tools that do not come from npm or rustup. */
export const tools = join(root, '.tools');

/** The environment of child processes. `node`, `wrangler` and others come from npm's packages. */
export const environment = {
  ...process.env,
  CARGO_TARGET_DIR: join(root, 'target'),
  PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
  WRANGLER_SEND_METRICS: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false', // else wrangler dev asks Cloudflare for this machine's location
};

/** A failure with a hint for the user; printed without a stack trace. */
export class Failure extends Error {
  /**
   * @param {string} message
   * @param {string} [hint] what to do about it
   * @param {string} [output] the output of the failed program
   */
  constructor(message, hint, output) {
    super(message);
    this.hint = hint;
    this.output = output;
  }
}

/** The title that was printed last. Steps can overlap, so the end of another step repeats its title. */
let current = '';

/** @typedef {{ cwd?: string, env?: NodeJS.ProcessEnv, hint?: string }} RunOptions */
/** @typedef {(command: string, args: string[], options?: RunOptions) => Promise<string>} Run */

/**
 * Does `work`, and prints its title, its progress and its time.
 *
 * @template T
 * @param {string} title
 * @param {(run: Run) => Promise<T>} work gets `run`, whose latest line of output is the progress
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  let latest = '';
  const name = () => (current === title ? '' : `${title}: `);
  say(`- ${(current = title)}`);
  const progress = every(() => `    ${name()}${seconds()} ${latest}`);
  try {
    const result = await work((command, args, options) =>
      run(command, args, { ...options, online: (line) => (latest = line) }),
    );
    progress.stop();
    say(`  ${name()}done in ${seconds()}`);
    return result;
  } catch (error) {
    progress.stop();
    say(`  ${name()}FAILED after ${seconds()}`);
    throw error;
  }
}

/**
 * Runs a command and returns its stdout. Prints all output only if it fails.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions & { online?: (line: string) => void }} [options]
 * @returns {Promise<string>}
 */
export function run(command, args, { cwd = root, env = environment, hint, online } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    endsWithUs(child);
    let stdout = '';
    let all = '';
    /** @param {string} text */
    const append = (text) => {
      all += text;
      online?.(text.trimEnd().split('\n').at(-1) ?? '');
    };
    child.stdout.setEncoding('utf8').on('data', (text) => ((stdout += text), append(text)));
    child.stderr.setEncoding('utf8').on('data', append);
    child.on('error', () => reject(new Failure(`cannot run ${command}`, hint ?? `install ${command}, or put it on PATH`)));
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(stdout);
      reject(new Failure(`${[command, ...args].join(' ')} ended with ${signal ?? code}`, hint, all.trimEnd()));
    });
  });
}

/**
 * Runs a command and passes its output through.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<void>}
 */
export function show(command, args, { env = environment } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env, stdio: 'inherit' });
    endsWithUs(child);
    child.on('error', () => reject(new Failure(`cannot run ${command}`, `install ${command}, or put it on PATH`)));
    child.on('close', (code, signal) => {
      if (code === 0) return resolve();
      reject(new Failure(`${command} ${args[0] ?? ''} ended with ${signal ?? code}`));
    });
  });
}

/**
 * Kills a child when this process exits first.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
function endsWithUs(child) {
  const end = () => child.kill();
  process.once('exit', end);
  child.on('close', () => process.off('exit', end));
}

/** @param {Failure} failure */
export function printFailure({ message, hint, output }) {
  if (output) say(output);
  say(`error: ${message}`);
  if (hint) say(`hint: ${hint}`);
}

/** @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * Runs `body` if the script is the program, and exits with 1 if it fails.
 *
 * @param {ImportMeta} meta the script's `import.meta`
 * @param {() => Promise<void>} body
 */
export async function main(meta, body) {
  if (process.argv[1] !== fileURLToPath(meta.url)) return;
  try {
    await body();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    printFailure(error);
    process.exitCode = 1;
  }
}

/**
 * Prints a line of progress repeatedly: in place on a terminal, every 10 seconds elsewhere.
 *
 * @param {() => string} line
 */
function every(line) {
  const { isTTY, columns } = process.stderr;
  const timer = setInterval(
    () => (isTTY ? process.stderr.write(`\r\x1b[K${line().slice(0, columns - 1)}`) : say(line())),
    isTTY ? 500 : 10_000,
  );
  return {
    stop() {
      clearInterval(timer);
      if (isTTY) process.stderr.write('\r\x1b[K');
    },
  };
}
