/** @file A fake server on loopback that sends the answers of a test and records the requests. */
import { createServer } from 'node:http';

/** @typedef {{ method?: string, path?: string, headers: import('node:http').IncomingHttpHeaders, body: Buffer }} Received */

/**
 * @typedef {object} Answer
 * @property {number} [status]
 * @property {Record<string, string>} [headers]
 * @property {string | Buffer | Promise<Buffer>} [body]
 * @property {boolean} [noCors] whether the CORS headers are missing, so that no page can read the answer
 * @property {boolean} [silent] whether it never answers
 */

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': '*',
  'access-control-allow-headers': '*, authorization',
};

export class FakeServer {
  /** All requests except preflights. @type {Received[]} */
  requests = [];
  preflights = 0;
  url = '';

  /** @param {(received: Received) => Answer} answer */
  constructor(answer) {
    this.answer = answer;
    this.server = createServer((request, response) => this.#serve(request, response));
    /** Resolves at the first request. */
    this.firstRequest = new Promise((resolve) => (this.onrequest = resolve));
    /** Resolves when the first request is answered or its connection is closed. */
    this.firstClose = new Promise((resolve) => (this.onclose = resolve));
  }

  /** @param {(received: Received) => Answer} answer */
  static async start(answer) {
    const fake = new FakeServer(answer);
    await new Promise((resolve) => fake.server.listen(0, '127.0.0.1', () => resolve(undefined)));
    const address = fake.server.address();
    fake.url = `http://localhost:${typeof address === 'object' && address?.port}`;
    return fake;
  }

  stop() {
    const stopped = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    return stopped;
  }

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   */
  async #serve(request, response) {
    const { method, url: path, headers } = request;
    const chunks = await request.toArray().catch(() => undefined);
    if (!chunks) return; // the connection was closed
    const received = { method, path, headers, body: Buffer.concat(chunks) };
    const { status = 200, headers: added, body, noCors, silent } = this.answer(received);
    const cors = noCors ? {} : CORS;
    if (method === 'OPTIONS') {
      this.preflights += 1;
      response.writeHead(204, cors).end();
      return;
    }
    this.requests.push(received);
    response.on('close', () => this.onclose?.(undefined));
    this.onrequest?.(undefined);
    if (!silent) response.writeHead(status, { ...cors, ...added }).end(await body);
  }
}
