// The whole contract by hand: ask the Worker, then send the file as it answers. `fetch` cannot tell how far an upload is.
const RULE = 'https://signpost.example.com/uploads/file';

/**
 * @param {File} file
 * @param {AbortSignal} signal
 * @returns {Promise<string>} the object's key
 */
async function upload(file, signal) {
  const ask = { filename: file.name, type: file.type, size: file.size };
  const asked = await fetch(RULE, { method: 'POST', body: JSON.stringify(ask), signal });
  const answer = await asked.json();
  if (!asked.ok) throw new Error(answer.detail);
  const { method, url, fields, headers, key } = answer;
  const sent = await fetch(url, { method, headers, body: method === 'POST' ? form(fields, file) : file, signal });
  if (!sent.ok) throw new Error(`The bucket answered ${sent.status}.`);
  return key;
}

/**
 * Every field, then the file: S3 ignores what comes after it.
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
 * Tries again for a while, as long as no answer comes: `fetch` then throws a `TypeError`.
 *
 * @template T
 * @param {() => Promise<T>} attempt
 */
async function patiently(attempt) {
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
const told = element('#status');
let under = new AbortController();

element('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const { signal } = (under = new AbortController());
  const [file] = /** @type {FileList} */ (/** @type {HTMLInputElement} */ (element('#file')).files);
  told.textContent = `Uploading ${file.name}`;
  try {
    element('#keys').textContent = await patiently(() => upload(file, signal));
    told.textContent = `${file.name} is uploaded.`;
  } catch (error) {
    told.textContent = signal.aborted ? 'Cancelled' : String(error);
  }
});
element('#cancel').addEventListener('click', () => under.abort());
