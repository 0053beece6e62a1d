/**
 * @file Checks the Markdown files: every link, anchor, path, code quotation and number in them must match the tree.
 *
 *     node scripts/docs.mjs
 *
 * A link's title quotes its target. `[16,384 bytes](src/body.rs "MAX_BYTES: usize = 16_384")` is right if the file contains that text
 * and both numbers are equal; `[limits](tests/suites/limits.test.mjs "a guess counts")` and `[limits](src/limits.rs "fn counts_a_guess")`
 * are right if a test of that file is called so. In a table whose last column is called "tests", each row must name one.
 */
import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { promisify } from 'node:util';
import GithubSlugger from 'github-slugger';
import { marked } from 'marked';
import { Failure, main, root } from './step.mjs';

/** Factors to bytes and seconds. Any other word after a number counts things. @type {Record<string, number>} */
const BYTES = { KB: 1e3, kB: 1e3, MB: 1e6, GB: 1e9, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
/** @type {Record<string, number>} */
const SECONDS = { s: 1, second: 1, seconds: 1, min: 60, minute: 60, minutes: 60, h: 3_600, hours: 3_600, day: 86_400, days: 86_400 };

/** File names that must exist somewhere, even without a folder. */
const SOURCE = /^[\w-]+\.(?:rs|mjs|py)$/;

/**
 * Returns all mistakes, one line each: `README.md:12: there is no src/main.rs`.
 *
 * @param {string} directory the root of a git checkout
 * @returns {Promise<string[]>}
 */
export async function findMistakes(directory) {
  const tree = await Tree.read(directory);
  const mistakes = [];
  for (const file of tree.files.filter((name) => name.endsWith('.md'))) {
    const page = await tree.page(file);
    for (const token of page.tokens) {
      for (const message of await mistakesOf(token, file, tree)) mistakes.push(`${file}:${page.lineOf(token.raw)}: ${message}`);
    }
  }
  return mistakes;
}

/**
 * @param {import('marked').Token} token
 * @param {string} file that has it
 * @param {Tree} tree
 * @returns {Promise<string[]>}
 */
async function mistakesOf(token, file, tree) {
  if (token.type === 'link' || token.type === 'image') return [await mistakeOfLink(/** @type {any} */ (token), file, tree)].flatMap((mistake) => mistake ?? []);
  if (token.type === 'table') return rowsWithoutTests(/** @type {any} */ (token)).map((row) => `the row "${row}" names no test`);
  if (token.type === 'codespan' || (token.type === 'code' && (token.lang || 'text') === 'text')) {
    const missing = tree.pathsIn(token.text, file).filter((path) => !tree.has(path, file));
    const built = await tree.ignored(missing);
    return missing.filter((path) => !built.includes(path)).map((path) => `there is no ${path}`);
  }
  return [];
}

/**
 * @param {{ href: string, title?: string | null, text: string }} link
 * @param {string} file that has it
 * @param {Tree} tree
 * @returns {Promise<string | undefined>}
 */
async function mistakeOfLink({ href, title, text }, file, tree) {
  if (/^[a-z]+:/.test(href)) return undefined; // another site
  const [path, anchor] = href.split('#');
  const target = path === '' ? file : posix.join(posix.dirname(file), path);
  if (!tree.exists(target)) return `the link to ${href} leads nowhere`;
  if (anchor !== undefined && !(await tree.page(target)).anchors.has(anchor)) return `${target} has no heading #${anchor}`;
  if (!title) return undefined;
  const content = oneLine(await tree.text(target));
  if (!content.includes(oneLine(title))) return `${target} does not contain "${title}"`;
  const test = testPattern(target, title);
  if (test && !test.test(await tree.text(target))) return `${target} has no test "${title}"`;
  const [stated, actual] = [quantity(text), constant(title)];
  if (stated && actual !== undefined && !stated.includes(actual)) return `"${text}" is not the number of ${title}`;
  return undefined;
}

/**
 * Returns a pattern of the test that a link names, or undefined if it names something else: `fn ...` in Rust and any text of a suite are
 * names of tests.
 *
 * @param {string} target @param {string} title
 */
function testPattern(target, title) {
  if (/\.rs$/.test(target) && /^fn \w+$/.test(title)) return new RegExp(`#\\[test\\]\\s+(?:#\\[[^\\n]*\\]\\s+)*${escaped(title)}\\(`);
  if (!/\.test\.mjs$/.test(target)) return undefined;
  if (/^(?:test|describe)\(/.test(title)) return new RegExp(escaped(title));
  return new RegExp(`\\b(?:test|describe)\\(\\s*(['"\`])(?:(?!\\1)[^\\n])*${escaped(title)}`);
}

/** Returns the first cells of the rows that name no test, of a table whose last column is called "tests". @param {import('marked').Tokens.Table} table */
function rowsWithoutTests({ header, rows }) {
  if (header.at(-1)?.text !== 'tests') return [];
  const namesTest = (/** @type {import('marked').Tokens.TableCell} */ cell) => cell.tokens.some((token) => token.type === 'link' && token.title);
  return rows.filter((row) => !namesTest(row[row.length - 1])).map((row) => row[0].text);
}

/** The tracked and new files of a checkout. */
class Tree {
  /** @type {Map<string, Promise<Page>>} */
  #pages = new Map();

  /** @param {string} directory @param {string[]} files */
  constructor(directory, files) {
    this.directory = directory;
    this.files = files;
    this.folders = new Set(files.flatMap(foldersOf));
    this.names = new Set(files.map((file) => posix.basename(file)));
  }

  /** @param {string} directory */
  static async read(directory) {
    const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    const { stdout } = await promisify(execFile)('git', args, { cwd: directory, maxBuffer: 2 ** 26 });
    const names = [...new Set(stdout.split('\0').filter(Boolean))];
    const exists = await Promise.all(names.map((name) => stat(join(directory, name)).then(() => true, () => false)));
    return new Tree(directory, names.filter((_, i) => exists[i]));
  }

  /** Returns the paths that git ignores, since a build creates them. @param {string[]} paths @returns {Promise<string[]>} */
  async ignored(paths) {
    if (paths.length === 0) return [];
    const args = ['check-ignore', '--no-index', ...paths];
    return promisify(execFile)('git', args, { cwd: this.directory }).then(
      ({ stdout }) => stdout.split('\n'),
      () => [], // git exits with 1 if it ignores no path
    );
  }

  /** @param {string} file */
  text(file) {
    return readFile(join(this.directory, file), 'utf8');
  }

  /** @param {string} file */
  page(file) {
    const page = this.#pages.get(file) ?? this.text(file).then((text) => new Page(text));
    this.#pages.set(file, page);
    return page;
  }

  /** Whether a file or folder exists. @param {string} path */
  exists(path) {
    const name = posix.normalize(path).replace(/\/$/, '');
    return name === '.' || this.files.includes(name) || this.folders.has(name);
  }

  /**
   * Returns the words in code that are paths: those that begin with a folder of the root or of the page, and names of source files.
   *
   * @param {string} code @param {string} file that has it
   */
  pathsIn(code, file) {
    const words = code.split(/[\s"'`()<>|:;=]+/).map((word) => word.replace(/[.,]+$/, ''));
    return words.filter((word) => {
      const [first, ...rest] = word.split('/');
      if (first === '' || rest.length === 0) return SOURCE.test(word);
      return first === '..' || this.folders.has(first) || this.folders.has(posix.join(posix.dirname(file), first));
    });
  }

  /**
   * Whether a path exists, relative to the root or to the page; `{a,b}` means each of several names, `*` any name.
   *
   * @param {string} path @param {string} file that has it
   */
  has(path, file) {
    if (SOURCE.test(path) && this.names.has(path)) return true;
    return alternatives(path).every((candidate) => [candidate, posix.join(posix.dirname(file), candidate)].some((name) => this.#matches(name)));
  }

  /** @param {string} path */
  #matches(path) {
    if (!path.includes('*')) return this.exists(path);
    const pattern = new RegExp(`^${path.split('*').map(escaped).join('[^/]*')}$`);
    return [...this.files, ...this.folders].some((name) => pattern.test(name));
  }
}

/** A parsed Markdown file. */
class Page {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
    /** @type {import('marked').Token[]} */
    this.tokens = [];
    marked.walkTokens(marked.lexer(text), (token) => void this.tokens.push(token));
    const slugger = new GithubSlugger();
    const headings = this.tokens.filter(({ type }) => type === 'heading');
    this.anchors = new Set(headings.map((heading) => slugger.slug(plain(heading))));
  }

  /** @param {string} raw */
  lineOf(raw) {
    return this.text.slice(0, Math.max(0, this.text.indexOf(raw))).split('\n').length;
  }
}

/** The text of a heading without its markup. @param {any} token @returns {string} */
function plain(token) {
  return token.tokens ? token.tokens.map(plain).join('') : token.text;
}

/** @param {string} file */
function foldersOf(file) {
  const parts = file.split('/').slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
}

/** `a/{b,c}.rs` is `a/b.rs` and `a/c.rs`. @param {string} path @returns {string[]} */
function alternatives(path) {
  const found = /^(.*?)\{([^{}]*,[^{}]*)\}(.*)$/.exec(path);
  return found ? found[2].split(',').flatMap((name) => alternatives(found[1] + name + found[3])) : [path];
}

/** @param {string} text */
function oneLine(text) {
  return text.replace(/\s+/g, ' ').trim();
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/**
 * Returns the first number of a text in its unit: in bytes, in seconds and milliseconds, or without a unit.
 *
 * @param {string} text @returns {number[] | undefined}
 */
function quantity(text) {
  const found = /(\d[\d,]*(?:\.\d+)?)[ -]?([A-Za-z]*)/.exec(text);
  if (!found) return undefined;
  const [number, unit] = [Number(found[1].replaceAll(',', '')), found[2]];
  if (unit in SECONDS) return [number * SECONDS[unit], number * SECONDS[unit] * 1_000];
  return [number * (BYTES[unit] ?? 1)];
}

/** Evaluates a constant of Rust or JavaScript: `1_000`, `5 << 20`, `5 * 2 ** 20`. @param {string} code */
function constant(code) {
  const [, expression] = /=\s*(\d[\d_]*(?:\s*(?:<<|\*\*?)\s*\d[\d_]*)*)/.exec(code) ?? [];
  if (expression === undefined) return undefined;
  const power = (/** @type {string} */ text) => text.split('**').map(Number).reduce((base, exponent) => base ** exponent);
  const product = (/** @type {string} */ text) => text.split(/(?<!\*)\*(?!\*)/).map(power).reduce((first, second) => first * second);
  return expression.replaceAll('_', '').split('<<').map(product).reduce((number, bits) => number * 2 ** bits);
}

/** Fails with every mistake in this checkout's Markdown files. */
export async function checkDocs() {
  const mistakes = await findMistakes(root);
  if (mistakes.length > 0) throw new Failure('the documents contain mistakes', 'correct the page or the name', mistakes.join('\n'));
}

await main(import.meta, checkDocs);
