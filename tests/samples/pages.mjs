/** @file Samples of web pages in Chromium, at the addresses that they name: those of the Worker and the bucket lead to this test. */
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../../scripts/step.mjs';
import { start } from '../servers/worker.mjs';
import { browser } from '../support/browser.mjs';
import { clientFile } from '../support/client.mjs';
import { picture } from '../support/picture.mjs';

const [SITE, WORKER, BUCKET] = ['https://www.example.com', 'https://signpost.example.workers.dev', 'https://acme-media.s3.eu-west-1.amazonaws.com'];
const TOKEN = 'a-token-of-the-site-for-tests';

const RULE = { bucket: 'media', origins: [SITE], types: ['image/png', 'video/mp4'], max_size: '5 MiB', expires: '10 min' };
const VARS = {
  BUCKETS: { media: { provider: 'aws', name: 'acme-media', region: 'eu-west-1', credentials: 'MEDIA' } },
  CALLERS: { visitor: { kind: 'anyone' }, site: { kind: 'bearer', secret: 'SITE_TOKEN' } },
  UPLOADS: {
    avatar: { ...RULE, callers: ['visitor'], key: 'avatars/{uuid}.{ext}' },
    film: { ...RULE, callers: ['site', 'visitor'], key: 'films/{uuid}.{ext}', uploaders: true, multipart: true, confirm: true },
  },
  DOWNLOADS: { avatar: { bucket: 'media', callers: ['visitor'], origins: [SITE], key: 'avatars/{path}', expires: '5 min' } },
};

const UPPY = {
  before: `import Uppy from '@uppy/core'; import AwsS3 from '@uppy/aws-s3'; const uppy = new Uppy(), token = '${TOKEN}';`,
  after: "uppy.addFile({ name: 'film.mp4', type: 'video/mp4', data: new Blob(['a film']) }); const { failed } = await uppy.upload(); if (failed.length > 0) throw new Error(failed[0].error);",
};

/** What is around a sample that uses a name: elements, code before it, and code after it. @type {[name: string, around: { html?: string, before?: string, after?: string }][]} */
const AROUND = [
  ['uppy.', UPPY],
  ['input.', { html: '<input type="file"><progress></progress>', before: "const input = document.querySelector('input'), bar = document.querySelector('progress');" }],
  ['AwsClient', { before: "const accessKeyId = 'AKIAIOSFODNN7EXAMPLE', secretAccessKey = 'a-secret', file = new File(['a file'], 'ada.png', { type: 'image/png' });" }],
  ['file', { before: "const file = new File(['a file'], 'ada.png', { type: 'image/png' });" }],
];

const PNG = { name: 'ada.png', mimeType: 'image/png', buffer: picture() };

/** Starts the Worker and Chromium. */
export async function startPages() {
  const secrets = { MEDIA_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', MEDIA_SECRET_ACCESS_KEY: 'a-secret-access-key-for-these-tests', SITE_TOKEN: TOKEN };
  // The bucket confirms the film of the samples.
  const outbound = () => {
    const now = new Date().toUTCString();
    return new Response(null, { headers: { 'content-length': '6', 'content-type': 'video/mp4', etag: '"0"', 'last-modified': now, date: now } });
  };
  const [worker, chromium] = await Promise.all([start({ vars: VARS, secrets, outbound }), browser()]);
  return {
    /** Runs a page, chooses a file in it, and returns when it has been uploaded. @param {string} html */
    html: (html) =>
      visit(html, async (page) => {
        await page.setInputFiles('input[type=file]', PNG);
        await page.waitForFunction("document.querySelector('signpost-upload').value !== ''");
      }),
    /** Runs a module in a page. @param {string} code */
    async module(code) {
      const { html = '', before = '', after = '' } = AROUND.find(([name]) => code.includes(name))?.[1] ?? {};
      const script = await bundle(`${before}\n${code}\n${after}\ndocument.title = 'done';`);
      return visit(`<title></title>${html}`, async (page) => {
        if (html) await page.setInputFiles('input[type=file]', PNG);
        await page.addScriptTag({ type: 'module', content: script });
        await page.waitForFunction("document.title === 'done'");
      });
    },
    /** Renders the component `Picture` of a module, chooses a file in it, and returns when it has been uploaded. @param {string} code */
    async react(code) {
      const around = "import { createRoot } from 'react-dom/client'; createRoot(document.querySelector('main')).render(<Picture />);";
      const script = await bundle(`${code}\n${around}`);
      return visit('<main></main>', async (page) => {
        await page.addScriptTag({ type: 'module', content: script });
        await page.setInputFiles('input[type=file]', PNG);
        await page.waitForSelector('input[name=receipt]', { state: 'attached' });
      });
    },
    stop: () => Promise.all([worker.stop(), chromium.close()]),
  };

  /** @param {string} html @param {(page: import('playwright-core').Page) => Promise<void>} act @returns {Promise<string[]>} the methods of the requests that the bucket received */
  async function visit(html, act) {
    const page = await chromium.newPage();
    /** @type {{ errors: string[], received: string[] }} */
    const { errors, received } = { errors: [], received: [] };
    page.on('pageerror', ({ message }) => errors.push(message));
    try {
      await page.route(`${SITE}/**`, (route) => route.fulfill({ contentType: 'text/html', body: `<!doctype html>${html}` }));
      await page.route(`${WORKER}/**`, async (route) => route.fulfill(await answer(route.request())));
      await page.route(`${BUCKET}/**`, (route) => {
        received.push(route.request().method());
        return route.fulfill({ status: 204, headers: { 'access-control-allow-origin': SITE, etag: '"0"' } });
      });
      await page.goto(`${SITE}/`);
      await act(page).catch((error) => {
        throw errors.length > 0 ? new Error(errors.join('\n')) : error;
      });
      return received;
    } finally {
      await page.close();
    }
  }

  /** @param {import('playwright-core').Request} request to the Worker */
  async function answer(request) {
    const { pathname, search } = new URL(request.url());
    if (pathname.endsWith('.js')) return { contentType: 'text/javascript', headers: { 'access-control-allow-origin': '*' }, body: await clientFile(pathname.slice(1)) };
    const headers = { ...request.headers(), origin: SITE };
    const response = await worker.fetch(pathname + search, { method: request.method(), headers, body: request.postData() ?? undefined });
    return { status: response.status, headers: Object.fromEntries(response.headers), body: Buffer.from(await response.arrayBuffer()) };
  }
}

/** The hook of the npm package. */
const REACT = { 'signpost/react': join(root, 'client', 'react.js') };

/** Bundles a module like a site's own build, except what it imports by URL. @param {string} contents */
async function bundle(contents) {
  const options = /** @type {const} */ ({ bundle: true, format: 'esm', write: false, logLevel: 'silent', target: 'es2022' });
  const define = { 'process.env.NODE_ENV': '"production"' };
  const { outputFiles } = await build({ ...options, external: ['https://*'], alias: REACT, jsx: 'automatic', stdin: { contents, loader: 'jsx', resolveDir: join(root, 'tests') }, define });
  return outputFiles?.[0].text ?? '';
}
