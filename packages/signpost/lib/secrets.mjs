/** @file What a secret of the configuration is, and where its value comes from. */

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

const WEBHOOK = 'the secret that signs webhooks, which their receiver has too: whsec_ and the base64 of 32 random bytes';

/**
 * @param {string} name of the secret
 * @param {Table} config
 * @returns {string}
 */
export function describeSecret(name, config) {
  if ([config.vars?.ISSUER?.keys].flat().includes(name)) return 'the private key that signs receipts, as a JWK, or a shared secret of at least 32 bytes: docs/receipts.md';
  if (entries(config, 'UPLOADS').some(({ notify }) => notify && [notify.secret ?? 'WEBHOOK_SECRET'].flat().includes(name))) return WEBHOOK;
  const kind = entries(config, 'CALLERS').find(({ secret }) => [secret].flat().includes(name))?.kind;
  if (kind && CALLERS[kind]) return CALLERS[kind];
  const [suffix, text] = KEYS.find(([end]) => name.endsWith(end)) ?? [];
  return text && entries(config, 'BUCKETS').some(({ credentials }) => [credentials].flat().includes(name.slice(0, -(suffix?.length ?? 0)))) ? text : 'a secret of wrangler.toml';
}

/** @param {Table} config @param {string} section @returns {Table[]} */
function entries(config, section) {
  const sections = Object.entries(config.vars ?? {}).filter(([name]) => name.replace(/_\d+$/, '') === section);
  return sections.flatMap(([, table]) => Object.values(table));
}
