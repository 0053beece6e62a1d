/** @file Links that end: counted, revoked and listed; concurrent uses; a killed process; the page with a button. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, readFile } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLOCK, setAhead } from '../servers/clock.mjs';
import * as localR2 from '../servers/local-r2.mjs';
import { s3 } from '../servers/s3.mjs';
import { start } from '../servers/worker.mjs';
import { assertAccessible } from '../support/axe.mjs';
import { browser } from '../support/browser.mjs';

const TOKENS = { ADA_TOKEN: 'a-token-of-ada-with-enough-characters', BOB_TOKEN: 'a-token-of-bob-with-enough-characters' };
const SECRETS = { MEDIA_ACCESS_KEY_ID: 'AKIDSHORTLINKS000001', MEDIA_SECRET_ACCESS_KEY: 'secret-access-key-of-the-tests-bucket', ...TOKENS };
const ORIGIN = 'https://www.example.com';

/** @param {object} [bucket] */
function vars(bucket = { provider: 'aws', name: 'acme-media', region: 'eu-west-1', credentials: 'MEDIA' }) {
  const rule = { bucket: 'media', callers: ['ada', 'bob'], origins: [ORIGIN], expires: '10 min' };
  return {
    BUCKETS: { media: bucket },
    CALLERS: { ada: { kind: 'bearer', secret: 'ADA_TOKEN' }, bob: { kind: 'bearer', secret: 'BOB_TOKEN' }, anyone: { kind: 'anyone' } },
    DOWNLOADS: {
      once: { ...rule, key: 'files/{path}', uses: 1 },
      direct: { ...rule, key: 'files/{path}', uses: 1, interstitial: false },
      thrice: { ...rule, key: 'files/{path}', uses: 3, interstitial: false },
      open: { ...rule, key: 'files/{path}', revocable: true },
      unlisted: { ...rule, callers: ['anyone'], key: 'files/{path}', uses: 2 },
      plain: { ...rule, key: 'files/{path}' },
    },
  };
}

/** @typedef {{ url: string, fetch: (path: string, init?: RequestInit) => Promise<Response> }} Worker */
/** @typedef {{ id: string, url: string, expires: string, uses?: number, path: string }} Link */

const as = (/** @type {'ada' | 'bob'} */ name, more = {}) => ({ authorization: `Bearer ${TOKENS[name === 'ada' ? 'ADA_TOKEN' : 'BOB_TOKEN']}`, ...more });

/** Makes a link. @param {Worker} worker @param {string} rule @param {{ path?: string, caller?: 'ada' | 'bob', query?: string }} [options] @returns {Promise<Link>} */
async function make(worker, rule, { path = 'secret-name.pdf', caller = 'ada', query = '' } = {}) {
  const answer = await worker.fetch(`/downloads/${rule}/${path}${query}`, { headers: as(caller, { accept: 'application/json' }) });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
}

/** @param {Worker} worker @param {{ id: string }} link @param {RequestInit} [init] */
const get = (worker, { id }, init) => worker.fetch(`/l/${id}`, init);
/** @param {Worker} worker @param {{ id: string }} link @param {Record<string, string>} [headers] */
const post = (worker, link, headers) => get(worker, link, { method: 'POST', headers });
/** @param {Response} answer */
const cookieOf = (answer) => answer.headers.get('set-cookie')?.split(';')[0] ?? '';
/** @param {Response} answer */
const codeOf = async (answer) => [answer.status, (await answer.json()).code];
/** @param {Response} answer */
function assertLeads(answer, status = 303, most = 60) {
  assert.equal(answer.status, status);
  const { host, pathname, searchParams } = new URL(answer.headers.get('location') ?? '');
  assert.deepEqual([host, pathname], ['acme-media.s3.eu-west-1.amazonaws.com', '/files/secret-name.pdf']);
  const expires = Number(searchParams.get('X-Amz-Expires'));
  assert.ok(expires >= 1 && expires <= most, `${expires} s`);
  return expires;
}

