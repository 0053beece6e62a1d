/** @file Writes the project's `wrangler.toml`. */
import { PROVIDERS } from './providers.mjs';

/** @typedef {import('./questions.mjs').Answers} Answers */
/** @typedef {import('./files.mjs').Options} Options */

/** What each kind of caller is in the configuration. `named` callers have a name, which becomes a part of the key. */
const CALLERS = {
  bearer: { name: 'site', comment: 'Another server of yours, which sends `Authorization: Bearer <SITE_TOKEN>`. {caller} is then "site".', named: true, secret: 'SITE_TOKEN', secretText: 'The token that your callers send: at least 16 random characters, such as `openssl rand -hex 32` prints.' },
  jwt: { name: 'login', comment: "Users with a token of the login service. {caller} is the token's subject.", named: true, keys: ['issuer', 'audience', 'jwks'] },
  access: { name: 'staff', comment: 'Users whom Cloudflare Access lets through. {caller} is their ID.', named: true, keys: ['team', 'audience'] },
  turnstile: { name: 'person', comment: 'Visitors who solve a challenge. They have no name.', named: false, secret: 'TURNSTILE_SECRET', secretText: 'The secret key of the widget, from Turnstile in the dashboard of Cloudflare.' },
  anyone: { name: 'visitor', comment: 'Everyone. They have no name.', named: false },
};

/** @param {Answers} answers @returns {{ name: string, comment: string, named: boolean, secret?: string, secretText?: string, keys?: string[] }} */
export function callerOf(answers) {
  return CALLERS[/** @type {keyof typeof CALLERS} */ (answers.callers)];
}

/** Whether the bucket is bound to the Worker, which then receives the files. @param {Answers} answers */
export function isBound(answers) {
  return answers.r2 === 'binding';
}

/** Whether the Worker has addresses on the site's own domain, so that browsers send the cookie of Cloudflare Access. @param {Answers} answers */
export function isOnSite({ callers, origin = '' }) {
  return callers === 'access' && origin.startsWith('https://');
}

/**
 * @param {Answers} answers
 * @returns {Record<string, string>} what each secret is
 */
export function secretsOf(answers) {
  const { secret, secretText } = callerOf(answers);
  const key = isBound(answers)
    ? ['Any random text: only this Worker uses it, unless you add downloads or `multipart`.', 'At least 32 random characters, such as `openssl rand -hex 32` prints: only this Worker uses it.']
    : [`The ID of an access key for the bucket, from ${PROVIDERS[answers.provider ?? '']?.title}. \`npx signpost iam\` prints what it must be allowed.`, 'The secret of that access key.'];
  const [id = '', value = ''] = key;
  return { MEDIA_ACCESS_KEY_ID: id, MEDIA_SECRET_ACCESS_KEY: value, ...(secret && { [secret]: secretText ?? '' }) };
}

/**
 * @param {Answers} answers
 * @param {Options} options
 * @param {string} date the version of the runtime
 */
