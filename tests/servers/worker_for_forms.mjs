/** @file The Worker in Miniflare with an R2 bucket that the tests can read. */
import { start as startWorker } from './worker.mjs';

const KEYS = { accessKeyId: 'AKIDOWNACCESSKEY0001', secretAccessKey: 'own-secret-access-key-of-a-bucket' };
const REGION = 'eu-west-1';

/**
 * @param {Record<string, unknown>} [vars] more variables of the Worker
 * @param {Record<string, any>} [env] its bindings
 * @param {string} [around] the source of a module that wraps `./entry.mjs`
 */
export async function start(vars = {}, env = { MEDIA: { type: 'r2', name: 'media' } }, around = undefined) {
  const secrets = { MEDIA_ACCESS_KEY_ID: KEYS.accessKeyId, MEDIA_SECRET_ACCESS_KEY: KEYS.secretAccessKey };
  const media = { provider: 'r2', name: 'media', region: REGION, endpoint: 'https://0a1b.r2.cloudflarestorage.com', credentials: 'MEDIA', binding: 'MEDIA' };
  const rule = { bucket: 'media', callers: ['anyone'], origins: ['https://www.example.com'], types: ['image/gif'], expires: '10 min' };
  const worker = await startWorker({
    vars: {
      BUCKETS: { media },
      CALLERS: { anyone: { kind: 'anyone' } },
      UPLOADS: {
        any: { ...rule, key: 'forms/{filename}', max_size: '200 MiB' },
        once: { ...rule, key: 'once/{filename}', max_size: '200 MiB', overwrite: false },
      },
      ...vars,
    },
    secrets,
    env,
    around,
  });
  const bucket = env.MEDIA && /** @type {any} */ (await worker.miniflare.getR2Bucket('MEDIA'));
  return {
    ...{ ...KEYS, region: REGION, endpoint: worker.url, bucket: 'media', action: `${worker.url}/forms/media/` },
    ...{ url: worker.url, fetch: worker.fetch, logs: worker.logs, stop: worker.stop },
    /** @param {string} key @returns {Promise<{ body: Buffer, headers: Record<string, string> } | undefined>} */
    async stored(key) {
      const object = await bucket.get(key);
      if (object === null) return undefined;
      const headers = new Headers();
      object.writeHttpMetadata(/** @type {any} */ (headers));
      const metadata = Object.entries(object.customMetadata ?? {}).map(([name, value]) => [`x-amz-meta-${name}`, value]);
      return { body: Buffer.from(await object.arrayBuffer()), headers: { ...Object.fromEntries(headers), ...Object.fromEntries(metadata) } };
    },
  };
}
