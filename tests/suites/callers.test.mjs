/** @file Authentication by every kind of caller, against the wasm in Miniflare, with WebCrypto. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { run } from '../../scripts/step.mjs';
import { cases } from '../callers/cases.mjs';
import { ISSUERS } from '../callers/tokens.mjs';
import { needs } from '../needs.mjs';
import { start } from '../servers/worker_for_callers.mjs';
import { check, send } from '../contract/cases.mjs';
import { venv } from '../support/venv.mjs';

const now = () => Math.floor(Date.now() / 1000);
const generated = await cases(now());
const pyjwt = await needs('pyjwt');

describe('callers', () => {
  /** @type {import('../servers/worker_for_callers.mjs').Worker} */
  let worker;
  before(async () => void (worker = await start()));
  after(() => worker.stop());

  test('the native tests have the same cases', async () => {
    const { cases: frozen } = JSON.parse(await readFile(new URL('../callers/frozen.json', import.meta.url), 'utf8'));
    const outline = (/** @type {import('../contract/cases.mjs').Case[]} */ all) => all.map(({ name, expect }) => ({ name, expect }));
    assert.deepEqual(outline(frozen), outline(generated), 'update them: node tests/callers/freeze.mjs');
  });

  for (const { name, request, expect } of generated) {
    test(name, async () => check(await send(worker.url, request), expect));
  }

  test('accepts the tokens of PyJWT', pyjwt, async () => {
    const bin = await venv('pyjwt');
    const tokens = JSON.parse(await run(`${bin}/python`, ['tests/callers/from_pyjwt.py', JSON.stringify(ISSUERS)]));
    for (const [kind, token] of Object.entries(tokens)) {
      const rule = kind === 'hs' || kind === 'inline' ? kind : 'login';
      const headers = { authorization: `Bearer ${token}` };
      const answer = await send(worker.url, { method: 'GET', path: `/downloads/${rule}/a.txt`, headers });
      assert.equal(answer.status, 302, `${kind}: ${answer.body}`);
      assert.match(answer.headers.location ?? '', new RegExp(`/${rule}/u1/a\\.txt\\?`));
    }
    assert.deepEqual(Object.keys(tokens), ['hs', 'rs256', 'ps256', 'es256', 'eddsa', 'inline']);
  });
});
