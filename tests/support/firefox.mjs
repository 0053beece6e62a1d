/** @file Debian's Firefox, driven by Playwright over WebDriver BiDi, with an HTTP proxy that can limit the speed of uploads. */
import { firefox as playwright } from 'playwright-core';
// @ts-expect-error: it has no types
import { ws as WebSocket } from 'playwright-core/lib/utilsBundle';
import { startProxy } from '../servers/proxy.mjs';

/** Playwright sends it for each new context. Firefox has it only in releases after 153 ESR. */
const UNKNOWN = 'emulation.setMediaFeaturesOverride';

/** No page of Mozilla is opened, and nothing is sent to Mozilla. */
const QUIET = {
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.newtabpage.enabled': false,
  'browser.safebrowsing.downloads.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.search.update': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.systemAddon.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
  'toolkit.telemetry.enabled': false,
  'toolkit.telemetry.server': 'data:,',
};

/** Bytes that the system keeps of what Firefox has sent, which count as progress. */
const SEND_BUFFER = 16_384;

/** The proxy of each Firefox. @type {WeakMap<import('playwright-core').Browser, import('../servers/proxy.mjs').BreakableProxy>} */
const proxies = new WeakMap();

/**
 * Launches Firefox with a fresh profile.
 *
 * @param {string} executablePath
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function launchFirefox(executablePath) {
  answerUnknownCommand();
  const proxy = await startProxy();
  const { hostname, port } = new URL(proxy.proxy.server);
  const firefoxUserPrefs = {
    ...QUIET,
    'network.proxy.type': 1,
    'network.proxy.http': hostname,
    'network.proxy.http_port': Number(port),
    'network.proxy.allow_hijacking_localhost': true,
    'network.tcp.sendbuffer': SEND_BUFFER,
  };
  const launched = playwright.launch({ channel: 'moz-firefox', executablePath, headless: true, firefoxUserPrefs });
  const browser = await launched.catch((error) => {
    proxy.stop();
    throw error;
  });
  browser.on('disconnected', () => proxy.stop());
  proxies.set(browser, proxy);
  return browser;
}

/**
 * Limits the speed of this Firefox, until the page is closed.
 *
 * @param {import('playwright-core').Page} page
 * @param {number} bytesPerSecond
 */
export function slowDownFirefox(page, bytesPerSecond) {
  const browser = page.context().browser();
  const proxy = browser && proxies.get(browser);
  if (!proxy) throw new Error('this Firefox has no proxy');
  proxy.limit(bytesPerSecond);
  page.once('close', () => proxy.limit(Infinity));
}

/**
 * Answers {@link UNKNOWN} in place of Firefox, whose error would end the launch of every page. The tests of Firefox use the colour
 * scheme that it has by itself.
 */
function answerUnknownCommand() {
  const { send } = WebSocket.prototype;
  if (send.name === 'sendKnown') return;
  WebSocket.prototype.send = function sendKnown(/** @type {unknown} */ data, /** @type {unknown[]} */ ...rest) {
    const command = typeof data === 'string' && data.includes(UNKNOWN) ? JSON.parse(data) : {};
    if (command.method !== UNKNOWN) return send.call(this, data, ...rest);
    const answer = JSON.stringify({ type: 'success', id: command.id, result: {} });
    setImmediate(() => this.emit('message', Buffer.from(answer), false));
  };
}
