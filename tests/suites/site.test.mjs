/** @file The documents as a static site, in Chromium: complete, without dead links, with a search, and with nothing from another host. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join, posix } from 'node:path';
import { after, before, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { SITE } from '../../scripts/site.mjs';
import { root } from '../../scripts/step.mjs';
import { need } from '../needs.mjs';
import { browser } from '../support/browser.mjs';
import { collectErrors } from '../support/page.mjs';
import { execute } from '../support/signpost.mjs';

/** Where the site is in the browser; no server has this name. */
const ORIGIN = 'http://docs.test';
/** @type {Record<string, string>} */
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.txt': 'text/plain', '.woff2': 'font/woff2' };

/** @typedef {{ ids: string[], sidebar: string[], links: string[], assets: string[] }} Parsed a page's anchors, and the addresses in it */

/** @type {import('playwright-core').Browser} */
let chromium;
let files = new Set();
/** @type {Map<string, Parsed>} by the page's path, such as `/docs/browser.html` */
const pages = new Map();

before(async () => {
  await need('site');
  chromium = await browser();
  const entries = await readdir(SITE, { recursive: true, withFileTypes: true });
  files = new Set(entries.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name).slice(SITE.length)));
  const parser = await chromium.newPage();
  for (const path of files) if (extname(path) === '.html') pages.set(path, await parser.evaluate(parse, await readFile(join(SITE, path), 'utf8')));
});
after(() => chromium?.close());

/** Runs in the browser. @param {string} html @returns {Parsed} */
function parse(html) {
  const page = new DOMParser().parseFromString(html, 'text/html');
  const values = (/** @type {string} */ selector, /** @type {string} */ name) => [...page.querySelectorAll(selector)].map((element) => element.getAttribute(name) ?? '');
  const assets = [...values('[src]', 'src'), ...values('link[href]:not([rel=canonical])', 'href'), ...values('[srcset]', 'srcset'), ...values('object[data]', 'data')];
  return { ids: values('[id]', 'id'), sidebar: values('.VPSidebar a[href]', 'href'), links: values('a[href], area[href]', 'href'), assets };
}

/** @param {string} href @param {string} page @returns {URL | undefined} its address, if it is of this site */
function inSite(href, page) {
  const url = new URL(href, ORIGIN + page);
  return url.origin === ORIGIN ? url : undefined;
}

/** @param {URL} url @returns {string} the file with which a static host answers */
function fileOf({ pathname }) {
  const path = decodeURIComponent(pathname);
  return path.endsWith('/') ? `${path}index.html` : path;
}

test('every link and anchor in a page, and every file that a page loads, exists', () => {
  assert.ok(pages.size > 40, `${pages.size} pages`);
  const dead = [];
  let links = 0;
  for (const [page, { links: hrefs, assets }] of pages) {
    for (const href of [...hrefs, ...assets]) {
      const url = inSite(href, page);
      if (!url) continue;
      links += 1;
      const [file, anchor] = [fileOf(url), decodeURIComponent(url.hash.slice(1))];
      if (!files.has(file)) dead.push(`${page}: ${href} leads nowhere`);
      else if (anchor && !(pages.get(file)?.ids ?? []).includes(anchor)) dead.push(`${page}: ${href} leads to no heading`);
    }
  }
  assert.deepEqual(dead, []);
  assert.ok(links > 1_000, `${links} links`);
});

