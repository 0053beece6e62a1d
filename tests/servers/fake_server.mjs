/** @file A fake server on loopback: it gives the answers that a test chooses and keeps the requests. */
import { createServer } from 'node:http';

/** @typedef {{ method?: string, path?: string, headers: import('node:http').IncomingHttpHeaders, body: Buffer }} Asked */

/**
 * @typedef {object} Answer
 * @property {number} [status]
 * @property {Record<string, string>} [headers]
 * @property {string | Buffer | Promise<Buffer>} [body]
 * @property {boolean} [closed] whether CORS is left out, so that no page may read the answer
 * @property {boolean} [never] whether the request stays without an answer
 */

const OPEN = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': '*',
  'access-control-allow-headers': '*, authorization',
};

export class FakeServer {
  /** What it was asked, preflights aside. @type {Asked[]} */
  asked = [];
  preflights = 0;
  url = '';

  /** @param {(asked: Asked) => Answer} answer */
  constructor(answer) {
    this.answer = answer;
    this.server = createServer((request, response) => this.#serve(request, response));
    /** When it was asked for the first time. */
    this.firstAsked = new Promise((resolve) => (this.onasked = resolve));
    /** When the connection of the first request was done with, or broken. */
    this.firstGone = new Promise((resolve) => (this.ongone = resolve));
  }

  /** @param {(asked: Asked) => Answer} answer */
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
    if (!chunks) return; // broken off
    const asked = { method, path, headers, body: Buffer.concat(chunks) };
    const { status = 200, headers: own, body, closed, never } = this.answer(asked);
    const cors = closed ? {} : OPEN;
    if (method === 'OPTIONS') {
      this.preflights += 1;
      response.writeHead(204, cors).end();
      return;
    }
    this.asked.push(asked);
    response.on('close', () => this.ongone?.(undefined));
    this.onasked?.(undefined);
    if (!never) response.writeHead(status, { ...cors, ...own }).end(await body);
  }
}
