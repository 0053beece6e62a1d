/**
 * @file What `signpost explain` reads: links as they are copied, links of other schemes, commands, errors of tools, records of browsers.
 *
 * The tests compare the complete list of causes. No server is needed.
 */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { COMMANDS, UNREADABLE } from '../data/explain/commands.mjs';
import { ERROR_TEXTS, NO_ERRORS } from '../data/explain/error-texts.mjs';
import { RECORDS } from '../data/explain/records.mjs';
import { SCHEMES } from '../data/explain/schemes.mjs';
import { WRAPPINGS } from '../data/explain/wrapped.mjs';
import { need } from '../needs.mjs';
import { execute, program, signpost } from '../support/signpost.mjs';

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const NO_FILES = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_PROFILE: '', AWS_SESSION_TOKEN: '' };
const SIGNED_AT = '--at=2026-11-23T19:00:00Z';
const SENT_AT = '--at=2026-11-23T19:01:00Z';

/** @type {{ get: string, put: string, form: { url: string, fields: Record<string, string> } }} */
let given;
before(async () => {
  await need('command');
  const sign = (/** @type {string[]} */ ...args) => signpost(['sign', ...args, '--region=eu-west-1', '--expires=10 min', SIGNED_AT], { env: KEYS });
  const [get, put, form] = await Promise.all([sign('get', 's3://acme-media/a b.png'), sign('put', 's3://acme-media/a.png', '--header=content-type: image/png'), sign('post', 's3://acme-media/a.png')]);
  given = { get, put, form: JSON.parse(form) };
});

/**
 * @param {string | Buffer} input
 * @param {{ args?: string[], secret?: 'no' }} [options]
 * @returns {Promise<{ code: number | null, stderr: string, causes: string[], remarks: string[], text: string }>}
 */
async function explain(input, { args = [], secret } = {}) {
  const keys = secret === 'no' ? { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' } : KEYS;
  const { code, stdout, stderr } = await execute(await program(), ['explain', '--json', '--no-config', SENT_AT, ...args], { input, env: { ...NO_FILES, ...keys } });
  /** @type {{ causes: { code: string }[], remarks: string[] }[]} */
  const diagnoses = stdout ? JSON.parse(stdout) : [];
  const causes = diagnoses.flatMap((diagnosis) => diagnosis.causes.map((cause) => cause.code));
  return { code, stderr, causes, remarks: diagnoses.flatMap(({ remarks }) => remarks), text: stdout };
}

/** Fails if a signature or a token of the input is in the output. @param {string} text @param {string} input */
function assertNoSecrets(text, input) {
  for (const [, secret] of input.matchAll(/(?:signature|token|sig)=(?:3D)?([\w%~-]{16,})/gi)) assert.ok(!text.includes(secret), 'a secret is shown');
  for (const secret of [KEYS.AWS_SECRET_ACCESS_KEY, 'secret-of-ada']) assert.ok(!text.includes(secret), 'a secret is shown');
}

describe('a link in other text', () => {
  for (const { name, wrap, causes = [], remark, args } of WRAPPINGS) {
    test(name, async () => {
      const input = wrap(given.get);
      const found = await explain(input, { args });
      assert.deepEqual([found.causes, found.stderr], [causes, ''], input);
      if (remark) assert.match(found.remarks.join('\n'), remark);
      assertNoSecrets(found.text, input);
    });
  }

  test('of several links, those that are signed', async () => {
    const { causes, text } = await explain(`<a href="https://www.example.com/">home</a> ${given.get}`);
    assert.deepEqual([causes, JSON.parse(text).length], [[], 1]);
    const both = await explain(`first: ${given.get}\nsecond: ${given.put}\nhelp: https://www.example.com/`, { secret: 'no' });
    assert.equal(JSON.parse(both.text).length, 2);
  });
});

describe('a file in UTF-16, as > of Windows PowerShell writes it', () => {
  // https://learn.microsoft.com/en-us/powershell/module/microsoft.powershell.core/about/about_character_encoding
  const little = (/** @type {string} */ text) => Buffer.from(`\ufeff${text}\r\n`, 'utf16le');
  for (const [name, encode] of Object.entries({ little, big: (/** @type {string} */ text) => little(text).swap16() })) {
    test(`${name}-endian`, async () => {
      assert.deepEqual((await explain(encode(given.get))).causes, []);
      assert.deepEqual((await explain(encode(`${given.get}&ref=mail`))).causes, ['query-changed']);
      assert.deepEqual((await explain(encode(JSON.stringify(given.form)))).causes, []);
    });
  }
});

describe('a link of another scheme', () => {
  test('in lines of 76 characters', async () => {
    for (const { link } of SCHEMES.filter(({ causes, error }) => !causes && !error)) {
      const lines = (link.match(/.{1,76}/g) ?? []).join('\n');
      assert.deepEqual((await explain(`Hello,\n${lines}\n\nBye`)).causes, [], lines);
    }
  });

  for (const { name, link, causes = [], error, remark, args } of SCHEMES) {
    test(name, async () => {
      for (const secret of [undefined, /** @type {const} */ ('no')]) {
        const found = await explain(link, { args: [...(args ?? []), ...(error ? ['-', error] : [])], secret });
        assert.deepEqual([found.causes, found.stderr], [causes, ''], link);
        if (remark) assert.match(found.remarks.join('\n'), remark);
        assertNoSecrets(found.text, link);
      }
    });
  }
});

describe('a command', () => {
  for (const { name, text, causes = [], secret } of COMMANDS) {
    test(name, async () => {
      const input = text(given);
      const found = await explain(input, { secret });
      assert.deepEqual([found.causes, found.stderr], [causes, ''], `${input}\n${found.text}`);
      assertNoSecrets(found.text, input);
    });
  }

  test('that cannot be read', async () => {
    for (const [command, reason] of UNREADABLE) {
      const { code, stderr } = await explain(command);
      assert.equal(code, 2);
      assert.match(stderr, reason);
    }
  });
});

describe('the error that a tool prints', () => {
  for (const { name, text, cause } of ERROR_TEXTS) {
    test(name, async () => {
      const found = await explain(text);
      assert.deepEqual([found.causes, found.stderr], [[cause], ''], text);
      // With a link the causes are those that this error permits.
      const { causes } = await explain('', { args: [`${given.get}&ref=mail`, text, '--method=GET', '--no-header'] });
      if (cause === 'signature-mismatch') assert.deepEqual(causes, ['query-changed']);
    });
  }

  test('no error in other texts', async () => {
    for (const text of NO_ERRORS) assert.equal((await explain(text)).code, 2, text);
  });
});

describe('a form that was recorded', () => {
  for (const { name, record, causes = [], remark } of RECORDS) {
    test(name, async () => {
      const input = record(given.form);
      const found = await explain(input, { args: [] });
      assert.deepEqual([found.causes, found.stderr], [causes, ''], `${input}\n${found.text}`);
      if (remark) assert.match(found.remarks.join('\n'), remark);
    });
  }
});
