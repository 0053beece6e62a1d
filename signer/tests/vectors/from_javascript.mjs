/**
 * @file Writes aws_sdk_js.json and aws4fetch.json: what the AWS JavaScript SDK and aws4fetch sign at a frozen time, of the
 * asks in boto3.json.
 *
 *     node from_javascript.mjs [directory]   (beside this file; both as pinned in package-lock.json)
 */
import * as s3 from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { AwsV4Signer } from 'aws4fetch';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const here = import.meta.dirname;
const directory = process.argv[2] ?? here;
const { now, access_key_id, secret_access_key, urls, posts } = JSON.parse(await readFile(join(here, 'boto3.json'), 'utf8'));
const NOW = new Date(now * 1000);
const CREDENTIALS = { accessKeyId: access_key_id, secretAccessKey: secret_access_key };

/**
 * @typedef {{ endpoint: string, style: string, bucket: string, region: string, token: string | null, key: string, method: string,
 *   headers: Record<string, string>, query: Record<string, string>, expires: number, conditions: any[] }} Ask
 */

/** What was asked, without what boto3 signed. @param {any} ask */
const asked = ({ base: _, signed_query: __, url: ___, fields: ____, ...rest }) => rest;

/** @param {string} text all but RFC 3986's unreserved characters encoded */
const encode = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** @param {string} url */
function split(url) {
  const [base, query] = url.split('?');
  const decode = (/** @type {string} */ text) => decodeURIComponent(text.replaceAll('+', ' '));
  return { base, signed_query: Object.fromEntries(query.split('&').map((pair) => pair.split('=').map(decode))) };
}

/** @param {Ask} ask @param {boolean} signQuery */
async function aws4fetch({ endpoint, style, bucket, region, token, key, method, headers, query, expires }, signQuery) {
  const [scheme, host] = endpoint.split('://');
  const place = style === 'path' ? `${host}/${bucket}` : `${bucket}.${host}`;
  const url = new URL(`${scheme}://${place}/${key.split('/').map(encode).join('/')}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.append(name, value);
  if (signQuery) url.searchParams.set('X-Amz-Expires', String(expires));
  const signer = new AwsV4Signer({
    ...{ ...CREDENTIALS, sessionToken: token ?? undefined, service: 's3', region, method, url: url.href, headers },
    ...{ signQuery, allHeaders: true, datetime: NOW.toISOString().replace(/[-:]|\.\d+/g, '') },
  });
  return signer.sign();
}

/** @param {Ask} ask */
function client({ endpoint, style, region, token }) {
  const credentials = { ...CREDENTIALS, sessionToken: token ?? undefined };
  // Without it the SDK puts `x-amz-checksum-mode` into every link.
  const checksums = /** @type {const} */ ({ requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' });
  return new s3.S3Client({ endpoint, region, credentials, forcePathStyle: style === 'path', ...checksums });
}

/** @param {Ask} ask */
function sdkUrl(ask) {
  const { bucket: Bucket, key: Key, method, headers, query } = ask;
  const metadata = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'));
  const Metadata = Object.fromEntries(metadata.map(([name, value]) => [name.slice('x-amz-meta-'.length), value]));
  /** @type {Record<string, () => object>} */
  const commands = {
    GET: () => new s3.GetObjectCommand({ Bucket, Key, ResponseContentType: query['response-content-type'], VersionId: query.versionId }),
    HEAD: () => new s3.HeadObjectCommand({ Bucket, Key }),
    DELETE: () => new s3.DeleteObjectCommand({ Bucket, Key }),
    PUT: () => new s3.PutObjectCommand({ Bucket, Key, Metadata, ContentType: headers['content-type'], IfNoneMatch: headers['if-none-match'] }),
  };
  const command = commands[method]();
  const named = Object.keys(headers);
  return getSignedUrl(client(ask), /** @type {any} */ (command), {
    ...{ expiresIn: ask.expires, signingDate: NOW },
    // Headers as headers; and it would sign a type that nobody asked for.
    ...{ signableHeaders: new Set(['host', ...named]), unhoistableHeaders: new Set(named) },
  });
}

/** @param {Ask} ask */
function sdkPost(ask) {
  const fields = Object.assign({}, ...ask.conditions.filter((condition) => !Array.isArray(condition)));
  const conditions = /** @type {any} */ (ask.conditions.filter((condition) => Array.isArray(condition)));
  return createPresignedPost(client(ask), { Bucket: ask.bucket, Key: ask.key, Fields: fields, Conditions: conditions, Expires: ask.expires });
}

/** The only way to freeze the time of `createPresignedPost`. */
class Frozen extends Date {
  /** @param {any[]} args */
  constructor(...args) {
    super(.../** @type {[number]} */ (args.length === 0 ? [NOW.getTime()] : args));
  }
  static now() {
    return NOW.getTime();
  }
}

/** @param {string} file @param {string[]} packages @param {object} signed */
async function write(file, packages, signed) {
  const version = async (/** @type {string} */ name) =>
    JSON.parse(await readFile(join(here, '../../../node_modules', name, 'package.json'), 'utf8')).version;
  const origin = (await Promise.all(packages.map(async (name) => `${name} ${await version(name)}`))).join(', ');
  await writeFile(join(directory, file), `${JSON.stringify({ origin, now, access_key_id, secret_access_key, ...signed }, null, 1)}\n`);
}

const fetched = { urls: /** @type {object[]} */ ([]), headers: /** @type {object[]} */ ([]) };
const sdk = { urls: /** @type {object[]} */ ([]), posts: /** @type {object[]} */ ([]) };
globalThis.Date = /** @type {any} */ (Frozen);
for (const ask of urls) {
  const [link, request] = [await aws4fetch(ask, true), await aws4fetch(ask, false)];
  fetched.urls.push({ ...asked(ask), ...split(link.url.href) });
  fetched.headers.push({ ...asked(ask), authorization: request.headers.get('authorization') });
  sdk.urls.push({ ...asked(ask), ...split(await sdkUrl(ask)) });
}
for (const ask of posts) sdk.posts.push({ ...asked(ask), ...(await sdkPost(ask)) });
await write('aws4fetch.json', ['aws4fetch'], fetched);
await write('aws_sdk_js.json', ['@aws-sdk/client-s3', '@aws-sdk/s3-request-presigner', '@aws-sdk/s3-presigned-post'], sdk);
