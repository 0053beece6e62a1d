/** @file What a project depends on: each answer with its option, its question and its check. */
import { PROVIDERS } from './providers.mjs';

/** @typedef {Record<string, string>} Answers by the name of the option */

/** Who may request uploads. @type {Record<string, string>} */
export const CALLERS = {
  bearer: 'programs that have a secret token, such as your own server',
  jwt: 'users who are signed in at a login service (JSON Web Tokens)',
  access: 'users of Cloudflare Access',
  turnstile: 'every visitor who solves a Turnstile challenge',
  anyone: 'everyone, with a rate limit',
};

/**
 * @typedef {object} Question
 * @property {string} option
 * @property {string} text
 * @property {string} [example]
 * @property {Record<string, string>} [choices]
 * @property {(answers: Answers) => boolean} [applies] with the answers before
 * @property {(answers: Answers) => string | undefined} [standard] the answer if none is given
 * @property {(value: string) => string} [tidy] changes what is often typed to what is meant
 * @property {(value: string) => string | undefined} [mistake] why a tidy value is wrong
 */

const place = (/** @type {Answers} */ { provider }) => PROVIDERS[provider ?? '']?.place;

/** @type {Question[]} */
export const QUESTIONS = [
  {
    option: 'provider',
    text: 'Where is your bucket?',
    choices: Object.fromEntries(Object.entries(PROVIDERS).map(([name, { title }]) => [name, title])),
  },
  { option: 'bucket', text: 'What is its name?', example: 'acme-media', mistake: (name) => (/^[a-z0-9][a-z0-9._-]{1,62}$/.test(name) ? undefined : 'expected the name of a bucket, such as acme-media') },
  { option: 'region', text: 'In which region is it?', applies: (answers) => place(answers) === 'region', mistake: (region) => (/^[a-z0-9-]+$/.test(region) ? undefined : 'expected a region, such as eu-west-1') },
  {
    option: 'account',
    text: 'What is the ID of your Cloudflare account? The dashboard shows it, and so does `npx wrangler whoami`.',
    applies: (answers) => place(answers) === 'account',
    mistake: (id) => (/^[0-9a-f]{32}$/.test(id) ? undefined : 'expected 32 hexadecimal digits'),
  },
  { option: 'endpoint', text: 'What is the URL of the server?', applies: (answers) => place(answers) === 'endpoint', mistake: (url) => (isUrl(url, ['https:', 'http:']) ? undefined : 'expected a URL such as https://s3.example.com') },
  {
    option: 'origin',
    text: 'What is the address of your site?',
    example: 'https://www.example.com',
    tidy: (origin) => origin.replace(/\/$/, ''),
    mistake: (origin) => (isUrl(origin, ['https:', 'http:']) && new URL(origin).origin === origin ? undefined : 'expected scheme and host only, such as https://www.example.com'),
  },
  { option: 'callers', text: 'Who may request uploads?', choices: CALLERS, standard: () => 'bearer' },
  { option: 'issuer', text: 'What is `iss` in the tokens of the login service?', example: 'https://login.example.com/', applies: ({ callers }) => callers === 'jwt', mistake: required },
  { option: 'audience', text: 'What is `aud` in the tokens?', example: 'signpost', applies: ({ callers }) => callers === 'jwt' || callers === 'access', mistake: required },
  {
    option: 'jwks',
    text: 'Where are the public keys of the login service?',
    applies: ({ callers }) => callers === 'jwt',
    standard: ({ issuer }) => (isUrl(issuer ?? '', ['https:']) ? `${issuer?.replace(/\/$/, '')}/.well-known/jwks.json` : undefined),
    mistake: (url) => (isUrl(url, ['https:']) ? undefined : 'expected a URL with https'),
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
