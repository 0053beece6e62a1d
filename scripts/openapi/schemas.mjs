/** @file The schemas of requests and answers, in JSON Schema 2020-12. */

/** @typedef {Record<string, any>} Schema */

/**
 * The characters of `rules/src/hidden_char.rs`, as the inside of a class of a regular expression: neither JSON Schema nor Python's `re`
 * knows Unicode's categories. Those above U+FFFF are left out, because YAML, as which many tools read JSON, has no escape for them.
 */
const HIDDEN =
  '\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u0890-\\u0891\\u08e2\\u180e\\u200b\\u200e-\\u200f\\u2028-\\u202e' +
  '\\u2060-\\u2064\\u2066-\\u206f\\ufeff\\ufff9-\\ufffb';

/** A text that ends with a file's name: what follows the last slash or backslash. */
export const ENDS_WITH_NAME = `(^|[/\\\\])[^/\\\\${HIDDEN}]{1,255}$`;

/** One digest in base64, by its length in bytes: the last letter before `=` has unused bits, which must be 0. */
const DIGEST = {
  4: '[A-Za-z0-9+/]{5}[AQgw]==',
  8: '[A-Za-z0-9+/]{10}[AEIMQUYcgkosw048]=',
  20: '[A-Za-z0-9+/]{26}[AEIMQUYcgkosw048]=',
  32: '[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=',
};

/** @param {Schema} properties @param {Schema} [more] @returns {Schema} an object; properties whose name ends with `?` are optional */
export function object(properties, more = {}) {
  const entries = Object.entries(properties);
  const required = entries.flatMap(([name]) => (name.endsWith('?') ? [] : [name]));
  return {
    type: 'object',
    ...(required.length > 0 && { required }),
    properties: Object.fromEntries(entries.map(([name, schema]) => [name.replace(/\?$/, ''), schema])),
    additionalProperties: false,
    ...more,
  };
}

/** @param {string} name */
export const ref = (name) => ({ $ref: `#/components/schemas/${name}` });

/** @param {Schema} items @param {Schema} [more] */
const list = (items, more = {}) => ({ type: 'array', items, ...more });

/** @param {string} description @param {Schema} [more] */
export const text = (description, more = {}) => ({ type: 'string', description, ...more });

/** @param {string} description */
const texts = (description) => ({ type: 'object', description, additionalProperties: { type: 'string' } });

const url = text('A signed URL. Whoever has it can use it until it expires.', { format: 'uri' });
const key = text("The object's key, which the rule made.", { minLength: 1, maxLength: 1_024 });
/** The ID of a short link. @type {Schema} */
export const LINK_ID = { type: 'string', pattern: '^[A-Za-z0-9_-]{21}[AQgw]$' };
/** What only a short link has. @type {Record<string, Schema>} */
const SHORT = {
  'id?': { ...LINK_ID, description: 'The ID of a short link, with which it can be revoked.' },
  'uses?': { type: 'integer', minimum: 1, maximum: 1_000, description: 'How often a short link may be used.' },
};

const expires = text('When it expires.', { format: 'date-time', examples: ['2026-11-23T19:10:00Z'] });
const endOfCredentials = text('When the credentials end.', { format: 'date-time', examples: ['2026-11-23T20:00:00Z'] });
const partNumber = { type: 'integer', minimum: 1, maximum: 10_000 };
const etag = text('The `ETag` that S3 returned for the part.');
const sentEtag = { ...etag, pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]{1,256}$' };
const state = text('The state with which the upload can be confirmed, if the rule has `confirm`.');
const secondsLeft = { type: 'integer', description: 'When it expires, in seconds from now.', minimum: 0 };

/** A member that may also be `null`, which is as if it were missing. @param {Schema} schema @returns {Schema} */
const orNull = (schema) => ({ anyOf: [schema, { type: 'null' }] });

