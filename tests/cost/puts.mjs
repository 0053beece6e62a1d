/** @file PUTs to the Worker itself: their URLs, headers and bodies. */
import { presign } from '../support/own_put.mjs';
import { FORMS } from './site.mjs';
import { descending, repeated } from './texts.mjs';

/** @typedef {import('./inputs.mjs').Input} Input */
/** @typedef {import('../support/own_put.mjs').Change} Change */

/** Longest URL, most bytes of headers, and the size of the bodies, in bytes. */
const [MAX_URL, MAX_HEADERS, BODY] = [15_000, 120_000, 1 << 18];

const SERVER = { ...FORMS, url: FORMS.endpoint };
const PUT = ['src/routes/files.rs', 'src/routes/files/put.rs', 'post-object/src/put_object.rs', 'post-object/src/stored_fields.rs', 'signer/src/verify/presigned.rs', 'signer/src/verify/query.rs', 'signer/src/verify/headers.rs', 'signer/src/verify/received.rs'];
const SCRIPTS = ['src/js/forms/write_object.mjs', 'src/js/forms/form_body.mjs', 'src/js/forms/digests.mjs', 'src/js/forms/sinks.mjs'];

/** URLs and headers that are signed, by what is hard about them. @type {Record<string, (bytes: number) => Change>} */
const URLS = {
  'many headers in the query': (bytes) => ({ query: numbered(bytes, (number) => `x-amz-meta-${number}`, repeated) }),
  'many headers in the query, descending': (bytes) => ({ query: numbered(bytes, (number) => `x-amz-meta-${number}`, descending) }),
  'many parameters of its own': (bytes) => ({ query: numbered(bytes, (number) => `x-${number}`, descending) }),
  'many other parameters': (bytes) => ({ query: numbered(bytes, (number) => number, repeated) }),
  'a long header in the query': (bytes) => ({ query: { 'x-amz-meta-a': 'a'.repeat(bytes) } }),
  'an encoded header in the query': (bytes) => ({ query: { 'x-amz-meta-a': ' '.repeat(bytes / 3) } }),
  'a state': (bytes) => ({ query: { 'x-signpost': `form.${'A'.repeat(bytes)}` } }),
  'a state of many dots': (bytes) => ({ query: { 'x-signpost': '.'.repeat(bytes) } }),
};

/** Headers of a request, by what is hard about them. @type {Record<string, (bytes: number) => Change>} */
const HEADERS = {
  'many headers': (bytes) => ({ headers: numbered(bytes, (number) => `x-${number}`, descending) }),
  'many headers that S3 stores': (bytes) => ({ headers: numbered(bytes, (number) => `x-amz-meta-${number}`, descending) }),
  'a header of spaces': (bytes) => ({ headers: { 'content-type': `a${' '.repeat(bytes)}a` } }),
  'many codings': (bytes) => ({ headers: { 'content-encoding': 'gzip,'.repeat(bytes / 5) } }),
};

/** @type {Input[]} */
export const puts = [
  ...Object.entries(URLS).map(([what, change]) => input(`the URL of a PUT: ${what}`, [...PUT, 'rules/src/upload/confirm/received_form.rs'], MAX_URL - 800, (size) => put(change(size), 'file'))),
  ...Object.entries(HEADERS).map(([what, change]) => input(`the headers of a PUT: ${what}`, PUT, MAX_HEADERS, (size) => put(change(size), 'file'))),
  input('the path of a PUT', PUT, 900, (size) => put({ key: 'a/'.repeat(size / 2) + 'b' }, 'file')),
  input('the body of a PUT', SCRIPTS, BODY, (size) => put({ signedHeaders: { 'x-amz-checksum-crc32': 'AAAAAA==', 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' } }, 'x'.repeat(size))),
];

/** @param {number} bytes @param {(number: string) => string} name @param {typeof repeated} write @returns {Record<string, string>} */
function numbered(bytes, name, write) {
  return Object.fromEntries(write(bytes, (number) => `${name(number)}=1`, '&').split('&').map((pair) => /** @type {[string, string]} */ (pair.split('='))));
}

/** @param {Change & { key?: string }} change @param {string} body @returns {import('./worker.mjs').RequestSpec} */
function put({ key = 'a', ...change }, body) {
  const path = presign(SERVER, key, { bucket: 'notes', ...change }).slice(SERVER.url.length);
  return { method: 'PUT', path, body, headers: { ...change.signedHeaders, .../** @type {Record<string, string>} */ (change.headers) } };
}

/**
 * @param {string} name
 * @param {string[]} reaches
 * @param {number} limit
 * @param {Input['request']} request
 * @returns {Input}
 */
function input(name, reaches, limit, request) {
  return { name, reaches, limit, request };
}
