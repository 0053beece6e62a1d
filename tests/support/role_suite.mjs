/**
 * @file Temporary credentials of a role, from a server's own token service: what the rules allow works, and everything else is rejected,
 * although the role itself may do anything.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { s3, ALL_OF_S3 } from '../servers/s3.mjs';
import { start as startWorker } from '../servers/worker.mjs';
import { attempts, byHeader, byOldSignature, byOwner, bySignatureInHeaders } from './attempts.mjs';
import { get, post, put } from './transfer.mjs';
import { upload, uploadInParts } from './uploads.mjs';

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

/** @typedef {{ start: () => Promise<Server>, provider: string, conditions?: boolean, forms?: boolean, ownsObjects?: boolean, notImplemented?: string[], identity?: Identity }} Traits what a server supports */

/**
 * How the server trusts a token of the Worker, which then needs no key.
 *
 * @typedef {object} Identity
 * @property {string} [role] its ARN, which must be known before it is created
 * @property {string} [audience]
 * @property {() => Promise<number>} port at which the Worker, the issuer, will be; known before it starts
 * @property {Record<string, string>} secrets with the key of the issuer, `ISSUER_KEY`
 * @property {(store: Server, vars: any) => Promise<void>} trust makes the server trust the tokens of this configuration
 */

/** @param {Traits} traits */
export function suite({ start, provider, conditions = false, forms = true, ownsObjects = false, notImplemented = [], identity }) {
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
    const port = await identity?.port();
    const mayAssume = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['sts:AssumeRole'], Resource: ['*'] }] };
    user = await store.makeUser('signpost', [store.makeRole ? mayAssume : ALL_OF_S3]);
    const role = identity ? identity.role : await store.makeRole?.('signpost', [ALL_OF_S3], user);
    const proof = identity ? { web_identity: true, ...(identity.audience && { audience: identity.audience }) } : { secret: 'KEY' };
    const { endpoint, region } = store;
    const bucket = (/** @type {string} */ name) => ({
      ...{ provider, name: `sts-${name}`, endpoint, region, url_style: 'path', forms: name === 'forms' },
      credentials: { ...proof, ...(role && { role }), endpoint, duration: '15 min' },
    });
    const vars = { ...rules(bucket('forms'), bucket('puts')), ...(identity && { ISSUER: { url: `http://localhost:${port}`, keys: ['ISSUER_KEY'] } }) };
    const secrets = identity ? identity.secrets : { KEY_ACCESS_KEY_ID: user.accessKeyId, KEY_SECRET_ACCESS_KEY: user.secretAccessKey };
    await identity?.trust(store, vars);
    worker = await startWorker({ vars, secrets, port, outbound: (request) => listen(request, got, store) });
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

  if (identity) return;
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
  const { method } = request;
  const headers = new Headers([...request.headers].filter(([name]) => name !== 'content-length')); // which fetch sets itself
  const body = method === 'GET' || method === 'HEAD' ? undefined : await request.text();
  const answer = await fetch(request.url, { method, headers, body });
  if (!body?.startsWith('Action=AssumeRole')) return answer;
  const xml = await answer.text();
  assert.equal(answer.status, 200, xml);
  const text = (/** @type {string} */ name) => new RegExp(`<${name}>(.*)</${name}>`).exec(xml)?.[1] ?? '';
  const session = new URLSearchParams(body).get('RoleSessionName')?.replace('signpost-', '') ?? '';
  got[session] = { endpoint, region, accessKeyId: text('AccessKeyId'), secretAccessKey: text('SecretAccessKey'), sessionToken: text('SessionToken') };
  return new Response(xml, { status: 200 });
}

