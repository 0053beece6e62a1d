/**
 * @file `npm run bench`: measures the cost of a signed response, compared with a hello-world and other signers.
 *
 *     npm run bench                      prints the table
 *     npm run bench -- --json FILE       also writes the numbers
 *     npm run bench -- --write           also updates the table and the charts in bench/README.md
 *     npm run bench -- --quick           runs fewer rounds, to see that it works
 */
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bind, build } from '../scripts/build.mjs';
import { buildRustWorker } from '../scripts/rust-worker.mjs';
import { setup } from '../scripts/setup.mjs';
import { Failure, main, root, run, step } from '../scripts/step.mjs';
import { bundle } from './bundle.mjs';
import { chart, growthChart } from './chart.mjs';
import { REQUESTS, ROWS, WORKERS } from './contenders.mjs';
import { SERIES } from './growth.mjs';
import { send } from './load.mjs';
import { cost, fresh, median } from './measure.mjs';
import { table, summary } from './report.mjs';
import { serve } from './workerd.mjs';

/** @typedef {Record<string, import('./bundle.mjs').Bundle>} Bundles */

// Many short rounds: other work on the machine then affects both numbers of a ratio, or few of the ratios.
const FULL = { rounds: 75, requests: 400, fresh: 15, growth: { rounds: 25, requests: 300 } };
const QUICK = { rounds: 10, requests: 150, fresh: 3, growth: { rounds: 5, requests: 120 } };

/** Builds and bundles all Workers. @returns {Promise<Bundles>} */
async function workers() {
  await build();
  const crate = join('bench', 'hello-rust');
  await step('cargo build of the `worker` crate hello-world', (run) =>
    run('cargo', ['build', '--locked', '--release', '--target', 'wasm32-unknown-unknown'], { cwd: join(root, crate) }),
  );
  const compiled = join('target', 'wasm32-unknown-unknown', 'release', 'hello_rust.wasm');
  await bind(compiled, 'hello_rust', join(root, 'build', 'hello-rust'));
  await buildRustWorker(join('tests', 'mounted'));
  return step('wrangler bundles', async () => {
    /** @type {Bundles} */
    const bundles = {};
    for (const [name, { entry }] of Object.entries(WORKERS)) bundles[name] = await bundle(name, entry);
    return bundles;
  });
}

/**
 * Starts a Worker, and fails unless it answers the requests correctly.
 *
 * @param {import('./bundle.mjs').Bundle} bundle
 * @param {import('./workerd.mjs').Bindings} bindings
 * @param {import('./load.mjs').RequestSpec[]} requests
 * @param {(status: number) => boolean} isExpected
 */
async function serving(bundle, bindings, requests, isExpected = (status) => status < 400) {
  const process = await serve(bundle, bindings);
  for (const request of requests) {
    const { status, body } = await send(process.port, request);
    if (!isExpected(status)) throw new Failure(`${bundle.main} answers ${status} to ${request.method} ${request.path}`, undefined, body);
  }
  return process;
}

/** @param {Bundles} bundles @param {{ rounds: number, requests: number }} effort */
async function rows(bundles, effort) {
  /** @type {Record<string, import('./workerd.mjs').Process>} */
  const processes = {};
  for (const [name, { bindings }] of Object.entries(WORKERS)) {
    const requests = Object.values(ROWS).filter(({ worker }) => worker === name).map(({ request }) => REQUESTS[request]);
    if (requests.length === 0) continue;
    const hello = name.startsWith('hello');
    const statuses = requests.map(({ status }) => status);
    processes[name] = await serving(bundles[name], bindings, requests, (status) => hello || statuses.includes(status));
  }
  const loads = Object.entries(ROWS).map(([row, { worker, request }]) => [row, { process: processes[worker], request: REQUESTS[request] }]);
  const costs = await cost(Object.fromEntries(loads), effort);
  await Promise.all(Object.values(processes).map((process) => process.stop()));
  return costs;
}

/** @param {Bundles} bundles @param {{ rounds: number, requests: number }} effort */
async function growth({ signpost }, effort) {
  /** @type {Record<string, import('./measure.mjs').Load>} */
  const loads = {};
  for (const [name, { points }] of Object.entries(SERIES)) {
    for (const [x, { bindings, request, concurrency }] of Object.entries(points)) {
      loads[`${name} ${x}`] = { process: await serving(signpost, bindings, [request]), request, concurrency };
    }
  }
  const costs = await cost(loads, effort);
  await Promise.all(Object.values(loads).map(({ process }) => process.stop()));
  const points = (/** @type {string} */ name) =>
    Object.keys(SERIES[name].points).map((x) => ({ x: Number(x), microseconds: median(costs[`${name} ${x}`]) }));
  return Object.fromEntries(Object.entries(SERIES).map(([name, { title, unit }]) => [name, { title, unit, points: points(name) }]));
}

/** @param {Bundles} bundles @param {typeof FULL} effort */
async function measure(bundles, effort) {
  const costs = await step('processor time of a request', () => rows(bundles, effort));
  const requestOf = (/** @type {string} */ name) => Object.values(ROWS).find(({ worker }) => worker === name)?.request ?? 'upload';
  const each = Object.entries(WORKERS).map(([name, { bindings }]) => [name, { bundle: bundles[name], bindings, request: REQUESTS[requestOf(name)] }]);
  const starts = await step('cold starts and memory', () => fresh(Object.fromEntries(each), effort.fresh));
  const grown = await step('growth', () => growth(bundles, effort.growth));
  const [{ model }] = cpus();
  const [node, workerd] = [process.version, (await run('workerd', ['--version'])).trim()];
  return summary({ costs, ...starts, bundles, growth: grown, machine: { model, processors: cpus().length, node, workerd } });
}

await main(import.meta, async () => {
  const { values } = parseArgs({ options: { json: { type: 'string' }, quick: { type: 'boolean' }, write: { type: 'boolean' } } });
  if (process.platform !== 'linux') throw new Failure('the bench reads processor time from /proc', 'run it on Linux');
  process.setMaxListeners(0); // each workerd adds a listener, which kills it at the exit
  await setup();
  const result = await measure(await workers(), values.quick ? QUICK : FULL);
  const text = table(result);
  process.stdout.write(text);
  if (values.json) await writeFile(values.json, `${JSON.stringify(result, null, 2)}\n`);
  if (!values.write) return;
  const readme = join(root, 'bench', 'README.md');
  const before = await readFile(readme, 'utf8');
  await writeFile(readme, before.replace(/(<!-- table -->\n)[^]*(<!-- \/table -->)/, (_, start, end) => start + text + end));
  await writeFile(join(root, 'bench', 'cost.svg'), chart(result));
  await writeFile(join(root, 'bench', 'growth.svg'), growthChart(result));
});
