/** @file Runs the Worker under `wrangler dev`, with local R2 buckets that support S3 requests. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dist } from './client.mjs';
import { launch } from './process.mjs';
import { root } from './step.mjs';

/** What binds the class of the objects that keep state, as `wrangler.toml` has it. */
export const STATE = {
  durable_objects: { bindings: [{ name: 'SIGNPOST_STATE', class_name: 'SignpostState' }] },
  migrations: [{ tag: 'signpost-state', new_sqlite_classes: ['SignpostState'] }],
};

/** @typedef {{ accessKeyId: string, secretAccessKey: string }} KeyPair */

/**
 * Starts the Worker with these variables instead of those in `wrangler.toml`.
 *
 * The configuration is written to `directory`, where `wrangler deploy` does not find it.
 *
 * @param {object} options
 * @param {string} options.name of the log
 * @param {string} options.directory for configuration and state
 * @param {number} options.port on 127.0.0.1
 * @param {Record<string, unknown>} options.vars
 * @param {Record<string, string>} options.secrets values without apostrophes or line breaks, which wrangler would log
 * @param {Record<string, KeyPair>} options.buckets by name, with the keys that sign S3 requests
 * @param {string} [options.entry] an entry other than the Worker's own
 * @param {object[]} [options.ratelimits] bindings, as `wrangler.toml` has them
 * @param {boolean} [options.state] binds the class of the objects that keep state
 */
export async function startLocalWorker({ name, directory, port, vars, secrets, buckets, entry = 'src/js/entry.mjs', ratelimits = [], state = false }) {
  const config = join(directory, 'wrangler.json');
  const main = join(root, entry);
  const assets = { directory: dist, binding: 'ASSETS', run_worker_first: ['/openapi.json'] };
  const r2_buckets = r2(buckets);
  const configuration = { name: 'signpost-local', main, ...(await runtime()), assets, vars, r2_buckets, ratelimits, ...(state && STATE) };
  await mkdir(directory, { recursive: true });
  await writeFile(config, JSON.stringify(configuration));
  const lines = Object.entries(secrets).map(([secret, value]) => `${secret}='${value}'\n`);
  await writeFile(join(directory, '.dev.vars'), lines.join(''), { mode: 0o600 });
  return launch({
    name,
    command: 'wrangler',
    args: [
      ...['dev', '--config', config, '--persist-to', join(directory, 'state')],
      ...['--ip', '127.0.0.1', '--port', String(port), '--inspector-port', '0', '--show-interactive-dev-session=false'],
    ],
    answers: `http://127.0.0.1:${port}/healthz`,
  });
}

/**
 * @param {number} port
 * @returns {string} the S3 endpoint of the local R2; the bucket's name follows it
 */
export function localS3(port) {
  return `http://localhost:${port}/cdn-cgi/local/r2/s3`;
}

/**
 * Reads the runtime version and the bundler options from `wrangler.toml`.
 *
 * @returns {Promise<{ compatibility_date: string, minify: boolean, keep_names: boolean }>}
 */
export async function runtime() {
  const deployed = await readFile(join(root, 'wrangler.toml'), 'utf8');
  const value = (/** @type {string} */ name) => new RegExp(`^${name} = "?(.*?)"?$`, 'm').exec(deployed)?.[1] ?? '';
  return { compatibility_date: value('compatibility_date'), minify: value('minify') === 'true', keep_names: value('keep_names') === 'true' };
}

/** @param {string} bucket @returns {string} its name in the Worker's environment */
export function bindingOf(bucket) {
  return `LOCAL_${bucket.toUpperCase().replaceAll('-', '_')}`;
}

/** @param {Record<string, KeyPair>} buckets */
function r2(buckets) {
  return Object.entries(buckets).map(([bucket_name, keys]) => ({
    binding: bindingOf(bucket_name),
    bucket_name,
    local_dev: { experimental_s3_credentials: keys },
  }));
}
