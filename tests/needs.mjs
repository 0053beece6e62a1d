/**
 * @file What each suite needs besides Node and the npm packages.
 *
 * `npm test` prepares everything that the chosen suites need, then runs them. With `node --test`, a suite prepares it on first use.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build, buildExplainPage, check } from '../scripts/build.mjs';
import { buildClient } from '../scripts/client.mjs';
import { buildPackages } from '../scripts/package.mjs';
import { buildRustWorker } from '../scripts/rust-worker.mjs';
import { ceph, chromium, debianFile, debianProgram, firefox, python } from '../scripts/setup.mjs';
import { buildSite } from '../scripts/site.mjs';
import { Failure, step, tools } from '../scripts/step.mjs';

/** @typedef {keyof typeof BUILDS | keyof typeof INSTALLS} Need */

/** Builds of this repository. Each is quick if it is up to date. */
export const BUILDS = {
  worker: () => build(),
  'planted panic': () => build({ planted: 'planted-panic', out: 'build/planted' }),
  mounted: async () => {
    for (const folder of ['examples/rust-worker', 'examples/axum-worker', 'tests/mounted']) await buildRustWorker(folder);
  },
  client: () => buildClient(),
  command: () => check(), // builds and runs it, and writes its manual
  'explain page': () => buildExplainPage(),
  packages: () => buildPackages(),
  site: () => buildSite(),
  'sign example': () => step('the examples `sign` and `addresses`', async (run) => {
    await run('cargo', ['build', '--locked', '--package', 'signpost-signer', '--features', 'sigv2', '--example', 'sign']);
    await run('cargo', ['build', '--locked', '--package', 'signpost-rules', '--example', 'addresses']);
  }),
  'read files example': () => step('the example `read_files`', (run) => run('cargo', ['build', '--locked', '--package', 'signpost-cli', '--example', 'read_files'])),
};

/** Installations of other software. Each is quick if it is installed, and fails if that is not possible. */
export const INSTALLS = {
  ministack: () => python('ministack'),
  juicefs: () => python('juicefs'),
  boto3: () => python('boto3'),
  awscli: () => python('awscli'),
  pyjwt: () => python('pyjwt'),
  requests: () => python('requests'),
  standardwebhooks: () => python('standardwebhooks'),
  schemathesis: () => python('schemathesis'),
  redbot: () => python('redbot'),
  chromium: () => chromium(),
  firefox: () => firefox(),
  ceph: () => ceph(),
  go: () => debianProgram('go', 'golang-go'),
  php: () => debianProgram('php', 'php-cli'),
  'go-jose': () => debianFile('/usr/share/gocode/src/gopkg.in/square/go-jose.v2/jws.go', 'golang-gopkg-square-go-jose.v2-dev'),
  zsh: () => debianProgram('zsh'),
  fish: () => debianProgram('fish'),
  rclone: () => debianProgram('rclone'),
  groff: () => debianProgram('groff', 'groff-base'),
};

/**
 * The needs of each suite, a file of `tests/suites/` without `.test.mjs`: those of `all` its tests, and those of `some`, which are
 * skipped if a need cannot be installed.
 *
 * @type {Record<string, { all?: Need[], some?: Need[] }>}
 */
