/**
 * @file Temporary credentials of a role, from the token services of three servers: what the rules allow works, and everything else is
 * rejected, although the role itself may do anything. Then renewals, with a token service that fails.
 *
 * - MiniStack has Amazon's roles. With the condition keys of a signature (tests/servers/ministack_signatures.py) it gets the whole policy.
 * - Ceph's gateway has roles as well, and gets a policy without conditions. Its version 16 answers 204 to a form that such credentials
 *   sign, and stores nothing, so no form is sent to it. An object belongs to the user who assumed the role, so that user can read it.
 * - JuiceFS's gateway has MinIO's `AssumeRole`, without roles: the credentials are those of the key's user, restricted by the policy.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { needs } from '../needs.mjs';
import { CLOCK, setAhead } from '../servers/clock.mjs';
import * as juicefs from '../servers/juicefs.mjs';
import * as ministack from '../servers/ministack.mjs';
import * as radosgw from '../servers/radosgw.mjs';
import { ALL_OF_S3, s3 } from '../servers/s3.mjs';
import { start as startWorker } from '../servers/worker.mjs';
import { attempts, byHeader, byOldSignature, byOwner, bySignatureInHeaders } from '../support/attempts.mjs';
import { get, post, put } from '../support/transfer.mjs';
import { upload, uploadInParts } from '../support/uploads.mjs';

/** @typedef {import('../servers/s3.mjs').S3Server & import('../servers/s3.mjs').WithUsers & Partial<import('../servers/s3.mjs').WithRoles>} Server */
/** @typedef {import('../servers/s3.mjs').Access} Access */
/** @typedef {Awaited<ReturnType<typeof startWorker>>} Worker */

const PICTURE = randomBytes(1_000);
const FILM = randomBytes((8 << 20) + 1); // two parts

/** Objects that no rule reads. */
const SECRETS = ['other/secret.png', 'picturesque.png', 'films/secret.mp4'];

/** The rules: one bucket accepts forms, the other PUT. @param {object} forms @param {object} puts */
function rules(forms, puts) {
  const rule = { callers: ['anyone'], types: ['image/png', 'video/mp4'], max_size: '20 MiB', expires: '10 min', uploaders: true };
  const read = { callers: ['anyone'], expires: '5 min' };
  return {
    BUCKETS: { forms, puts },
    CALLERS: { anyone: { kind: 'anyone' } },
    UPLOADS: {
      picture: { ...rule, bucket: 'forms', key: 'pictures/{uuid}.{ext}', confirm: true },
      film: { ...rule, bucket: 'forms', key: 'films/{uuid}.{ext}', multipart: true },
      'put-picture': { ...rule, bucket: 'puts', key: 'pictures/{uuid}.{ext}', confirm: true },
      'put-film': { ...rule, bucket: 'puts', key: 'films/{uuid}.{ext}', multipart: true },
    },
    DOWNLOADS: { picture: { ...read, bucket: 'forms', key: 'pictures/{path}' }, 'put-picture': { ...read, bucket: 'puts', key: 'pictures/{path}' } },
  };
}

/** @typedef {{ start: () => Promise<Server>, provider: string, conditions?: boolean, forms?: boolean, ownsObjects?: boolean, notImplemented?: string[] }} Traits what a server supports */

describe('MiniStack, with the condition keys of signatures', await needs('ministack'), () =>
  suite({ start: () => ministack.start({ program: ['tests/servers/ministack_signatures.py'] }), provider: 'aws', conditions: true }));
describe('Ceph', await needs('ceph'), () => suite({ start: () => radosgw.start({ sts: true }), provider: 'custom', forms: false, ownsObjects: true }));
describe('the JuiceFS gateway', await needs('juicefs'), () =>
  suite({ start: juicefs.start, provider: 'custom', notImplemented: ['changes CORS', 'lets everyone read'] }));

