/** @file Requests for files that the Worker itself sends: links to its own host, ranges, conditions, and what is stored with an object. */
import { descending, repeated } from './texts.mjs';

/** @typedef {import('./inputs.mjs').Input} Input */

/** Longest URL, most bytes of headers, and longest key of a link, in bytes. */
const [MAX_URL, MAX_HEADERS, MAX_KEY] = [16_384, 131_072, 1_000];

const LINK = ['src/routes/files.rs', 'src/files/link.rs', 'rules/src/download/served_bucket.rs'];
const OBJECT = ['src/routes/download.rs', 'src/files/conditions.rs', 'src/files/range.rs', 'src/files/read_object.rs', 'src/files/presentation.rs'];

const SIGNED = 'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDNOTESACCESSKEY01%2F20261123%2Fauto%2Fs3%2Faws4_request&X-Amz-Date=20261123T190000Z&X-Amz-Expires=300&X-Amz-SignedHeaders=host&X-Amz-Signature=0';

/** Links, by what is hard about them. @type {Record<string, (bytes: number) => string>} */
const LINKS = {
  'many parameters': (bytes) => `a?${SIGNED}&${repeated(bytes, (number) => `X-Amz-${number}=`, '&')}`,
  'many parameters, descending': (bytes) => `a?${SIGNED}&${descending(bytes, (number) => `X-Amz-${number}=`, '&')}`,
  'one parameter again and again': (bytes) => `a?${SIGNED}&${'x-id=&'.repeat(bytes / 6)}`,
  'an encoded override': (bytes) => `a?${SIGNED}&response-content-type=${'%61'.repeat(bytes / 3)}`,
  'a parameter that no link has': (bytes) => `a?${SIGNED}&${'a'.repeat(bytes)}=`,
  'a long path': (bytes) => `${'a/'.repeat(bytes / 2)}?${SIGNED}`,
  'an encoded path': (bytes) => `${'%2e'.repeat(bytes / 3)}?${SIGNED}`,
};

/** @type {[header: string, what: string, text: (bytes: number) => string][]} */
const HEADERS = [
  ['range', 'digits', (bytes) => `bytes=0-${'9'.repeat(bytes)}`],
  ['range', 'ranges', (bytes) => `bytes=${'0-1,'.repeat(bytes / 4)}0-1`],
  ['range', 'dashes', (bytes) => `bytes=${'-'.repeat(bytes)}`],
  ['if-none-match', 'tags', (bytes) => '"a",'.repeat(bytes / 4)],
  ['if-none-match', 'weak tags', (bytes) => 'W/"a" '.repeat(bytes / 6)],
  ['if-none-match', 'commas', (bytes) => ','.repeat(bytes)],
  ['if-none-match', 'quotes', (bytes) => '"'.repeat(bytes)],
  ['if-match', 'an open quote', (bytes) => `"${'a,'.repeat(bytes / 2)}`],
  ['if-match', 'spaces', (bytes) => `a${' '.repeat(bytes)},b`],
  ['if-modified-since', 'a long date', (bytes) => `Mon, 23 Nov 2026 19:00:00 ${'G'.repeat(bytes)}`],
  ['if-range', 'a long tag', (bytes) => `"${'a'.repeat(bytes)}"`],
  ['x-amz-checksum-mode', 'a long value', (bytes) => 'ENABLED'.repeat(bytes / 7)],
];

/** Media types and dispositions that an uploader stored, by what is hard about them: the stand-in of R2 has the key as both. @type {Record<string, (bytes: number) => string>} */
const STORED = { parameters: (bytes) => ';a=b'.repeat(bytes / 4), quotes: (bytes) => '"'.repeat(bytes), commas: (bytes) => ','.repeat(bytes), letters: (bytes) => 'a'.repeat(bytes) };

/** @type {Input[]} */
export const served = [
  ...Object.entries(LINKS).map(([what, link]) => input(`a link to the Worker: ${what}`, LINK, MAX_URL - 600, (size) => ({ path: `/files/notes/${link(size)}` }))),
  ...HEADERS.map(([header, what, text]) => input(`an object: ${header} of ${what}`, OBJECT, MAX_HEADERS, (size) => ({ path: '/downloads/here/a', headers: { range: 'bytes=0-1', [header]: text(size).trim() } }))),
  input('an object: many headers', OBJECT, MAX_HEADERS, (size) => ({ path: '/downloads/here/a', headers: Object.fromEntries(repeated(size, (number) => `x${number}`, ' ').split(' ').map((name) => [name, '1'])) })),
  ...Object.entries(STORED).map(([what, text]) => input(`an object stored with ${what}`, OBJECT, MAX_KEY, (size) => ({ path: `/downloads/here/${encodeURIComponent(text(size))}` }), [200])),
];

/**
 * @param {string} name
 * @param {string[]} reaches
 * @param {number} limit
 * @param {Input['request']} request
 * @param {number[]} [statuses]
 * @returns {Input}
 */
function input(name, reaches, limit, request, statuses) {
  return { name, reaches, limit, request, statuses };
}
