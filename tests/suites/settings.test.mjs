/** @file The command reads the files of wrangler as wrangler does, the files that are built for `cf`, and the settings of the AWS tools as botocore does. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { environment, root } from '../../scripts/step.mjs';
import { need, needs } from '../needs.mjs';
import { execute, program } from '../support/signpost.mjs';
import { venv } from '../support/venv.mjs';

/** @param {import('node:test').TestContext} context @returns {string} a folder that goes when the test ends */
function scratch(context) {
  const directory = mkdtempSync(join(tmpdir(), 'signpost-settings-'));
  context.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** The seed of the random inputs; each failure prints it. */
const SEED = Number(process.env.SEED ?? 1);
/** Numbers from 0 to `below`, by xorshift. @param {number} seed */
function numbers(seed) {
  let state = (seed * 2654435761) >>> 0 || 1;
  return (/** @type {number} */ below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** @param {object[]} lines @returns {Promise<any[]>} what the command reads in each file */
async function read(lines) {
  await need('read files example');
  const input = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const { stdout, stderr } = await execute(join(environment.CARGO_TARGET_DIR, 'debug', 'examples', 'read_files'), [], { input });
  assert.equal(stderr, '');
  return stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
}

describe('reads the files of wrangler', () => {
  const PARTS = ['A', 'B_2', 'c.d', 'x-y', '=', '=', '=', ' = ', ': ', ':', ' ', '\t', "'", '"', '`', '#', ' # ', '$', '${A}', '\\', '\\n', '\\r', '\\"', "\\'", '\n', '\n', '\n', '\r\n', '\r', 'export ', '\u00a0', '\ufeff', '\u0085', 'é', '🦀', 'value', 'a b', '{"k":"v"}', '!', '&'];

  test('.dev.vars, in 10,000 random files', async (context) => {
    const directory = scratch(context);
    const { unstable_getVarsForDev } = await import('wrangler');
    const next = numbers(SEED);
    const texts = Array.from({ length: 10_000 }, () => Array.from({ length: 1 + next(24) }, () => PARTS[next(PARTS.length)]).join(''));
    const ours = await read(texts.map((text) => ({ name: '.dev.vars', text })));
    let refused = 0;
    for (const [n, text] of texts.entries()) {
      writeFileSync(join(directory, '.dev.vars'), text);
      const variables = unstable_getVarsForDev(join(directory, 'wrangler.toml'), undefined, {}, undefined, true);
      const theirs = Object.fromEntries(Object.entries(variables).map(([name, { value }]) => [name, value]));
      if (ours[n].error) {
        refused++;
        const half = Object.values(theirs).some((value) => /^['"`]/.test(String(value)));
        // A later value of the same name can hide the one that is refused.
        assert.ok(half || /['"`]/.test(text), `seed ${SEED}: ${JSON.stringify(text)}`);
      } else {
        assert.deepEqual(ours[n], theirs, `seed ${SEED}: ${JSON.stringify(text)}`);
      }
    }
    assert.ok(refused < 4_000, `${refused} refused`);
  });

  test('wrangler.jsonc, in 5,000 random files', async (context) => {
    const directory = scratch(context);
    const { experimental_readRawConfig } = await import('wrangler');
    const next = numbers(SEED);
    const pick = (/** @type {any[]} */ list) => list[next(list.length)];
    const space = () => pick(['', ' ', '\n', '/* a */', '// b\n', '\t', '']);
    /** @param {number} depth @returns {string} */
    const value = (depth) => {
      const scalar = () => pick(['1', '-2.5', '1e3', 'true', 'false', 'null', '"a"', '"a\\u00e9\\n\\"b"', '"// no comment"', '""', '01', "'a'", '+1', '.5', '0x1', 'NaN', '"\\x41"', 'undefined']);
      if (depth === 0 || next(3) === 0) return next(12) ? pick(['1', 'true', 'null', '"a"', '"b\\u00fc"', '-0.5e2']) : scalar();
      const isList = next(2) === 0;
      const items = Array.from({ length: next(4) }, () => `${space()}${isList ? '' : `"${pick(['a', 'b', 'c', 'a b', '\\u0061'])}"${space()}:${space()}`}${value(depth - 1)}${space()}`);
      const comma = next(25) ? ',' : pick(['', ',,']);
      const text = items.join(comma) + (next(4) ? '' : pick(items.length ? [',', ' ,'] : ['', ',']));
      return isList ? `[${text}]` : `{${text}}`;
    };
    const texts = Array.from({ length: 5_000 }, () => `${next(20) ? '' : '\ufeff'}${space()}{"vars":${value(4)}${next(40) ? '}' : ''}${space()}`);
    const ours = await read(texts.map((text) => ({ name: 'wrangler.jsonc', text: text.replace(/^\ufeff/, '') })));
    let valid = 0;
    const path = join(directory, 'wrangler.jsonc');
    for (const [n, text] of texts.entries()) {
      writeFileSync(path, text);
      let theirs;
      try {
        theirs = experimental_readRawConfig({ config: path }).rawConfig;
        valid++;
      } catch {
        theirs = undefined;
      }
      if (theirs === undefined) assert.ok(ours[n].error, `seed ${SEED}: ${JSON.stringify(text)}`);
      else assert.deepEqual(ours[n], JSON.parse(JSON.stringify(theirs)), `seed ${SEED}: ${JSON.stringify(text)}`);
    }
    assert.ok(valid > 2_000 && valid < 4_900, `${valid} valid`);
  });
});

test('reads the Build Output that the installed wrangler writes', async (context) => {
  const directory = scratch(context);
  const vars = {
    BUCKETS: { media: { provider: 'r2', name: 'acme-media', credentials: 'MEDIA', binding: 'MEDIA', endpoint: 'https://0a1b.eu.r2.cloudflarestorage.com' } },
    CALLERS: { site: { kind: 'bearer', secret: 'SITE_TOKEN' } },
    UPLOADS: { avatar: { bucket: 'media', callers: ['site'], origins: ['https://www.example.com'], key: 'avatars/{caller}/{uuid}', types: ['image/png'], max_size: '5 MiB', expires: '10 min', limit: 'LIMIT' } },
  };
  /** @type {Record<string, any>} */
  const env = {
    ...Object.fromEntries(Object.entries(vars).map(([name, value]) => [name, { type: 'json', value }])),
    ...Object.fromEntries(['MEDIA_ACCESS_KEY_ID', 'MEDIA_SECRET_ACCESS_KEY', 'SITE_TOKEN'].map((name) => [name, { type: 'secret' }])),
    MEDIA: { type: 'r2', name: 'acme-media', jurisdiction: 'eu' },
    LIMIT: { type: 'rate-limit', namespace: '1001', simple: { limit: 20, period: 60 } },
  };
  const worker = { name: 'signpost', compatibilityDate: '2026-09-01', entrypoint: './index.js', observability: { enabled: true, logs: { invocationLogs: false } }, env };
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(directory, 'index.js'), 'export default {};');
  const build = async () => {
    writeFileSync(join(directory, 'cloudflare.config.ts'), `export default ${JSON.stringify({ worker })};`);
    const wrangler = join(root, 'node_modules', 'wrangler', 'bin', 'wrangler.js');
    const args = [wrangler, 'build', '--experimental-new-config', '--experimental-cf-build-output'];
    const { code, stdout, stderr } = await execute(process.execPath, args, { cwd: directory, env: { CI: '1', WRANGLER_LOG_PATH: directory } });
    assert.equal(code, 0, stdout + stderr);
  };
  const check = async () => execute(await program(), ['check', '--json', '--strict'], { cwd: directory });

  await build();
  assert.deepEqual(await check(), { code: 0, stdout: '[]\n', stderr: '' });
  const csp = await execute(await program(), ['csp', '--worker', 'https://files.example.com'], { cwd: directory });
  assert.match(csp.stdout, /https:\/\/files\.example\.com/);
  const cors = await execute(await program(), ['cors'], { cwd: directory });
  assert.deepEqual(JSON.parse(cors.stdout), { rules: [] }); // only the Worker writes into a bound bucket

  env.MEDIA.name = 'other-media';
  env.LIMIT.simple.period = 10;
  worker.observability.logs.invocationLogs = true;
  env.SITE_TOKEN = { type: 'text', value: 'hunter2' };
  await build();
  const findings = JSON.parse((await check()).stdout);
  assert.deepEqual(findings.map((/** @type {any} */ { code }) => code).sort(), ['invocation-logs', 'other-bucket', 'other-period', 'secret-not-required']);
  const version = readdirSync(join(directory, '.cloudflare', 'output'))[0];
  assert.equal(findings[0].file, `.cloudflare/output/${version}/workers/default/worker.config.json`);
});

describe('finds the endpoint that botocore finds', await needs('boto3'), () => {
  const HOSTS = ['http://localhost:9000', 'https://s3.example.com', 'https://gw.example.com/s3', 'https://0a1b.r2.cloudflarestorage.com'];

  test('in 300 random settings', async (context) => {
    const directory = scratch(context);
    const next = numbers(SEED);
    const pick = (/** @type {any[]} */ list) => list[next(list.length)];
    /** Each of these lines with a probability of one in `n`. @param {number} n @param {(() => string)[]} lines */
    const some = (n, ...lines) => lines.filter(() => next(n) === 0).map((line) => line());
    const truth = () => pick(['true', 'false', 'True', 'yes']);
    const settings = () => {
      const profile = () => [
        ...some(2, () => `endpoint_url = ${pick(HOSTS)}`, () => `services = ${pick(['local', 'other', 'other', 'local', 'none'])}`),
        ...some(4, () => `ignore_configured_endpoint_urls = ${truth()}`, () => `use_dualstack_endpoint=${truth()}`, () => `use_fips_endpoint: ${truth()}`),
        ...some(3, () => ['s3 =', ...some(2, () => `  addressing_style = ${pick(['path', 'virtual', 'auto'])}`, () => `  use_dualstack_endpoint = ${truth()}`), '  max_queue_size = 10'].join('\n')),
      ];
      const sections = ['[default]', ...profile(), '[profile media]', ...profile(), '[services local]', 's3 =', `  endpoint_url = ${pick(HOSTS)}`, 'sqs =', '  endpoint_url = http://sqs.test', '[services other]', 'sqs =', '  endpoint_url = http://sqs.test'];
      const variables = [
        ...some(4, () => `AWS_ENDPOINT_URL_S3=${pick(['', ...HOSTS])}`, () => `AWS_ENDPOINT_URL=${pick(['', ...HOSTS])}`, () => `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=${truth()}`),
        ...some(6, () => `AWS_USE_DUALSTACK_ENDPOINT=${truth()}`, () => `AWS_USE_FIPS_ENDPOINT=${truth()}`),
        ...some(3, () => 'AWS_PROFILE=media'),
      ];
      return { region: pick(['eu-west-1', 'us-east-1', 'us-gov-west-1', 'cn-north-1']), bucket: pick(['acme-media', 'acme-media', 'acme.media']), config: `${sections.join('\n')}\n`, environment: Object.fromEntries(variables.map((text) => text.split(/=(.*)/s).slice(0, 2))) };
    };
    const jobs = Array.from({ length: 300 }, settings);
    const input = jobs.map((job) => `${JSON.stringify(job)}\n`).join('');
    const config = join(directory, 'config');
    const files = { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
    const { stdout, stderr } = await execute(join(await venv('boto3'), 'python'), ['tests/support/boto3_endpoints.py'], { input, env: files });
    assert.equal(stderr, '');
    const theirs = stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
    const keys = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
    mkdirSync(join(directory, 'empty'), { recursive: true });
    let failed = 0;
    for (const [n, job] of jobs.entries()) {
      writeFileSync(config, job.config);
      const args = ['sign', 'get', `s3://${job.bucket}/a`, `--region=${job.region}`];
      const result = await execute(await program(), args, { env: { ...files, ...keys, ...job.environment }, cwd: join(directory, 'empty') });
      const ours = result.code === 0 ? { url: result.stdout.split('?')[0] } : {};
      failed += 'url' in theirs[n] ? 0 : 1;
      assert.deepEqual(ours, 'url' in theirs[n] ? { url: theirs[n].url } : {}, `seed ${SEED}: ${JSON.stringify(job)} ${theirs[n].error ?? ''} ${result.stderr}`);
    }
    assert.ok(failed < 150, `${failed} fail`);
  });
});