describe('a link', () => {
  /** @type {Awaited<ReturnType<typeof start>>} */
  let worker;
  before(async () => void (worker = await start({ vars: vars(), secrets: SECRETS, state: true })));
  after(() => worker?.stop());

  test('is short, says when it ends, and names nothing', async () => {
    const link = await make(worker, 'once');
    assert.deepEqual(Object.keys(link), ['url', 'expires', 'id', 'uses']);
    assert.match(link.id, /^[\w-]{22}$/);
    assert.deepEqual([link.url, link.uses], [`${worker.url}/l/${link.id}`, 1]);
    assert.ok(Math.abs(Date.parse(link.expires) - Date.now() - 600_000) < 5_000);
    assert.notEqual((await make(worker, 'once')).id, link.id);
  });

  test('shows a page with a button, as often as one likes, and leads to the file once', async () => {
    const link = await make(worker, 'once');
    for (let i = 0; i < 5; i += 1) {
      const page = await get(worker, link, { headers: { accept: 'text/html' } });
      assert.deepEqual([page.status, page.headers.get('content-type'), page.headers.get('cache-control')], [200, 'text/html; charset=utf-8', 'no-store']);
      const html = await page.text();
      assert.ok(!html.includes('secret-name') && !html.includes('files/') && !html.includes('<script'), html);
      assert.equal((await get(worker, link, { method: 'HEAD' })).status, 200);
    }
    assertLeads(await post(worker, link));
    assert.deepEqual(await codeOf(await post(worker, link)), [410, 'LinkEnded']);
    const page = await get(worker, link, { headers: { accept: 'text/html' } });
    assert.deepEqual([page.status, page.headers.get('content-type')], [410, 'text/html; charset=utf-8']);
    assert.match(await page.text(), /This link has been used as often as it may be\./);
  });

  test('can be repeated for 60 seconds by the browser that used it, and by no other', async () => {
    const link = await make(worker, 'once');
    const used = await post(worker, link);
    const cookie = used.headers.get('set-cookie') ?? '';
    assert.match(cookie, new RegExp(`^signpost-use=[\\w-]{22}; Path=/l/${link.id}; Max-Age=60; HttpOnly; Secure; SameSite=Lax$`));
    const again = await post(worker, link, { cookie: `other=1; ${cookieOf(used)}` });
    assertLeads(again);
    assert.equal(cookieOf(again), cookieOf(used));
    assert.equal((await get(worker, link, { headers: { cookie: cookieOf(used) } })).status, 200, 'the page with the button');
    const other = cookieOf(await post(worker, await make(worker, 'once')));
    for (const cookie of ['', other, 'signpost-use=', 'signpost-use=AAAAAAAAAAAAAAAAAAAAAA', `x${cookieOf(used)}`]) {
      assert.deepEqual(await codeOf(await post(worker, link, { cookie })), [410, 'LinkEnded'], cookie);
    }
  });

  test('is used once by a browser that presses the button twice, or whose first answer is lost', async () => {
    const link = await make(worker, 'once');
    const page = await get(worker, link);
    assert.match(page.headers.get('set-cookie') ?? '', new RegExp(`^signpost-use=[\\w-]{22}; Path=/l/${link.id}; Max-Age=3600; HttpOnly; Secure; SameSite=Lax$`));
    const [cookie, other] = [cookieOf(page), cookieOf(await get(worker, link))];
    assert.notEqual(cookie, other, 'each browser has its own');
    const both = await Promise.all([post(worker, link, { cookie }), post(worker, link, { cookie })]);
    for (const answer of both) {
      assertLeads(answer);
      assert.equal(cookieOf(answer), cookie);
    }
    assert.equal(cookieOf(await get(worker, link, { headers: { cookie } })), cookie, 'the page again');
    for (const headers of [{ cookie: other }, undefined]) assert.deepEqual(await codeOf(await post(worker, link, headers)), [410, 'LinkEnded']);
    assert.equal((await get(worker, await make(worker, 'once'), { method: 'HEAD' })).headers.get('set-cookie'), null);
  });

  test('without a page is used by a GET, and never by a HEAD', async () => {
    const link = await make(worker, 'thrice');
    for (let i = 0; i < 5; i += 1) assertLeads(await get(worker, link, { method: 'HEAD' }), 302);
    for (let i = 0; i < 3; i += 1) assertLeads(await get(worker, link), 302);
    assert.deepEqual(await codeOf(await get(worker, link)), [410, 'LinkEnded']);
    assert.equal((await get(worker, link, { method: 'HEAD' })).status, 410);
  });

  test('that is revocable works until it is revoked', async () => {
    const link = await make(worker, 'open');
    assert.deepEqual(Object.keys(link), ['url', 'expires', 'id']);
    for (let i = 0; i < 5; i += 1) {
      const answer = await get(worker, link);
      assertLeads(answer, 302);
      assert.equal(answer.headers.get('set-cookie'), null);
    }
    assert.equal((await worker.fetch(`/links/${link.id}`, { method: 'DELETE', headers: as('ada') })).status, 204);
    assert.deepEqual(await codeOf(await get(worker, link)), [410, 'LinkEnded']);
    assert.equal((await worker.fetch(`/links/${link.id}?rule=open`, { method: 'DELETE', headers: as('ada') })).status, 204, 'a repetition');
  });

  test('shows the name that who made it has chosen, and saves the file under it', async () => {
    const link = await make(worker, 'once', { query: `?download=${encodeURIComponent('Bericht <März>.pdf')}` });
    assert.match(await (await get(worker, link)).text(), /Bericht &lt;März&gt;\.pdf/);
    const location = new URL((await post(worker, link)).headers.get('location') ?? '');
    assert.match(location.searchParams.get('response-content-disposition') ?? '', /^attachment;.*M%C3%A4rz/);
  });

  test('that is unknown is 404, whatever its id', async () => {
    for (const id of ['AAAAAAAAAAAAAAAAAAAAAA', 'x', '', 'a/b', '%00', 'A'.repeat(5_000), '..%2F..%2Fuploads']) {
      for (const method of ['GET', 'POST']) assert.deepEqual(await codeOf(await worker.fetch(`/l/${id}`, { method })), [404, 'NoSuchLink'], id);
      assert.equal((await worker.fetch(`/l/${id}`, { method: 'HEAD' })).status, 404);
    }
    const page = await worker.fetch('/l/AAAAAAAAAAAAAAAAAAAAAA', { headers: { accept: 'text/html' } });
    assert.match(await page.text(), /<h1>Not known<\/h1>/);
    for (const method of ['PUT', 'DELETE', 'OPTIONS']) {
      const answer = await worker.fetch('/l/AAAAAAAAAAAAAAAAAAAAAA', { method });
      assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'GET, HEAD, POST']);
    }
  });

  test('is made for scripts only: a page that is loaded again or in advance makes none', async () => {
    for (const init of [{}, { method: 'HEAD' }, { headers: { accept: 'text/html' } }, { method: 'HEAD', headers: { accept: 'application/json' } }]) {
      const answer = await worker.fetch('/downloads/once/a.pdf', { ...init, headers: as('ada', init.headers) });
      assert.equal(answer.status, 400);
    }
  });

  test('is made for many files at once, and a refused one takes no place', async () => {
    const paths = Array.from({ length: 100 }, (_, i) => (i === 50 ? 'a//b' : `file-${i}.pdf`));
    const answer = await worker.fetch('/downloads/once', { method: 'POST', headers: as('bob', { 'content-type': 'application/json' }), body: JSON.stringify({ paths }) });
    const { downloads } = await answer.json();
    assert.deepEqual(downloads.map((/** @type {any} */ { path }) => path), paths);
    assert.deepEqual([downloads[50].error.status, downloads[50].id], [400, undefined]);
    const links = downloads.filter((/** @type {any} */ { id }) => id);
    assert.equal(new Set(links.map((/** @type {any} */ { id }) => id)).size, 99);
    for (const at of [0, 49, 51, 99]) assert.match((await post(worker, downloads[at])).headers.get('location') ?? '', new RegExp(`/files/file-${at}\\.pdf\\?`));
  });
});

