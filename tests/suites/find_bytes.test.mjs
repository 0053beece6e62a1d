/** @file The search for a form's delimiter, compared with Node's own search on bytes with many partial matches. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findBytes } from '../../src/js/forms/find_bytes.mjs';

test('finds the same as Node', () => {
  let seed = 20261123;
  const random = (/** @type {number} */ limit) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * limit);
  };
  const letters = (/** @type {number} */ length) => Buffer.from(Array.from({ length }, () => random(3) + 45)); // -./
  let found = 0;
  for (let round = 0; round < 20_000; round += 1) {
    const [needle, bytes] = [letters(1 + random(6)), letters(random(60))];
    const index = findBytes(needle)(bytes);
    assert.equal(index, bytes.indexOf(needle), `${needle} in ${bytes}`);
    if (index >= 0) found += 1;
  }
  assert.ok(found > 5_000 && found < 19_000, `${found} were found`);
});

test('finds a delimiter of any length at the beginning and at the end', () => {
  for (const length of [1, 74, 255]) {
    const needle = Buffer.concat([Buffer.from('\r\n--').subarray(0, length), Buffer.alloc(Math.max(0, length - 4), 'x')]);
    const search = findBytes(needle);
    for (const before of [0, 1, length, 65_536]) {
      const bytes = Buffer.concat([Buffer.alloc(before, 'y'), needle]);
      assert.equal(search(bytes), before);
      assert.equal(search(bytes.subarray(0, -1)), -1, 'an incomplete delimiter is not found');
    }
  }
});