/** The metadata of an uploader: any JSON, since what the rule does not accept is dropped. */
const metadata = { description: "An object with names and values of the page. Those that the rule's `metadata` lists are stored, others are dropped." };
const name = { type: 'string', description: "The file's name.", pattern: ENDS_WITH_NAME };

/** What the Worker knows about an object that an upload has stored. */
const STORED = {
  key,
  size: { type: 'integer', description: 'In bytes.', minimum: 0 },
  type: text('The media type.', { examples: ['image/png'] }),
  etag: text('The `ETag`, as the bucket writes it.'),
  'receipt?': text('A JSON Web Token about the object, if the configuration has an `ISSUER`.'),
};

/** Members of a request for an upload, besides its type and size. */
const REQUEST = {
  'method?': { enum: ['PUT', null], description: 'Asks for a PUT, for clients that cannot send a form. A file in parts always uses PUT.' },
  'filename?': { type: ['string', 'null'], description: "The file's name, at most 255 bytes. Only what follows the last slash counts. Required if the rule's key uses it.", pattern: ENDS_WITH_NAME, examples: ['me.png'] },
  'metadata?': {
    type: 'object',
    description: "Names and values to store with the object, at most 2,048 bytes. Only names that the rule lists. Printable ASCII: percent-encode the rest.",
    additionalProperties: { type: 'string', pattern: '^[ -~]*$' },
    examples: [{ album: 'hills' }],
  },
};

/** What several requests have. */
const VALUES = {
  MediaType: { type: 'string', description: "The file's media type, one of the rule's.", examples: ['image/png'] },
  OptionalMediaType: { description: 'The same. If the rule has one type, it may be missing, empty or `null`.', anyOf: [ref('MediaType'), { const: '' }, { type: 'null' }] },
  Size: { type: 'integer', description: 'The size of the file in bytes. Each rule has a limit of its own.', minimum: 1, maximum: 5 * 2 ** 30 },
  SizeInText: { type: 'string', description: 'The same as a text, since forms and metadata have only texts.', pattern: '^[1-9][0-9]{0,9}$' },
  SizeOrText: { anyOf: [ref('Size'), ref('SizeInText')] },
  PartNumberOrText: { description: 'The number of the part.', anyOf: [partNumber, { type: 'string', pattern: '^[1-9][0-9]{0,4}$' }] },
  ChunkSize: {
    description: 'The size of each part but the last, in bytes. The page sends it if it sets `getChunkSize`.',
    anyOf: [{ type: 'integer', minimum: 5 * 2 ** 20, maximum: 5 * 2 ** 30 }, { type: 'string', pattern: '^[1-9][0-9]{7,8}$' }],
  },
};

/** What a refusal says about a quota. */
const LEFT = {
  'remaining?': object(
    { 'bytes?': { type: 'integer', description: 'Absent if the quota limits only the number of files.', minimum: 0 }, files: { type: 'integer', minimum: 0 } },
    { description: "What is left of the caller's quota, with the code `QuotaExceeded`." },
  ),
  'resets?': text("When the quota's period ends.", { format: 'date-time', examples: ['2026-11-24T00:00:00Z'] }),
};

