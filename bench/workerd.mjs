/** @file Runs a Worker in bare workerd and reads the costs of its process. Linux only. */
import { spawn } from 'node:child_process';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { runtime } from '../scripts/local-worker.mjs';
import { Failure, environment } from '../scripts/step.mjs';

/** @typedef {Record<string, unknown>} Bindings texts and JSON, as `[vars]` and secrets are */
/** How many processes were started: it makes the name of their configuration unique. */
let served = 0;

/** @typedef {{ port: number, started: number, cpu: () => Promise<number>, peak: () => Promise<number>, stop: () => Promise<void> }} Process */

/**
 * Starts a Worker on a free port of 127.0.0.1.
 *
 * @param {import('./bundle.mjs').Bundle} bundle
 * @param {Bindings} bindings
 * @returns {Promise<Process>}
 */
export async function serve(bundle, bindings) {
  const config = join(bundle.directory, `${(served += 1)}.capnp`);
  await writeFile(config, await capnp(bundle, bindings));
  const started = performance.now();
  const child = spawn('workerd', ['serve', config, '--control-fd=3'], { env: environment, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  const exited = new Promise((resolve) => child.on('exit', resolve).on('error', resolve));
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text) => (stderr += text));
  const port = await Promise.race([listening(child), exited.then(() => 0)]);
  if (!port) throw new Failure(`workerd did not start with ${config}`, undefined, stderr);
  return {
    port,
    started,
    cpu: () => processorTime(child.pid ?? 0),
    peak: () => peakMemory(child.pid ?? 0),
    async stop() {
      kill();
      await exited;
      process.off('exit', kill);
    },
  };
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>} the port, once it is open
 */
function listening(child) {
  let output = '';
  const control = /** @type {import('node:stream').Readable} */ (child.stdio[3]);
  return new Promise((resolve) => {
    control.setEncoding('utf8').on('data', (text) => {
      output += text;
      const [, port] = /"event":"listen".*"port":(\d+)/.exec(output) ?? [];
      if (port) resolve(Number(port));
    });
  });
}

/** @param {number} pid @returns {Promise<number>} the processor time of all its threads, in microseconds */
async function processorTime(pid) {
  const threads = await readdir(`/proc/${pid}/task`);
  const spent = threads.map(async (thread) => {
    const [nanoseconds] = (await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => '0')).split(' ');
    return Number(nanoseconds) / 1000;
  });
  return (await Promise.all(spent)).reduce((sum, time) => sum + time, 0);
}

/** @param {number} pid @returns {Promise<number>} its peak memory, in bytes */
async function peakMemory(pid) {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) * 1024;
}

/**
 * @param {import('./bundle.mjs').Bundle} bundle
 * @param {Bindings} bindings
 * @returns {Promise<string>} workerd's configuration
 */
async function capnp({ main, modules }, bindings) {
  const { compatibility_date } = await runtime();
  const text = (/** @type {unknown} */ value) => JSON.stringify(value);
  const others = modules.filter((file) => file !== main);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  compatibilityDate = ${text(compatibility_date)},
  modules = [
    (name = ${text(main)}, esModule = embed ${text(main)}),
${others.map((file) => `    (name = ${text(file)}, wasm = embed ${text(file)}),`).join('\n')}
  ],
  bindings = [
${Object.entries(bindings).map(([name, value]) => `    (name = ${text(name)}, ${binding(value)}),`).join('\n')}
  ],
);
`;
}

/** @param {unknown} value */
const binding = (value) =>
  typeof value === 'string' ? `text = ${JSON.stringify(value)}` : `json = ${JSON.stringify(JSON.stringify(value))}`;
