/** @file Forms: their heads, their policies, and files that nearly contain the delimiter. */
import { signedFields, encode } from '../forms/form.mjs';
import { FORMS } from './site.mjs';
import { descending, repeated } from './texts.mjs';

/** @typedef {import('./inputs.mjs').Input} Input */

/** Largest head, in bytes, and the part of it that a policy, its signature and the other fields leave. */
const [MAX_HEAD, FREE] = [20_480, 17_000];
/** The size of the files. Files can be larger, but are read in pieces of 64 KiB. */
const FILE = 1 << 18;
/** Longest boundary, in characters. */
const MAX_BOUNDARY = 200;

const HEAD = ['src/routes/forms.rs', 'src/js/forms/forms.mjs', 'post-object/src/form_head.rs', 'post-object/src/parameters.rs', 'post-object/src/boundary.rs'];
const POLICY = ['signer/src/verify/form_fields.rs', 'signer/src/verify/policy_document.rs', 'signer/src/verify/policy_condition.rs', 'signer/src/verify/policy_text.rs', 'signer/src/verify/json.rs', 'signer/src/verify/credential_claim.rs', 'signer/src/verify/post_form.rs', 'signer/src/unix_time.rs', 'signer/src/signing_key.rs'];
const SCRIPTS = ['src/js/forms/find_bytes.mjs', 'src/js/forms/form_body.mjs', 'src/js/forms/write_object.mjs', 'src/js/forms/sinks.mjs', 'src/js/forms/digests.mjs', 'src/js/forms/form_error.mjs', 'src/js/forms/concat.mjs', 'src/js/forms/memory.mjs'];

const BOUNDARY = 'xxxxxxxxxxxxxxxxxxxxxxxxxxxx';
const disposition = 'Content-Disposition: form-data; name=';

/** Heads, by what is hard about them. @type {Record<string, (bytes: number) => string>} */
const HEADS = {
  'many fields': (bytes) => repeated(bytes, (number) => `--${BOUNDARY}\r\n${disposition}"${number}"\r\n\r\n\r\n`),
  'many fields, descending': (bytes) => descending(bytes, (number) => `--${BOUNDARY}\r\n${disposition}"${number}"\r\n\r\n\r\n`),
  'fields of one name': (bytes) => repeated(bytes, () => `--${BOUNDARY}\r\n${disposition}"a"\r\n\r\n\r\n`),
  'a folded header': (bytes) => `--${BOUNDARY}\r\n${disposition}"a";${'\r\n b=c;'.repeat(bytes / 7)}d=e\r\n\r\n\r\n`,
  'a preamble': (bytes) => 'x'.repeat(bytes),
  'a preamble of line ends': (bytes) => '\r\n'.repeat(bytes / 2),
  'a preamble of near boundaries': (bytes) => `\r\n--${BOUNDARY.slice(1)}`.repeat(bytes / 31),
  'many headers': (bytes) => `--${BOUNDARY}\r\n${'a:b\r\n'.repeat(bytes / 5)}\r\n\r\n`,
  'many parameters': (bytes) => `--${BOUNDARY}\r\n${disposition}"a"${';a=b'.repeat(bytes / 4)}\r\n\r\n\r\n`,
  'a parameter of escapes': (bytes) => `--${BOUNDARY}\r\n${disposition}"${'\\"'.repeat(bytes / 2)}"\r\n\r\n\r\n`,
  'a quote that is not closed': (bytes) => `--${BOUNDARY}\r\n${disposition}"${'a'.repeat(bytes)}\r\n\r\n\r\n`,
  'a file name of encoded letters': (bytes) => `--${BOUNDARY}\r\n${disposition}"a"; filename*=UTF-8''${'%61'.repeat(bytes / 3)}\r\n\r\n\r\n`,
  'a long value': (bytes) => `--${BOUNDARY}\r\n${disposition}"a"\r\n\r\n${'\r'.repeat(bytes)}\r\n`,
  'spaces after a boundary': (bytes) => `--${BOUNDARY}${' '.repeat(bytes)}\r\n${disposition}"a"\r\n\r\n\r\n`,
};

const heads = Object.entries(HEADS).map(([what, head]) => input(`a form's head: ${what}`, HEAD, MAX_HEAD, (size) => form(`${head(Math.max(0, size - 300))}--${BOUNDARY}\r\n${disposition}"file"\r\n\r\nfile\r\n--${BOUNDARY}--\r\n`)));