test('no page loads a script, a style, a font or an image from another host', async () => {
  const foreign = [];
  for (const [page, { assets }] of pages) foreign.push(...assets.filter((href) => !href.startsWith('data:') && !inSite(href, page)).map((href) => `${page}: ${href}`));
  for (const file of files) {
    if (extname(file) !== '.css') continue;
    const text = await readFile(join(SITE, file), 'utf8');
    for (const [, href = ''] of text.matchAll(/(?:url\(|@import )["']?([^)"';]+)/g)) if (!href.startsWith('data:') && !files.has(posix.join(posix.dirname(file), href)) && !files.has(href)) foreign.push(`${file}: ${href}`);
  }
  assert.deepEqual(foreign, []);
});

test('the sidebar leads to every page of docs/', async () => {
  const { stdout } = await execute('git', ['ls-files', 'docs/*.md'], { cwd: root });
  const expected = stdout.trim().split('\n').map((file) => `/${file.replace(/\.md$/, '.html')}`);
  for (const page of ['/index.html', '/docs/design/tokens.html']) {
    const reached = (pages.get(page)?.sidebar ?? []).map((href) => inSite(href, page)?.pathname);
    assert.deepEqual(expected.filter((path) => !reached.includes(path)), [], `${page}: add them to SIDEBAR in scripts/site.mjs`);
  }
});

test('the search finds a key of the configuration, without another host', async () => {
  const page = await chromium.newPage();
  page.setDefaultTimeout(15_000);
  const errors = collectErrors(page);
  /** @type {string[]} */
  const foreign = [];
  await page.route('**/*', async (route) => {
    const url = new URL(route.request().url());
    if (url.origin !== ORIGIN) return foreign.push(url.href), route.abort();
    const file = fileOf(url);
    if (!files.has(file)) return route.fulfill({ status: 404, body: '' });
    return route.fulfill({ contentType: TYPES[extname(file)] ?? 'application/octet-stream', body: await readFile(join(SITE, file)) });
  });
  await page.goto(`${ORIGIN}/`);
  assert.match(await page.locator('h1').innerText(), /Signpost/);
  await page.locator('#local-search button').click();
  await page.locator('#localsearch-input').fill('max_size');
  const results = page.locator('#localsearch-list a.result');
  await results.first().waitFor();
  const targets = await results.evaluateAll((links) => links.map((link) => /** @type {HTMLAnchorElement} */ (link).pathname));
  assert.ok(targets.includes('/docs/configuration.html'), `${targets}`);
  await results.and(page.locator('[href*="/docs/configuration"]')).first().click();
  await page.waitForURL(/\/docs\/configuration\.html/);
  await page.getByRole('heading', { level: 1, name: 'Configuration' }).waitFor();
  assert.deepEqual([foreign, errors], [[], []]);
  await page.close();
});

/**
 * Builds a small site with the generator's configuration of this repository.
 *
 * @param {string} link in the page `docs/page.md`
 * @param {string} base
 */
async function generate(link, base) {
  const source = await mkdtemp(join(tmpdir(), 'site-'));
  try {
    await symlink(join(root, 'node_modules'), join(source, 'node_modules'));
    await mkdir(join(source, 'docs'));
    await writeFile(join(source, 'index.md'), '# Signpost\n\n[a page](docs/page.md)\n');
    await writeFile(join(source, 'docs', 'page.md'), `# Page\n\n[a link](${link})\n`);
    const script = `import { generate } from '${new URL('../../scripts/site.mjs', import.meta.url)}'; await generate('${source}', '${join(source, 'out')}', [], '${base}');`;
    const result = await execute('node', ['--input-type=module', '--eval', script], { cwd: root });
    return { ...result, page: await readFile(join(source, 'out', 'docs', 'page.html'), 'utf8').catch(() => '') };
  } finally {
    await rm(source, { recursive: true, force: true });
  }
}

test('a link that leads nowhere fails the build', async () => {
  const { code, stdout, stderr } = await generate('none.md', '/');
  assert.notEqual(code, 0);
  assert.match(stripVTControlCharacters(stdout + stderr), /Found dead link .*none in file docs\/page\.md/);
});

test('a site for a host that serves it below a path has that path in every address', async () => {
  const { code, page, stderr } = await generate('../index.md', '/signpost/');
  assert.equal(code, 0, stderr);
  const addresses = [...page.matchAll(/ (?:src|href)="([^"#][^"]*)"/g)].map(([, address = '']) => new URL(address, `${ORIGIN}/signpost/docs/page.html`));
  assert.ok(addresses.length > 5);
  for (const { origin, pathname } of addresses) if (origin === ORIGIN) assert.match(pathname, /^\/signpost\//);
});
