/** @file The project in the working directory: its configuration, and its own wrangler. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure } from './failure.mjs';

export const CONFIG = 'wrangler.toml';

/** @typedef {Record<string, any>} Table */

/** Finds the wrangler of the project. @returns {Promise<{ program: string, module: string }>} */
async function wrangler() {
  const require = createRequire(resolve('package.json'));
  try {
    const manifest = require.resolve('wrangler/package.json');
    const { bin } = JSON.parse(await readFile(manifest, 'utf8'));
    return { program: join(dirname(manifest), bin.wrangler), module: require.resolve('wrangler') };
  } catch {
    throw new Failure('this folder has no wrangler', 'run `npm install` in the folder of the project', 2);
  }
}

/**
 * Reads the configuration as wrangler does.
 *
 * @param {string} [env] the environment, as in wrangler's --env
 * @param {string} [file]
 * @returns {Promise<Table>} the environment's settings, or those of the top level
 */
export async function readConfig(env, file = CONFIG) {
  const { experimental_readRawConfig: read } = await import(`${pathToFileURL((await wrangler()).module)}`);
  if (!read) throw new Failure('this version of wrangler cannot be asked for the configuration', 'install the version that package.json of a new project names');
  const config = read({ config: resolve(file) }).rawConfig;
  if (!env) return config;
  const { env: environments, ...top } = config;
  if (!environments?.[env]) throw new Failure(`${file} has no environment "${env}"`, undefined, 2);
  const { vars, secrets, r2_buckets, ratelimits, ...inherited } = top; // which an environment does not inherit
  return { ...inherited, ...environments[env] };
}

/**
 * Runs the project's wrangler.
 *
 * @param {string[]} args
 * @param {import('node:child_process').StdioOptions} [stdio]
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<{ child: import('node:child_process').ChildProcess, ended: Promise<{ code: number, stdout: string, stderr: string }> }>}
 */
export async function runWrangler(args, stdio = 'inherit', env = process.env) {
  const { program } = await wrangler();
  const child = spawn(process.execPath, ['--no-warnings', program, ...args], { stdio, env });
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text) => (stderr += text));
  const ended = new Promise((/** @type {(end: { code: number, stdout: string, stderr: string }) => void} */ done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => done({ code: code ?? 1, stdout, stderr }));
  });
  return { child, ended };
}

/**
 * @param {Table} config
 * @param {string} section
 * @returns {Record<string, Table>} the tables of the section, such as `UPLOADS` and `UPLOADS_2`
 */
export function tablesOf({ vars }, section) {
  const isOne = (/** @type {[string, unknown]} */ [name, value]) => new RegExp(`^${section}(_\\d+)?$`).test(name) && typeof value === 'object';
  return Object.fromEntries(Object.entries(vars ?? {}).filter(isOne));
}

/** @param {Table} config @param {string} section @returns {[name: string, entry: Table][]} the entries of all tables of the section */
export function entriesOf(config, section) {
  return Object.values(tablesOf(config, section)).flatMap((table) => Object.entries(table));
}
