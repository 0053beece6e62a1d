/** @file The program: asks what is missing, and writes the files of the project. */
import { spawn } from 'node:child_process';
import { access, readFile, readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { projectFiles } from './files.mjs';
import { answer } from './answers.mjs';
import { CALLERS, QUESTIONS, R2 } from './questions.mjs';
import { PROVIDERS } from './providers.mjs';
import { Stopped } from './stopped.mjs';
import { writeFiles } from './write.mjs';

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
  --r2 HOW            for r2: token unless given
${list(R2)}
  --callers KIND      do your visitors sign in? Without a terminal, turnstile unless given
${list(CALLERS)}
  --issuer ISS        for jwt, required: \`iss\` in the tokens
  --audience AUD      for jwt and access, required: \`aud\` in the tokens; for access the AUD tag of the application
  --jwks URL          for jwt, required: the issuer's public keys
  --team DOMAIN       for access, required: such as acme.cloudflareaccess.com
  --yes               asks nothing, and takes the defaults. Files that exist and differ are kept, and then the status is 1
  --force             replaces files that exist and differ
  --no-install        does not run npm install
  --signpost SPEC     another version of the package signpost, or the path of its file signpost-0.1.0.tgz

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
  const signpost = typeof values.signpost === 'string' ? await packageSpec(values.signpost) : undefined;
  const answers = await answer(given, isInteractive, { saidYes: values.yes === true, folder: positionals[0] });
  const files = projectFiles(answers, { name: nameOf(folder), signpost, repository: await repository() });
  const changed = await writeFiles(folder, files, { isInteractive, force: values.force === true });
  if (!isInteractive) await failIfKept(folder, files);
  const isNew = changed.length > 0;
  const installs = isNew && !values['no-install'];
  if (installs) await install(folder, signpost);
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
 * Makes the path of a file absolute, since npm would look for it in the project, or take it for a repository on GitHub.
 *
 * @param {string} spec a version, or the path of a package
 */
async function packageSpec(spec) {
  const path = spec.replace(/^file:/, '');
  if (/^https?:|^git/.test(spec)) return spec;
  const exists = await access(path).then(() => true, () => false);
  const isPath = /\.(tgz|tar\.gz)$|^\.{0,2}[/\\]|^[A-Za-z]:[/\\]/.test(path) || spec.startsWith('file:') || (path.includes('/') && exists);
  if (!isPath) return spec;
  if (!exists) throw new Stopped(`--signpost: there is no file ${resolve(path)}`);
  return `file:${resolve(path)}`;
}

/** @returns {Promise<string | undefined>} the address of Signpost's source, which a release writes into the manifest */
async function repository() {
  const { repository: found } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  return found?.url.replace(/^git\+/, '').replace(/\.git$/, '');
}

/** Fails if files have another text than the answers ask for. @param {string} folder @param {Record<string, string>} files */
async function failIfKept(folder, files) {
  const present = await Promise.all(Object.keys(files).map(async (path) => [path, await readFile(join(folder, path), 'utf8')]));
  const kept = present.filter(([path = '', text]) => files[path] !== text).map(([path]) => path);
  if (kept.length > 0) throw new Stopped(`files that exist were kept, so the answers are not in them: ${kept.join(', ')}`, '--force replaces them', 1);
}

/** @param {string} folder @param {string | undefined} signpost the package, if it was given */
async function install(folder, signpost) {
  process.stderr.write('npm install\n');
  const child = spawn('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'], shell: process.platform === 'win32' });
  const code = await new Promise((resolve) => child.on('error', () => resolve(1)).on('close', resolve));
  if (code === 0) return;
  const published = signpost ? '' : '. If npm has no package signpost yet, give its file: --signpost signpost-0.1.0.tgz --force';
  throw new Stopped('npm install failed, for the reason above', `all files of the project are written: when the reason is gone, run npm install in ${folder}${published}`, 1);
}

/** @param {Record<string, string>} choices */
function list(choices) {
  return Object.entries(choices).map(([name, text]) => `                      ${name.padEnd(10)} ${text}`).join('\n');
}

/** @param {string} folder @param {boolean} withInstall */
function next(folder, withInstall) {
  const enter = folder === process.cwd() ? '' : `  cd ${folder}\n`;
  return `
Next:

${enter}${withInstall ? '  npm install\n' : ''}  npm run dev       # on this machine, with a local bucket and a page to upload from
  npm run deploy    # checks, sets secrets, deploys; needs a Cloudflare account

README.md says what the bucket needs, and what to put into your page.
`;
}
