/** @file Sends bodies as `send` of `cases.mjs` does not: without a length, or without their end. */
import { request } from 'node:http';

/**
 * POSTs a body in chunks, without a Content-Length.
 *
 * @param {string} url
 * @param {string} body
 * @returns {Promise<number | string>} the status, or how the connection failed
 */
export function chunked(url, body) {
  return new Promise((resolve) => {
    const outgoing = request(`${url}/uploads/picture`, { method: 'POST' }, (incoming) => {
      incoming.resume();
      resolve(incoming.statusCode ?? 0);
    });
    outgoing.on('error', (/** @type {NodeJS.ErrnoException} */ error) => resolve(error.code ?? error.message));
    for (let i = 0; i < body.length; i += 4_096) outgoing.write(body.slice(i, i + 4_096));
    outgoing.end();
  });
}

/** Announces a body, sends half of it, and closes the connection. @param {string} url */
export function cutOff(url) {
  return new Promise((resolve) => {
    const outgoing = request(`${url}/uploads/picture`, { method: 'POST', headers: { 'content-length': '100' } });
    outgoing.on('error', resolve).on('close', resolve);
    outgoing.write('{"type":', () => setTimeout(() => outgoing.destroy(), 100));
  });
}
