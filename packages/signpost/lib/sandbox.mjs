/** @file What the command gets from the system: its arguments, its environment and the folders that it can open. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';

/** The AWS files, below the home directory. WASI has no home directory, so the command gets their paths. */
const AWS_FILES = { AWS_CONFIG_FILE: '.aws/config', AWS_SHARED_CREDENTIALS_FILE: '.aws/credentials' };

/** @typedef {{ platform: string, cwd: string, home: string, exists: (path: string) => boolean }} System */

/** @returns {System} */
function thisSystem() {
  return { platform: process.platform, cwd: process.cwd(), home: homedir(), exists: existsSync };
}

/**
 * A native program opens any path, so the command can too: everything below `/`, on Windows everything on the drives that its arguments,
 * its working directory and its environment name. A drive is a folder: `C:\Users` is `/C:/Users`.
 *
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {System} [system]
 * @returns {{ args: string[], env: Record<string, string>, preopens: Record<string, string> }}
 */
export function sandbox(args, env, system = thisSystem()) {
  const path = system.platform === 'win32' ? windowsPath : (/** @type {string} */ text) => text;
  /** @type {Record<string, string>} */
  const variables = { ...defined(env), PWD: path(system.cwd) };
  for (const [name, file] of Object.entries(AWS_FILES)) {
    const chosen = env[name]?.replace(/^~(?=[/\\])/, () => system.home) || `${system.home}/${file}`;
    variables[name] = path(chosen);
  }
  if (system.platform !== 'win32') return { args, env: variables, preopens: { '/': '/' } };
  const paths = args.map((arg) => windowsArgument(arg, system.exists));
  const drives = [...paths, ...Object.values(variables)].flatMap((text) => /(?:^|=)\/([A-Za-z]:)\//.exec(text)?.[1] ?? []);
  return { args: paths, env: variables, preopens: Object.fromEntries(drives.map((drive) => [`/${drive}`, `${drive}\\`])) };
}

/** @param {NodeJS.ProcessEnv} env @returns {Record<string, string>} */
function defined(env) {
  return /** @type {Record<string, string>} */ (Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)));
}

/** @param {string} path @returns {string} */
function windowsPath(path) {
  const slashes = path.replaceAll('\\', '/');
  return /^[A-Za-z]:(\/|$)/.test(slashes) ? `/${slashes}` : slashes;
}

/**
 * Changes an argument only if it is the path of a file, or `--option=` and the path of a file, since a backslash can be a part of a key.
 *
 * @param {string} arg
 * @param {System['exists']} exists
 */
function windowsArgument(arg, exists) {
  const [, option = '', value = arg] = /^(--?[\w-]+=)(.*)$/s.exec(arg) ?? [];
  return value && exists(value) ? `${option}${windowsPath(value)}` : arg;
}
