/** @file Instruments wasm so that it counts its own steps: calls, iterations of loops, and bytes moved. The counts are the same on every machine. */
import binaryen from 'binaryen';

/** How many bytes `memory.copy` and `memory.fill` move in one step. */
const BYTES_PER_STEP = 16;

const { BulkMemory, BulkMemoryOpt, Multivalue, MutableGlobals, NontrappingFPToInt, ReferenceTypes, SIMD128, SignExt } = binaryen.Features;
const FEATURES = BulkMemory | BulkMemoryOpt | Multivalue | MutableGlobals | NontrappingFPToInt | ReferenceTypes | SIMD128 | SignExt;

/**
 * Returns the same module with an exported global `steps`, an `i64`.
 *
 * Binaryen's own passes find the places: one turns bulk memory instructions into calls, the other calls a logger at the beginning
 * of functions and loops, and where a function returns. What they call is replaced by functions that count.
 *
 * @param {Uint8Array} bytes
 * @returns {Uint8Array}
 */
export function counted(bytes) {
  const module = binaryen.readBinary(bytes);
  module.setFeatures(FEATURES);
  module.runPasses(['llvm-memory-copy-fill-lowering', 'log-execution']);
  module.setFeatures(FEATURES);
  module.addGlobal('steps', binaryen.i64, true, module.i64.const(0n));
  module.addGlobalExport('steps', 'steps');
  const add = (/** @type {number} */ steps) => module.global.set('steps', module.i64.add(module.global.get('steps', binaryen.i64), steps));
  const local = (/** @type {number} */ index) => module.local.get(index, binaryen.i32);
  const moved = () => add(module.i64.extend_u(module.i32.div_u(local(2), module.i32.const(BYTES_PER_STEP))));
  replace(module, 'log_execution', [binaryen.i32], add(module.i64.const(1n)));
  const three = [binaryen.i32, binaryen.i32, binaryen.i32];
  replace(module, '__memory_copy', three, module.block(null, [moved(), module.memory.copy(local(0), local(1), local(2))]));
  replace(module, '__memory_fill', three, module.block(null, [moved(), module.memory.fill(local(0), local(1), local(2))]));
  const binary = module.emitBinary();
  module.dispose();
  return binary;
}

/**
 * @param {binaryen.Module} module
 * @param {string} name
 * @param {binaryen.Type[]} parameters
 * @param {number} body
 */
function replace(module, name, parameters, body) {
  module.removeFunction(name);
  module.addFunction(name, binaryen.createType(parameters), binaryen.none, [], body);
}
