/** @file The search for a form's delimiter, beside Node's own, on bytes that make it stumble. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findBytes } from '../../src/js/forms/find_bytes.mjs';

test('finds what Node finds', () => {
  let seed = 20261123;
  const random = (/** @type {number} */ below) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const letters = (/** @type {number} */ length) => Buffer.from(Array.from({ length }, () => random(3) + 45)); // -./
  let found = 0;
  for (let round = 0; round < 20_000; round += 1) {
    const [wanted, bytes] = [letters(1 + random(6)), letters(random(60))];
    const at = findBytes(wanted)(bytes);
    assert.equal(at, bytes.indexOf(wanted), `${wanted} in ${bytes}`);
    if (at >= 0) found += 1;
  }
  assert.ok(found > 5_000 && found < 19_000, `${found} were there`);
});

test('finds a delimiter of any length that there is, at the very beginning and the very end', () => {
  for (const length of [1, 74, 255]) {
    const wanted = Buffer.concat([Buffer.from('\r\n--').subarray(0, length), Buffer.alloc(Math.max(0, length - 4), 'x')]);
    const search = findBytes(wanted);
    for (const before of [0, 1, length, 65_536]) {
      const bytes = Buffer.concat([Buffer.alloc(before, 'y'), wanted]);
      assert.equal(search(bytes), before);
      assert.equal(search(bytes.subarray(0, -1)), -1, 'all but its last byte');
    }
  }
});
