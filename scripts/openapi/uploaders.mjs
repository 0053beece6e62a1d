/** @file The operations of rules with `uploaders = true`: the protocols of Uppy and Better Upload. */
import { answer } from './answers.mjs';
import { CALLER, FILE, JSON_BODY, RULE, UPLOAD } from './codes.mjs';
import { NUMBERS, linksTo, query } from './operations.mjs';
import { ENDS_WITH_NAME, ref } from './schemas.mjs';

/** @typedef {import('./operations.mjs').Operation} Operation */
/** @typedef {import('./schemas.mjs').Schema} Schema */

const JSON_TYPE = 'application/json';
const HEADERS = ['Access-Control-Allow-Origin', 'Signpost-Expires-With'];

/** @param {string} description @param {string} schema @param {Parameters<typeof answer>[2]} [more] */
const ok = (description, schema, more) => ({ 200: answer(description, { [JSON_TYPE]: ref(schema) }, { headers: HEADERS, ...more }) });

/** Uppy repeats the object's key in each request of an upload. */
const KEY = query('key', "The object's key, which the answer that began the upload has.", { type: 'string', minLength: 1 }, { required: true });

const COMPANION = '/uploads/{rule}/s3/multipart';

/** Metadata that Uppy sends in a query: `metadata[album]=hills`. */
const METADATA = query(
  'metadata',
  "Names and values of the page; `size` is the file's size in bytes. Names that the rule does not list are dropped.",
  { type: 'object', properties: { size: { type: 'integer', minimum: 1, maximum: 5 * 2 ** 30 } }, additionalProperties: { type: 'string' } },
  { style: 'deepObject', explode: true },
);

/** @type {Operation[]} */
const UPPY = [
  {
    method: 'get',
    path: '/uploads/{rule}/s3/params',
    id: 'companionUpload',
    tag: 'uploaders',
    summary: "Uppy's Companion: signs an upload of one file",
    parameters: [
      query('filename', "The file's name.", { type: 'string', pattern: ENDS_WITH_NAME }, { required: true }),
      query('type', 'The media type; optional if the rule has one type.', { type: 'string' }),
      METADATA,
    ],
    answers: ok('A form, or a PUT if the bucket accepts no forms.', 'CompanionUpload'),
    codes: { problem: RULE, companion: [...CALLER, ...FILE, 'MissingContentLength'] },
  },
  {
    method: 'post',
    path: COMPANION,
    id: 'companionBegin',
    tag: 'uploaders',
    summary: "Uppy's Companion: begins an upload in parts",
    body: { [JSON_TYPE]: ref('CompanionBegin') },
    answers: ok('The upload has begun.', 'CompanionBegun', {
      links: linksTo(['companionParts', 'companionPart', 'companionBatch', 'companionComplete', 'companionAbort'], { key: '$response.body#/key' }),
    }),
    codes: { problem: RULE, companion: [...CALLER, ...JSON_BODY, ...FILE, 'MissingContentLength', 'InvalidRequest'] },
  },
  {
    method: 'get',
    path: `${COMPANION}/{uploadId}`,
    id: 'companionParts',
    tag: 'uploaders',
    summary: "Uppy's Companion: lists the parts that the bucket has",
    parameters: [KEY],
    answers: ok('All stored parts.', 'CompanionParts'),
    codes: { problem: RULE, companion: [...CALLER, ...UPLOAD] },
  },
  {
    method: 'delete',
    path: `${COMPANION}/{uploadId}`,
    id: 'companionAbort',
    tag: 'uploaders',
    summary: "Uppy's Companion: aborts the upload",
    parameters: [KEY],
    answers: { 200: answer('The parts are deleted.', { [JSON_TYPE]: { type: 'object', maxProperties: 0 } }, { headers: HEADERS }) },
    codes: { problem: RULE, companion: [...CALLER, ...UPLOAD] },
  },
  {
    method: 'get',
    path: `${COMPANION}/{uploadId}/batch`,
    id: 'companionBatch',
    tag: 'uploaders',
    summary: "Uppy's Companion: signs parts",
    parameters: [KEY, query('partNumbers', 'The numbers of the parts: `1,2,3`.', NUMBERS, { required: true, style: 'form', explode: false })],
    answers: ok('The URLs of the parts.', 'CompanionBatch'),
    codes: { problem: RULE, companion: [...CALLER, ...UPLOAD, 'InvalidArgument', 'InvalidPart'] },
  },
  {
    method: 'get',
    path: `${COMPANION}/{uploadId}/{partNumber}`,
    id: 'companionPart',
    tag: 'uploaders',
    summary: "Uppy's Companion: signs a part",
    parameters: [KEY],
    answers: ok('The URL of the part.', 'CompanionPart'),
    codes: { problem: RULE, companion: [...CALLER, ...UPLOAD, 'NoSuchRule', 'InvalidPart', 'MethodNotAllowed'] },
  },
  {
    method: 'post',
    path: `${COMPANION}/{uploadId}/complete`,
    id: 'companionComplete',
    tag: 'uploaders',
    summary: "Uppy's Companion: completes the upload",
    parameters: [KEY],
    body: { [JSON_TYPE]: ref('CompanionCompletion') },
    answers: ok('The object is stored.', 'CompanionCompleted'),
    codes: { problem: RULE, companion: [...CALLER, ...JSON_BODY, ...UPLOAD, 'InvalidArgument', 'InvalidPart'] },
  },
  {
    method: 'post',
    path: '/uploads/{rule}/sign-request',
    id: 'signRequest',
    tag: 'uploaders',
    summary: "Uppy's `signRequest`: signs one request to S3",
    body: { [JSON_TYPE]: ref('SignRequest') },
    answers: ok('The signed request, or the capability that stands for it.', 'SignedRequest'),
    codes: { problem: [...RULE, ...CALLER, ...JSON_BODY, ...FILE, ...UPLOAD, 'InvalidPart', 'InvalidRequest', 'MissingContentLength'] },
  },
];

