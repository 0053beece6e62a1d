/** @file Finds a form's delimiter in bytes. */

/**
 * Prepares a search by Horspool's algorithm: in most files, it reads only one of every `pattern.length` bytes.
 *
 * It reads at most three bytes for each byte of the file, so nobody can send a file that takes long to search. It compares a place
 * with the pattern only if the pattern's first byte is there. That byte is not in the rest, so the bytes that matched cannot begin
 * another match, and are not compared again.
 *
 * @param {Uint8Array} pattern at most 255 bytes. The first one must be in it only once: the carriage return, which no boundary has
 * @returns {(bytes: Uint8Array) => number} the pattern's offset, or -1
 * @throws {RangeError} for a pattern that has its first byte again
 */
export function findBytes(pattern) {
  const [first] = pattern;
  if (pattern.indexOf(first, 1) >= 0) throw new RangeError('expected a pattern whose first byte is in it once');
  const last = pattern.length - 1;
  const skip = new Uint8Array(256).fill(pattern.length);
  for (let i = 0; i < last; i += 1) skip[pattern[i]] = last - i;
  return (bytes) => {
    for (let start = 0; start + last < bytes.length; ) {
      let matched = 0;
      if (bytes[start] === first) {
        do matched += 1;
        while (matched <= last && bytes[start + matched] === pattern[matched]);
        if (matched > last) return start;
      }
      start += Math.max(matched, skip[bytes[start + last]]);
    }
    return -1;
  };
}
