/** @file The operations of the Worker's own API: uploads, uploads in parts, links, credentials, forms and health. */
import { answer } from './answers.mjs';
import { ALWAYS, CALLER, CONFIRM, FILE, FORM, JSON_BODY, OBJECT, PUT, RULE, SENT_FILE, UPLOAD } from './codes.mjs';
import { LINK_ID, SAVED_NAME, ref } from './schemas.mjs';

/** @typedef {import('./schemas.mjs').Schema} Schema */
/** @typedef {import('./answers.mjs').Format} Format */
/**
 * @typedef {object} Operation
 * @property {string} method in lower case
 * @property {string} path
 * @property {string} id
 * @property {string} tag
 * @property {string} summary
 * @property {string} [description]
 * @property {Schema[]} [parameters] besides those of the path
 * @property {Record<string, Schema>} [body] by media type
 * @property {boolean} [bodyIsOptional]
 * @property {Record<number, Schema>} answers those that are no refusal, by status
 * @property {Partial<Record<Format, string[]>>} codes of refusals
 * @property {'caller' | 'anyone'} [access] whether the request needs a caller; `caller` by default
 */

const JSON_TYPE = 'application/json';
const EXPIRES_WITH = ['Access-Control-Allow-Origin', 'Signpost-Expires-With'];
const FOR_PAGES = ['Access-Control-Allow-Origin'];

/** @param {string} name @param {string} description @param {Schema} schema @param {Schema} [more] */
export const query = (name, description, schema, more = {}) => ({ name, in: 'query', description, schema, ...more });

/** A list of part numbers in one parameter: `1,2,3`. */
export const NUMBERS = { type: 'array', items: { type: 'integer', minimum: 1, maximum: 10_000 }, minItems: 1, maxItems: 1_000 };

/**
 * A page with a content security policy. A problem with the same status has none.
 *
 * @param {string} description
 * @param {boolean} [only] whether no problem has its status
 * @param {Record<string, object>} [own] other headers that only this page has
 */
const page = (description, only = true, own = {}) =>
  answer(description, { 'text/html': { type: 'string' } }, { headers: EXPIRES_WITH, own: { 'Content-Security-Policy': { required: only, schema: { type: 'string' } }, ...own } });

/** Links from an answer with an `uploadId` to the requests of that upload. @param {string[]} operations @param {Record<string, string>} [more] parameters */
export const linksTo = (operations, more = {}) =>
  Object.fromEntries(operations.map((operationId) => [operationId, { operationId, parameters: { rule: '$request.path.rule', uploadId: '$response.body#/uploadId', ...more } }]));

/** The link from a signed upload to its confirmation. */
const CONFIRMATION = { confirmUpload: { operationId: 'confirmUpload', parameters: { rule: '$request.path.rule' }, requestBody: { confirm: '$response.body#/confirm' } } };

