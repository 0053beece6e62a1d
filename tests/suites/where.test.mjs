/** @file From where and when rules may be used: the Worker, Workers that mount it, and calls by another Worker, with the platform's own countries and time zones. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { freePort } from '../../scripts/process.mjs';
import { CLOCK, setAhead } from '../servers/clock.mjs';
import { start } from '../servers/worker.mjs';
import { startWrangler } from '../servers/wrangler.mjs';

const SECRETS = { MEDIA_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', MEDIA_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const upload = { bucket: 'media', callers: ['anyone'], key: 'files/{uuid}', types: ['image/png'], max_size: '1 MiB', expires: '2 h' };
const download = { bucket: 'media', callers: ['anyone'], key: 'files/{path}', expires: '2 h' };

/** @param {Record<string, object>} rules restrictions by the name of a rule */
function vars(rules) {
  const all = (/** @type {object} */ rule) => Object.fromEntries(Object.entries(rules).map(([name, restrictions]) => [name, { ...rule, ...restrictions }]));
  return {
    BUCKETS: { media: { provider: 'aws', name: 'acme-media', region: 'eu-west-1', credentials: 'MEDIA' } },
    CALLERS: { anyone: { kind: 'anyone' }, members: { kind: 'worker' } },
    UPLOADS: all(upload),
    DOWNLOADS: all(download),
  };
}

/** A Worker in front of Signpost, which sets what Cloudflare knows about a client; `call` calls a method of Signpost's. */
const FRONT = `export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === '/call') return Response.json(await env.RPC.download(...(await request.json())));
    const country = request.headers.get('x-test-country');
    return env.SIGNPOST.fetch(new Request(request, { cf: country === null ? {} : { country } }));
  },
};`;

const PLACES = { network: { networks: ['192.0.2.0/24', '2001:db8::/32'] }, country: { countries: ['DE', 'T1'] }, both: { networks: ['192.0.2.0/24'], countries: ['DE'] } };

/** @type {[headers: Record<string, string>, network: string, country: string, both: string][]} */
const CLIENTS = [
  [{ 'cf-connecting-ip': '192.0.2.7', 'x-test-country': 'DE' }, 'yes', 'yes', 'yes'],
  [{ 'cf-connecting-ip': '192.0.2.7', 'x-test-country': 'FR' }, 'yes', 'country', 'country'],
  [{ 'cf-connecting-ip': '::ffff:192.0.2.7', 'x-test-country': 'T1' }, 'yes', 'yes', 'country'],
  [{ 'cf-connecting-ip': '203.0.113.9', 'x-test-country': 'DE' }, 'network', 'yes', 'network'],
  [{ 'cf-connecting-ip': '2001:db8:1::9', 'x-test-country': 'XX' }, 'yes', 'country', 'network'],
  [{ 'cf-connecting-ip': '2001:db9::9' }, 'network', 'country', 'network'],
  [{ 'cf-connecting-ip': '192.0.2.7', 'cf-ipcountry': 'DE' }, 'yes', 'country', 'country'],
  [{ 'x-forwarded-for': '192.0.2.7', 'x-real-ip': '192.0.2.7', 'x-test-country': 'DE' }, 'network', 'yes', 'network'],
  [{}, 'network', 'country', 'network'],
];

for (const [name, options, base] of /** @type {const} */ ([
  ['the deployed Worker', {}, ''],
  ['a Worker that mounts it', { mounted: 'tests/mounted' }, '/files'],
  ['a Worker with axum that mounts it', { mounted: 'examples/axum-worker', env: { MEDIA: { type: 'r2', name: 'media' } } }, '/files'],
])) {
  describe(`places, in ${name}`, () => {
    /** @type {Awaited<ReturnType<typeof start>>} */
    let worker;
    /** @type {{ fetch: typeof fetch }} */
    let front;
    before(async () => {
      const binding = { SIGNPOST: { type: 'worker', worker: 'signpost' } };
      worker = await start({ vars: vars(PLACES), secrets: SECRETS, others: { front: { source: FRONT, env: binding } }, ...options });
      front = /** @type {any} */ (await worker.miniflare.getWorker('front'));
    });
    after(() => worker?.stop());

    for (const [headers, ...expected] of CLIENTS) {
      test(`${JSON.stringify(headers)}: ${expected.join(', ')}`, async () => {
        for (const [nth, rule] of Object.keys(PLACES).entries()) {
          const json = { accept: 'application/json', 'content-type': 'application/json' };
          const answers = await Promise.all([
            front.fetch(`https://signpost.example.com${base}/downloads/${rule}/a.png`, { headers: { ...json, ...headers } }),
            front.fetch(`https://signpost.example.com${base}/uploads/${rule}`, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify({ type: 'image/png', size: 1 }) }),
          ]);
          for (const answer of answers) assert.equal(await verdict(answer), expected[nth], `${rule} ${answer.url}`);
        }
      });
    }
  });
}

