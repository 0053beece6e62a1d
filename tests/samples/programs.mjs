#!/usr/bin/env node
/**
 * @file Stands in for the programs that a document calls and that need an account or a server. It fails for a call that the program
 * would not accept: a script that `package.json` lacks, a command or option that wrangler lacks, a file that does not exist or is not
 * what its name says. It sends nothing.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const { SAMPLES_ROOT: root = '', SAMPLES_WORKER = '', SAMPLES_BUCKET = '', SAMPLES_AWS = '' } = process.env;
const [program, args] = [basename(process.argv[1]), process.argv.slice(2)];

/** @type {Record<string, () => void>} */
const PROGRAMS = {
  aws: () => (filesOf(args), run(SAMPLES_AWS, [join(root, 'tests', 'samples', 'aws.py'), ...args])),
  cargo: () => void read(join(root, args[args.indexOf('--path') + 1], 'Cargo.toml')),
  curl: () => run('/usr/bin/curl', args.map(local)),
  npm,
  npx: () => (args[0] === 'signpost' ? run('signpost', args.slice(1)) : wrangler(args[0] === 'wrangler' ? args.slice(1) : fail(`there is no ${args[0]}`))),
};

(PROGRAMS[program] ?? (() => filesOf(args)))();

/** A script of this repository, or of a project made from its template. */
function npm() {
  const [command, name] = args;
  if (command === 'create') return void read(join(root, 'packages', `create-${name}`, 'package.json'));
  if (command === 'exec') return void read(join(root, 'packages', args[args.indexOf('--') + 1], 'package.json'));
  if (command === 'install') return void read(join(root, 'packages', basename(name).replace(/-[\d.]+\.tgz$/, ''), 'package.json'));
  const script = command === 'run' ? name : command;
  const packages = ['package.json', 'template/package.json'].map((file) => JSON.parse(optional(join(root, file)) ?? '{}').scripts ?? {});
  if (!packages.some((scripts) => script in scripts)) fail(`no package.json has the script ${script}`);
}

/** @param {string[]} words */
function wrangler(words) {
  filesOf(words);
  const [command, help] = commandOf(words);
  const options = words.filter((word) => word.startsWith('-')).map((word) => word.split('=')[0]);
  for (const option of options) if (!new RegExp(`(?<![\\w-])${option}(?![\\w-])`).test(help)) fail(`wrangler ${command} has no option ${option}`);
}

/** @param {string[]} words @returns {[command: string, help: string]} the longest command that wrangler knows */
function commandOf(words) {
  const names = words.slice(0, words.findIndex((word) => /^-|[^a-z0-9-]/.test(word)) >>> 0);
  for (; names.length > 0; names.pop()) {
    const { stdout } = spawnSync('wrangler', [...names, '--help'], { encoding: 'utf8' });
    if (stdout.includes(`wrangler ${names.join(' ')}`) && !/COMMANDS\n/.test(stdout.split('\n\n')[0])) return [names.join(' '), stdout];
  }
  return fail(`wrangler has no command ${words.join(' ')}`);
}

/** Fails unless each file that is named exists, and JSON and XML are well formed. @param {string[]} words */
function filesOf(words) {
  const files = words.flatMap((word) => /^(?:.*=)?(?:file:\/\/)?([\w./-]+\.(?:json|xml))$/.exec(word)?.[1] ?? []);
  for (const file of files) {
    const text = read(file);
    if (file.endsWith('.json')) JSON.parse(text);
    else if (!/^<(\w+)[\s>].*<\/\1>\s*$/s.test(text.replace(/^<\?xml.*?\?>\s*/, ''))) fail(`${file} is not XML`);
  }
}

/** Replaces the addresses of the documents by those of this test. @param {string} word */
function local(word) {
  return word.replace('https://signpost.example.workers.dev', SAMPLES_WORKER).replace('https://acme-media.s3.eu-west-1.amazonaws.com', SAMPLES_BUCKET);
}

/** @param {string} command @param {string[]} words */
function run(command, words) {
  const { status } = spawnSync(command, words, { stdio: 'inherit' });
  process.exit(status ?? 1);
}

/** @param {string} file */
function optional(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** @param {string} file */
function read(file) {
  return optional(file) ?? fail(`there is no ${file}`);
}

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(`${program}: ${message}`);
  process.exit(1);
}
