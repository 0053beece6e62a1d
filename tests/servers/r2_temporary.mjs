/**
 * @file R2 with temporary credentials, as its documentation describes them: the local R2 behind a check of tokens and signatures.
 *
 * The local R2 has no temporary credentials: it answers 400 to a session token in a header, and ignores one in a URL, whose signature
 * it then compares with that of the key. So this check stands for R2. It has nothing from Signpost: `jose` verifies the token,
 * and `aws4fetch` computes the signature. What it permits, it sends to the local R2, signed by the key that the local R2 has.
 *
 * Spec: https://developers.cloudflare.com/r2/api/s3/temporary-credentials/
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import { jwtVerify } from 'jose';
import { s3 } from './s3.mjs';

/** @typedef {import('./s3.mjs').Access} Access */
/** @typedef {{ method?: string, url: string, headers?: Record<string, string>, body?: Buffer }} Sent a request to R2's own host */
/** @typedef {{ action: string, key: string, claims?: Claims }} Permitted `claims` are those of a token, if the request had one */
/** @typedef {{ bucket: string, scope: string, actions?: string[], paths?: { prefixPaths?: string[], objectPaths?: string[] }, iat: number, exp: number }} Claims */

const READS = ['GetObject', 'HeadObject', 'ListObjectsV2', 'ListParts'];

/** A request that R2 rejects. */
class Rejected extends Error {}

/**
 * @param {object} options
 * @param {string} options.host R2's host of the account, such as `<account>.r2.cloudflarestorage.com`
 * @param {{ accessKeyId: string, secretAccessKey: string }} options.key the permanent key
 * @param {Access} options.store the local R2
 */
export function r2Temporary({ host, key, store }) {
  let ahead = 0;
  /** @type {Permitted[]} */
  const permitted = [];
  const now = () => new Date(Date.now() + ahead * 1000);

  /** @param {Sent} sent */
  async function answer({ method = 'GET', url, headers = {}, body }) {
    const received = { method, url: new URL(url), headers: new Headers(headers) };
    try {
      if (received.url.host !== host) throw new Rejected('another host');
      const { action, bucket, key: object } = operation(received);
      const token = received.url.searchParams.get('X-Amz-Security-Token') ?? received.headers.get('x-amz-security-token');
      const claims = token === null ? undefined : await verified(token, { host, key, now: now() });
      if (claims) check(claims, { action, bucket, key: object });
      const secretAccessKey = token === null ? key.secretAccessKey : secretOf(token);
      await checkSignature(received, { ...key, secretAccessKey, ...(token !== null && { sessionToken: token }) }, now());
      permitted.push({ action, key: object, claims });
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      return new Response(`<Error><Code>AccessDenied</Code><Message>${error.message}</Message></Error>`, { status: 403 });
    }
    return forward(store, received, body);
  }

  return {
    answer,
    /** What was permitted so far. */
    permitted,
    /** Sets how far R2's clock is ahead, in seconds. */
    setAhead: (/** @type {number} */ seconds) => void (ahead = seconds),
  };
}

/** The secret access key that belongs to a token: whoever has the token can compute it. @param {string} token */
export function secretOf(token) {
  return createHash('sha256').update(jwtIn(token)).digest('hex');
}

/** @param {string} token */
export function jwtIn(token) {
  const text = Buffer.from(token, 'base64').toString();
  if (!text.startsWith('jwt/')) throw new Rejected('a token of another kind');
  return text.slice(4);
}

/** @param {string} token @param {{ host: string, key: { accessKeyId: string, secretAccessKey: string }, now: Date }} options @returns {Promise<Claims>} */
async function verified(token, { host, key, now }) {
  const options = { algorithms: ['HS256'], issuer: key.accessKeyId, audience: host, subject: host.split('.')[0], currentDate: now, requiredClaims: ['exp', 'iat', 'bucket'] };
  const { payload } = await jwtVerify(jwtIn(token), new TextEncoder().encode(key.secretAccessKey), options).catch(() => {
    throw new Rejected('an invalid or expired token');
  });
  return /** @type {any} */ (payload);
}