/** @type {Operation[]} */
const UPLOADS = [
  {
    method: 'post',
    path: '/uploads/{rule}',
    id: 'signUpload',
    tag: 'uploads',
    summary: 'Signs an upload of one file, or of several',
    description: 'For several files, `files` is the only member. Each has an answer of its own, and the status is 200 even if all are refused.',
    body: { [JSON_TYPE]: { anyOf: [ref('UploadRequest'), ref('UploadsRequest')] } },
    answers: { 200: answer('A form or a PUT, for exactly this file; or the answer about each file.', { [JSON_TYPE]: { anyOf: [ref('SignedUpload'), ref('SignedUploads')] } }, { headers: EXPIRES_WITH, links: CONFIRMATION }) },
    codes: { problem: [...RULE, ...CALLER, ...JSON_BODY, ...FILE, 'InvalidRequest', 'TooManyFiles'] },
  },
  {
    method: 'post',
    path: '/uploads/{rule}/confirm',
    id: 'confirmUpload',
    tag: 'uploads',
    summary: 'Confirms that a file has arrived as it was granted',
    description: 'Only for a rule with `confirm`. The Worker asks the bucket, and compares its answer with the grant.',
    body: { [JSON_TYPE]: ref('Confirmation') },
    answers: { 200: answer('The file has arrived.', { [JSON_TYPE]: ref('ConfirmedUpload') }, { headers: FOR_PAGES }) },
    codes: { problem: [...RULE, ...CALLER, ...JSON_BODY, ...CONFIRM] },
  },
  {
    method: 'get',
    path: '/uploads/{rule}',
    id: 'uploadPage',
    tag: 'uploads',
    summary: 'Returns a page with a form that works without JavaScript',
    description: 'For callers that need no header. A rule with several types asks for the type first.',
    parameters: [query('type', "The media type, one of the rule's.", { type: 'string' })],
    answers: { 200: page('A page with a form, or with a choice between types.') },
    codes: { problem: [...RULE, ...CALLER, 'InvalidArgument', 'KeyTooLongError', 'QuotaExceeded', 'UnsupportedMediaType', 'MethodNotAllowed'] },
  },
  {
    method: 'get',
    path: '/uploads/{rule}/done',
    id: 'donePage',
    tag: 'uploads',
    summary: 'Returns the page on which such a form ends',
    answers: { 200: page('A page.') },
    codes: { problem: RULE },
    access: 'anyone',
  },
  {
    method: 'get',
    path: '/uploads/{rule}/done/{state}',
    id: 'storedPage',
    tag: 'uploads',
    summary: 'Returns the page on which such a form ends, if uploads can be confirmed',
    description: 'Only for a rule with `confirm` and without `redirect`. The Worker asks the bucket, and the page says what is stored.',
    parameters: [query('key', "The object's key, which S3 adds. It counts only if the form made the file's name part of the key.", { type: 'string' })],
    answers: {
      200: page('The file has arrived.'),
      404: page('The bucket does not have the file yet, or the state is not known.', false),
      409: page('The bucket has another object.'),
      503: page('The bucket could not be asked.', false),
    },
    codes: { problem: RULE },
    access: 'anyone',
  },
];

/** @type {Operation[]} */
const PARTS = [
  {
    method: 'post',
    path: '/uploads/{rule}/multipart',
    id: 'beginUpload',
    tag: 'uploads in parts',
    summary: 'Begins an upload in parts',
    body: { [JSON_TYPE]: ref('PartsRequest') },
    answers: {
      200: answer('The upload has begun.', { [JSON_TYPE]: ref('BegunUpload') }, { headers: EXPIRES_WITH, links: linksTo(['partsOfUpload', 'completeUpload', 'abortUpload']) }),
    },
    codes: { problem: [...RULE, ...CALLER, ...JSON_BODY, ...FILE, 'InvalidRequest'] },
  },
  {
    method: 'get',
    path: '/uploads/{rule}/multipart/{uploadId}',
    id: 'partsOfUpload',
    tag: 'uploads in parts',
    summary: 'Signs parts, or lists the parts that the bucket has',
    parameters: [
      query('sign', 'The numbers of the parts to sign: `1,2,3`. Without it, stored parts are listed.', NUMBERS, { style: 'form', explode: false }),
      query('after', 'Lists only parts with a higher number; 0 by default.', { type: 'integer', minimum: 0, maximum: 65_535 }),
    ],
    answers: {
      200: answer(
        'With `sign`, signed parts; otherwise at most 1,000 stored parts.',
        { [JSON_TYPE]: { anyOf: [ref('SignedParts'), ref('StoredParts')] } },
        { headers: EXPIRES_WITH },
      ),
    },
    codes: { problem: [...RULE, ...CALLER, ...UPLOAD, 'InvalidArgument', 'InvalidPart'] },
  },
  {
    method: 'post',
    path: '/uploads/{rule}/multipart/{uploadId}',
    id: 'completeUpload',
    tag: 'uploads in parts',
    summary: 'Completes the upload',
    body: { [JSON_TYPE]: ref('Completion') },
    answers: { 200: answer('The object is stored.', { [JSON_TYPE]: ref('CompletedUpload') }, { headers: FOR_PAGES }) },
    codes: { problem: [...RULE, ...CALLER, ...JSON_BODY, ...UPLOAD, 'InvalidPart'] },
  },
  {
    method: 'delete',
    path: '/uploads/{rule}/multipart/{uploadId}',
    id: 'abortUpload',
    tag: 'uploads in parts',
    summary: 'Aborts the upload',
    answers: { 204: answer('The parts are deleted.', undefined, { headers: FOR_PAGES }) },
    codes: { problem: [...RULE, ...CALLER, ...UPLOAD] },
  },
];

