/** @file Servers as children: ready or explained, and never left behind. */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, environment, root, tools } from './step.mjs';

/** @typedef {{ died: Promise<string>, stop: () => Promise<void> }} Server a running server; `died` says how, if nobody stopped it */

/** How to stop what runs, by process group. @type {Map<number, () => Promise<void>>} */
const running = new Map();
process.on('exit', () => running.forEach((_, group) => signal(-group, 'SIGKILL')));

let guarded = false;

/**
 * Makes Ctrl-C, a supervisor's word and a closed terminal stop the servers first, then this process.
 *
 * @param {number} code what the process then ends with
 */
export function stopOnSignal(code) {
  if (guarded) return;
  guarded = true;
  let stopping = false;
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(name, async () => {
      if (stopping) return;
      stopping = true;
      await Promise.all([...running.values()].map((stop) => stop()));
      process.exit(code);
    });
  }
}

/**
 * Starts a server and waits until it answers; its output goes to `.tools/logs/<name>.log`.
 *
 * @param {object} server
 * @param {string} server.name
 * @param {string} server.command
 * @param {string[]} server.args
 * @param {NodeJS.ProcessEnv} [server.env] in addition to the scripts' own
 * @param {string} [server.cwd]
 * @param {string} [server.answers] the URL that it answers once it is ready, with any status; without it nobody waits
 * @param {number} [server.seconds] how long that may take
 * @param {number} [server.patience] how many seconds it has to end by itself once it is told to
 * @returns {Promise<Server>}
 */
export async function launch({ name, command, args, env = {}, cwd = root, answers, seconds = 30, patience = 5 }) {
  stopOnSignal(1);
  const log = join(tools, 'logs', `${name}.log`);
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, 'w');
  // A group of its own, so that what the server starts ends with it.
  const child = spawn(command, args, { cwd, env: { ...environment, ...env }, detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  const group = child.pid ?? 0;
  const exited = new Promise((/** @type {(how: string) => void} */ resolve) => {
    child.on('error', (error) => resolve(`did not start: ${error.message}`));
    child.on('exit', (code, by) => resolve(`ended with ${by ?? code}`));
  });
  let stopped = false;
  const stop = () => {
    stopped = true;
    return end(group, exited, patience);
  };
  if (group) running.set(group, stop);
  const died = new Promise((/** @type {(how: string) => void} */ resolve) => {
    exited.then((how) => stopped || resolve(`${name} ${how}`));
  });
  const failure = await Promise.race([
    died,
    (answers ? responds(answers, seconds) : Promise.resolve(true)).then((ready) => (ready ? '' : `${name} did not answer at ${answers} within ${seconds} s`)),
  ]);
  if (failure) {
    await stop();
    throw new Failure(failure, `its log is ${log}`, readFileSync(log, 'utf8').slice(-4000).trimEnd());
  }
  return { died, stop };
}

/**
 * Finds a free port by chance: one that the system chose might be chosen again, for any connection, before a server listens on it.
 *
 * @returns {Promise<number>} a port of 127.0.0.1 that nothing listens on, below those that systems choose
 */
export async function freePort() {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = randomInt(10_000, 32_000);
    if (await isFree(port)) return port;
  }
  throw new Failure('no free port on 127.0.0.1');
}

/**
 * @param {number} port
 * @returns {Promise<boolean>} whether 127.0.0.1 has the port to give
 */
export async function isFree(port) {
  const server = await listening(port).catch(() => undefined);
  if (server) await new Promise((resolve) => server.close(resolve));
  return server !== undefined;
}

/**
 * @param {number} port
 * @returns {Promise<import('node:net').Server>}
 */
function listening(port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject).listen(port, '127.0.0.1', () => resolve(server));
  });
}

/**
 * @param {string} url
 * @param {number} seconds
 * @returns {Promise<boolean>} whether it answered in time
 */
async function responds(url, seconds) {
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline) {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer) return true;
    await sleep(50);
  }
  return false;
}

/**
 * Ends a group of processes: its leader is told to end, and what is left after it, or after a while, is killed.
 *
 * @param {number} group also the leader's id
 * @param {Promise<string>} exited
 * @param {number} patience in seconds
 */
async function end(group, exited, patience) {
  signal(group, 'SIGTERM');
  const enough = new AbortController();
  await Promise.race([exited, sleep(patience * 1000, undefined, { signal: enough.signal }).catch(() => {})]);
  enough.abort();
  signal(-group, 'SIGKILL');
  running.delete(group);
}

/**
 * @param {number} id of a process, or less than zero for a group
 * @param {NodeJS.Signals} name
 */
function signal(id, name) {
  try {
    if (id) process.kill(id, name);
  } catch {
    // It has ended by itself.
  }
}
