/** @file A receiver of webhooks on this machine, which answers as a test says and keeps what it received. */
import { setTimeout as sleep } from 'node:timers/promises';
import { FakeServer } from './fake_server.mjs';

/** @typedef {import('./fake_server.mjs').Answer} Answer */
/** @typedef {{ at: number, path: string, headers: Record<string, string>, body: string }} Webhook */

/**
 * Starts a receiver.
 *
 * @param {(nth: number) => Answer} [answer] to the request with this number, from 0
 */
export async function startReceiver(answer = () => ({ status: 204 })) {
  /** @type {Webhook[]} */
  const webhooks = [];
  const server = await FakeServer.start(({ path = '', headers, body }) => {
    webhooks.push({ at: Date.now(), path, headers: /** @type {Record<string, string>} */ (headers), body: body.toString() });
    return answer(webhooks.length - 1);
  });
  return {
    url: server.url,
    webhooks,
    /** Waits for a number of webhooks, and a little for more. @param {number} count @param {number} [ms] how long at most */
    async received(count, ms = 15_000) {
      for (const end = Date.now() + ms; webhooks.length < count && Date.now() < end; ) await sleep(20);
      await sleep(300);
      return webhooks;
    },
    stop: () => server.stop(),
  };
}
