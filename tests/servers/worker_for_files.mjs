/** @file The Worker in Miniflare with an R2 bucket whose objects it sends, and links that are signed by hand. */
import { createHash, createHmac } from 'node:crypto';
import { start as startWorker } from './worker.mjs';

export const KEYS = { accessKeyId: 'AKIDOWNACCESSKEY0001', secretAccessKey: 'own-secret-access-key-of-a-bucket' };
export const ORIGIN = 'https://www.example.com';
/** The region of R2, which is part of every signature. */
const REGION = 'auto';

const media = { provider: 'r2', name: 'acme-media', endpoint: 'https://0a1b.r2.cloudflarestorage.com', credentials: 'MEDIA', binding: 'MEDIA' };
const archive = { provider: 'r2', name: 'acme-archive', endpoint: media.endpoint, binding: 'ARCHIVE' };
const rule = { bucket: 'media', callers: ['anyone'], origins: [ORIGIN] };
const link = { ...rule, serve: 'worker', expires: '5 min' };
const direct = { ...rule, serve: 'direct' };

/** The variables of a Worker that sends files in every way. */
export const VARS = {
  BUCKETS: { media, archive },
  CALLERS: { anyone: { kind: 'anyone' }, staff: { kind: 'bearer', secret: 'STAFF_TOKEN' } },
  UPLOADS: { open: { bucket: 'media', callers: ['anyone'], key: 'open/{filename}', types: ['text/html', 'image/png'], active_content: true, max_size: '5 MiB', expires: '5 min' } },
  DOWNLOADS: {
    file: { ...link, key: 'files/{path}' },
    saved: { ...link, key: 'files/{path}', attachment: true },
    stable: { ...link, key: 'files/{path}', window: '2 min' },
    pages: { ...link, key: 'files/{path}', active_content: true },
    here: { ...direct, key: 'files/{path}' },
    kept: { ...direct, key: 'files/{path}', window: '1 h' },
    staff: { ...direct, bucket: 'archive', key: 'staff/{path}', callers: ['staff'] },
  },
};

export const SECRETS = { MEDIA_ACCESS_KEY_ID: KEYS.accessKeyId, MEDIA_SECRET_ACCESS_KEY: KEYS.secretAccessKey, STAFF_TOKEN: 'a-token-of-the-staff' };
export const ENV = { MEDIA: { type: 'r2', name: 'acme-media' }, ARCHIVE: { type: 'r2', name: 'acme-archive' } };

/** @param {Partial<Parameters<typeof startWorker>[0]>} [options] */
export async function start(options = {}) {
  const worker = await startWorker({ vars: VARS, secrets: SECRETS, env: ENV, ...options });
  const base = options.mounted ? `${worker.url}/files` : worker.url;
  const bucket = /** @type {any} */ (await worker.miniflare.getR2Bucket('MEDIA'));
  const archive = /** @type {any} */ (await worker.miniflare.getR2Bucket('ARCHIVE'));
  return {
    ...worker,
    /** Where Signpost is. */
    base,
    /** The endpoint for clients of S3. */
    endpoint: `${base}/files`,
    bucket,
    archive,
    /** Signs a link to a key of the bucket. @param {string} key @param {SignOptions} [options] */
    sign: (key, options) => sign(`${base}/files/media/${encodePath(key)}`, options),
  };
}

/** @typedef {{ method?: string, query?: Record<string, string>, headers?: Record<string, string>, secs?: number, at?: number }} SignOptions */

/**
 * Signs a URL by Signature Version 4, without any code of this project.
 *
 * Spec: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 *
 * @param {string} url @param {SignOptions} [options] `secs`: how long it is valid; `at`: when it is signed, in milliseconds since 1970
 */
export function sign(url, { method = 'GET', query = {}, headers = {}, secs = 300, at = Date.now() } = {}) {
  const { host, pathname } = new URL(url);
  const date = `${new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')}`;
  const scope = `${date.slice(0, 8)}/${REGION}/s3/aws4_request`;
  const signed = Object.entries({ ...headers, host }).sort(([a], [b]) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(';');
  const parameters = Object.entries({
    ...query,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${KEYS.accessKeyId}/${scope}`,
    'X-Amz-Date': date,
    'X-Amz-Expires': `${secs}`,
    'X-Amz-SignedHeaders': names,
  }).map(([name, value]) => `${encode(name)}=${encode(value)}`).sort().join('&');
  const canonical = [method, pathname, parameters, ...signed.map(([name, value]) => `${name}:${value}`), '', names, 'UNSIGNED-PAYLOAD'].join('\n');
  const text = ['AWS4-HMAC-SHA256', date, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const key = [date.slice(0, 8), REGION, 's3', 'aws4_request'].reduce((/** @type {string | Buffer} */ secret, part) => hmac(secret, part), `AWS4${KEYS.secretAccessKey}`);
  return `${url}?${parameters}&X-Amz-Signature=${hmac(key, text).toString('hex')}`;
}

/** @param {string | Buffer} key @param {string} text */
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
/** @param {string} text */
const encode = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
/** @param {string} key */
const encodePath = (key) => key.split('/').map(encode).join('/');