/** The headers of an answer that a rule with `window` lets browsers cache. */
const OF_LINKS = { 'Cache-Control': { required: true, description: '`private` and `max-age` for a rule with `window`, `private, no-cache` for an object.', schema: { type: 'string', pattern: '^(no-store|private, (no-cache|max-age=[0-9]+))$' } } };

/** The headers of an object that the Worker itself sends. */
const VALIDATORS = {
  'Cache-Control': { required: true, schema: { type: 'string' } },
  'Cross-Origin-Resource-Policy': { required: true, schema: { type: 'string', const: 'cross-origin' } },
  ETag: { required: true, schema: { type: 'string' } },
  'Last-Modified': { required: true, schema: { type: 'string' } },
};
const OF_OBJECT = { ...VALIDATORS, 'Accept-Ranges': { required: true, schema: { type: 'string', const: 'bytes' } } };

/**
 * @param {'get' | 'head'} method
 * @param {'/downloads/{rule}/{path}' | '/downloads/{rule}'} path
 * @returns {Operation}
 */
function link(method, path) {
  const found = answer('A redirect to the presigned URL.', undefined, {
    headers: EXPIRES_WITH,
    own: {
      ...OF_LINKS,
      'Cross-Origin-Resource-Policy': { required: true, description: 'A page of any origin can use it in `<img src>`.', schema: { type: 'string', const: 'cross-origin' } },
      Location: { required: true, description: 'The presigned URL.', schema: { type: 'string' } },
    },
  });
  const json = answer(
    'The presigned URL, or a short link, for `?json` or `Accept: application/json`; or the object itself, for a rule with `serve = "direct"`.',
    method === 'get' ? { [JSON_TYPE]: ref('Link'), '*/*': {} } : undefined,
    { headers: EXPIRES_WITH, own: { ...OF_LINKS, 'Cross-Origin-Resource-Policy': { required: true, schema: { type: 'string', enum: ['same-origin', 'cross-origin'] } } } },
  );
  const part = answer('The part of the object in the requested range, for a rule with `serve = "direct"`.', { '*/*': {} }, { headers: FOR_PAGES, own: { ...OF_OBJECT, 'Content-Range': { required: true, schema: { type: 'string' } } } });
  const known = answer('The client has this version of the object, for a rule with `serve = "direct"`.', undefined, { headers: FOR_PAGES, own: VALIDATORS });
  return {
    method,
    path,
    id: `${path.endsWith('{path}') ? 'link' : 'onlyLink'}${method === 'get' ? '' : 'ForHead'}`,
    tag: 'downloads',
    summary: method === 'get' ? 'Signs a link to an object' : 'Signs a link for a HEAD of the object',
    ...(!path.endsWith('{path}') && { description: "For a rule whose key has no `{path}`." }),
    parameters: [
      ...(method === 'get' ? [query('json', 'Asks for JSON instead of a redirect.', { type: 'string' }, { allowEmptyValue: true })] : []),
      query('download', "Makes browsers save the file under this name, or under the last segment of the object's key if it is empty. The key's extension is appended if it is missing.", { type: 'string', pattern: SAVED_NAME }, { allowEmptyValue: true }),
    ],
    answers: method === 'get' ? { 200: json, 206: part, 302: found, 304: known } : { 200: json, 302: found, 304: known },
    codes: { problem: [...RULE, ...CALLER, ...OBJECT, 'InvalidArgument', 'InvalidRequest', 'KeyTooLongError', 'TooManyLinks'] },
  };
}