export function wranglerToml(answers, options, date) {
  const [{ name }, bound] = [options, isBound(answers)];
  const caller = callerOf(answers);
  const prefix = caller.named ? 'files/{caller}' : 'files';
  const rule = { bucket: 'media', callers: [caller.name], origins: [answers.origin] };
  const upload = { ...rule, key: `${prefix}/{uuid}.{ext}`, types: ['image/png', 'image/jpeg', 'image/webp', 'application/pdf'], max_size: '10 MiB', expires: '10 min' };
  const limit = caller.named ? {} : { limit: 'UPLOAD_LIMIT' };
  return [
    `#:schema ./node_modules/signpost/wrangler.schema.json\n# The Worker and its rules. \`npx signpost check\` reports errors.\n${lines({ name, main: 'src/index.js', compatibility_date: date, workers_dev: !isOnSite(answers) })}`,
    ...(isOnSite(answers) ? [`# These paths of your site are the Worker's. The domain must be a zone of your Cloudflare account.\n${lines({ routes: routes(answers) })}`] : []),
    `# A preview would have an address of its own and the same secrets.\n${lines({ preview_urls: false, minify: true, keep_names: false })}`,
    `# Cloudflare's own log lines would contain the URL of each request. Signpost writes one line for each decision, without URLs.\n${table('[observability]', { redact_query_string: true })}`,
    table('[observability.logs]', { enabled: true, invocation_logs: false }),
    `# The browser's modules, served at /signpost.js and /signpost-upload.js.\n${table('[assets]', { directory: 'node_modules/signpost/client', binding: 'ASSETS', run_worker_first: ['/openapi.json'] })}`,
    `# A deployment fails while one of these is not set.\n${table('[secrets]', { required: Object.keys(secretsOf(answers)) })}`,
    ...(bound ? [`# The first deployment makes the bucket, unless it exists. The Worker stores the files of forms in it.\n${table('[[r2_buckets]]', { binding: 'MEDIA', bucket_name: answers.bucket })}`] : []),
    ...(caller.named ? [] : [`# At most 10 uploads a minute from one network${bound ? ', with a request and a form each' : ''}. The namespace is a number that no other Worker of the account has.\n${table('[[ratelimits]]', { name: 'UPLOAD_LIMIT', namespace_id: '1001', simple: { limit: bound ? 20 : 10, period: 60 } })}`]),
    `# The bucket. ${bound ? 'The secrets MEDIA_ACCESS_KEY_ID and MEDIA_SECRET_ACCESS_KEY sign its forms.' : 'Its access key is in the secrets MEDIA_ACCESS_KEY_ID and MEDIA_SECRET_ACCESS_KEY.'}\n${table('[vars.BUCKETS.media]', bucket(answers))}`,
    `# ${caller.comment}\n${table(`[vars.CALLERS.${caller.name}]`, callerTable(answers))}`,
    `# Uploads: POST /uploads/file.\n${table('[vars.UPLOADS.file]', { ...upload, ...limit })}`,
    ...(caller.named && !bound ? [`# Links to what a caller has uploaded: GET /downloads/file/<the key after the caller>.\n${table('[vars.DOWNLOADS.file]', { ...rule, key: `${prefix}/{path}`, expires: '5 min' })}`] : []),
  ].join('\n\n') + '\n';
}

/** What of the site's domain is the Worker's. @param {Answers} answers */
function routes(answers) {
  const forms = isBound(answers) ? ['forms/*', 'files/*'] : [];
  return ['uploads/*', 'downloads/*', ...forms, 'signpost*'].map((path) => `${new URL(answers.origin ?? '').host}/${path}`);
}

/** @param {Answers} answers */
function bucket({ provider, bucket: name, region, account, endpoint, r2 }) {
  const url = account ? `https://${account}.r2.cloudflarestorage.com` : endpoint;
  return { provider, name, ...(region && { region }), ...(url && { endpoint: url }), credentials: 'MEDIA', ...(r2 === 'binding' && { binding: 'MEDIA' }) };
}

/** @param {Answers} answers */
function callerTable(answers) {
  const { secret, keys = [] } = callerOf(answers);
  const values = Object.fromEntries(keys.map((key) => [key, answers[key]]));
  const widget = answers.callers === 'turnstile' ? { hostname: new URL(answers.origin ?? '').hostname, action: 'upload' } : {};
  return { kind: answers.callers, ...(secret && { secret }), ...values, ...widget };
}

/** @param {string} head @param {Record<string, unknown>} values */
function table(head, values) {
  return `${head}\n${lines(values)}`;
}

/** @param {Record<string, unknown>} values */
function lines(values) {
  return Object.entries(values).map(([key, value]) => `${key} = ${toToml(value)}`).join('\n');
}

/** @param {unknown} value @returns {string} a TOML value; the strings of JSON are also those of TOML, since no answer has a control character */
function toToml(value) {
  if (Array.isArray(value)) return `[${value.map(toToml).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value).map(([key, inner]) => `${key} = ${toToml(inner)}`).join(', ')} }`;
}
