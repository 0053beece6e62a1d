/** @file `npm start` on a fresh checkout: it starts, works as documented, and leaves no process behind. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { before, test } from 'node:test';
import { promisify } from 'node:util';
import { freePort, isFree } from '../../scripts/process.mjs';
import { root } from '../../scripts/step.mjs';
import { need } from '../needs.mjs';
import { picture } from '../support/picture.mjs';
import { post } from '../support/transfer.mjs';

const run = promisify(execFile);

// Built before the start, so that nothing is built twice.
before(() => Promise.all([need('worker'), need('client'), need('explain page')]));

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  test(`npm start serves an upload and its download, and ends with ${signal}`, async () => {
    const [port, sitePort] = [await freePort(), await freePort()];
    const env = { ...process.env, PORT: String(port), SITE_PORT: String(sitePort) };
    const demo = spawn('npm', ['start'], { cwd: root, env, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
    const group = demo.pid ?? 0;
    try {
      const [endpoint, site] = await ready(demo.stdout);
      assert.deepEqual([endpoint, site], [`http://localhost:${port}`, `http://localhost:${sitePort}`]);
      await roundTrip(endpoint, site);
    } finally {
      const ended = new Promise((resolve) => demo.on('exit', resolve));
      process.kill(signal === 'SIGINT' ? -group : group, signal); // a terminal sends it to the whole group
      assert.equal(await ended, 0);
    }
    assert.ok((await isFree(port)) && (await isFree(sitePort)), 'both ports are free again');
    assert.equal(await processesWith(String(port)), '');
  });
}

/** Waits for the welcome message, and returns its two addresses. @param {AsyncIterable<Buffer>} output */
async function ready(output) {
  let text = '';
  for await (const chunk of output) {
    text += chunk;
    const [, site] = /a page that uploads pictures +(\S+)\//.exec(text) ?? [];
    const [, endpoint] = /the Worker +(\S+)\/healthz/.exec(text) ?? [];
    if (site && endpoint && text.includes('curl ')) return [endpoint, site];
  }
  throw new Error(`npm start ended: ${text}`);
}

/** @param {string} endpoint @param {string} site */
async function roundTrip(endpoint, site) {
  const page = await fetch(`${site}/`);
  assert.match(await page.text(), /<title>/);
  assert.deepEqual(await (await fetch(`${site}/config.json`)).json(), { endpoint, rule: 'picture' });
  assert.equal((await fetch(`${site}/client/signpost.js`)).status, 200);
  for (const file of ['', 'page.js', 'style.css']) assert.equal((await fetch(`${site}/explain/${file}`)).status, 200);

  const file = picture();
  const headers = { origin: site, 'content-type': 'application/json' };
  const body = JSON.stringify({ type: 'image/png', size: file.length });
  const answer = await (await fetch(`${endpoint}/uploads/picture`, { method: 'POST', headers, body })).json();
  assert.equal(answer.method, 'POST');
  assert.equal((await post(answer, file)).status, 204);
  const object = await fetch(`${endpoint}/downloads/${answer.key.replace('pictures/', 'picture/')}`);
  assert.ok(file.equals(Buffer.from(await object.arrayBuffer())));
}

/** Returns the processes whose command line contains `text`. @param {string} text */
async function processesWith(text) {
  const { stdout } = await run('ps', ['-eo', 'pid,args']);
  return stdout.split('\n').filter((line) => line.includes(text) && !line.includes('ps -eo')).join('\n');
}