/** @type {Operation[]} */
const FILES = /** @type {const} */ (['get', 'head']).map((method) => ({
  method,
  path: '/files/{bucket}/{key}',
  id: method === 'get' ? 'sendFile' : 'sendFileForHead',
  tag: 'downloads',
  summary: method === 'get' ? 'Sends an object of a bound R2 bucket, as S3 would' : 'Says what GET would send',
  description: 'The URL is that of a link: a presigned URL of Signature Version 4, of a rule with `serve = "worker"`. Statuses are those of S3.',
  answers: /** @type {Record<number, Schema>} */ ({
    200: answer('The object.', method === 'get' ? { '*/*': {} } : undefined, { headers: FOR_PAGES, own: OF_OBJECT }),
    ...(method === 'get' ? { 206: answer('The part of the object in the requested range.', { '*/*': {} }, { headers: FOR_PAGES, own: { ...OF_OBJECT, 'Content-Range': { required: true, schema: { type: 'string' } } } }) } : {}),
    304: answer('The client has this version.', undefined, { headers: FOR_PAGES, own: VALIDATORS }),
  }),
  codes: { problem: [...ALWAYS, 'NoSuchRule'], s3: SENT_FILE },
  access: 'anyone',
}));

/** @type {Operation} */
const LINKS = {
  method: 'post',
  path: '/downloads/{rule}',
  id: 'links',
  tag: 'downloads',
  summary: 'Signs links to several objects',
  description: 'Each path has an answer of its own, and the status is 200 even if all are refused.',
  parameters: [query('download', "Makes browsers save each file under the last segment of its key, if it is empty; otherwise under this name. If it is none, each path is refused.", { type: 'string' }, { allowEmptyValue: true })],
  body: { [JSON_TYPE]: ref('LinksRequest') },
  answers: { 200: answer('The answer about each path.', { [JSON_TYPE]: ref('Links') }, { headers: EXPIRES_WITH }) },
  codes: { problem: [...RULE, ...CALLER, ...JSON_BODY, 'TooManyFiles', 'TooManyLinks', 'MethodNotAllowed'] },
};

/** What leads from a short link to the object. */
const SHORT_LOCATION = { Location: { required: true, description: 'A presigned URL that is valid for at most 60 seconds.', schema: { type: 'string' } } };
const USE = { 'Set-Cookie': { description: 'With it, the same browser can repeat its use for 60 seconds. Only for links whose uses are counted.', schema: { type: 'string' } } };
const SHORT = ['NoSuchLink', 'LinkEnded', 'InvalidArgument', 'KeyTooLongError'];

const EMBEDDABLE = { 'Cross-Origin-Resource-Policy': { required: true, description: 'A page of any origin can use it in `<img src>`.', schema: { type: 'string', const: 'cross-origin' } } };

/** Refusals that are pages for people. */
const SHORT_PAGES = {
  404: page('A page: there is no such link.', false),
  410: page('A page: the link has been used, revoked, or has expired.', false),
  503: page('A page: the link cannot be looked up at the moment.', false),
};

/** @param {'get' | 'head'} method @returns {Operation} */
const shortLink = (method) => ({
  method,
  path: '/l/{id}',
  id: method === 'get' ? 'shortLink' : 'shortLinkForHead',
  tag: 'downloads',
  summary: method === 'get' ? 'Shows a page with a button, or uses the link' : 'Looks at the link; it is never a use',
  description: 'A page for rules with `interstitial`, which is the default for `uses = 1`; a redirect for others.',
  answers: {
    200: page('A page with a button, which sends a POST to the same address.', true, method === 'get' ? USE : {}),
    302: answer('A redirect to the object.', undefined, { own: { ...SHORT_LOCATION, ...(method === 'get' && { ...USE, ...EMBEDDABLE }) } }),
    ...SHORT_PAGES,
  },
  codes: { problem: [...ALWAYS, 'NoSuchRule', ...SHORT] },
  access: 'anyone',
});

