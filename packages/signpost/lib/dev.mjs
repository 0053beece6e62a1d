/** @file `signpost-dev`: the project's Worker under `wrangler dev`, with local buckets, and a page that uploads to it. */
import { rmSync, unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { serveDemo } from './demo.mjs';
import { notRead, notReady, welcome } from './dev-texts.mjs';
import { Failure } from './failure.mjs';
import { LOCAL_CONFIG, prepare, secretFiles } from './local-project.mjs';
import { CONFIG, runWrangler } from './project.mjs';

/** How often the configuration is looked at, in milliseconds. An editor may replace the file, which a watcher of the file would not see. */
const INTERVAL = 300;

const HELP = `Runs the Worker on this machine, with local buckets and a page to upload from.

Usage: signpost-dev [OPTIONS]

  --port N           the Worker's port: 8787 unless given
  --site-port N      the page's port: 8788 unless given
  --env NAME         an environment of wrangler.toml
  --origin URL       a page of yours on this machine that may use the rules too, such as http://localhost:5173; can be repeated
  --own-callers      keeps the callers, challenges and limits of wrangler.toml, with the secrets in .dev.vars

The rules are those of wrangler.toml, and a change of the file applies at once. Each bucket is replaced by a local one, and each
caller by a token that is printed.
`;

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit status
 */
export async function dev(args) {
  const values = parse(args);
  if (values.help) return process.stdout.write(HELP), 0;
  const [port, sitePort] = [toPort(values.port), toPort(values['site-port'])];
  const [endpoint, site] = [`http://localhost:${port}`, `http://localhost:${sitePort}`];
  const options = { env: values.env, ownCallers: values['own-callers'], origins: [site, ...(values.origin ?? []).map(toOrigin)], port };
  const first = await prepare(options);
  if (!first) return 1;

  process.on('exit', () => rmSync(LOCAL_CONFIG, { force: true }));
  const page = { endpoint, rules: first.rules };
  const server = await serveDemo(sitePort, page);
  process.stderr.write(notRead(await readFile('.dev.vars', 'utf8').catch(() => ''), first.project, values['own-callers']));
  const { child, ended } = await startWrangler(port);
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill());
  const stopWatching = watch(async () => {
    const changed = await prepare(options);
    if (changed) page.rules = changed.rules;
    process.stderr.write(changed ? `${CONFIG} has changed: the new rules apply\n` : `${CONFIG} has changed and has errors: the former rules still apply\n`);
  });
  const ready = await Promise.race([ended.then(() => false), isReady(endpoint)]);
  if (ready) process.stdout.write(welcome(site, endpoint, first.rules));
  const { code } = await ended;
  stopWatching();
  server.close();
  server.closeAllConnections();
  return child.killed ? 0 : code;
}

/** @param {string[]} args */
function parse(args) {
  const options = /** @type {const} */ ({
    port: { type: 'string', default: '8787' },
    'site-port': { type: 'string', default: '8788' },
    env: { type: 'string', short: 'e' },
    origin: { type: 'string', multiple: true },
    'own-callers': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' },
  });
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new Failure(error instanceof Error ? error.message : String(error), '`npm run dev -- --help` lists the options', 2);
  }
}

/** @param {string} text */
function toPort(text) {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Failure(`expected a port from 1 to 65535, found "${text}"`, undefined, 2);
  return port;
}

/** @param {string} text */
function toOrigin(text) {
  if (!URL.canParse(text) || new URL(text).origin !== text.replace(/\/$/, '')) throw new Failure(`--origin: expected scheme, host and port only, such as http://localhost:5173, found "${text}"`, undefined, 2);
  return new URL(text).origin;
}

/** @param {number} port */
function startWrangler(port) {
  // Wrangler would ask the internet for a sample of `request.cf`, and print a stack trace without it.
  const env = { CLOUDFLARE_CF_FETCH_ENABLED: 'false', ...process.env };
  const files = secretFiles().flatMap((file) => ['--env-file', file]); // the last one wins
  const options = ['--ip', '127.0.0.1', '--port', `${port}`, '--inspector-port', '0', '--show-interactive-dev-session=false'];
  return runWrangler(['dev', '--config', LOCAL_CONFIG, ...files, ...options], 'inherit', env);
}

/**
 * Calls a function after each change of the configuration, one call at a time.
 *
 * @param {() => Promise<void>} onchange
 * @returns {() => void} ends it
 */
function watch(onchange) {
  let last = Promise.resolve();
  const report = (/** @type {unknown} */ error) => void process.stderr.write(`error: ${error instanceof Error ? error.message : error}\n`);
  const listener = () => void (last = last.then(onchange).catch(report));
  watchFile(CONFIG, { interval: INTERVAL }, listener);
  return () => unwatchFile(CONFIG, listener);
}

/** Waits until the Worker answers, and says what is missing. @param {string} endpoint @returns {Promise<true>} */
async function isReady(endpoint) {
  for (;;) {
    const answer = await fetch(`${endpoint}/healthz`).catch(() => undefined);
    if (answer?.status === 503) process.stderr.write(notReady(await answer.text()));
    if (answer) return true;
    await sleep(100);
  }
}
