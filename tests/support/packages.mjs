/** @file The npm packages, as somebody has them who installs them: no Rust, an empty cache, an empty home. */
import { spawn } from 'node:child_process';
import { access, mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { VERSIONS } from '../../packages/create-signpost/lib/files.mjs';
import { PACKAGES } from '../../scripts/package.mjs';
import { environment } from '../../scripts/step.mjs';
import { need } from '../needs.mjs';
import * as registry from '../servers/registry.mjs';
import { execute } from './signpost.mjs';

/** The only programs on their PATH. `sh` runs npm's scripts. */
const PROGRAMS = ['node', 'npm', 'npx', 'sh', 'env'];

export const SIGNPOST = join(PACKAGES, `signpost-${VERSIONS.signpost}.tgz`);
export const CREATE = join(PACKAGES, `create-signpost-${VERSIONS.signpost}.tgz`);

/**
 * Prepares a machine without Rust, with a registry that has the packages.
 *
 * @returns {Promise<{ directory: string, env: NodeJS.ProcessEnv, run: (command: string, args: string[], cwd: string) => ReturnType<typeof execute>, start: typeof start, stop: () => Promise<unknown> }>}
 */
export async function machine() {
  await need('packages');
  const [directory, server] = await Promise.all([mkdtemp(join(tmpdir(), 'npm-')), registry.start([SIGNPOST, CREATE])]);
  const [bin, home] = [join(directory, 'bin'), join(directory, 'home')];
  await Promise.all([mkdir(bin), mkdir(home)]);
  for (const program of PROGRAMS) await symlink(await find(program), join(bin, program));
  const env = {
    ...{ PATH: bin, HOME: home, CARGO_HOME: '', RUSTUP_HOME: '', CI: '' },
    ...{ npm_config_cache: join(directory, 'cache'), npm_config_registry: server.url, npm_config_userconfig: join(home, '.npmrc') },
    ...{ WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false' },
  };
  return {
    directory,
    env,
    run: (command, args, cwd) => execute(join(bin, command), args, { cwd, env: cleared(env) }),
    start,
    stop: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };

  /** Starts a program in a process group of its own. @param {string} command @param {string[]} args @param {string} cwd */
  function start(command, args, cwd) {
    return spawn(join(bin, command), args, { cwd, env: cleared(env), detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  }
}

/** The environment without the variables with which npm runs the tests. @param {NodeJS.ProcessEnv} env */
function cleared(env) {
  const others = Object.keys(process.env).filter((name) => /^(npm_|INIT_CWD$|CARGO|RUST|NODE_TEST|NODE_OPTIONS$)/i.test(name));
  return { ...Object.fromEntries(others.map((name) => [name, undefined])), ...env };
}

/** @param {string} program @returns {Promise<string>} its path, without links */
async function find(program) {
  if (program === 'node') return process.execPath;
  for (const directory of (environment.PATH ?? '').split(delimiter)) {
    const path = join(directory, program);
    if (await access(path).then(() => true, () => false)) return realpath(path);
  }
  throw new Error(`no ${program} on PATH`);
}
