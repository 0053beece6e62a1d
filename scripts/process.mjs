/** @file Starts servers as child processes, waits until they answer, and stops them. */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, environment, root, tools } from './step.mjs';

/** @typedef {{ died: Promise<string>, stop: () => Promise<void> }} Server a running server; `died` says how it ended, unless it was stopped */

/** Functions that stop the running servers, by process group. @type {Map<number, () => Promise<void>>} */
const running = new Map();
process.on('exit', () => running.forEach((_, group) => signal(-group, 'SIGKILL')));

let guarded = false;

/**
 * Stops the servers, then this process, on SIGINT, SIGTERM or SIGHUP.
 *
 * @param {number} code the exit status
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
 * @param {string} [server.answers] the URL that it answers when it is ready, with any status; without it the server counts as ready at once
 * @param {number} [server.seconds] how long that may take
 * @param {number} [server.patience] how many seconds it has to end after SIGTERM
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
 * Finds a free port at random. A port that the system chooses could be given to any connection before a server listens on it.
 *
 * @returns {Promise<number>} a free port of 127.0.0.1, below the range from which systems choose
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
 * @returns {Promise<boolean>} whether the port is free on 127.0.0.1
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
 * Ends a process group: sends SIGTERM to its leader, then kills what is left when the leader has ended or the time is up.
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
    // It has already ended.
  }
}
