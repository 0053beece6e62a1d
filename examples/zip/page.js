// Uploads many files with one request for their signatures, requests many links at once, and makes a zip of the objects in the page.
import { downloadZip } from 'client-zip';
import { uploadAll } from 'signpost/client';

const ENDPOINT = 'https://signpost.example.com';
const RULE = 'file';

/** The most links in one request. */
const MAX_LINKS = 100;

/**
 * Requests links to objects, and leaves out those that are refused.
 *
 * @param {string[]} paths
 * @returns {Promise<{ path: string, url: string }[]>}
 */
async function links(paths) {
  const response = await fetch(`${ENDPOINT}/downloads/${RULE}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ paths }) });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail);
  return answer.downloads.filter((/** @type {{ url?: string }} */ { url }) => url);
}

/**
 * The files for the zip, one after the other, so that the links of the next ones are requested only when they are needed.
 *
 * @param {string[]} paths
 */
async function* files(paths) {
  for (let first = 0; first < paths.length; first += MAX_LINKS) {
    for (const { path, url } of await links(paths.slice(first, first + MAX_LINKS))) {
      const input = await fetch(url);
      if (!input.ok) throw new Error(`The bucket answered ${input.status} for ${path}.`);
      yield { name: path, input };
    }
  }
}

/** @type {<E extends Element>(selector: string) => E} */
const element = (selector) => /** @type {any} */ (document.querySelector(selector));
/** @type {HTMLElement} */
const message = element('#status');
/** @type {HTMLProgressElement} */
const progress = element('#progress');
/** @type {HTMLButtonElement} */
const zip = element('#zip');
let current = new AbortController();
/** The values of `{path}` in the download rule's key. @type {string[]} */
let stored = [];

element('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  current = new AbortController();
  const { files } = /** @type {HTMLInputElement} */ (element('#file'));
  message.textContent = 'Uploading';
  const results = await uploadAll(files ?? [], {
    endpoint: ENDPOINT,
    rule: RULE,
    signal: current.signal,
    onprogress: ({ loaded, total }) => (progress.value = loaded / total),
  });
  const keys = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.key] : []));
  const failed = results.flatMap((result, index) => (result.status === 'rejected' ? [`${files?.[index].name}: ${result.reason.message}`] : []));
  element('#keys').textContent = keys.join('\n');
  message.textContent = [`${keys.length} of ${results.length} files were uploaded.`, ...failed].join(' ');
  stored = keys.map((key) => key.slice(key.indexOf('/') + 1));
  zip.disabled = stored.length === 0;
});
element('#cancel').addEventListener('click', () => current.abort());

zip.addEventListener('click', async () => {
  try {
    const blob = await downloadZip(files(stored)).blob();
    const url = URL.createObjectURL(blob);
    Object.assign(document.createElement('a'), { href: url, download: 'files.zip' }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  } catch (error) {
    message.textContent = String(error);
  }
});
