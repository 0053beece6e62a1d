/**
 * @file `npm run bench:forms [-- MEGABYTES ROUNDS]`: compares a large file through an upload form with a bare Worker that pipes the
 * same bytes into the same kind of bucket. They alternate, each time in a new process, since a process keeps memory from an earlier
 * file. The results are the ratio of the times and the difference of the peaks. Linux only, which reports a process's peak.
 */
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { crc32 } from 'node:zlib';
import { Log, LogLevel, Miniflare } from 'miniflare';
import { build } from '../scripts/build.mjs';
import { setup } from '../scripts/setup.mjs';
import { Failure, main } from '../scripts/step.mjs';
import { runtime } from '../scripts/local-worker.mjs';
import { BOUNDARY, encode, signedFields } from '../tests/forms/form.mjs';
import { start } from '../tests/servers/worker_for_forms.mjs';

/** @typedef {import('../tests/forms/form.mjs').Change} Change */
/** @typedef {{ send: (bytes: number) => Promise<number>, stop: () => Promise<unknown> }} Store */
/** @typedef {{ name: string, launch: () => Promise<Store>, times: number[], peaks: number[] }} Contestant times in ms, peaks in MiB */

const MIB = 2 ** 20;
const BARE = `export default { async fetch(request, env) {
  const object = await env.MEDIA.put(new URL(request.url).pathname, request.body);
  return new Response(null, { status: object ? 204 : 500 });
} };`;

/** Bytes without repetition, so that no part of the file looks like the start of a delimiter. */
const block = Buffer.from(Array.from({ length: MIB }, (_, i) => (i * 2_654_435_761) >>> 24));

/** Starts the Worker with a form for its bucket. @param {(bytes: number) => Change} change @returns {Promise<Store>} */
async function form(change) {
  const worker = await start();
  const send = (/** @type {number} */ bytes) => {
    const key = `bench/${bytes}`;
    const [head, tail] = halves(encode(key, signedFields(worker, key, change(bytes)), { file: Buffer.from('\0FILE\0') }));
    return upload(worker.action, `multipart/form-data; boundary=${BOUNDARY}`, head, bytes, tail);
  };
  return { send, stop: worker.stop };
}

/** @returns {Promise<Store>} */
async function bare() {
  const env = /** @type {any} */ ({ MEDIA: { type: 'r2', name: 'media' } });
  const manifest = { mainModule: 'bare.mjs', modules: { 'bare.mjs': { type: /** @type {const} */ ('esm'), contents: BARE } } };
  const config = { name: 'bare', compatibilityDate: (await runtime()).compatibility_date, env, manifest };
  const miniflare = new Miniflare({ host: '127.0.0.1', cf: false, log: new Log(LogLevel.NONE), workers: [{ config }] });
  const { origin } = await miniflare.ready;
  const empty = Buffer.alloc(0);
  return { send: (bytes) => upload(origin, 'image/gif', empty, bytes, empty), stop: () => miniflare.dispose() };
}

const ANY = { conditions: [['content-length-range', 1, 5 * 2 ** 30]] };

/** @param {number} bytes */
function crcOf(bytes) {
  let sum = 0;
  for (let left = bytes; left > 0; left -= MIB) sum = crc32(block.subarray(0, Math.min(left, MIB)), sum);
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(sum);
  return buffer.toString('base64');
}

/** The form before the file and after it. @param {Buffer} form */
function halves(form) {
  const index = form.indexOf('\0FILE\0');
  return /** @type {const} */ ([form.subarray(0, index), form.subarray(index + 6)]);
}

/**
 * @param {string} url
 * @param {string} type
 * @param {Buffer} head
 * @param {number} bytes of the file
 * @param {Buffer} tail
 * @returns {Promise<number>} the time in ms
 */
function upload(url, type, head, bytes, tail) {
  const started = performance.now();
  const headers = { 'content-type': type, 'content-length': head.length + bytes + tail.length };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', headers }, async (incoming) => {
      const body = Buffer.concat(await incoming.toArray()).toString();
      if (incoming.statusCode === 204) resolve(performance.now() - started);
      else reject(new Failure(`expected 204, found ${incoming.statusCode}`, undefined, body));
    });
    outgoing.on('error', reject).write(head);
    let left = bytes;
    const writeMore = () => {
      while (left > 0) {
        const next = block.subarray(0, Math.min(left, block.length));
        left -= next.length;
        if (!outgoing.write(next)) return void outgoing.once('drain', writeMore);
      }
      outgoing.end(tail);
    };
    writeMore();
  });
}

/** @returns {Promise<Set<number>>} the IDs of the workerd processes that this process started */
async function workerds() {
  const found = new Set();
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const [comm, parent] = await readFile(`/proc/${pid}/stat`, 'utf8').then((stat) => /\((.*)\) \S (\d+)/.exec(stat)?.slice(1) ?? [], () => []);
    if (comm === 'workerd' && Number(parent) === process.pid) found.add(Number(pid));
  }
  return found;
}

/** @param {number} pid @returns {Promise<number>} its peak memory since the last reset, in MiB */
async function peak(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** @param {number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** @param {Contestant} contestant @param {number} bytes */
async function measure({ launch, times, peaks }, bytes) {
  const before = await workerds();
  const store = await launch();
  try {
    const [pid] = [...(await workerds())].filter((found) => !before.has(found)); // the previous process may still be ending
    if (pid === undefined) throw new Failure('no process called workerd was found');
    await store.send(1_000); // warms up
    await writeFile(`/proc/${pid}/clear_refs`, '5');
    times.push(await store.send(bytes));
    peaks.push(await peak(pid));
  } finally {
    await store.stop();
  }
}

await main(import.meta, async () => {
  const [megabytes = 95, rounds = 7] = process.argv.slice(2).map(Number);
  await setup();
  await build();
  /** @param {string} name @param {() => Promise<Store>} launch @returns {Contestant} */
  const create = (name, launch) => ({ name, launch, times: [], peaks: [] });
  const contestants = [
    create('bare Worker', bare),
    create('form, size fixed', () => form((bytes) => ({ conditions: [['content-length-range', bytes, bytes]] }))),
    create('form, any size', () => form((bytes) => ({ conditions: [['content-length-range', 1, bytes]] }))),
    create('form, with CRC-32', () => form((bytes) => ({ ...ANY, fields: { 'x-amz-checksum-crc32': crcOf(bytes) } }))),
  ];
  for (let round = 0; round < rounds; round += 1) {
    for (const contestant of round % 2 ? contestants.toReversed() : contestants) await measure(contestant, megabytes * 1_000_000);
  }
  const [base] = contestants;
  console.log(`${megabytes} MB, ${rounds} rounds, medians`);
  for (const { name, times, peaks } of contestants) {
    const [time, memory] = [median(times), median(peaks)];
    const comparison = `${(time / median(base.times)).toFixed(2)} times, ${(memory - median(base.peaks)).toFixed(1)} MiB more`;
    console.log(`${name.padEnd(18)} ${time.toFixed(0).padStart(6)} ms  peak ${memory.toFixed(1).padStart(6)} MiB  ${name === base.name ? '' : comparison}`);
  }
});
