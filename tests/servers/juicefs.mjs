/** @file JuiceFS's gateway, with MinIO's code for signatures and policies. It allows CORS requests from every origin. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, launch } from '../../scripts/process.mjs';
import { run } from '../../scripts/step.mjs';
import { venv } from '../support/venv.mjs';
import { makePolicy, makeUser } from './minio_users.mjs';
import { makeBucket } from './s3.mjs';

const REGION = 'eu-west-1';
const KEYS = { accessKeyId: 'test-access-key', secretAccessKey: 'test-secret-access-key' };

/**
 * Starts the gateway on a new file system, with a bucket `media`.
 *
 * @param {{ issuer?: string, port?: number }} [options] the issuer of tokens that it accepts, whose metadata it fetches when it starts
 * @returns {Promise<import('./s3.mjs').S3Server & import('./s3.mjs').WithUsers & { makePolicy: (name: string, policy: object) => Promise<void> }>}
 */
export async function start({ issuer, port: chosen } = {}) {
  const port = chosen ?? (await freePort());
  const juicefs = join(await venv('juicefs'), 'juicefs');
  const directory = await mkdtemp(join(tmpdir(), 'juicefs-'));
  const meta = `sqlite3://${join(directory, 'meta.db')}`;
  await run(juicefs, ['format', '--storage', 'file', '--bucket', join(directory, 'data/'), meta, 'lab']);
  const server = await launch({
    name: `tests/juicefs-${port}`,
    command: juicefs,
    args: [
      ...['gateway', '--multi-buckets', '--object-meta', '--object-tag', '--keep-etag', '--domain', 's3.localhost'],
      ...['--log', join(directory, 'gateway.log'), '--cache-dir', join(directory, 'cache'), '--metrics', '127.0.0.1:0'],
      ...['--no-banner', meta, `127.0.0.1:${port}`],
    ],
    env: { MINIO_ROOT_USER: KEYS.accessKeyId, MINIO_ROOT_PASSWORD: KEYS.secretAccessKey, MINIO_REGION: REGION, ...(issuer && trusting(issuer)) },
    cwd: directory,
    answers: `http://127.0.0.1:${port}/minio/health/live`,
  });
  const access = { endpoint: `http://localhost:${port}`, region: REGION, ...KEYS };
  const stop = async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
  const make = (/** @type {string} */ name) => makeBucket(access, name);
  const user = (/** @type {string} */ name, /** @type {object[]} */ policies) => makeUser(access, name, policies);
  return { ...access, bucket: await make('media'), makeBucket: make, makeUser: user, makePolicy: (/** @type {string} */ name, /** @type {object} */ policy) => makePolicy(access, name, policy), stop };
}

/** @param {string} issuer @returns {Record<string, string>} */
const trusting = (issuer) => ({
  MINIO_IDENTITY_OPENID_CONFIG_URL: `${issuer}/.well-known/openid-configuration`,
  MINIO_IDENTITY_OPENID_CLIENT_ID: 'sts.amazonaws.com',
});
