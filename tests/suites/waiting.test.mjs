/** @file The requests that wait in an instance: an end reaches all of them, and those that never settle are not kept. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Waiting } from '../../src/js/waiting.mjs';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

test('a request settles as its promise does, and waits no longer', async () => {
  const waiting = new Waiting();
  assert.equal(await waiting.add(Promise.resolve('answer')), 'answer');
  await assert.rejects(waiting.add(Promise.reject(new Error('failed'))), /failed/);
  assert.equal(waiting.size, 0);
});

test('the end rejects every request that can still settle, however much garbage was collected', async () => {
  const waiting = new Waiting();
  /** @type {((answer: string) => void)[]} */
  const answer = [];
  const requests = Array.from({ length: 50 }, () => waiting.add(new Promise((resolve) => answer.push(resolve))));
  collectGarbage();
  await sleep(10);
  waiting.end(new Error('trapped'));
  for (const { status, reason } of /** @type {PromiseRejectedResult[]} */ (await Promise.allSettled(requests))) {
    assert.deepEqual([status, reason.message], ['rejected', 'trapped']);
  }
  assert.equal(waiting.size, 0);
  answer.forEach((resolve) => resolve('too late'));
});

test('requests that can never settle are not kept', async () => {
  const waiting = new Waiting();
  for (let i = 0; i < 1_000; i += 1) void waiting.add(new Promise(() => {}));
  assert.equal(waiting.size, 1_000);
  for (let i = 0; i < 50 && waiting.size > 0; i += 1) {
    collectGarbage();
    await sleep(10);
  }
  assert.equal(waiting.size, 0);
});
