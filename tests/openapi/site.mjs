/** @file The configuration for the document's test, and the document as narrow as this configuration. */

import { generateKeyPairSync } from 'node:crypto';

/** @typedef {Record<string, any>} Json */

export const TOKEN = 'a-token-of-the-site-for-tests';
const MAX_SIZE = 999_999; // of that length every number is allowed, and an upload in parts has one part
const TYPES = ['image/png'];

const media = { provider: 'aws', name: 'acme-media', region: 'eu-west-1', credentials: 'MEDIA' };
const notes = { provider: 'r2', name: 'acme-notes', endpoint: 'https://0a1b.r2.cloudflarestorage.com', credentials: 'NOTES', binding: 'NOTES' };
const home = { provider: 'r2', name: 'acme-home', endpoint: 'https://0a1b.r2.cloudflarestorage.com', credentials: { secret: 'MEDIA', temporary: true } };
const vault = { ...media, credentials: { web_identity: true, role: 'arn:aws:iam::123456789012:role/signpost' } };
const rule = { bucket: 'media', callers: ['site', 'backend'], origins: ['https://www.example.com'], expires: '10 min' };
const upload = { ...rule, types: TYPES, max_size: `${MAX_SIZE} B`, key: 'files/{uuid}.{ext}' };

export const site = {
  vars: {
    BUCKETS: { media, notes, home, vault },
    CALLERS: { site: { kind: 'bearer', secret: 'SITE_TOKEN' }, backend: { kind: 'ticket', secret: 'TICKET_SECRET' } },
    UPLOADS: { file: { ...upload, multipart: true, uploaders: true, metadata: ['album'], confirm: true }, note: { ...upload, bucket: 'notes', key: 'notes/{uuid}' } },
    DOWNLOADS: { file: { ...rule, key: 'files/{path}' }, once: { ...rule, key: 'files/{path}', uses: 1 }, vault: { ...rule, bucket: 'vault', key: 'vault/{path}' } },
    CREDENTIALS: { file: { ...rule, bucket: 'home', prefix: 'files/{entry}/', actions: ['read', 'write'] } },
    ISSUER: { url: 'https://files.example.com', keys: ['ISSUER_KEY'] },
  },
  secrets: {
    MEDIA_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    MEDIA_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    NOTES_ACCESS_KEY_ID: 'notes-access-key-id',
    NOTES_SECRET_ACCESS_KEY: 'a-secret-access-key-of-thirty-two-bytes',
    SITE_TOKEN: TOKEN,
    TICKET_SECRET: 'a-secret-for-tickets-of-tests-only',
    ISSUER_KEY: JSON.stringify(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })),
  },
  env: { NOTES: { type: 'r2', name: 'notes' } },
};

/**
 * Narrows the document to this configuration: what is valid is then accepted, and what is not is refused. The document itself cannot say
 * which rules there are, nor which types and sizes they accept.
 *
 * @param {Json} document
 * @param {'token' | 'path'} credential where the caller's credential is
 * @returns {Json}
 */
export function narrowed(document, credential) {
  const narrow = structuredClone(document);
  const { schemas } = narrow.components;
  for (const [path, item] of Object.entries(narrow.paths)) {
    for (const { name, schema } of item.parameters ?? []) {
      if (name === 'rule') schema.enum = ['file'];
      if (name === 'bucket') schema.enum = ['notes'];
      if (name === 'partNumber') schema.maximum = 1;
      if (name === 'path') schema.maxLength -= 'files/'.length;
    }
    for (const operation of Object.values(item).filter(({ operationId }) => operationId)) {
      if (operation.security?.length) operation.security = credential === 'token' ? [{ token: [] }] : [];
      for (const { name, schema } of operation.parameters ?? []) {
        if (name === 'rule') schema.enum = ['once'];
        if (name === 'type') schema.enum = operation.operationId === 'companionUpload' ? [...TYPES, ''] : TYPES;
        if (['sign', 'partNumbers'].includes(name)) schema.items.maximum = 1;
        if (name === 'metadata') schema.properties.size.maximum = MAX_SIZE;
      }
    }
    if (path.startsWith('/files/')) delete narrow.paths[path]; // only a signed URL is valid; the suites `serve` and `own-put` sign them
    if (item.get?.tags.includes('files')) delete narrow.paths[path]; // Cloudflare serves them; the suite `wrangler` asks for them
  }
  schemas.MediaType.enum = TYPES;
  schemas.PartNumberOrText.anyOf = [{ type: 'integer', const: 1 }, { type: 'string', const: '1' }];
  schemas.Size.maximum = MAX_SIZE;
  schemas.SizeInText.pattern = `^[1-9][0-9]{0,${`${MAX_SIZE}`.length - 1}}$`;
  for (const { properties } of [schemas.UploadRequest, schemas.PartsRequest]) {
    const { metadata } = properties;
    Object.assign(metadata, { properties: { album: { ...metadata.additionalProperties, maxLength: 2_048 - 'album'.length } }, additionalProperties: false });
  }
  for (const list of [schemas.Completion.properties.parts, schemas.CompanionCompletion.properties.parts, schemas.S3Completion.properties.Part]) {
    Object.assign(list, { minItems: 1, maxItems: 1 });
    if (list.items.properties.PartNumber?.$ref === undefined) (list.items.properties.partNumber ?? list.items.properties.PartNumber).maximum = 1;
  }
  linkCapabilities(narrow.paths);
  return narrow;
}

/**
 * Adds links from an upload to its capabilities, which are in URLs of answers. That takes an extension of schemathesis.
 *
 * @param {Json} paths
 */
function linkCapabilities(paths) {
  const rule = '$request.path.rule';
  const requestBody = { method: 'GET', key: '$response.body#/key', uploadId: '$response.body#/uploadId' };
  paths['/uploads/{rule}/s3/multipart'].post.responses[200].links.signRequest = { operationId: 'signRequest', parameters: { rule }, requestBody };
  const parameters = { rule, capability: '$response.body#/url#regex:/parts/([A-Za-z0-9_-]+)' };
  const operations = ['beginOrCompleteByCapability', 'partsByCapability', 'abortByCapability'];
  paths['/uploads/{rule}/sign-request'].post.responses[200].links = Object.fromEntries(operations.map((operationId) => [operationId, { operationId, parameters }]));
}
