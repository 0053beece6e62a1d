/** @file Runs the command `signpost`, which is compiled to WebAssembly, in this process. */
import { readFile } from 'node:fs/promises';
import { isatty } from 'node:tty';
import { setFlagsFromString } from 'node:v8';
import { sandbox } from './sandbox.mjs';

const PROGRAM = new URL('../command/signpost.wasm', import.meta.url);

/** The exit status of a native program that panics. */
const PANICKED = 101;

/**
 * How much of a function runs before V8 compiles it again, to faster code. The functions of the command are large: with V8's own limit,
 * `signpost check` reached it within milliseconds and then waited for a compilation that took five times as long as all its work.
 * A batch of thousands of lines still reaches this one.
 */
const BEFORE_OPTIMISATION = '--wasm-tiering-budget=1000000000';

/**
 * Runs the command with the standard input and output of this process.
 *
 * @param {string[]} args without the program's name
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>} the exit status
 */
export async function runCommand(args, env = process.env) {
  setFlagsFromString(BEFORE_OPTIMISATION);
  const [wasi, module] = await Promise.all([start(args, env), readFile(PROGRAM).then((bytes) => WebAssembly.compile(bytes))]);
  const instance = await WebAssembly.instantiate(module, /** @type {WebAssembly.Imports} */ (wasi.getImportObject()));
  try {
    return wasi.start(instance);
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    process.stderr.write('error: signpost failed; the lines above say where\nhint: this is a bug in signpost, please report it with these lines\n');
    return PANICKED;
  }
}

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
async function start(args, env) {
  const { WASI } = await withoutWarning(() => import('node:wasi'));
  // Not `process.stdout.isTTY`: whoever reads it makes a pipe one that does not wait for its reader, and the command cannot write to it.
  const columns = isatty(1) ? process.stdout.columns : isatty(2) ? process.stderr.columns : undefined; // WASI does not know a terminal's width
  const system = sandbox(args, columns ? { COLUMNS: `${columns}`, ...env } : env);
  return new WASI({ version: 'preview1', returnOnExit: true, ...system, args: ['signpost', ...system.args] });
}

/**
 * Imports `node:wasi` without its warning that it is experimental. Other warnings are shown.
 *
 * @template T
 * @param {() => Promise<T>} load
 * @returns {Promise<T>}
 */
async function withoutWarning(load) {
  const { emitWarning } = process;
  process.emitWarning = (/** @type {any} */ warning, /** @type {any[]} */ ...rest) => {
    if (`${warning}`.startsWith('WASI is an experimental feature')) return;
    Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  try {
    return await load();
  } finally {
    process.emitWarning = emitWarning;
  }
}
