// The HTTP API by hand: requests an upload from the Worker, then sends the file as the answer says. `fetch` does not report upload progress.
const RULE = 'https://signpost.example.com/uploads/file';

/**
 * @param {File} file
 * @param {AbortSignal} signal
 * @returns {Promise<string>} the object's key
 */
async function upload(file, signal) {
  const description = { filename: file.name, type: file.type, size: file.size };
  const signed = await fetch(RULE, { method: 'POST', body: JSON.stringify(description), signal });
  const answer = await signed.json();
  if (!signed.ok) throw new Error(answer.detail);
  const { method, url, fields, headers, key } = answer;
  const sent = await fetch(url, { method, headers, body: method === 'POST' ? form(fields, file) : file, signal });
  if (!sent.ok) throw new Error(`The bucket answered ${sent.status}.`);
  return key;
}

/**
 * Builds the form: every field, then the file. S3 ignores fields after the file.
 *
 * @param {Record<string, string>} fields
 * @param {File} file
 */
function form(fields, file) {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  data.append('file', file);
  return data;
}

/**
 * Retries for a while if there is no answer: `fetch` then throws a `TypeError`.
 *
 * @template T
 * @param {() => Promise<T>} attempt
 */
async function withRetries(attempt) {
  for (let left = 10; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0 || !(error instanceof TypeError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}

/** @type {<E extends Element>(selector: string) => E} */
const element = (selector) => /** @type {any} */ (document.querySelector(selector));
const message = element('#status');
let current = new AbortController();

element('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const { signal } = (current = new AbortController());
  const [file] = /** @type {FileList} */ (/** @type {HTMLInputElement} */ (element('#file')).files);
  message.textContent = `Uploading ${file.name}`;
  try {
    element('#keys').textContent = await withRetries(() => upload(file, signal));
    message.textContent = `${file.name} was uploaded.`;
  } catch (error) {
    message.textContent = signal.aborted ? 'Cancelled' : String(error);
  }
});
element('#cancel').addEventListener('click', () => current.abort());
