/** @file Signs and sends PUTs to a bucket that is bound to the Worker, with an independent signer. */
import { createHash, createHmac } from 'node:crypto';
import { request } from 'node:http';
import { amzDate } from '../forms/form.mjs';

/** @typedef {{ url: string, region: string, accessKeyId: string, secretAccessKey: string }} Server */
/** @typedef {{ status: number, headers: import('node:http').IncomingHttpHeaders, body: string }} Answer */

/**
 * What a test changes in the simplest PUT.
 *
 * @typedef {object} Change
 * @property {Record<string, string>} [signedHeaders]
 * @property {Record<string, string>} [query] more parameters, which are signed
 * @property {Record<string, string | null>} [headers] more headers, which are not signed; null removes one
 * @property {(url: string) => string} [url] changes the URL after signing
 * @property {string} [bucket] the name in `BUCKETS`
 * @property {string} [base] the endpoint that is signed
 * @property {number} [at] when it is signed, in milliseconds
 * @property {number} [expires] in seconds
 * @property {Buffer} [sent] another body than the one that was announced
 * @property {string} [method]
 */

const hmac = (/** @type {string | Buffer} */ key, /** @type {string} */ text) => createHmac('sha256', key).update(text).digest();
const encode = (/** @type {string} */ text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** The digest of a body in base64, as a checksum header has it. @param {string} algorithm @param {Buffer} body */
export const digest = (algorithm, body) => createHash(algorithm).update(body).digest('base64');

/** The polynomials of CRCs, bit-reversed: <https://reveng.sourceforge.io/crc-catalogue/all.htm>. @type {Record<string, [bits: bigint, polynomial: bigint]>} */
const CRCS = { crc32: [32n, 0xedb8_8320n], crc32c: [32n, 0x82f6_3b78n], crc64nvme: [64n, 0x9a6c_9329_ac4b_c9b5n] };

/** A CRC in base64, as a checksum header has it. @param {string} algorithm @param {Buffer} body a small one */
export function crc(algorithm, body) {
  const [bits, polynomial] = CRCS[algorithm];
  const ones = (1n << bits) - 1n;
  let sum = ones;
  for (const byte of body) {
    sum ^= BigInt(byte);
    for (let i = 0; i < 8; i += 1) sum = sum & 1n ? (sum >> 1n) ^ polynomial : sum >> 1n;
  }
  return Buffer.from((sum ^ ones).toString(16).padStart(Number(bits / 4n), '0'), 'hex').toString('base64');
}

/**
 * @param {Server} server
 * @param {string} key
 * @param {Change} [change]
 * @returns {string}
 */
export function presign(server, key, { signedHeaders = {}, query = {}, bucket = 'media', base = `${server.url}/files`, at = Date.now(), expires = 600 } = {}) {
  const { host, pathname, origin } = new URL(base);
  const date = amzDate(at);
  const scope = [date.slice(0, 8), server.region, 's3', 'aws4_request'];
  const headers = Object.entries({ host, ...signedHeaders }).map(([name, value]) => [name.toLowerCase(), value.trim().replace(/ +/g, ' ')]).sort(([a], [b]) => (a < b ? -1 : 1));
  const names = headers.map(([name]) => name).join(';');
  const path = `${pathname.replace(/\/$/, '')}/${bucket}/${key.split('/').map(encode).join('/')}`;
  const parameters = { 'X-Amz-Algorithm': 'AWS4-HMAC-SHA256', 'X-Amz-Credential': [server.accessKeyId, ...scope].join('/'), 'X-Amz-Date': date, 'X-Amz-Expires': `${expires}`, 'X-Amz-SignedHeaders': names, ...query };
  const text = Object.entries(parameters).map(([name, value]) => `${encode(name)}=${encode(value)}`).sort().join('&');
  const payload = signedHeaders['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD';
  const canonical = ['PUT', path, text, ...headers.map(([name, value]) => `${name}:${value}`), '', names, payload].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', date, scope.join('/'), createHash('sha256').update(canonical).digest('hex')].join('\n');
  const signature = hmac(scope.reduce(hmac, /** @type {string | Buffer} */ (`AWS4${server.secretAccessKey}`)), toSign).toString('hex');
  return `${origin}${path}?${text}&X-Amz-Signature=${signature}`;
}

/**
 * Signs, changes and sends a PUT. Status 599 means that the server did not answer within ten seconds.
 *
 * @param {Server} server
 * @param {string} key
 * @param {Buffer} body
 * @param {Change} [change]
 * @returns {Promise<Answer>}
 */
export function put(server, key, body, change = {}) {
  const { url = (signed) => signed, headers = {}, signedHeaders = {}, sent = body, method = 'PUT' } = change;
  return sendTo(url(presign(server, key, change)), sent, { 'content-length': String(sent.length), ...signedHeaders, ...headers }, method);
}

/**
 * @param {string} url
 * @param {Buffer} body
 * @param {Record<string, string | null>} headers
 * @param {string} [method]
 * @returns {Promise<Answer>}
 */
export function sendTo(url, body, headers, method = 'PUT') {
  const all = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== null));
  const { origin, hostname, port } = new URL(url);
  return new Promise((resolve) => {
    // `URL` would change the path. Each request has its own connection, since not every refused body is read.
    const options = { hostname, port, path: url.slice(origin.length), method, headers: /** @type {any} */ (all), agent: false };
    const outgoing = request(options, async (incoming) => {
      const chunks = await incoming.toArray().catch(() => []);
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks).toString() });
    });
    outgoing.setTimeout(10_000, () => outgoing.destroy());
    outgoing.on('error', () => resolve({ status: 599, headers: {}, body: '' })).end(body);
  });
}

