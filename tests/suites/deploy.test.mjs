/** @file `npm run build` and `wrangler deploy` reject a broken configuration. */
import assert from 'node:assert/strict';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { describeSecret, secretNames } from '../../packages/signpost/lib/secrets.mjs';
import { root } from '../../scripts/step.mjs';
import { execute, program } from '../support/signpost.mjs';

/** Mistakes in the configuration of this repository, and the lines of the error messages. */
const MISTAKES = [
  {
    name: 'an invalid size',
    change: (/** @type {string} */ text) => text.replace('max_size = "5 MiB"', 'max_size = "5 megs"'),
    messages: ['error: expected a size such as "5 MiB", from 1 byte to 5 GiB, found "5 megs"', 'UPLOADS.avatar.max_size', 'hint: write a number with its unit, such as max_size = "5 MiB"'],
  },
  {
    name: 'a region that does not match the endpoint',
    change: (/** @type {string} */ text) => text.replace('name = "acme-media"', 'name = "acme-media"\nendpoint = "https://s3.eu-central-1.amazonaws.com"'),
    messages: ['error: the region is "eu-west-1", but the endpoint s3.eu-central-1.amazonaws.com has the region "eu-central-1"', 'hint: write region = "eu-central-1"'],
  },
  {
    name: 'an environment without rules',
    change: (/** @type {string} */ text) => `${text}\n[env.production]\nname = "signpost-production"\n`,
    messages: ['error: there is no rule, so every request is answered with 404', 'hint: write [env.production.vars.UPLOADS.avatar] and so on'],
  },
];

describe('a configuration', () => {
  /** @type {string} */
  let directory;
  /** @type {string} */
  let config;
  /** @type {string} */
  let valid;
  before(async () => {
    [directory, valid] = await Promise.all([mkdtemp(join(tmpdir(), 'signpost-deploy-')), readFile(join(root, 'wrangler.toml'), 'utf8')]);
    config = join(directory, 'wrangler.toml');
  });
  after(() => rm(directory, { recursive: true, force: true }));

  test('that is valid passes, and wrangler runs the build first', async () => {
    const { code, stdout, stderr } = await execute(await program(), ['check', '--every-env']);
    assert.deepEqual([code, stderr], [0, 'wrangler.toml: no problems found, 1 recommendation\n']);
    assert.match(stdout, /^recommendation: a key that never expires signs/);
    assert.match(valid, /^\[build\]\ncommand = "npm run build"$/m);
  });

  test('has wrangler watch the sources of every crate in the Worker', async () => {
    const { stdout } = await execute('cargo', ['metadata', '--locked', '--no-deps', '--format-version', '1']);
    /** @type {{ name: string, manifest_path: string, dependencies: { name: string, path?: string, kind: string | null }[] }[]} */
    const packages = JSON.parse(stdout).packages;
    const crates = new Set(['signpost-worker']);
    for (const crate of crates) {
      const { dependencies = [] } = packages.find(({ name }) => name === crate) ?? {};
      for (const { name, path, kind } of dependencies) if (path && kind === null) crates.add(name);
    }
    const sources = packages.filter(({ name }) => crates.has(name)).map(({ manifest_path }) => relative(root, join(dirname(manifest_path), 'src')));
    const watched = JSON.parse(/^watch_dir = (.*)$/m.exec(valid)?.[1] ?? '[]');
    assert.deepEqual(watched.toSorted(), sources.toSorted());
  });

  for (const { name, change, messages } of MISTAKES) {
    test(`with ${name} is not built`, async () => {
      const broken = change(valid);
      assert.notEqual(broken, valid);
      await writeFile(config, broken);
      const { code, stderr } = await execute('node', ['scripts/build.mjs', '--config', config]);
      assert.equal(code, 1);
      for (const line of messages) assert.ok(stderr.includes(line), `${line} is not in ${stderr}`);
      assert.ok(stderr.endsWith(`hint: ${config} is not right; see above\n`), stderr);
      assert.ok(!/cargo build|wasm-opt/.test(stderr), 'nothing is compiled');
    });
  }

  test('that is broken is not deployed', async () => {
    const [mistake] = MISTAKES;
    const command = `node scripts/build.mjs --config ${config}`; // the configuration of the root is not changed
    const withRoot = mistake?.change(valid).replace('"npm run build"', `"${command}"\ncwd = "${root}"`) ?? '';
    const absolute = withRoot.replace('"src/js/entry.mjs"', `"${root}/src/js/entry.mjs"`).replace('"client/dist"', `"${root}/client/dist"`);
    await writeFile(config, absolute);
    const bundle = join(directory, 'bundle');
    const { code, stdout, stderr } = await execute('wrangler', ['deploy', '--dry-run', '--config', config, '--outdir', bundle]);
    assert.notEqual(code, 0);
    const output = stdout + stderr;
    for (const line of mistake?.messages ?? []) assert.ok(output.includes(line), `${line} is not in ${output}`);
    await assert.rejects(access(bundle), { code: 'ENOENT' });
  });
});

test('the secrets of a role are described as those of a key that may only assume it', () => {
  const config = { vars: { BUCKETS: { a: { provider: 'aws', credentials: { secret: ['NEXT', 'MEDIA'], role: 'arn:aws:iam::123456789012:role/signpost' } }, b: { provider: 'aws', credentials: 'OLD' } } } };
  for (const name of ['NEXT', 'MEDIA']) assert.match(describeSecret(`${name}_ACCESS_KEY_ID`, config), /a user who may only assume the role/);
  assert.match(describeSecret('OLD_ACCESS_KEY_ID', config), /an access key for the bucket/);
  const withoutKey = { vars: { ISSUER: { keys: ['ISSUER_KEY'] }, BUCKETS: { a: { provider: 'aws', credentials: { web_identity: true, role: 'arn:aws:iam::123456789012:role/signpost' } } } } };
  assert.match(describeSecret('ISSUER_KEY', withoutKey), /the tokens that get credentials, as a JWK of the type EC/);
  assert.deepEqual(['ISSUER_KEY', 'MEDIA_ACCESS_KEY_ID'].map(secretNames(withoutKey).buckets), [false, false]);
  assert.deepEqual(['NEXT_ACCESS_KEY_ID', 'OLD_EXPIRATION', 'OTHER_ACCESS_KEY_ID'].map(secretNames(config).buckets), [true, true, false]);
});