describe('a call by another Worker', () => {
  test('has no address and no country', async () => {
    const clock = (/** @type {number} */ hours) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
    const rules = { free: {}, ...PLACES, open: { hours: { from: clock(-1), to: clock(1) } }, shut: { hours: { from: clock(1), to: clock(2) } } };
    const members = Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, { ...rule, callers: ['members'] }]));
    const env = { SIGNPOST: { type: 'worker', worker: 'signpost' }, RPC: { type: 'worker', worker: 'signpost', exportName: 'Signpost' } };
    const worker = await start({ vars: vars(members), secrets: SECRETS, others: { front: { source: FRONT, env } } });
    try {
      const front = /** @type {any} */ (await worker.miniflare.getWorker('front'));
      const call = async (/** @type {string} */ rule) => (await front.fetch('https://front.example.com/call', { method: 'POST', body: JSON.stringify([rule, 'a.png', { name: 'ada' }]) })).json();
      assert.equal((await call('free')).ok, true);
      for (const [rule, place] of [['network', 'network'], ['country', 'country'], ['both', 'network']]) {
        const { ok, problem } = await call(rule);
        assert.deepEqual([ok, problem.code], [false, 'AccessDenied'], rule);
        assert.match(problem.detail, new RegExp(place));
      }
      const { ok, expires_with } = await call('open');
      assert.deepEqual([ok, expires_with], [true, 'hours']);
      assert.match((await call('shut')).problem.detail, /time/);
    } finally {
      await worker.stop();
    }
  });
});

describe('hours', () => {
  /** What clocks show more than UTC in January and July 2027, in minutes. Source: the IANA time zone database. */
  const ZONES = {
    'Europe/Berlin': [60, 120],
    'America/New_York': [-300, -240],
    'Asia/Kathmandu': [345, 345],
    'Australia/Lord_Howe': [660, 630],
    'America/St_Johns': [-210, -150],
    'Etc/GMT+5': [-300, -300],
    UTC: [0, 0],
  };
  const MINUTE = 60;
  const days = [Date.UTC(2027, 0, 13), Date.UTC(2027, 6, 14)].map((time) => time / 1000); // both are Wednesdays
  /** @type {Awaited<ReturnType<typeof start>>} */
  let worker;
  before(async () => {
    const rules = Object.fromEntries(Object.keys(ZONES).map((zone, nth) => [`zone${nth}`, { hours: { from: '08:00', to: '18:00', days: ['Wed'], zone } }]));
    const night = { hours: { from: '22:00', to: '06:00', zone: 'Europe/Berlin' }, expires: '1 day' };
    const nowhere = { hours: { from: '08:00', to: '18:00', zone: 'Mars/Olympus_Mons' } };
    worker = await start({ vars: vars({ ...rules, night, nowhere }), secrets: SECRETS, around: CLOCK });
  });
  after(() => worker?.stop());

  /** @param {string} rule @param {number} time in seconds since 1970 */
  const at = async (rule, time) => {
    await setAhead(worker, time - Date.now() / 1000);
    return worker.fetch(`/downloads/${rule}/a.png`, { headers: { accept: 'application/json' } });
  };

  // One test, since all share the Worker's clock.
  test('are those of the zone, in winter and in summer', async () => {
    for (const [nth, [zone, offsets]] of Object.entries(ZONES).entries()) {
      for (const [season, day] of days.entries()) {
        const [opens, closes] = [8 * 60, 18 * 60].map((minutes) => day + (minutes - offsets[season]) * MINUTE);
        for (const [time, expected] of /** @type {const} */ ([
          [opens - 5, 'time'],
          [opens + 1, 'yes'],
          [closes - 5, 'yes'],
          [closes + 1, 'time'],
          [opens + 86_400 + 1, 'time'],
        ])) {
          assert.equal(await verdict(await at(`zone${nth}`, time)), expected, `${zone} at ${new Date(time * 1000).toISOString()}`);
        }
        const late = await at(`zone${nth}`, closes - 60);
        const { expires, expires_with } = /** @type {any} */ (await late.json());
        assert.deepEqual([Date.parse(expires) / 1000, expires_with], [closes, 'hours'], zone);
        assert.equal(late.headers.get('signpost-expires-with'), 'hours');
      }
    }
    for (const [night, morning] of [
      ['2026-10-24T21:00:00Z', '2026-10-25T05:00:00Z'], // clocks are put back
      ['2027-03-27T22:00:00Z', '2027-03-28T04:00:00Z'], // clocks are put forward
    ]) {
      const { expires } = /** @type {any} */ (await (await at('night', Date.parse(night) / 1000)).json());
      assert.equal(Date.parse(expires), Date.parse(morning));
    }
    const unknown = await at('nowhere', days[0]);
    assert.equal(unknown.status, 503, 'a zone that the platform does not know closes the rule');
  });
});

describe('under wrangler dev', () => {
  /** @type {import('../../scripts/process.mjs').Server} */
  let server;
  let url = '';
  let directory = '';
  before(async () => {
    const port = await freePort();
    directory = await mkdtemp(join(tmpdir(), 'where-'));
    const rules = { local: { networks: ['127.0.0.0/8', '::1'] }, elsewhere: { networks: ['192.0.2.0/24'] }, antarctica: { countries: ['AQ'] } };
    server = await startWrangler({ name: `tests/where-${port}`, directory, port, vars: vars(rules), secrets: SECRETS, buckets: {} });
    url = `http://127.0.0.1:${port}`;
  });
  after(async () => {
    await server?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  test('networks and countries apply', async () => {
    const verdicts = ['local', 'elsewhere', 'antarctica'].map(async (rule) => verdict(await fetch(`${url}/downloads/${rule}/a.png`, { headers: { accept: 'application/json' } })));
    assert.deepEqual(await Promise.all(verdicts), ['yes', 'network', 'country']);
  });
});

/** @param {Response} answer @returns {Promise<string>} `yes`, or what the restrictions forbid */
async function verdict(answer) {
  const body = /** @type {any} */ (await answer.json());
  if (answer.status === 200) return 'yes';
  assert.deepEqual([answer.status, body.code], [403, 'AccessDenied'], JSON.stringify(body));
  return /** @type {string} */ (/network|country|time/.exec(body.detail)?.[0]);
}
