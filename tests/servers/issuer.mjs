/** @file A real issuer of key sets on 127.0.0.1, which behaves as it is told. */
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
export const floods = (response) => void response.writeHead(200).end(`{"keys":[${'{"kty":"EC"},'.repeat(50_000)}{}]}`);

/** Answers, but long after every deadline. @param {object} set @returns {Behaviour} */
export const dawdles = (set) => (response) => {
  const timer = setTimeout(() => publishes(set)(response), 10_000);
  response.on('close', () => clearTimeout(timer));
};

/** @type {Behaviour} */
export const vanishes = (response) => void response.destroy();

/** @param {Behaviour} behaviour */
export async function startIssuer(behaviour) {
  const issuer = {
    behaviour,
    /** How often it has been asked. */
    asked: 0,
    url: '',
    stop: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  };
  const server = createServer((_, response) => ((issuer.asked += 1), issuer.behaviour(response)));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  issuer.url = `http://127.0.0.1:${address.port}/jwks`;
  return issuer;
}
