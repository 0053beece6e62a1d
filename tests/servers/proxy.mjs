/** @file An HTTP proxy for the browser that can be disconnected, and slowed down. Chromium's own "offline" lets active requests finish. */
import { createServer, request } from 'node:http';
import { Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** @typedef {Awaited<ReturnType<typeof startProxy>>} BreakableProxy */

/** Starts a proxy for `http:`; Playwright's option for it is `proxy`. */
export async function startProxy() {
  let connected = true;
  let bytesPerSecond = Infinity;
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set();
  const server = createServer((incoming, response) => {
    const { method, headers, url = '' } = incoming;
    const { hostname, port, pathname, search } = new URL(url);
    let answered = false;
    const outgoing = request({ hostname, port, path: pathname + search, method, headers }, (answer) => {
      answered = true;
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
    });
    const end = () => void (outgoing.destroy(), incoming.socket.destroy());
    const body = slow(() => bytesPerSecond);
    // A server may answer before it has read everything. The browser reads the answer once it has sent everything.
    outgoing.on('error', () => (answered ? void body.unpipe().resume() : end()));
    incoming.on('error', end).pipe(body).pipe(outgoing);
    response.on('close', () => response.writableFinished || end());
  });
  server.on('connection', (socket) => {
    if (!connected) return void socket.destroy();
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  const disconnect = () => {
    connected = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    proxy: { server: `http://127.0.0.1:${typeof address === 'object' && address?.port}`, bypass: '<-loopback>' },
    disconnect,
    reconnect: () => void (connected = true),
    /** Limits the speed of what each request sends. @param {number} limit in bytes per second */
    limit: (limit) => void (bytesPerSecond = limit),
    stop: () => (disconnect(), server.close()),
  };
}

/** Passes bytes on at a limited speed. @param {() => number} bytesPerSecond */
function slow(bytesPerSecond) {
  return new Transform({
    highWaterMark: 16_384,
    async transform(chunk, _, done) {
      const milliseconds = (chunk.length / bytesPerSecond()) * 1_000;
      if (milliseconds) await sleep(milliseconds);
      done(null, chunk);
    },
  });
}
