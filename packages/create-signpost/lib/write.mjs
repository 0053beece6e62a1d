/** @file Writes the files of a project. A file that exists and differs is replaced only if the user says so. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * @param {string} folder
 * @param {Record<string, string>} files text by path
 * @param {{ isInteractive: boolean, force: boolean }} options
 * @returns {Promise<string[]>} the files that were written
 */
export async function writeFiles(folder, files, { isInteractive, force }) {
  const written = [];
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    const present = await readFile(file, 'utf8').catch((error) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    const action = present === undefined ? 'written' : present === text ? 'unchanged' : force || (isInteractive && (await mayReplace(path))) ? 'replaced' : 'kept, and differs';
    if (action === 'written' || action === 'replaced') {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
      written.push(path);
    }
    process.stderr.write(`${path}: ${action}\n`);
  }
  return written;
}

/** @param {string} path */
async function mayReplace(path) {
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({ message: `${path} exists and differs. Replace it?`, initialValue: false });
  return !isCancel(answer) && answer;
}
