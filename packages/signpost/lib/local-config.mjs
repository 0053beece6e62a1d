/** @file The configuration of `signpost-dev`: the project's rules with local buckets, and with callers whose token the demo page has. */

/** @typedef {import('./project.mjs').Table} Table */
/** @typedef {{ accessKeyId: string, secretAccessKey: string, token: string, issuer: string }} Keys `issuer` is a private key as a JWK */
/** @typedef {{ name: string, types: string[], token?: string, download?: { rule: string, segments: number } }} DemoRule a rule as the page needs it; `segments` of the object's key are not part of a download's path */

const CREDENTIALS = 'SIGNPOST_DEV';
const ISSUER_KEY = 'SIGNPOST_DEV_ISSUER_KEY';

/**
 * Changes the project's configuration for this machine:
 *
 * - Each bucket is a local R2 bucket, which is bound to the Worker, so that it accepts forms.
 * - Each caller but `anyone` is one that sends a token. Its name is that of its entry, and it has no claims.
 * - Challenges are left out, since a local page has no widget.
 * - Receipts are issued by the local address, and signed with a key of this machine.
 * - Events go to a receiver in a private network only, since those of a test are nothing for a back end.
 *
 * @param {Table} config
 * @param {{ port: number, site: string, keys: Keys }} local
 * @returns {{ config: Table, secrets: Record<string, string>, rules: DemoRule[] }}
 */
export function localConfig(config, { port, site, keys }) {
  const buckets = tables(config.vars, 'BUCKETS');
  const names = new Set(Object.values(buckets).flatMap((table) => Object.values(table).map((bucket) => String(bucket.name))));
  const bindings = new Map([...names].map((name, index) => [name, `SIGNPOST_DEV_${index}`]));
  /** @type {Record<string, string>} */
  const secrets = { [`${CREDENTIALS}_ACCESS_KEY_ID`]: keys.accessKeyId, [`${CREDENTIALS}_SECRET_ACCESS_KEY`]: keys.secretAccessKey };
  const vars = {
    ...config.vars,
    ...change(buckets, ({ name }) => ({ provider: 'r2', name, endpoint: `http://localhost:${port}/cdn-cgi/local/r2/s3`, binding: bindings.get(String(name)), credentials: CREDENTIALS })),
    ...change(tables(config.vars, 'CALLERS'), (caller, name) => (caller.kind === 'anyone' ? caller : { kind: 'bearer', secret: tokenOf(name, secrets, keys) })),
    ...change(tables(config.vars, 'UPLOADS'), (rule) => localRule(rule, site)),
    ...change(tables(config.vars, 'DOWNLOADS'), (rule) => localRule(rule, site)),
    ...(config.vars?.ISSUER && { ISSUER: { ...config.vars.ISSUER, url: `http://localhost:${port}`, keys: [ISSUER_KEY] } }),
  };
  if (vars.ISSUER) secrets[ISSUER_KEY] = keys.issuer;
  const { accessKeyId, secretAccessKey } = keys;
  const local = [...bindings].map(([bucket_name, binding]) => ({ binding, bucket_name, local_dev: { experimental_s3_credentials: { accessKeyId, secretAccessKey } } }));
  const { secrets: _, env, routes, route, ...rest } = config;
  return { config: { ...rest, vars, r2_buckets: [...(config.r2_buckets ?? []), ...local] }, secrets, rules: demoRules(vars, secrets) };
}

/**
 * @param {Table | undefined} vars
 * @param {string} section
 * @returns {Record<string, Table>} the tables of the section, such as `UPLOADS` and `UPLOADS_2`
 */
function tables(vars, section) {
  const isOne = (/** @type {[string, unknown]} */ [name, value]) => new RegExp(`^${section}(_\\d+)?$`).test(name) && typeof value === 'object';
  return Object.fromEntries(Object.entries(vars ?? {}).filter(isOne));
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

/** @param {Table} rule @param {string} site @returns {Table} */
function localRule({ turnstile, limit, notify, ...rule }, site) {
  const key = String(rule.key).replaceAll(/\{claim\.([^}]+)\}/g, '$1');
  return { ...rule, key, origins: [...(rule.origins ?? []), site], ...(notify?.private_address === true && { notify }) };
}

/**
 * @param {Table} vars
 * @param {Record<string, string>} secrets
 * @returns {DemoRule[]}
 */
function demoRules(vars, secrets) {
  const all = (/** @type {string} */ section) => Object.values(tables(vars, section)).flatMap((table) => Object.entries(table));
  const callers = Object.fromEntries(all('CALLERS'));
  const token = (/** @type {string[]} */ names) => {
    const used = names.map((name) => callers[name]).filter(Boolean);
    return used.some(({ kind }) => kind === 'anyone') ? undefined : secrets[used[0]?.secret];
  };
  return all('UPLOADS').map(([name, rule]) => {
    const download = all('DOWNLOADS').find(([, other]) => other.bucket === rule.bucket && canRead(other.key, rule.key) && token(other.callers) === token(rule.callers));
    return { name, types: rule.types, token: token(rule.callers), ...(download && { download: { rule: download[0], segments: download[1].key.split('/').length - 1 } }) };
  });
}

/** Whether a download rule's key, such as `files/{caller}/{path}`, includes the keys of an upload rule. @param {string} download @param {string} upload */
function canRead(download, upload) {
  return download.endsWith('/{path}') && upload.startsWith(download.slice(0, -'{path}'.length));
}
