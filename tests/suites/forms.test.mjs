/** @file Upload forms, sent to the Worker and to two other servers. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { cases } from '../forms/cases.mjs';
import { FILE, send } from '../forms/form.mjs';
import { needs } from '../needs.mjs';
import { start as startWorker } from '../servers/worker_for_forms.mjs';
import * as juicefs from '../servers/juicefs.mjs';
import * as ministack from '../servers/ministack.mjs';
import { s3 } from '../servers/s3.mjs';

/** @typedef {import('../forms/form.mjs').Answer} Answer */
/** @typedef {import('../forms/cases.mjs').Case} Case */
/** @typedef {{ laxer: string[], stricter: string[], other: string[], codes: string[] }} Differences names of cases */

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

/** The documented differences from S3, by the heading of a server in the README. */
const known = parse(await readFile(new URL('../forms/README.md', import.meta.url), 'utf8'));

for (const [name, options, server, codes] of /** @type {const} */ ([
  ['MiniStack', await needs('ministack'), ministack, true],
  ['JuiceFS', await needs('juicefs'), juicefs, false], // its codes are MinIO's
])) {
  test(`${name} differs from S3 exactly where the README says so`, options, async () => {
    const store = await server.start();
    try {
      assert.deepEqual(await differences(store, codes), known[name]);
    } finally {
      await store.stop();
    }
  });
}

/** @param {import('../servers/s3.mjs').S3Server} store @param {boolean} codes whether to compare the codes */
async function differences(store, codes) {
  const server = { ...store, action: `${store.endpoint}/${store.bucket}` };
  /** @type {Differences} */
  const found = { laxer: [], stricter: [], other: [], codes: [] };
  for (const item of cases) {
    const answer = await send(server, keyOf(item), item.change);
    const [accepted, acceptedByS3] = [answer.status < 400, !item.expect.code];
    if (codes && !accepted && !acceptedByS3 && codeOf(answer) !== item.expect.code) found.codes.push(`${item.name}: ${codeOf(answer)}`);
    if (accepted && !acceptedByS3) found.laxer.push(item.name);
    if (!accepted && acceptedByS3) found.stricter.push(item.name);
    if (accepted && acceptedByS3 && !(await sameBytes(store, item))) found.other.push(item.name);
  }
  return found;
}

/** @param {import('../servers/s3.mjs').S3Server} store @param {Case} item */
async function sameBytes(store, item) {
  const answer = await s3(store, 'GET', `/${store.bucket}/${encodeURI(keyOf(item))}`);
  return Buffer.from(await answer.arrayBuffer()).equals(item.change.file ?? FILE);
}

/** @param {string} readme @returns {Record<string, Differences>} */
function parse(readme) {
  const sections = readme.split(/^## /m).slice(1);
  return Object.fromEntries(
    sections.map((section) => {
      const list = (/** @type {string} */ word) =>
        [...(section.split(/^\*\*/m).find((part) => part.startsWith(word)) ?? '').matchAll(/^- (.*)$/gm)].map(([, name]) => name);
      return [section.split('\n')[0], { laxer: list('Laxer'), stricter: list('Stricter'), other: list('Otherwise'), codes: list('Codes') }];
    }),
  );
}
