/** @file The check of the documents finds each mistake in a test page, and none in a correct page. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { findMistakes } from '../../scripts/docs.mjs';

const FILES = {
  'src/body.rs': 'pub(crate) const MAX_BYTES: usize = 16_384;\nconst STEP: u64 = 5 << 20;\n#[test]\n#[expect(lint)]\nfn reads_a_body() {}\n\nfn helper() {}\n',
  'src/url.rs': '',
  '.gitignore': 'dist/\n',
  'client/upload.js': 'const PARTS_ABOVE = 2 ** 25;\nconst MIN_PART = 5 * 2 ** 20;\n',
  'tests/limits.test.mjs': "test('a guess counts too', () => assert.ok(true, 'a message'));\n",
  'docs/other.md': '# Two `words` & more\n',
};

/** A page for each kind of mistake, and the message that the check must report. @type {Record<string, [page: string, mistake: RegExp]>} */
const WRONG = {
  'a link': ['[a](src/none.rs)', /^page\.md:1: the link to src\/none\.rs leads nowhere$/],
  'an anchor': ['[a](docs/other.md#three)', /no heading #three/],
  'an anchor of the same page': ['# One\n\n[a](#two)', /^page\.md:3: page\.md has no heading #two$/],
  'a path in code': ['Read `src/main.rs`.', /there is no src\/main\.rs/],
  'a path in braces': ['Read `src/{body,main}.rs`.', /there is no src\/\{body,main\}\.rs/],
  'a path in a drawing': ['```text\nsrc/main.rs ──► Caller\n```', /there is no src\/main\.rs/],
  'the name of a source file': ['Read `main.rs`.', /there is no main\.rs/],
  'the name of a test': ['[limits](tests/limits.test.mjs "a guess is free")', /does not contain "a guess is free"/],
  'the name of a test, which is a message of one,': ['Text with [limits](tests/limits.test.mjs "a message").', /has no test "a message"/],
  'the name of a test in Rust': ['[body](src/body.rs "fn reads_a_form")', /does not contain "fn reads_a_form"/],
  'the name of a test in Rust, which is another function,': ['- [body](src/body.rs "fn helper")', /has no test "fn helper"/],
  'a row without a test': ['| threat | tests |\n|---|---|\n| a guess | [limits](tests/limits.test.mjs) |', /^page\.md:1: the row "a guess" names no test$/],
  'the value of a constant': ['[a](src/body.rs "MAX_BYTES: usize = 8_192")', /does not contain/],
  'a number in the text': ['[16,000 bytes](src/body.rs "MAX_BYTES: usize = 16_384")', /"16,000 bytes" is not the number/],
  'a number in another unit': ['[5 MB](src/body.rs "STEP: u64 = 5 << 20")', /"5 MB" is not the number/],
};

const RIGHT = `# Page

[a](docs/other.md#two-words--more), [b](#page), [c](https://example.com/none#x), [d](src/), \`src/{body,url}.rs\`, \`tests/*.mjs\`, \`client/dist/a.js\`, \`/uploads/none\`.
[16,384 bytes](src/body.rs "MAX_BYTES: usize = 16_384"), [16 KiB](src/body.rs "MAX_BYTES: usize = 16_384"),
[5 MiB](src/body.rs "STEP: u64 = 5 << 20"), [32 MiB](client/upload.js "PARTS_ABOVE = 2 ** 25"), [5 MiB](client/upload.js "MIN_PART = 5 * 2 ** 20"),
[limits](tests/limits.test.mjs "a guess counts too"), [body](src/body.rs "fn reads_a_body")

| threat | tests |
|---|---|
| a guess | [limits](tests/limits.test.mjs "a guess counts") |
`;

describe('the check of the documents', () => {
  let directory = '';
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'docs-'));
    await promisify(execFile)('git', ['init', '--quiet', directory]);
    for (const [name, content] of Object.entries(FILES)) await write(name, content);
  });
  after(() => rm(directory, { recursive: true, force: true }));

  const write = async (/** @type {string} */ name, /** @type {string} */ content) => {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), content);
  };

  for (const [kind, [page, mistake]] of Object.entries(WRONG)) {
    test(`finds ${kind} that is wrong`, async () => {
      await write('page.md', page);
      const mistakes = await findMistakes(directory);
      assert.equal(mistakes.length, 1, mistakes.join('\n'));
      assert.match(mistakes[0], mistake);
    });
  }

  test('finds nothing in a correct page', async () => {
    await write('page.md', RIGHT);
    assert.deepEqual(await findMistakes(directory), []);
  });
});
