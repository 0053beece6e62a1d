/**
 * Uploads a file to a bucket, and links to one, with permission from a Signpost Worker.
 *
 * The Worker signs; the bytes go from the browser to the bucket and back.
 *
 * @example
 * import { upload, download } from './signpost.js';
 *
 * const site = { endpoint: 'https://signpost.example.com', rule: 'avatar' };
 * const { key } = await upload(input.files[0], { ...site, onprogress: (event) => (bar.value = event.loaded / event.total) });
 * const { url } = await download('7f3a.png', site);
 *
 * @module
 */

/**
 * @typedef {object} Options
 * @property {string} endpoint The Worker's address, such as `https://signpost.example.com`; a path on the page's own origin works too.
 * @property {string} rule The name of the rule to ask.
 * @property {string} [token] Who asks: sent to the Worker as `Authorization: Bearer ...`, never to the bucket.
 * @property {AbortSignal} [signal] Ends the call; the promise then rejects with the signal's reason, an `AbortError` unless you gave another.
 */

/**
 * @typedef {Options & Sending} UploadOptions
 *
 * @typedef {object} Sending
 * @property {Record<string, string>} [metadata] Texts stored with the object; the rule names those it takes.
 * @property {(event: ProgressEvent) => void} [onprogress] Told how far the upload is. Has the browser send a preflight to the bucket, which a form alone does not need.
 */

/**
 * @typedef {{ url: string, key: string, expires: string } & (
 *   | { method: 'POST', fields: Record<string, string> }
 *   | { method: 'PUT', headers: Record<string, string> }
 * )} Grant What the Worker answers to an upload it permits.
 */

/** Why the Worker or the bucket said no, or that neither could be heard. The message is a sentence to show. */
export class SignpostError extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(status, code, message, options) {
    super(message, options);
    this.name = 'SignpostError';
    /** The HTTP status; 0 when no answer came. */
    this.status = status;
    /** S3's error code, such as `EntityTooLarge`; else `NetworkError` (no answer) or `UnexpectedAnswer` (not one we can read). */
    this.code = code;
  }
}

/**
 * Uploads a file under the key that the rule gives it.
 *
 * @param {Blob & { name?: string }} file A `File` also tells the Worker its name.
 * @param {UploadOptions} options
 * @returns {Promise<{ key: string, type: string, size: number }>} What the bucket now holds.
 * @throws {SignpostError}
 */
export async function upload(file, { endpoint, rule, token, metadata, signal, onprogress }) {
  const { name: filename, size } = file;
  const type = file.type || 'application/octet-stream';
  /** @type {Grant} */
  const grant = await ask(address(endpoint, 'uploads', rule), token, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ filename, type, size, metadata }),
    signal,
  });
  await send(file, grant, signal, onprogress);
  return { key: grant.key, type, size };
}

/**
 * Asks for a link to an object, which works until it expires.
 *
 * @param {string} path What stands for `{path}` in the rule's key.
 * @param {Options} options
 * @returns {Promise<{ url: string, expires: string }>} `expires` is an instant such as `2026-11-23T19:10:00Z`.
 * @throws {SignpostError}
 */
export async function download(path, { endpoint, rule, token, signal }) {
  const headers = { accept: 'application/json' };
  return ask(address(endpoint, 'downloads', rule, ...path.split('/')), token, { headers, signal });
}

/**
 * @param {string} endpoint
 * @param {...string} segments
 */
function address(endpoint, ...segments) {
  // A browser resolves these before it asks, percent-encoded or not, so the request would reach another route.
  if (segments.some((segment) => segment === '.' || segment === '..'))
    throw new TypeError('expected a path without "." and ".." segments');
  return [endpoint.replace(/\/+$/, ''), ...segments.map(encodeURIComponent)].join('/');
}

/**
 * @param {string} url
 * @param {string | undefined} token
 * @param {RequestInit & { headers: Record<string, string> }} init
 * @returns {Promise<any>}
 */
async function ask(url, token, init) {
  if (token) init.headers.authorization = `Bearer ${token}`;
  let response, text;
  try {
    response = await fetch(url, init);
    text = await response.text();
  } catch (cause) {
    throw init.signal?.aborted ? init.signal.reason : unreachable(url, cause);
  }
  const answer = parsed(text);
  if (response.ok && answer?.url) return answer;
  throw refusal(response.status, url, answer?.code, answer?.detail ?? answer?.title);
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not the Worker's, but a page of something in between
  }
}

/**
 * `XMLHttpRequest`, because `fetch` does not tell how far an upload is.
 *
 * @param {Blob} file
 * @param {Grant} grant
 * @param {AbortSignal | undefined} signal
 * @param {UploadOptions['onprogress']} onprogress
 * @returns {Promise<void>}
 */
function send(file, grant, signal, onprogress) {
  const request = new XMLHttpRequest();
  const abort = () => request.abort();
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    request.open(grant.method, grant.url);
    if (onprogress) request.upload.onprogress = onprogress;
    request.onload = () =>
      request.status >= 200 && request.status < 300 ? resolve() : reject(s3Error(request, grant.url));
    request.onerror = () => reject(unreachable(grant.url));
    request.onabort = () => reject(signal?.reason);
    request.onloadend = () => signal?.removeEventListener('abort', abort);
    signal?.addEventListener('abort', abort);
    request.send(grant.method === 'POST' ? form(grant.fields, file) : withHeaders(request, grant.headers, file));
  });
}

/**
 * The file comes last: S3 ignores every field after it.
 *
 * @param {Record<string, string>} fields
 * @param {Blob} file
 */
function form(fields, file) {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  data.append('file', file);
  return data;
}

/**
 * @param {XMLHttpRequest} request
 * @param {Record<string, string>} headers
 * @param {Blob} file
 */
function withHeaders(request, headers, file) {
  for (const [name, value] of Object.entries(headers)) {
    // The browser sets these two itself, and refuses to let a page do it.
    if (!/^(content-length|host)$/i.test(name)) request.setRequestHeader(name, value);
  }
  return file;
}

/**
 * @param {XMLHttpRequest} request
 * @param {string} url
 */
function s3Error({ status, responseXML }, url) {
  /** @param {string} name */
  const text = (name) => responseXML?.querySelector(name)?.textContent ?? undefined;
  return refusal(status, url, text('Code'), text('Message'));
}

/**
 * @param {number} status
 * @param {string} url
 * @param {string} [code]
 * @param {string} [message]
 */
function refusal(
  status,
  url,
  code = 'UnexpectedAnswer',
  message = `${host(url)} gave an answer that cannot be read (status ${status})`,
) {
  return new SignpostError(status, code, message);
}

/**
 * @param {string} url
 * @param {unknown} [cause]
 */
function unreachable(url, cause) {
  return new SignpostError(0, 'NetworkError', `${host(url)} could not be reached, or does not admit this page`, {
    cause,
  });
}

/**
 * Never the whole address: a signed one is a permission.
 *
 * @param {string} url
 */
function host(url) {
  return new URL(url, globalThis.location?.href).host;
}