describe('who made a link', () => {
  /** @type {Awaited<ReturnType<typeof start>>} */
  let worker;
  before(async () => void (worker = await start({ vars: vars(), secrets: SECRETS, state: true, around: CLOCK })));
  after(() => worker?.stop());

  /** @param {'ada' | 'bob'} caller @param {string} rule */
  const list = async (caller, rule, more = '') => {
    const answer = await worker.fetch(`/links?rule=${rule}${more}`, { headers: as(caller) });
    assert.equal(answer.status, 200, await answer.clone().text());
    return answer.json();
  };
  const revoke = (/** @type {string} */ id, headers = as('ada'), query = '') => worker.fetch(`/links/${id}${query}`, { method: 'DELETE', headers });

  test('lists it while it is open, and nobody else does', async () => {
    const [one, two] = [await make(worker, 'thrice', { path: 'one.pdf' }), await make(worker, 'thrice', { path: 'two.pdf' })];
    await make(worker, 'thrice', { path: 'of-bob.pdf', caller: 'bob' });
    await get(worker, two);
    const { links } = await list('ada', 'thrice');
    assert.deepEqual(links.slice(-2), [
      { id: one.id, url: one.url, path: 'one.pdf', expires: one.expires, uses_left: 3 },
      { id: two.id, url: two.url, path: 'two.pdf', expires: two.expires, uses_left: 2 },
    ]);
    assert.deepEqual((await list('bob', 'thrice')).links.map((/** @type {Link} */ { path }) => path), ['of-bob.pdf']);
    assert.ok(!JSON.stringify(await list('ada', 'open')).includes(one.id), 'a rule lists its own');
    await revoke(one.id);
    await get(worker, two);
    await get(worker, two);
    assert.deepEqual((await list('ada', 'thrice')).links.map((/** @type {Link} */ { id }) => id).filter((/** @type {string} */ id) => [one.id, two.id].includes(id)), []);
  });

  test('revokes it, and nobody else does', async () => {
    const link = await make(worker, 'thrice');
    assert.deepEqual(await codeOf(await revoke(link.id, as('bob'))), [404, 'NoSuchLink']);
    assert.deepEqual(await codeOf(await revoke(link.id, as('ada'), '?rule=open')), [404, 'NoSuchLink']);
    assert.deepEqual(await codeOf(await revoke(link.id, /** @type {any} */ ({}))), [401, 'MissingAuthenticationToken']);
    assertLeads(await get(worker, link), 302);
    assert.equal((await revoke(link.id)).status, 204);
    assert.deepEqual(await codeOf(await get(worker, link)), [410, 'LinkEnded']);
  });

  test('a revoked link cannot be repeated', async () => {
    const link = await make(worker, 'thrice');
    const used = await get(worker, link);
    await revoke(link.id);
    assert.deepEqual(await codeOf(await get(worker, link, { headers: { cookie: cookieOf(used) } })), [410, 'LinkEnded']);
  });

  test('names the rule where several make links, and one that makes none is none', async () => {
    assert.deepEqual(await codeOf(await worker.fetch('/links', { headers: as('ada') })), [400, 'InvalidArgument']);
    for (const rule of ['plain', 'unlisted', 'nothing', '']) assert.deepEqual(await codeOf(await worker.fetch(`/links?rule=${rule}`, { headers: as('ada') })), [404, 'NoSuchRule'], rule);
    assert.deepEqual(await codeOf(await worker.fetch('/links?rule=once')), [401, 'MissingAuthenticationToken']);
    assert.deepEqual(await codeOf(await worker.fetch('/links?rule=once&after=x', { headers: as('ada') })), [404, 'NoSuchLink']);
    assert.equal((await worker.fetch('/links?rule=once', { method: 'POST', headers: as('ada') })).status, 405);
  });

  test('uses it from a page of the rule\'s origins, and from no other', async () => {
    const link = await make(worker, 'open');
    const preflight = await worker.fetch(`/links/${link.id}`, { method: 'OPTIONS', headers: { origin: ORIGIN, 'access-control-request-method': 'DELETE' } });
    assert.deepEqual([preflight.status, preflight.headers.get('access-control-allow-methods'), preflight.headers.get('access-control-allow-origin')], [204, 'DELETE, OPTIONS', ORIGIN]);
    const other = { origin: 'https://evil.example' };
    assert.equal((await revoke(link.id, as('ada', other))).status, 403);
    assert.equal((await worker.fetch('/links?rule=open', { headers: as('ada', other) })).status, 403);
    assert.equal((await revoke(link.id, as('ada', { origin: ORIGIN }))).headers.get('access-control-allow-origin'), ORIGIN);
  });

  test('lists many in pages of 100', async () => {
    const paths = Array.from({ length: 100 }, (_, i) => `${i}`);
    const answer = await worker.fetch('/downloads/direct', { method: 'POST', headers: as('bob', { 'content-type': 'application/json' }), body: JSON.stringify({ paths }) });
    const ids = (await answer.json()).downloads.map((/** @type {Link} */ { id }) => id);
    for (let i = 0; i < 5; i += 1) ids.push((await make(worker, 'direct', { caller: 'bob' })).id);
    const found = [];
    for (let page = await list('bob', 'direct'); ; page = await list('bob', 'direct', `&after=${page.next}`)) {
      found.push(...page.links.map((/** @type {Link} */ { id }) => id));
      if (page.next === undefined) break;
    }
    assert.deepEqual(found, ids);
  });
});

