/** @file Common mistakes with links and forms, each made from a valid one, and the causes that `signpost explain` must name. */
import { createHash, createHmac } from 'node:crypto';
import { BODY, filled } from './kit.mjs';

/** @typedef {import('./kit.mjs').Kit} Kit */
/** @typedef {import('./kit.mjs').Request} Request */
/** @typedef {'ministack' | 'juicefs' | 'radosgw' | 'local-r2'} Server */
/** @typedef {{ kit: Kit, temporary: Kit, reader: Kit }} Given `temporary` has a session token, `reader` may only read */

/**
 * @typedef {object} Mistake
 * @property {string} name
 * @property {string[]} causes the complete list
 * @property {(given: Given) => Promise<Request>} create
 * @property {'har'} [as] passed as a browser's HAR instead of as request and error
 * @property {Server[]} [at] the servers that reject it and are tested; all by default
 * @property {true} [region] whether the bucket's region is passed
 * @property {true} [alone] whether the request is not passed
 * @property {'no'} [secret] whether the secret is not available
 */

const HOUR = 3_600_000;
const ALGORITHM = 'AWS4-HMAC-SHA256';
/** The checksum of another file. */
const MD5 = createHash('md5').update('another file').digest('base64');

/** @param {Request} request @param {RegExp | string} from @param {string} to @returns {Request} */
const edit = (request, from, to) => {
  const url = request.url.replace(from, to);
  if (url === request.url) throw new Error(`nothing of ${from} in the URL`);
  return { ...request, url };
};
/** @param {Request} request @param {Record<string, string>} headers @returns {Request} */
const sending = (request, headers) => ({ ...request, headers: { ...request.headers, ...headers } });

/**
 * Signs with a generic signer that lacks S3's exceptions, or with options that S3 does not accept.
 *
 * @param {Kit} kit
 * @param {{ path?: string, canonical?: string, payload?: string, expires?: number, written?: (text: string) => string }} options `written` rewrites the path and the query before they are signed; `path` and its canonical form, encoded
 * @returns {Promise<Request>}
 */
async function byGenericSigner({ store }, { path = 'kept.txt', canonical = path, payload = 'UNSIGNED-PAYLOAD', expires = 600, written = (text) => text }) {
  const { endpoint, bucket, region, accessKeyId, secretAccessKey } = store;
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = [date.slice(0, 8), region, 's3', 'aws4_request'];
  const query = Object.entries({ Algorithm: ALGORITHM, Credential: [accessKeyId, ...scope].join('/'), Date: date, Expires: expires, SignedHeaders: 'host' });
  const search = query.map(([name, value]) => `X-Amz-${name}=${encodeURIComponent(value)}`).join('&');
  const { host, pathname } = new URL(`${endpoint}/`);
  const request = ['GET', written(`${pathname}${bucket}/${canonical}`), written(search), `host:${host}`, '', 'host', payload].join('\n');
  const text = [ALGORITHM, date, scope.join('/'), createHash('sha256').update(request).digest('hex')].join('\n');
  const mac = (/** @type {import('node:crypto').BinaryLike} */ key, /** @type {string} */ data) => createHmac('sha256', key).update(data).digest();
  const signature = mac(scope.reduce(mac, Buffer.from(`AWS4${secretAccessKey}`)), text).toString('hex');
  return { method: 'GET', url: `${endpoint}/${bucket}/${path}?${search}&X-Amz-Signature=${signature}`, headers: {}, body: Buffer.alloc(0) };
}