/** @param {Claims} claims @param {{ action: string, bucket: string, key: string }} asked */
function check({ bucket, scope, actions, paths }, asked) {
  if (bucket !== asked.bucket) throw new Rejected('another bucket');
  if (!scope.endsWith('read-write') && !(scope.endsWith('read-only') && READS.includes(asked.action))) throw new Rejected('another scope');
  if (actions && !actions.includes(asked.action)) throw new Rejected('another action');
  const { prefixPaths = [], objectPaths = [] } = paths ?? { prefixPaths: [''] };
  if (!objectPaths.includes(asked.key) && !prefixPaths.some((prefix) => asked.key.startsWith(prefix))) throw new Rejected('another key');
}

/** @typedef {{ method: string, url: URL, headers: Headers }} Received */

/** @param {Received} received @returns {{ action: string, bucket: string, key: string }} */
function operation({ method, url, headers }) {
  const [, bucket = '', key = ''] = /^\/([^/]+)\/?(.*)$/s.exec(decodeURIComponent(url.pathname)) ?? [];
  const has = (/** @type {string} */ name) => url.searchParams.has(name);
  const upload = { PUT: 'UploadPart', POST: 'CompleteMultipartUpload', DELETE: 'AbortMultipartUpload', GET: 'ListParts' };
  const object = { GET: 'GetObject', HEAD: 'HeadObject', PUT: headers.has('x-amz-copy-source') ? 'CopyObject' : 'PutObject', DELETE: 'DeleteObject' };
  const one = /** @type {Record<string, string>} */ (has('uploadId') ? upload : object)[method];
  const action = key === '' ? 'ListObjectsV2' : has('uploads') && method === 'POST' ? 'CreateMultipartUpload' : one;
  if (action === undefined) throw new Rejected('an unknown operation');
  return { action, bucket, key };
}

/** @param {Received} received @param {{ accessKeyId: string, secretAccessKey: string, sessionToken?: string }} credentials @param {Date} now */
async function checkSignature({ method, url, headers }, credentials, now) {
  const { signature, signed, date, expires, signQuery } = signatureOf(url, headers);
  const age = (now.getTime() - instant(date)) / 1000;
  if (age < -900 || age >= (signQuery ? expires : 900)) throw new Rejected('an expired signature');
  const unsigned = new URL(url);
  unsigned.searchParams.delete('X-Amz-Signature');
  const kept = signed.filter((name) => name !== 'host').map((name) => [name, headers.get(name) ?? '']);
  const options = { method, url: unsigned.href, headers: Object.fromEntries(kept), ...credentials, region: 'auto', service: 's3', datetime: date, signQuery, allHeaders: true };
  const expected = await new AwsV4Signer(options).sign();
  const again = signatureOf(expected.url, /** @type {Headers} */ (expected.headers)).signature;
  if (again.length !== signature.length || !timingSafeEqual(Buffer.from(again), Buffer.from(signature))) throw new Rejected('another signature');
}

/** @param {URL} url @param {Headers} headers */
function signatureOf(url, headers) {
  const query = (/** @type {string} */ name) => url.searchParams.get(name) ?? '';
  const signQuery = url.searchParams.has('X-Amz-Signature');
  if (signQuery) {
    return { signQuery, signature: query('X-Amz-Signature'), signed: query('X-Amz-SignedHeaders').split(';'), date: query('X-Amz-Date'), expires: Number(query('X-Amz-Expires')) };
  }
  const [, signed = '', signature = ''] = /SignedHeaders=([^,]*), ?Signature=(\w*)/.exec(headers.get('authorization') ?? '') ?? [];
  return { signQuery, signature, signed: signed.split(';'), date: headers.get('x-amz-date') ?? '', expires: 0 };
}

/** @param {string} date such as `20261123T190000Z` */
function instant(date) {
  return Date.parse(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
}

/** @param {Access} store @param {Received} received @param {Buffer} [body] */
function forward(store, { method, url, headers }, body) {
  const query = new URLSearchParams([...url.searchParams].filter(([name]) => !name.startsWith('X-Amz-')));
  const kept = [...headers].filter(([name]) => !['authorization', 'host', 'content-length', 'accept-encoding'].includes(name) && !/^x-amz-(date|content-sha256|security-token)$/.test(name));
  const search = query.size > 0 ? `?${query}` : '';
  return s3(store, method, url.pathname + search, /** @type {any} */ (body), Object.fromEntries(kept));
}