test('a link ends with its time, a repetition after 60 seconds, and what is forgotten is unknown', async () => {
  const worker = await start({ vars: vars(), secrets: SECRETS, state: true, around: CLOCK });
  try {
    const [link, used] = [await make(worker, 'once'), await make(worker, 'once')];
    const cookie = cookieOf(await get(worker, used));
    assertLeads(await post(worker, used, { cookie }));
    await setAhead(worker, 55);
    assert.ok(assertLeads(await post(worker, used, { cookie })) <= 6, 'no repetition makes it last longer');
    await setAhead(worker, 61);
    assert.deepEqual(await codeOf(await post(worker, used, { cookie })), [410, 'LinkEnded']);
    await setAhead(worker, 570);
    assert.ok(assertLeads(await get(worker, await make(worker, 'open')), 302) <= 60);
    await setAhead(worker, 601);
    for (const answer of [await post(worker, link), await get(worker, link)]) assert.deepEqual(await codeOf(answer), [410, 'LinkEnded']);
    assert.match((await (await post(worker, link)).json()).detail, /expired/);
    const { links } = await (await worker.fetch('/links?rule=once', { headers: as('ada') })).json();
    assert.deepEqual(links, []);
  } finally {
    await worker.stop();
  }
});

describe('concurrent uses', () => {
  /** @type {Awaited<ReturnType<typeof start>>} */
  let worker;
  before(async () => void (worker = await start({ vars: vars(), secrets: SECRETS, state: true })));
  after(() => worker?.stop());

  test('200 of a link that works once: exactly one leads to the file', async () => {
    for (const [rule, use] of /** @type {const} */ ([['once', post], ['direct', get]])) {
      const link = await make(worker, rule);
      const statuses = await Promise.all(Array.from({ length: 200 }, async () => (await use(worker, link)).status));
      assert.equal(statuses.filter((status) => status < 400).length, 1, rule);
      assert.equal(statuses.filter((status) => status === 410).length, 199, rule);
    }
  });

  test('200 browsers with the page of a link that works once: exactly one gets to the file', async () => {
    const link = await make(worker, 'once');
    const cookies = await Promise.all(Array.from({ length: 200 }, async () => cookieOf(await get(worker, link))));
    assert.equal(new Set(cookies).size, 200);
    const statuses = await Promise.all(cookies.map(async (cookie) => (await post(worker, link, { cookie })).status));
    assert.equal(statuses.filter((status) => status === 303).length, 1);
    assert.equal(statuses.filter((status) => status === 410).length, 199);
  });

  test('200 of a link that works three times: exactly three do', async () => {
    const link = await make(worker, 'thrice');
    const statuses = await Promise.all(Array.from({ length: 200 }, async () => (await get(worker, link)).status));
    assert.equal(statuses.filter((status) => status === 302).length, 3);
  });

  test('200 and a revocation: afterwards none works', async () => {
    const link = await make(worker, 'open');
    const uses = Array.from({ length: 200 }, async () => (await get(worker, link)).status);
    const revoked = await worker.fetch(`/links/${link.id}`, { method: 'DELETE', headers: as('ada') });
    assert.equal(revoked.status, 204);
    assert.equal((await get(worker, link)).status, 410);
    for (const status of await Promise.all(uses)) assert.ok([302, 410].includes(status), `${status}`);
  });
});

