/** @file Every code block of README.md, SECURITY.md, docs and examples: it runs, and prints what the document says. */
import { SignJWT } from 'jose';
import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { build } from 'esbuild';
import { root, run as runProgram } from '../../scripts/step.mjs';
import { needs } from '../needs.mjs';
import { blocks, blocksOf } from '../samples/blocks.mjs';
import { complete } from '../samples/config.mjs';
import { startPages } from '../samples/pages.mjs';
import { compileRust } from '../samples/rust.mjs';
import { pattern, PICTURE_BYTES, sandbox, TOKEN, transcript } from '../samples/shell.mjs';
import { start } from '../servers/worker.mjs';
import { execute } from '../support/signpost.mjs';
import { venv } from '../support/venv.mjs';

/** @typedef {import('../samples/blocks.mjs').Block} Block */

/** Programs that another suite takes out of a document and runs, by document and language. @type {Record<string, { suite: string, languages: string[] }>} */
const ELSEWHERE = {
  'docs/tickets.md': { suite: 'tickets', languages: ['js', 'python', 'php', 'go'] },
  'docs/receipts.md': { suite: 'receipts', languages: ['js', 'python', 'php', 'go'] },
  'docs/temporary-credentials.md': { suite: 'handed-out', languages: ['ini', 'sh', 'python', 'js', 'json'] },
  'docs/events.md': { suite: 'events', languages: ['js', 'python', 'json'] },
};