/** @type {Operation[]} */
const SHORT_LINKS = [
  shortLink('get'),
  shortLink('head'),
  {
    method: 'post',
    path: '/l/{id}',
    id: 'useShortLink',
    tag: 'downloads',
    summary: 'Uses the link',
    answers: { 303: answer('A redirect to the object.', undefined, { own: { ...SHORT_LOCATION, ...USE } }), ...SHORT_PAGES },
    codes: { problem: [...ALWAYS, 'NoSuchRule', ...SHORT] },
    access: 'anyone',
  },
  {
    method: 'get',
    path: '/links',
    id: 'ownLinks',
    tag: 'downloads',
    summary: "Lists the caller's short links that have not ended",
    parameters: [
      query('rule', 'The name of the rule that made them. It can be left out if only one rule has links that can be revoked.', { type: 'string' }),
      query('after', 'The `next` of the page before.', LINK_ID),
    ],
    answers: { 200: answer('At most 100 links, in the order in which they were made.', { [JSON_TYPE]: ref('OwnLinks') }, { headers: FOR_PAGES }) },
    codes: { problem: [...RULE, ...CALLER, 'InvalidArgument', 'NoSuchLink'] },
  },
  {
    method: 'delete',
    path: '/links/{id}',
    id: 'revokeLink',
    tag: 'downloads',
    summary: 'Revokes a short link of the caller',
    parameters: [query('rule', 'The name of the rule that made it. Without it, the Worker finds it out.', { type: 'string' })],
    answers: { 204: answer('The link has ended.', undefined, { headers: FOR_PAGES }) },
    codes: { problem: [...RULE, ...CALLER, 'NoSuchLink', 'LinkEnded'] },
  },
];

/** @param {'get' | 'post'} method @returns {Operation} */
const handOut = (method) => ({
  method,
  path: '/credentials/{rule}',
  id: method === 'post' ? 'handOutCredentials' : 'handOutCredentialsByGet',
  tag: 'credentials',
  summary: 'Hands out temporary credentials for one prefix of a bucket',
  description: method === 'post' ? 'A body is not read.' : 'For the AWS tools, which send no other method. No page of another site can cause it.',
  parameters: [query('format', `The form of the answer; by default \`${method === 'post' ? 'uppy' : 'container'}\`, or \`env\` for \`Accept: text/plain\`.`, { type: 'string', enum: ['uppy', 'process', 'container', 'env'] })],
  answers: {
    200: answer(
      'The credentials, and when they end.',
      { [JSON_TYPE]: { oneOf: [ref('CredentialsForUppy'), ref('CredentialsOfProcess'), ref('CredentialsOfContainer')] }, 'text/plain': { type: 'string' } },
      { headers: EXPIRES_WITH },
    ),
  },
  codes: { problem: [...RULE, ...CALLER, 'InvalidArgument', 'KeyTooLongError'] },
});

/** @type {Schema} */
const RECEIPT = { description: 'The receipt, if the rule has `confirm` and the configuration an `ISSUER`.', schema: { type: 'string' } };

/** What S3 and the Worker send for a form that is stored. @param {string} description @param {Record<string, Schema>} [content] */
const stored = (description, content) =>
  answer(description, content, {
    headers: FOR_PAGES,
    own: { 'Signpost-Receipt': RECEIPT, ETag: { required: true, schema: { type: 'string' } }, Location: { required: true, description: "The object's URL, or where the form's `success_action_redirect` leads.", schema: { type: 'string' } } },
  });

