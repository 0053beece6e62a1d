/** @file The files that `signpost-dev` writes: the configuration of this machine, and its secrets. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { runCommand } from './command.mjs';
import { localConfig } from './local-config.mjs';
import { CONFIG, readConfig } from './project.mjs';

/** The configuration of a run, beside `wrangler.toml`, so that relative paths in it mean the same. It is deleted at the end. */
export const LOCAL_CONFIG = '.signpost-dev.json';
const FOLDER = '.wrangler/signpost-dev';
const SECRETS = `${FOLDER}/secrets.json`;
const DEV_VARS = `${FOLDER}/.dev.vars`;

/**
 * Checks the project's configuration, and writes that of this machine.
 *
 * @param {{ env?: string, port: number, origins: string[], ownCallers: boolean }} options
 * @returns {Promise<{ project: import('./project.mjs').Table, rules: import('./local-config.mjs').DemoRule[] } | undefined>} undefined if it has errors, which were printed
 */
export async function prepare({ env, ...local }) {
  const status = await runCommand(['check', CONFIG, ...(env ? ['--env', env] : [])]);
  if (status !== 0) return undefined;
  const project = await readConfig(env);
  const { config, secrets, rules } = localConfig(project, { ...local, keys: await keys() });
  // First the secrets: wrangler reads both when the configuration changes.
  await write(DEV_VARS, Object.entries(secrets).map(([name, value]) => `${name}='${value}'\n`).join(''));
  await overwrite(LOCAL_CONFIG, JSON.stringify(config, undefined, 2));
  return { project, rules };
}

/** @returns {string[]} the files with the secrets of this machine; a later one replaces values of those before */
export function secretFiles() {
  return ['.dev.vars', DEV_VARS].filter((file) => existsSync(file));
}

/** @returns {Promise<import('./local-config.mjs').Keys>} the keys of the local buckets and the page's token, generated once for each project */
async function keys() {
  const saved = await readFile(SECRETS, 'utf8').catch(() => '');
  const issuer = () => JSON.stringify(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }));
  if (saved) return { issuer: issuer(), ...JSON.parse(saved) };
  const random = () => randomBytes(32).toString('hex');
  const made = { accessKeyId: random().slice(0, 20), secretAccessKey: random(), token: random(), issuer: issuer() };
  await write(SECRETS, JSON.stringify(made));
  return made;
}

/** @param {string} file @param {string} text */
async function write(file, text) {
  await mkdir(FOLDER, { recursive: true });
  await writeFile(file, text, { mode: 0o600 });
}

/**
 * Writes JSON over a file in one step, since wrangler reads the file as soon as it changes. It must stay the same file, which wrangler
 * watches, and must not be shortened before it is written: so spaces replace what is left of a longer text.
 *
 * @param {string} file
 * @param {string} json
 */
async function overwrite(file, json) {
  const handle = await open(file, constants.O_RDWR | constants.O_CREAT, 0o600);
  try {
    const { size } = await handle.stat();
    const bytes = Buffer.from(json);
    await handle.write(Buffer.concat([bytes, Buffer.alloc(Math.max(0, size - bytes.length), ' ')]), 0, undefined, 0);
  } finally {
    await handle.close();
  }
}
