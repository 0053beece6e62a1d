/** @file The files of a project. */
import { readFileSync } from 'node:fs';
import { readme } from './readme.mjs';
import { isBound, wranglerToml, secretsOf } from './wrangler-toml.mjs';

/** @typedef {import('./questions.mjs').Answers} Answers */
/** @typedef {{ name: string, signpost?: string, repository?: string }} Options `signpost` is another version of the package; `repository` is the address of Signpost's source, if it is known */

/** The versions that a project gets. */
export const VERSIONS = JSON.parse(readFileSync(new URL('versions.json', import.meta.url), 'utf8'));

const WORKER = `// The Worker. Add handlers of your own here, such as \`scheduled\`, or wrap \`fetch\` to answer some requests yourself.
export { default, Signpost, SignpostObjects, SignpostState } from 'signpost';
`;

const IGNORED = `node_modules/
.wrangler/
.signpost-dev.json
.dev.vars*
!.dev.vars.example
.env*
`;

const VARIABLES = {
  BUCKETS: 'Your buckets, and the names of the secrets with their access keys. Put in the name and the endpoint or region of yours.',
  CALLERS: 'Who may request uploads, and how they authenticate.',
  UPLOADS: 'The rules for uploads. Put the address of your site into `origins`.',
  DOWNLOADS: 'The rules for download links.',
};

/**
 * @param {Answers} answers
 * @param {Options} options
 * @returns {Record<string, string>} text by path
 */
export function projectFiles(answers, options) {
  const secrets = secretsOf(answers);
  const toml = wranglerToml(answers, options, VERSIONS.compatibility_date);
  return {
    'wrangler.toml': toml,
    'package.json': manifest(options, secrets, toml),
    'src/index.js': WORKER,
    '.dev.vars.example': devVars(secrets, answers),
    '.gitignore': IGNORED,
    'README.md': readme(answers, options),
  };
}

/** @param {Options} options @param {Record<string, string>} secrets @param {string} toml */
function manifest({ name, signpost = VERSIONS.signpost }, secrets, toml) {
  const variables = Object.entries(VARIABLES).filter(([variable]) => toml.includes(`[vars.${variable}.`));
  const bindings = Object.entries({ ...Object.fromEntries(variables), ...secrets }).map(([binding, description]) => [binding, { description }]);
  const text = {
    name,
    private: true,
    type: 'module',
    engines: { node: '>=22' },
    scripts: { dev: 'signpost-dev', check: 'signpost check', deploy: 'signpost-deploy' },
    dependencies: { signpost },
    devDependencies: { wrangler: VERSIONS.wrangler },
    allowScripts: { esbuild: true, workerd: true },
    cloudflare: { bindings: Object.fromEntries(bindings) },
  };
  return `${JSON.stringify(text, undefined, 2)}\n`;
}

/** @param {Record<string, string>} secrets @param {Answers} answers */
function devVars(secrets, answers) {
  const lines = Object.entries(secrets).map(([name, description]) => `# ${description}\n${name}=\n`);
  const bucket = isBound(answers) ? '' : 'the real bucket and ';
  return `# The secrets of the Worker, for this machine. \`npm run dev\` needs none of them. To run the Worker as it is deployed, with ${bucket}your
# own callers, copy this file to .dev.vars, fill that in, and run \`npx wrangler dev\`.
# Leave the values in this file empty: "Deploy to Cloudflare" offers them as the secrets of production.
${lines.join('')}`;
}
