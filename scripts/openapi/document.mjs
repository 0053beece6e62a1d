/** @file The OpenAPI 3.1 document: operations, with preflights, parameters and components. */
import { HEADERS, answer, finished, refusals } from './answers.mjs';
import { RULE } from './codes.mjs';
import { files } from './files.mjs';
import { OWN } from './operations.mjs';
import { LINK_ID, OBJECT_PATH, SCHEMAS } from './schemas.mjs';
import { UPLOADERS } from './uploaders.mjs';

/** @typedef {import('./schemas.mjs').Schema} Schema */
/** @typedef {import('./operations.mjs').Operation} Operation */
/** @typedef {import('./answers.mjs').Codes} Codes */

const NAME = { type: 'string', pattern: '^[a-z0-9_-]{1,64}$' };
const SEALED = { type: 'string', pattern: '^[A-Za-z0-9_-]+$' };

/** Paths that no script of another origin uses. */
const WITHOUT_PREFLIGHT = ['/healthz', '/l/{id}'];

/** The parameters in paths. @type {Record<string, Schema>} */
const PATH = {
  rule: { description: 'The name of a rule in the configuration.', schema: NAME, example: 'avatar' },
  bucket: { description: 'The name of an entry of `BUCKETS` with a `binding`.', schema: NAME, example: 'media' },
  uploadId: { description: 'The ID of an upload in parts, valid for this rule and caller only.', schema: SEALED },
  id: { description: 'The ID of a short link. Whoever has it can use the link.', schema: LINK_ID },
  state: { description: 'The encrypted state of one form, which the address of its last page has.', schema: SEALED },
  capability: { description: 'The permission to begin, or to list, complete and abort, one upload in parts.', schema: SEALED },
  partNumber: { description: 'The number of the part.', schema: { type: 'integer', minimum: 1, maximum: 10_000 } },
  key: { description: "The object's key. Slashes are sent as they are.", schema: { type: 'string', maxLength: 1_024, pattern: OBJECT_PATH }, example: 'films/intro.mp4' },
  path: { description: "What `{path}` in the rule's key stands for. Slashes may be sent as they are.", schema: { type: 'string', maxLength: 1_024, pattern: OBJECT_PATH }, example: '7f.png' },
};

/** How a caller authenticates: by any of these, or not at all if the rule says so or the ticket is in the path. */
const SECURITY = {
  token: { type: 'http', scheme: 'bearer', description: "The caller's token: a secret, a JWT or a ticket." },
  access: { type: 'apiKey', in: 'header', name: 'Cf-Access-Jwt-Assertion', description: 'The token of Cloudflare Access, which Cloudflare adds.' },
  turnstile: { type: 'apiKey', in: 'header', name: 'Turnstile-Token', description: 'The token of a solved Turnstile challenge. A form sends it as `?cf-turnstile-response=`.' },
};
const CALLERS = [{}, { token: [] }, { access: [] }, { turnstile: [] }, { token: [], turnstile: [] }, { access: [], turnstile: [] }];

/**
 * @param {Codes} codes `error-code/codes.json`
 * @param {string} version
 * @returns {Schema} the document
 */
export function document(codes, version) {
  const operations = [...OWN, ...UPLOADERS];
  /** @type {Record<string, Schema>} */
  const paths = {};
  for (const operation of operations) (paths[operation.path] ??= at(operation.path))[operation.method] = described(operation, codes);
  for (const [path, item] of Object.entries(paths)) if (!WITHOUT_PREFLIGHT.includes(path)) item.options = preflight(path, item, codes);
  Object.assign(paths, files(codes));
  const responses = shared(paths);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Signpost',
      version,
      summary: 'Signs S3 upload forms, uploads in parts and download links.',
      description:
        'Which rules there are, and what each accepts, is configuration. A path with another method than those listed answers 405 with the code `MethodNotAllowed` and `Allow`. ' +
        'If Signpost is mounted in another Worker, every path is below its base path.',
      license: { name: 'MIT OR Apache-2.0', identifier: 'MIT OR Apache-2.0' },
    },
    servers: [
      { url: '/', description: 'The Worker.' },
      { url: '/t/{ticket}', description: "The same with the caller's ticket in the path, for clients that send no headers.", variables: { ticket: { default: 'ticket', description: 'A ticket.' } } },
    ],
    tags: ['uploads', 'uploads in parts', 'downloads', 'credentials', 'forms', 'uploaders', 'operation', 'files'].map((name) => ({ name })),
    paths,
    components: { schemas: SCHEMAS, responses, headers: HEADERS, securitySchemes: SECURITY },
  };
}

