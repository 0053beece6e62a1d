import { refusal, unreachable } from './signpost-error.js';

/**
 * @typedef {{ url: string, key: string, expires: string, confirm?: string } & (
 *   | { method: 'POST', fields: Record<string, string> }
 *   | { method: 'PUT', headers: Record<string, string> }
 * )} Grant The Worker's answer to an upload request. `confirm` is the state with which the Worker confirms the upload.
 */

/**
 * Sends a file to the bucket. Uses `XMLHttpRequest`, because `fetch` does not report the progress of an upload.
 *
 * @param {Blob} file
 * @param {Pick<Grant, 'url'> & ({ method: 'POST', fields: Record<string, string> } | { method: 'PUT', headers: Record<string, string> })} grant
 * @param {AbortSignal | undefined} signal
 * @param {((event: ProgressEvent) => void) | undefined} onprogress
 * @returns {Promise<XMLHttpRequest>} the finished request
 */
export function send(file, grant, signal, onprogress) {
  const request = new XMLHttpRequest();
  const abort = () => request.abort();
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    request.open(grant.method, grant.url);
    request.responseType = 'text'; // otherwise Firefox parses each answer as XML, and complains in the console about an empty one
    if (onprogress) request.upload.onprogress = onprogress;
    request.onload = () =>
      request.status >= 200 && request.status < 300 ? resolve(request) : reject(s3Error(request, grant.url));
    request.onerror = () => reject(unreachable(grant.url));
    request.onabort = () => reject(signal?.reason);
    request.onloadend = () => signal?.removeEventListener('abort', abort);
    signal?.addEventListener('abort', abort);
    request.send(grant.method === 'POST' ? form(grant.fields, file) : withHeaders(request, grant.headers, file));
  });
}

/**
 * Builds the form. The file is the last field, because S3 ignores fields after it.
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
    // The browser sets these two and forbids scripts to do so.
    if (!/^(content-length|host)$/i.test(name)) request.setRequestHeader(name, value);
  }
  return file;
}

/**
 * @param {XMLHttpRequest} request
 * @param {string} url
 */
function s3Error({ status, responseText }, url) {
  const xml = new DOMParser().parseFromString(responseText, 'text/xml');
  /** @param {string} name */
  const text = (name) => xml.querySelector(`Error > ${name}`)?.textContent ?? undefined;
  return refusal(status, url, text('Code'), text('Message'));
}