/** Changes of a valid form that make its policy hard. @type {Record<string, (bytes: number) => import('../forms/form.mjs').Change>} */
const POLICIES = {
  'many conditions': (bytes) => ({ conditions: items((bytes * 3) / 4, (number) => `["starts-with","$key","f${number.slice(9)}"]`) }),
  'conditions and fields': (bytes) => ({ fields: Object.fromEntries(items(bytes / 5, (number) => `["x-amz-meta-${number}","a"]`)) }),
  'conditions and fields, descending': (bytes) => ({ fields: Object.fromEntries(items(bytes / 5, (number) => `["x-amz-meta-${9_999_999 - Number(number)}","a"]`)) }),
  'fields without a condition': (bytes) => ({ sent: (fields) => [...fields, ...items(bytes / 2, (number) => `["${number}","a"]`)] }),
  'ranges of sizes': (bytes) => ({ conditions: items((bytes * 3) / 4, () => '["content-length-range",1,9000000]') }),
  'a size of many digits': (bytes) => ({ conditions: [['content-length-range', `${'0'.repeat(bytes / 2)}1`, '9000000']] }),
  'escapes of S3': (bytes) => ({ fields: { comment: '$'.repeat(bytes / 4) }, document: (document) => JSON.stringify(document).replaceAll('$', '\\$') }),
  'commas and spaces': (bytes) => ({ document: () => `[${', \n'.repeat(bytes / 4)}]` }),
  'commas before the ends of lists': (bytes) => ({ document: () => `[${'[0 ,\n ],'.repeat(bytes / 12)}]` }),
  'base64 in many lines': (bytes) => ({ policy: (base64) => base64.slice(0, -4) + base64.slice(-4).split('').join('\r\n'.repeat(bytes / 8)) }),
  'a deep list': (bytes) => ({ document: () => '['.repeat((bytes * 3) / 4) }),
  'many names': (bytes) => ({ document: (document) => ({ ...document, ...Object.fromEntries(items(bytes / 2, (number) => `["${number}",""]`)) }) }),
  'a type of many commas': (bytes) => ({ fields: { 'Content-Type': ','.repeat(bytes / 3) }, conditions: [['starts-with', '$Content-Type', '']] }),
  'a state': (bytes) => ({ sent: (fields) => [...fields, ['x-ignore-signpost', `form.${'A'.repeat(bytes / 2)}`]] }),
  'a state of many dots': (bytes) => ({ sent: (fields) => [...fields, ['x-ignore-signpost', '.'.repeat(bytes / 2)]] }),
  variables: (bytes) => ({ key: `a/${'${filename}'.repeat(30)}`, filename: 'b'.repeat(bytes / 30) }),
};

const policies = Object.entries(POLICIES).map(([what, change]) =>
  input(`a form's policy: ${what}`, [...HEAD, ...POLICY, 'post-object/src/stored_fields.rs', 'post-object/src/checksum.rs', 'post-object/src/receipt.rs', 'rules/src/upload/confirm/received_form.rs'], FREE, (size) => {
    const wanted = change(size);
    const fields = signedFields(FORMS, 'forms/a.gif', wanted);
    return form(encode('forms/a.gif', wanted.sent ? wanted.sent(fields) : fields, { boundary: BOUNDARY, ...wanted }));
  }),
);

/** Files, by what is hard about them. @type {Record<string, (bytes: number, boundary: string) => string>} */
const FILES = {
  'letters of the boundary': (bytes) => '-'.repeat(bytes),
  'line ends': (bytes) => '\r\n'.repeat(bytes / 2),
  'returns': (bytes) => '\r'.repeat(bytes),
  'delimiters without their end': (bytes, boundary) => `\r\n--${boundary.slice(0, -1)}`.repeat(bytes / (boundary.length + 3)),
  'delimiters without their beginning': (bytes, boundary) => `\n--${boundary}`.repeat(bytes / (boundary.length + 3)),
};

/** Both the file and the boundary grow, since a search may compare one with the other at every place. */
const files = Object.entries(FILES).map(([what, file]) =>
  input(`a form's file: ${what}`, SCRIPTS, FILE, (size) => {
    const boundary = '-'.repeat(Math.max(1, Math.ceil((MAX_BOUNDARY * size) / FILE)));
    const change = { boundary, file: Buffer.from(file(size, boundary)), fields: { 'x-amz-checksum-crc32': 'AAAAAA==', 'Content-MD5': 'AAAAAAAAAAAAAAAAAAAAAA==' } };
    return form(encode('forms/a.gif', signedFields(FORMS, 'forms/a.gif', change), change), boundary);
  }),
);

/** @type {Input[]} */
export const forms = [
  ...heads,
  ...policies,
  ...files,
  input("a form's Content-Type", ['post-object/src/boundary.rs', 'post-object/src/parameters.rs'], 65_536, (size) => ({ ...form(''), headers: { 'content-type': `multipart/form-data${';a=b'.repeat(size / 4)}` } })),
  input("a form's Content-Type, quoted", ['post-object/src/boundary.rs', 'post-object/src/parameters.rs'], 65_536, (size) => ({ ...form(''), headers: { 'content-type': `multipart/form-data;boundary="${'\\"'.repeat(size / 2)}` } })),
];

/** JSON values that are numbered. @param {number} bytes @param {(number: string) => string} item @returns {any[]} */
function items(bytes, item) {
  return JSON.parse(`[${repeated(bytes, item, ',')}]`);
}

/** @param {string | Buffer<any>} body @param {string} [boundary] @returns {import('./worker.mjs').RequestSpec} */
function form(body, boundary = BOUNDARY) {
  return { method: 'POST', path: '/forms/notes/', body, headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } };
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
