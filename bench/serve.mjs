/**
 * @file `npm run bench:serve [-- MEGABYTES ROUNDS]`: compares a large file that the Worker sends with a bare Worker that pipes the same object
 * from the same bucket. Both run in one Miniflare and alternate; the result is the ratio of the medians of their times.
 */
import { performance } from 'node:perf_hooks';
import { build } from '../scripts/build.mjs';
import { setup } from '../scripts/setup.mjs';
import { Failure, main } from '../scripts/step.mjs';
import { ENV, start } from '../tests/servers/worker_for_files.mjs';

const MB = 1_000_000;
const KEY = 'files/bench';

/** Wraps the Worker's entry: a path of its own pipes the object. */
const AROUND = `import entry from './entry.mjs';
export default { async fetch(request, env, context) {
  if (new URL(request.url).pathname !== '/bare') return entry.fetch(request, env, context);
  const object = await env.MEDIA.get('${KEY}');
  return new Response(object.body, { headers: { etag: object.httpEtag } });
} };`;

await main(import.meta, async () => {
  await setup();
  await build();
  const [megabytes = 200, rounds = 9] = process.argv.slice(2).map(Number);
  if (!(megabytes > 0) || !(rounds > 0)) throw new Failure('expected a size in MB and a number of rounds');
  const worker = await start({ around: AROUND, env: ENV });
  try {
    const size = megabytes * MB;
    await worker.bucket.put(KEY, Buffer.alloc(size, 'signpost'));
    /** @type {Record<string, { url: () => string, times: number[] }>} */
    const contestants = {
      'serve = "worker"': { url: () => worker.sign(KEY), times: [] },
      'serve = "direct"': { url: () => `${worker.url}/downloads/here/bench`, times: [] },
      'a bare Worker': { url: () => `${worker.url}/bare`, times: [] },
    };
    for (let round = 0; round <= rounds; round += 1) {
      for (const { url, times } of Object.values(contestants)) {
        const time = await download(url(), size);
        if (round > 0) times.push(time); // the first warms up
      }
    }
    const bare = median(contestants['a bare Worker']?.times ?? []);
    for (const [name, { times }] of Object.entries(contestants)) {
      const time = median(times);
      console.log(`${name.padEnd(18)} ${time.toFixed(0).padStart(6)} ms  ${(size / MB / (time / 1_000)).toFixed(0).padStart(6)} MB/s  ${(time / bare).toFixed(2)} times a bare Worker`);
    }
  } finally {
    await worker.stop();
  }
});

/** @param {string} url @param {number} size @returns {Promise<number>} in ms */
async function download(url, size) {
  const start = performance.now();
  let bytes = 0;
  const { body } = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
  for await (const chunk of /** @type {AsyncIterable<Uint8Array>} */ (/** @type {unknown} */ (body))) bytes += chunk.length;
  if (bytes !== size) throw new Failure(`${url.split('?')[0]} sent ${bytes} bytes instead of ${size}`);
  return performance.now() - start;
}

/** @param {number[]} times */
function median(times) {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;
}