test('when the process is killed, nothing is lost and nothing is granted twice', async () => {
  const persist = await mkdtemp(join(tmpdir(), 'short-links-'));
  try {
    let worker = await start({ vars: vars(), secrets: SECRETS, state: true, persist });
    const links = [];
    for (let i = 0; i < 40; i += 1) links.push(await make(worker, 'once', { path: `${i}` }));
    // Some uses are answered, some are on their way when the process ends.
    const granted = new Set();
    const uses = links.slice(0, 30).map(async (link, nth) => {
      await sleep(nth * 3);
      const answer = await post(worker, link).catch(() => undefined);
      if (answer?.status === 303) granted.add(link.id);
    });
    await sleep(40);
    await kill();
    await Promise.all(uses);
    await worker.stop().catch(() => {});
    assert.ok(granted.size > 0 && granted.size < 30, `${granted.size} uses were answered`);

    worker = await start({ vars: vars(), secrets: SECRETS, state: true, persist });
    try {
      const { links: listed } = await (await worker.fetch('/links?rule=once', { headers: as('ada') })).json();
      for (const link of links) {
        const status = (await post(worker, link)).status;
        if (granted.has(link.id)) assert.equal(status, 410, 'not granted twice');
        else assert.ok([303, 410].includes(status), `${status}`);
      }
      for (const link of links.slice(30)) {
        assert.ok(listed.some((/** @type {Link} */ { id }) => id === link.id), 'not lost from the list');
        assert.equal((await post(worker, link)).status, 410, 'the use after the restart counted');
      }
    } finally {
      await worker.stop();
    }
  } finally {
    await rm(persist, { recursive: true, force: true });
  }
});

