/** @file Compiler options that keep this machine's paths out of a build, so that every folder and machine builds the same bytes. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { run } from './step.mjs';

/**
 * Returns cargo's options for a target. Messages of panics contain the paths of source files: those of the workspace are relative, those
 * of the registry and of the standard library are not.
 *
 * @param {string} target
 * @returns {Promise<string[]>}
 */
export async function reproducible(target) {
  const { sysroot, commit } = await compiler();
  const cargo = process.env.CARGO_HOME ?? join(homedir(), '.cargo');
  const paths = [
    [join(cargo, 'registry', 'src'), '/cargo'],
    [join(sysroot, 'lib', 'rustlib', 'src', 'rust'), `/rustc/${commit}`], // as it is where the component rust-src is not installed
  ];
  const flags = paths.map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
  return ['--config', `target.${target}.rustflags=${JSON.stringify(flags)}`];
}

/** @returns {Promise<{ version: string, commit: string, sysroot: string }>} of the compiler that `rust-toolchain.toml` names */
export async function compiler() {
  const [about, sysroot] = await Promise.all([run('rustc', ['--version', '--verbose']), run('rustc', ['--print', 'sysroot'])]);
  const value = (/** @type {string} */ name) => new RegExp(`^${name}: (.*)$`, 'm').exec(about)?.[1] ?? '';
  return { version: value('release'), commit: value('commit-hash'), sysroot: sysroot.trim() };
}
