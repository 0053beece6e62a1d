/** @file The questions of `npm create signpost`, answered by keys in a terminal. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { PROVIDERS } from '../../packages/create-signpost/lib/providers.mjs';
import { CALLERS, QUESTIONS, R2 } from '../../packages/create-signpost/lib/questions.mjs';
import { root } from '../../scripts/step.mjs';
import { execute } from '../support/signpost.mjs';
import { KEYS, openTerminal } from '../support/terminal.mjs';

const PROGRAM = join(root, 'packages/create-signpost/bin/create-signpost.mjs');

/**
 * The answers of each project, in the order of the questions. An answer can follow wrong ones, each with the reason that is shown.
 *
 * @type {Record<string, [option: string, answer: string, wrong?: [typed: string, reason: string][]][]>}
 */
const PROJECTS = {
  'Amazon S3, for programs with a token': [
    ['provider', 'aws'],
    ['bucket', 'acme-media', [['Acme Media', 'expected the name of a bucket, such as acme-media'], ['', 'expected the name of a bucket']]],
    ['region', 'eu-west-1', [['EU (Ireland)', 'expected a region, such as eu-west-1']]],
    ['origin', 'https://www.example.com', [['www.example.com', 'expected scheme and host only'], ['https://www.example.com/page', 'expected scheme and host only, such as https://www.example.com']]],
    ['callers', 'bearer'],
  ],
  'R2, for users of a login service': [
    ['provider', 'r2'],
    ['bucket', 'acme-media'],
    ['account', '0123456789abcdef0123456789abcdef', [['my account', 'expected 32 hexadecimal digits']]],
    ['r2', 'binding'],
    ['origin', 'http://localhost:8080'],
    ['callers', 'jwt'],
    ['issuer', 'https://login.example.com/', [['', 'expected a value']]],
    ['audience', 'signpost', [[' ', 'expected a value']]],
    ['jwks', 'https://login.example.com/keys', [['http://login.example.com/keys', 'expected a URL with https'], ['eu-west-1', 'expected a URL with https']]],
  ],
  'another server, for users of Cloudflare Access': [
    ['provider', 'custom'],
    ['bucket', 'acme-media'],
    ['endpoint', 'https://s3.example.com', [['s3.example.com', 'expected a URL such as https://s3.example.com']]],
    ['origin', 'https://www.example.com'],
    ['callers', 'access'],
    ['audience', '4714c1358e65fe4b408ad6d432a5f878f08194bdb4752441fd56faefa9b2b6f2', [['signpost', 'expected the 64 digits']]],
    ['team', 'acme.cloudflareaccess.com', [['acme', 'expected a domain such as acme.cloudflareaccess.com']]],
  ],
  'Google Cloud Storage, for visitors': [
    ['provider', 'gcs'],
    ['bucket', 'acme-media'],
    ['origin', 'https://www.example.com'],
    ['callers', 'turnstile'],
  ],
};

/** @type {Record<string, string[]>} */
const CHOICES = { provider: Object.keys(PROVIDERS), callers: Object.keys(CALLERS), r2: Object.keys(R2) };

let directory = '';
before(async () => void (directory = await mkdtemp(join(tmpdir(), 'prompts-'))));
after(() => rm(directory, { recursive: true, force: true }));

/** @type {ReturnType<typeof openTerminal>[]} */
const terminals = [];
after(() => terminals.forEach((terminal) => terminal.stop()));

/** @param {string} cwd @param {string} [options] */
function create(cwd, options = '') {
  const terminal = openTerminal(`node '${PROGRAM}' --no-install ${options}`, cwd);
  terminals.push(terminal);
  return terminal;
}

/** @returns {Promise<string>} an empty folder, with a name that is the same each time, since the project has it too */
async function emptyFolder() {
  const folder = join(await mkdtemp(join(directory, 'p-')), 'my-uploads');
  await mkdir(folder);
  return folder;
}

/** Answers one question. @param {ReturnType<typeof openTerminal>} terminal @param {(typeof PROJECTS)[string][number]} answer */
async function reply(terminal, [option, answer, wrong = []]) {
  await terminal.sees(QUESTIONS.find((question) => question.option === option)?.text ?? option);
  const choices = CHOICES[option];
  if (choices) {
    for (let step = 0; step < choices.indexOf(answer); step += 1) terminal.type(KEYS.down);
    return terminal.type(KEYS.enter);
  }
  for (const [typed, reason] of wrong) {
    terminal.type(KEYS.clear + typed + KEYS.enter);
    await terminal.sees(reason);
  }
  terminal.type(KEYS.clear + answer + KEYS.enter);
}

/** @param {(typeof PROJECTS)[string]} answers */
const asOptions = (answers) => answers.flatMap(([option, answer]) => [`--${option}`, answer]);

/** @param {string} folder @returns {Promise<Record<string, string>>} the text of each file */
async function contents(folder) {
  const entries = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  return Object.fromEntries(await Promise.all(entries.map(async (entry) => [join(entry.parentPath, entry.name).slice(folder.length + 1), await readFile(join(entry.parentPath, entry.name), 'utf8')])));
}

/** @param {(typeof PROJECTS)[string]} answers @returns {Promise<string>} the folder of a project that options made */
async function project(answers) {
  const folder = await emptyFolder();
  const { code, stderr } = await execute('node', [PROGRAM, '--yes', '--no-install', ...asOptions(answers)], { cwd: folder });
  assert.equal(code, 0, stderr);
  return folder;
}

