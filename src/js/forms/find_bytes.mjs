/** @file Finds a form's delimiter in bytes. */

/**
 * Prepares a search by Horspool's algorithm: it looks at one byte in `wanted.length`, for most of a file.
 *
 * @param {Uint8Array} wanted at least one byte, at most 255
 * @returns {(bytes: Uint8Array) => number} where it begins, or -1
 */
export function findBytes(wanted) {
  const last = wanted.length - 1;
  const skip = new Uint8Array(256).fill(wanted.length);
  for (let i = 0; i < last; i += 1) skip[wanted[i]] = last - i;
  return (bytes) => {
    for (let at = last; at < bytes.length; at += skip[bytes[at]]) {
      let i = last;
      while (i >= 0 && bytes[at - last + i] === wanted[i]) i -= 1;
      if (i < 0) return at - last;
    }
    return -1;
  };
}
