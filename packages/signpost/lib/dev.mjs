/** @file `signpost-dev`: the project's Worker under `wrangler dev`, with local buckets, and a page that uploads to it. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { runCommand } from './command.mjs';
import { serveDemo } from './demo.mjs';
import { Failure } from './failure.mjs';
import { localConfig } from './local-config.mjs';
import { CONFIG, readConfig, runWrangler } from './project.mjs';

/** The configuration of a run, beside `wrangler.toml`, so that relative paths in it mean the same. It is deleted at the end. */
const LOCAL_CONFIG = '.signpost-dev.json';
const SECRETS = '.wrangler/signpost-dev/secrets.json';
const DEV_VARS = '.wrangler/signpost-dev/.dev.vars';

const HELP = `Runs the Worker on this machine, with local buckets and a page to upload from.

Usage: signpost-dev [--port 8787] [--site-port 8788] [--env NAME]

The rules are those of wrangler.toml. Each bucket is replaced by a local one, and each caller by a token that only the page has.
`;

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit status
 */
export async function dev(args) {
  const options = /** @type {const} */ ({ port: { type: 'string', default: '8787' }, 'site-port': { type: 'string', default: '8788' }, env: { type: 'string', short: 'e' }, help: { type: 'boolean', short: 'h' } });
  const { values } = parse(args, options);
  if (values.help) return process.stdout.write(HELP), 0;
  const [port, sitePort] = [toPort(values.port), toPort(values['site-port'])];
  const config = await readConfig(values.env);
  const status = await runCommand(['check', CONFIG, ...(values.env ? ['--env', values.env] : [])]);
  if (status !== 0) return status;

  const [endpoint, site] = [`http://localhost:${port}`, `http://localhost:${sitePort}`];
  const local = localConfig(config, { port, site, keys: await keys() });
  await write(LOCAL_CONFIG, JSON.stringify(local.config, undefined, 2));
  process.on('exit', () => rmSync(LOCAL_CONFIG, { force: true }));
  await write(DEV_VARS, Object.entries(local.secrets).map(([name, value]) => `${name}='${value}'\n`).join(''));
  const server = await serveDemo(sitePort, { endpoint, rules: local.rules });
  const { child, ended } = await startWrangler(port);
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill());
  const ready = await Promise.race([ended.then(() => false), isReady(endpoint)]);
  if (ready) process.stdout.write(welcome(site, endpoint));
  const { code } = await ended;
  server.close();
  server.closeAllConnections();
  return child.killed ? 0 : code;
}

/**
 * @template {import('node:util').ParseArgsConfig['options']} T
 * @param {string[]} args
 * @param {T} options
 */
function parse(args, options) {
  try {
    return parseArgs({ args, options });
  } catch (error) {
    throw new Failure(error instanceof Error ? error.message : String(error), '`signpost-dev --help` lists the options', 2);
  }
}

/** @param {string} text */
function toPort(text) {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Failure(`expected a port from 1 to 65535, found "${text}"`, undefined, 2);
  return port;
}

/** @param {number} port */
function startWrangler(port) {
  const files = ['.dev.vars', DEV_VARS].filter((file) => existsSync(file)).flatMap((file) => ['--env-file', file]); // the last one wins
  return runWrangler([
    ...['dev', '--config', LOCAL_CONFIG, ...files],
    ...['--ip', '127.0.0.1', '--port', `${port}`, '--inspector-port', '0', '--show-interactive-dev-session=false'],
  ]);
}

/** @returns {Promise<import('./local-config.mjs').Keys>} the keys of the local buckets and the page's token, generated once for each project */
async function keys() {
  const saved = await readFile(SECRETS, 'utf8').catch(() => '');
  const issuer = () => JSON.stringify(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }));
  if (saved) return { issuer: issuer(), ...JSON.parse(saved) };
  const random = () => randomBytes(32).toString('hex');
  const made = { accessKeyId: random().slice(0, 20), secretAccessKey: random(), token: random(), issuer: issuer() };
  await write(SECRETS, JSON.stringify(made));
  return made;
}

/** @param {string} file @param {string} text */
async function write(file, text) {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text, { mode: 0o600 });
}

/** Waits until the Worker answers, and says if it is not ready. @param {string} endpoint */
async function isReady(endpoint) {
  for (;;) {
    const answer = await fetch(`${endpoint}/healthz`).catch(() => undefined);
    if (answer?.status === 503) process.stderr.write(`error: the Worker is not ready: ${await answer.text()}\n`);
    if (answer) return answer.ok;
    await sleep(100);
  }
}

/** @param {string} site @param {string} endpoint */
function welcome(site, endpoint) {
  return `
Signpost is running on this machine. Ctrl-C stops it.

  a page that uploads   ${site}/
  the Worker            ${endpoint}/healthz

`;
}
