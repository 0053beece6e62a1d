/** @file The program: asks what is missing, and writes the files of the project. */
import { spawn } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { projectFiles } from './files.mjs';
import { CALLERS, QUESTIONS } from './questions.mjs';
import { PROVIDERS } from './providers.mjs';
import { Stopped } from './stopped.mjs';
import { writeFiles } from './write.mjs';

/** @typedef {import('./questions.mjs').Answers} Answers */
/** @typedef {import('./questions.mjs').Question} Question */

const FOLDER = 'signpost';

const HELP = `Writes a project that deploys Signpost, a Cloudflare Worker that signs uploads to your bucket.

Usage: npm create signpost [FOLDER] -- [OPTIONS]

The folder is this one if it is empty or has a project already, otherwise ./${FOLDER}.

  --provider NAME     ${Object.keys(PROVIDERS).join(', ')}
  --bucket NAME
  --region NAME       for providers with regions
  --account ID        for r2: the Cloudflare account
  --endpoint URL      for minio, garage and custom
  --origin URL        the address of your site, such as https://www.example.com
  --callers KIND      who may request uploads: ${Object.keys(CALLERS).join(', ')}; bearer unless given
  --issuer, --jwks    for jwt
  --audience          for jwt and access
  --team              for access
  --yes               asks nothing: takes the defaults, and keeps files that exist
  --force             replaces files that exist and differ
  --no-install        does not run npm install
  --signpost SPEC     another version of the package signpost, or the path of a tarball

Exit status: 0 success, 1 stopped, 2 usage error.
`;

/** @param {string[]} args */
export async function create(args) {
  const { values, positionals } = parse(args);
  if (values.help) return void process.stdout.write(HELP);
  const isInteractive = !values.yes && Boolean(process.stdin.isTTY);
  const given = Object.fromEntries(QUESTIONS.map(({ option }) => [option, values[option]]).filter(([, value]) => value !== undefined));
  const folder = resolve(positionals[0] ?? (await hereOrBelow()));
  if (Object.keys(given).length === 0 && (await isProject(folder))) {
    return void process.stderr.write(`${folder} has the project already, nothing was changed\nhint: change wrangler.toml, or give options to write the files anew\n`);
  }
  const answers = await answer(given, isInteractive);
  const files = projectFiles(answers, { name: nameOf(folder), signpost: typeof values.signpost === 'string' ? values.signpost : undefined });
  const changed = await writeFiles(folder, files, { isInteractive, force: values.force === true });
  const isNew = changed.length > 0;
  const installs = isNew && !values['no-install'];
  if (installs) await install(folder);
  process.stdout.write(next(folder, isNew && !installs));
}

/** @param {string[]} args */
function parse(args) {
  /** @type {Record<string, { type: 'string' | 'boolean', short?: string }>} */
  const options = { ...Object.fromEntries(QUESTIONS.map(({ option }) => [option, { type: 'string' }])), signpost: { type: 'string' } };
  for (const name of ['yes', 'force', 'no-install']) options[name] = { type: 'boolean' };
  options.help = { type: 'boolean', short: 'h' };
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new Stopped(error instanceof Error ? error.message : String(error), '`npm create signpost -- --help` lists the options');
  }
}

/** @returns {Promise<string>} this folder if it is empty or has a project, otherwise one below it */
async function hereOrBelow() {
  const names = (await readdir('.')).filter((name) => !name.startsWith('.git') && name !== '.DS_Store');
  return names.length === 0 || (await isProject('.')) ? '.' : FOLDER;
}

/** @param {string} folder */
async function isProject(folder) {
  const [manifest, toml] = await Promise.all(['package.json', 'wrangler.toml'].map((file) => readFile(join(folder, file), 'utf8').catch(() => '')));
  return Boolean(toml) && Boolean(manifest) && 'signpost' in (JSON.parse(manifest ?? '').dependencies ?? {});
}

/** @param {string} folder @returns {string} the name of the Worker and of the package */
function nameOf(folder) {
  const name = basename(folder).toLowerCase().replace(/[^a-z0-9-]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 54);
  return name || FOLDER;
}

/**
 * Checks the answers that are given, and asks for the others.
 *
 * @param {Record<string, any>} given
 * @param {boolean} isInteractive
 * @returns {Promise<Answers>}
 */
async function answer(given, isInteractive) {
  /** @type {Answers} */
  const answers = {};
  const missing = [];
  for (const question of QUESTIONS) {
    const { option, applies, choices, mistake, standard } = question;
    if (applies && !applies(answers)) {
      if (option in given) throw new Stopped(`--${option} does not apply to ${answers.callers ? `--callers ${answers.callers}` : `--provider ${answers.provider}`}`, 'leave it out');
      continue;
    }
    const value = given[option] ?? (isInteractive ? await ask(question, answers) : standard?.(answers));
    if (value === undefined) missing.push(`--${option}`);
    else {
      const known = question.tidy?.(value) ?? value;
      const wrong = choices ? (known in choices ? undefined : `expected one of ${Object.keys(choices).join(', ')}`) : mistake?.(known);
      if (wrong) throw new Stopped(`--${option}: ${wrong}, found "${known}"`);
      answers[option] = known;
    }
  }
  if (missing.length > 0) throw new Stopped(`missing: ${missing.join(', ')}`, 'give these options, or leave --yes out to be asked');
  return answers;
}

/**
 * @param {Question} question
 * @param {Answers} answers
 * @returns {Promise<string>}
 */
async function ask({ text, choices, example, tidy = (value) => value, mistake, standard }, answers) {
  const { isCancel, select, text: input } = await import('@clack/prompts');
  const initialValue = standard?.(answers);
  const placeholder = example ?? PROVIDERS[answers.provider ?? '']?.example;
  const value = choices
    ? await select({ message: text, initialValue, options: Object.entries(choices).map(([name, title]) => ({ value: name, label: title, hint: name })) })
    : await input({ message: text, placeholder, initialValue, validate: (typed = '') => mistake?.(tidy(typed)) });
  if (isCancel(value)) throw new Stopped('cancelled, nothing was written', undefined, 1);
  return value;
}

/** @param {string} folder */
async function install(folder) {
  process.stderr.write('npm install\n');
  const child = spawn('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'], shell: process.platform === 'win32' });
  const code = await new Promise((resolve) => child.on('error', () => resolve(1)).on('close', resolve));
  if (code !== 0) throw new Stopped('npm install failed', `the project is complete: run npm install in ${folder}`, 1);
}

/** @param {string} folder @param {boolean} withInstall */
function next(folder, withInstall) {
  const enter = folder === process.cwd() ? '' : `  cd ${folder}\n`;
  return `
Next:

${enter}${withInstall ? '  npm install\n' : ''}  npm run dev       # on this machine, with a local bucket and a page to upload from
  npm run deploy    # checks, sets secrets, deploys; needs a Cloudflare account

README.md says the rest.
`;
}
