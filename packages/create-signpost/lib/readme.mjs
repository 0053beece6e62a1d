/** @file Writes the project's README. */
import { PROVIDERS } from './providers.mjs';
import { callerOf } from './wrangler-toml.mjs';

/** @typedef {import('./questions.mjs').Answers} Answers */
/** @typedef {import('./files.mjs').Options} Options */

/** How a page gets what it must send, for each kind of caller. @type {Record<string, string>} */
const TOKENS = {
  bearer: `The token is a secret of your server: a page must not contain it. Let your server request the upload, and give the answer to the page:

\`\`\`sh
curl https://WORKER/uploads/file -H "Authorization: Bearer $SITE_TOKEN" --json '{"type":"image/png","size":48213}'
\`\`\`

The answer has a \`url\`, and \`fields\` for a form or \`headers\` for a PUT. To let pages call the Worker themselves, change the kind of the
caller in \`wrangler.toml\` to one whose tokens belong to one visitor, such as \`jwt\`.`,
  jwt: `Give the visitor's token to the component. It sends it to the Worker, never to the bucket:

\`\`\`js
document.querySelector('signpost-upload').token = async () => (await yourLogin()).accessToken;
\`\`\``,
  access: `Protect the address of the Worker with Cloudflare Access, and put your page and the Worker below one domain. Browsers then send the
cookie of Access by themselves.`,
  turnstile: `Show a Turnstile widget with the action \`upload\` on the page, and send what it returns as \`Turnstile-Token\` with the request for
an upload:

\`\`\`js
const answer = await fetch('https://WORKER/uploads/file', {
  method: 'POST',
  headers: { 'content-type': 'application/json', 'turnstile-token': turnstile.getResponse() },
  body: JSON.stringify({ type: file.type, size: file.size }),
});
\`\`\`

The answer has a \`url\`, and \`fields\` for a form or \`headers\` for a PUT.`,
  anyone: `Everyone may upload, as often as the limit in \`wrangler.toml\` permits. Nobody can read what is uploaded, since there is no download
rule. Choose another kind of caller as soon as your visitors can sign in.`,
};

/** Kinds whose pages can use the component as it is. */
const WITH_COMPONENT = ['jwt', 'access', 'anyone'];

const COMPONENT = `\`\`\`html
<script type="module" src="https://WORKER/signpost-upload.js"></script>
<signpost-upload rule="file" name="file"></signpost-upload>
\`\`\`

`;

/**
 * @param {Answers} answers
 * @param {Options} options
 */
export function readme(answers, { name, bound = false }) {
  const { title } = PROVIDERS[answers.provider ?? ''] ?? {};
  const kind = answers.callers ?? '';
  return `# ${name}

A Cloudflare Worker that signs uploads to the bucket \`${answers.bucket}\` of ${title}. It is made with Signpost.

| command | does |
|---|---|
| \`npm run dev\` | runs the Worker on this machine, with a local bucket and a page to upload from; needs no account and no secret |
| \`npm run check\` | reports errors in \`wrangler.toml\` |
| \`npm run deploy\` | checks, asks for secrets that are not set, deploys, and prints what the bucket needs; \`-- --dry-run\` sends nothing |

You need Node 22 or newer. \`wrangler.toml\` has the rules: which files, how large, from which pages. \`src/index.js\` is the Worker, and the
place for handlers of your own.

## Deploy

${bound ? BOUND : steps(answers)}

## Use it in a page

Replace \`WORKER\` with the Worker's address, which the deployment prints.

${WITH_COMPONENT.includes(kind) ? COMPONENT : ''}${TOKENS[kind]}

${callerOf(answers).named && !bound ? `A link to the file \`files/<caller>/7f.png\`: \`GET https://WORKER/downloads/file/7f.png\`, with the same token.\n\n` : ''}## Update

\`npm install signpost@latest\`, then \`npm run deploy\`.
`;
}

/** @param {Answers} answers */
function steps(answers) {
  return `1. Make an access key at ${PROVIDERS[answers.provider ?? '']?.title} that may do what \`npx signpost iam\` prints, and nothing else.
2. Give the bucket the CORS rules that \`npx signpost cors\` prints, so that pages of ${answers.origin} can send files to it.
3. \`npx wrangler login\`, then \`npm run deploy\`. It asks for the secrets that are not set.`;
}

const BOUND = `The deployment makes the bucket. In \`wrangler.toml\`:

- Put the address of your site into \`origins\`.
- Put the ID of your Cloudflare account into \`endpoint\`. It is used only for downloads and for uploads in parts, which also need an R2 API
  token in \`MEDIA_ACCESS_KEY_ID\` and \`MEDIA_SECRET_ACCESS_KEY\`. Until then any two random texts serve.

Then \`npm run deploy\`, or push the change if Cloudflare builds the repository.`;