describe('in a terminal', () => {
  for (const [name, answers] of Object.entries(PROJECTS)) {
    test(`a project for ${name}: wrong answers are asked again, and the files are those that options write`, async () => {
      const folder = await emptyFolder();
      const terminal = create(folder);
      for (const answer of answers) await reply(terminal, answer);
      assert.equal(await terminal.status(), 0, terminal.screen());
      assert.match(terminal.screen(), /Next:/);
      assert.deepEqual(await contents(folder), await contents(await project(answers)));
    });
  }

  test('every question is asked in one of these projects', () => {
    const asked = new Set(Object.values(PROJECTS).flatMap((answers) => answers.map(([option]) => option)));
    assert.deepEqual([...asked].sort(), QUESTIONS.map(({ option }) => option).sort());
  });

  test('does not guess where the public keys are, takes those on this machine, and remarks on an issuer that is no URL', async () => {
    const answers = PROJECTS['R2, for users of a login service'] ?? [];
    const folder = await emptyFolder();
    const terminal = create(folder);
    for (const answer of answers.slice(0, -3)) await reply(terminal, answer);
    await reply(terminal, ['issuer', 'localhost:9000']);
    await terminal.sees('"localhost:9000" is no URL');
    await reply(terminal, ['audience', 'signpost']);
    await reply(terminal, ['jwks', 'http://localhost:9000/jwks.json', [['', 'expected a URL with https']]]);
    assert.equal(await terminal.status(), 0, terminal.screen());
    assert.match(await readFile(join(folder, 'wrangler.toml'), 'utf8'), /^issuer = "localhost:9000"\naudience = "signpost"\njwks = "http:\/\/localhost:9000\/jwks\.json"$/m);
  });

  test('asks only for what the options leave out', async () => {
    const answers = PROJECTS['Amazon S3, for programs with a token'] ?? [];
    const folder = await emptyFolder();
    const terminal = create(folder, asOptions(answers.filter(([option]) => option !== 'region')).join(' '));
    await reply(terminal, ['region', 'eu-west-1']);
    assert.equal(await terminal.status(), 0, terminal.screen());
    assert.doesNotMatch(terminal.screen(), /Where is your bucket/);
    assert.deepEqual(await contents(folder), await contents(await project(answers)));
  });
});

describe('Ctrl-C', () => {
  const answers = PROJECTS['R2, for users of a login service'] ?? [];
  for (const [at, [option]] of answers.entries()) {
    test(`at the question for the ${option} leaves nothing behind`, async () => {
      const parent = await emptyFolder();
      const terminal = create(parent, 'below');
      for (const answer of answers.slice(0, at)) await reply(terminal, answer);
      await terminal.sees(QUESTIONS.find((question) => question.option === option)?.text ?? option);
      terminal.type(KEYS.interrupt);
      assert.equal(await terminal.status(), 1, terminal.screen());
      assert.match(terminal.screen(), /error: cancelled, nothing was written/);
      const again = `hint: to go on with your answers, or to change one: npm create signpost below -- ${asOptions(answers.slice(0, at)).join(' ')}`;
      assert.ok(at === 0 || terminal.screen().includes(again), terminal.screen());
      assert.deepEqual(await readdir(parent), []);
    });
  }
});

describe('a project that exists', () => {
  const answers = PROJECTS['Amazon S3, for programs with a token'] ?? [];
  /** The same project, with another bucket: two files differ. */
  const other = answers.map(([option, answer]) => /** @type {[string, string]} */ ([option, option === 'bucket' ? 'acme-other' : answer]));
  const question = (/** @type {string} */ file) => `${file} exists and differs. Replace it?`;

  test('is left alone without options', async () => {
    const folder = await project(answers);
    const before = await contents(folder);
    const terminal = create(folder);
    assert.equal(await terminal.status(), 0, terminal.screen());
    assert.match(terminal.screen(), /has the project already, nothing was changed/);
    assert.deepEqual(await contents(folder), before);
  });

  test('with other answers, is asked about file by file: Enter keeps a file, y replaces it', async () => {
    const folder = await project(answers);
    const [before, after] = [await contents(folder), await contents(await project(other))];
    const differing = Object.keys(after).filter((file) => after[file] !== before[file]);
    assert.deepEqual(differing.sort(), ['README.md', 'wrangler.toml']);
    const terminal = create(folder, asOptions(other).join(' '));
    await terminal.sees(question('wrangler.toml'));
    terminal.type('y');
    await terminal.sees(question('README.md'));
    terminal.type(KEYS.enter);
    assert.equal(await terminal.status(), 0, terminal.screen());
    assert.match(terminal.screen(), /wrangler\.toml: replaced/);
    assert.match(terminal.screen(), /README\.md: kept, and differs/);
    assert.deepEqual(await contents(folder), { ...before, 'wrangler.toml': after['wrangler.toml'] });
  });

  test('and Ctrl-C at such a question: nothing is changed, not even what was confirmed before', async () => {
    const folder = await project(answers);
    await rm(join(folder, '.gitignore')); // would be written anew
    await writeFile(join(folder, 'src', 'index.js'), '// my own\n');
    const before = await contents(folder);
    const terminal = create(folder, asOptions(other).join(' '));
    await terminal.sees(question('wrangler.toml'));
    terminal.type('y');
    await terminal.sees(question('src/index.js'));
    terminal.type(KEYS.interrupt);
    assert.equal(await terminal.status(), 1, terminal.screen());
    assert.match(terminal.screen(), /error: cancelled, nothing was written/);
    assert.deepEqual(await contents(folder), before);
  });
});