/** Messages of the Worker's own API. */
const OWN = {
  Problem: object(
    {
      title: text("HTTP's reason phrase."),
      status: { type: 'integer', description: 'The status of the answer.' },
      detail: text('A sentence that can be shown to users.'),
      code: text("The reason, for programs. It is S3's own where S3 has one."),
      ...LEFT,
    },
    { description: 'A refusal (RFC 9457).' },
  ),
  ProblemOfOne: object(
    {
      title: text("HTTP's reason phrase."),
      status: { type: 'integer', description: 'The status that an answer about this one alone would have.' },
      detail: text('A sentence that can be shown to users.'),
      code: text("The reason, for programs. It is S3's own where S3 has one."),
      'retry_after?': { type: 'integer', description: 'In seconds: the same request can succeed after that time.', minimum: 0 },
      ...LEFT,
    },
    { description: 'Why one of several was refused (RFC 9457).' },
  ),
  ExpiresWith: {
    type: 'string',
    enum: ['ticket', 'hours', 'credentials', 'upload'],
    description: "What expires before the rule's own limit: the caller's ticket, the hours of the rule, the bucket's temporary credentials, or the upload in parts.",
  },
  CredentialsForUppy: object(
    {
      credentials: object({ accessKeyId: text('The public id.'), secretAccessKey: text('The secret.'), sessionToken: text('The session token.'), expiration: endOfCredentials }),
      region: text("The bucket's region."),
      bucket: text("The bucket's name at its provider."),
      endpoint: text("The provider's URL.", { format: 'uri' }),
      url: text("The bucket's URL.", { format: 'uri' }),
      prefix: text('What the keys of all objects begin with; it ends with a slash.'),
    },
    { description: "The answer of Uppy's `getCredentials`, with what else a client needs." },
  ),
  CredentialsOfProcess: object(
    { Version: { type: 'integer', const: 1 }, AccessKeyId: text('The public id.'), SecretAccessKey: text('The secret.'), SessionToken: text('The session token.'), Expiration: endOfCredentials },
    { description: 'What a `credential_process` of the AWS tools prints.' },
  ),
  CredentialsOfContainer: object(
    { AccessKeyId: text('The public id.'), SecretAccessKey: text('The secret.'), Token: text('The session token.'), Expiration: endOfCredentials },
    { description: 'What the AWS tools read from `AWS_CONTAINER_CREDENTIALS_FULL_URI`.' },
  ),
  UploadRequest: object({
    type: ref('MediaType'),
    size: ref('Size'),
    ...REQUEST,
    'checksum?': {
      type: ['string', 'null'],
      description: "A digest of the file, as in HTML's `integrity`. S3 verifies it. Not for `gcs`.",
      pattern: `^((crc32|crc32c)-${DIGEST[4]}|crc64nvme-${DIGEST[8]}|sha1-${DIGEST[20]}|sha256-${DIGEST[32]})$`,
      examples: ['sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='],
    },
  }),
  UploadsRequest: object({ files: list({ description: 'An `UploadRequest`. One that is not is refused by itself.' }, { minItems: 1, maxItems: 100 }) }, { description: 'Requests for several uploads.' }),
  SignedUploads: object({
    files: list({ oneOf: [ref('SignedForm'), ref('SignedPut'), object({ error: ref('ProblemOfOne') })] }, { description: 'The answer about each file, in the order of the request.', minItems: 1, maxItems: 100 }),
  }),
  PartsRequest: object({ type: ref('MediaType'), size: ref('Size'), ...REQUEST }, { description: 'The same as for a whole file, without `checksum`.' }),
  SignedForm: object(
    {
      method: { type: 'string', const: 'POST' },
      url: text('Where to send the form.', { format: 'uri' }),
      fields: texts('The fields to send, before the file. They are what boto3 calls `fields`.'),
      key,
      expires,
      'expires_with?': ref('ExpiresWith'),
      'confirm?': state,
    },
    { description: "An upload by S3's POST form." },
  ),
  SignedPut: object(
    {
      method: { type: 'string', const: 'PUT' },
      url,
      headers: texts('Exactly the headers to send: all of them are signed.'),
      key,
      expires,
      'expires_with?': ref('ExpiresWith'),
      'confirm?': state,
    },
    { description: 'An upload by PUT.' },
  ),
  SignedUpload: { oneOf: [ref('SignedForm'), ref('SignedPut')], description: "The bucket's provider decides which, unless the request asks for a PUT." },
  BegunUpload: object({
    uploadId: text('The ID of the upload, valid for this rule and caller only.'),
    key,
    partSize: { type: 'integer', description: 'The size of each part but the last, in bytes.', minimum: 1 },
    parts: { type: 'integer', description: 'How many parts there are.', minimum: 1, maximum: 10_000 },
    expires,
    'expires_with?': ref('ExpiresWith'),
  }),
  SignedParts: object({
    parts: list(object({ partNumber, url, headers: texts('Exactly the headers to send.'), expires, 'expires_with?': ref('ExpiresWith') })),
  }),
  StoredParts: object({ parts: list(object({ partNumber, etag, size: { type: 'integer', minimum: 0 } })) }),
  Completion: object({
    parts: list(object({ partNumber, etag: sentEtag }), { description: 'Every part of the upload, once.', minItems: 1, maxItems: 10_000 }),
  }),
  CompletedUpload: object(STORED),
  Confirmation: object({ confirm: text('The state from the answer to the upload request.') }),
  ConfirmedUpload: object({ ...STORED, 'checksum?': text('The checksum that was granted, if the bucket reported it.', { examples: ['sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='] }) }),
  IssuerMetadata: object({
    issuer: url,
    jwks_uri: url,
    response_types_supported: list({ const: 'id_token' }, { minItems: 1, maxItems: 1 }),
    subject_types_supported: list({ const: 'public' }, { minItems: 1, maxItems: 1 }),
    id_token_signing_alg_values_supported: list({ enum: ['ES256', 'RS256'] }, { minItems: 1 }),
  }),
  KeySet: object({
    keys: list({
      type: 'object',
      required: ['kty', 'kid', 'alg', 'use'],
      properties: { kty: { enum: ['OKP', 'EC', 'RSA'] }, kid: { type: 'string' }, alg: { enum: ['EdDSA', 'ES256', 'RS256'] }, use: { const: 'sig' }, x5c: list({ type: 'string' }, { minItems: 1, maxItems: 4 }), ...Object.fromEntries(['crv', 'x', 'y', 'n', 'e'].map((name) => [name, { type: 'string' }])) },
      additionalProperties: false,
    }),
  }),
  Link: object({ url, expires, 'expires_with?': ref('ExpiresWith'), ...SHORT }),
  OwnLinks: object({
    links: list(object({ id: LINK_ID, url, path: text('What would be the rest of the URL of a download.'), expires, 'uses_left?': { type: 'integer', minimum: 1, maximum: 1_000 } }), { maxItems: 100 }),
    'next?': { ...LINK_ID, description: 'The value of `after` for the next page. Without it, this is the last.' },
  }),
  LinksRequest: object({ paths: list(text("What would be the rest of the URL's path, not percent-encoded."), { minItems: 1, maxItems: 100 }) }),
  Links: object({
    downloads: list(
      { oneOf: [object({ path: { type: 'string' }, url, expires, 'expires_with?': ref('ExpiresWith'), ...SHORT }), object({ path: { type: 'string' }, error: ref('ProblemOfOne') })] },
      { description: 'The answer about each path, in the order of the request.', minItems: 1, maxItems: 100 },
    ),
  }),
  Health: object({
    status: { type: 'string', enum: ['ok', 'not configured'] },
    'configuration?': list({ type: 'string' }, { description: 'The places with errors in the configuration; the log gives the reasons.' }),
    'secrets?': list({ type: 'string' }, { description: 'The names of secrets that are not set.' }),
    'short_secrets?': list({ type: 'string' }, { description: 'The names of secrets that are too short.' }),
    'malformed_secrets?': list({ type: 'string' }, { description: 'The names of secrets with a character that they cannot have.' }),
    'bindings?': list({ type: 'string' }, { description: 'The names of bindings that are missing.' }),
  }),
};

