/** @file Sends the cases of `cases.json` over HTTP, and checks the responses. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';

/** @typedef {{ method: string, path: string, headers?: Record<string, string>, json?: unknown, body?: string, bytes?: number[] }} RequestSpec */
/** @typedef {{ status: number, code?: string, detail?: string, headers?: Record<string, string | null>, json?: unknown, body?: string[], empty?: boolean }} Expectation */
/** @typedef {{ name: string, request: RequestSpec, expect: Expectation }} Case */
/** @typedef {{ status: number, headers: import('node:http').IncomingHttpHeaders, body: string }} Answer */

const read = async (/** @type {string} */ file) => JSON.parse(await readFile(new URL(file, import.meta.url), 'utf8'));

/** @type {Case[]} */
export const cases = await read('cases.json');

/** @type {{ vars: Record<string, unknown>, secrets: Record<string, string> }} */
export const site = await read('site.json');

/**
 * Sends a request unchanged; `fetch` would normalise the path and drop headers.
 *
 * @param {string} url the Worker's, or where it is mounted, without a slash at its end
 * @param {RequestSpec} spec
 * @returns {Promise<Answer>}
 */
export function send(url, { method, path, headers = {}, json, body = '', bytes }) {
  const text = expand(json === undefined ? body : JSON.stringify(json));
  const payload = bytes ? Buffer.from(bytes) : Buffer.from(text);
  const { hostname, port, pathname } = new URL(url);
  const base = pathname.replace(/\/$/, '');
  const all = Object.entries({ 'content-length': `${payload.length}`, ...headers });
  const sent = Object.fromEntries(all.map(([name, value]) => [name, expand(value)]));
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, method, path: base + expand(path), headers: sent }, async (incoming) => {
      const chunks = await incoming.toArray().catch(reject);
      const body = Buffer.concat(chunks ?? []).toString();
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body });
    });
    outgoing.on('error', reject).end(payload);
  });
}

/** @param {Answer} answer @param {Expectation} expected */
export function check(answer, expected) {
  assert.equal(answer.status, expected.status, answer.body);
  for (const [name, value] of Object.entries(expected.headers ?? {})) matches(answer.headers[name] ?? null, value, name);
  for (const text of expected.body ?? []) assert.ok(answer.body.includes(text), `${text} in ${answer.body}`);
  if (expected.empty) assert.equal(answer.body, '');
  if (expected.json !== undefined) matches(JSON.parse(answer.body), expected.json, 'json');
  if (expected.code === undefined) return;
  const { code, status, title, detail } = JSON.parse(answer.body);
  assert.deepEqual({ code, status }, { code: expected.code, status: expected.status });
  matches(title, '/^[A-Z]/', 'title');
  matches(detail, expected.detail ?? '/^.{10}/', 'detail');
}

/**
 * Compares values: a string is exact or a `/regular expression/`, an object must have the same members, and a list as many elements.
 *
 * @param {unknown} found
 * @param {unknown} expected
 * @param {string} place
 */
function matches(found, expected, place) {
  if (isObject(found) && isObject(expected)) {
    const names = new Set([...Object.keys(found), ...Object.keys(expected)]);
    for (const name of names) matches(found[name], expected[name], `${place}.${name}`);
    return;
  }
  if (Array.isArray(found) && Array.isArray(expected) && found.length === expected.length) {
    for (const [nth, element] of expected.entries()) matches(found[nth], element, `${place}[${nth}]`);
    return;
  }
  const pattern = typeof expected === 'string' && expected.match(/^\/(.*)\/$/s)?.[1];
  if (pattern) assert.match(String(found), new RegExp(pattern, 'u'), place);
  else assert.deepEqual(found, expected, place);
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Expands `{9000}` to that many letters. @param {string} text */
const expand = (text) => text.replace(/\{(\d+)\}/g, (_, length) => 'k'.repeat(Number(length)));