const BUCKET_KEYS = { MEDIA_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', MEDIA_SECRET_ACCESS_KEY: 'a-secret-access-key-for-these-tests' };
const LOGIN_SECRET = 'a-secret-of-the-login-service-for-tests';
const SECRETS = { ...BUCKET_KEYS, SITE_TOKEN: TOKEN, LOGIN_SECRET };

/** @param {string} subject @returns {Promise<string>} a token of the login service in README.md, for {@link readmeConfig} */
function visitorToken(subject) {
  const claims = { iss: 'https://login.example.com/', aud: 'signpost', sub: subject };
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('5 min').sign(new TextEncoder().encode(LOGIN_SECRET));
}

/** @returns {Promise<Record<string, any>>} the configuration of README.md, whose login service is this test */
async function readmeConfig() {
  const config = await complete(of('README.md', 'toml').map(({ code }) => code));
  const { jwks, ...login } = config.vars.CALLERS.login;
  config.vars.CALLERS.login = { ...login, secret: 'LOGIN_SECRET' };
  return config;
}

const ALL = await blocks();
const files = [...new Set(ALL.map(({ file }) => file))];
const of = (/** @type {string} */ file, /** @type {string[]} */ ...languages) => ALL.filter((block) => block.file === file && languages.includes(block.language));
const isElsewhere = (/** @type {Block} */ { file, language }) => ELSEWHERE[file]?.languages.includes(language) ?? false;

/** The languages that something here runs. */
const LANGUAGES = ['console', 'html', 'js', 'json', 'jsx', 'python', 'rust', 'sh', 'text', 'toml', 'ts'];

test('every code block has a language that is run', () => {
  const unknown = ALL.filter((block) => !LANGUAGES.includes(block.language) && !isElsewhere(block));
  assert.deepEqual(unknown.map(({ file, line, language }) => `${file}:${line}: nothing runs code in "${language}"`), []);
  assert.ok(ALL.length > 80, `${ALL.length} blocks`);
});

test('a block is found at its line, fenced or indented', () => {
  const found = blocksOf('a.md', '# A\n\n```sh\ntrue\n```\n\n- b\n\n  ```json\n  {}\n  ```\n\ntext\n\n    indented\n');
  assert.deepEqual(found.map(({ line, language, code }) => [line, language, code]), [[3, 'sh', 'true\n'], [9, 'json', '{}\n'], [15, '', 'indented\n']]);
});

test('what another suite runs, it runs', async () => {
  for (const [file, { suite, languages }] of Object.entries(ELSEWHERE)) {
    const source = await readFile(join(root, 'tests', 'suites', `${suite}.test.mjs`), 'utf8');
    assert.ok(source.includes(file));
    for (const language of languages) assert.match(source, new RegExp(`^  ${language}: \\{ file:`, 'm'));
  }
});

/** @param {Block} block */
const nameOf = ({ file, line, language }) => `${file}:${line}, ${language}`;

describe('a drawing is no transcript', () => {
  for (const block of ALL.filter(({ language }) => language === 'text')) test(nameOf(block), () => assert.doesNotMatch(block.code, /^\$ /m, 'the language of a transcript is console'));
});

describe('commands and configurations', () => {
  for (const file of files) describeDocument(file);
});

/** Runs the configurations, commands and transcripts of a document, in their order, in one folder. @param {string} file */
function describeDocument(file) {
  const found = of(file, 'toml', 'sh', 'console').filter((block) => !isElsewhere(block));
  if (found.length === 0) return;
  describe(file, () => {
    /** @type {import('../samples/shell.mjs').Sandbox} */
    let folder;
    before(async () => {
      const shared = file.startsWith('docs/providers/') ? of('docs/providers.md', 'toml') : [];
      // The first configuration of a page is that of its commands; others are alternatives.
      folder = await sandbox(await complete([...shared, ...of(file, 'toml').slice(0, 1)].map(({ code }) => code)));
    });
    after(() => folder?.remove());
    for (const block of found) test(nameOf(block), { timeout: 120_000 }, () => RUN[block.language](block, folder));
  });
}

/** @type {Record<string, (block: Block, folder: import('../samples/shell.mjs').Sandbox) => Promise<void>>} */
const RUN = {
  async toml({ code, file }) {
    const shared = file.startsWith('docs/providers/') ? of('docs/providers.md', 'toml') : [];
    const folder = await sandbox(await complete([...shared.map((block) => block.code), code]));
    const { stdout } = await folder.run('signpost check --every-env --json || true');
    await folder.remove();
    assert.deepEqual(JSON.parse(stdout).filter((/** @type {{ severity: string }} */ { severity }) => severity === 'error'), []);
  },
  async console({ code }, folder) {
    for (const { command, output } of transcript(code)) {
      const { stdout } = await folder.run(`${command}\n`);
      assert.match(`${stdout.trimEnd()}\n`, pattern(output.length > 0 ? output : ['']), command);
    }
  },
  async sh({ code }, folder) {
    if (/^curl /m.test(code)) return upload(code, folder);
    const { code: status, stdout } = await folder.run(code);
    assert.equal(status, 0, stdout);
  },
};

/** Runs commands that upload with curl. @param {string} code @param {import('../samples/shell.mjs').Sandbox} folder */
async function upload(code, folder) {
  /** @type {string[]} */
  const received = [];
  const bucket = createServer(async (request, response) => {
    const body = await new Response(/** @type {any} */ (request), { headers: { 'content-type': request.headers['content-type'] ?? '' } }).formData();
    received.push(`${request.method} ${[...body.keys()].at(-1)} ${/** @type {File} */ (body.get('file')).size}`);
    response.writeHead(204).end();
  });
  await new Promise((resolve) => bucket.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = /** @type {import('node:net').AddressInfo} */ (bucket.address());
  const config = await readmeConfig();
  const worker = await start({ vars: config.vars, secrets: SECRETS });
  try {
    const { code: status, stdout } = await folder.run(code, { TOKEN: await visitorToken('ada'), SAMPLES_WORKER: worker.url, SAMPLES_BUCKET: `http://127.0.0.1:${address.port}` });
    assert.equal(status, 0, stdout);
    assert.deepEqual(received, [`POST file ${PICTURE_BYTES}`]);
  } finally {
    await worker.stop();
    bucket.close();
  }
}

test('docs/troubleshooting.md names the cause that `signpost explain` finds', async () => {
  const rows = [...(await readFile(join(root, 'docs/troubleshooting.md'), 'utf8')).matchAll(/^\| `(\w+): (.+?)` \| `([a-z-]+)` \|/gm)];
  assert.ok(rows.length > 30, `${rows.length} messages`);
  const folder = await sandbox(await complete([]));
  for (const [, code, message, cause] of rows) {
    const { stdout } = await folder.run(`signpost explain --no-config --json - <<'EOF'\n<Error><Code>${code}</Code><Message>${message}</Message></Error>\nEOF`);
    assert.deepEqual(JSON.parse(stdout)[0].causes.map((/** @type {{ code: string }} */ found) => found.code), [cause], `${code}: ${message}`);
  }
  await folder.remove();
});

describe('answers and logs in JSON', async () => {
  /** @type {Awaited<ReturnType<typeof start>>} */
  let worker;
  before(async () => {
    const { vars } = await readmeConfig();
    vars.UPLOADS.photo = { ...vars.UPLOADS.avatar, key: 'photos/{caller}/{uuid}.{ext}' };
    vars.UPLOADS.few = { ...vars.UPLOADS.avatar, quota: { bytes: '20 MiB', files: 1, per: 'day' } };
    vars.UPLOADS.put = { ...vars.UPLOADS.avatar, bucket: 'own' };
    vars.BUCKETS.own = { provider: 'r2', name: 'own', endpoint: 'https://0a1b.r2.cloudflarestorage.com', credentials: 'MEDIA', binding: 'OWN', forms: false };
    vars.UPLOADS.proof = { ...vars.UPLOADS.avatar, confirm: true };
    vars.ISSUER = { url: 'https://files.example.com', keys: ['LOGIN_SECRET'] };
    const now = new Date().toUTCString();
    const outbound = () => new Response(null, { headers: { 'content-length': `${PICTURE_BYTES}`, 'content-type': 'image/png', etag: '"a"', 'last-modified': now, date: now } });
    vars.DOWNLOADS = { report: { bucket: 'media', callers: ['login'], key: 'reports/{path}', expires: '7 days', uses: 1 } };
    worker = await start({ vars, secrets: SECRETS, outbound, state: true, env: { OWN: { type: 'r2', name: 'own' } } });
  });
  after(() => worker?.stop());

  const ask = async (/** @type {string} */ rule, /** @type {string} */ token, /** @type {number} */ size) => {
    const init = { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: JSON.stringify({ type: 'image/png', size }) };
    return (await worker.fetch(`/uploads/${rule}`, init)).json();
  };

  for (const block of ALL.filter((each) => each.language === 'json' && !isElsewhere(each))) {
    test(nameOf(block), async () => {
      const sample = JSON.parse(block.code);
      if ('files' in sample) {
        const files = [PICTURE_BYTES, 50_000_000].map((size) => ({ type: 'image/png', size }));
        const headers = { authorization: `Bearer ${await visitorToken('ada')}` };
        const answer = await (await worker.fetch('/uploads/avatar', { method: 'POST', headers, body: JSON.stringify({ files }) })).json();
        const [{ fields, ...signed }, { error }] = answer.files;
        assert.deepEqual(shapeOf(sample.files[0]), { ...Object(shapeOf(signed)), fields: {} });
        return assert.deepEqual(sample.files[1], { error });
      }
      if ('fields' in sample) return assert.deepEqual(shapeOf(sample), shapeOf(await ask('avatar', await visitorToken('ada'), PICTURE_BYTES)));
      if ('receipt' in sample) {
        const token = await visitorToken('ada');
        const { confirm } = await ask('proof', token, PICTURE_BYTES);
        const headers = { authorization: `Bearer ${token}` };
        const answer = await worker.fetch('/uploads/proof/confirm', { method: 'POST', headers, body: JSON.stringify({ confirm }) });
        return assert.deepEqual(shapeOf(sample), shapeOf(await answer.json()));
      }
      if ('uses' in sample || 'links' in sample) {
        const headers = { authorization: `Bearer ${await visitorToken('ada')}`, accept: 'application/json' };
        const link = await (await worker.fetch('/downloads/report/7.pdf', { headers })).json();
        if ('uses' in sample) return assert.deepEqual(shapeOf(sample), shapeOf(link));
        const { links } = await (await worker.fetch('/links', { headers })).json();
        await worker.fetch(`/links/${link.id}`, { method: 'DELETE', headers });
        return assert.deepEqual(shapeOf(sample), shapeOf({ links: links.slice(0, 1) }));
      }
      if ('headers' in sample) return assert.deepEqual(shapeOf(sample), shapeOf(await ask('put', await visitorToken('ada'), PICTURE_BYTES)));
      if ('remaining' in sample) {
        await ask('few', await visitorToken('eve'), PICTURE_BYTES);
        return assert.deepEqual(shapeOf(sample), shapeOf(await ask('few', await visitorToken('eve'), PICTURE_BYTES)));
      }
      if ('detail' in sample) return assert.deepEqual(sample, await ask('avatar', await visitorToken('ada'), 50_000_000));
      if ('outcome' in sample) {
        await ask('photo', await visitorToken(sample.subject), PICTURE_BYTES);
        const line = JSON.parse(worker.logs.at(-1) ?? '{}');
        assert.deepEqual(shapeOf(sample), shapeOf(line));
        return assert.deepEqual({ ...sample, key_hash: '', ms: 0 }, { ...line, key_hash: '', ms: 0 });
      }
      if ('Statement' in sample) return assert.deepEqual(permissionsOf(sample), permissionsOf(await policyFor(block.file)));
      assert.fail('this suite knows no such JSON');
    });
  }
});

/** The keys of a value, and the types of its leaves. @param {unknown} value @returns {unknown} */
function shapeOf(value) {
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, shapeOf(inner)]));
}

