/** @file The description of the HTTP API, `docs/openapi.json`, against the Worker, the error codes and the client's types. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { FILE, openapi } from '../../scripts/openapi.mjs';
import { environment, root, run } from '../../scripts/step.mjs';
import { cases, send, site as contract } from '../contract/cases.mjs';
import { cases as forms } from '../forms/cases.mjs';
import { send as sendForm } from '../forms/form.mjs';
import { BODY, REFUSED_PUTS, put as sendPut } from '../support/own_put.mjs';
import { need, needs } from '../needs.mjs';
import { bucket } from '../openapi/bucket.mjs';
import { assertDocumented, problemCodes } from '../openapi/documented.mjs';
import { TOKEN, narrowed, site } from '../openapi/site.mjs';
import { start } from '../servers/worker.mjs';
import { start as startForFiles } from '../servers/worker_for_files.mjs';
import { start as startForForms } from '../servers/worker_for_forms.mjs';
import { venv } from '../support/venv.mjs';

/** A code of requests with signed headers, which no route answers. */
const OF_OTHER_REQUESTS = ['RequestTimeTooSkewed'];

const text = await readFile(join(root, FILE), 'utf8');
const document = JSON.parse(text);

test('the document in the repository is the one that the scripts make', async () => {
  assert.ok(text === (await openapi()), `${FILE} is out of date: node scripts/openapi.mjs writes it`);
});

test('every error code is in the document', async () => {
  const codes = Object.keys(JSON.parse(await readFile(join(root, 'error-code/codes.json'), 'utf8')));
  assert.deepEqual(codes.filter((code) => !text.includes(`"${code}"`)), OF_OTHER_REQUESTS);
});

test('the table of codes in docs/http-api.md is that of the document', async () => {
  const page = await readFile(join(root, 'docs/http-api.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (\d{3}) \| (.*) \|$/gm)].map(([, status, cell = '']) => [status, new Set(cell.replace(/: .*/, '').match(/(?<=`)[A-Z]\w+(?=`)/g))]);
  const sorted = (/** @type {Iterable<[any, Set<any>]>} */ table) => Object.fromEntries([...table].map(([status, codes]) => [status, [...codes].sort()]));
  assert.deepEqual(sorted(/** @type {any} */ (rows)), sorted(problemCodes(document)));
});

describe('answers to the cases of other suites are in the document', () => {
  test('the HTTP contract', async (t) => {
    const worker = await start(contract);
    t.after(() => worker.stop());
    let found = 0;
    for (const { request } of cases) if (assertDocumented(document, request, await send(worker.url, request))) found += 1;
    assert.ok(found > 80, `${found} of ${cases.length} cases are about a path in the document`);
  });

  test('upload forms', async (t) => {
    const worker = await startForForms();
    t.after(() => worker.stop());
    for (const { name, change } of forms) {
      assertDocumented(document, { method: 'POST', path: '/forms/media/' }, await sendForm(worker, `forms/${name.replace(/[^a-z0-9]+/gi, '-')}`, change));
    }
  });

  test('PUTs to the Worker', async (t) => {
    const worker = await startForForms();
    t.after(() => worker.stop());
    for (const change of [{}, ...REFUSED_PUTS.map(([, , change]) => change)]) {
      assertDocumented(document, { method: 'PUT', path: '/files/media/a' }, await sendPut(worker, 'a', BODY, change));
    }
  });
});

test('objects that the Worker sends', async (t) => {
  const worker = await startForFiles();
  t.after(() => worker.stop());
  await worker.bucket.put('files/note.txt', 'hello world');
  const link = worker.sign('files/note.txt').slice(worker.url.length);
  for (const path of [link, link.replace('note', 'nothing'), `${link}0`, '/files/media/x', '/files/other/x', '/downloads/here/note.txt', '/downloads/here/nothing', '/downloads/here/note.txt?json']) {
    for (const [method, headers] of /** @type {[string, Record<string, string>][]} */ ([['GET', {}], ['HEAD', {}], ['GET', { range: 'bytes=0-1' }], ['GET', { range: 'bytes=40-50' }], ['GET', { 'if-none-match': '*' }], ['GET', { 'if-match': '"x"' }]])) {
      assert.ok(assertDocumented(document, { method, path }, await send(worker.url, { method, path, headers })), path);
    }
  }
});

describe('schemathesis finds no difference between the document and the Worker', async () => {
  const options = await needs('schemathesis');
  /** @type {Awaited<ReturnType<typeof start>>} */
  let worker;
  let directory = '';
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'openapi-'));
    worker = await start({ ...site, outbound: bucket(), state: true });
  });
  after(async () => {
    await worker?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  /** @param {'token' | 'path'} credential @param {string} base @param {string[]} more options */
  async function compare(credential, base, more) {
    const file = join(directory, `${credential}.json`);
    await writeFile(file, JSON.stringify(narrowed(document, credential)));
    const st = join(await venv('schemathesis'), 'st');
    const args = ['--config-file', 'tests/openapi/schemathesis.toml', 'run', file, '--url', base, '--no-color', ...more];
    const report = await run(st, args, { env: { ...environment, SITE_TOKEN: TOKEN } });
    const [operations, generated] = [/Tested: (\d+)/, /(\d+) generated/].map((pattern) => Number(pattern.exec(report)?.[1]));
    return { operations, generated };
  }

  test('with a token', options, async (t) => {
    const { operations, generated } = await compare('token', worker.url, []);
    t.diagnostic(`${operations} operations, ${generated} cases, no failure`);
    assert.equal(operations, operationsOf(narrowed(document, 'token')));
    assert.ok(generated > 1_000);
  });

  test('with a ticket in the path', options, async (t) => {
    const { operations, generated } = await compare('path', `${worker.url}/t/${ticket()}`, ['--phases', 'examples,coverage']);
    t.diagnostic(`${operations} operations, ${generated} cases, no failure`);
    assert.ok(generated > 300);
  });
});

