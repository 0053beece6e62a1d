/** @file A Worker whose rules count: with quotas, and with tickets and forms that are valid once. The bucket is a fake, or the local R2. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { start } from '../servers/worker.mjs';

export const SECRETS = {
  MEDIA_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  MEDIA_SECRET_ACCESS_KEY: 'marked-secret-access-key-of-the-bucket',
  ADA_TOKEN: 'marked-token-of-ada-0123456789',
  BOB_TOKEN: 'marked-token-of-bob-0123456789',
  TICKETS: 'marked-secret-of-the-tickets-0123456789',
};

const R2 = 'https://00000000000000000000000000000000.r2.cloudflarestorage.com';
export const BUCKETS = {
  media: { provider: 'aws', name: 'acme-media', region: 'eu-west-1', credentials: 'MEDIA' },
  bound: { provider: 'r2', name: 'acme-bound', endpoint: R2, binding: 'BOUND', credentials: 'MEDIA' },
};
export const CALLERS = {
  ada: { kind: 'bearer', secret: 'ADA_TOKEN' },
  bob: { kind: 'bearer', secret: 'BOB_TOKEN' },
  members: { kind: 'worker' },
  tickets: { kind: 'ticket', secret: 'TICKETS' },
  once: { kind: 'ticket', secret: 'TICKETS', single_use: true },
};
const RULE = { bucket: 'media', callers: ['ada', 'bob', 'members'], key: 'files/{entry}/{caller}/{uuid}', types: ['image/png'], max_size: '100 B', expires: '10 min' };

/** @param {Record<string, unknown>} [more] @returns {Record<string, unknown>} an upload rule */
export const rule = (more = {}) => ({ ...RULE, ...more });

/**
 * Starts the Worker. Of the bucket on Amazon, `s3` answers requests.
 *
 * @param {object} options
 * @param {Record<string, unknown>} options.uploads
 * @param {Record<string, unknown>} [options.downloads]
 * @param {(request: Request) => Response | undefined} [options.s3] answers instead of a bucket in which everything succeeds
 * @param {boolean} [options.state]
 * @param {string} [options.persist]
 * @param {string} [options.around]
 * @param {Record<string, { source: string, env: Record<string, object> }>} [options.others]
 */
export async function startCounted({ uploads, downloads = {}, s3, state = true, persist, around, others }) {
  /** @type {string[]} */
  const requests = [];
  const outbound = async (/** @type {Request} */ request) => {
    const { pathname, search } = new URL(request.url);
    requests.push(`${request.method} ${pathname}${search}`);
    return s3?.(request) ?? bucket(request);
  };
  const vars = { BUCKETS, CALLERS, UPLOADS: uploads, ...(Object.keys(downloads).length > 0 && { DOWNLOADS: downloads }) };
  const worker = await start({ vars, secrets: SECRETS, env: { BOUND: { type: 'r2', name: 'bound' } }, outbound, state, persist, around, others });
  const objects = /** @type {any} */ (await worker.miniflare.getR2Bucket('BOUND'));
  return { ...worker, requests, objects };
}

/** A bucket in which everything succeeds. @param {Request} request */
function bucket({ method, url }) {
  const { searchParams } = new URL(url);
  const xml = (/** @type {string} */ body) => new Response(body, { headers: { 'content-type': 'application/xml' } });
  if (method === 'POST' && searchParams.has('uploads')) return xml('<InitiateMultipartUploadResult><UploadId>an-upload</UploadId></InitiateMultipartUploadResult>');
  if (method === 'POST') return xml('<CompleteMultipartUploadResult><ETag>"e"</ETag></CompleteMultipartUploadResult>');
  return new Response(null, { status: method === 'DELETE' ? 204 : 404 });
}

/** @param {'ada' | 'bob'} name */
export const as = (name) => ({ authorization: `Bearer ${SECRETS[name === 'ada' ? 'ADA_TOKEN' : 'BOB_TOKEN']}` });

/**
 * Calls a route with JSON, as Ada unless the headers say otherwise.
 *
 * @param {{ fetch: (path: string, init?: RequestInit) => Promise<Response> }} worker
 * @param {string} path
 * @param {object} [json] makes it a POST
 * @param {RequestInit} [init]
 * @returns {Promise<{ status: number, body: any }>}
 */
export async function call(worker, path, json, init = {}) {
  const post = json && { method: 'POST', body: JSON.stringify(json) };
  const answer = await worker.fetch(path, { ...post, ...init, headers: { ...as('ada'), ...init.headers } });
  const text = await answer.text();
  return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : text };
}

/**
 * Sends a form with a file.
 *
 * @param {{ url: string, fields: Record<string, string> }} form
 * @param {number | Buffer} file its size in bytes, or the file
 * @param {RequestInit} [init]
 */
export async function sendForm({ url, fields }, file, init) {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  data.set('file', new Blob([/** @type {BlobPart} */ (typeof file === 'number' ? Buffer.alloc(file) : file)]), 'a.png');
  const answer = await fetch(url, { method: 'POST', body: data, redirect: 'manual', ...init });
  const body = await answer.text();
  return { status: answer.status, body, code: /<Code>(\w+)</.exec(body)?.[1] };
}

/**
 * Sends the first half of a form, and disconnects.
 *
 * @param {{ url: string, fields: Record<string, string> }} form
 * @param {number} size of its file, in bytes
 * @param {number} [milliseconds] after which it disconnects
 */
export async function sendPart({ url, fields }, size, milliseconds = 300) {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  data.set('file', new Blob([Buffer.alloc(size)]), 'a.png');
  const body = new Response(data);
  const [type, bytes] = [String(body.headers.get('content-type')), Buffer.from(await body.arrayBuffer())];
  const sending = request(url, { method: 'POST', headers: { 'content-type': type, 'content-length': bytes.length } });
  sending.on('error', () => {});
  sending.write(bytes.subarray(0, bytes.length / 2));
  await sleep(milliseconds);
  sending.destroy();
  await sleep(100);
}

/** Repeats an attempt until it succeeds. @param {() => Promise<boolean>} attempt */
export async function eventually(attempt) {
  for (let tries = 0; tries < 50; tries += 1) {
    if (await attempt()) return;
    await sleep(100);
  }
  assert.fail('it did not succeed');
}

/** Returns the process that this one started last. */
export function workerd() {
  const lines = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' }).split('\n');
  const pids = lines.filter((line) => line.includes('workerd')).map((line) => Number.parseInt(line, 10));
  assert.ok(pids.length > 0, lines.join());
  return Math.max(...pids);
}