/** Kills the workerd that this process has started. */
async function kill() {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const parent = stat.slice(stat.lastIndexOf(')')).split(' ')[2];
    if (stat.includes('(workerd)') && Number(parent) === process.pid) process.kill(Number(pid), 'SIGKILL');
  }
}

test('an alarm that leaves an entry comes again, and one that leaves none does not', async () => {
  const module = (/** @type {string} */ text) => `data:text/javascript,${encodeURIComponent(text)}`;
  const doubles = new Map([
    ['cloudflare:workers', module('export class DurableObject { constructor(ctx) { this.ctx = ctx; } }')],
    ['../../build/signpost.js', module('export const changeState = (entry) => entry.sweep();')],
    ['./instance.mjs', module('export const answer = (change) => change();')],
  ]);
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      const url = context.parentURL?.endsWith('/state.mjs') && doubles.get(specifier);
      return url ? { url, shortCircuit: true } : next(specifier, context);
    },
  });
  const { SignpostState } = await import('../../src/js/state.mjs').finally(() => hooks.deregister());
  const later = Date.now() + 9_000_000;
  for (const [what, sweep, expected] of /** @type {[string, () => unknown, 'none' | 'soon' | 'later'][]} */ ([
    ['what has ended', () => [new Uint8Array(), null], 'none'],
    ['what has not', () => [new Uint8Array(), { sweep: undefined }, later], 'later'],
    ['what cannot be read', () => [new Uint8Array(), undefined], 'soon'],
    ['a panic', () => assert.fail('planted'), 'soon'],
  ])) {
    /** @type {{ entry?: unknown, alarm: number | null }} */
    const kept = { entry: { sweep }, alarm: null };
    const storage = {
      kv: { get: () => kept.entry, put: (/** @type {string} */ _, /** @type {unknown} */ entry) => void (kept.entry = entry), delete: () => void delete kept.entry },
      getAlarm: async () => kept.alarm,
      setAlarm: async (/** @type {number} */ time) => void (kept.alarm = time),
      deleteAlarm: async () => void (kept.alarm = null),
    };
    const object = new SignpostState(/** @type {any} */ ({ storage }), /** @type {any} */ ({}));
    await object.alarm().catch((/** @type {Error} */ { message }) => assert.equal(message, 'planted'));
    if (expected === 'none') assert.deepEqual([kept.entry, kept.alarm], [undefined, null], what);
    else if (expected === 'later') assert.equal(kept.alarm, later, what);
    else assert.ok(Math.abs(Number(kept.alarm) - Date.now() - 3_600_000) < 5_000, what);
  }
});

test('without the class, a rule with such links is closed, and says which lines are missing', async () => {
  const worker = await start({ vars: vars(), secrets: SECRETS });
  try {
    for (const [path, init] of /** @type {[string, RequestInit][]} */ ([
      ['/downloads/once/a.pdf', { headers: as('ada', { accept: 'application/json' }) }],
      ['/downloads/unlisted/a.pdf', { headers: { accept: 'application/json' } }],
      ['/downloads/once', { method: 'POST', headers: as('ada', { 'content-type': 'application/json' }), body: '{"paths":["a.pdf"]}' }],
      ['/links?rule=once', { headers: as('ada') }],
      ['/links/AAAAAAAAAAAAAAAAAAAAAA', { method: 'DELETE', headers: as('ada') }],
      ['/l/AAAAAAAAAAAAAAAAAAAAAA', {}],
      ['/l/AAAAAAAAAAAAAAAAAAAAAA', { method: 'POST' }],
    ])) {
      const answer = await worker.fetch(path, init);
      const { code, detail } = await answer.json();
      assert.deepEqual([answer.status, code], [503, 'ServiceUnavailable'], path);
      for (const part of ['[[durable_objects.bindings]]', '"SIGNPOST_STATE"', '"SignpostState"', '[[migrations]]']) assert.ok(detail.includes(part), detail);
    }
    assert.equal((await worker.fetch('/downloads/plain/a.pdf', { headers: as('ada') })).status, 302, 'other rules work');
    const health = await worker.fetch('/healthz');
    assert.deepEqual([health.status, (await health.json()).bindings], [503, ['SIGNPOST_STATE']]);
    assert.ok(worker.logs.some((line) => line.includes('SIGNPOST_STATE is not bound')));
  } finally {
    await worker.stop();
  }
});

