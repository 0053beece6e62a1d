/** @file Requests with a long URL, or with long headers. */
import { token, SECRETS } from './site.mjs';
import { repeated, descending } from './texts.mjs';

/** @typedef {import('./inputs.mjs').Input} Input */

/** Longest URL that Cloudflare accepts, in bytes. */
const MAX_URL = 16_384;
/** Most bytes of all headers that Cloudflare accepts. */
const MAX_HEADERS = 131_072;

const URL_PARSERS = ['src/http/request.rs', 'src/routes.rs', 'signer/src/http_url.rs'];
const PATH_PARSERS = [...URL_PARSERS, 'src/routes/download.rs', 'rules/src/download/rule.rs', 'signer/src/object_key.rs', 'signer/src/encode.rs'];

const SITE = { authorization: `Bearer ${SECRETS.SITE_TOKEN}` };

/** Paths below a rule, by what is hard about them. @type {Record<string, (bytes: number) => string>} */
const PATHS = {
  'one segment': (bytes) => 'a'.repeat(bytes),
  'many segments': (bytes) => 'a/'.repeat(bytes / 2) + 'a',
  'slashes only': (bytes) => '/'.repeat(bytes),
  'encoded letters': (bytes) => '%61'.repeat(bytes / 3),
  'percent signs': (bytes) => '%'.repeat(bytes),
  'encoded dots': (bytes) => 'a/..%2f'.repeat(bytes / 7),
};

/** Queries, by what is hard about them. @type {Record<string, (bytes: number) => string>} */
const QUERIES = {
  'many names': (bytes) => repeated(bytes, (number) => `a${number}=`, '&'),
  'one name': (bytes) => 'type=&'.repeat(bytes / 6),
  'ampersands': (bytes) => '&'.repeat(bytes),
  'encoded letters': (bytes) => `type=${'%61'.repeat(bytes / 3)}`,
  'plus signs': (bytes) => `type=${'+'.repeat(bytes)}`,
  'parameters of a type': (bytes) => `type=image/png${';a=b'.repeat(bytes / 4)}`,
  'a quoted parameter of a type': (bytes) => `type=image/png;a="${'%5C%22'.repeat(bytes / 6)}`,
  'metadata': (bytes) => `type=image/png&${descending(bytes, (number) => `metadata[a${number}]=`, '&')}`,
  'metadata of one name': (bytes) => `type=image/png&${'metadata[album]=a&'.repeat(bytes / 18)}`,
};

const paths = Object.entries(PATHS).flatMap(([what, path]) => [
  input(`a download's path: ${what}`, PATH_PARSERS, MAX_URL, (size) => ({ path: `/downloads/open/${path(size)}` })),
  input(`a ticket's path: ${what}`, [...PATH_PARSERS, 'src/http/url.rs'], MAX_URL, (size) => ({ path: `/t/${path(size)}/downloads/open/a` }), [401, 404]),
  input(`Companion's path: ${what}`, [...URL_PARSERS, 'src/routes/uploaders.rs', 'src/routes/uploaders/companion.rs'], MAX_URL, (size) => ({ path: `/uploads/open/s3/multipart/${path(size)}` }), [404]),
  input(`an upload's ID: ${what}`, ['src/routes/multipart.rs', 'rules/src/upload/sealed_state.rs'], MAX_URL, (size) => ({ path: `/uploads/open/multipart/${path(size)}` }), [404]),
  input(`a capability: ${what}`, ['src/routes/uploaders/capability.rs', 'rules/src/upload/sealed_state.rs'], MAX_URL, (size) => ({ path: `/uploads/open/parts/${path(size)}` }), [404]),
  input(`a short link: ${what}`, ['src/routes/links.rs', 'src/routes/links/short.rs'], MAX_URL, (size) => ({ path: `/l/${path(size)}` }), [404]),
  input(`a short link to revoke: ${what}`, ['src/routes/links.rs'], MAX_URL, (size) => ({ method: 'DELETE', path: `/links/${path(size)}`, headers: SITE }), [404]),
  input(`a bucket's name: ${what}`, ['src/routes/forms.rs'], MAX_URL, (size) => ({ method: 'POST', path: `/forms/${path(size)}` }), [404]),
  input(`no route: ${what}`, ['src/routes.rs', 'src/routes/health.rs'], MAX_URL, (size) => ({ path: `/healthz${path(size)}` }), [404]),
]);

const queries = Object.entries(QUERIES).flatMap(([what, query]) => [
  input(`the query of a form page: ${what}`, [...URL_PARSERS, 'src/routes/upload.rs', 'src/routes/form_page.rs', 'rules/src/upload/media_type.rs', 'rules/src/upload/file_type.rs'], MAX_URL, (size) => ({ path: `/uploads/open?${query(size)}` })),
  input(`Companion's query: ${what}`, ['src/routes/uploaders/companion.rs', 'src/routes/uploaders/client_json.rs', 'src/routes/uploaders/single_upload.rs', 'src/routes/uploaders/reply.rs'], MAX_URL, (size) => ({ path: `/uploads/open/s3/params?filename=a&${query(size)}` })),
  input(`the query of a list of links: ${what}`, ['src/routes/links.rs'], MAX_URL, (size) => ({ path: `/links?${query(size)}`, headers: SITE }), [503]),
  input(`the query of a download: ${what}`, ['src/routes/download.rs'], MAX_URL, (size) => ({ path: `/downloads/open/a?${query(size)}&json` })),
]);

