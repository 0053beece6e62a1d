/** @file The npm package of the client: its files, exports and types. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root, run } from '../../scripts/step.mjs';
import { need } from '../needs.mjs';

/** A program that uses the package, with mistakes that its types must detect. */
const PROGRAM = `
import { SignpostError, download, upload, type Uploaded } from 'signpost-client';
import { SignpostUpload } from 'signpost-client/signpost-upload.js';

const site = { endpoint: 'https://signpost.example.com', rule: 'avatar' };
const stored: Promise<Uploaded> = upload(new File([], 'a.png'), { ...site, onprogress: ({ loaded }) => loaded, retries: 5 });
const link: Promise<{ url: string; expires: string }> = download('a.png', { ...site, filename: 'b.png', token: async () => 't' });
const words: string = SignpostUpload.texts.done('a.png');
const code = (error: unknown) => error instanceof SignpostError && error.code;
// @ts-expect-error: without a rule
upload(new Blob(), { endpoint: '' });
// @ts-expect-error: not a path
download(1, site);
export { code, link, stored, words };
`;

let directory = '';
/** @type {string[]} */
let files = [];

before(async () => {
  await need('client');
  directory = await mkdtemp(join(tmpdir(), 'package-'));
  const [packed] = JSON.parse(await run('npm', ['pack', '--json', '--pack-destination', directory], { cwd: join(root, 'client') }));
  files = packed.files.map((/** @type {{ path: string }} */ { path }) => path);
  const into = join(directory, 'node_modules', 'signpost-client');
  await run('mkdir', ['-p', into]);
  await run('tar', ['-xzf', join(directory, packed.filename), '-C', into, '--strip-components=1']);
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }');
});
after(() => rm(directory, { recursive: true }));

test('contains only the modules and their types', () => {
  const expected = /^(package\.json|dist\/signpost(-upload)?\.js|types\/[a-z-]+\.d\.ts)$/;
  assert.deepEqual(files.filter((file) => !expected.test(file)), []);
  for (const file of ['dist/signpost.js', 'dist/signpost-upload.js', 'types/signpost.d.ts', 'types/signpost-upload.d.ts'])
    assert.ok(files.includes(file), file);
});

test('can be imported outside a browser, including the component', async () => {
  const script = "import { upload } from 'signpost-client'; import { SignpostUpload } from 'signpost-client/signpost-upload.js'; console.log(typeof upload, typeof SignpostUpload);";
  assert.equal(await run('node', ['--input-type=module', '--eval', script], { cwd: directory }), 'function function\n');
});

test('has types that detect mistakes', async () => {
  await writeFile(join(directory, 'program.ts'), PROGRAM);
  const options = ['--strict', '--noEmit', '--skipLibCheck', 'false', '--module', 'nodenext', '--target', 'es2024', '--lib', 'es2024,dom,dom.iterable', '--types', ''];
  await run('tsc', [...options, 'program.ts'], { cwd: directory });
});
