/** @file The code blocks of the documents. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { marked } from 'marked';
import { root } from '../../scripts/step.mjs';

/** @typedef {{ file: string, line: number, language: string, code: string }} Block a block of code in a document, by the line of its first fence */

/** The documents whose code is run. */
const DOCUMENTS = ['README.md', 'SECURITY.md', 'docs/*.md', 'examples/*.md'];

/** @returns {Promise<Block[]>} all blocks, in the order of the documents */
export async function blocks() {
  const { stdout } = await promisify(execFile)('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...DOCUMENTS], { cwd: root });
  const files = stdout.split('\n').filter(Boolean).sort();
  return (await Promise.all(files.map(async (file) => blocksOf(file, await readFile(join(root, file), 'utf8'))))).flat();
}

/**
 * @param {string} file
 * @param {string} text
 * @returns {Block[]}
 */
export function blocksOf(file, text) {
  /** @type {Block[]} */
  const found = [];
  let position = 0;
  marked.walkTokens(marked.lexer(text), (token) => {
    if (token.type !== 'code') return;
    position = text.indexOf(token.text.split('\n')[0], text.indexOf(token.raw.split('\n')[0].trim(), position));
    const line = text.slice(0, position).split('\n').length - (token.codeBlockStyle === 'indented' ? 0 : 1);
    found.push({ file, line, language: token.lang ?? '', code: `${token.text.trimEnd()}\n` });
  });
  return found;
}
