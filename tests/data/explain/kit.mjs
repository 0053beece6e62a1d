/** @file Valid requests, signed by Amazon's SDK, and a function that sends a changed one byte for byte. */
import { request } from 'node:http';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

/** @typedef {import('../../servers/s3.mjs').Access & { bucket: string, sessionToken?: string }} Store */
/** @typedef {{ method: string, url: string, headers: Record<string, string>, body: Buffer, signed?: object, holder?: Store }} Request `signed` is the signed link or form, if it is more than the URL; `holder` has the credentials, if they are not the store's */
/** @typedef {{ status: number, headers: import('node:http').IncomingHttpHeaders, body: string }} Answer */
/** @typedef {{ key?: string, type?: string, expiresIn?: number, signedAt?: number, checksums?: 'WHEN_SUPPORTED' | 'WHEN_REQUIRED', keep?: string[], more?: object }} LinkOptions */

export const BODY = Buffer.from('what a link is for\n');

/** Signs requests that the store accepts. */
export class Kit {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
  }

  /** Returns a copy with other credentials, another region, ... @param {Partial<Store>} changes */
  with(changes) {
    return new Kit({ ...this.store, ...changes });
  }

  /** @param {LinkOptions['checksums']} [checksums] */
  #client(checksums = 'WHEN_REQUIRED') {
    const { endpoint, region, accessKeyId, secretAccessKey, sessionToken } = this.store;
    const credentials = { accessKeyId, secretAccessKey, sessionToken };
    return new S3Client({ endpoint, region, credentials, forcePathStyle: true, requestChecksumCalculation: checksums });
  }

  /** Signs a link for GET. @param {LinkOptions} [options] @returns {Promise<Request>} */
  async get({ key = 'kept.txt', expiresIn = 600, signedAt = Date.now(), more } = {}) {
    const command = new GetObjectCommand({ Bucket: this.store.bucket, Key: key, ...more });
    const url = await getSignedUrl(this.#client(), command, { expiresIn, signingDate: new Date(signedAt) });
    return { method: 'GET', url, headers: {}, body: Buffer.alloc(0) };
  }

  /** Signs a link for PUT, with its type and the headers in `keep`. @param {LinkOptions} [options] @returns {Promise<Request>} */
  async put({ key = 'new.txt', type, expiresIn = 600, checksums, keep = [], more } = {}) {
    const command = new PutObjectCommand({ Bucket: this.store.bucket, Key: key, ContentType: type, ...more });
    const url = await getSignedUrl(this.#client(checksums), command, {
      expiresIn,
      signableHeaders: new Set(['host', ...(type ? ['content-type'] : []), ...keep]),
      unhoistableHeaders: new Set(keep),
    });
    /** @type {Record<string, string>} */
    const headers = type ? { 'content-type': type } : {};
    return { method: 'PUT', url, headers, body: BODY };
  }

  /**
   * @param {{ fields?: Record<string, string>, conditions?: any[], expires?: number, key?: string }} [options]
   * @returns {Promise<{ url: string, fields: Record<string, string> }>}
   */
  form({ fields = { 'Content-Type': 'text/plain' }, conditions = [['content-length-range', 1, 100]], expires = 600, key = 'inbox/new.txt' } = {}) {
    return createPresignedPost(this.#client(), { Bucket: this.store.bucket, Key: key, Fields: fields, Conditions: conditions, Expires: expires });
  }
}

/**
 * Sends a request unchanged: only `host` and the length are added, and the path is not normalised.
 *
 * @param {Request} sent
 * @returns {Promise<Answer>}
 */
export function send({ method, url, headers, body }) {
  const [, origin, path] = /^(https?:\/\/[^/]+)(.*)$/.exec(url) ?? [];
  const { hostname, port } = new URL(origin);
  const length = method === 'GET' ? {} : { 'content-length': body.length };
  return new Promise((resolve, reject) => {
    const outgoing = request({ method, hostname, port, path, headers: { ...length, ...headers } }, async (answer) => {
      const chunks = await answer.toArray();
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString() });
    });
    outgoing.on('error', reject).end(body);
  });
}

/**
 * Encodes a form like a browser, with the file last by default.
 *
 * @param {{ url: string, fields: Record<string, string> }} form
 * @param {{ file?: Buffer, first?: boolean }} [options]
 * @returns {Request}
 */
export function filled(form, { file = BODY, first = false } = {}) {
  const boundary = '----WebKitFormBoundaryA1b2C3d4E5f6G7h8';
  const part = (/** @type {string} */ name, /** @type {string | Buffer} */ value, more = '') =>
    Buffer.concat([Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`), Buffer.from(value), Buffer.from('\r\n')]);
  const fields = Object.entries(form.fields).map(([name, value]) => part(name, value));
  const last = part('file', file, '; filename="note.txt"\r\nContent-Type: text/plain');
  const parts = first ? [last, ...fields] : [...fields, last];
  const body = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
  return { method: 'POST', url: form.url, headers: { 'content-type': `multipart/form-data; boundary=${boundary}` }, body, signed: form };
}

/**
 * Returns the request and response as a browser's HAR.
 *
 * @param {Request} sent
 * @param {Answer} answer
 */
export function har({ method, url, headers, body }, answer) {
  const list = (/** @type {Record<string, unknown>} */ all) => Object.entries(all).map(([name, value]) => ({ name, value: String(value) }));
  const mimeType = headers['content-type'] ?? '';
  const postData = body.length > 0 ? { postData: { mimeType, text: body.toString() } } : {};
  const request = { method, url, httpVersion: 'HTTP/1.1', cookies: [], headers: list(headers), queryString: [], headersSize: -1, bodySize: body.length, ...postData };
  const content = { size: answer.body.length, mimeType: 'application/xml', text: answer.body };
  const response = { status: answer.status, statusText: '', httpVersion: 'HTTP/1.1', cookies: [], headers: list(answer.headers), content, redirectURL: '', headersSize: -1, bodySize: -1 };
  const entry = { startedDateTime: new Date().toISOString(), time: 1, request, response, cache: {}, timings: { send: 0, wait: 1, receive: 0 } };
  return { log: { version: '1.2', creator: { name: 'test', version: '1' }, entries: [entry] } };
}
