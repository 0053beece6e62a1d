/** @file The table of what each suite needs: it lists every suite, and a suite can only use what it lists. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { execute } from '../support/signpost.mjs';
import { BUILDS, INSTALLS, SUITES, locked } from '../needs.mjs';

const SUITES_URL = new URL('.', import.meta.url);

test('every suite is in the table, and nothing else is', async () => {
  const files = (await readdir(SUITES_URL)).filter((file) => file.endsWith('.test.mjs'));
  assert.deepEqual(Object.keys(SUITES).sort(), files.map((file) => file.replace('.test.mjs', '')).sort());
});

test('every need exists, and is listed once for each suite', () => {
  const known = [...Object.keys(BUILDS), ...Object.keys(INSTALLS)];
  const used = Object.entries(SUITES).map(([suite, { all = [], some = [] }]) => {
    const listed = [...all, ...some];
    assert.equal(new Set(listed).size, listed.length, suite);
    for (const need of listed) assert.ok(known.includes(need), `${suite}: ${need}`);
    return listed;
  });
  assert.deepEqual([...new Set(used.flat())].sort(), known.sort(), 'every need is used by a suite');
});

test('a suite calls needs() for everything that only some of its tests need', async () => {
  for (const [suite, { some = [] }] of Object.entries(SUITES).filter(([suite]) => suite !== 'needs')) {
    const text = await readFile(new URL(`${suite}.test.mjs`, SUITES_URL), 'utf8');
    const requested = [...text.matchAll(/await needs\(([^)]*)\)/g)].flatMap(([, names = '']) => [...names.matchAll(/'([^']+)'/g)].map(([, name]) => name));
    const installed = some.filter((need) => need in INSTALLS);
    assert.deepEqual([...new Set(requested)].sort(), installed.sort(), suite);
  }
});

test('the README has the same table', async () => {
  const readme = await readFile(new URL('../README.md', SUITES_URL), 'utf8');
  const rows = [...readme.matchAll(/^\| `([a-z_0-9-]+)` \| [^|]+ \| (.*?) ?\|$/gm)].map(([, suite, needs]) => [suite, needs]);
  assert.deepEqual(rows, Object.entries(SUITES).map(([suite, { all = [], some = [] }]) => [suite, [...all, ...some].join(', ')]));
});

/** Runs a suite with this source. @param {string} name @param {string} text @param {Record<string, string>} [env] */
async function runSuite(name, text, env) {
  const directory = await mkdtemp(join(tmpdir(), 'suite-'));
  const file = join(directory, `${name}.test.mjs`);
  await writeFile(file, `import { test } from 'node:test';\nimport { need, needs } from '${new URL('../needs.mjs', import.meta.url)}';\n${text}`);
  const result = await execute('node', ['--test', '--test-reporter=tap', file], { env: { ...env, NODE_TEST_CONTEXT: undefined } }); // otherwise Node treats it as a part of this run
  await rm(directory, { recursive: true });
  return result;
}

test('a suite that uses an unlisted need fails', async () => {
  const { code, stdout } = await runSuite('find_bytes', "test('uses', () => need('ceph'));");
  assert.equal(code, 1);
  assert.match(stdout, /the suite find_bytes uses ceph, and tests\/needs\.mjs does not say so/);
});

test('a test whose need cannot be installed is skipped with the reason, or fails with CI=true', async () => {
  const results = { SIGNPOST_TEST_NEEDS: JSON.stringify({ ministack: 'no Python', worker: '' }) };
  const text = "test('uses', await needs('ministack'), () => need('ministack'));\ntest('runs', await needs('worker'), () => need('worker'));";
  const local = await runSuite('s3', text, { ...results, CI: '' });
  assert.deepEqual([local.code, /# SKIP no Python/.test(local.stdout), /# pass 1\n/.test(local.stdout)], [0, true, true], local.stdout);
  const inCi = await runSuite('s3', text, { ...results, CI: 'true' });
  assert.deepEqual([inCi.code, /error: 'no Python'/.test(inCi.stdout)], [1, true], inCi.stdout);
});

test('only one process prepares at a time, and the lock of an ended process is removed', async () => {
  /** @type {string[]} */
  const order = [];
  const directory = await mkdtemp(join(tmpdir(), 'lock-'));
  const lock = join(directory, 'lock');
  const work = (/** @type {string} */ name) =>
    locked(async () => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      order.push(`${name} ends`);
    }, lock);
  await Promise.all([work('one'), work('two')]);
  assert.match(order.join(), /^(one|two) begins,\1 ends,(one|two) begins,\2 ends$/);
  const { stdout } = await execute('node', ['--print', 'process.pid']);
  await writeFile(lock, stdout.trim(), { flag: 'wx' });
  await work('three');
  assert.equal(order.at(-1), 'three ends');
  await rm(directory, { recursive: true });
});

test('suites run three at a time, the longest first; a failed test is printed again at the end', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'suites-'));
  try {
    const started = join(directory, 'started');
    // Each waits for the longest one, which therefore must be one of the first three.
    const suite = (/** @type {string} */ name, /** @type {string} */ body) => {
      const waits = `for (let tries = 0; !readFileSync('${started}', 'utf8').includes('create'); tries += 1) await (tries < 200 ? sleep(50) : Promise.reject(new Error('not started')));`;
      const imports = "import { appendFileSync, readFileSync } from 'node:fs';\nimport { test } from 'node:test';\nimport { setTimeout as sleep } from 'node:timers/promises';\n";
      return writeFile(join(directory, `${name}.test.mjs`), `${imports}appendFileSync('${started}', '${name}\\n');\ntest('of ${name}', async () => { ${waits} ${body} });\n`);
    };
    const names = ['a', 'b', 'c', 'd', 'e', 'create'];
    for (const name of names) await suite(name, name === 'c' ? "throw new Error('planted');" : '');
    const script = `import { runSuites } from '${new URL('../../scripts/suites.mjs', import.meta.url)}'; await runSuites(${JSON.stringify(names)}, [], { ...process.env, NODE_TEST_CONTEXT: undefined }, '${directory}');`;
    const { code, stdout, stderr } = await execute('node', ['--input-type=module', '--eval', script]);
    assert.equal(code, 1);
    assert.deepEqual((await readFile(started, 'utf8')).trim().split('\n').sort(), [...names].sort());
    for (const name of names) assert.match(stdout, new RegExp(`^${name}(, FAILED)?, \\d+ s, \\d of 6 suites$`, 'm'));
    assert.match(stderr, /^all suites: 6 tests, 5 pass, 1 fail, 0 cancelled, 0 skipped$/m);
    assert.match(stderr, /^c: failing tests:[^]*planted[^]*Failure.*: failed: c$/m);
  } finally {
    await rm(directory, { recursive: true });
  }
});