/** @type {Operation[]} */
const FORMS = [
  {
    method: 'post',
    path: '/forms/{bucket}/',
    id: 'receiveForm',
    tag: 'forms',
    summary: 'Stores the file of an upload form in a bound R2 bucket, as S3 would',
    description: 'The policy in the form says what it can do, so it needs no token. Statuses are those of S3.',
    body: { 'multipart/form-data': ref('UploadForm') },
    answers: {
      200: stored('The file is stored; the form asked for this status.'),
      201: stored('The file is stored; the form asked for this status.', { 'application/xml': ref('S3PostResponse') }),
      204: stored('The file is stored.'),
      303: stored('The file is stored, and the form asked for a redirect.'),
    },
    codes: { problem: ALWAYS, s3: FORM },
    access: 'anyone',
  },
];

const PUBLIC = {
  'Access-Control-Allow-Origin': { required: true, schema: { type: 'string', const: '*' } },
  'Cache-Control': { required: true, schema: { type: 'string', const: 'public, max-age=300' } },
  'Cross-Origin-Resource-Policy': { required: true, schema: { type: 'string', const: 'cross-origin' } },
};

/** @param {'get' | 'head'} method @returns {Operation} */
const issuerMetadata = (method) => ({
  method,
  path: '/.well-known/openid-configuration',
  id: method === 'get' ? 'issuerMetadata' : 'issuerMetadataForHead',
  tag: 'operation',
  summary: 'Returns the metadata by which a token service finds the public keys',
  description: 'Only if a bucket in use has `web_identity`.',
  answers: { 200: answer('The metadata (OpenID Connect Discovery).', { [JSON_TYPE]: ref('IssuerMetadata') }, { own: PUBLIC }) },
  codes: { problem: [...ALWAYS, 'NoSuchRule'] },
  access: 'anyone',
});

/** @type {Operation[]} */
const PUTS = [
  {
    method: 'put',
    path: '/files/{bucket}/{key}',
    id: 'putObject',
    tag: 'forms',
    summary: 'Stores the body in a bound R2 bucket by a presigned URL of this host, as S3 would',
    description: "The signature in the query says what the request can do, so it needs no token. Statuses are those of S3.",
    body: { 'application/octet-stream': {} },
    answers: {
      200: answer('The body is stored.', undefined, {
        headers: FOR_PAGES,
        own: { 'Signpost-Receipt': RECEIPT, ETag: { required: true, schema: { type: 'string' } } },
      }),
    },
    codes: { problem: ALWAYS, s3: PUT },
    access: 'anyone',
  },
];

/** @param {'get' | 'head'} method @returns {Operation} */
const keySet = (method) => ({
  method,
  path: '/.well-known/jwks.json',
  id: method === 'get' ? 'keySet' : 'keySetForHead',
  tag: 'operation',
  summary: 'Returns the public keys with which tokens of this Worker are verified',
  description: 'Only if the configuration has an `ISSUER`.',
  answers: {
    200: answer(
      'The keys (RFC 7517). Shared secrets are not among them.',
      { [JSON_TYPE]: ref('KeySet') },
      { own: PUBLIC },
    ),
  },
  codes: { problem: [...ALWAYS, 'NoSuchRule'] },
  access: 'anyone',
});

/** @param {'get' | 'head'} method @returns {Operation} */
const health = (method) => ({
  method,
  path: '/healthz',
  id: method === 'get' ? 'health' : 'healthForHead',
  tag: 'operation',
  summary: 'Says whether everything is configured',
  answers: {
    200: answer('Everything is set.', { [JSON_TYPE]: ref('Health') }),
    503: answer('The names of what is missing or wrong; never a value.', { [JSON_TYPE]: ref('Health') }, { headers: ['Retry-After'] }),
  },
  codes: { problem: ALWAYS },
  access: 'anyone',
});

/** @type {Operation[]} */
export const OWN = [...UPLOADS, ...PARTS, link('get', '/downloads/{rule}/{path}'), link('head', '/downloads/{rule}/{path}'), link('get', '/downloads/{rule}'), link('head', '/downloads/{rule}'), LINKS, handOut('post'), handOut('get'), ...SHORT_LINKS, ...FILES, ...FORMS, ...PUTS, keySet('get'), keySet('head'), issuerMetadata('get'), issuerMetadata('head'), health('get'), health('head')];
