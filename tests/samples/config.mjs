/** @file Configurations in the documents: each fragment is completed from the sample rule, and `signpost check` reads the result. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { experimental_readRawConfig as readRawConfig } from 'wrangler';

/** @typedef {Record<string, any>} Table */

const UPLOAD = {
  bucket: 'media',
  callers: ['site'],
  origins: ['https://www.example.com'],
  key: 'avatars/{entry}/{uuid}.{ext}',
  types: ['image/png', 'image/jpeg'],
  max_size: '5 MiB',
  expires: '10 min',
};

const DOWNLOAD = { bucket: 'media', callers: ['site'], origins: ['https://www.example.com'], key: 'avatars/{entry}/{path}', expires: '5 min' };

const VARS = {
  BUCKETS: { media: { provider: 'aws', name: 'acme-media', region: 'eu-west-1', credentials: 'MEDIA' } },
  CALLERS: { site: { kind: 'bearer', secret: 'SITE_TOKEN' } },
  UPLOADS: { avatar: UPLOAD },
  DOWNLOADS: { avatar: DOWNLOAD },
};

/** Binds the class that rules of fragments need, which a page names once. */
const STATE = { name: 'SIGNPOST_STATE', class_name: 'SignpostState' };

/** Declares what fragments name as a limit. */
const RATELIMITS = [{ name: 'PHOTO_LIMIT', namespace_id: '1001', simple: { limit: 20, period: 60 } }];

/**
 * Completes fragments to a configuration of Signpost. A rule gets the keys that it lacks from the sample rule.
 *
 * @param {string[]} fragments in TOML; a later one replaces values of those before
 * @returns {Promise<Table>}
 */
export async function complete(fragments) {
  const read = (await Promise.all(fragments.map(parse))).reduce(merge, {});
  const vars = read.vars ?? {};
  const rules = {
    UPLOADS: mapValues(vars.UPLOADS, (rule) => ({ ...UPLOAD, ...rule })),
    DOWNLOADS: mapValues(vars.DOWNLOADS, (rule) => ({ ...DOWNLOAD, ...rule })),
  };
  const sample = { name: 'signpost', main: 'index.js', compatibility_date: '2026-08-01', vars: VARS, ratelimits: RATELIMITS, durable_objects: { bindings: [STATE] } };
  const config = merge(sample, merge(read, { vars: rules }));
  for (const [name, bucket] of Object.entries(vars.BUCKETS ?? {})) config.vars.BUCKETS[name] = bucket; // keeps nothing of the sample's bucket
  const { vars: all, ratelimits, r2_buckets, durable_objects } = config;
  return { ...config, env: { production: { vars: all, ratelimits, ...(r2_buckets && { r2_buckets }), ...(durable_objects && { durable_objects }) } } };
}

/**
 * Reads TOML as wrangler does.
 *
 * @param {string} toml
 * @returns {Promise<Table>}
 */
export async function parse(toml) {
  const directory = await mkdtemp(join(tmpdir(), 'samples-'));
  try {
    const config = join(directory, 'wrangler.toml');
    await writeFile(config, toml);
    return readRawConfig({ config }).rawConfig;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** @param {Table} first @param {Table} second whose values count @returns {Table} */
export function merge(first, second) {
  const both = { ...first };
  for (const [key, value] of Object.entries(second)) both[key] = isTable(both[key]) && isTable(value) ? merge(both[key], value) : value;
  return both;
}

/** @param {unknown} value */
function isTable(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @param {Table | undefined} table @param {(value: any) => any} change @returns {Table} */
function mapValues(table = {}, change) {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, change(value)]));
}
