/** @file Measures in rounds: each round runs every load once, so that a slower machine affects all of them. */
import { performance } from 'node:perf_hooks';
import { say } from '../scripts/step.mjs';
import { load, send } from './load.mjs';
import { serve } from './workerd.mjs';

/** @typedef {import('./workerd.mjs').Process} Process */
/** @typedef {{ process: Process, request: import('./load.mjs').RequestSpec, concurrency?: number }} Load */
/** @typedef {Record<string, number[]>} Rounds a number for each round */

/**
 * How many requests warm up a process before the first round. V8 compiles wasm one function at a time, in threads that are counted
 * too: a form costs 300 µs among the first two thousand requests, 200 µs among the next, and no less after the eighth thousand.
 */
const WARM_UP = 10_000;

/** How many requests a new process serves before its memory is read. */
const REQUESTS_FOR_MEMORY = 500;

/**
 * Measures the processor time of one request of each load, in microseconds.
 *
 * @param {Record<string, Load>} loads
 * @param {{ rounds: number, requests: number }} effort
 * @returns {Promise<Rounds>}
 */
export async function cost(loads, { rounds, requests }) {
  const entries = Object.entries(loads);
  for (const { process, request, concurrency } of Object.values(loads)) await load(process.port, request, WARM_UP, concurrency);
  say('    warm');
  /** @type {Rounds} */
  const costs = Object.fromEntries(entries.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, { process, request, concurrency }] of entries) {
      const before = await process.cpu();
      await load(process.port, request, requests, concurrency);
      costs[name].push(((await process.cpu()) - before) / requests);
    }
    if ((round + 1) % 5 === 0) say(`    round ${round + 1} of ${rounds}`);
  }
  return costs;
}

/**
 * Measures the time from the start of a process to the first answer, in milliseconds, and its peak memory, in bytes.
 *
 * @param {Record<string, { bundle: import('./bundle.mjs').Bundle, bindings: import('./workerd.mjs').Bindings, request: import('./load.mjs').RequestSpec }>} workers
 * @param {number} rounds
 * @returns {Promise<{ cold: Rounds, peak: Rounds }>}
 */
export async function fresh(workers, rounds) {
  const empty = () => Object.fromEntries(Object.keys(workers).map((name) => [name, []]));
  /** @type {{ cold: Rounds, peak: Rounds }} */
  const results = { cold: empty(), peak: empty() };
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, { bundle, bindings, request }] of Object.entries(workers)) {
      const process = await serve(bundle, bindings);
      await send(process.port, request);
      results.cold[name].push(performance.now() - process.started);
      await load(process.port, request, REQUESTS_FOR_MEMORY);
      results.peak[name].push(await process.peak());
      await process.stop();
    }
    say(`    round ${round + 1} of ${rounds}`);
  }
  return results;
}

/** @param {number[]} numbers */
export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
}

/** @param {number[]} numbers @returns {[number, number]} the first and the third quartile */
export function quartiles(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const quarter = Math.floor(sorted.length / 4);
  return [sorted[quarter], sorted[sorted.length - 1 - quarter]];
}

/**
 * The median of the ratios of the rounds. What slows down a round affects both of its numbers.
 *
 * @param {number[]} of
 * @param {number[]} over
 */
export const ratio = (of, over) => median(of.map((number, round) => number / over[round]));
