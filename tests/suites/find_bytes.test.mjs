/** @file The search for a form's delimiter: it finds what a naive search finds, and takes linear time for any file. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findBytes } from '../../src/js/forms/find_bytes.mjs';

/** The characters of a boundary (RFC 2046) that are most like the rest of a delimiter. */
const ALIKE = '-.';

/** @param {string} boundary */
const delimiterOf = (boundary) => Buffer.from(`\r\n--${boundary}`, 'latin1');

test('finds the same as a naive search', () => {
  const random = randomNumbers(20261123);
  const text = (/** @type {string} */ letters, /** @type {number} */ length) =>
    Buffer.from(Array.from({ length }, () => letters.charCodeAt(random(letters.length))));
  let found = 0;
  for (let round = 0; round < 20_000; round += 1) {
    const delimiter = delimiterOf(text(ALIKE, 1 + random(4)).toString());
    // The file has pieces of the delimiter, so that many searches come close.
    const pieces = Array.from({ length: random(30) }, () => delimiter.subarray(0, random(delimiter.length + 1)));
    const bytes = Buffer.concat([text('\r\n-.', random(8)), ...pieces, text('\r\n-.', random(8))]);
    const index = findBytes(delimiter)(bytes);
    assert.equal(index, naiveSearch(bytes, delimiter), `${JSON.stringify(`${delimiter}`)} in ${JSON.stringify(`${bytes}`)}`);
    if (index >= 0) found += 1;
  }
  assert.ok(found > 5_000 && found < 19_000, `${found} were found`);
});

test('finds a delimiter of any length at the beginning and at the end', () => {
  for (const length of [1, 70, 251]) {
    const delimiter = delimiterOf('x'.repeat(length));
    const search = findBytes(delimiter);
    for (const before of [0, 1, length, 65_536]) {
      const bytes = Buffer.concat([Buffer.alloc(before, 'y'), delimiter]);
      assert.equal(search(bytes), before);
      assert.equal(search(bytes.subarray(0, -1)), -1, 'an incomplete delimiter is not found');
    }
  }
});

test('reads at most three times as many bytes as the file has, whatever the file', () => {
  for (const boundary of ['-'.repeat(70), '-', `${'-'.repeat(69)}x`, `x${'-'.repeat(69)}`, '-x'.repeat(35), 'boundary']) {
    const delimiter = delimiterOf(boundary);
    const almost = delimiter.subarray(0, -1);
    for (const [name, unit] of /** @type {[string, Buffer][]} */ ([
      ['dashes', Buffer.from('-')],
      ['the boundary', Buffer.from(boundary)],
      ['the boundary and another byte', Buffer.from(`${boundary}y`)],
      ['line ends', Buffer.from('\r\n')],
      ['carriage returns', Buffer.from('\r')],
      ['delimiters without their last byte', almost],
      ['delimiters with another last byte', Buffer.concat([almost, Buffer.from('!')])],
      ['delimiters without their first byte', delimiter.subarray(1)],
      ['zeros', Buffer.from([0])],
    ])) {
      for (const size of [20_000, 40_000]) {
        const { bytes, reads } = counted(Buffer.alloc(size, unit));
        assert.equal(findBytes(delimiter)(bytes), -1);
        assert.ok(reads() <= 3 * size, `${reads()} reads in ${size} bytes of ${name}, boundary ${boundary}`);
      }
    }
  }
});

test('reads few bytes of an ordinary file', () => {
  const random = randomNumbers(20261127);
  const size = 200_000;
  const { bytes, reads } = counted(Buffer.from(Array.from({ length: size }, () => random(256))));
  assert.equal(findBytes(delimiterOf('----WebKitFormBoundary7MA4YWxkTrZu0gW'))(bytes), -1);
  assert.ok(reads() < size / 10, `${reads()} reads in ${size} bytes`);
});

test('takes no pattern whose first byte is in it again', () => {
  assert.throws(() => findBytes(Buffer.from('aba')), RangeError);
});

/**
 * Wraps bytes, and counts how often one of them is read.
 *
 * @param {Uint8Array} wrapped
 */
function counted(wrapped) {
  let reads = 0;
  const bytes = new Proxy(wrapped, {
    get(target, name) {
      if (typeof name === 'string' && /^\d+$/.test(name)) reads += 1;
      return Reflect.get(target, name, target);
    },
  });
  return { bytes, reads: () => reads };
}

/** @param {Uint8Array} bytes @param {Uint8Array} pattern */
function naiveSearch(bytes, pattern) {
  for (let start = 0; start + pattern.length <= bytes.length; start += 1) {
    if (pattern.every((byte, i) => bytes[start + i] === byte)) return start;
  }
  return -1;
}

/** @param {number} seed @returns {(limit: number) => number} */
function randomNumbers(seed) {
  return (limit) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * limit);
  };
}
