/** @file What a project depends on: each answer with its option, its question and its check. */
import { PROVIDERS } from './providers.mjs';

/** @typedef {Record<string, string>} Answers by the name of the option */

/** Who may request uploads. @type {Record<string, string>} */
export const CALLERS = {
  jwt: 'yes, at a login service that gives pages JSON Web Tokens (Auth0, Clerk, Supabase, Firebase, ...)',
  access: 'yes, with Cloudflare Access',
  turnstile: 'no: everyone may upload who solves a Turnstile challenge',
  anyone: 'no: everyone may upload, up to a rate limit',
  bearer: 'pages request nothing: another server of yours does, with a secret token',
};

/** How files get into a bucket of R2. @type {Record<string, string>} */
export const R2 = {
  token: 'straight from the page: files up to 5 GiB, and download links; needs an R2 API token',
  binding: 'through the Worker: no R2 API token and no CORS rules; up to 100 MB, no download links',
};

/**
 * @typedef {object} Question
 * @property {string} option
 * @property {string} text one line of a terminal
 * @property {string | ((answers: Answers) => string | undefined)} [example]
 * @property {Record<string, string>} [choices]
 * @property {(answers: Answers) => boolean} [applies] with the answers before
 * @property {string} [standard] the answer if nobody is asked and none is given
 * @property {(value: string) => string} [tidy] changes what is often typed to what is meant
 * @property {(value: string, answers: Answers) => string | undefined} [mistake] why a tidy value is wrong, with the answers before
 * @property {(value: string) => string | undefined} [remark] what is unusual about a value, and may be right
 */

const place = (/** @type {Answers} */ { provider }) => PROVIDERS[provider ?? '']?.place;
const example = (/** @type {Answers} */ { provider }) => PROVIDERS[provider ?? '']?.example;

/** @type {Question[]} */
export const QUESTIONS = [
  {
    option: 'provider',
    text: 'Where is your bucket?',
    choices: Object.fromEntries(Object.entries(PROVIDERS).map(([name, { title }]) => [name, title])),
  },
  { option: 'bucket', text: 'What is its name?', example: 'acme-media', mistake: (name) => (/^[a-z0-9][a-z0-9._-]{1,62}$/.test(name) ? undefined : 'expected the name of a bucket, such as acme-media') },
  { option: 'region', text: 'In which region is it?', example, applies: (answers) => place(answers) === 'region', mistake: (region) => (/^[a-z0-9-]+$/.test(region) ? undefined : 'expected a region, such as eu-west-1') },
  {
    option: 'account',
    text: 'What is the ID of your Cloudflare account? The dashboard shows it, and so does `npx wrangler whoami`.',
    example,
    applies: (answers) => place(answers) === 'account',
    mistake: (id) => (/^[0-9a-f]{32}$/.test(id) ? undefined : 'expected 32 hexadecimal digits'),
  },
  { option: 'r2', text: 'How do files get into the bucket?', applies: ({ provider }) => provider === 'r2', choices: R2, standard: 'token' },
  { option: 'endpoint', text: 'What is the URL of the server?', example, applies: (answers) => place(answers) === 'endpoint', mistake: (url) => (isUrl(url, ['https:', 'http:']) ? undefined : 'expected a URL such as https://s3.example.com') },
  {
    option: 'origin',
    text: 'What is the address of your site?',
    example: 'https://www.example.com',
    tidy: (origin) => origin.replace(/\/$/, ''),
    mistake: (origin) => (isUrl(origin, ['https:', 'http:']) && new URL(origin).origin === origin ? undefined : 'expected scheme and host only, such as https://www.example.com'),
  },
  { option: 'callers', text: 'Do your visitors sign in?', choices: CALLERS, standard: 'turnstile' },
  {
    option: 'issuer',
    text: 'What is `iss` in the tokens of the login service? Copy it from a token.',
    example: 'https://login.example.com/',
    applies: ({ callers }) => callers === 'jwt',
    mistake: required,
    remark: (issuer) => (isUrl(issuer, ['https:', 'http:']) ? undefined : `"${issuer}" is no URL. \`iss\` must be exactly as in the tokens, with https:// if it is there`),
  },
  {
    option: 'audience',
    text: 'What is `aud` in the tokens? For Cloudflare Access, the AUD tag of the application.',
    example: ({ callers }) => (callers === 'access' ? '4714c1358e65fe4b408ad6d432a5f878f08194bdb4752441fd56faefa9b2b6f2' : 'signpost'),
    applies: ({ callers }) => callers === 'jwt' || callers === 'access',
    mistake: (audience, { callers }) => (callers === 'access' && !/^[0-9a-f]{64}$/.test(audience) ? 'expected the 64 digits that the dashboard shows as Application Audience (AUD) Tag' : required(audience)),
  },
  {
    option: 'jwks',
    text: 'Where are its public keys? `jwks_uri` in <iss>/.well-known/openid-configuration is the address.',
    example: ({ issuer = '' }) => (isUrl(issuer, ['https:']) ? `for example ${issuer.replace(/\/$/, '')}/.well-known/jwks.json` : 'https://login.example.com/.well-known/jwks.json'),
    applies: ({ callers }) => callers === 'jwt',
    mistake: (url) => (isUrl(url, ['https:']) || (isUrl(url, ['http:']) && ['localhost', '127.0.0.1'].includes(new URL(url).hostname)) ? undefined : 'expected a URL with https, or with http to localhost or 127.0.0.1'),
  },
  { option: 'team', text: 'What is the domain of your Cloudflare Access team?', example: 'acme.cloudflareaccess.com', applies: ({ callers }) => callers === 'access', mistake: (team) => (/^[a-z0-9-]+\.cloudflareaccess\.com$/.test(team) ? undefined : 'expected a domain such as acme.cloudflareaccess.com') },
];

/** @param {string} value */
function required(value) {
  return value.trim() === '' ? 'expected a value' : undefined;
}

/** @param {string} text @param {string[]} protocols */
function isUrl(text, protocols) {
  return URL.canParse(text) && protocols.includes(new URL(text).protocol);
}