const formats = Object.entries(QUERIES).map(([what, query]) =>
  input(`the query of a request for credentials: ${what}`, [...URL_PARSERS, 'src/routes/credentials.rs'], MAX_URL, (size) => ({ method: 'POST', path: `/credentials/hs?${query(size)}` })),
);

/** Names of files, by what is hard about them. @type {Record<string, (bytes: number) => string>} */
const NAMES = { slashes: (bytes) => '%2F'.repeat(bytes / 3), dots: (bytes) => '.'.repeat(bytes), 'letters that are encoded': (bytes) => '%C3%A4'.repeat(bytes / 6), variables: (bytes) => '$%7B'.repeat(bytes / 4) };

const names = Object.entries(NAMES).map(([what, name]) =>
  input(`the name for a download: ${what}`, ['src/routes/download.rs', 'rules/src/keys/file_name.rs', 'rules/src/download/saved_name.rs'], MAX_URL, (size) => ({ path: `/downloads/open/a?download=${name(size)}` })),
);

/** @type {[header: string, text: (bytes: number) => string, limit?: number][]} */
const HEADERS = [
  ['accept', (bytes) => 'a/b;q=1,'.repeat(bytes / 8)],
  ['accept', (bytes) => ','.repeat(bytes)],
  ['accept', (bytes) => `a${' '.repeat(bytes)}b`],
  ['authorization', (bytes) => `Bearer ${'a'.repeat(bytes)}`],
  ['authorization', (bytes) => `Bearer ${'. '.repeat(bytes / 2)}`],
  ['authorization', (bytes) => `Bearer ${'.'.repeat(bytes)}`, 16_384],
  ['origin', (bytes) => `https://${'a.'.repeat(bytes / 2)}`],
  ['cf-connecting-ip', (bytes) => '1:'.repeat(bytes / 2)],
  ['cf-connecting-ip', (bytes) => '1'.repeat(bytes)],
  ['cf-access-jwt-assertion', (bytes) => 'a.'.repeat(bytes / 2)],
  ['turnstile-token', (bytes) => 'a'.repeat(bytes)],
  ['cookie', (bytes) => 'a=1; '.repeat(bytes / 5)],
  ['cookie', (bytes) => `${';'.repeat(bytes)}`],
  ['cookie', (bytes) => 'signpost-use'.repeat(bytes / 12)],
];

const TARGETS = ['/credentials/hs', '/credentials/role', '/downloads/site/a', '/downloads/hs/a', '/downloads/access/a', '/downloads/office/a', '/uploads/few', '/uploads/human', '/uploads/page', '/l/AAAAAAAAAAAAAAAAAAAAAA'];

const headers = HEADERS.flatMap(([header, text, limit = MAX_HEADERS], nth) =>
  TARGETS.map((path) => {
    const reaches = [...URL_PARSERS, 'rules/src/callers/access.rs', 'rules/src/callers/limit.rs', 'rules/src/callers/networks.rs', 'rules/src/callers/kinds/turnstile.rs', 'rules/src/callers/tokens/token.rs'];
    return input(`${path}: ${header} (${nth})`, reaches, limit, (size) => ({ path, headers: { [header]: text(size).trim() } }));
  }),
);

/** @param {string} claims */
const ticket = (claims) => token('{"alg":"HS256"}', claims, SECRETS.TICKET_SECRET);

/** @type {Input[]} */
export const requests = [
  ...paths,
  ...queries,
  ...formats,
  ...names,
  ...headers,
  input('a ticket in the path', ['src/http/url.rs', 'rules/src/callers/tokens/token.rs', 'rules/src/callers/tokens/ticket.rs'], 8_000, (size) => ({ path: `/t/${ticket(`{${repeated(size / 2, (number) => `"a${number}":1`, ',')}}`)}/downloads/backend/a` })),
  input('numbers of parts to sign', ['src/routes/multipart.rs', 'src/routes/multipart/s3.rs'], 1_000, (size, { upload }) => ({ path: `/uploads/open/multipart/${upload}?sign=${'1,'.repeat(size - 1)}1` }), [200]),
  input('too many numbers of parts', ['src/routes/multipart/s3.rs'], MAX_URL - 1_000, (size, { upload }) => ({ path: `/uploads/open/multipart/${upload}?sign=${'1,'.repeat(size / 2)}1` }), [400, 200]),
  input('the number of a part', ['src/routes/multipart.rs'], MAX_URL - 1_000, (size, { upload }) => ({ path: `/uploads/open/multipart/${upload}?after=${'0'.repeat(size)}` })),
  input("Companion's numbers of parts", ['src/routes/uploaders/companion.rs', 'src/routes/multipart/s3.rs'], 1_000, (size, { upload }) => ({ path: `/uploads/open/s3/multipart/${upload}/batch?key=${key(upload)}&partNumbers=${'1,'.repeat(size - 1)}1` })),
];

/** The key is not known to a stranger, so the request is refused once the ID is verified. @param {string} _upload */
const key = (_upload) => 'open/5a5a5a5a-5a5a-4a5a-9a5a-5a5a5a5a5a5a.png';

/**
 * @param {string} name
 * @param {string[]} reaches
 * @param {number} limit
 * @param {Input['request']} request
 * @param {number[]} [statuses]
 * @returns {Input}
 */
function input(name, reaches, limit, request, statuses) {
  return { name, reaches, limit, request, statuses };
}
