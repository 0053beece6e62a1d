/** @file Writes the files of a project. A file that exists and differs is replaced only if the user says so. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Stopped } from './stopped.mjs';

/** @typedef {'written' | 'replaced' | 'unchanged' | 'kept, and differs'} Action */

/**
 * Writes the files. All questions come first, so that nothing is written if the user cancels.
 *
 * @param {string} folder
 * @param {Record<string, string>} files text by path
 * @param {{ isInteractive: boolean, force: boolean }} options
 * @returns {Promise<string[]>} the files that were written
 */
export async function writeFiles(folder, files, options) {
  /** @type {[path: string, text: string, action: Action][]} */
  const plan = [];
  for (const [path, text] of Object.entries(files)) plan.push([path, text, await actionFor(folder, path, text, options)]);
  const written = [];
  for (const [path, text, action] of plan) {
    const file = join(folder, path);
    if (action === 'written' || action === 'replaced') {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
      written.push(path);
    }
    process.stderr.write(`${path}: ${action}\n`);
  }
  return written;
}

/**
 * @param {string} folder
 * @param {string} path
 * @param {string} text
 * @param {{ isInteractive: boolean, force: boolean }} options
 * @returns {Promise<Action>}
 */
async function actionFor(folder, path, text, { isInteractive, force }) {
  const present = await readFile(join(folder, path), 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (present === undefined) return 'written';
  if (present === text) return 'unchanged';
  return force || (isInteractive && (await mayReplace(path))) ? 'replaced' : 'kept, and differs';
}

/** @param {string} path */
async function mayReplace(path) {
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({ message: `${path} exists and differs. Replace it?`, initialValue: false });
  if (isCancel(answer)) throw new Stopped('cancelled, nothing was written', undefined, 1);
  return answer;
}