/** @param {string} file of a provider @returns {Promise<any>} what `signpost iam` prints for its configuration */
async function policyFor(file) {
  const folder = await sandbox(await complete([...of('docs/providers.md', 'toml'), ...of(file, 'toml')].map(({ code }) => code)));
  const { stdout } = await folder.run('signpost iam');
  await folder.remove();
  return JSON.parse(stdout);
}

/** The actions of a policy and the prefixes of their keys. @param {{ Statement: { Action: string[], Resource: string[] }[] }} policy */
function permissionsOf({ Statement }) {
  return Statement.map(({ Action, Resource }) => [Action, Resource.map((resource) => resource.replace('arn:aws:s3:::', '').replace(/\*.*$/, ''))]);
}

describe('pages', await needs('chromium'), () => {
  /** @type {Awaited<ReturnType<typeof startPages>>} */
  let pages;
  before(async () => void (pages = await startPages()));
  after(() => pages?.stop());
  for (const block of ALL.filter((each) => ['html', 'js', 'jsx'].includes(each.language) && !isElsewhere(each))) {
    test(nameOf(block), { timeout: 60_000 }, async () => {
      const { html, module, react } = pages;
      const received = await (block.language === 'html' ? html : block.language === 'js' ? module : react)(block.code);
      assert.match(`${received}`, /^(?:POST|PUT)$/, 'the bucket receives the file');
    });
  }
});