/** @param {Traits} traits */
function suite({ start, provider, conditions = false, forms = true, ownsObjects = false, notImplemented = [] }) {
  /** @type {Server} */
  let store;
  /** A user who may do anything. @type {Access} */
  let owner;
  /** The user of the long-lived key. @type {import('../servers/s3.mjs').User} */
  let user;
  /** @type {Worker} */
  let worker;
  /** The credentials that the Worker got, by the bucket's name in `BUCKETS`. @type {Record<string, Access>} */
  const got = {};
  before(async () => {
    store = await start();
    owner = { endpoint: store.endpoint, region: store.region, ...(await store.makeUser('owner', [ALL_OF_S3])) };
    for (const name of ['sts-forms', 'sts-puts']) {
      await store.makeBucket(name);
      for (const key of SECRETS) assert.ok((await s3(owner, 'PUT', `/${name}/${key}`, 'a secret')).ok);
    }
    const mayAssume = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['sts:AssumeRole'], Resource: ['*'] }] };
    user = await store.makeUser('signpost', [store.makeRole ? mayAssume : ALL_OF_S3]);
    const role = await store.makeRole?.('signpost', [ALL_OF_S3], user);
    const { endpoint, region } = store;
    const bucket = (/** @type {string} */ name) => ({
      ...{ provider, name: `sts-${name}`, endpoint, region, url_style: 'path', forms: name === 'forms' },
      credentials: { secret: 'KEY', ...(role && { role }), endpoint, duration: '15 min' },
    });
    const secrets = { KEY_ACCESS_KEY_ID: user.accessKeyId, KEY_SECRET_ACCESS_KEY: user.secretAccessKey };
    worker = await startWorker({ vars: rules(bucket('forms'), bucket('puts')), secrets, outbound: (request) => listen(request, got, store) });
  });
  after(async () => {
    await worker?.stop();
    await store?.stop();
  });

  const assertStored = async (/** @type {string} */ bucket, /** @type {string} */ key, /** @type {Buffer} */ bytes) => {
    const object = await s3(owner, 'GET', `/sts-${bucket}/${key}`);
    assert.equal(object.status, 200, key);
    assert.ok(bytes.equals(Buffer.from(await object.arrayBuffer())));
  };

  for (const [kind, bucket] of /** @type {[string, string][]} */ ([['', 'forms'], ['put-', 'puts']])) {
    if (bucket === 'puts' || forms) {
      test(`${bucket}: uploads and downloads by the rules work`, async () => {
        const key = await upload(worker, `${kind}picture`, PICTURE);
        await assertStored(bucket, key, PICTURE);
        const { status, body } = await get(`${worker.url}/downloads/${kind}picture/${key.slice('pictures/'.length)}`);
        assert.equal(status, 200, body.toString());
        assert.ok(PICTURE.equals(body));
      });
    }

    if (bucket === 'puts' || forms) {
      test(`${bucket}: an upload is confirmed`, async () => {
        const ask = async (/** @type {string} */ path, /** @type {object} */ json) => {
          const answer = await worker.fetch(`/uploads/${kind}picture${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) });
          return { status: answer.status, body: /** @type {any} */ (await answer.json()) };
        };
        const { body: granted } = await ask('', { type: 'image/png', size: PICTURE.length });
        assert.equal((await ask('/confirm', { confirm: granted.confirm })).body.code, 'NoSuchKey');
        await (granted.method === 'POST' ? post(granted, PICTURE) : put(granted, PICTURE));
        const confirmed = await ask('/confirm', { confirm: granted.confirm });
        assert.deepEqual([confirmed.status, confirmed.body.key], [200, granted.key], JSON.stringify(confirmed.body));
      });
    }

    test(`${bucket}: uploads in parts work: list, complete and abort`, async () => {
      await assertStored(bucket, await uploadInParts(worker, `${kind}film`, FILM), FILM);
    });

    test(`${bucket}: uploads by PUT work, which some uploaders use`, async () => {
      const answer = await worker.fetch(`/uploads/${kind}picture/better-upload`, { method: 'POST', body: JSON.stringify({ files: [{ name: 'a.png', type: 'image/png', size: PICTURE.length }] }) });
      const [{ signedUrl, headers, file }] = /** @type {any} */ (await answer.json()).files;
      const { status, body } = await put({ url: signedUrl, headers: { ...headers, 'content-type': file.type } }, PICTURE);
      assert.equal(status, 200, body.toString());
      await assertStored(bucket, file.objectInfo.key, PICTURE);
    });

    test(`${bucket}: the credentials allow nothing else, and change nothing`, async () => {
      const key = bucket === 'forms' && !forms ? await uploadInParts(worker, 'film', FILM) : await upload(worker, `${kind}picture`, PICTURE);
      const keys = got[bucket];
      assert.ok(keys?.sessionToken, 'the Worker has temporary credentials');
      const name = `sts-${bucket}`;
      const all = {
        ...attempts(name, key),
        ...byOwner(name, key),
        ...(conditions ? { ...bySignatureInHeaders(name, key), ...byOldSignature(name, key) } : {}),
        'reads the other bucket': byHeader('GET', `/sts-${bucket === 'forms' ? 'puts' : 'forms'}/other/secret.png`),
        'creates a bucket': byHeader('PUT', '/written-by-nobody'),
        'lists all buckets': byHeader('GET', '/'),
      };
      for (const [title, attempt] of Object.entries(all)) {
        const { status, body } = await attempt(keys);
        assert.equal(status, notImplemented.includes(title) ? 501 : 403, `${title}: ${body}`);
      }
      await assertStored(bucket, key, key.startsWith('films/') ? FILM : PICTURE);
      await assertStored(bucket, 'other/secret.png', Buffer.from('a secret'));
      const list = await (await s3(owner, 'GET', `/${name}?list-type=2&prefix=`)).text();
      assert.ok(!list.includes('written-by-'), list);
    });
  }

  test('the key itself may do nothing but assume the role', async () => {
    if (!store.makeRole) return; // without roles, the credentials are a part of what the key may do
    const key = await upload(worker, 'put-picture', PICTURE);
    const reads = ownsObjects ? {} : { reads: byHeader('GET', `/sts-puts/${key}`) };
    const all = { ...attempts('sts-puts', key), ...reads, stores: byHeader('PUT', '/sts-puts/pictures/written-by-key.png', 'x') };
    for (const [title, attempt] of Object.entries(all)) {
      const { status, body } = await attempt({ endpoint: store.endpoint, region: store.region, ...user });
      assert.equal(status, 403, `${title}: ${body}`);
    }
  });
}

/**
 * Passes on what the Worker sends, and keeps the credentials that it gets.
 *
 * @param {Request} request
 * @param {Record<string, Access>} got
 * @param {Server} store
 */
async function listen(request, got, { endpoint, region }) {
  const { method, headers } = request;
  const body = method === 'GET' || method === 'HEAD' ? undefined : await request.text();
  const answer = await fetch(request.url, { method, headers: new Headers([...headers]), body });
  if (!body?.startsWith('Action=AssumeRole&')) return answer;
  const xml = await answer.text();
  assert.equal(answer.status, 200, xml);
  const text = (/** @type {string} */ name) => new RegExp(`<${name}>(.*)</${name}>`).exec(xml)?.[1] ?? '';
  const session = new URLSearchParams(body).get('RoleSessionName')?.replace('signpost-', '') ?? '';
  got[session] = { endpoint, region, accessKeyId: text('AccessKeyId'), secretAccessKey: text('SecretAccessKey'), sessionToken: text('SessionToken') };
  return new Response(xml, { status: 200 });
}

describe('a renewal', () => {
  const ENDPOINT = 'https://sts.eu-west-1.amazonaws.com/';
  /** How a token service can fail. @type {Record<string, () => Promise<Response> | Response>} */
  const FAILURES = {
    'answers 500': () => new Response('<Error/>', { status: 500 }),
    'rejects the key': () => new Response('<ErrorResponse><Error><Code>AccessDenied</Code><Message>marked-message</Message></Error></ErrorResponse>', { status: 403 }),
    'closes the connection': () => Promise.reject(new Error('gone')),
    'sends too much': () => new Response('x'.repeat(100_000)),
    redirects: () => new Response(null, { status: 302, headers: { location: 'https://elsewhere.example.com/' } }),
  };

  /** Starts a Worker whose clock can be moved, and a token service. @param {import('node:test').TestContext} t */
  const startBoth = async (t) => {
    const sts = {
      requests: 0,
      /** The time in seconds at which the service believes to be, after now. */
      ahead: 0,
      /** @type {(answer: () => Response) => Promise<Response> | Response} */
      behaviour: (/** @type {() => Response} */ answer) => answer(),
    };
    const credentials = () => {
      const number = sts.requests;
      const expiration = new Date(Date.now() + (sts.ahead + 3_600) * 1_000).toISOString();
      return new Response(`<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA-${number}</AccessKeyId><SecretAccessKey>marked-secret-${number}</SecretAccessKey><SessionToken>marked-token-${number}</SessionToken><Expiration>${expiration}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`);
    };
    const outbound = async (/** @type {Request} */ request) => {
      assert.equal(request.url, ENDPOINT);
      sts.requests += 1;
      return sts.behaviour(credentials);
    };
    const bucket = { provider: 'aws', name: 'acme-media', region: 'eu-west-1', credentials: { secret: 'MEDIA', role: 'arn:aws:iam::123456789012:role/signpost' } };
    const vars = {
      BUCKETS: { media: bucket },
      CALLERS: { anyone: { kind: 'anyone' } },
      DOWNLOADS: { picture: { bucket: 'media', callers: ['anyone'], key: 'pictures/{path}', expires: '5 min' } },
    };
    const secrets = { MEDIA_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', MEDIA_SECRET_ACCESS_KEY: 'marked-long-lived-secret' };
    const worker = await startWorker({ vars, secrets, outbound, around: CLOCK });
    t.after(() => worker.stop());
    const move = async (/** @type {number} */ ahead) => {
      sts.ahead = ahead;
      await setAhead(worker, ahead);
    };
    /** Answers as `302 ASIA-1` or `503 1`: the key, or the seconds to wait. */
    const link = async () => {
      const answer = await worker.fetch('/downloads/picture/a.png');
      const key = /X-Amz-Credential=([^%]*)/.exec(answer.headers.get('location') ?? '')?.[1];
      await answer.body?.cancel();
      return `${answer.status} ${key ?? answer.headers.get('retry-after')}`;
    };
    const links = async (count = 20) => new Set(await Promise.all(Array.from({ length: count }, link)));
    /** Waits until a renewal in the background has arrived. */
    const arrives = async (/** @type {string} */ expected) => {
      for (let n = 0; n < 100 && (await link()) !== expected; n += 1) await sleep(20);
      assert.equal(await link(), expected);
    };
    return { sts, worker, move, link, links, arrives };
  };

  test('is one request for all that wait, and one for all that do not', async (t) => {
    const { sts, move, links, arrives } = await startBoth(t);
    sts.behaviour = async (answer) => (await sleep(300), answer());
    assert.deepEqual(await links(), new Set(['302 ASIA-1']));
    assert.deepEqual([await links(), sts.requests], [new Set(['302 ASIA-1']), 1]);
    await move(2_875);
    assert.deepEqual([await links(), sts.requests], [new Set(['302 ASIA-1']), 1]);
    await move(2_885); // a fifth of the life is left
    assert.deepEqual(await links(), new Set(['302 ASIA-1']), 'nobody waits');
    await arrives('302 ASIA-2');
    assert.equal(sts.requests, 2);
  });

  test('that takes long leaves the old credentials in use until they end; then requests wait for it', async (t) => {
    const { sts, move, links } = await startBoth(t);
    assert.deepEqual(await links(), new Set(['302 ASIA-1']));
    await move(3_590);
    sts.behaviour = async (answer) => (await sleep(1_500), answer());
    assert.deepEqual(await links(), new Set(['302 ASIA-1']));
    await move(3_605); // they have ended, and the renewal is still under way
    assert.deepEqual([await links(), sts.requests], [new Set(['302 ASIA-2']), 2]);
  });

  for (const [title, failure] of Object.entries(FAILURES)) {
    test(`that ${title}: the old credentials sign until they end, then requests are rejected until it works again`, async (t) => {
      const { sts, worker, move, link, links } = await startBoth(t);
      assert.deepEqual(await links(), new Set(['302 ASIA-1']));
      sts.behaviour = failure;
      await move(2_885);
      assert.deepEqual(await links(), new Set(['302 ASIA-1']));
      for (let n = 0; n < 100 && worker.logs.every((line) => !line.includes('no new credentials')); n += 1) await sleep(20);
      assert.equal(sts.requests, 2, 'it is not asked again at once');
      await move(3_590);
      assert.equal(await link(), '302 ASIA-1');
      await sleep(200);
      await move(3_605);
      const refused = await links();
      assert.ok(refused.size === 1 && /^503 [1-4]$/.test([...refused][0] ?? ''), [...refused].join());
      sts.behaviour = (answer) => answer();
      await move(3_700);
      assert.equal((await links()).size, 1);
      assert.match(await link(), /^302 ASIA-/);
      const lines = worker.logs.filter((line) => line.includes('no new credentials'));
      assert.ok(lines.length > 0 && lines.every((line) => line.startsWith('signpost: no new credentials for the bucket media: the token service ')), lines.join('\n'));
      for (const text of [...worker.logs, JSON.stringify([...refused])]) assert.ok(!/marked-|Signature=|AKIA|ASIA/.test(text), text);
    });
  }

  test('that never worked rejects at once, without a request for each', async (t) => {
    const { sts, move, link, links } = await startBoth(t);
    sts.behaviour = () => new Response('', { status: 500 });
    assert.deepEqual([await links(), sts.requests], [new Set(['503 1']), 1]);
    await move(1);
    assert.deepEqual([await links(), sts.requests], [new Set(['503 2']), 2]);
    sts.behaviour = (answer) => answer();
    await move(4);
    assert.equal(await link(), '302 ASIA-3');
  });
});