export const SUITES = {
  attributes: { all: ['worker', 'client'], some: ['juicefs', 'ministack', 'ceph'] },
  browser: { all: ['worker', 'client', 'chromium'], some: ['firefox', 'juicefs', 'ministack'] },
  cache: { all: ['worker', 'mounted'] },
  callers: { all: ['worker'], some: ['pyjwt'] },
  client: { all: ['client', 'chromium'], some: ['firefox'] },
  component: { all: ['client', 'chromium'], some: ['firefox'] },
  command: { all: ['packages', 'command', 'ministack'] },
  confirm: { all: ['worker', 'client'], some: ['ceph', 'juicefs', 'ministack'] },
  contract: { all: ['worker', 'planted panic'] },
  cors: { all: ['command'], some: ['worker', 'client', 'chromium', 'ceph', 'ministack'] },
  cost: { all: ['worker'] },
  create: { all: ['packages', 'chromium'] },
  deploy: { all: ['command'] },
  dev: { all: ['packages', 'chromium'] },
  docs: {},
  events: { all: ['worker'], some: ['ministack', 'standardwebhooks'] },
  explain: { all: ['command'], some: ['worker', 'client', 'ministack', 'juicefs', 'ceph'] },
  'explain-causes': { all: ['command'] },
  'explain-inputs': { all: ['command'] },
  'explain-page': { all: ['command', 'explain page', 'chromium'] },
  find_bytes: {},
  'form-memory': {},
  forms: { all: ['worker'], some: ['juicefs', 'ministack', 'ceph'] },
  'handed-out': { all: ['worker'], some: ['ministack', 'ceph', 'juicefs', 'awscli', 'boto3', 'rclone', 'chromium'] },
  iam: { all: ['command'], some: ['worker', 'ceph', 'juicefs', 'ministack'] },
  'issuer-tokens': { all: ['worker'] },
  issuers: { all: ['worker'] },
  limits: { all: ['worker', 'client'] },
  links: { all: ['worker', 'client', 'chromium'], some: ['juicefs', 'ministack'] },
  many: { all: ['worker', 'client', 'chromium', 'ministack'] },
  mount: { all: ['worker', 'mounted', 'client'], some: ['chromium', 'ministack'] },
  multipart: { all: ['worker', 'client'], some: ['juicefs', 'ministack'] },
  needs: {},
  openapi: { all: ['worker', 'client'], some: ['schemathesis'] },
  operator: { all: ['command', 'ministack'], some: ['worker', 'client', 'chromium', 'zsh', 'fish', 'groff'] },
  'own-put': { all: ['worker', 'client'], some: ['chromium', 'boto3'] },
  package: { all: ['packages'] },
  points: { all: ['worker'] },
  prompts: {},
  quota: { all: ['worker', 'client'] },
  'r2-temporary': { all: ['worker', 'client'] },
  receipts: { all: ['worker'], some: ['pyjwt', 'php', 'go', 'go-jose'] },
  react: { all: ['client', 'chromium'], some: ['firefox'] },
  'receipts-pages': { all: ['worker', 'client', 'chromium'], some: ['firefox', 'ministack'] },
  'recipes-plain': { all: ['worker', 'client'], some: ['chromium', 'juicefs', 'requests'] },
  'recipes-r2': { all: ['worker', 'client', 'chromium'] },
  'recipes-s3': { all: ['worker', 'client', 'chromium', 'ministack'] },
  release: {},
  resume: { all: ['worker', 'client', 'chromium', 'ministack'] },
  retry: { all: ['client', 'chromium'] },
  rpc: { all: ['worker', 'planted panic'] },
  s3: { all: ['worker'], some: ['juicefs', 'ministack'] },
  samples: { all: ['worker', 'client', 'command', 'awscli', 'boto3'], some: ['chromium'] },
  schema: {},
  secrets: { all: ['worker', 'planted panic'] },
  serve: { all: ['worker', 'mounted'], some: ['boto3', 'redbot', 'chromium'] },
  settings: { all: ['command', 'read files example'], some: ['boto3'] },
  'short-links': { all: ['worker', 'client', 'chromium'] },
  sign: { all: ['command'], some: ['boto3', 'awscli'] },
  signer: { all: ['sign example'], some: ['boto3', 'ministack', 'juicefs', 'ceph'] },
  'single-use': { all: ['worker'] },
  site: { all: ['site', 'chromium'] },
  start: { all: ['worker', 'client', 'explain page'] },
  streaming: { all: ['worker'] },
  sts: { all: ['worker'], some: ['command', 'ministack', 'ceph', 'juicefs'] },
  tags: { all: ['command', 'awscli'], some: ['worker', 'ceph', 'juicefs', 'ministack'] },
  tampering: { all: ['worker', 'ministack'] },
  tickets: { all: ['worker'], some: ['go', 'php'] },
  traps: { all: ['planted panic'] },
  turnstile: { all: ['worker'] },
  'turnstile-parts': { all: ['worker'] },
  'upload-all': { all: ['client', 'chromium'], some: ['firefox'] },
  'uploaders-r2': { all: ['worker', 'client', 'chromium'] },
  'uploaders-s3': { all: ['worker', 'client', 'chromium', 'ministack'] },
  waiting: {},
  'web-identity': { all: ['worker'], some: ['command', 'ministack', 'ceph', 'juicefs', 'pyjwt'] },
  where: { all: ['worker', 'mounted', 'client'] },
  wrangler: { all: ['worker', 'client'] },
};

