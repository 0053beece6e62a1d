/** @file `signpost explain`, with mistakes and answers that public threads report: it names every cause, and no wrong one. It needs no server. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CASES, SIGNED_AT } from '../data/explain/causes.mjs';
import { need } from '../needs.mjs';
import { execute, program, signpost } from '../support/signpost.mjs';

/** @typedef {import('../data/explain/causes.mjs').Case} Case */

const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const NO_FILES = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_PROFILE: '' };

/** @param {Case} example @returns {Record<string, string>} */
const keys = ({ token }) => ({
  ...NO_FILES,
  AWS_ACCESS_KEY_ID: token ? 'ASIAIOSFODNN7EXAMPLE' : 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: SECRET,
  AWS_SESSION_TOKEN: token ?? '',
});

/** Signs the link of a case, and changes it. @param {Case} example @returns {Promise<string | undefined>} */
async function linkOf(example) {
  const { sign, edit, link } = example;
  if (!sign) return link;
  const signed = await signpost(['sign', ...sign, `--at=${SIGNED_AT}`], { env: keys(example) });
  if (!edit) return signed;
  const changed = signed.replace(...edit);
  assert.notEqual(changed, signed, 'nothing was changed');
  return changed;
}

/** @param {Case} example */
function answerOf({ error }) {
  if (!error || typeof error === 'string') return error;
  const escape = (/** @type {string} */ text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const [code, message = '', more = ''] = error;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escape(message)}</Message>${more}</Error>`;
}

describe('causes that public threads report', () => {
  /** @type {string} */
  let directory;
  before(async () => {
    await need('command');
    directory = await mkdtemp(join(tmpdir(), 'signpost-causes-'));
  });
  after(() => rm(directory, { recursive: true, force: true }));

  for (const [index, example] of CASES.entries()) {
    test(`${example.name} (${example.source})`, async () => {
      const inputs = [await linkOf(example), example.form && JSON.stringify(example.form), answerOf(example)].filter((text) => text !== undefined);
      const files = await Promise.all(inputs.map(async (text, at) => {
        const path = join(directory, `${index}-${at}.txt`);
        await writeFile(path, text);
        return path;
      }));
      const env = example.secret === 'no' ? { ...NO_FILES, AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SESSION_TOKEN: '' } : keys(example);
      const args = ['explain', '--no-config', ...files, ...(example.args ?? []), `--at=${example.at ?? '2026-11-23T19:01:00Z'}`];
      const { code, stdout, stderr } = await execute(await program(), [...args, '--json'], { env });
      assert.equal(stderr, '');
      const causes = JSON.parse(stdout).flatMap((/** @type {any} */ diagnosis) => diagnosis.causes.map((/** @type {any} */ cause) => cause.code));
      assert.deepEqual(causes, example.causes, stdout);
      assert.equal(code, example.causes.length > 0 ? 1 : 0);
      const text = (await execute(await program(), args, { env })).stdout;
      if (example.says) assert.match(text, example.says);
      assert.ok(!text.includes(SECRET) && !(example.token && text.includes(example.token)), 'a secret is shown');
    });
  }

  test('every case names its source', () => {
    for (const { name, source } of CASES) assert.match(source, /^(own$|https:\/\/|[\w.-]+\/[\w.-]+#\d+$)/, name);
    const names = CASES.map(({ name }) => name);
    assert.deepEqual(names.filter((name, at) => names.indexOf(name) !== at), []);
  });
});
