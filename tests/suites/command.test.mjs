/** @file The command of the npm package passes the tests of the native command: every test in `cli/tests` and every suite that runs the command. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { PACKAGES } from '../../scripts/package.mjs';
import { root } from '../../scripts/step.mjs';
import { need } from '../needs.mjs';
import { execute } from '../support/signpost.mjs';

const PROGRAM = join(PACKAGES, 'signpost', 'bin', 'signpost.mjs');

/** The tests in `cli/tests` that run the command. */
const CARGO_TESTS = ['build_output', 'by_rule', 'check', 'configuration', 'explain', 'regions', 'sign', 'terminal'];

/** The suites that run the command, with the needs that are left out: which server judges its output does not depend on who wrote it. */
const SUITES = {
  cors: ['ceph', 'chromium', 'ministack'],
  explain: ['ceph', 'juicefs', 'ministack'],
  'explain-causes': [],
  'explain-inputs': [],
  iam: ['ceph', 'juicefs', 'ministack'],
  operator: ['chromium'],
  settings: [],
  sign: [],
  tags: ['ceph', 'juicefs', 'ministack'],
};

/** They test the build and the page, and call the command once. */
const OTHERS = ['deploy', 'explain-page'];

/** @type {string} */
let directory;
before(async () => {
  [directory] = await Promise.all([mkdtemp(join(tmpdir(), 'command-')), need('packages')]);
  // Without `--`, Node itself reads the option `--env-file` of a script's arguments: https://github.com/nodejs/node/issues/54232
  // Some tests run the command without PATH.
  await writeFile(join(directory, 'signpost'), `#!/bin/sh\nexec '${process.execPath}' -- '${PROGRAM}' "$@"\n`, { mode: 0o755 });
});
after(() => rm(directory, { recursive: true }));

test('every suite that runs the command is listed', async () => {
  const suites = (await readdir(join(root, 'tests', 'suites'))).filter((file) => file.endsWith('.test.mjs'));
  const running = suites.map(async (file) => {
    const text = await readFile(join(root, 'tests', 'suites', file), 'utf8');
    return /^import \{[^}]*\bprogram\b[^}]*\} from '\.\.\/support\/signpost\.mjs'/m.test(text) ? [file.replace('.test.mjs', '')] : [];
  });
  assert.deepEqual((await Promise.all(running)).flat().sort(), [...Object.keys(SUITES), ...OTHERS].sort());
});

test('every test in cli/tests that runs the command is listed', async () => {
  const folder = join(root, 'cli', 'tests');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.rs'));
  const running = files.map(async (file) => {
    const text = await readFile(join(folder, file), 'utf8');
    assert.doesNotMatch(text, /CARGO_BIN_EXE/, `${file} asks \`mod program\` for the command, so that it can be another one`);
    return /^mod program;$/m.test(text) ? [file.replace('.rs', '')] : [];
  });
  assert.deepEqual((await Promise.all(running)).flat().sort(), CARGO_TESTS);
});

describe('the command of the package passes', () => {
  test('the tests in cli/tests', { timeout: 600_000 }, async () => {
    await passes('cargo', ['test', '--locked', '--package', 'signpost-cli', ...CARGO_TESTS.flatMap((name) => ['--test', name])], {});
  });

  for (const [suite, without] of Object.entries(SUITES)) {
    test(`the suite ${suite}`, { timeout: 600_000 }, async () => {
      await need('command');
      const given = JSON.parse(process.env.SIGNPOST_TEST_NEEDS ?? '{}');
      const needs = { ...given, ...Object.fromEntries(without.map((name) => [name, 'tested with the native command'])) };
      await passes('node', ['--test', join('tests', 'suites', `${suite}.test.mjs`)], { SIGNPOST_TEST_NEEDS: JSON.stringify(needs), CI: '' });
    });
  }
});

/** @param {string} command @param {string[]} args @param {NodeJS.ProcessEnv} env */
async function passes(command, args, env) {
  const { code, stdout, stderr } = await execute(command, args, { env: { ...env, SIGNPOST_PROGRAM: join(directory, 'signpost'), NODE_TEST_CONTEXT: undefined, UPDATE: undefined } });
  assert.equal(code, 0, `${stdout}${stderr}`.slice(-8_000));
}
