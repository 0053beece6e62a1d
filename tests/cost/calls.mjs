/** @file Calls by other Workers, which pass on what a client sent: links and forms to verify, and a caller's name. */
import { signedFields } from '../forms/form.mjs';
import { FORMS } from './site.mjs';
import { JSON_VALUES, descending, repeated } from './texts.mjs';

/** @typedef {import('./inputs.mjs').Input} Input */

/** Longest URL, most bytes of headers, and longest JSON of a call, in bytes. */
const [MAX_URL, MAX_HEADERS, MAX_CALL] = [16_384, 131_072, 65_536];

const LINK = ['src/shell/verify.rs', 'rules/src/verify.rs', 'signer/src/verify/presigned.rs', 'signer/src/verify/query.rs', 'signer/src/verify/headers.rs', 'signer/src/verify/received.rs', 'signer/src/verify/credential_claim.rs'];
const BUCKET = 'https://acme-media.s3.eu-west-1.amazonaws.com';

/** The parameters of a link whose signature is wrong, so that all of the request is read. @param {string} signed */
const query = (signed) => `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261123%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20261123T190000Z&X-Amz-Expires=300&X-Amz-SignedHeaders=${signed}&X-Amz-Signature=${'0'.repeat(64)}`;

const names = (/** @type {number} */ bytes) => repeated(bytes, (number) => `a${number}`, ';');
const headers = (/** @type {number} */ bytes, write = repeated) => Object.fromEntries(write(bytes, (number) => `x${number}=`, ' ').split(' ').map((name) => [name.slice(0, -1), '1']));

/** Links, by what is hard about them. @type {Record<string, (bytes: number) => { path: string, headers?: Record<string, string> }>} */
const LINKS = {
  'many parameters': (bytes) => ({ path: `${BUCKET}/a?${query('host')}&${descending(bytes, (number) => `${number}=`, '&')}` }),
  'one parameter': (bytes) => ({ path: `${BUCKET}/a?${query('host')}&${'a=&'.repeat(bytes / 3)}` }),
  'encoded parameters': (bytes) => ({ path: `${BUCKET}/a?${query('host')}&a=${'%61'.repeat(bytes / 3)}` }),
  'a long path': (bytes) => ({ path: `${BUCKET}/${'a/'.repeat(bytes / 2)}?${query('host')}` }),
  'many names of headers': (bytes) => ({ path: `${BUCKET}/a?${query(`${names(bytes)};host`)}` }),
  'a credential of slashes': (bytes) => ({ path: `${BUCKET}/a?${query('host').replace('%2F', '/'.repeat(bytes))}` }),
};

/** Headers, by what is hard about them. @type {Record<string, (bytes: number) => Record<string, string>>} */
const HEADERS = {
  'many headers': (bytes) => headers(bytes),
  'many headers, descending': (bytes) => headers(bytes, descending),
  'a header of spaces': (bytes) => ({ 'x-a': `a${' '.repeat(bytes)}a` }),
  'a header of words': (bytes) => ({ 'x-a': `a${' a'.repeat(bytes / 2)}` }),
};

/** Longest message of a queue, and longest key, in bytes. */
const [MAX_MESSAGE, MAX_KEY] = [128_000, 1_000];

const MESSAGE = ['rules/src/notify/message.rs', 'rules/src/notify/event.rs', 'rules/src/keys/origin.rs'];

const FORM = ['src/shell/verify.rs', 'signer/src/verify/form_fields.rs', 'signer/src/verify/policy_document.rs'];

/** @type {Input[]} */
export const calls = [
  ...Object.entries(LINKS).map(([what, link]) => input(`a link to verify: ${what}`, LINK, MAX_URL - 600, (size) => ({ ...link(size), call: { method: 'verify' } }))),
  ...Object.entries(HEADERS).map(([what, write]) => input(`a link to verify: ${what}`, LINK, MAX_HEADERS, (size) => ({ path: `${BUCKET}/a?${query('host')}`, headers: write(size), call: { method: 'verify' } }))),
  input('a form to verify: many fields', FORM, MAX_CALL, (size) => form([...signedFields(FORMS, 'a', {}), ...fields(size, repeated)])),
  input('a form to verify: many fields, descending', FORM, MAX_CALL, (size) => form([...signedFields(FORMS, 'a', {}), ...fields(size, descending)])),
  input('a form to verify: many conditions', FORM, MAX_CALL, (size) => form(signedFields(FORMS, 'a', { fields: Object.fromEntries(fields(size / 4, repeated)) }))),
  ...Object.entries(JSON_VALUES).map(([what, value]) =>
    input(`a message of the queue: ${what}`, MESSAGE, MAX_MESSAGE, (size) => ({ path: '/', call: { method: 'consume', message: `{"type":"upload.stored","data":${value(size)}}` } })),
  ),
  input('a message of the queue: a key of separators', MESSAGE, MAX_KEY, (size) => ({ path: '/', call: { method: 'consume', message: notification(`told/${'-'.repeat(size)}`) } })),
  input('a message of the queue: a key of segments', MESSAGE, MAX_KEY, (size) => ({ path: '/', call: { method: 'consume', message: notification(`told${'/-'.repeat(size / 2)}`) } })),
  ...Object.entries(JSON_VALUES).flatMap(([what, value]) =>
    ['name', 'claims', 'other'].map((member) =>
      input(`a named caller's ${member}: ${what}`, ['src/shell/call.rs', 'rules/src/callers/named_caller.rs'], MAX_CALL, (size) => ({ path: '/downloads/worker/a', call: { method: 'fetchAs', caller: `{${member === 'claims' ? '"name":"ada",' : ''}"${member}":${value(size)}}` } })),
    ),
  ),
];

/** @param {string} key */
function notification(key) {
  return JSON.stringify({ action: 'PutObject', bucket: 'notes', object: { key, size: 1, eTag: '0' }, eventTime: '2026-11-23T19:00:00Z' });
}

/** @param {number} bytes @param {typeof repeated} write @returns {[string, string][]} */
function fields(bytes, write) {
  return JSON.parse(`[${write(bytes, (number) => `["x-amz-meta-${number}","a"]`, ',')}]`);
}

/** @param {[string, string][]} all @returns {import('./worker.mjs').RequestSpec} */
function form(all) {
  return { path: '/', call: { method: 'verifyForm', fields: all } };
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
