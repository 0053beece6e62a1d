/** @file An HTTP proxy for the browser that can be disconnected. Chromium's own "offline" lets active requests finish. */
import { createServer, request } from 'node:http';

/** @typedef {Awaited<ReturnType<typeof startProxy>>} BreakableProxy */

/** Starts a proxy for `http:`; Playwright's option for it is `proxy`. */
export async function startProxy() {
  let connected = true;
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set();
  const server = createServer((incoming, response) => {
    const { method, headers, url = '' } = incoming;
    const { hostname, port, pathname, search } = new URL(url);
    const outgoing = request({ hostname, port, path: pathname + search, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
    });
    const end = () => void (outgoing.destroy(), incoming.socket.destroy());
    outgoing.on('error', end);
    incoming.on('error', end).pipe(outgoing);
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
    stop: () => (disconnect(), server.close()),
  };
}