test('the log has no id, no cookie and no key', async () => {
  const worker = await start({ vars: vars(), secrets: SECRETS, state: true });
  try {
    const link = await make(worker, 'once');
    const used = await post(worker, link);
    await post(worker, link);
    await get(worker, link, { headers: { accept: 'text/html' } });
    await worker.fetch('/links?rule=once', { headers: as('ada') });
    await worker.fetch(`/links/${link.id}`, { method: 'DELETE', headers: as('ada') });
    for (let i = 0; i < 100 && worker.logs.length < 3; i += 1) await sleep(20);
    const log = worker.logs.join('\n');
    assert.match(log, /"rule":"downloads\/once".*"outcome":"granted","status":303/);
    for (const secret of [link.id, cookieOf(used).split('=')[1], 'secret-name', 'X-Amz-', ...Object.values(SECRETS)]) assert.ok(!log.includes(secret));
  } finally {
    await worker.stop();
  }
});

describe('under wrangler dev, in Chromium', () => {
  /** @type {Awaited<ReturnType<typeof localR2.start>>} */
  let server;
  /** @type {import('playwright-core').Browser} */
  let chromium;
  before(async () => {
    const rules = (/** @type {localR2.Store} */ { endpoint, region, bucket: name }) => vars({ provider: 'r2', name, region, endpoint, credentials: 'MEDIA' });
    server = await localR2.start({ vars: rules, secrets: TOKENS, state: true });
    chromium = await browser();
    assert.equal((await s3(server, 'PUT', `/${server.bucket}/files/note.txt`, 'remember the milk')).status, 200);
  });
  after(async () => {
    await chromium?.close();
    await server?.stop();
  });
  /** @returns {Worker} */
  const worker = () => ({ url: server.url, fetch: (path, init) => fetch(server.url + path, { redirect: 'manual', ...init }) });

  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    test(`the page has one button, which leads to the file; without scripts, accessible, ${colorScheme}`, async () => {
      const link = await make(worker(), 'once', { path: 'note.txt' });
      const context = await chromium.newContext({ colorScheme });
      const page = await context.newPage();
      await page.goto(link.url);
      await assertAccessible(page, `the page with a button, ${colorScheme}`);
      assert.equal(await page.locator('script').count(), 0);
      assert.equal(await page.locator('button').count(), 1);
      await page.getByRole('button', { name: 'Download' }).click();
      await page.waitForURL(/\/cdn-cgi\/local\/r2\/s3\//);
      assert.equal(await page.locator('body').innerText(), 'remember the milk');
      // The same browser presses the button again, as after a transfer that broke off.
      await page.goto(link.url);
      await page.getByRole('button', { name: 'Download' }).click();
      await page.waitForURL(/\/cdn-cgi\/local\/r2\/s3\//);
      const other = await (await chromium.newContext({ colorScheme })).newPage();
      assert.equal((await other.goto(link.url))?.status(), 410);
      await assertAccessible(other, `the page of a link that has ended, ${colorScheme}`);
      await Promise.all([context.close(), other.context().close()]);
    });
  }

  test('the page works without JavaScript', async () => {
    const link = await make(worker(), 'once', { path: 'note.txt' });
    const context = await chromium.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(link.url);
    await page.getByRole('button', { name: 'Download' }).click();
    await page.waitForURL(/\/cdn-cgi\/local\/r2\/s3\//);
    await context.close();
  });

  test('200 uses at once of a link that works once: exactly one leads to the file', async () => {
    const link = await make(worker(), 'direct', { path: 'note.txt' });
    const statuses = await Promise.all(Array.from({ length: 200 }, async () => (await get(worker(), link)).status));
    assert.equal(statuses.filter((status) => status === 302).length, 1);
  });
});
