/** @file Checks the options that `signpost-deploy` gives on to `wrangler deploy`, whose own message is below a page of help. */
import { Failure } from './failure.mjs';
import { runWrangler } from './project.mjs';

/** The usual ones, for which wrangler is not asked: its answer takes a second. */
const USUAL = ['--dry-run', '--env', '-e', '--config', '-c', '--keep-vars', '--name', '--message', '--tag', '--var'];

/**
 * Fails for an option that wrangler does not have.
 *
 * @param {string[]} args
 */
export async function checkOptions(args) {
  const options = args.filter((arg) => /^-./.test(arg)).map((arg) => arg.split('=')[0] ?? '');
  const others = options.filter((option) => !USUAL.includes(option));
  if (others.length === 0) return;
  const { stdout } = await (await runWrangler(['deploy', '--help'], ['ignore', 'pipe', 'pipe'])).ended;
  const names = new Set(stdout.match(/(?<![\w-])--?[a-z][\w-]*/g));
  if (names.size === 0) return;
  const isKnown = (/** @type {string} */ option) => names.has(option) || names.has(option.replace(/^--no-/, '--'));
  const unknown = others.find((option) => !isKnown(option));
  if (unknown === undefined) return;
  const meant = [...names].find((name) => name.replaceAll('-', '') === unknown.replaceAll('-', ''));
  throw new Failure(`unknown option ${unknown}`, meant ? `did you mean ${meant}?` : '`npm run deploy -- --help` and `npx wrangler deploy --help` list the options', 2);
}
