/** @file Counts the steps of scripts: V8's own counters of executed blocks, and the bytes that its methods of byte arrays read or write. */
import { Session } from 'node:inspector/promises';

/** How many bytes a method of V8 moves or compares in one step, as `memory.copy` in wasm. */
const BYTES_PER_STEP = 16;

const session = new Session();
let bytes = 0;

/** Starts to count. Only scripts that are loaded afterwards are counted block by block. */
export async function startCounting() {
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const array = Object.getPrototypeOf(Uint8Array.prototype);
  for (const name of ['set', 'slice', 'fill', 'indexOf', 'includes']) array[name] = measured(name, array[name]);
}

export function stopCounting() {
  session.disconnect();
}

/**
 * Returns the steps since the last call, in scripts whose URL contains one of these texts.
 *
 * @param {string[]} places
 */
export async function scriptSteps(places) {
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const scripts = result.filter(({ url }) => places.some((place) => url.includes(place)));
  const ranges = scripts.flatMap(({ functions }) => functions.flatMap((each) => each.ranges));
  const blocks = ranges.reduce((sum, { count }) => sum + count, 0);
  const steps = blocks + Math.floor(bytes / BYTES_PER_STEP);
  bytes = 0;
  return steps;
}

/**
 * The same method, which adds the bytes that it reads or writes.
 *
 * @param {string} name
 * @param {Function} method
 */
function measured(name, method) {
  /** @this {Uint8Array} @param {any[]} args */
  return function (...args) {
    const result = method.apply(this, args);
    bytes += size(name, this, args, result);
    return result;
  };
}

/** @param {string} name @param {Uint8Array} array @param {any[]} args @param {any} result */
function size(name, array, args, result) {
  if (name === 'set') return args[0].length;
  if (name === 'slice') return result.length;
  const from = Number(args[1] ?? 0);
  return (typeof result === 'number' && result >= 0 ? result : array.length) - from;
}