describe('code of a Worker that calls Signpost', () => {
  for (const block of ALL.filter(({ language }) => language === 'ts')) {
    test(nameOf(block), async () => {
      const folder = join(root, 'target', 'samples', 'ts');
      await mkdir(folder, { recursive: true });
      const types = "import type { SignpostMethods } from '../../../src/js/rpc';\ninterface Env { SIGNPOST: SignpostMethods }\n";
      const module = `${types}export default {\n  async fetch(_: Request, env: Env): Promise<Response> {\n    const user = { id: 'u7' };\n${block.code}  },\n};\n`;
      await writeFile(join(folder, 'sample.ts'), module);
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ extends: '../../../examples/tsconfig.json', include: ['sample.ts'], compilerOptions: { noEmit: true } }));
      await runProgram('tsc', ['--project', folder]);
      const { outputFiles } = await build({ stdin: { contents: module, loader: 'ts' }, format: 'esm', write: false, logLevel: 'silent' });
      await rm(folder, { recursive: true });
      const { vars } = await complete(of(block.file, 'toml').map(({ code }) => code));
      const rule = { ...vars.UPLOADS.avatar, callers: ['members'], key: 'documents/{caller}/{uuid}.{ext}', types: ['application/pdf'] };
      const binding = { SIGNPOST: { type: 'worker', worker: 'signpost', exportName: 'Signpost' } };
      const worker = await start({ vars: { ...vars, UPLOADS: { document: rule } }, secrets: SECRETS, others: { caller: { source: outputFiles[0].text, env: binding } } });
      try {
        const caller = /** @type {any} */ (await worker.miniflare.getWorker('caller'));
        const answer = await (await caller.fetch('https://caller.example.com/')).json();
        assert.match(answer.fields?.key ?? JSON.stringify(answer), /^documents\/u7\/[\w-]+\.pdf$/);
      } finally {
        await worker.stop();
      }
    });
  }
});

describe('code in Python returns a form', () => {
  for (const block of ALL.filter((each) => each.language === 'python' && !isElsewhere(each))) {
    test(nameOf(block), async () => {
      const { vars } = await complete([]);
      const worker = await start({ vars, secrets: SECRETS });
      try {
        const code = `${block.code.replaceAll('https://signpost.example.workers.dev', worker.url)}\nprint(json.dumps(answer))\n`;
        const env = { AWS_ACCESS_KEY_ID: BUCKET_KEYS.MEDIA_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: BUCKET_KEYS.MEDIA_SECRET_ACCESS_KEY, SITE_TOKEN: TOKEN };
        const { stdout, stderr } = await execute(join(await venv('boto3'), 'python'), ['-c', `import json\n${code}`], { env });
        const { url, fields } = JSON.parse(stdout || assert.fail(stderr));
        assert.match(url, /^https:\/\/acme-media\.s3\./);
        assert.match(fields.key, /^avatars\//);
      } finally {
        await worker.stop();
      }
    });
  }
});

describe('code in Rust compiles', () => {
  for (const block of ALL.filter(({ language }) => language === 'rust')) test(nameOf(block), { timeout: 600_000 }, () => compileRust(block.code));
});
