/**
 * @file `npm test`: everything, or what is named.
 *
 *     npm test                              Rust natively, then every tests/suites/*.test.mjs
 *     npm test -- native                    Rust alone
 *     npm test -- contract                  tests/suites/contract.test.mjs alone, or a path
 *     npm test -- --test-name-pattern=CORS  options go to `node --test`
 */
import { access, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build, buildExplainPage, check } from './build.mjs';
import { buildClient } from './client.mjs';
import { stopOnSignal } from './process.mjs';
import { setup, setupTests } from './setup.mjs';
import { Failure, main, root, say, show, tools } from './step.mjs';

const SECONDS = 300; // for one test file; the signer is compared and judged for two minutes

/**
 * @param {string} name of a test file, short or as a path
 * @param {string[]} known
 * @returns {Promise<string>} its path
 */
async function testFile(name, known) {
  const path = known.find((file) => file === `tests/suites/${name}.test.mjs`) ?? name;
  await access(join(root, path)).catch(() => {
    throw new Failure(`no test is named ${name}`, `there are native, ${known.join(', ')}`);
  });
  return path;
}

/** @param {string} title */
function section(title) {
  say(`\n== ${title} ==\n`);
}

await main(import.meta, async () => {
  stopOnSignal(1);
  const args = process.argv.slice(2);
  const [options, names] = [args.filter((arg) => arg.startsWith('-')), args.filter((arg) => !arg.startsWith('-'))];
  const known = (await readdir(join(root, 'tests', 'suites'))).filter((file) => file.endsWith('.test.mjs')).map((file) => `tests/suites/${file}`);
  const chosen = await Promise.all(names.filter((name) => name !== 'native').map((name) => testFile(name, known)));
  const [files, native] = names.length === 0 ? [known, true] : [chosen, names.includes('native')];

  await setup();
  if (files.length > 0) await setupTests();
  if (native) {
    section('Rust, natively');
    await show('cargo', ['test', '--workspace', '--locked']);
  }
  if (files.length > 0) {
    section('The Worker');
    await check(); // which leaves the command `signpost` built, for the tests that run it
    await buildClient();
    await build();
    await buildExplainPage();
    await build({ planted: 'planted-panic', out: 'build/planted' });
    await rm(join(tools, 'logs', 'tests'), { recursive: true, force: true });
    section(files.join(', '));
    await show('node', ['--test', `--test-timeout=${SECONDS * 1000}`, ...options, ...files]);
  }
});
