/** @file Computes digests of a file while it streams: MD5 and SHA with WebCrypto, CRCs in Rust. */
import { FormError } from './form_error.mjs';

/** @typedef {{ algorithm: string, hex: string }} Digest */
/** @typedef {(algorithm: string, before: bigint, bytes: Uint8Array) => bigint} Crc `crc` in `src/shell/form.rs` */
/** @typedef {{ write: (bytes: Uint8Array) => unknown, hex: () => Promise<string> }} Digester */

const NATIVE = { md5: 'MD5', sha1: 'SHA-1', sha256: 'SHA-256' };

/**
 * Computes the digests that R2 does not check itself.
 *
 * @param {import('./write_object.mjs').Plan} plan
 * @param {import('./sinks.mjs').Sink} sink
 * @param {Crc} crc
 */
export function digestsOf(plan, sink, crc) {
  const digests = plan.digests.filter(({ algorithm }) => sink.length === undefined || !(algorithm in plan.options));
  const digesters = digests.map(({ algorithm }) => digester(algorithm, crc));
  return {
    write: async (/** @type {Uint8Array} */ bytes) => {
      for (const digester of digesters) await digester.write(bytes);
    },
    check: async () => {
      for (const [i, { algorithm, hex }] of digests.entries()) {
        if ((await digesters[i].hex()) !== hex) throw new FormError(algorithm);
      }
    },
  };
}

/** @param {string} algorithm @param {Crc} crc @returns {Digester} */
function digester(algorithm, crc) {
  const native = NATIVE[/** @type {keyof typeof NATIVE} */ (algorithm)];
  return native ? webCryptoDigester(native) : crcDigester(algorithm, crc);
}

/** @param {string} name @returns {Digester} */
function webCryptoDigester(name) {
  const stream = new crypto.DigestStream(name);
  stream.digest.catch(() => {}); // rejected if the form is abandoned
  const writer = stream.getWriter();
  return {
    write: (bytes) => writer.write(bytes),
    hex: async () => {
      await writer.close();
      return [...new Uint8Array(await stream.digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    },
  };
}

/** @param {string} algorithm @param {Crc} crc @returns {Digester} */
function crcDigester(algorithm, crc) {
  let sum = 0n;
  return {
    write: (bytes) => (sum = crc(algorithm, sum, bytes)),
    hex: async () => sum.toString(16).padStart(algorithm === 'crc64nvme' ? 16 : 8, '0'),
  };
}
