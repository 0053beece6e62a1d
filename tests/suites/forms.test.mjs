/** @file Upload forms, sent to the Worker and to three other servers. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { cases } from '../forms/cases.mjs';
import { FILE, send } from '../forms/form.mjs';
import { needs } from '../needs.mjs';
import { start as startWorker } from '../servers/worker_for_forms.mjs';
import * as ceph from '../servers/radosgw.mjs';
import * as juicefs from '../servers/juicefs.mjs';
import * as ministack from '../servers/ministack.mjs';
import { s3 } from '../servers/s3.mjs';

/** @typedef {import('../forms/form.mjs').Answer} Answer */
/** @typedef {import('../forms/cases.mjs').Case} Case */

const keyOf = (/** @type {Case} */ { name, expect }) => expect.stored ?? `forms/${name.replace(/[^a-z0-9]+/gi, '-')}`;
const codeOf = (/** @type {Answer} */ { body }) => /<Code>([^<]*)<\/Code>/.exec(body)?.[1];

test('there are enough cases, each with a unique name', () => {
  assert.ok(cases.length >= 80, `${cases.length}`);
  assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length);
  assert.equal(new Set(cases.map(keyOf)).size, cases.length);
});

describe('the Worker', () => {
  /** @type {Awaited<ReturnType<typeof startWorker>>} */
  let worker;
  before(async () => void (worker = await startWorker()));
  after(() => worker?.stop());

  for (const item of cases) {
    const { name, change, expect } = item;
    test(name, async () => {
      const key = keyOf(item);
      const answer = await send(worker, key, change);
      const [status, code] = expect.r2 ?? [expect.status, expect.code];
      assert.deepEqual([answer.status, codeOf(answer)], [status, code], answer.body);
      const object = await worker.stored(key);
      if (code) {
        assert.equal(object, undefined, 'nothing is stored');
        assert.equal(answer.headers['content-type'], 'application/xml');
        return;
      }
      assert.ok(object && object.body.equals(change.file ?? FILE), 'the file is stored, byte for byte');
      for (const [header, value] of Object.entries(expect.headers ?? {})) assert.equal(object.headers[header], value, header);
      if (expect.location) assert.match(answer.headers.location ?? '', expect.location);
      if (expect.xml) assert.match(answer.body, expect.xml);
      else assert.equal(answer.body, '');
    });
  }

  // By design: docs/r2-forms.md. Not among the cases, because the URL of such an object cannot be sent to the other servers.
  for (const key of ['forms/../other', 'forms/./other', '../other', 'forms/..']) {
    test(`rejects the key ${key}`, async () => {
      const answer = await send(worker, key, { keyCondition: ['starts-with', '$key', ''] });
      assert.deepEqual([answer.status, codeOf(answer)], [400, 'InvalidArgument']);
      assert.match(answer.body, /no segments `\.` or `\.\.`/);
    });
  }

  test('names what is wrong with a boundary', async () => {
    for (const [type, reason] of /** @type {const} */ ([
      ['multipart/form-data', 'has no boundary'],
      ['multipart/form-data; boundary=a; boundary=a', 'has two boundaries'],
      [`multipart/form-data; boundary=${'a'.repeat(201)}`, 'must have 1 to 200 characters'],
      ['multipart/form-data; boundary="a', 'has a malformed parameter'],
      ['multipart/form-data; boundary="a\tb"', 'has a control character'],
    ])) {
      const answer = await send(worker, 'forms/boundary', { headers: { 'content-type': type } });
      assert.deepEqual([answer.status, codeOf(answer)], [400, 'MalformedPOSTRequest']);
      assert.ok(answer.body.includes(reason), answer.body);
    }
  });

  test('rejects another bucket', async () => {
    const answer = await send({ ...worker, action: `${worker.url}/forms/other/` }, 'forms/other', {});
    assert.deepEqual([answer.status, codeOf(answer)], [404, 'NoSuchBucket']);
  });

  test('no response contains a secret, a signature or a policy', async () => {
    for (const { change } of cases) {
      const answer = await send(worker, 'forms/secrets', change);
      const all = answer.body + JSON.stringify(answer.headers);
      const credentials = answer.sent.filter(([name, value]) => /^(policy|x-amz-signature)$/i.test(name) && value.length > 2);
      for (const [, secret] of [...credentials, ['', worker.secretAccessKey]]) assert.ok(!all.includes(secret), all);
    }
  });
});

test('without its bucket it rejects forms, and health and the log name the binding', async () => {
  const worker = await startWorker({}, {});
  try {
    const health = await fetch(`${worker.url}/healthz`);
    assert.deepEqual([health.status, await health.json()], [503, { status: 'not configured', bindings: ['MEDIA'] }]);
    assert.ok(worker.logs.includes('signpost: no R2 bucket is bound as MEDIA'));
    const answer = await send(worker, 'forms/unbound', {});
    assert.deepEqual([answer.status, codeOf(answer)], [503, 'ServiceUnavailable']);
  } finally {
    await worker.stop();
  }
});

const README = new URL('../forms/README.md', import.meta.url);
const SERVERS = /** @type {const} */ ([
  ['MiniStack', await needs('ministack'), ministack],
  ['JuiceFS', await needs('juicefs'), juicefs],
  ['Ceph', await needs('ceph'), ceph],
]);

for (const [name, options, server] of SERVERS) {
  test(`${name} differs from S3 exactly where the README says so`, options, async () => {
    const store = await server.start();
    try {
      assert.deepEqual(await differences(store), documented(await readFile(README, 'utf8'), name));
    } finally {
      await store.stop();
    }
  });
}

/**
 * How a server differs from S3, by the case's name.
 *
 * @param {import('../servers/s3.mjs').S3Server} store
 * @returns {Promise<Record<string, string>>}
 */
async function differences(store) {
  const server = { ...store, action: `${store.endpoint}/${store.bucket}` };
  /** @type {Record<string, string>} */
  const found = {};
  for (const item of cases) {
    const answer = await send(server, keyOf(item), item.change);
    const difference = await differenceOf(item, answer, store);
    if (difference) found[item.name] = difference;
  }
  return found;
}

/** @param {Case} item @param {Answer} answer @param {import('../servers/s3.mjs').S3Server} store @returns {Promise<string | undefined>} */
async function differenceOf(item, answer, store) {
  const [accepted, code] = [answer.status < 400, codeOf(answer) ?? String(answer.status)];
  if (item.expect.code) return accepted ? 'accepts' : code === item.expect.code ? undefined : code;
  if (!accepted) return `rejects: ${code}`;
  return (await sameBytes(store, item)) ? undefined : 'stores another object';
}

/** @param {import('../servers/s3.mjs').S3Server} store @param {Case} item */
async function sameBytes(store, item) {
  const answer = await s3(store, 'GET', `/${store.bucket}/${encodeURI(keyOf(item))}`);
  return Buffer.from(await answer.arrayBuffer()).equals(item.change.file ?? FILE);
}

/** Reads a server's column of the table. @param {string} readme @param {string} server @returns {Record<string, string>} */
function documented(readme, server) {
  const rows = [...readme.matchAll(/^\| (.*) \|$/gm)].map(([, row]) => row.split(' | ').map((cell) => cell.trim()));
  const header = rows.findIndex((row) => row.includes(server));
  const column = rows[header].indexOf(server);
  const cells = rows.slice(header + 2).map((row) => /** @type {const} */ ([row[0], row[column]]));
  return Object.fromEntries(cells.filter(([, cell]) => cell !== ''));
}
