/**
 * @file `npm run bench:many [-- ROUNDS REQUESTS]`: compares the processor time of one request for many files or links with that of a
 * request for one. The rounds are interleaved; the result is the median of the ratios of the rounds.
 */
import { build } from '../scripts/build.mjs';
import { setup } from '../scripts/setup.mjs';
import { Failure, main } from '../scripts/step.mjs';
import { bundle } from './bundle.mjs';
import { REQUESTS, SITE } from './contenders.mjs';
import { send } from './load.mjs';
import { cost, median, ratio } from './measure.mjs';
import { serve } from './workerd.mjs';

const MANY = 100;
const MOST = 12; // times the processor time of one file

const { upload, download } = REQUESTS;
const post = (/** @type {string} */ path, /** @type {unknown} */ json) => ({ ...upload, path, json });

/** @param {number} count */
const uploads = (count) => post(upload.path, { files: Array.from({ length: count }, () => upload.json) });

/** @param {number} count */
const links = (count) => {
  const [rule, path] = [download.path.slice(0, download.path.lastIndexOf('/')), download.path.slice(download.path.lastIndexOf('/') + 1)];
  return post(rule, { paths: Array.from({ length: count }, () => path) });
};

/** @type {Record<string, import('./load.mjs').RequestSpec>} */
const LOADS = {
  'one file': upload,
  [`${MANY} files`]: uploads(MANY),
  'one link': { ...download, path: `${download.path}?json` },
  [`${MANY} links`]: links(MANY),
};

await main(import.meta, async () => {
  const [rounds = 25, requests = 100] = process.argv.slice(2).map(Number);
  if (process.platform !== 'linux') throw new Failure('the bench reads processor time from /proc', 'run it on Linux');
  await setup();
  await build();
  const signpost = await serve(await bundle('signpost', 'src/js/entry.mjs'), SITE);
  for (const [name, request] of Object.entries(LOADS)) {
    const { status, body } = await send(signpost.port, request);
    const granted = body.match(/"expires":/g)?.length;
    if (status !== 200 || granted !== (name.startsWith('one') ? 1 : MANY)) throw new Failure(`${name}: status ${status}, ${granted} granted`, undefined, body);
  }
  const loads = Object.fromEntries(Object.entries(LOADS).map(([name, request]) => [name, { process: signpost, request }]));
  const costs = await cost(loads, { rounds, requests });
  await signpost.stop();
  console.log('| processor time of one request | µs | times as much |  |\n|---|--:|--:|--:|');
  for (const what of ['file', 'link']) {
    const [one, many] = [costs[`one ${what}`], costs[`${MANY} ${what}s`]];
    const times = ratio(many, one);
    console.log(`| one ${what} | ${median(one).toFixed(0)} | 1 |  |`);
    console.log(`| ${MANY} ${what}s | ${median(many).toFixed(0)} | ${times.toFixed(1)} | ${times <= MOST ? 'met' : '**missed**'} |`);
  }
});
