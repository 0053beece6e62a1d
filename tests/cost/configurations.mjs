/** @file Configurations with many entries. Only the operator writes them, yet an instance reads them while a request waits. */
import { SITE } from './site.mjs';

/** @typedef {import('./inputs.mjs').Input} Input */

/** @param {number} count @param {(number: string) => unknown} entry */
const table = (count, entry) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`e${9_999 - i}`, entry(`e${9_999 - i}`)]));
const list = (/** @type {number} */ count, /** @type {(number: number) => unknown} */ item) => Array.from({ length: count }, (_, i) => item(9_999 - i));

/** Changes of the site, by what they add. @type {Record<string, (count: number) => Record<string, unknown>>} */
const CHANGES = {
  rules: (count) => ({ UPLOADS: table(count, () => SITE.UPLOADS.page) }),
  downloads: (count) => ({ DOWNLOADS: table(count, () => SITE.DOWNLOADS.open) }),
  credentials: (count) => ({ CREDENTIALS: table(count, () => SITE.CREDENTIALS.role) }),
  buckets: (count) => ({ BUCKETS: { ...SITE.BUCKETS, ...table(count, (name) => ({ ...SITE.BUCKETS.media, name })) } }),
  roles: (count) => ({ BUCKETS: { ...SITE.BUCKETS, ...table(count, (name) => ({ ...SITE.BUCKETS.role, name })) } }),
  'rules of a role': (count) => ({ UPLOADS: table(count, (name) => ({ ...SITE.UPLOADS.page, bucket: 'role', key: `${name}/{uuid}` })) }),
  callers: (count) => ({ CALLERS: { ...SITE.CALLERS, ...table(count, () => SITE.CALLERS.hs) } }),
  secrets: (count) => ({ CALLERS: { ...SITE.CALLERS, ...table(count, (name) => ({ ...SITE.CALLERS.hs, secret: `S${name.toUpperCase()}` })) } }),
  networks: (count) => ({ DOWNLOADS: { office: { ...SITE.DOWNLOADS.office, networks: list(count, (number) => `2001:db8:${number}::/48`) } } }),
  countries: (count) => ({ DOWNLOADS: { office: { ...SITE.DOWNLOADS.office, countries: list(count, () => 'DE') } } }),
  origins: (count) => ({ UPLOADS: { page: { ...SITE.UPLOADS.page, origins: list(count, (number) => `https://a${number}.example.com`) } } }),
  types: (count) => ({ UPLOADS: { page: { ...SITE.UPLOADS.page, types: list(count, (number) => `image/a${number}`) } } }),
  metadata: (count) => ({ UPLOADS: { page: { ...SITE.UPLOADS.page, metadata: list(count, (number) => `a${number}`) } } }),
  errors: (count) => ({ UPLOADS: table(count, () => ({})) }),
  languages: (count) => ({ UPLOADS: { page: { ...SITE.UPLOADS.page, content_language: list(count, () => 'de').join() } } }),
  'a key that encrypts': (count) => ({ UPLOADS: { page: { ...SITE.UPLOADS.page, sse: { algorithm: 'aws:kms', key: ':key/'.repeat(count) } } } }),
  tags: (count) => ({ UPLOADS: { page: { ...SITE.UPLOADS.page, tags: table(count, () => 'b') } } }),
  'parts of a key': (count) => ({ UPLOADS: { page: { ...SITE.UPLOADS.page, key: `a/${'{date}'.repeat(count)}` } } }),
};

/** More names would not fit into the 2 KiB of metadata that S3 stores with an object. */
const MAX_NAMES = 50;

/** Most networks of a rule. */
const MAX_NETWORKS = 100;

/** What a configuration can have fewer of than a thousand. @type {Record<string, number>} */
const LIMITS = { metadata: MAX_NAMES, networks: MAX_NETWORKS };

/** Files that read only the configuration. */
const READERS = ['rules/src/config/reader.rs', 'rules/src/config/error.rs', 'rules/src/config/quantity.rs', 'rules/src/callers/origin.rs', 'rules/src/keys/syntax.rs', 'rules/src/bucket/region_of_host.rs', 'rules/src/rules.rs', ...['uses', 'statements', 'encryption'].map((name) => `rules/src/iam/${name}.rs`), 'rules/src/sts/assume_role.rs', 'rules/src/sts/endpoint.rs', ...['encryption', 'headers'].map((name) => `rules/src/upload/attributes/${name}.rs`), 'src/shell/env.rs', 'signer/src/bucket.rs', 'signer/src/scope.rs', 'signer/src/header.rs'];

/** @type {Input[]} */
export const configurations = Object.entries(CHANGES).map(([what, change]) => ({
  ...{ name: `a configuration: ${what}`, reaches: READERS, limit: LIMITS[what] ?? 1_000, request: () => ({ path: '/healthz' }) },
  site: (size) => ({ ...SITE, ...change(size) }),
}));
