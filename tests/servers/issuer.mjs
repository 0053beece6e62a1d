/** @file An issuer of key sets on 127.0.0.1 whose behaviour a test chooses. */
import { createServer } from 'node:http';

/** @typedef {(response: import('node:http').ServerResponse) => void} Behaviour */

/** @param {object} set @returns {Behaviour} */
export const publishes = (set, maxAge = 30) => (response) =>
  void response.writeHead(200, { 'content-type': 'application/json', 'cache-control': `max-age=${maxAge}` }).end(JSON.stringify(set));

/** @type {Behaviour} */
export const fails = (response) => void response.writeHead(500).end('{"keys":[]}');

/** @type {Behaviour} */
export const answersHtml = (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Login</title>');

/** @type {Behaviour} */
export const redirects = (response) => void response.writeHead(302, { location: '/keys' }).end();

/** @type {Behaviour} */
export const answersTooMuch = (response) => void response.writeHead(200).end(`{"keys":[${'{"kty":"EC"},'.repeat(50_000)}{}]}`);

/** Answers after 10 s, later than every timeout. @param {object} set @returns {Behaviour} */
export const answersLate = (set) => (response) => {
  const timer = setTimeout(() => publishes(set)(response), 10_000);
  response.on('close', () => clearTimeout(timer));
};

/** @type {Behaviour} */
export const closesConnection = (response) => void response.destroy();

/** @param {Behaviour} behaviour */
export async function startIssuer(behaviour) {
  const issuer = {
    behaviour,
    /** The number of requests. */
    requests: 0,
    url: '',
    stop: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  };
  const server = createServer((_, response) => ((issuer.requests += 1), issuer.behaviour(response)));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  issuer.url = `http://127.0.0.1:${address.port}/jwks`;
  return issuer;
}
