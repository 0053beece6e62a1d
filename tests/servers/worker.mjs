/** @file The built Worker in Miniflare: workerd, without wrangler's bundling and reloading around it. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Log, LogLevel, Miniflare, Response as MiniflareResponse } from 'miniflare';
import { runtime } from '../../scripts/local-worker.mjs';
import { root } from '../../scripts/step.mjs';
import { need } from '../needs.mjs';

/** @typedef {NonNullable<import('miniflare').MiniflareOptions['workers'][number]['config']['manifest']>['modules']} Modules */

const AROUND = 'src/js/around.mjs';
/** What makes a class of the Worker one of Durable Objects. @type {any} */
const EXPORTS = { SignpostState: { type: 'durable-object', storage: 'sqlite' } };
const SIGNPOST_STATE = { type: 'durable-object', worker: 'signpost', exportName: 'SignpostState' };

/**
 * Starts the Worker on a free port of 127.0.0.1.
 *
 * @param {object} options
 * @param {Record<string, unknown>} [options.vars] `BUCKETS` and the like
 * @param {Record<string, string>} [options.secrets]
 * @param {string} [options.build] another build's directory, such as `build/planted`
 * @param {Record<string, object>} [options.env] other bindings, such as a rate limit
 * @param {(request: Request) => Promise<Response> | Response} [options.outbound] answers what the Worker fetches
 * @param {string} [options.around] the source of a module that wraps `./entry.mjs`
 * @param {Record<string, { source?: string, env: Record<string, object>, triggers?: object[] }>} [options.others] other Workers, by name: their modules and bindings. One without a source is a deployed Signpost that keeps state
 * @param {string} [options.mounted] the folder of a Worker that mounts Signpost, such as `examples/rust-worker`, instead of the Worker itself
 * @param {object[]} [options.triggers] what else calls the Worker, such as a queue
 * @param {number} [options.port] the port, if it is not any free one
 * @param {boolean} [options.state] binds the class of the objects that keep state
 * @param {string} [options.persist] a folder for what the Worker stores, if it shall outlive the process
 */
export async function start({ vars = {}, secrets = {}, build = 'build', env = {}, outbound, around, others = {}, mounted, triggers, port, state = false, persist }) {
  await need(mounted ? 'mounted' : build === 'build/planted' ? 'planted panic' : 'worker');
  /** @type {string[]} */
  const logs = [];
  /** @type {any} the platform's types differ from Node's */
  const handler = outbound && (async (/** @type {any} */ request) => toMiniflare(await outbound(request)));
  /** @type {ConstructorParameters<typeof Miniflare>[0]} */
  const options = {
    host: '127.0.0.1',
    port,
    log: new Log(LogLevel.NONE),
    resourcePersistencePath: persist,
    cf: false,
    handleStructuredLogs: (/** @type {{ message: string }} */ { message }) => void logs.push(message),
    workers: [
      {
        config: {
          name: 'signpost',
          compatibilityDate: (await runtime()).compatibility_date,
          manifest: mounted ? await rustWorker(mounted) : await deployed(build, around),
          env: /** @type {any} */ ({ ...bindings({ ...vars, ...secrets }), ...(state && { SIGNPOST_STATE }), ...env }),
          exports: state ? EXPORTS : undefined,
          triggers: /** @type {any} */ (triggers),
        },
        dev: { stripCfConnectingIp: false, ...(handler && { outboundService: { type: 'fetcher', handler } }) },
      },
      ...(await Promise.all(Object.entries(others).map(other))),
    ],
  };
  const miniflare = new Miniflare(options);
  const url = (await miniflare.ready).origin;
  return {
    /** The Worker's URL, without a slash at its end. */
    url,
    /** The log, line by line. */
    logs,
    miniflare,
    /**
     * Sends a request to the Worker. Redirects are not followed.
     *
     * @param {string} path
     * @param {RequestInit} [init]
     */
    fetch: (path, init) => fetch(url + path, { redirect: 'manual', ...init }),
    stop: () => miniflare.dispose(),
    /** Starts workerd anew, with the same storage. @returns {Promise<string>} its URL */
    restart: () => miniflare.setOptions(options).then(async () => (await miniflare.ready).origin),
  };
}

/** @param {[name: string, { source?: string, env: Record<string, object>, triggers?: object[] }]} worker */
async function other([name, { source, env, triggers }]) {
  if (source === undefined) await need('worker');
  const manifest = source === undefined ? await deployed('build') : { mainModule: 'worker.mjs', modules: /** @type {Modules} */ ({ 'worker.mjs': { type: 'esm', contents: source } }) };
  const exports = source === undefined ? EXPORTS : undefined;
  return { config: { name, compatibilityDate: (await runtime()).compatibility_date, manifest, exports, env: /** @type {any} */ (env), triggers: /** @type {any} */ (triggers) } };
}

/** @param {Response} answer */
async function toMiniflare(answer) {
  return new MiniflareResponse(answer.status === 204 ? null : await answer.arrayBuffer(), { status: answer.status, headers: [...answer.headers] });
}

/** @param {string} build @param {string} [around] */
async function deployed(build, around) {
  const modules = { ...(await entry()), ...(await compiled(build)), ...wrapped(around) };
  return { mainModule: around ? AROUND : 'src/js/entry.mjs', modules };
}

/**
 * @param {string} folder
 * @returns {Promise<{ mainModule: string, modules: Modules }>} what its `wrangler.toml` names as `main`, and the wasm
 */
async function rustWorker(folder) {
  const read = (/** @type {string} */ file) => readFile(join(root, folder, 'build', file));
  /** @type {Modules} */
  const modules = {
    'index.js': { type: 'esm', contents: (await read('index.js')).toString() },
    'index_bg.wasm': { type: 'wasm', contents: new Uint8Array(await read('index_bg.wasm')) },
  };
  return { mainModule: 'index.js', modules };
}

/** @param {string} [contents] @returns {Modules} */
function wrapped(contents) {
  return contents ? { [AROUND]: { type: 'esm', contents } } : {};
}

/** @returns {Promise<Modules>} the Worker's entry and what it imports from `src/js` */
async function entry() {
  const files = (await readdir(join(root, 'src/js'))).filter((file) => file.endsWith('.mjs'));
  const modules = files.map(async (file) => [
    `src/js/${file}`,
    { type: 'esm', contents: await readFile(join(root, 'src/js', file), 'utf8') },
  ]);
  return Object.fromEntries(await Promise.all(modules));
}

/**
 * @param {string} directory
 * @returns {Promise<Modules>} what the entry imports from `build/`, whichever build it is
 */
async function compiled(directory) {
  const read = (/** @type {string} */ file) => readFile(join(root, directory, file));
  const snippets = (await readdir(join(root, directory, 'snippets'), { recursive: true })).filter((file) => file.endsWith('.mjs'));
  const scripts = ['signpost.js', ...snippets.map((file) => `snippets/${file}`)];
  const modules = scripts.map(async (file) => [`build/${file}`, { type: 'esm', contents: (await read(file)).toString() }]);
  return {
    ...Object.fromEntries(await Promise.all(modules)),
    'build/signpost_bg.wasm': { type: 'wasm', contents: new Uint8Array(await read('signpost_bg.wasm')) },
  };
}

/** @param {Record<string, unknown>} values */
function bindings(values) {
  const binding = (/** @type {unknown} */ value) =>
    typeof value === 'string' ? { type: 'text', value } : { type: 'json', value };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, binding(value)]));
}
