import { request } from './request.js';
import { pause, retry } from './retry.js';
import { SignpostError } from './signpost-error.js';

/** The pauses before the bucket is asked again for a file that it has just accepted, in milliseconds: some stores list it only later. */
const PAUSES = [250, 500, 1_000, 2_000];

/**
 * Asks the Worker to confirm an upload.
 *
 * @param {string} url of the rule
 * @param {string} confirm the state of the grant
 * @param {import('./request.js').Options} options
 * @returns {Promise<import('./upload.js').Uploaded>}
 */
export async function confirmed(url, confirm, options) {
  const init = { method: 'POST', body: JSON.stringify({ confirm }) };
  const ask = () => request(`${url}/confirm`, options, { ...init, headers: { 'content-type': 'application/json' } }, 'key');
  for (let asked = 0; ; asked += 1) {
    try {
      return await retry(options, ask);
    } catch (error) {
      const isMissing = error instanceof SignpostError && error.code === 'NoSuchKey';
      if (!isMissing || asked === PAUSES.length) throw error;
      await pause(PAUSES[asked], options.signal);
    }
  }
}
