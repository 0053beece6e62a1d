/** @file Uploads by the rules of a Worker: whole files, and files in parts. */
import assert from 'node:assert/strict';
import { post, put } from './transfer.mjs';

/** @typedef {{ fetch: (path: string, init?: RequestInit) => Promise<Response> }} Worker */

/** @param {Worker} worker @param {string} rule @param {Buffer} file @returns {Promise<string>} its key */
export async function upload(worker, rule, file) {
  const answer = await worker.fetch(`/uploads/${rule}`, { method: 'POST', body: JSON.stringify({ type: 'image/png', size: file.length }) });
  const grant = /** @type {any} */ (await answer.json());
  assert.equal(answer.status, 200, JSON.stringify(grant));
  const { status, body } = await (grant.method === 'POST' ? post(grant, file) : put(grant, file));
  assert.ok(status === 204 || status === 200, `${status} ${body}`);
  return grant.key;
}

/** Uploads a film in parts, and aborts another upload. @param {Worker} worker @param {string} rule @param {Buffer} film @returns {Promise<string>} its key */
export async function uploadInParts(worker, rule, film) {
  const call = async (/** @type {string} */ method, /** @type {string} */ path, /** @type {object | undefined} */ json = undefined) => {
    const answer = await worker.fetch(`/uploads/${rule}/multipart${path}`, { method, body: json && JSON.stringify(json) });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return text && JSON.parse(text);
  };
  const create = () => call('POST', '', { type: 'video/mp4', size: film.length });
  const [begun, aborted] = [await create(), await create()];
  const { parts } = await call('GET', `/${begun.uploadId}?sign=1,2`);
  for (const { partNumber, url, headers } of parts) {
    const part = film.subarray((partNumber - 1) * begun.partSize, partNumber * begun.partSize);
    const { status, body } = await put({ url, headers }, part);
    assert.equal(status, 200, body.toString());
  }
  const listed = await call('GET', `/${begun.uploadId}?after=0`);
  assert.equal(listed.parts.length, 2);
  await call('POST', `/${begun.uploadId}`, listed);
  await call('DELETE', `/${aborted.uploadId}`);
  return begun.key;
}
