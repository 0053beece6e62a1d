// Uploads a picture with `upload` and shows it through a link from `download`.
import { SignpostError, download, upload } from '../../client/signpost.js';

/** @type {<E extends HTMLElement>(id: string, type: new () => E) => E} */
const element = (id, type) => {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`the page lacks #${id}`);
};

const main = /** @type {HTMLElement} */ (document.querySelector('main'));
const sending = /** @type {HTMLElement} */ (document.querySelector('.sending'));
const input = element('file', HTMLInputElement);
const progress = element('progress', HTMLProgressElement);
const error = element('error', HTMLElement);
const result = element('result', HTMLElement);
const picture = element('picture', HTMLImageElement);
const link = element('link', HTMLAnchorElement);
const expires = element('expires', HTMLTimeElement);

/** @type {Promise<{ endpoint: string, rule: string }>} */
const site = fetch('/config.json').then((response) => response.json());
site.catch(fail);

let current = new AbortController(); // of the running upload; a new one cancels it
let shown = { key: '', name: '' };

input.addEventListener('change', () => {
  take(input.files);
  input.value = ''; // so that the same file can be chosen again
});
element('cancel', HTMLButtonElement).addEventListener('click', () => current.abort());
element('renew', HTMLButtonElement).addEventListener('click', () => attempt(fetchBack));
document.addEventListener('paste', (event) => take(event.clipboardData?.files));
document.addEventListener('dragover', (event) => {
  event.preventDefault();
  main.toggleAttribute('data-over', true);
});
document.addEventListener('dragleave', (event) => main.toggleAttribute('data-over', event.relatedTarget !== null));
document.addEventListener('drop', (event) => {
  event.preventDefault();
  main.toggleAttribute('data-over', false);
  take(event.dataTransfer?.files);
});

/** @param {FileList | null | undefined} files */
function take(files) {
  const file = files?.[0];
  if (file) attempt((signal) => roundTrip(file, signal));
}

/** @param {(signal: AbortSignal) => Promise<void>} job */
async function attempt(job) {
  current.abort();
  const { signal } = (current = new AbortController());
  error.hidden = true;
  try {
    await job(signal);
  } catch (cause) {
    if (signal === current.signal) fail(cause);
  }
}

/**
 * @param {File} file
 * @param {AbortSignal} signal
 */
async function roundTrip(file, signal) {
  result.hidden = true;
  sending.hidden = false;
  progress.value = 0;
  step('ask', `Asking the Worker to sign an upload of ${file.name}`);
  const onprogress = (/** @type {ProgressEvent} */ event) => {
    if (progress.value === 0) step('send', `Sending ${file.name} to the bucket`);
    progress.value = event.loaded / event.total;
  };
  const { key, size } = await upload(file, { ...(await site), signal, onprogress });
  sent();
  shown = { key, name: file.name };
  element('key', HTMLElement).textContent = key;
  element('size', HTMLElement).textContent = formatSize(size);
  await fetchBack(signal);
}

/** @param {AbortSignal} signal */
async function fetchBack(signal) {
  step('back', 'Asking the Worker for a link');
  const path = shown.key.slice(shown.key.indexOf('/') + 1); // the rule's key is "pictures/{path}"
  const signed = await download(path, { ...(await site), signal });
  picture.alt = `${shown.name}, loaded from the bucket`;
  picture.src = link.href = signed.url;
  expires.dateTime = signed.expires;
  tick();
  await picture.decode().catch((cause) => {
    throw new Error('The link was signed, but the picture could not be loaded through it', { cause });
  });
  signal.throwIfAborted();
  result.hidden = false;
  step('done', `${shown.name} is in the bucket. The picture below was loaded from there.`);
}

/**
 * @param {'idle' | 'ask' | 'send' | 'back' | 'done'} now
 * @param {string} text
 */
function step(now, text) {
  main.dataset.state = now;
  element('status', HTMLElement).textContent = text;
  let done = now !== 'idle';
  for (const sign of document.querySelectorAll('[data-step]')) {
    const isNow = sign.getAttribute('data-step') === now;
    if (isNow) done = false;
    sign.classList.toggle('done', done);
    isNow ? sign.setAttribute('aria-current', 'step') : sign.removeAttribute('aria-current');
  }
}

/** @param {unknown} cause */
function fail(cause) {
  sent();
  if (cause instanceof DOMException && cause.name === 'AbortError') return step('idle', 'Cancelled');
  main.dataset.state = 'refused';
  element('status', HTMLElement).textContent = '';
  error.hidden = false;
  element('reason', HTMLElement).textContent = cause instanceof Error ? cause.message : String(cause);
  element('code', HTMLElement).textContent = cause instanceof SignpostError ? cause.code : 'PageError';
}

function sent() {
  if (sending.contains(document.activeElement)) input.focus(); // the focused button is about to be hidden
  sending.hidden = true;
}

/** Shows the remaining time of the link. Its expiry is in the attribute. */
function tick() {
  const seconds = Math.ceil((Date.parse(expires.dateTime) - Date.now()) / 1000);
  if (Number.isNaN(seconds)) return;
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  expires.textContent = seconds > 0 ? `in ${clock}` : 'expired';
}
setInterval(tick, 1000);

/** @param {number} bytes */
function formatSize(bytes) {
  const [unit, divisor] = bytes < 2 ** 20 ? ['KiB', 2 ** 10] : ['MiB', 2 ** 20];
  return `${(bytes / divisor).toFixed(1)} ${unit} (${bytes.toLocaleString('en')} bytes)`;
}
