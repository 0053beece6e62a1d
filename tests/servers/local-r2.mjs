/** @file The Worker under `wrangler dev`, with the local R2: an S3 endpoint that checks signatures but accepts no forms. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localS3 } from '../../scripts/local-worker.mjs';
import { freePort } from '../../scripts/process.mjs';
import { startWrangler } from './wrangler.mjs';

const KEYS = { accessKeyId: 'test-access-key', secretAccessKey: 'test-secret-access-key-of-a-bucket' };

/** @typedef {Omit<import('./s3.mjs').S3Server, 'makeBucket' | 'stop'>} Store */

/**
 * Starts `wrangler dev` with a bucket `media`, and others if they are named: none can be created later.
 *
 * @param {object} options
 * @param {(store: Store) => Record<string, unknown>} options.vars the Worker's variables, which may contain the store
 * @param {Record<string, string>} [options.secrets] in addition to `MEDIA_ACCESS_KEY_ID` and `MEDIA_SECRET_ACCESS_KEY`
 * @param {string[]} [options.buckets]
 * @param {boolean} [options.state] binds the class of the objects that keep state
 * @param {string} [options.entry] another entry than the Worker's, relative to the root
 * @returns {Promise<import('./s3.mjs').S3Server & { url: string }>} with the Worker's URL, without a slash at its end
 */
export async function start({ vars, secrets = {}, buckets = [], entry, state }) {
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), 'local-r2-'));
  const store = { endpoint: localS3(port), region: 'auto', bucket: 'media', ...KEYS };
  const all = [store.bucket, ...buckets];
  const keys = { MEDIA_ACCESS_KEY_ID: KEYS.accessKeyId, MEDIA_SECRET_ACCESS_KEY: KEYS.secretAccessKey };
  const server = await startWrangler({
    name: `tests/local-r2-${port}`,
    directory,
    port,
    vars: vars(store),
    secrets: { ...keys, ...secrets },
    buckets: Object.fromEntries(all.map((name) => [name, KEYS])),
    entry,
    state,
  });
  const stop = async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
  const makeBucket = async (/** @type {string} */ name) => {
    if (all.includes(name)) return name;
    throw new Error(`the local R2 cannot create buckets: start it with { buckets: ['${name}'] }`);
  };
  return { ...store, url: `http://localhost:${port}`, makeBucket, stop };
}
