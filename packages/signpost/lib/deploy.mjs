/** @file `signpost-deploy`: a deployment from the check of the configuration to what the bucket's owner must set. */
import { runCommand } from './command.mjs';
import { checkOptions } from './deploy-options.mjs';
import { Failure } from './failure.mjs';
import { CONFIG, entriesOf, readConfig, runWrangler } from './project.mjs';
import { describeSecret } from './secrets.mjs';

const HELP = `Checks wrangler.toml, sets the secrets that are missing, and deploys the Worker. Then it prints what the buckets need.

Usage: signpost-deploy [--env NAME] [--dry-run] [OPTIONS OF wrangler deploy]

With --dry-run nothing is sent to Cloudflare and no account is needed.
`;

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit status
 */
export async function deploy(args) {
  if (args.includes('--help') || args.includes('-h')) return process.stdout.write(HELP), 0;
  await checkOptions(args);
  const env = optionOf(args, '--env', '-e');
  const inEnv = env ? ['--env', env] : [];
  const status = await runCommand(['check', CONFIG, ...inEnv]);
  if (status !== 0) return status;
  const config = await readConfig(env);
  const required = /** @type {string[]} */ (config.secrets?.required ?? []);
  if (args.includes('--dry-run')) say(`A deployment needs these secrets, and asks for those that are not set:\n${list(required, config)}`);
  else await setMissing(required, config, inEnv);
  const { code } = await (await runWrangler(['deploy', ...args])).ended;
  if (code !== 0) return code;
  const shown = await showNext(config, inEnv);
  if (!args.includes('--dry-run')) say('\nThe Worker is ready if GET /healthz at the address above answers 200; otherwise the answer names what is missing.');
  return shown;
}

/**
 * Sets the secrets that the Worker lacks. Where nobody can be asked, `wrangler deploy` itself fails if one is missing.
 *
 * @param {string[]} required
 * @param {import('./project.mjs').Table} config
 * @param {string[]} inEnv
 */
async function setMissing(required, config, inEnv) {
  if (required.length === 0) return;
  const isInteractive = Boolean(process.stdin.isTTY);
  const { code, stdout, stderr } = await (await runWrangler(['secret', 'list', '--format', 'json', ...inEnv], ['ignore', 'pipe', 'pipe'])).ended;
  const isNew = /\b10007\b|not found|does not exist/i.test(stdout + stderr);
  if (code !== 0 && !isInteractive) return;
  if (code !== 0 && !isNew) throw new Failure(`Cloudflare did not say which secrets are set: ${lastError(stdout + stderr)}`, 'sign in with `npx wrangler login`');
  const present = code === 0 ? JSON.parse(stdout).map((/** @type {{ name: string }} */ { name }) => name) : [];
  const missing = required.filter((name) => !present.includes(name));
  if (missing.length === 0) return;
  if (!isInteractive) throw new Failure(`these secrets are not set:\n${list(missing, config)}`, `set each: npx wrangler secret put ${missing[0]}`);
  say(`These secrets are not set yet:\n${list(missing, config)}`);
  for (const name of missing) {
    say(`\n${name}: ${describeSecret(name, config)}`);
    const put = await (await runWrangler(['secret', 'put', name, ...inEnv])).ended;
    if (put.code !== 0) throw new Failure(`${name} was not set`, 'run the command again: it asks only for what is missing');
  }
}

/**
 * Prints the permissions and the CORS rules of each bucket.
 *
 * @param {import('./project.mjs').Table} config
 * @param {string[]} inEnv
 */
async function showNext(config, inEnv) {
  const rules = ['UPLOADS', 'DOWNLOADS', 'CREDENTIALS'].flatMap((section) => entriesOf(config, section)).map(([, rule]) => rule);
  for (const [bucket] of entriesOf(config, 'BUCKETS')) {
    const hasPages = rules.some((rule) => rule.bucket === bucket && rule.origins?.length > 0);
    for (const [command, title] of /** @type {const} */ ([['iam', 'what its access key must be allowed'], ['cors', 'its CORS rules']])) {
      if (command === 'cors' && !hasPages) continue;
      say(`\nBucket ${bucket}, ${title}: npx signpost ${[command, '--bucket', bucket, ...inEnv].join(' ')}\n`);
      const status = await runCommand([command, '--config', CONFIG, '--bucket', bucket, ...inEnv]);
      if (status !== 0) return status;
    }
  }
  return 0;
}

/** @param {string[]} args @param {string[]} names @returns {string | undefined} */
function optionOf(args, ...names) {
  const at = args.findIndex((arg) => names.includes(arg));
  const joined = args.find((arg) => names.some((name) => arg.startsWith(`${name}=`)));
  return at >= 0 ? args[at + 1] : joined?.slice(joined.indexOf('=') + 1);
}

/** @param {string[]} names @param {import('./project.mjs').Table} config */
function list(names, config) {
  return names.map((name) => `  ${name}: ${describeSecret(name, config)}`).join('\n');
}

/** @param {string} output of wrangler */
function lastError(output) {
  return /\[ERROR\]\s*(.*)/.exec(output)?.[1]?.trim() ?? output.trim().split('\n').at(-1) ?? '';
}

/** @param {string} text */
function say(text) {
  process.stderr.write(`${text}\n`);
}