/** The name of the file in `signRequest`: `filename`, else the end of `key`. */
const NAMED = [
  { required: ['filename'], properties: { filename: name } },
  { required: ['key'], properties: { key: name, filename: { type: 'null' } } },
];

/** Messages of Uppy's Companion, of its `signRequest`, and of Better Upload. Members that are not listed are ignored. */
const UPLOADERS = {
  CompanionError: object({ code: text('The reason.'), message: text('A sentence that Uppy shows to users.') }),
  CompanionUpload: object({ method: { type: 'string', enum: ['POST', 'PUT'] }, url, fields: texts('The fields of a form. A PUT has only `key`.'), 'headers?': texts('The headers of a PUT.'), key, expires: secondsLeft, 'confirm?': state }),
  CompanionBegin: {
    type: 'object',
    required: ['filename', 'metadata'],
    properties: {
      filename: name,
      type: ref('OptionalMediaType'),
      metadata: { ...metadata, type: 'object', required: ['size'], properties: { size: ref('SizeOrText'), chunkSize: orNull(ref('ChunkSize')) } },
    },
  },
  CompanionBegun: object({ key, uploadId: text('The ID of the upload, valid for this rule and caller only.'), bucket: text("The bucket's name.") }),
  CompanionParts: list(object({ PartNumber: partNumber, ETag: etag, Size: { type: 'integer', minimum: 0 } })),
  CompanionPart: object({ url, expires: secondsLeft }),
  CompanionBatch: object({ presignedUrls: texts('The signed URL of each part, by its number.') }),
  CompanionCompletion: {
    type: 'object',
    required: ['parts'],
    properties: { parts: list({ type: 'object', required: ['PartNumber', 'ETag'], properties: { PartNumber: ref('PartNumberOrText'), ETag: sentEtag } }, { description: 'Every part of the upload, once.' }) },
  },
  CompanionCompleted: object({ location: text("The object's URL, without a signature.", { format: 'uri' }), bucket: text("The bucket's name."), ...STORED }),
  SignRequest: {
    description: 'The arguments of `signRequest`, and what the page adds.',
    oneOf: [
      {
        title: 'a whole file',
        type: 'object',
        required: ['method'],
        properties: {
          method: { const: 'PUT' },
          key: orNull(text("The file's name, unless `filename` is there.")),
          filename: orNull(name),
          contentType: ref('OptionalMediaType'),
          size: orNull(ref('SizeOrText')),
          metadata,
          uploadId: { type: 'null' },
        },
        anyOf: NAMED,
      },
      {
        title: 'the begin of an upload in parts',
        type: 'object',
        required: ['method', 'size'],
        properties: {
          method: { const: 'POST' },
          key: orNull(text("The file's name, unless `filename` is there.")),
          filename: orNull(name),
          contentType: ref('OptionalMediaType'),
          size: ref('SizeOrText'),
          chunkSize: orNull(ref('ChunkSize')),
          metadata,
          uploadId: { type: 'null' },
        },
        anyOf: NAMED,
      },
      {
        title: 'a part',
        type: 'object',
        required: ['method', 'key', 'uploadId', 'partNumber'],
        properties: { method: { const: 'PUT' }, key, uploadId: { type: 'string' }, partNumber: ref('PartNumberOrText') },
      },
      {
        title: 'another request of an upload in parts',
        type: 'object',
        required: ['method', 'key', 'uploadId'],
        properties: { method: { enum: ['POST', 'GET', 'DELETE'] }, key, uploadId: { type: 'string' }, partNumber: { type: 'null' } },
      },
    ],
  },
  SignedRequest: object({
    'method?': { type: 'string', enum: ['POST', 'PUT'] },
    url,
    key,
    'fields?': texts('The fields of a form.'),
    'headers?': texts('The headers that a script can set.'),
    'expires?': secondsLeft,
    'confirm?': state,
  }),
  BetterUploadRequest: {
    type: 'object',
    required: ['files'],
    properties: {
      files: list(
        {
          type: 'object',
          required: ['name', 'size', 'type'],
          properties: { name, size: ref('SizeOrText'), type: ref('MediaType') },
        },
        { minItems: 1, maxItems: 10 },
      ),
      metadata,
    },
  },
  BetterUploadFile: object({
    name: { type: 'string' },
    size: { type: 'integer', minimum: 1 },
    type: { type: 'string' },
    objectInfo: object({ key, metadata: texts('What is stored with the object.') }),
  }),
  BetterUploadSigned: {
    oneOf: [
      object({ files: list(object({ signedUrl: url, file: ref('BetterUploadFile'), headers: texts('More headers to send.') })), metadata: object({}) }),
      object({
        multipart: object({
          files: list(
            object({
              file: ref('BetterUploadFile'),
              parts: list(object({ signedUrl: url, partNumber, size: { type: 'integer', minimum: 1 } })),
              uploadId: text('The ID of the upload.'),
              completeSignedUrl: url,
              abortSignedUrl: url,
            }),
          ),
          partSize: { type: 'integer', minimum: 1 },
        }),
        metadata: object({}),
      }),
    ],
  },
  BetterUploadError: object({
    error: object({
      type: { type: 'string', enum: ['file_too_large', 'invalid_file_type', 'too_many_files', 'rejected', 'invalid_request'] },
      message: text('A sentence that can be shown to users.'),
      code: text('The reason.'),
    }),
  }),
};

