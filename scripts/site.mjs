/**
 * @file Builds the documents into `build/docs`, a static site with a search. A link that leads nowhere fails the build.
 *
 *     npm run docs
 *     npm run docs -- --base /signpost/    for a host that serves it below a path, such as GitHub Pages
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { Failure, main, root, step } from './step.mjs';

const SOURCE = join(root, 'build', 'docs-source');

/** Where the site is written. */
export const SITE = join(root, 'build', 'docs');

/** The pages; each keeps its path, so links between them stay right. */
const PAGES = ['*.md', 'docs/*.md', 'examples/*.md', 'bench/*.md', 'template/*.md', 'packages/*.md', 'tests/*.md', 'signer/*.md', 'post-object/*.md', 'rules/*.md', 'error-code/*.md', 'explain/*.md', 'cli/*.md'];

/** The navigation beside each page: the documents in the order in which one reads them. */
const SIDEBAR = {
  Begin: ['docs/quickstart', 'docs/from-source', 'docs/providers'],
  Rules: ['docs/configuration', 'docs/credentials', 'docs/web-identity', 'docs/temporary-credentials', 'docs/callers', 'docs/issuers', 'docs/tickets', 'docs/links-that-end', 'docs/receipts', 'docs/events', 'docs/attributes', 'docs/r2-forms', 'docs/private-files', 'docs/put-to-the-worker', 'docs/quota', 'docs/cache'],
  Pages: ['docs/browser', 'docs/uploaders', 'examples/README'],
  Programs: ['docs/http-api', 'docs/service-binding', 'docs/mounting', 'docs/moving'],
  Operation: ['docs/command', 'docs/operations', 'docs/troubleshooting', 'docs/errors', 'SECURITY'],
  Design: ['ARCHITECTURE', 'docs/design/README', 'bench/README', 'CONTRIBUTING', 'CHANGELOG'],
};

/** Builds the site. @param {string} [base] the path below which it is served */
export async function buildSite(base) {
  await step('the site of the documents, build/docs', async () => {
    await rm(SOURCE, { recursive: true, force: true });
    const { stdout } = await promisify(execFile)('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...PAGES], { cwd: root });
    const pages = stdout.split('\n').filter(Boolean);
    for (const page of pages) await copy(page, pages);
    await write('tsconfig.json', '{}'); // else esbuild reads that of this repository
    await write('index.md', `---\nlayout: page\n---\n\n<!--@include: ./README.md-->\n`);
    await generate(SOURCE, SITE, pages, base);
  });
}

/**
 * Runs the generator.
 *
 * @param {string} source the folder with the pages
 * @param {string} out
 * @param {string[]} [pages] for the navigation
 * @param {string} [base]
 */
export async function generate(source, out, pages = [], base = '/') {
  const { build } = await import('vitepress'); // later, since it comes from npm
  process.env.VITE_USER_NODE_ENV = 'production';
  await mkdir(join(source, '.vitepress'), { recursive: true });
  await writeFile(join(source, '.vitepress', 'config.mjs'), `export default ${JSON.stringify({ base, ...(await config(pages)) })};\n`);
  await build(source, { outDir: out });
}

/** Copies a page. A link to a file that is no page leads to a copy of the file, and one to a folder to nothing. @param {string} page @param {string[]} pages */
async function copy(page, pages) {
  const { marked } = await import('marked'); // later, since it comes from npm
  let text = await readFile(join(root, page), 'utf8');
  /** @type {{ type: string, href: string, raw: string, text: string }[]} */
  const links = [];
  marked.walkTokens(marked.lexer(text), (token) => {
    if ((token.type === 'link' || token.type === 'image') && !/^(?:[a-z]+:|#)/.test(token.href ?? '')) links.push(/** @type {any} */ (token));
  });
  for (const { type, href, raw, text: label } of links) {
    const target = posix.normalize(posix.join(posix.dirname(page), href.split('#')[0]));
    if (pages.includes(target)) continue;
    if (!(await stat(join(root, target)).catch(() => undefined))) continue; // the generator reports it
    const file = await readFile(join(root, target)).catch(() => undefined);
    if (type === 'image' && file) {
      await write(target, file);
      continue;
    }
    if (file) await write(join('public', 'files', `${target}.txt`), file);
    text = text.replaceAll(raw, file ? `[${label}](pathname:///files/${target}.txt)` : label);
  }
  await write(page, text.replaceAll('(pathname:///files/', `(${'../'.repeat(page.split('/').length - 1) || './'}files/`));
}

/** @param {string[]} pages @returns {Promise<object>} the generator's configuration */
async function config(pages) {
  const sidebar = await Promise.all(Object.entries(SIDEBAR).map(async ([text, paths]) => ({ text, items: await items(paths, pages) })));
  return { title: 'Signpost', description: 'Signs S3 upload forms and download links, in a Cloudflare Worker.', ignoreDeadLinks: 'localhostLinks', themeConfig: { search: { provider: 'local' }, sidebar } };
}

/**
 * @param {string[]} paths
 * @param {string[]} pages
 * @returns {Promise<object[]>} the entries of the navigation; those of the pages in a document's folder are below it
 */
function items(paths, pages) {
  return Promise.all(
    paths.map(async (path) => {
      const folder = path.replace(/\/README$/, '');
      const below = path.startsWith('docs/') ? pages.filter((page) => posix.dirname(page) === folder && page !== `${path}.md`) : [];
      const inner = await items(below.map((page) => page.replace(/\.md$/, '')), []);
      return { text: await title(path), link: `/${path}`, ...(inner.length > 0 && { collapsed: true, items: inner }) };
    }),
  );
}

/** @param {string} page @returns {Promise<string>} its first heading */
async function title(page) {
  return /^# (.+)$/m.exec(await readFile(join(root, `${page}.md`), 'utf8'))?.[1].replaceAll('`', '') ?? page;
}

/** @param {string} file @param {string | Uint8Array} content */
async function write(file, content) {
  await mkdir(dirname(join(SOURCE, file)), { recursive: true });
  await writeFile(join(SOURCE, file), content);
}

await main(import.meta, async () => {
  const { values } = parseArgs({ options: { base: { type: 'string' } } });
  if (values.base && !/^\/(.*\/)?$/.test(values.base)) throw new Failure(`--base: expected a path such as /signpost/, found ${values.base}`);
  await buildSite(values.base);
});