/** @type {Mistake[]} */
export const LINKS = [
  { name: 'a link used two hours late', causes: ['expired'], create: ({ kit }) => kit.get({ signedAt: Date.now() - 2 * HOUR }) },
  { name: 'a link used late, and no secret at hand', causes: ['expired'], secret: 'no', create: ({ kit }) => kit.get({ signedAt: Date.now() - 2 * HOUR }) },
  { name: 'a signer whose clock is an hour ahead', at: ['ministack', 'juicefs'], causes: ['clock-skew'], create: ({ kit }) => kit.get({ signedAt: Date.now() + HOUR }) },
  { name: 'the SDK was told another region', at: ['ministack', 'juicefs'], causes: ['wrong-region'], create: ({ kit }) => kit.with({ region: 'us-west-2' }).get() },
  { name: 'the SDK had another secret', causes: ['wrong-secret'], create: ({ kit }) => kit.with({ secretAccessKey: 'of another account' }).get().then((request) => ({ ...request, signed: { method: 'GET', url: request.url, headers: {} } })) },
  { name: 'the key was deleted', causes: ['unknown-key'], create: ({ kit }) => kit.with({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE' }).get() },
  { name: 'the key was deleted, and no secret at hand', causes: ['unknown-key'], secret: 'no', create: ({ kit }) => kit.with({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE' }).get() },
  { name: 'a link for GET, used to store', causes: ['method-differs'], create: async ({ kit }) => ({ ...(await kit.get()), method: 'PUT', body: BODY }) },
  { name: 'a link for GET, used to delete', causes: ['method-differs'], as: 'har', create: async ({ kit }) => ({ ...(await kit.get()), method: 'DELETE' }) },
  { name: 'a link for PUT, used with POST', causes: ['method-differs'], create: async ({ kit }) => ({ ...(await kit.put()), method: 'POST' }) },
  { name: 'a link for PUT, opened in a browser', causes: ['method-differs'], create: async ({ kit }) => ({ ...(await kit.put()), method: 'GET', body: Buffer.alloc(0) }) },
  { name: 'a parameter for statistics was appended', causes: ['query-changed'], create: async ({ kit }) => edit(await kit.get(), /$/, '&utm_source=newsletter') },
  { name: 'a parameter against caches was appended', causes: ['query-changed'], as: 'har', create: async ({ kit }) => edit(await kit.get(), /$/, '&_=1764000000000') },
  { name: 'x-id was taken for litter', causes: ['query-changed'], create: async ({ kit }) => edit(await kit.get(), /&x-id=GetObject/, '') },
  { name: 'a longer life was written into the link', causes: ['query-changed'], create: async ({ kit }) => edit(await kit.get(), /X-Amz-Expires=600/, 'X-Amz-Expires=86400') },
  { name: 'another key was written into the link', causes: ['signature-mismatch'], create: async ({ kit }) => edit(await kit.get(), 'kept.txt', 'other.txt') },
  { name: 'the link was copied out of HTML', causes: ['html-escaped'], create: async ({ kit }) => edit(await kit.get(), /&/g, '&amp;') },
  { name: 'the path was encoded twice', causes: ['double-encoded'], create: async ({ kit }) => edit(await kit.get({ key: 'a b.txt' }), '%20', '%2520') },
  { name: 'a parameter was encoded twice', causes: ['double-encoded'], create: async ({ kit }) => edit(await kit.get({ more: { ResponseContentType: 'text/x y' } }), 'text%2Fx%20y', 'text%252Fx%2520y') },
  { name: 'a general signer encoded the path twice', causes: ['double-encoded'], create: ({ kit }) => byGenericSigner(kit, { path: 'a%20b.txt', canonical: 'a%2520b.txt' }) },
  { name: 'a general signer wrote escapes in lower case', causes: ['signer-encoding'], create: ({ kit }) => byGenericSigner(kit, { path: 'a%C3%BCb.txt', written: (text) => text.replace(/%../g, (escape) => escape.toLowerCase()) }) },
  { name: 'a general signer left brackets as they are', at: ['ministack', 'juicefs', 'radosgw'], causes: ['signer-encoding'], create: ({ kit }) => byGenericSigner(kit, { path: 'a(1).txt', canonical: 'a(1).txt' }) },
  { name: 'a charset that the HTTP library appends to a rare type', causes: ['content-type-differs'], create: async ({ kit }) => sending(await kit.put({ type: 'application/vnd.acme' }), { 'content-type': 'application/vnd.acme;charset=utf-8' }) },
  { name: 'a general signer signed the hash of an empty body', causes: ['payload-signed'], create: ({ kit }) => byGenericSigner(kit, { payload: createHash('sha256').digest('hex') }) },
  { name: 'a space became a plus', causes: ['plus-for-space'], create: async ({ kit }) => edit(await kit.get({ key: 'a b.txt' }), '%20', '+') },
  { name: 'the last two characters were not copied', causes: ['signature-damaged'], create: async ({ kit }) => edit(await kit.get(), /(X-Amz-Signature=\w{62})../, '$1') },
  { name: 'a mail program took the full stop along', causes: ['signature-damaged'], create: async ({ kit }) => edit(await kit.get(), /(X-Amz-Signature=\w+)/, '$1.') },
  { name: 'the shell cut the link at the first &', causes: ['missing-parameter'], create: async ({ kit }) => edit(await kit.get(), /&.*/, '') },
  { name: 'a link for two weeks', causes: ['expires-out-of-range'], create: ({ kit }) => byGenericSigner(kit, { expires: 14 * 86_400 }) },
  { name: 'an Authorization header besides', at: ['juicefs', 'radosgw', 'local-r2'], causes: ['two-signatures'], create: async ({ kit }) => sending(await kit.get(), { authorization: 'Bearer of-the-page-itself' }) },
  { name: 'localhost became 127.0.0.1', causes: ['wrong-host'], create: async ({ kit }) => edit(await kit.get(), 'localhost', '127.0.0.1') },
  { name: 'a proxy put another Host in', at: ['ministack', 'juicefs', 'radosgw'], causes: ['wrong-host'], as: 'har', create: async ({ kit }) => sending(await kit.get(), { host: 'files.example.com' }) },
  { name: 'the session token was cut out', at: ['ministack'], causes: ['token-missing'], create: async ({ temporary }) => edit(await temporary.get(), /X-Amz-Security-Token=[^&]*&/, '') },
  { name: 'the signer never had the session token', at: ['ministack'], causes: ['token-missing'], create: ({ temporary }) => temporary.with({ sessionToken: undefined }).get() },
  { name: 'the session token was cut', at: ['ministack'], causes: ['token-wrong'], create: async ({ temporary }) => edit(await temporary.get(), /(X-Amz-Security-Token=[^&]{20})[^&]*/, '$1') },
  { name: 'nothing under that key', causes: ['no-such-key'], create: ({ kit }) => kit.get({ key: 'nothing.txt' }) },
  { name: 'a bucket that is not there', causes: ['no-such-bucket'], create: ({ kit }) => kit.with({ bucket: 'nowhere' }).get() },
  { name: 'the signer may only read', at: ['ministack'], causes: ['not-allowed'], create: ({ reader }) => reader.put() },
  { name: 'another type than the signed one', causes: ['content-type-differs'], create: async ({ kit }) => sending(await kit.put({ type: 'image/png' }), { 'content-type': 'text/plain' }) },
  { name: 'a charset that the HTTP library appends', causes: ['content-type-differs'], create: async ({ kit }) => sending(await kit.put({ type: 'text/plain' }), { 'content-type': 'text/plain;charset=UTF-8' }) },
  { name: 'the signed type is not sent', causes: ['header-not-sent'], create: async ({ kit }) => ({ ...(await kit.put({ type: 'image/png' })), headers: {} }) },
  { name: 'the signed type is not sent, and no secret at hand', causes: ['header-not-sent'], secret: 'no', as: 'har', create: async ({ kit }) => ({ ...(await kit.put({ type: 'image/png' })), headers: {} }) },
  { name: 'other metadata than the signed', causes: ['header-differs'], create: async ({ kit }) => {
    const request = await kit.put({ more: { Metadata: { album: 'hills' } }, keep: ['x-amz-meta-album'] });
    return { ...sending(request, { 'x-amz-meta-album': 'lakes' }), signed: { method: 'PUT', url: request.url, headers: { 'x-amz-meta-album': 'hills' } } };
  } },
  { name: 'signed If-None-Match is not sent', causes: ['header-not-sent'], create: ({ kit }) => kit.put({ more: { IfNoneMatch: '*' }, keep: ['if-none-match'] }) },
  { name: 'the SDK signed the checksum of an empty body', at: ['ministack'], causes: ['empty-body-checksum'], create: async ({ kit }) => {
    const request = await kit.put({ checksums: 'WHEN_SUPPORTED', keep: ['x-amz-checksum-crc32', 'x-amz-sdk-checksum-algorithm'] });
    return sending(request, { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-sdk-checksum-algorithm': 'CRC32' });
  } },
  { name: 'three parameters for statistics were appended', causes: ['query-changed', 'query-changed', 'query-changed'], create: async ({ kit }) => edit(await kit.get(), /$/, '&utm_source=mail&utm_medium=e&utm_campaign=z') },
  { name: 'parameters were put before and after the others', causes: ['query-changed', 'query-changed'], as: 'har', create: async ({ kit }) => edit(await kit.get(), /\?(.*)$/, '?fbclid=1&$1&gclid=2') },
  { name: 'a parameter was appended and x-id removed', causes: ['query-changed', 'query-changed'], create: async ({ kit }) => edit(edit(await kit.get(), /&x-id=GetObject/, ''), /$/, '&ref=mail') },
  { name: 'slashes within the key were folded', causes: ['path-changed'], create: async ({ kit }) => edit(await kit.get({ key: 'a//b.txt' }), 'a//b', 'a/b') },
  { name: 'a slash at the start of the key was folded', causes: ['path-changed'], create: async ({ kit }) => edit(await kit.get({ key: '/a.txt' }), '//a', '/a') },
  { name: 'a slash was appended to the key', causes: ['path-changed'], create: async ({ kit }) => edit(await kit.get({ key: 'a.txt' }), 'a.txt', 'a.txt/') },
  { name: 'an accent was composed', causes: ['path-changed'], create: async ({ kit }) => edit(await kit.get({ key: 'u\u0308.txt' }), 'u%CC%88', '%C3%BC') },
  { name: 'an accent was decomposed', causes: ['path-changed'], create: async ({ kit }) => edit(await kit.get({ key: '\u00fc.txt' }), '%C3%BC', 'u%CC%88') },
  { name: 'a plus in the key became a space', causes: ['plus-for-space'], create: async ({ kit }) => edit(await kit.get({ key: 'a+b.txt' }), '%2B', '%20') },
  { name: 'two headers with other values', causes: ['header-differs', 'content-type-differs'], create: async ({ kit }) => sending(await kit.put({ type: 'image/png', more: { ACL: 'private' }, keep: ['x-amz-acl'] }), { 'content-type': 'image/jpeg', 'x-amz-acl': 'public-read' }) },
  { name: 'a version that is not there', at: ['ministack'], causes: ['no-such-key'], create: ({ kit }) => kit.get({ more: { VersionId: '00000000-0000-0000-0000-000000000000' } }) },
  { name: 'a range beyond the object', causes: ['invalid-range'], create: async ({ kit }) => sending(await kit.get(), { range: 'bytes=1000-2000' }) },
  { name: 'an object exists, but must not', at: ['ministack', 'radosgw', 'local-r2'], causes: ['precondition-failed'], create: ({ kit }) => kit.put({ key: 'kept.txt', more: { IfNoneMatch: '*' }, keep: ['if-none-match'] }).then((request) => sending(request, { 'if-none-match': '*' })) },
  { name: 'a checksum of another file', causes: ['checksum-differs'], create: async ({ kit }) => sending(await kit.put({ more: { ContentMD5: MD5 }, keep: ['content-md5'] }), { 'content-md5': MD5 }) },
];

/** Keeps the signed link, and changes the request as on its way. @param {Request} signed @param {(request: Request) => Request} change @returns {Request} */
const onTheWay = (signed, change) => ({ ...change(signed), signed: { method: signed.method, url: signed.url, headers: signed.headers } });

/** For a server that returns its canonical request, so that no secret is needed. @type {Mistake[]} */
export const CHANGED_ON_THE_WAY = /** @type {[string, string, (given: Given) => Promise<Request>][]} */ ([
  ['the method was another on the way', 'method-differs', async ({ kit }) => onTheWay(await kit.put(), (request) => ({ ...request, method: 'POST' }))],
  ['the type was another on the way', 'content-type-differs', async ({ kit }) => onTheWay(await kit.put({ type: 'image/png' }), (request) => sending(request, { 'content-type': 'image/jpeg' }))],
  ['the type was lost on the way', 'header-not-sent', async ({ kit }) => onTheWay(await kit.put({ type: 'image/png' }), (request) => ({ ...request, headers: {} }))],
  ['metadata was another on the way', 'header-differs', async ({ kit }) => {
    const request = await kit.put({ more: { Metadata: { album: 'hills' } }, keep: ['x-amz-meta-album'] });
    return onTheWay(sending(request, { 'x-amz-meta-album': 'hills' }), (request) => sending(request, { 'x-amz-meta-album': 'lakes' }));
  }],
  ['a parameter came along on the way', 'query-changed', async ({ kit }) => onTheWay(await kit.get(), (request) => edit(request, /$/, '&ref=mail'))],
  ['a parameter was lost on the way', 'query-changed', async ({ kit }) => onTheWay(await kit.get({ more: { ResponseContentType: 'text/plain' } }), (request) => edit(request, /response-content-type=[^&]*&/, ''))],
  ['the path was rewritten on the way', 'path-changed', async ({ kit }) => onTheWay(await kit.get(), (request) => edit(request, 'kept.txt', 'KEPT.TXT'))],
  ['the path was encoded again on the way', 'double-encoded', async ({ kit }) => onTheWay(await kit.get({ key: 'a b.txt' }), (request) => edit(request, '%20', '%2520'))],
  ['a plus came in on the way', 'plus-for-space', async ({ kit }) => onTheWay(await kit.get({ key: 'a b.txt' }), (request) => edit(request, '%20', '+'))],
  ['the host was another on the way', 'wrong-host', async ({ kit }) => onTheWay(await kit.get(), (request) => edit(request, 'localhost', '127.0.0.1'))],
]).map(([name, cause, create]) => ({ name, causes: [cause], at: ['local-r2'], secret: 'no', alone: true, create }));

/** @param {Record<string, string>} fields @returns {(form: { url: string, fields: Record<string, string> }) => Request} */
const withFields = (fields) => (form) => filled({ ...form, fields: { ...form.fields, ...fields } });
/** @param {string} name @returns {(form: { url: string, fields: Record<string, string> }) => Request} */
const without = (name) => ({ url, fields: { [name]: _, ...fields } }) => filled({ url, fields });

/** @type {Mistake[]} */
export const FORMS = [
  { name: 'a form sent after its time', causes: ['expired'], create: async ({ kit }) => filled(await kit.form({ expires: -60 })) },
  { name: 'another type than the policy has', causes: ['policy-condition'], create: ({ kit }) => kit.form().then(withFields({ 'Content-Type': 'image/png' })) },
  { name: 'another key than the policy has', causes: ['policy-condition'], secret: 'no', create: ({ kit }) => kit.form().then(withFields({ key: 'elsewhere.txt' })) },
  { name: 'a key outside the prefix', causes: ['policy-condition'], create: ({ kit }) => kit.form({ key: 'inbox/${filename}' }).then(withFields({ key: 'outbox/${filename}' })) },
  { name: 'metadata that no condition covers', causes: ['extra-field'], create: ({ kit }) => kit.form().then(withFields({ 'x-amz-meta-role': 'admin' })) },
  { name: 'a redirect that no condition covers', at: ['ministack', 'radosgw'], causes: ['extra-field'], as: 'har', create: ({ kit }) => kit.form().then(withFields({ success_action_redirect: 'https://www.example.com/thanks' })) },
  { name: 'an ACL other than the policy has', causes: ['policy-condition'], create: ({ kit }) => kit.form({ fields: { acl: 'private' } }).then(withFields({ acl: 'public-read' })) },
  { name: 'a field that the policy asks for is not sent', at: ['ministack'], causes: ['missing-field'], create: ({ kit }) => kit.form({ conditions: [['starts-with', '$x-amz-meta-album', '']] }).then(filled) },
  { name: 'the form without its policy', causes: ['missing-field'], create: ({ kit }) => kit.form().then(without('Policy')) },
  { name: 'the form without its signature', causes: ['missing-field'], create: ({ kit }) => kit.form().then(without('X-Amz-Signature')) },
  { name: 'a file above the limit', causes: ['too-large'], as: 'har', create: async ({ kit }) => filled(await kit.form(), { file: Buffer.alloc(101, '.') }) },
  { name: 'a file below the limit', causes: ['too-small'], create: async ({ kit }) => filled(await kit.form({ conditions: [['content-length-range', 50, 100]] })) },
  { name: 'a form signed with another secret', causes: ['wrong-secret'], create: async ({ kit }) => filled(await kit.with({ secretAccessKey: 'of another account' }).form()) },
  { name: 'a form signed with a deleted key', at: ['ministack', 'juicefs'], causes: ['unknown-key'], create: async ({ kit }) => filled(await kit.with({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE' }).form()) },
  { name: 'a form signed for another region', at: ['ministack', 'juicefs'], region: true, causes: ['wrong-region'], create: async ({ kit }) => filled(await kit.with({ region: 'us-west-2' }).form()) },
  { name: 'a policy that was cut', causes: ['policy-damaged'], create: ({ kit }) => kit.form().then((form) => withFields({ Policy: form.fields.Policy.slice(0, 90) })(form)) },
  { name: 'a form without its session token', at: ['ministack'], causes: ['token-missing'], create: ({ temporary }) => temporary.form().then(without('X-Amz-Security-Token')) },
  { name: 'the file before the fields', at: ['radosgw'], causes: ['file-not-last'], as: 'har', create: async ({ kit }) => filled(await kit.form(), { first: true }) },
  { name: 'a form sent to another bucket', at: ['ministack', 'juicefs'], causes: ['policy-condition'], create: async ({ kit }) => {
    const form = await kit.form();
    return filled({ ...form, url: form.url.replace(kit.store.bucket, 'spare') });
  } },
  { name: 'a number as the value of a condition', at: ['ministack', 'juicefs'], causes: ['malformed-condition'], secret: 'no', create: ({ kit }) => kit.form({ conditions: [{ success_action_status: 201 }] }).then(withFields({ success_action_status: '201' })) },
  { name: 'a condition without a dollar sign', causes: ['malformed-condition'], create: ({ kit }) => kit.form({ conditions: [['eq', 'success_action_status', '201']] }).then(withFields({ success_action_status: '201' })) },
  { name: 'a form with two causes', causes: ['policy-condition', 'extra-field'], create: ({ kit }) => kit.form().then(withFields({ 'Content-Type': 'image/png', 'x-amz-meta-role': 'admin' })) },
  { name: 'a form sent to a store that takes none', at: ['local-r2'], causes: ['forms-not-taken'], create: async ({ kit }) => filled(await kit.form()) },
];
