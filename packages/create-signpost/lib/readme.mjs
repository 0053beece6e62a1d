/** @file Writes the project's README. */
import { PROVIDERS } from './providers.mjs';
import { USE } from './use.mjs';
import { callerOf, isBound, isOnSite } from './wrangler-toml.mjs';

/** @typedef {import('./questions.mjs').Answers} Answers */
/** @typedef {import('./files.mjs').Options} Options */

/**
 * @param {Answers} answers
 * @param {Options} options
 */
export function readme(answers, options) {
  const { title } = PROVIDERS[answers.provider ?? ''] ?? {};
  const worker = isOnSite(answers) ? answers.origin ?? '' : 'https://WORKER';
  return `# ${options.name}

A Cloudflare Worker that signs uploads to the bucket \`${answers.bucket}\` of ${title}. It is made with Signpost.

| command | does |
|---|---|
| \`npm run dev\` | runs the Worker on this machine, with a local bucket and a page to upload from; needs no account and no secret |
| \`npm run check\` | reports errors in \`wrangler.toml\` |
| \`npm run deploy\` | checks, asks for secrets that are not set, deploys, and prints what the bucket needs; \`-- --dry-run\` sends nothing |

You need Node 22 or newer. \`wrangler.toml\` has the rules: which files, how large, from which pages.
${doc(options, 'configuration.md')} describes its keys. \`src/index.js\` is the Worker, and the place for handlers of your own.

## Deploy

${isBound(answers) ? boundSteps(answers, options) : steps(answers, options)}

## Use it in a page

${isOnSite(answers) ? '' : "Replace `WORKER` with the Worker's address, which the deployment prints.\n\n"}${USE[answers.callers ?? '']?.(worker)}
${answers.callers === 'jwt' ? `\n${doc(options, 'issuers.md')} has configurations for Auth0, Clerk, Supabase, Firebase and others.\n` : ''}
${read(answers, worker)}

## Try a page of your own

\`npm run dev\` prints a token that the Worker accepts on this machine. A page that you serve at http://localhost:5173 may use it with
\`npm run dev -- --origin http://localhost:5173\`. With \`-- --own-callers\` the Worker expects the tokens of \`wrangler.toml\` instead.

## Update

\`npm install signpost@latest\`, then \`npm run deploy\`.
`;
}

/** A page of Signpost's documents. @param {Options} options @param {string} page */
function doc({ repository }, page) {
  return repository ? `[docs/${page}](${repository}/blob/HEAD/docs/${page})` : `\`docs/${page}\` in Signpost's repository`;
}

/** @param {Answers} answers @param {Options} options */
function steps(answers, options) {
  const { title, cors } = PROVIDERS[answers.provider ?? ''] ?? {};
  const page = doc(options, `providers/${answers.provider}.md`);
  const commands = cors ? `:\n\n   \`\`\`sh\n${cors(answers).replace(/^/gm, '   ')}\n   \`\`\`` : `.\n   ${page} says how.`;
  return `1. At ${title}, make an access key that may do what \`npx signpost iam\` prints, and nothing else.
   ${page} says how.
2. Permit pages of ${answers.origin} to send files to the bucket, with its CORS rules${commands}
3. \`npx wrangler login\`, then \`npm run deploy\`. It asks for the secrets that are not set:
   ${secrets(answers)}.
4. ${look(answers)}`;
}

/** @param {Answers} answers @param {Options} options */
function boundSteps(answers, options) {
  return `1. In \`wrangler.toml\`, put the address of your site into \`origins\`${answers.callers === 'turnstile' ? ', its host into `hostname`,' : ''} and the ID of your
   Cloudflare account into \`endpoint\`, unless they are there.
2. \`npx wrangler login\`, then \`npm run deploy\`, or push the change if Cloudflare builds the repository. The deployment makes the bucket,
   unless it exists. It asks for the secrets that are not set: ${secrets(answers)}.
3. ${look(answers)}

Pages send their files to the Worker, which stores them. So the bucket needs no CORS rules, and you need no R2 API token:
\`MEDIA_ACCESS_KEY_ID\` is any random text, and \`MEDIA_SECRET_ACCESS_KEY\` at least 32 random characters, such as
\`openssl rand -hex 32\` prints. ${doc(options, 'r2-forms.md')} has the limits, such as 100 MB for a file.`;
}

/** How to see whether the deployed Worker works. @param {Answers} answers */
function look(answers) {
  if (!isOnSite(answers)) return '`curl https://WORKER/healthz` answers 200. Otherwise it names what is missing.';
  return `\`npx wrangler tail\` shows each decision of the Worker, and what is missing, while you try it.

The Worker's addresses are on the domain of your page, ${answers.origin}, so that browsers send it the cookie of Access.
The domain must be a zone of your Cloudflare account, and the Access application must include the paths in \`routes\` of
\`wrangler.toml\`.`;
}

/** @param {Answers} answers */
function secrets(answers) {
  const { secret } = callerOf(answers);
  const key = isBound(answers) ? 'two random texts for the bucket' : "the access key's ID and secret";
  const kinds = { bearer: 'the token of your server', turnstile: "the widget's secret key" };
  return secret ? `${key}, and ${kinds[/** @type {keyof typeof kinds} */ (answers.callers)]}` : key;
}

/** How stored files are read. @param {Answers} answers @param {string} worker */
function read(answers, worker) {
  const { named } = callerOf(answers);
  if (isBound(answers)) {
    const rule = named
      ? `\n\nFor links that your visitors can open, make an R2 API token that may read the bucket, set its key as the two \`MEDIA_\` secrets
(\`npx wrangler secret put MEDIA_ACCESS_KEY_ID\`), and add a rule:

\`\`\`toml
[vars.DOWNLOADS.file]
bucket = "media"
callers = ["${callerOf(answers).name}"]
origins = ["${answers.origin}"]
key = "files/{caller}/{path}"
expires = "5 min"
\`\`\``
      : '';
    return `### Read the files

There is no rule for downloads, since a link needs an R2 API token${named ? '' : ', and visitors who do not sign in could read\nthe files of others'}. You read a file with
\`npx wrangler r2 object get ${answers.bucket}/KEY --remote --file NAME\`, or in Cloudflare's dashboard.${rule}`;
  }
  if (!named) {
    return `### Read the files

There is no rule for downloads, since visitors who do not sign in could read the files of others. You read the files in the provider's
console.`;
  }
  return `A link to the file \`files/<caller>/7f.png\`: \`GET ${worker}/downloads/file/7f.png\`${isOnSite(answers) ? '' : ', with the same token'}.`;
}
