/** @file Bodies in JSON, and in the XML of a client that completes an upload in parts. */
import { JSON_VALUES, XML, repeated } from './texts.mjs';

/** @typedef {import('./inputs.mjs').Input} Input */

/** Longest request for an upload, for several, and longest list of the 640 parts of 5 GiB, in bytes. */
const [MAX_REQUEST, MAX_MANY, MAX_PARTS] = [16_384, 262_144, 640 * 512];

const JSON_PARSERS = ['src/http/body.rs', 'src/shell/body.rs', 'src/shell/request.rs', 'rules/src/strict_json.rs', 'rules/src/upload/request.rs'];
const UPLOADERS = ['src/routes/uploaders.rs', 'src/routes/uploaders/client_json.rs', 'src/routes/uploaders/reply.rs'];
const COMPLETES = ['src/routes/multipart.rs', 'rules/src/upload/multipart/part.rs', 'rules/src/upload/multipart/upload_state.rs', 'rules/src/upload/sealed_state.rs'];

/** Members that a route reads, before and after the hard value. @type {Record<string, { path: string, reaches: string[], members: string[], rest: string }>} */
const ROUTES = {
  'an upload': { path: '/uploads/open', reaches: [...JSON_PARSERS, 'src/routes/upload.rs', 'rules/src/upload/checksum.rs'], members: ['metadata', 'filename', 'type', 'size', 'checksum', 'other'], rest: '"type":"image/png","size":1' },
  'an upload with a name': { path: '/uploads/named', reaches: ['rules/src/keys/file_name.rs'], members: ['filename'], rest: '"type":"image/png","size":1' },
  'an upload in parts': { path: '/uploads/open/multipart', reaches: ['src/routes/multipart.rs', ...JSON_PARSERS], members: ['metadata', 'filename'], rest: '"type":"image/png","size":1' },
  Companion: { path: '/uploads/open/s3/multipart', reaches: [...UPLOADERS, 'src/routes/uploaders/companion.rs', 'src/routes/uploaders/multipart.rs'], members: ['metadata', 'filename', 'other'], rest: '"type":"image/png","filename":"a","metadata":{"size":1}' },
  signRequest: { path: '/uploads/open/sign-request', reaches: [...UPLOADERS, 'src/routes/uploaders/sign_request.rs', 'src/routes/uploaders/single_upload.rs'], members: ['metadata', 'key', 'uploadId', 'size', 'other'], rest: '"method":"PUT","contentType":"image/png"' },
  'Better Upload': { path: '/uploads/open/better-upload', reaches: [...UPLOADERS, 'src/routes/uploaders/better_upload.rs', 'src/routes/uploaders/multipart.rs'], members: ['metadata', 'files', 'other'], rest: '"files":[{"name":"a","size":1,"type":"image/png"}]' },
};

/** Elements of a list, by what is hard about them. @type {Record<string, (bytes: number) => string>} */
const ELEMENTS = {
  files: (bytes) => repeated(bytes, () => '{"type":"image/png","size":1}', ','),
  'one hundred large files': (bytes) => Array(100).fill(`{"type":"image/png","size":1,"filename":"${'a'.repeat(Math.max(1, bytes / 100 - 50))}"}`).join(),
  'one hundred long types': (bytes) => Array(100).fill(`{"type":"image/png${';a=b'.repeat(Math.max(1, bytes / 400 - 10))}","size":1}`).join(),
  numbers: (bytes) => repeated(bytes, () => '1', ','),
  'nested lists': (bytes) => '['.repeat(bytes / 2) + ']'.repeat(bytes / 2),
  'a long text': (bytes) => JSON.stringify('a'.repeat(bytes)),
  'escaped letters': (bytes) => `"${'\\u0061'.repeat(bytes / 6)}"`,
};
const MANY = { files: '/uploads/open', paths: '/downloads/open' };

