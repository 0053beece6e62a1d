/** @file Hostile input in linear time: for every parser and route, twice the input costs twice the steps. Counts steps, never seconds. */
import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { root } from '../../scripts/step.mjs';
import { grow, MOST } from '../cost/growth.mjs';
import { INPUTS } from '../cost/inputs.mjs';
import { parsers, UNREACHED } from '../cost/parsers.mjs';
import { SITE, upstream } from '../cost/site.mjs';
import { start } from '../cost/worker.mjs';
import { need } from '../needs.mjs';

describe('the cost of hostile input', () => {
  /** @type {Awaited<ReturnType<typeof start>>} */
  let worker;
  /** @type {import('../cost/inputs.mjs').Ids} */
  let ids;
  before(async () => {
    await need('worker');
    worker = await start();
    ids = await begun(worker);
  });

  for (const { name, limit, request, upstream: hostile, site, statuses } of INPUTS) {
    test(`is linear: ${name}`, async () => {
      let body = '';
      const instance = site ? 'unread' : hostile ? 'new' : 'same'; // an instance keeps key sets
      const { growth, points } = await grow(limit, async (size) => {
        const answer = await worker.measure(request(size, ids), site?.(size) ?? SITE, hostile?.(size) ?? upstream, instance);
        body = answer.body;
        return answer;
      });
      const table = points.map(({ size, steps, status }) => `${size}: ${steps} (${status})`).join(', ');
      assert.ok(growth <= MOST, `${growth.toFixed(2)} times the steps for twice the input: ${table}`);
      const { status } = points[points.length - 1];
      assert.ok(statuses ? statuses.includes(status) : status !== 500 && !body.includes('NoSuchRule'), `the answer is ${status}: ${body}`);
    });
  }
});

describe('the list of inputs', () => {
  test('has one for every parser and route', async () => {
    const reached = new Set(INPUTS.flatMap(({ reaches }) => reaches));
    const missing = (await parsers()).filter((file) => !reached.has(file) && !(file in UNREACHED));
    assert.deepEqual(missing, [], 'add an input to tests/cost that reaches them');
  });

  test('names only files that exist', async () => {
    const named = [...new Set([...INPUTS.flatMap(({ reaches }) => reaches), ...Object.keys(UNREACHED)])];
    const exists = await Promise.all(named.map((file) => access(join(root, file)).then(() => true, () => false)));
    assert.deepEqual(named.filter((_, nth) => !exists[nth]), []);
  });
});

/** Begins an upload in parts, and another upload. @param {Awaited<ReturnType<typeof start>>} worker @returns {Promise<import('../cost/inputs.mjs').Ids>} */
async function begun(worker) {
  const post = async (/** @type {string} */ path, /** @type {unknown} */ json) => {
    const request = { method: 'POST', path, body: JSON.stringify(json), headers: { 'content-type': 'application/json' } };
    return JSON.parse((await worker.measure(request, SITE, upstream, 'new')).body);
  };
  const { uploadId, key } = await post('/uploads/open/multipart', { type: 'image/png', size: 5 * 2 ** 30 });
  const { url } = await post('/uploads/open/sign-request', { method: 'POST', uploadId, key });
  const { confirm } = await post('/uploads/proof', { type: 'image/png', size: 1 });
  return { upload: uploadId, capability: new URL(url).pathname, confirm };
}
