/** @file The Workers that are measured, and their requests. `ROWS` has one line for each row of the table. */
import { AUDIENCE, ISSUER, KEYS, hs256, rs256 } from './tokens.mjs';

/** @typedef {{ title: string, entry: string, bindings: import('./workerd.mjs').Bindings }} Worker */
/** @typedef {{ title: string, worker: string, request: string, over: string }} Row `over`: the row that the ratio compares it with */

const SECRETS = {
  MEDIA_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  MEDIA_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  SITE_TOKEN: 'a-token-of-sixty-four-letters-as-openssl-rand-hex-32-would-make',
};

/** The configuration in the repository's `wrangler.toml`. */
export const SITE = {
  BUCKETS: { media: { provider: 'aws', name: 'acme-media', region: 'eu-west-1', credentials: 'MEDIA' } },
  CALLERS: { site: { kind: 'bearer', secret: 'SITE_TOKEN' } },
  UPLOADS: {
    avatar: {
      bucket: 'media',
      callers: ['site'],
      origins: ['https://www.example.com'],
      key: 'avatars/{caller}/{uuid}.{ext}',
      types: ['image/png', 'image/jpeg', 'image/webp'],
      max_size: '5 MiB',
      expires: '10 min',
    },
  },
  DOWNLOADS: {
    avatar: {
      bucket: 'media',
      callers: ['site'],
      origins: ['https://www.example.com'],
      key: 'avatars/{caller}/{path}',
      expires: '5 min',
    },
  },
  ...SECRETS,
};

const JWT = { kind: 'jwt', issuer: ISSUER, audience: AUDIENCE };
const HS256 = { ...SITE, CALLERS: { site: { ...JWT, secret: 'SITE_TOKEN' } } };
const RPC = { ...SITE, CALLERS: { site: { kind: 'worker' } } };
const RS256 = { ...SITE, CALLERS: { site: { ...JWT, keys: KEYS } } };

/** @type {Record<string, Worker>} */
export const WORKERS = {
  hello: { title: 'JS hello-world', entry: 'bench/workers/hello.mjs', bindings: {} },
  'hello-rust': { title: '`worker` crate hello-world', entry: 'bench/workers/hello_rust.mjs', bindings: {} },
  nothing: { title: 'JS that signs nothing', entry: 'bench/workers/signs_nothing.mjs', bindings: {} },
  signpost: { title: 'Signpost, bearer caller', entry: 'src/js/entry.mjs', bindings: SITE },
  'signpost-hs256': { title: 'Signpost, HS256 caller', entry: 'src/js/entry.mjs', bindings: HS256 },
  'signpost-rs256': { title: 'Signpost, RS256 caller', entry: 'src/js/entry.mjs', bindings: RS256 },
  rpc: { title: 'Signpost and a Worker that calls it', entry: 'bench/workers/rpc.mjs', bindings: RPC },
  mounted: { title: 'Signpost mounted in a Worker with the `worker` crate', entry: 'tests/mounted/build/index.js', bindings: SITE },
  aws4fetch: { title: 'aws4fetch, GET', entry: 'bench/workers/aws4fetch_get.mjs', bindings: SECRETS },
  'sdk-post': { title: 'AWS SDK v3, post', entry: 'bench/workers/sdk_post.mjs', bindings: SECRETS },
  'sdk-get': { title: 'AWS SDK v3, get', entry: 'bench/workers/sdk_get.mjs', bindings: SECRETS },
};

const headers = (/** @type {string} */ token) => ({ authorization: `Bearer ${token}`, accept: '*/*', 'user-agent': 'bench' });
const upload = { method: 'POST', path: '/uploads/avatar', json: { type: 'image/png', size: 48213 }, status: 200 };
const download = { method: 'GET', path: '/downloads/avatar/0f4c1f9e-2f4e-4a53-8c34-6cf0a7f2a3c1.png', status: 302 };

