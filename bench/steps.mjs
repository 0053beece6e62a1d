/**
 * @file Counts the function calls and allocations of a request in wasm. The counts are the same on every machine. What the compiler has
 * inlined is not counted.
 */
import binaryen from 'binaryen';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../scripts/step.mjs';
import { REQUESTS, SITE } from './contenders.mjs';

/** The Worker after bindgen, before wasm-opt: it still contains the names of functions. */
const BOUND = join(root, 'target', 'bindgen', 'build');
const ALLOCATES = /__rust_(alloc|alloc_zeroed|realloc)$/;

const { BulkMemory, BulkMemoryOpt, Multivalue, MutableGlobals, NontrappingFPToInt, ReferenceTypes, SIMD128, SignExt } = binaryen.Features;
const FEATURES = BulkMemory | BulkMemoryOpt | Multivalue | MutableGlobals | NontrappingFPToInt | ReferenceTypes | SIMD128 | SignExt;

/** A fixed time, so that every run is the same. Random bytes are fixed too. */
const NOW = Date.UTC(2026, 10, 23, 19);

/** How many requests are sent before the count, to fill the caches. */
const BEFORE = 2;

/** @typedef {{ calls: number, allocations: number }} Steps */

/** @returns {Promise<Record<string, Steps>>} for one request each */
export async function steps() {
  const bytes = await readFile(join(BOUND, 'signpost_bg.wasm'));
  const bindings = await import(pathToFileURL(join(BOUND, 'signpost.js')).href);
  const counters = bindings.initSync({ module: new WebAssembly.Module(/** @type {any} */ (counting(bytes))) });
  const [clock, random, log] = [Date.now, crypto.getRandomValues, console.log];
  Date.now = () => NOW;
  console.log = () => {}; // decisions
  crypto.getRandomValues = (bytes) => (bytes instanceof Uint8Array && bytes.fill(0x5a), bytes);
  try {
    /** @type {Record<string, Steps>} */
    const found = {};
    for (const name of ['upload', 'download']) found[name] = await count(bindings, counters, REQUESTS[name]);
    return found;
  } finally {
    Date.now = clock;
    crypto.getRandomValues = random;
    console.log = log;
  }
}

/**
 * @param {any} bindings
 * @param {{ calls: WebAssembly.Global, allocations: WebAssembly.Global }} counters
 * @param {import('./load.mjs').RequestSpec} spec
 * @returns {Promise<Steps>}
 */
async function count(bindings, { calls, allocations }, { method, path, headers = {}, json }) {
  const body = json === undefined ? undefined : JSON.stringify(json);
  /** @type {Record<string, string>} */
  const described = body ? { 'content-type': 'application/json', 'content-length': `${body.length}` } : {};
  const once = () => {
    const request = new Request(`https://signpost.example.com${path}`, { method, body, headers: { ...headers, ...described } });
    return bindings.fetch(request, SITE, {});
  };
  for (let i = 0; i < BEFORE; i += 1) await once();
  [calls.value, allocations.value] = [0, 0];
  const { status } = await once();
  if (!(status >= 200 && status < 400)) throw new Error(`${method} ${path} is answered ${status}`);
  if (!allocations.value) throw new Error('no function is known that allocates');
  return { calls: calls.value, allocations: allocations.value };
}

/**
 * The same module, with a global that every function adds one to, and another for the allocator's.
 *
 * @param {Uint8Array} bytes
 */
function counting(bytes) {
  const module = binaryen.readBinary(bytes);
  module.setFeatures(FEATURES);
  for (const name of ['calls', 'allocations']) {
    module.addGlobal(name, binaryen.i32, true, module.i32.const(0));
    module.addGlobalExport(name, name);
  }
  const add = (/** @type {string} */ name) =>
    module.global.set(name, module.i32.add(module.global.get(name, binaryen.i32), module.i32.const(1)));
  for (let i = 0; i < module.getNumFunctions(); i += 1) {
    const handle = module.getFunctionByIndex(i);
    const { name, body, results, module: imported } = binaryen.getFunctionInfo(handle);
    if (imported) continue;
    const counted = ALLOCATES.test(name) ? [add('calls'), add('allocations')] : [add('calls')];
    /** @type {any} */ (binaryen).Function(handle).body = module.block(null, [...counted, body], results);
  }
  return module.emitBinary();
}