/**
 * Moves answers that several operations have into a table of their own; without it, the document would be three times as long.
 *
 * @param {Record<string, Schema>} paths
 * @returns {Record<string, Schema>} the answers by name, such as `403.2`
 */
function shared(paths) {
  /** @type {Map<string, { name: string, places: [answers: Schema, status: string][] }>} */
  const found = new Map();
  /** @type {Record<string, number>} */
  const counts = {};
  const operations = Object.values(paths).flatMap((item) => Object.values(item)).filter(({ responses }) => responses);
  for (const { responses } of operations) {
    for (const [status, answer] of Object.entries(responses)) {
      const text = JSON.stringify(answer);
      const known = found.get(text) ?? { name: `${status}.${(counts[status] = (counts[status] ?? 0) + 1)}`, places: [] };
      known.places.push([responses, status]);
      found.set(text, known);
    }
  }
  /** @type {Record<string, Schema>} */
  const table = {};
  for (const [text, { name, places }] of found) {
    if (places.length === 1) continue;
    table[name] = JSON.parse(text);
    for (const [responses, status] of places) responses[status] = { $ref: `#/components/responses/${name}` };
  }
  return table;
}

/** @param {string} path @returns {Schema} a path with its parameters */
function at(path) {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return names.length === 0 ? {} : { parameters: names.map((name) => ({ name, in: 'path', required: true, ...PATH[name] })) };
}

/** @param {Operation} operation @param {Codes} codes @returns {Schema} */
function described({ method, id, tag, summary, description, parameters, body, bodyIsOptional, answers, codes: list, access = 'caller' }, codes) {
  const refused = finished(refusals(codes, list));
  const all = merged(answers, refused);
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description && { description }),
    ...(parameters && { parameters }),
    ...(body && { requestBody: { required: !bodyIsOptional, content: Object.fromEntries(Object.entries(body).map(([type, schema]) => [type, { schema }])) } }),
    responses: method === 'head' ? withoutContent(all) : all,
    security: access === 'caller' ? CALLERS : [],
  };
}

/** Adds refusals to the other answers; `/healthz` has both for 503. @param {Schema} answers @param {Schema} refused @returns {Schema} */
function merged(answers, refused) {
  const all = { ...refused, ...answers };
  for (const status of Object.keys(answers).filter((status) => status in refused)) {
    all[status] = { ...answers[status], content: { ...answers[status].content, ...refused[status].content } };
  }
  return all;
}

/** @param {Schema} answers @returns {Schema} the answers to a HEAD, which have no body */
function withoutContent(answers) {
  return Object.fromEntries(Object.entries(answers).map(([status, { content, ...rest }]) => [status, rest]));
}

/** What a browser asks before a script of another origin sends a request. @param {string} path @param {Schema} item @param {Codes} codes @returns {Schema} */
function preflight(path, item, codes) {
  const { operationId, tags } = Object.values(item).find((operation) => operation.operationId);
  const isForm = /^\/(forms|files)\//.test(path);
  const ofLinks = path.startsWith('/links') ? ['InvalidArgument', 'NoSuchLink', 'LinkEnded'] : [];
  return {
    operationId: `${operationId}Preflight`,
    tags,
    summary: 'Answers a preflight',
    responses: {
      204: answer('The methods and headers that the page may send.', undefined, { headers: ['Access-Control-Allow-Origin'] }),
      ...finished(refusals(codes, isForm ? { problem: ['InternalError', 'ServiceUnavailable'], s3: ['AccessForbidden', 'NoSuchBucket'] } : { problem: [...RULE, ...ofLinks] })),
    },
    security: [],
  };
}
