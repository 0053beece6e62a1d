/** @file Computes digests of a file while it streams: MD5 and SHA with WebCrypto, CRCs in Rust. */

/** @typedef {{ algorithm: string, hex: string }} Digest */
/** @typedef {(algorithm: string, before: bigint, bytes: Uint8Array) => bigint} Crc `crc` in `src/shell/form.rs` */
/** @typedef {{ write: (bytes: Uint8Array) => unknown, hex: () => Promise<string> }} Digester */

const NATIVE = { md5: 'MD5', sha1: 'SHA-1', sha256: 'SHA-256' };

/** @param {string} algorithm @param {Crc} crc @returns {Digester} */
export function digester(algorithm, crc) {
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