/** @param {string} name @param {Schema} properties @param {Schema} [more] @returns {Schema} an element of S3's XML */
const element = (name, properties, more = {}) => ({ ...object(properties, more), xml: { name } });

/** S3's XML. */
const XML = {
  S3Error: element('Error', { Code: text('The reason.'), Message: text('A sentence.') }, { additionalProperties: true }),
  S3PostResponse: element('PostResponse', { Location: { type: 'string' }, Bucket: { type: 'string' }, Key: { type: 'string' }, ETag: { type: 'string' } }),
  S3Completion: element('CompleteMultipartUpload', { Part: list(object({ PartNumber: partNumber, ETag: sentEtag })) }),
  S3Begun: element('InitiateMultipartUploadResult', { Bucket: { type: 'string' }, Key: { type: 'string' }, UploadId: { type: 'string' } }),
  S3Completed: element('CompleteMultipartUploadResult', { Location: { type: 'string' }, Bucket: { type: 'string' }, Key: { type: 'string' } }),
  S3Parts: element('ListPartsResult', {
    Bucket: { type: 'string' },
    Key: { type: 'string' },
    IsTruncated: { type: 'string' },
    'Part?': list(object({ PartNumber: partNumber, ETag: etag, Size: { type: 'integer' } })),
  }),
};