/** @type {Operation[]} */
const BETTER_UPLOAD = [
  {
    method: 'post',
    path: '/uploads/{rule}/better-upload',
    id: 'betterUpload',
    tag: 'uploaders',
    summary: 'Better Upload: signs an upload of one or several files',
    body: { [JSON_TYPE]: ref('BetterUploadRequest') },
    answers: ok('A PUT of each file, or all of its parts.', 'BetterUploadSigned'),
    codes: { problem: RULE, better_upload: [...CALLER, ...JSON_BODY, ...FILE, 'InvalidRequest', 'TooManyFiles'] },
  },
];

const CAPABILITY = '/uploads/{rule}/parts/{capability}';
const OF_CAPABILITY = ['NoSuchUpload', 'SlowDown', 'ServiceUnavailable'];

/** @param {string} description @param {Schema} schema */
const xml = (description, schema) => ({ 200: answer(description, { 'application/xml': schema }, { headers: HEADERS }) });

/** @type {Operation[]} */
const CAPABILITIES = [
  {
    method: 'post',
    path: CAPABILITY,
    id: 'beginOrCompleteByCapability',
    tag: 'uploaders',
    summary: 'Completes an upload as S3 would; with `?uploads`, begins it',
    description: 'The URL comes from `signRequest` or Better Upload, and is the permission: the request needs no token.',
    parameters: [query('uploads', 'Begins the upload instead.', { type: 'string', maxLength: 0 }, { allowEmptyValue: true })],
    body: { 'application/xml': ref('S3Completion') },
    bodyIsOptional: true,
    answers: xml('As S3 answers.', { anyOf: [ref('S3Completed'), ref('S3Begun')] }),
    codes: { problem: RULE, capability: [...OF_CAPABILITY, 'MalformedXML', 'MaxMessageLengthExceeded', 'InvalidPart'] },
    access: 'anyone',
  },
  {
    method: 'get',
    path: CAPABILITY,
    id: 'partsByCapability',
    tag: 'uploaders',
    summary: 'Lists the parts that the bucket has, as S3 would',
    answers: xml('All stored parts.', ref('S3Parts')),
    codes: { problem: RULE, capability: OF_CAPABILITY },
    access: 'anyone',
  },
  {
    method: 'delete',
    path: CAPABILITY,
    id: 'abortByCapability',
    tag: 'uploaders',
    summary: 'Aborts an upload, as S3 would',
    answers: { 204: answer('The parts are deleted.', undefined, { headers: HEADERS }) },
    codes: { problem: RULE, capability: OF_CAPABILITY },
    access: 'anyone',
  },
];

export const UPLOADERS = [...UPPY, ...BETTER_UPLOAD, ...CAPABILITIES];
