/** @file Renewals of temporary credentials, with a token service that fails and a clock that is moved. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLOCK, setAhead } from '../servers/clock.mjs';
import { start as startWorker } from '../servers/worker.mjs';

/**
 * @param {object} source `credentials` of a bucket of Amazon in the configuration
 * @param {Record<string, string>} secrets
 * @param {object} [others] more variables
 */
export function renewals(source, secrets, others = {}) {
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
      const bucket = { provider: 'aws', name: 'acme-media', region: 'eu-west-1', credentials: source };
      const vars = {
        ...others,
        BUCKETS: { media: bucket },
        CALLERS: { anyone: { kind: 'anyone' } },
        DOWNLOADS: { picture: { bucket: 'media', callers: ['anyone'], key: 'pictures/{path}', expires: '5 min' } },
      };
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
        // A second can pass between them.
        assert.ok([...refused].every((answer) => /^503 [1-4]$/.test(answer)), [...refused].join());
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
}
