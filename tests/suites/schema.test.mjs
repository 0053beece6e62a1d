/** @file The schema for editors: it accepts every configuration of this repository, finds what an editor must mark, and needs no other file. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { root } from '../../scripts/step.mjs';
import { wranglerSchema, writeWranglerSchema } from '../../scripts/wrangler-schema.mjs';

/** What wrangler reads in these files. */
const TRACKED = ['wrangler.toml', ':(glob)**/wrangler*.toml', ':(glob)**/wrangler*.json', ':(glob)**/wrangler*.jsonc'];
/** The line that names the schema, for Even Better TOML: https://taplo.tamasfe.dev/configuration/directives.html */
const DIRECTIVE = /^#:schema (\S+)\n/;

/** @type {string} */
let directory;
/** @type {any} */
let schema;
/** @type {import('ajv').ValidateFunction} */
let validate;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'schema-'));
  const path = join(directory, 'wrangler.schema.json');
  await writeWranglerSchema(path);
  schema = JSON.parse(await readFile(path, 'utf8'));
  const { Ajv } = await import('ajv');
  validate = new Ajv({ allErrors: true, strict: false }).compile(schema);
});
after(() => rm(directory, { recursive: true }));

/** @param {string} path @returns {Promise<any>} */
async function read(path) {
  const { experimental_readRawConfig } = await import('wrangler');
  return experimental_readRawConfig({ config: path }).rawConfig;
}

/** @param {unknown} config @returns {string[]} the place and the message of each error */
function errors(config) {
  validate(config);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

test('accepts every configuration of this repository', async () => {
  const { stdout } = await promisify(execFile)('git', ['ls-files', '--', ...TRACKED], { cwd: root });
  const files = stdout.trim().split('\n');
  assert.ok(files.includes('wrangler.toml') && files.includes('template/wrangler.toml'), stdout);
  for (const file of files) assert.deepEqual(errors(await read(join(root, file))), [], file);
});

test('the first line of a new project names it, and that of this repository', async () => {
  const { exports } = JSON.parse(await readFile(join(root, 'packages', 'signpost', 'package.json'), 'utf8'));
  const line = async (/** @type {string} */ file) => DIRECTIVE.exec(await readFile(join(root, file), 'utf8'))?.[1];
  assert.equal(await line('template/wrangler.toml'), `./node_modules/signpost/${exports['./wrangler.schema.json'].slice(2)}`);
  assert.equal(await line('wrangler.toml'), './build/wrangler.schema.json');
});

describe('finds', () => {
  /** A change of `template/wrangler.toml`, and the error. @type {[string, unknown, string][]} */
  const MISTAKES = [
    ['/vars/UPLOADS/file/max_size', 5, '/vars/UPLOADS/file/max_size must be string'],
    ['/vars/UPLOADS/file/expiry', '1 min', '/vars/UPLOADS/file must NOT have additional properties'],
    ['/vars/UPLOADS_2', { avatar: { bucket: 1 } }, '/vars/UPLOADS_2/avatar/bucket must be string'],
    ['/vars/BUCKETS/media/provider', 'azure', '/vars/BUCKETS/media/provider must be equal to one of the allowed values'],
    ['/vars/BUCKETS/other', { provider: 'aws', name: 'other', credentials: 'OTHER' }, "/vars/BUCKETS/other must have required property 'region'"],
    ['/vars/BUCKETS/other', { provider: 'r2', name: 'other', credentials: 'OTHER' }, "/vars/BUCKETS/other must have required property 'endpoint'"],
    ['/env', { production: { vars: { CALLERS: { site: {} } } } }, "/env/production/vars/CALLERS/site must have required property 'kind'"],
    ['/mian', 'src/index.js', ' must NOT have additional properties'],
    ['/r2_buckets', [{ bucket_name: 'media' }], "/r2_buckets/0 must have required property 'binding'"],
  ];
  for (const [place, value, expected] of MISTAKES) {
    test(`${place} = ${JSON.stringify(value)}`, async () => {
      const config = await read(join(root, 'template', 'wrangler.toml'));
      const names = place.slice(1).split('/');
      const key = /** @type {string} */ (names.pop());
      names.reduce((table, name) => table[name], config)[key] = value;
      assert.ok(errors(config).includes(expected), errors(config).join('\n'));
    });
  }
});

test('other variables remain free', async () => {
  const config = await read(join(root, 'template', 'wrangler.toml'));
  Object.assign(config.vars, { GREETING: 'hello', UPLOADS_X: [1], LIMITS: { a: true } });
  assert.deepEqual(errors(config), []);
});

test('JSON names it by a key', async () => {
  const path = join(directory, 'wrangler.jsonc');
  await writeFile(path, '{ "$schema": "./node_modules/signpost/wrangler.schema.json", "name": "signpost", /* a comma */ "vars": { "UPLOADS": {}, }, }');
  assert.deepEqual(errors(await read(path)), []);
});

/** Even Better TOML resolves no path in `$ref`, and leaves out or never ends what has `allOf`: tamasfe/taplo#771, astral-sh/ruff#15978. */
test('has what the editor extension for TOML understands', () => {
  const text = JSON.stringify(schema);
  const references = [...text.matchAll(/"\$ref":"([^"]*)"/g)].map(([, target = '']) => target);
  assert.deepEqual(references.filter((target) => !(target.startsWith('#/definitions/') && target.slice(14) in schema.definitions)), []);
  assert.ok(references.length > 50);
  assert.equal(schema.allOf, undefined);
  for (const name of ['BUCKETS', 'CALLERS', 'UPLOADS', 'DOWNLOADS']) {
    assert.doesNotMatch(JSON.stringify(schema.definitions[name]), /"allOf"/, name);
    assert.deepEqual(schema.properties.vars.properties[name], { $ref: `#/definitions/${name}` }); // by name, so that it is completed
  }
});

test('fails where wrangler has changed its schema', () => {
  assert.throws(() => wranglerSchema({ definitions: { RawConfig: { properties: {} } } }, {}, '5.0.0'), /the schema of wrangler 5.0.0 has no `vars`/);
});
