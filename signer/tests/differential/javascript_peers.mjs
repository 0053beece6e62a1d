/**
 * @file Compares the signer with the AWS JavaScript SDK and with aws4fetch on random asks, all from one seed.
 *
 *     node javascript_peers.mjs <the example `sign`> [how many of each] [seed]
 *
 * Prints the first differences and ends with 1 if there is any that README.md, one folder up, does not list.
 */
import * as s3 from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { AwsV4Signer } from 'aws4fetch';
import { spawnSync } from 'node:child_process';

const CREDENTIALS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const TOKENS = [undefined, undefined, 'IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJG+token/with=odd+characters=='];
/** Without it the SDK puts `x-amz-checksum-mode` into every link. */
const CHECKSUMS = /** @type {const} */ ({ requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' });
const NOW = new Date('2026-11-23T19:00:00Z');
const PLACES = [
  ['https://s3.eu-west-1.amazonaws.com', 'virtual', 'eu-west-1'],
  ['https://s3.eu-west-1.amazonaws.com', 'path', 'eu-west-1'],
  ['http://127.0.0.1:9000', 'path', 'us-east-1'],
  ['https://abc.r2.cloudflarestorage.com:8443', 'virtual', 'auto'],
];
const PIECES = [...'/~-_.%+ &=?#\'"\\:@$,;!*()[]{}|^`<>éß日🦀', '//', '...', '%20', '%2F', '\u200d'];
const QUERY_NAMES = ['versionId', 'response-expires', 'a', 'A', 'aa', 'a-b', 'a.b', 'a_b', 'a~', 'Z', 'X-B', 'x-idx', 'É', '0', 'prefix'];

const [program, count = '2000', seed = '20261123'] = process.argv.slice(2);
let state = Number(seed);

/** Mulberry32: the same asks for the same seed. */
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

const integer = (/** @type {number} */ from, /** @type {number} */ to) => from + Math.floor(random() * (to - from + 1));
/** @template T @param {readonly T[]} list @returns {T} */
const pick = (list) => list[integer(0, list.length - 1)];
const some = (/** @type {string[]} */ list, /** @type {number} */ most) => [...new Set(Array.from({ length: integer(0, most) }, () => pick(list)))];

/** Any scalar value but control characters, which S3's XML cannot name. */
function character() {
  const [from, to] = pick([[0x20, 0x7e], [0xa0, 0xd7ff], [0xe000, 0xfffd], [0x10000, 0x10ffff]]);
  return String.fromCodePoint(integer(from, to));
}

/** @returns {string} */
function key() {
  const text = Array.from({ length: integer(1, 12) }, () => (random() < 0.5 ? pick(PIECES) : character())).join('');
  const dots = text.split('/').some((segment) => segment === '.' || segment === '..');
  return dots || text.includes('${filename}') ? key() : text;
}

const value = () => Array.from({ length: integer(1, 4) }, () => pick(['', 'x', 'a=b', '"t"', 'v, w', '%41', '+', '~'])).join(' ').trim() || 'v';

/** @param {string} sign */
function ask(sign) {
  const [endpoint, style, region] = pick(PLACES);
  return {
    sign, endpoint, style, region, bucket: 'acme-media', key: key(), token: pick(TOKENS), expires: pick([1, 60, 3600, 604800, integer(1, 604800)]),
    access_key_id: CREDENTIALS.accessKeyId, secret_access_key: CREDENTIALS.secretAccessKey, now: NOW.getTime() / 1000, method: 'GET',
    headers: /** @type {Record<string, string>} */ ({}), query: /** @type {Record<string, string>} */ ({}),
  };
}

/** @typedef {ReturnType<typeof ask> & Record<string, unknown>} Ask */

/** @type {Map<string, s3.S3Client>} */
const clients = new Map();

/** @param {Ask} ask */
function client({ endpoint, style, region, token }) {
  const name = [endpoint, style, region, token].join();
  const credentials = { ...CREDENTIALS, sessionToken: token };
  const options = { endpoint, region, credentials, forcePathStyle: style === 'path', ...CHECKSUMS };
  if (!clients.has(name)) clients.set(name, new s3.S3Client(options));
  return /** @type {s3.S3Client} */ (clients.get(name));
}

/** What `getSignedUrl` signs; it never signs `content-type` unless asked to. */
async function sdkUrl() {
  const a = /** @type {Ask} */ ({ ...ask('url'), peer: 'sdk' });
  const input = { Bucket: a.bucket, Key: a.key };
  const uploadId = pick(['VXBsb2FkIElE', 'a/b+c=', '2~x.y_z-']);
  const [method, command] = pick([
    () => ['GET', new s3.GetObjectCommand(input)],
    () => {
      a.query = { 'response-content-type': value(), versionId: 'a/b+c' };
      return ['GET', new s3.GetObjectCommand({ ...input, ResponseContentType: a.query['response-content-type'], VersionId: 'a/b+c' })];
    },
    () => ['HEAD', new s3.HeadObjectCommand(input)],
    () => ['DELETE', new s3.DeleteObjectCommand(input)],
    () => {
      a.headers = { 'content-type': value() };
      return ['PUT', new s3.PutObjectCommand({ ...input, ContentType: a.headers['content-type'] })];
    },
    () => ['POST', new s3.CreateMultipartUploadCommand(input)],
    () => {
      Object.assign(a, { upload_id: uploadId, part_number: integer(1, 10_000) });
      return ['PUT', new s3.UploadPartCommand({ ...input, UploadId: uploadId, PartNumber: /** @type {number} */ (a.part_number) })];
    },
    () => {
      a.upload_id = uploadId;
      return ['DELETE', new s3.AbortMultipartUploadCommand({ ...input, UploadId: uploadId })];
    },
    () => {
      a.upload_id = uploadId;
      return ['POST', new s3.CompleteMultipartUploadCommand({ ...input, UploadId: uploadId })];
    },
  ])();
  a.method = /** @type {string} */ (method);
  // The SDK adds the operation's name, which S3 ignores.
  const operation = /** @type {{ constructor: { name: string } }} */ (command).constructor.name.replace('Command', '');
  a.query['x-id'] = operation;
  const url = await getSignedUrl(client(a), /** @type {any} */ (command), {
    expiresIn: a.expires,
    signingDate: NOW,
    // It would sign a type that nobody asked for.
    signableHeaders: new Set(['host', ...Object.keys(a.headers)]),
  });
  // Not in every operation.
  if (!url.includes('x-id=')) delete a.query['x-id'];
  return { ask: a, expected: { url } };
}

/** The signer checks what `getSignedUrl` signed: that signature covers one parameter more, so it is not ours. */
async function sdkUrlVerified() {
  const { ask: a, expected } = await sdkUrl();
  return { ask: { ...a, ...expected, sign: 'verify' }, expected: { expires_at: a.now + a.expires } };
}

/** What `createPresignedPost` signs. */
async function sdkPost() {
  const a = /** @type {Ask} */ (ask('post'));
  if (random() < 0.3) a.key = `inbox/-${character()}/\${filename}`;
  /** @type {Record<string, string>} */
  const fields = {};
  for (const name of some(['acl', 'Content-Type', 'Cache-Control', 'x-amz-meta-name'], 3)) fields[name] = character() + pick(['', '"', '\\', '/']);
  const range = random() < 0.5 ? [['content-length-range', integer(0, 9), integer(10, 2 ** 50)]] : [];
  a.conditions = [...range, ...Object.entries(fields).map(([name, value]) => ({ [name]: value }))];
  const real = Date;
  // The only way to freeze its time.
  globalThis.Date = /** @type {any} */ (class extends real {
    /** @param {any[]} args */
    constructor(...args) {
      super(.../** @type {[number]} */ (args.length === 0 ? [NOW.getTime()] : args));
    }
    static now() {
      return NOW.getTime();
    }
  });
  try {
    const input = { Bucket: a.bucket, Key: a.key, Fields: { ...fields }, Conditions: /** @type {any} */ ([...range]), Expires: a.expires };
    return { ask: a, expected: await createPresignedPost(client(a), input) };
  } finally {
    globalThis.Date = real;
  }
}

/** What aws4fetch signs, in the query or in the headers. */
async function aws4fetch() {
  const a = /** @type {Ask} */ (ask(random() < 0.6 ? 'url' : 'header'));
  a.method = pick(['GET', 'HEAD', 'PUT', 'DELETE']);
  for (const name of some(QUERY_NAMES, 5)) a.query[name] = value();
  for (const name of some(['content-type', 'range', 'x-amz-meta-a', 'x-amz-acl', 'zoo'], 3)) a.headers[name] = value();
  const [scheme, host] = a.endpoint.split('://');
  const path = a.key.split('/').map(encodeURIComponent).join('/');
  const url = new URL(a.style === 'path' ? `${scheme}://${host}/${a.bucket}/${path}` : `${scheme}://${a.bucket}.${host}/${path}`);
  for (const [name, value] of Object.entries(a.query)) url.searchParams.append(name, value);
  const signQuery = a.sign === 'url';
  if (signQuery) url.searchParams.set('X-Amz-Expires', String(a.expires));
  const signer = new AwsV4Signer({
    ...{ ...CREDENTIALS, sessionToken: a.token, service: 's3', region: a.region, method: a.method, url: url.href, headers: a.headers },
    ...{ signQuery, allHeaders: true, datetime: '20261123T190000Z' },
  });
  const signed = await signer.sign();
  return { ask: a, expected: { url: signed.url.href, authorization: signed.headers.get('authorization') } };
}

/**
 * What has to be equal.
 *
 * @param {Ask} ask
 * @param {any} answer
 */
function comparable({ sign, peer }, answer) {
  if (answer.error) return answer.error;
  if (sign === 'verify') return answer.expires_at;
  if (sign === 'header') return answer.authorization ?? answer.headers.authorization;
  if (sign === 'url') {
    const [, query] = answer.url.split('?');
    const pairs = query.split('&').map((/** @type {string} */ pair) => decodeURIComponent(pair.replaceAll('+', ' ')));
    // The SDK adds a parameter that says what S3 assumes anyway, so its signature is another one: `verify` checks that.
    const shown = pairs.filter((/** @type {string} */ pair) => !(peer === 'sdk' && /^X-Amz-(Content-Sha256|Signature)=/.test(pair)));
    return JSON.stringify(shown.map((/** @type {string} */ pair) => pair.replace(/=$/, '')).sort());
  }
  // Its fields are spelled otherwise, and its policy is spaced and ordered otherwise; what it says is the same.
  const fields = Object.fromEntries(Object.entries(answer.fields).map(([name, value]) => [name.toLowerCase(), value]));
  const policy = JSON.parse(Buffer.from(fields.policy, 'base64').toString());
  const conditions = policy.conditions.map((/** @type {any} */ c) => (Array.isArray(c) ? c : Object.entries(c).map(([n, v]) => [n.toLowerCase(), v])));
  const rest = Object.entries(fields).filter(([name]) => name !== 'policy' && name !== 'x-amz-signature');
  const said = new Set(conditions.map((/** @type {unknown} */ condition) => JSON.stringify(condition)));
  return JSON.stringify([policy.expiration.replace('.000Z', 'Z'), [...said].sort(), rest.sort()]);
}

let failed = false;
for (const [name, peer] of /** @type {const} */ ([
  ['getSignedUrl', sdkUrl],
  ['getSignedUrl, verified', sdkUrlVerified],
  ['createPresignedPost', sdkPost],
  ['aws4fetch', aws4fetch],
])) {
  const asks = [];
  for (let n = 0; n < Number(count); n++) asks.push(await peer());
  const input = asks.map(({ ask }) => `${JSON.stringify(ask)}\n`).join('');
  const { stdout, status } = spawnSync(program, { input, encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`${program} ended with ${status}`);
  const answers = stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
  const differences = asks
    .map(({ ask, expected }, i) => ({ ask, expected, answer: answers[i] }))
    .filter(({ ask, expected, answer }) => comparable(ask, expected) !== comparable(ask, answer));
  for (const { ask, expected, answer } of differences.slice(0, 3)) {
    console.log(`ask    ${JSON.stringify(ask)}\n${name} ${comparable(ask, expected)}\nsigner ${comparable(ask, answer)}\n`);
  }
  console.log(`${name}: ${count} asks, ${differences.length} differences, seed ${seed}`);
  failed ||= differences.length > 0;
}
process.exitCode = failed ? 1 : 0;
