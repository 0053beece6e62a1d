/** @file Tickets that the code in docs/tickets.md creates, in each of its languages. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { environment, run } from '../../scripts/step.mjs';
import { site } from '../callers/tokens.mjs';
import { needs } from '../needs.mjs';
import { start } from '../servers/worker_for_callers.mjs';
import { check, send } from '../contract/cases.mjs';

const KEY = 'contracts/u7/signed.pdf';
const GO = ['crypto/hmac', 'crypto/sha256', 'encoding/base64', 'encoding/json', 'fmt', 'os', 'time'];

/** How to make a program from a snippet, and the command that runs it. @type {Record<string, { file: string, program?: (code: string) => string, command: string[], options?: { skip: string | false } }>} */
const LANGUAGES = {
  js: { file: 'mint.mjs', command: ['node'] },
  python: { file: 'mint.py', command: ['python3'] },
  php: { file: 'mint.php', command: ['php'], options: await needs('php') },
  go: { file: 'mint.go', command: ['go', 'run'], options: await needs('go'), program: (code) => `package main\nimport (${GO.map((name) => `"${name}"`).join(';')})\nfunc main() {\n${code}}\n` },
};

describe('tickets', () => {
  /** @type {import('../servers/worker_for_callers.mjs').Worker} */
  let worker;
  let directory = '';
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tickets-'));
    const contract = { bucket: 'media', callers: ['backend'], key: 'contracts/{caller}/{filename}', types: ['application/pdf'], max_size: '10 MiB', expires: '10 min' };
    worker = await start({ vars: { UPLOADS_2: { contract } } });
  });
  after(async () => {
    await worker?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const upload = (/** @type {string} */ ticket, /** @type {number} */ size) => {
    const headers = { authorization: `Bearer ${ticket}` };
    return send(worker.url, { method: 'POST', path: '/uploads/contract', headers, json: { filename: 'x.pdf', type: 'application/pdf', size } });
  };

  for (const [language, { file, program = (/** @type {string} */ code) => code, command, options = {} }] of Object.entries(LANGUAGES)) {
    test(`are created by six lines of ${language}`, { ...options, timeout: 90_000 }, async () => {
      const code = await snippet(language);
      assert.equal(code.trimEnd().split('\n').length, 6);
      await writeFile(join(directory, file), program(code));
      const env = { ...environment, TICKET_SECRET: site.secrets.TICKET_OLD };
      const ticket = (await run(command[0], [...command.slice(1), join(directory, file)], { env })).trim();
      check(await upload(ticket, 5_000_001), { status: 413, code: 'EntityTooLarge' });
      const answer = await upload(ticket, 5_000_000);
      assert.equal(answer.status, 200, answer.body);
      const { key, expires, expires_with } = JSON.parse(answer.body);
      assert.deepEqual({ key, expires_with }, { key: KEY, expires_with: 'ticket' });
      assert.ok(Date.parse(expires) - Date.now() <= 361_000, expires);
      const page = await send(worker.url, { method: 'GET', path: `/t/${ticket}/uploads/contract` });
      check(page, { status: 200, body: [`value="${KEY}"`, '/uploads/contract/done"'] });
      assert.ok(!page.body.includes(ticket), 'the ticket is not sent to the bucket');
    });
  }
});

/** Returns the code of docs/tickets.md in a language. @param {string} language */
async function snippet(language) {
  const page = await readFile(new URL('../../docs/tickets.md', import.meta.url), 'utf8');
  return new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'ms').exec(page)?.[1] ?? '';
}
