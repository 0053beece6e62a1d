/** @file What a secret of the configuration is, and where its value comes from. */
import { entriesOf } from './project.mjs';

/** @typedef {import('./project.mjs').Table} Table */

/** For each kind of caller that has a secret. @type {Record<string, string>} */
const CALLERS = {
  bearer: 'the token that your callers send: at least 16 random characters',
  jwt: 'the secret with which the issuer signs its tokens: at least 32 bytes',
  ticket: 'the secret with which your back end signs tickets: at least 32 random characters',
  turnstile: 'the secret key of the widget, from Turnstile in the dashboard of Cloudflare',
};

/** @type {[suffix: string, text: string][]} */
const KEYS = [
  ['_SECRET_ACCESS_KEY', 'the secret of that access key'],
  ['_ACCESS_KEY_ID', "the ID of an access key for the bucket, from the provider's console"],
  ['_SESSION_TOKEN', 'the session token of temporary credentials'],
  ['_EXPIRATION', 'when the temporary credentials expire'],
];

/** The same for a bucket whose files only the Worker stores: no server of R2 ever gets a signature. @type {Record<string, string>} */
const OWN_KEYS = {
  _SECRET_ACCESS_KEY: 'at least 32 random characters of your own, such as `openssl rand -hex 32` prints: only this Worker uses them',
  _ACCESS_KEY_ID: 'any random text of your own: only this Worker uses it, so no R2 API token is needed',
};

const WEBHOOK = 'the secret that signs webhooks, which their receiver has too: whsec_ and the base64 of 32 random bytes';

/**
 * @param {string} name of the secret
 * @param {Table} config
 * @returns {string}
 */
export function describeSecret(name, config) {
  if ([config.vars?.ISSUER?.keys].flat().includes(name) && entriesOf(config, 'BUCKETS').some(([, { credentials }]) => credentials?.web_identity))
    return 'the private key that signs receipts and the tokens that get credentials, as a JWK of the type EC (P-256) or RSA: docs/web-identity.md';
  if ([config.vars?.ISSUER?.keys].flat().includes(name)) return 'the private key that signs receipts, as a JWK, or a shared secret of at least 32 bytes: docs/receipts.md';
  if (entriesOf(config, 'UPLOADS').some(([, { notify }]) => notify && [notify.secret ?? 'WEBHOOK_SECRET'].flat().includes(name))) return WEBHOOK;
  const kind = entriesOf(config, 'CALLERS').find(([, { secret }]) => [secret].flat().includes(name))?.[1].kind;
  if (kind && CALLERS[kind]) return CALLERS[kind];
  const [suffix = '', text] = KEYS.find(([end]) => name.endsWith(end)) ?? [];
  const buckets = entriesOf(config, 'BUCKETS').filter(([, bucket]) => prefixesOf(bucket).includes(name.slice(0, -suffix.length)));
  if (!text || buckets.length === 0) return 'a secret of wrangler.toml';
  if (suffix === '_ACCESS_KEY_ID' && buckets.every(([, { credentials }]) => credentials?.role)) return 'the ID of an access key of a user who may only assume the role in wrangler.toml';
  return (buckets.every(([bucket]) => needsNoToken(bucket, config)) && OWN_KEYS[suffix]) || text;
}

/** The first parts of the names of a bucket's secrets. @param {Table} bucket @returns {string[]} */
const prefixesOf = ({ credentials }) => (credentials?.web_identity ? [] : [credentials?.secret ?? credentials].flat());

/**
 * Whether the Worker itself receives and sends all files of a bucket. Links to the bucket, credentials and uploads in parts need a key of the provider.
 *
 * @param {string} bucket the name of an entry of `BUCKETS`
 * @param {Table} config
 */
function needsNoToken(bucket, config) {
  const { binding } = Object.fromEntries(entriesOf(config, 'BUCKETS'))[bucket] ?? {};
  const isOf = (/** @type {[string, Table]} */ [, rule]) => rule.bucket === bucket;
  const uploads = entriesOf(config, 'UPLOADS').filter(isOf);
  const links = entriesOf(config, 'DOWNLOADS').filter(isOf);
  const isSent = (/** @type {[string, Table]} */ [, { serve }]) => serve === 'worker' || serve === 'direct';
  return binding !== undefined && uploads.every(([, { multipart }]) => !multipart) && links.every(isSent) && !entriesOf(config, 'CREDENTIALS').some(isOf);
}

/**
 * @param {Table} config
 * @returns {{ buckets: (name: string) => boolean, callers: (name: string) => boolean }} whether a secret's name is one of a bucket, or of a caller
 */
export function secretNames(config) {
  const credentials = entriesOf(config, 'BUCKETS').flatMap(([, bucket]) => prefixesOf(bucket));
  const secrets = entriesOf(config, 'CALLERS').flatMap(([, { secret }]) => secret);
  return { buckets: (name) => KEYS.some(([suffix]) => name.endsWith(suffix) && credentials.includes(name.slice(0, -suffix.length))), callers: (name) => secrets.includes(name) };
}
