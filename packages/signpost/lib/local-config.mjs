/** @file The configuration of `signpost-dev`: the project's rules with local buckets, and with callers whose token the demo page has. */
import { entriesOf, tablesOf } from './project.mjs';

/** @typedef {import('./project.mjs').Table} Table */
/** @typedef {{ accessKeyId: string, secretAccessKey: string, token: string, issuer: string }} Keys `issuer` is a private key as a JWK */
/** @typedef {{ port: number, origins: string[], keys: Keys, ownCallers?: boolean }} Local `origins` may use every rule; `ownCallers` keeps callers, challenges and limits */
/** @typedef {{ name: string, method: 'POST' | 'PUT', types: string[], isOpen: boolean, token?: string, download?: { rule: string, segments: number } }} DemoRule a rule as the page needs it; `segments` of the object's key are not part of a download's path */

const CREDENTIALS = 'SIGNPOST_DEV';
const ISSUER_KEY = 'SIGNPOST_DEV_ISSUER_KEY';

/** The providers that take a form, unless the bucket has `forms = false`. `rules/src/bucket/providers.rs` has the reasons. */
const WITH_FORMS = ['aws', 'tigris', 'minio', 'garage', 'spaces', 'scaleway', 'ovh', 'gcs'];

/**
 * Changes the project's configuration for this machine:
 *
 * - Each bucket is a local R2 bucket, with a key of its own: the local R2 has no temporary credentials. It takes uploads as the deployed one
 *   does: through a binding if they are forms or go to the Worker, or by PUT to wrangler's S3 endpoint.
 * - Each caller but `anyone` is one that sends a token. Its name is that of its entry, and it has no claims.
 * - Challenges and limits are left out, since a local page has no widget.
 * - Receipts are issued by the local address, and signed with a key of this machine.
 * - Credentials are not handed out, since the local R2 derives none.
 * - Events go to a receiver in a private network only, since those of a test are nothing for a back end.
 *
 * @param {Table} config
 * @param {Local} local
 * @returns {{ config: Table, secrets: Record<string, string>, rules: DemoRule[] }}
 */
export function localConfig(config, { port, origins, keys, ownCallers = false }) {
  const buckets = tablesOf(config, 'BUCKETS');
  const names = new Set(entriesOf(config, 'BUCKETS').map(([, bucket]) => String(bucket.name)));
  const bindings = new Map([...names].map((name, index) => [name, `SIGNPOST_DEV_${index}`]));
  /** @type {Record<string, string>} */
  const secrets = { [`${CREDENTIALS}_ACCESS_KEY_ID`]: keys.accessKeyId, [`${CREDENTIALS}_SECRET_ACCESS_KEY`]: keys.secretAccessKey };
  const localCaller = (/** @type {Table} */ caller, /** @type {string} */ name) => (ownCallers || caller.kind === 'anyone' ? caller : { kind: 'bearer', secret: tokenOf(name, secrets, keys) });
  const vars = {
    ...config.vars,
    ...change(buckets, (bucket) => localBucket(bucket, port, bindings.get(String(bucket.name)))),
    ...change(tablesOf(config, 'CALLERS'), localCaller),
    ...change(tablesOf(config, 'UPLOADS'), (rule) => localRule(rule, origins, ownCallers)),
    ...change(tablesOf(config, 'DOWNLOADS'), (rule) => localRule(rule, origins, ownCallers)),
    ...Object.fromEntries(Object.keys(tablesOf(config, 'CREDENTIALS')).map((section) => [section, {}])),
    ...(config.vars?.ISSUER && { ISSUER: { ...config.vars.ISSUER, url: `http://localhost:${port}`, keys: [ISSUER_KEY] } }),
  };
  if (vars.ISSUER) secrets[ISSUER_KEY] = keys.issuer;
  const { accessKeyId, secretAccessKey } = keys;
  const local = [...bindings].map(([bucket_name, binding]) => ({ binding, bucket_name, local_dev: { experimental_s3_credentials: { accessKeyId, secretAccessKey } } }));
  const { secrets: _, env, routes, route, ...rest } = config;
  const changed = { ...rest, vars, r2_buckets: [...(config.r2_buckets ?? []), ...local] };
  return { config: changed, secrets, rules: demoRules(changed, secrets) };
}

