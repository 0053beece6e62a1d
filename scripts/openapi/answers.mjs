/** @file Answers: their headers, and refusals grouped by status. */
import { ref } from './schemas.mjs';

/** @typedef {import('./schemas.mjs').Schema} Schema */
/** @typedef {Record<string, { status: number, s3_status: number, title: string }>} Codes `error-code/codes.json` */
/** @typedef {keyof typeof FORMATS} Format */

/** @param {string} value */
const always = (value) => ({ required: true, schema: { type: 'string', const: value } });

/** @type {Record<string, Schema>} */
export const HEADERS = {
  'Cache-Control': { ...always('no-store'), description: 'No answer is cached.' },
  'Cross-Origin-Resource-Policy': { ...always('same-origin'), description: 'It does not apply to scripts that use CORS.' },
  'Referrer-Policy': always('no-referrer'),
  'X-Content-Type-Options': always('nosniff'),
  'Access-Control-Allow-Origin': { description: "The page's origin, if the rule lists it.", schema: { type: 'string' } },
  'Signpost-Expires-With': { description: "What expires before the rule's own limit, if anything does.", schema: ref('ExpiresWith') },
  'WWW-Authenticate': always('Bearer'),
  'Retry-After': { description: 'In seconds: the same request can succeed after that time.', schema: { type: 'integer', minimum: 0 } },
  Allow: { required: true, description: 'The methods of this path.', schema: { type: 'string' } },
};

/** The headers of every answer. */
const ALWAYS = ['Cache-Control', 'Cross-Origin-Resource-Policy', 'Referrer-Policy', 'X-Content-Type-Options'];

/** @param {string[]} names */
export const headers = (names) => Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

/** How a route writes refusals: the media type, the schema, where the code is, and whose statuses it uses. */
export const FORMATS = {
  problem: { type: 'application/problem+json', schema: 'Problem', coded: (/** @type {Schema} */ code) => ({ properties: { code } }), status: 'status' },
  companion: { type: 'application/json', schema: 'CompanionError', coded: (/** @type {Schema} */ code) => ({ properties: { code } }), status: 'status' },
  better_upload: { type: 'application/json', schema: 'BetterUploadError', coded: (/** @type {Schema} */ code) => ({ properties: { error: { type: 'object', properties: { code } } } }), status: 'status' },
  capability: { type: 'application/xml', schema: 'S3Error', coded: (/** @type {Schema} */ Code) => ({ properties: { Code } }), status: 'status' },
  s3: { type: 'application/xml', schema: 'S3Error', coded: (/** @type {Schema} */ Code) => ({ properties: { Code } }), status: 's3_status' },
};

/** The code of an answer for which Rust did not return; `src/js/instance.mjs` makes it. */
const INTERNAL = { InternalError: { status: 500, s3_status: 500, title: 'Internal Server Error' } };

/**
 * Makes the answers for these codes, one for each status.
 *
 * @param {Codes} table
 * @param {Partial<Record<Format, string[]>>} codes by the format in which the route writes them
 * @returns {Record<string, Schema>} by status
 */
export function refusals(table, codes) {
  /** @type {Codes} */
  const all = { ...table, ...INTERNAL };
  /** @type {Record<string, Schema>} */
  const answers = {};
  for (const [name, list] of Object.entries(codes)) {
    const format = FORMATS[/** @type {Format} */ (name)];
    for (const code of [...new Set(list)].sort()) {
      const row = all[code];
      if (!row) throw new Error(`no error code is named ${code}`);
      const status = format.status === 'status' ? row.status : row.s3_status;
      add((answers[status] ??= refusal(status)), format, code, status);
    }
  }
  return answers;
}

/** @param {number} status @returns {Schema} */
function refusal(status) {
  const more = { 401: ['WWW-Authenticate'], 405: ['Allow'], 429: ['Retry-After'], 503: ['Retry-After'] }[status] ?? [];
  return { description: '', headers: headers([...ALWAYS, ...more]), content: {} };
}

/** @param {Schema} answer @param {typeof FORMATS[Format]} format @param {string} code @param {number} status */
function add(answer, format, code, status) {
  const codes = [...(answer.content[format.type]?.['x-codes'] ?? []), code];
  const coded = format.coded({ enum: codes });
  if (format.schema === 'Problem') Object.assign(coded.properties, { status: { const: status } });
  answer.content[format.type] = { 'x-codes': codes, schema: { ...ref(format.schema), ...coded } };
  const mentioned = answer.description.split(', ').filter(Boolean);
  answer.description = [...new Set([...mentioned, `\`${code}\``])].join(', ');
}

/** Removes what {@link refusals} needs only while it groups codes. @param {Schema} answers */
export function finished(answers) {
  for (const { content = {} } of Object.values(answers)) for (const type of Object.values(content)) delete type['x-codes'];
  return answers;
}

/**
 * Makes a successful answer.
 *
 * @param {string} description
 * @param {Record<string, Schema>} [content] by media type
 * @param {{ headers?: string[], own?: Record<string, Schema>, links?: Schema }} [more] names of {@link HEADERS}, and headers that only this answer has
 */
export function answer(description, content, { headers: names = [], own = {}, links } = {}) {
  const all = { ...headers([...ALWAYS, ...names]), ...own };
  return {
    description,
    headers: all,
    ...(content && { content: Object.fromEntries(Object.entries(content).map(([type, schema]) => [type, { schema }])) }),
    ...(links && { links }),
  };
}
