/** @file Sends a fixed number of requests over a few connections, one request at a time on each. */
import { Agent, request } from 'node:http';

/** @typedef {{ method: string, path: string, headers?: Record<string, string>, json?: unknown }} RequestSpec */
/** @typedef {{ status: number, headers: import('node:http').IncomingHttpHeaders, body: string }} Answer */

/** How many requests are sent concurrently by default. */
const CONCURRENCY = 8;

/**
 * Sends `count` requests.
 *
 * @param {number} port
 * @param {RequestSpec} spec
 * @param {number} count
 * @param {number} [concurrency]
 * @returns {Promise<void>}
 */
export async function load(port, spec, count, concurrency = CONCURRENCY) {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  let left = count;
  const client = async () => {
    while (left-- > 0) await send(port, spec, agent);
  };
  await Promise.all(Array.from({ length: concurrency }, client));
  agent.destroy();
}

/**
 * @param {number} port
 * @param {RequestSpec} spec
 * @param {Agent} [agent]
 * @returns {Promise<Answer>}
 */
export function send(port, { method, path, headers = {}, json }, agent) {
  const body = json === undefined ? '' : JSON.stringify(json);
  const length = body ? { 'content-type': 'application/json', 'content-length': `${body.length}` } : {};
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method, path, headers: { ...headers, ...length }, agent };
    const outgoing = request(options, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (chunk) => (text += chunk));
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text }));
    });
    outgoing.on('error', reject).end(body);
  });
}