/**
 * Whether the rules of a bucket are answered with a form. All others are answered with a PUT.
 *
 * @param {Table} bucket an entry of `BUCKETS`
 */
export function takesForms({ provider, forms, binding }) {
  return forms ?? (binding !== undefined || WITH_FORMS.includes(provider));
}

/** @param {Table} bucket @param {number} port @param {string | undefined} binding @returns {Table} */
function localBucket(bucket, port, binding) {
  const local = { provider: 'r2', name: bucket.name, endpoint: `http://localhost:${port}/cdn-cgi/local/r2/s3`, credentials: CREDENTIALS };
  return takesForms(bucket) || bucket.binding !== undefined ? { ...local, binding, forms: takesForms(bucket) } : local;
}

/**
 * @param {Record<string, Table>} sections
 * @param {(entry: Table, name: string) => Table} entry
 * @returns {Record<string, Table>}
 */
function change(sections, entry) {
  const changed = (/** @type {Table} */ table) => Object.fromEntries(Object.entries(table).map(([name, value]) => [name, entry(value, name)]));
  return Object.fromEntries(Object.entries(sections).map(([section, table]) => [section, changed(table)]));
}

/**
 * @param {string} caller
 * @param {Record<string, string>} secrets gets the caller's token
 * @param {Keys} keys
 * @returns {string} the name of the secret
 */
function tokenOf(caller, secrets, { token }) {
  const name = `SIGNPOST_DEV_TOKEN_${caller.toUpperCase().replaceAll('-', '_')}`;
  secrets[name] = `${token}${caller}`; // two callers must not have one token
  return name;
}

/** Keys of rules that the local R2 buckets do not have. */
const NOT_LOCAL = ['storage_class', 'acl', 'sse', 'object_lock', 'tags', 'expire_unconfirmed', 'require_tag'];

/** @param {Table} rule @param {string[]} origins @param {boolean} ownCallers @returns {Table} */
function localRule(rule, origins, ownCallers) {
  const { turnstile, limit, notify, ...others } = Object.fromEntries(Object.entries(rule).filter(([name]) => !NOT_LOCAL.includes(name)));
  const local = { ...others, origins: [...new Set([...(rule.origins ?? []), ...origins])], ...(notify?.private_address === true && { notify }) };
  if (ownCallers) return { ...local, ...(turnstile && { turnstile }), ...(limit && { limit }) };
  return { ...local, key: String(rule.key).replaceAll(/\{claim\.([^}]+)\}/g, '$1') };
}

/**
 * @param {Table} config of this machine
 * @param {Record<string, string>} secrets
 * @returns {DemoRule[]}
 */
function demoRules(config, secrets) {
  const [callers, buckets] = [Object.fromEntries(entriesOf(config, 'CALLERS')), Object.fromEntries(entriesOf(config, 'BUCKETS'))];
  const isOpen = (/** @type {string[]} */ names) => names.some((name) => callers[name]?.kind === 'anyone');
  const token = (/** @type {string[]} */ names) => (isOpen(names) ? undefined : names.map((name) => secrets[callers[name]?.secret]).find(Boolean));
  const isSame = (/** @type {Table} */ one, /** @type {Table} */ other) => [...one.callers].sort().join() === [...other.callers].sort().join() || token(one.callers) === token(other.callers);
  return entriesOf(config, 'UPLOADS').map(([name, rule]) => {
    const download = entriesOf(config, 'DOWNLOADS').find(([, other]) => other.bucket === rule.bucket && !makesShortLinks(other) && canRead(other.key, rule.key) && isSame(rule, other));
    const method = takesForms(buckets[rule.bucket]) ? 'POST' : 'PUT';
    return { name, method, types: rule.types, isOpen: isOpen(rule.callers), token: token(rule.callers), ...(download && { download: { rule: download[0], segments: download[1].key.split('/').length - 1 } }) };
  });
}

/** Whether a rule makes a new link for each request, which the page does not. @param {Table} rule */
function makesShortLinks({ uses, revocable }) {
  return uses !== undefined || revocable === true;
}

/** Whether a download rule's key, such as `files/{caller}/{path}`, includes the keys of an upload rule. @param {string} download @param {string} upload */
function canRead(download, upload) {
  return download.endsWith('/{path}') && upload.startsWith(download.slice(0, -'{path}'.length));
}