/** The fields of an upload form for a bound R2 bucket. Others are allowed if the policy has them. */
const FORM = {
  UploadForm: {
    type: 'object',
    required: ['key', 'policy', 'x-amz-algorithm', 'x-amz-credential', 'x-amz-date', 'x-amz-signature', 'file'],
    properties: {
      key: text("The object's key; `${filename}` stands for the file's name."),
      policy: text('The POST policy, in base64.'),
      'x-amz-algorithm': { type: 'string', const: 'AWS4-HMAC-SHA256' },
      'x-amz-credential': { type: 'string' },
      'x-amz-date': text('When it was signed.', { examples: ['20261123T190000Z'] }),
      'x-amz-signature': { type: 'string', pattern: '^[0-9a-f]{64}$' },
      success_action_redirect: text('Where the browser goes after the upload.'),
      success_action_status: text('The status of the answer; by default 204.', { examples: ['200', '201', '204'] }),
      file: { type: 'string', contentMediaType: 'application/octet-stream', description: 'The file. Fields after it are ignored.' },
    },
    additionalProperties: { type: 'string' },
  },
};

/** All schemas by name. @type {Record<string, Schema>} */
export const SCHEMAS = { ...VALUES, ...OWN, ...UPLOADERS, ...XML, ...FORM };

/** The pattern of `?download=`: empty for the key's own name. */
export const SAVED_NAME = `^$|${ENDS_WITH_NAME}`;

/** The pattern of an object's path: no control character and no `.` or `..` between slashes. */
export const OBJECT_PATH = '^(?!(?:[^/]*/)*\\.{1,2}(?:/|$))[^\\u0000-\\u001f\\u007f-\\u009f]+$';