const many = Object.entries(MANY).flatMap(([member, path]) =>
  Object.entries(ELEMENTS).map(([what, elements]) =>
    input(`many ${member}: ${what}`, [...JSON_PARSERS, 'src/routes/batch.rs', 'src/routes/upload.rs', 'src/routes/download.rs'], MAX_MANY, (size) => post(path, `{"${member}":[${elements(size - 100)}]}`)),
  ),
);

/** Long paths of objects, by what is hard about them. @type {Record<string, (bytes: number) => string>} */
const PATHS = { 'many segments': (bytes) => `${'a/'.repeat(bytes / 2)}a`, dots: (bytes) => '../'.repeat(bytes / 3), 'letters that are encoded': (bytes) => 'ä'.repeat(bytes / 2) };
const paths = Object.entries(PATHS).map(([what, text]) =>
  input(`many paths: ${what}`, ['src/routes/batch.rs', 'rules/src/download/rule.rs'], MAX_MANY, (size) => post('/downloads/open', JSON.stringify({ paths: [text(size - 20)] }))),
);

const uploads = Object.entries(ROUTES).flatMap(([route, { path, reaches, members, rest }]) =>
  members.flatMap((member) =>
    Object.entries(JSON_VALUES).map(([what, value]) => {
      const others = rest.split(/,(?=")/).filter((text) => !text.startsWith(`"${member}"`)).map((text) => `,${text}`).join('');
      const body = (/** @type {number} */ size) => `{"${member}":${value(Math.max(8, size - others.length - 20))}${others}}`;
      return input(`${route}: ${member}, ${what}`, reaches, MAX_REQUEST, (size) => post(path, body(size)));
    }),
  ),
);

/** Lists of parts, by what is hard about them. @type {Record<string, (bytes: number) => string>} */
const LISTS = {
  parts: (bytes) => repeated(bytes, (number) => `{"partNumber":${Number(number) + 1},"etag":"a"}`, ','),
  'one part again and again': (bytes) => repeated(bytes, () => '{"partNumber":1,"etag":"a"}', ','),
  "Companion's parts": (bytes) => repeated(bytes, (number) => `{"PartNumber":${Number(number) + 1},"ETag":"a"}`, ','),
  'empty parts': (bytes) => repeated(bytes, () => '{}', ','),
  'long tags': (bytes) => `{"partNumber":1,"etag":"${'a'.repeat(bytes)}"}`,
};

const lists = Object.entries(LISTS).flatMap(([what, list]) => [
  input(`the end of an upload: ${what}`, COMPLETES, MAX_PARTS, (size, { upload }) => post(`/uploads/open/multipart/${upload}`, `{"parts":[${list(size - 100)}]}`)),
  input(`Companion's end of an upload: ${what}`, [...COMPLETES, 'src/routes/uploaders/companion.rs'], MAX_PARTS, (size, { upload }) => post(`/uploads/open/s3/multipart/${upload}/complete?key=${KEY}`, `{"parts":[${list(size - 100)}]}`)),
]);

const xml = Object.entries(XML).map(([what, elements]) =>
  input(`the end of an upload, in XML: ${what}`, ['src/routes/uploaders/capability.rs', 'rules/src/upload/multipart/part.rs', 'rules/src/upload/multipart/s3_xml.rs'], MAX_PARTS, (size, { capability }) =>
    post(capability, `<R>${elements(size - 200)}</R>`, 'application/xml'),
  ),
);

/** The key of an upload, which random bytes of 0x5a make. */
const KEY = 'open/5a5a5a5a-5a5a-4a5a-9a5a-5a5a5a5a5a5a.png';

/** @type {Input[]} */
export const bodies = [...uploads, ...many, ...paths, ...lists, ...xml];

/** @param {string} path @param {string} body @param {string} [type] @returns {import('./worker.mjs').RequestSpec} */
function post(path, body, type = 'application/json') {
  return { method: 'POST', path, body, headers: { 'content-type': type } };
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