/** The suite of this process; undefined in a script that uses a server of the tests, such as a benchmark. */
const suite = process.argv[1]?.endsWith('.test.mjs') ? basename(process.argv[1], '.test.mjs') : undefined;

/** The results of `npm test`: for each need, the reason why it cannot be installed, or '' if it is prepared. @type {Record<string, string>} */
const results = JSON.parse(process.env.SIGNPOST_TEST_NEEDS ?? '{}');

/** @type {Map<Need, Promise<string>>} */
const prepared = new Map();

/**
 * Prepares a need of this suite. Fails if {@link SUITES} does not list it for this suite.
 *
 * @param {Need} name
 */
export async function need(name) {
  if (suite === undefined) return;
  const { all = [], some = [] } = SUITES[suite] ?? {};
  if (![...all, ...some].includes(name)) throw new Error(`the suite ${suite} uses ${name}, and tests/needs.mjs does not say so`);
  const reason = await prepare(name);
  if (reason) throw new Failure(reason);
}

/**
 * Returns the option of a `describe` or `test` that skips it if a need cannot be installed. With `CI=true` nothing is skipped.
 *
 * @param {...Need} names
 * @returns {Promise<{ skip: string | false }>}
 */
export async function needs(...names) {
  if (process.env.CI === 'true') return { skip: false };
  const reasons = await Promise.all(names.map(prepare));
  return { skip: reasons.find((reason) => reason) ?? false };
}

/**
 * Prepares one thing, once.
 *
 * @param {Need} name
 * @returns {Promise<string>} the reason why it cannot be installed, or ''
 */
function prepare(name) {
  const preparation = prepared.get(name) ?? (name in results ? Promise.resolve(results[name] ?? '') : locked(() => install(name)));
  prepared.set(name, preparation);
  return preparation;
}

/**
 * Builds or installs one thing. A build that fails throws.
 *
 * @param {Need} name
 * @returns {Promise<string>} the reason why it cannot be installed, or ''
 */
export async function install(name) {
  if (name in BUILDS) await BUILDS[/** @type {keyof typeof BUILDS} */ (name)]();
  else {
    try {
      await INSTALLS[/** @type {keyof typeof INSTALLS} */ (name)]();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return [error.message, error.hint].filter(Boolean).join(': ');
    }
  }
  return '';
}

/**
 * Does work under a lock between processes, since test files run in parallel.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @param {string} [lock] the lock file
 * @returns {Promise<T>}
 */
export async function locked(work, lock = join(tools, 'tests.lock')) {
  await mkdir(tools, { recursive: true });
  while (!(await writeFile(lock, `${process.pid}`, { flag: 'wx' }).then(() => true, () => false))) {
    const owner = Number(await readFile(lock, 'utf8').catch(() => 0));
    if (owner && !isRunning(owner)) await rm(lock, { force: true });
    else await sleep(200);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

/** @param {number} id */
function isRunning(id) {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
}