export const BODY = Buffer.from([...Array(256).keys()]);

/** PUTs that are refused, and the code of the answer. @type {[title: string, code: string, change: Change][]} */
export const REFUSED_PUTS = [
  ['a chunked signature', 'AuthorizationHeaderMalformed', { signedHeaders: { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' } }],
  ['the coding aws-chunked', 'NotImplemented', { headers: { 'content-encoding': 'gzip, AWS-Chunked' } }],
  ['the signed coding aws-chunked', 'NotImplemented', { signedHeaders: { 'content-encoding': 'aws-chunked' } }],
  ['a trailer', 'NotImplemented', { signedHeaders: { 'x-amz-trailer': 'x-amz-checksum-crc32' } }],
  ['a hash in the query', 'InvalidArgument', { query: { 'X-Amz-Content-Sha256': createHash('sha256').update(BODY).digest('hex') } }],
  ['a header that is not signed', 'AccessDenied', { headers: { 'x-amz-meta-album': 'x' } }],
  ['an access control list that is not signed', 'AccessDenied', { headers: { 'x-amz-acl': 'private' } }],
  ['a disposition that is not signed', 'AccessDenied', { headers: { 'content-disposition': 'inline' } }],
  ['an encoding that is not signed', 'AccessDenied', { headers: { 'content-encoding': 'gzip' } }],
  ['a language that is not signed', 'AccessDenied', { headers: { 'content-language': 'de' } }],
  ['an expiration that is not signed', 'AccessDenied', { headers: { expires: 'Thu, 01 Dec 2044 16:00:00 GMT' } }],
  ['caching that is not signed', 'AccessDenied', { headers: { 'cache-control': 'public' } }],
  ['If-Match', 'NotImplemented', { headers: { 'if-match': '"e"' } }],
  ['If-None-Match with an ETag', 'NotImplemented', { headers: { 'if-none-match': '"e"' } }],
  ['tags', 'NotImplemented', { signedHeaders: { 'x-amz-tagging': 'a=b' } }],
  ['a copy', 'NotImplemented', { signedHeaders: { 'x-amz-copy-source': '/media/secret' } }],
  ['a public list', 'AccessControlListNotSupported', { signedHeaders: { 'x-amz-acl': 'public-read' } }],
  ['a storage class that is none', 'InvalidStorageClass', { query: { 'x-amz-storage-class': 'GLACIER' } }],
  ['no date', 'AuthorizationQueryParametersError', { url: (url) => url.replace(/&X-Amz-Date=[^&]*/, '') }],
  ['a header twice', 'AuthorizationQueryParametersError', { query: { 'x-amz-meta-a': '1' }, signedHeaders: { 'x-amz-meta-a': '2' } }],
  ['two checksums', 'InvalidRequest', { signedHeaders: { 'x-amz-checksum-crc32': crc('crc32', BODY), 'x-amz-checksum-sha1': digest('sha1', BODY) } }],
  ['a checksum that is none', 'InvalidRequest', { signedHeaders: { 'x-amz-checksum-sha256': 'x' } }],
  ['a malformed Content-MD5', 'InvalidDigest', { headers: { 'content-md5': 'x' } }],
  ['a part', 'InvalidRequest', { query: { partNumber: '1', uploadId: 'u' } }],
  ['a subresource', 'InvalidRequest', { query: { tagging: '' } }],
  ['too much metadata', 'MetadataTooLarge', { query: { 'x-amz-meta-a': 'x'.repeat(2_048) } }],
  ['a date in the past', 'AccessDenied', { at: Date.now() - 601_000 }],
  ['a date in the future', 'AccessDenied', { at: Date.now() + 60 * 60_000 }],
  ['a token', 'InvalidArgument', { headers: { authorization: 'Bearer x' } }],
  ['a session token', 'InvalidToken', { query: { 'X-Amz-Security-Token': 'x' } }],
  ['no signature', 'AccessDenied', { url: (url) => url.replace(/\?.*/, '') }],
  ['no Content-Length', 'MissingContentLength', { headers: { 'content-length': null, 'transfer-encoding': 'chunked' } }],
];
