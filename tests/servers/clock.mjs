/** @file The Worker with a clock that a test can set. Only `Date.now` changes: timeouts run in real time. */

const PATH = '/test-clock';

/** Replaces the Worker's entry: `start({ around: CLOCK })`. */
export const CLOCK = `
import worker from './entry.mjs';
export * from './entry.mjs';
const { now } = Date;
let ahead = 0;
Date.now = () => now() + ahead;
export default {
  fetch(request, ...rest) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== '${PATH}') return worker.fetch(request, ...rest);
    ahead = Number(searchParams.get('ahead'));
    return new Response();
  },
};`;

/**
 * Sets how far the Worker's clock is ahead of the real one.
 *
 * @param {{ fetch: (path: string) => Promise<Response> }} worker that was started with {@link CLOCK}
 * @param {number} seconds negative for a clock that is behind
 */
export async function setAhead(worker, seconds) {
  const answer = await worker.fetch(`${PATH}?ahead=${seconds * 1000}`);
  if (!answer.ok) throw new Error(`cannot set the Worker's clock: ${answer.status}`);
}
