/** @file Finds a form's delimiter in bytes. */

/**
 * Prepares a search by Horspool's algorithm: in most files, it reads only one of every `pattern.length` bytes.
 *
 * @param {Uint8Array} pattern at least one byte, at most 255
 * @returns {(bytes: Uint8Array) => number} the pattern's offset, or -1
 */
export function findBytes(pattern) {
  const last = pattern.length - 1;
  const skip = new Uint8Array(256).fill(pattern.length);
  for (let i = 0; i < last; i += 1) skip[pattern[i]] = last - i;
  return (bytes) => {
    for (let at = last; at < bytes.length; at += skip[bytes[at]]) {
      let i = last;
      while (i >= 0 && bytes[at - last + i] === pattern[i]) i -= 1;
      if (i < 0) return at - last;
    }
    return -1;
  };
}