/** @type {Record<string, import('./load.mjs').RequestSpec & { status: number }>} the requests, and the status of a correct answer */
export const REQUESTS = {
  upload: { ...upload, headers: headers(SECRETS.SITE_TOKEN) },
  'upload-hs256': { ...upload, headers: headers(hs256(SECRETS.SITE_TOKEN)) },
  'upload-rs256': { ...upload, headers: headers(rs256()) },
  download: { ...download, headers: headers(SECRETS.SITE_TOKEN) },
  'upload-mounted': { ...upload, path: `/files${upload.path}`, headers: headers(SECRETS.SITE_TOKEN) },
  'download-mounted': { ...download, path: `/files${download.path}`, headers: headers(SECRETS.SITE_TOKEN) },
};

/** @type {Record<string, Row>} */
export const ROWS = {
  'hello upload': { title: 'JS hello-world, sent the same POST', worker: 'hello', request: 'upload', over: 'hello upload' },
  'hello upload-hs256': { title: 'JS hello-world, sent the HS256 POST', worker: 'hello', request: 'upload-hs256', over: 'hello upload-hs256' },
  'hello upload-rs256': { title: 'JS hello-world, sent the RS256 POST', worker: 'hello', request: 'upload-rs256', over: 'hello upload-rs256' },
  'hello download': { title: 'JS hello-world, sent the same GET', worker: 'hello', request: 'download', over: 'hello download' },
  'hello-rust upload': { title: '`worker` crate hello-world, the same POST', worker: 'hello-rust', request: 'upload', over: 'hello upload' },
  'hello-rust download': { title: '`worker` crate hello-world, the same GET', worker: 'hello-rust', request: 'download', over: 'hello download' },
  'nothing upload': { title: 'JS that signs nothing, `POST /uploads`', worker: 'nothing', request: 'upload', over: 'hello upload' },
  'nothing download': { title: 'JS that signs nothing, `GET /downloads`', worker: 'nothing', request: 'download', over: 'hello download' },
  'signpost upload': { title: 'Signpost `POST /uploads`, bearer', worker: 'signpost', request: 'upload', over: 'hello upload' },
  'signpost upload-hs256': { title: 'Signpost `POST /uploads`, HS256', worker: 'signpost-hs256', request: 'upload-hs256', over: 'hello upload-hs256' },
  'signpost upload-rs256': { title: 'Signpost `POST /uploads`, RS256', worker: 'signpost-rs256', request: 'upload-rs256', over: 'hello upload-rs256' },
  'signpost download': { title: 'Signpost `GET /downloads`, bearer', worker: 'signpost', request: 'download', over: 'hello download' },
  'rpc upload': { title: 'Signpost `upload`, called by another Worker', worker: 'rpc', request: 'upload', over: 'hello upload' },
  'mounted upload': { title: 'Signpost mounted by `worker::Request`, the same POST', worker: 'mounted', request: 'upload-mounted', over: 'hello upload' },
  'mounted download': { title: 'Signpost mounted by `worker::Request`, the same GET', worker: 'mounted', request: 'download-mounted', over: 'hello download' },
  'aws4fetch download': { title: 'aws4fetch GET', worker: 'aws4fetch', request: 'download', over: 'hello download' },
  'sdk upload': { title: 'AWS SDK v3 `createPresignedPost`', worker: 'sdk-post', request: 'upload', over: 'hello upload' },
  'sdk download': { title: 'AWS SDK v3 `getSignedUrl`', worker: 'sdk-get', request: 'download', over: 'hello download' },
};

/** @type {{ figure: string, of: string, over: string, most: number }[]} ratios of two rows of one run, and their targets */
export const TARGETS = [
  { figure: '`POST /uploads`, bearer, over signing nothing', of: 'signpost upload', over: 'nothing upload', most: 1.25 },
  { figure: '`GET /downloads`, bearer, over signing nothing', of: 'signpost download', over: 'nothing download', most: 1.2 },
  { figure: "`GET /downloads` over aws4fetch's GET", of: 'signpost download', over: 'aws4fetch download', most: 0.6 },
];
