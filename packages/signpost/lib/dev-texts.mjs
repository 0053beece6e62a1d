/** @file What `signpost-dev` prints. */
import { secretNames } from './secrets.mjs';

/** @typedef {import('./local-config.mjs').DemoRule} DemoRule */

/** What a request for an upload is answered with. */
const ANSWERS = { POST: 'a form (POST)', PUT: 'a signed URL (PUT)' };

/**
 * @param {string} site
 * @param {string} endpoint
 * @param {DemoRule[]} rules
 */
export function welcome(site, endpoint, rules) {
  const width = Math.max(...rules.map(({ name }) => name.length));
  const answers = rules.map(({ name, method }) => `  ${name.padEnd(width)}   ${ANSWERS[method]}\n`).join('');
  const [first] = rules;
  return `
Signpost is running on this machine. A change of wrangler.toml applies at once. Ctrl-C stops it.

  a page that uploads   ${site}/
  the Worker            ${endpoint}/healthz
${first ? `\nWhat a request for an upload is answered with, here as after the deployment:\n\n${answers}\n${byHand(endpoint, first)}` : ''}
`;
}

/** A request by hand. @param {string} endpoint @param {DemoRule} rule */
function byHand(endpoint, { name, types, token, isOpen }) {
  const authorization = isOpen ? '' : ' -H "Authorization: Bearer $TOKEN"';
  const command = `  curl ${endpoint}/uploads/${name}${authorization} --json '{"type":"${types[0]}","size":48213}'\n`;
  if (isOpen) return `A request by hand:\n\n${command}`;
  return token ? `A request by hand, with the token of this machine:\n\n  TOKEN=${token}\n${command}` : `A request by hand, with the token of a caller of yours:\n\n${command}`;
}

/**
 * Names the secrets of `.dev.vars` that have no effect here.
 *
 * @param {string} text of the file
 * @param {import('./project.mjs').Table} project its configuration
 * @param {boolean} ownCallers
 */
export function notRead(text, project, ownCallers) {
  const { buckets, callers } = secretNames(project);
  const names = [...text.matchAll(/^\s*(?:export\s+)?([\w.-]+)\s*=/gm)].map(([, name = '']) => name);
  const unused = names.filter((name) => buckets(name) || (!ownCallers && callers(name)));
  if (unused.length === 0) return '';
  const reason = ownCallers ? 'since the buckets are local' : 'since buckets and callers are replaced';
  return `note: of .dev.vars, ${unused.join(', ')} ${unused.length === 1 ? 'is' : 'are'} not used, ${reason}\nhint: \`npx wrangler dev\` runs the Worker with them and with the real bucket\n`;
}

/** @param {string} answer of `/healthz` */
export function notReady(answer) {
  return `error: rules that need what is missing answer 503: ${answer.trim()}\nhint: put the secrets that it names into .dev.vars; .dev.vars.example says what each is\n`;
}