test('the types of the client and of calls by other Workers are those of the document', async (t) => {
  await need('client');
  const { compile } = await import('json-schema-to-typescript'); // later, since it comes from npm
  const { schemas } = document.components;
  const properties = Object.fromEntries(Object.keys(schemas).map((name) => [name, { $ref: `#/components/schemas/${name}` }]));
  const schema = { type: 'object', properties, required: Object.keys(schemas), additionalProperties: false, components: { schemas } };
  const directory = await mkdtemp(join(tmpdir(), 'openapi-types-'));
  t.after(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, 'document.d.ts'), await compile(/** @type {any} */ (schema), 'Document', { bannerComment: '', ignoreMinAndMaxItems: true }));
  await cp(join(root, 'tests/openapi/types.ts'), join(directory, 'types.ts'));
  for (const folder of ['client', 'src', 'node_modules']) await symlink(join(root, folder), join(directory, folder));
  const options = ['--strict', '--noEmit', '--skipLibCheck', '--preserveSymlinks', '--allowImportingTsExtensions', '--module', 'nodenext', '--target', 'es2024', '--lib', 'es2024,dom,dom.iterable', '--types', ''];
  await run('tsc', [...options, 'types.ts'], { cwd: directory });
});

/** @param {import('../openapi/site.mjs').Json} described @returns {number} */
function operationsOf({ paths }) {
  return Object.values(paths).flatMap((item) => Object.values(item)).filter(({ operationId }) => operationId).length;
}

/** @returns {string} a ticket for the uploads of the test's rule */
function ticket() {
  const part = (/** @type {object} */ value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256' })}.${part({ rule: 'uploads/file', sub: 'ada', exp: Math.floor(Date.now() / 1000) + 600 })}`;
  return `${signed}.${createHmac('sha256', site.secrets.TICKET_SECRET).update(signed).digest('base64url')}`;
}
