/**
 * @file Valid and invalid forms, with the result that S3's documentation specifies.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { BOUNDARY, FILE, amzDate } from './form.mjs';

/** @typedef {import('./form.mjs').Change} Change */
/** @typedef {import('./form.mjs').Fields} Fields */

/**
 * @typedef {object} Expectation
 * @property {number} status
 * @property {string} [code] S3's error code, if the form is rejected
 * @property {string} [stored] the key, if it is not the default
 * @property {Record<string, string>} [headers] of the object
 * @property {RegExp} [location] of the answer
 * @property {RegExp} [xml] in the answer
 * @property {[status: number, code: string]} [r2] the result if R2 lacks a feature of S3
 */

/** @typedef {{ name: string, change: Change, expect: Expectation }} Case */

/** @type {Case[]} */
export const cases = [];

/** @param {string} name @param {Change} change @param {Partial<Expectation>} [expect] */
const accepted = (name, change, expect) => cases.push({ name, change, expect: { status: 204, ...expect } });

/** @param {string} code @param {number} [status] @param {[status: number, code: string]} [r2] */
const rejected = (code, status = 400, r2) => (/** @type {string} */ name, /** @type {Change} */ change) =>
  cases.push({ name, change, expect: { status, code, r2 } });

const hash = (/** @type {string} */ algorithm) => createHash(algorithm).update(FILE).digest('base64');
const crc = (/** @type {number} */ sum) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(sum >>> 0);
  return bytes.toString('base64');
};

/** @param {Buffer} bytes */
function crc32c(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0x82f63b78 : 0);
  }
  return ~sum;
}

const set = (/** @type {string} */ name, /** @type {string} */ value) => (/** @type {Fields} */ fields) =>
  fields.map(([found, old]) => /** @type {[string, string]} */ ([found, found === name ? value : old]));
const drop = (/** @type {string} */ name) => (/** @type {Fields} */ fields) => fields.filter(([found]) => found !== name);
const add = (/** @type {string} */ name, /** @type {string} */ value) => (/** @type {Fields} */ fields) =>
  /** @type {Fields} */ ([...fields, [name, value]]);
const swap = (/** @type {string} */ from, /** @type {string} */ to) => (/** @type {Buffer} */ body) =>
  Buffer.from(body.toString('latin1').replaceAll(from, () => to), 'latin1');
const part = (/** @type {string} */ name, /** @type {string} */ value) =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const END = `--${BOUNDARY}--\r\n`;
const range = (/** @type {unknown} */ min, /** @type {unknown} */ max) => ({ conditions: [['content-length-range', min, max]] });
const DAY = 86_400_000;

// Forms that S3 accepts.
accepted('the plainest form', {});
accepted('the bucket as a field', { sent: (fields) => [['bucket', 'media'], ...fields] });
accepted('names in capitals', { sent: (fields) => fields.map(([name, value]) => [name.toUpperCase(), value]) });
accepted('names of conditions in capitals', {
  document: (all) => ({ ...all, conditions: all.conditions.map((/** @type {object} */ entry) => Object.fromEntries(Object.entries(entry).map(([name, value]) => [name.toUpperCase(), value]))) }),
});
accepted('fields in another order', { sent: (fields) => fields.toReversed() });
accepted('conditions as lists', {
  document: (all) => ({ ...all, conditions: all.conditions.map((/** @type {object} */ entry) => ['eq', ...Object.entries(entry).flatMap(([name, value]) => [`$${name}`, value])]) }),
});
accepted('a key below a prefix', { keyCondition: ['starts-with', '$key', 'forms/'] });
accepted('any value', { conditions: [['starts-with', '$x-amz-meta-note', '']], sent: add('x-amz-meta-note', 'anything') });
accepted('a type below a prefix', { fields: { 'Content-Type': 'image/gif' }, conditions: [['starts-with', '$Content-Type', 'image/']] });
accepted('a list of types, each below the prefix', {
  document: (all) => ({ ...all, conditions: all.conditions.map((/** @type {any} */ entry) => (entry['Content-Type'] ? ['starts-with', '$Content-Type', 'image/'] : entry)) }),
  sent: set('Content-Type', 'image/gif,image/png'),
});
// A browser's recording. The policy says what the type may be; S3's rule for lists applies to the comma in a parameter as well.
const RECORDING = 'video/webm;codecs=vp9,opus';
accepted('a type with parameters', { fields: { 'Content-Type': RECORDING } }, { headers: { 'content-type': RECORDING } });
accepted('a type with parameters below a prefix', { fields: { 'Content-Type': 'text/plain; charset=UTF-8' }, conditions: [['starts-with', '$Content-Type', 'text/plain']] }, { headers: { 'content-type': 'text/plain; charset=UTF-8' } });
accepted('any type', { fields: { 'Content-Type': RECORDING }, conditions: [['starts-with', '$Content-Type', '']] }, { headers: { 'content-type': RECORDING } });
accepted('a field to ignore', { sent: add('x-ignore-this', 'as S3 does') });
accepted('a field that S3 does not know, with its condition', { fields: { comment: 'mine' } });
accepted('a field after the file', { body: swap(END, part('submit', 'Upload') + END) });
accepted('a second file after the file', { body: swap(END, part('file', 'another') + END) });
accepted('metadata after the file', { body: swap(END, part('x-amz-meta-late', 'ignored') + END) });
accepted("the file's name in the key", { keyCondition: ['starts-with', '$key', 'forms/name/'], key: 'forms/name/${filename}', filename: 'b.gif' }, { stored: 'forms/name/b.gif' });
accepted('a path of Windows', { keyCondition: ['starts-with', '$key', 'forms/windows/'], key: 'forms/windows/${filename}', filename: 'C:\\Program Files\\dir\\b.gif' }, { stored: 'forms/windows/b.gif' });
accepted('a path of Unix', { keyCondition: ['starts-with', '$key', 'forms/unix/'], key: 'forms/unix/${filename}', filename: '/home/ada/b.gif' }, { stored: 'forms/unix/b.gif' });
accepted('a name beyond ASCII', { keyCondition: ['starts-with', '$key', 'forms/ü/'], key: 'forms/ü/${filename}', filename: 'Zoë 日本 🦀.gif' }, { stored: 'forms/ü/Zoë 日本 🦀.gif' });
accepted('a name with a semicolon', { keyCondition: ['starts-with', '$key', 'forms/semicolon/'], key: 'forms/semicolon/${filename}', filename: 'a; b.gif' }, { stored: 'forms/semicolon/a; b.gif' });
accepted("the file's name in the metadata", { fields: { 'x-amz-meta-name': '${filename}' }, document: (all) => JSON.stringify(all).replace('${filename}', 'a.gif') }, { headers: { 'x-amz-meta-name': 'a.gif' } });
accepted('no name of the file', { filename: null });
accepted('a name without quotes', { body: swap('name="file"; filename="a.gif"', 'name=file; filename=a.gif') });
accepted('status 200', { fields: { success_action_status: '200' } }, { status: 200 });
accepted('status 201', { fields: { success_action_status: '201' } }, { status: 201, xml: /<PostResponse>.*<Bucket>media<\/Bucket><Key>.*<\/Key>/s });
accepted('status 204', { fields: { success_action_status: '204' } });
accepted('a status that is none', { fields: { success_action_status: '302' } });
const landed = (/** @type {string} */ before) => new RegExp(`^${before}bucket=media&key=forms%2F[^&]*&etag=%22[0-9a-f]{32}%22$`);
accepted('a redirect', { fields: { success_action_redirect: 'https://a.example/done' } }, { status: 303, location: landed('https://a\\.example/done\\?') });
accepted('a redirect with a query', { fields: { success_action_redirect: 'https://a.example/done?a=b' } }, { status: 303, location: landed('https://a\\.example/done\\?a=b&') });
accepted('a redirect by its old name', { fields: { redirect: 'https://a.example/done' } }, { status: 303, location: landed('https://a\\.example/done\\?') });
accepted('a redirect goes before a status', { fields: { success_action_redirect: 'https://a.example/', success_action_status: '201' } }, { status: 303 });
accepted('a redirect that is no URL', { fields: { success_action_redirect: 'not a url' } });
accepted('as large as the least', range(FILE.length, 1_000));
accepted('as large as the most', range(1, FILE.length));
accepted('the only size', range(FILE.length, FILE.length));
accepted('an empty file', { ...range(0, 1_000), file: Buffer.alloc(0) });
accepted('a file of line ends and dashes', { file: Buffer.from('\r\n--\r\n\r\n--'.repeat(5_000)) });
accepted('a file with almost the boundary in it', { file: Buffer.from(`\r\n--${BOUNDARY.slice(0, -1)}\r\n`.repeat(3_000)) });
accepted('a file of 300 KB', { file: Buffer.alloc(300_000, 'file ') });
accepted('metadata', { fields: { 'x-amz-meta-album': 'hills, 2026' } }, { headers: { 'x-amz-meta-album': 'hills, 2026' } });
accepted('what a browser will be told', {
  fields: { 'Cache-Control': 'max-age=60', 'Content-Disposition': 'attachment; filename="b.gif"', Expires: 'Thu, 01 Dec 2044 16:00:00 GMT' },
}, { headers: { 'content-type': 'image/gif', 'cache-control': 'max-age=60', 'content-disposition': 'attachment; filename="b.gif"', expires: 'Thu, 01 Dec 2044 16:00:00 GMT' } });
accepted('an encoding', { fields: { 'Content-Encoding': 'x-shrunk' } }, { headers: { 'content-encoding': 'x-shrunk' } });
accepted('a language', { fields: { 'Content-Language': 'de' } }, { headers: { 'content-language': 'de' } });
accepted("the type of the file's part does not count", { fileHeaders: 'Content-Type: text/html\r\n' }, { headers: { 'content-type': 'image/gif' } });
accepted('no type', { document: (all) => ({ ...all, conditions: all.conditions.filter((/** @type {object} */ entry) => !('Content-Type' in entry)) }), sent: drop('Content-Type') }, { headers: { 'content-type': 'binary/octet-stream' } });
accepted('a private object', { fields: { acl: 'private' } });
accepted('the MD5', { fields: { 'Content-MD5': hash('md5') } });
accepted('the SHA-256', { fields: { 'x-amz-checksum-sha256': hash('sha256') } });
accepted('the SHA-1', { fields: { 'x-amz-checksum-sha1': hash('sha1') } });
accepted('the CRC-32', { fields: { 'x-amz-checksum-crc32': crc(crc32(FILE)) } });
accepted('the CRC-32C', { fields: { 'x-amz-checksum-crc32c': crc(crc32c(FILE)) } });
accepted('the MD5 and the SHA-256', { fields: { 'Content-MD5': hash('md5'), 'x-amz-checksum-sha256': hash('sha256') } });
// As S3's documentation writes policies, beyond JSON. The comma is in the first example of sigv4-HTTPPOSTConstructPolicy.html.
const spelled = (/** @type {string} */ from, /** @type {string} */ to) => ({ document: (/** @type {any} */ all) => JSON.stringify(all).replace(from, () => to) });
accepted('operators and names in any case', {
  ...{ keyCondition: ['StArTs-WiTh', '$KeY', 'forms/'], fields: { acl: 'private' } },
  document: (all) => ({ ...all, conditions: all.conditions.map((/** @type {any} */ entry) => (entry.acl ? ['EQ', '$AcL', 'private'] : entry)) }),
}); // ceph/s3-tests, test_post_object_case_insensitive_condition_fields
accepted('an escaped dollar', { fields: { 'x-amz-meta-price': '$5' }, ...spelled('$5', '\\$5') }, { headers: { 'x-amz-meta-price': '$5' } });
accepted('an escaped dollar before a name', { keyCondition: ['starts-with', '$key', 'forms/'], ...spelled('$key', '\\$key') });
accepted('an escaped dollar and a backslash', { keyCondition: ['starts-with', '$key', 'forms/\\$foo'], key: 'forms/\\$foo.txt', ...spelled('$foo', '\\$foo') }, { stored: 'forms/\\$foo.txt' });
accepted('a backslash before a dollar', { keyCondition: ['starts-with', '$key', 'forms/\\$bar'], key: 'forms/\\$bar.txt' }, { stored: 'forms/\\$bar.txt' }); // ceph/s3-tests, test_post_object_escaped_field_values
accepted('an escaped vertical tab', { fields: { comment: 'a\v\f\tb' }, ...spelled('\\u000b', '\\v') });
accepted('escapes of UTF-16', { fields: { comment: 'é 🦀' }, ...spelled('é 🦀', '\\u00E9 \\uD83E\\uDD80') });
accepted('a comma after the last condition', spelled(']}', ',\n ]}'));
accepted('a comma after the last value', spelled('"}]}', '"},["content-length-range",1,100,]]}'));
accepted('base64 in lines of 76', { policy: (base64) => base64.replace(/.{76}/g, '$&\r\n') });
accepted('base64 in lines of 60', { policy: (base64) => base64.replace(/.{1,60}/g, '$&\n') }); // Ruby's Base64.encode64
accepted('base64 with a line end last', { policy: (base64) => `${base64}\n` }); // base64 FILE
accepted('base64 with spaces', { policy: (base64) => base64.replace(/.{40}/g, '$&\r\n\t ') });
accepted('sizes as texts', range('1', '1000')); // AWS's answer is in TestS3PresignedPost of localstack/localstack
accepted('a size as a text', range(1, '1000'));
accepted('several ranges of sizes', { conditions: [['content-length-range', 0, 500], ['content-length-range', 5, 1_000]] });
accepted('an instant with microseconds', { document: (all) => ({ ...all, expiration: all.expiration.replace('Z', '456Z') }) });
accepted('an instant without milliseconds', { document: (all) => ({ ...all, expiration: all.expiration.replace(/\.\d+/, '') }) });
accepted('a document with spaces and escapes', { document: (all) => JSON.stringify(all, null, 2).replace('"bucket"', '"\\u0062ucket"') });
accepted('a credential of yesterday', { signed: { date: amzDate(Date.now() - DAY) } });
accepted('a boundary in quotes', { headers: { 'content-type': `multipart/form-data; charset=utf-8; boundary="${BOUNDARY}"` } });
accepted('a boundary of punctuation', { boundary: "'()+_,-./:=?0", headers: { 'content-type': 'multipart/form-data; boundary="\'()+_,-./:=?0"' } });
accepted('a boundary of Firefox', { boundary: '----geckoformboundary7dcd2ec42caf40aca2a1e9ea2b1d2a0f' });
// As clients write forms. tests/forms/README.md names the sources.
const bounded = (/** @type {string} */ boundary, quoted = boundary) => ({ boundary, headers: { 'content-type': `multipart/form-data;boundary=${quoted}` } });
accepted('a boundary of asterisks', bounded('*****'));
accepted('a boundary of asterisks and words', bounded('*****MessageBoundary*****'));
accepted('a boundary with an ampersand', bounded('----dio&boundary&0123456789'));
accepted('a boundary that begins with dashes', bounded('--dio-boundary-3646036728'));
accepted('a boundary with a slash and other signs, not in quotes', bounded('a/b:c=d?e(f),g'));
accepted('a boundary with spaces in quotes', bounded('simple boundary 7', '"simple boundary 7"'));
accepted('a boundary of signs beyond RFC 2046', bounded('{7DA24F2E}#[a]@!$%^~`|<b>', '"{7DA24F2E}#[a]@!$%^~`|<b>"'));
accepted('a boundary of 70 characters', bounded('x'.repeat(70)));
accepted('a boundary of 71 characters', bounded('0123456789abcdef-'.repeat(4) + 'abc'));
accepted('a boundary of 200 characters', bounded('y'.repeat(200)));
accepted('a comma before the boundary', { headers: { 'content-type': `multipart/form-data, boundary=${BOUNDARY}` } });
accepted('a file full of near boundaries of asterisks', { ...bounded('*****'), file: Buffer.from('\r\n--****\r\n--****-'.repeat(9_000)) });
accepted('text before the form', { body: (body) => Buffer.concat([Buffer.from('for old mail programs\r\n'), body]) });
accepted('spaces after each boundary', { body: swap(`${BOUNDARY}\r\n`, `${BOUNDARY} \t\r\n`) });
accepted("a part's headers on several lines", { body: swap('; name=', ';\r\n\tname=') });
accepted("a part's parameters in another order and case", { body: swap('form-data; name="file"; filename="a.gif"', 'Form-Data; FileName="a.gif"; NAME="file"') });
accepted('a transfer encoding that changes nothing', { fileHeaders: 'Content-Transfer-Encoding: binary\r\n' });
accepted('the name of the file in UTF-8 by RFC 8187', { keyCondition: ['starts-with', '$key', 'forms/8187/'], key: 'forms/8187/${filename}', body: swap('filename="a.gif"', "filename=\"e.gif\"; filename*=UTF-8''%e2%82%ac.gif") }, { stored: 'forms/8187/€.gif' });
accepted('a quote in the name as browsers write it', { keyCondition: ['starts-with', '$key', 'forms/quote/'], key: 'forms/quote/${filename}', filename: 'a%22b.gif' }, { stored: 'forms/quote/a%22b.gif' });
accepted('a quote in the name as curl wrote it', { keyCondition: ['starts-with', '$key', 'forms/escaped/'], key: 'forms/escaped/${filename}', filename: 'a\\"b.gif' }, { stored: 'forms/escaped/a"b.gif' });
accepted('no line end after the form', { body: (body) => body.subarray(0, -2) });
accepted('text after the form', { body: (body) => Buffer.concat([body, Buffer.from('for old mail programs')]) });
accepted("headers of a part in another case", { body: swap('Content-Disposition: form-data', 'content-disposition:form-data') });

// The signature.
const invalid = rejected('InvalidArgument');
const denied = rejected('AccessDenied', 403);
const SIGNATURE = ['x-amz-algorithm', 'x-amz-credential', 'x-amz-date', 'x-amz-signature'];
const dropAll = (/** @type {string[]} */ names) => (/** @type {Fields} */ fields) => fields.filter(([found]) => !names.includes(found));
// S3 takes a form without a policy for an anonymous one: "Requests without a security policy are considered anonymous".
denied('no policy', { sent: drop('policy') });
denied('no policy and no signature', { sent: dropAll(['policy', ...SIGNATURE]) });
denied('a policy without a signature', { sent: dropAll(SIGNATURE) }); // recorded in TestS3PresignedPost of localstack/localstack
const version2 = (/** @type {Fields} */ fields) => /** @type {Fields} */ ([...dropAll(SIGNATURE)(fields), ['AWSAccessKeyId', 'AKIAIOSFODNN7EXAMPLE'], ['signature', 'c2lnbmF0dXJl']]);
rejected('InvalidRequest')('Signature Version 2', { sent: version2 }); // ErrorResponses.html: "Please use AWS4-HMAC-SHA256"
invalid('no signature', { sent: drop('x-amz-signature') });
invalid('no credential', { sent: drop('x-amz-credential') });
invalid('no date', { sent: drop('x-amz-date') });
invalid('no algorithm', { sent: drop('x-amz-algorithm') });
invalid('another algorithm', { signed: { algorithm: 'AWS4-HMAC-SHA1' } });
invalid('another region', { signed: { region: 'us-west-2' } });
invalid('another service', { signed: { service: 'ec2' } });
invalid('another end of the scope', { signed: { end: 'aws4' } });
invalid('another day in the scope', { signed: { scopeDate: '20150101' } });
invalid('a credential without a scope', { sent: set('x-amz-credential', 'AKIAIOSFODNN7EXAMPLE') });
const forged = rejected('SignatureDoesNotMatch', 403);
forged('another digit in the signature', { sent: (fields) => set('x-amz-signature', digit(fields, 'x-amz-signature'))(fields) });
forged('a signature in capitals', { sent: (fields) => fields.map(([name, value]) => [name, name === 'x-amz-signature' ? `A${value.toUpperCase().slice(1)}` : value]) });
forged('an empty signature', { sent: set('x-amz-signature', '') });
forged('half a signature', { sent: (fields) => fields.map(([name, value]) => [name, name === 'x-amz-signature' ? value.slice(0, 32) : value]) });
forged('another letter in the policy', { sent: (fields) => fields.map(([name, value]) => [name, name === 'policy' ? value.replace(/^./, 'f') : value]) });
forged('another secret', { signed: { secretAccessKey: 'not the secret' } });
rejected('InvalidAccessKeyId', 403)('another access key', { signed: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE' } });

// The document.
denied('expired a second ago', { seconds: -1 });
denied('expired a year ago', { seconds: -31_536_000 });
const document = rejected('InvalidPolicyDocument');
document('a policy that is not base64', { policy: '{}' });
document('base64 without its padding', { document: (all) => JSON.stringify(all).padEnd(1_000), policy: (base64) => base64.replace(/=+$/, '') });
document('a policy that is not JSON', { document: () => '{"expiration"' });
document('a document that is a list', { document: () => [] });
document('no expiration', { document: ({ conditions }) => ({ conditions }) });
// AWS rejects these three: dwilkie/carrierwave_direct#2 and #189, and ceph/s3-tests, test_post_object_invalid_date_format.
document('an expiration with an offset', { document: (all) => ({ ...all, expiration: all.expiration.replace('Z', '+00:00') }) });
document('an expiration with a space', { document: (all) => ({ ...all, expiration: all.expiration.replace('T', ' ').replace(/\..*/, ' UTC') }) });
document('an expiration as Python writes it', { document: (all) => ({ ...all, expiration: all.expiration.replace('T', ' ').replace('Z', '000+00:00') }) });
document('an expiration that is a number', { document: (all) => ({ ...all, expiration: 4_102_444_800 }) });
document('an expiration in capitals', { document: ({ expiration, conditions }) => ({ EXPIRATION: expiration, conditions }) }); // ceph/s3-tests
document('conditions in capitals', { document: ({ expiration, conditions }) => ({ expiration, CONDITIONS: conditions }) }); // ceph/s3-tests
document('a member that is none', { document: (all) => ({ ...all, Statement: [] }) }); // https://stackoverflow.com/q/31169349
document('an expiration that is no instant', { document: (all) => ({ ...all, expiration: 'tomorrow' }) });
document('no conditions', { document: ({ expiration }) => ({ expiration }) });
document('conditions that are no list', { document: (all) => ({ ...all, conditions: {} }) });
document('an operator that is none', { conditions: [['ends-with', '$key', 'x']] });
document('a condition of two parts', { conditions: [['eq', '$key']] });
denied('a condition without its dollar', { conditions: [['eq', 'key', 'forms/a-condition-without-its-dollar']] }); // recorded in TestS3PresignedPost
denied('a prefix without its dollar', { conditions: [['starts-with', 'key', '']] });
denied('a range of words', { conditions: [['content-length-range', 'test', '10']] }); // recorded in TestS3PresignedPost
document('an empty condition', { conditions: [{}] }); // ceph/s3-tests, test_post_object_empty_conditions
document('two fields in one condition', { conditions: [{ acl: 'private', comment: 'a' }], sent: (fields) => [['acl', 'private'], ['comment', 'a'], ...fields] }); // recorded in TestS3PresignedPost
document('a condition that is null', { conditions: [/** @type {any} */ ({ comment: null })] }); // dwilkie/carrierwave_direct#230
document('a range with a fraction', { conditions: [['content-length-range', 0, 512.5]] }); // https://stackoverflow.com/q/77643928
document('a range below zero', { conditions: [['content-length-range', -1, 0]] }); // ceph/s3-tests, test_post_object_invalid_content_length_argument
document('two commas after the last condition', spelled(']}', ',,]}'));
document('a comma after the last member', spelled(']}', '],}'));
document('single quotes', { document: (all) => JSON.stringify(all).replaceAll('"', "'") });
document('base64 for URLs', { fields: { comment: '?'.repeat(9) }, policy: (base64) => base64.replaceAll('/', '_').replaceAll('+', '-') });
document('a condition with a number', { conditions: [/** @type {any} */ ({ success_action_status: 201 })] });
document('a range of one number', { conditions: [['content-length-range', 1]] });

// Fields and conditions.
denied('another key', { sent: set('key', 'forms/elsewhere') });
denied('a key that differs in case', { keyCondition: { key: 'FORMS/KEY' }, key: 'forms/key' });
denied('a key outside the prefix', { keyCondition: ['starts-with', '$key', 'mine/'] });
denied('another type', { sent: set('Content-Type', 'text/html') });
denied('a type outside the prefix', { conditions: [['starts-with', '$Content-Type', 'text/']] });
denied('a list of types, one outside the prefix', {
  document: (all) => ({ ...all, conditions: all.conditions.map((/** @type {any} */ entry) => (entry['Content-Type'] ? ['starts-with', '$Content-Type', 'image/'] : entry)) }),
  sent: set('Content-Type', 'image/gif,text/html'),
});
denied('a type with parameters, where another is signed', { sent: set('Content-Type', 'image/gif; a=b') });
denied('a type with a comma in a parameter below a prefix', { fields: { 'Content-Type': RECORDING }, conditions: [['starts-with', '$Content-Type', 'video/']] });
denied('another bucket in the form', { sent: (fields) => [['bucket', 'other'], ...fields] });
denied('another bucket in the policy', { document: (all) => ({ ...all, conditions: [{ bucket: 'other' }, ...all.conditions.slice(1)] }) });
denied('a condition without its field', { conditions: [{ 'x-amz-meta-role': 'user' }] });
denied('a field without its condition', { sent: add('x-amz-meta-role', 'admin') });
denied('a status without its condition', { sent: add('success_action_status', '201') });
denied('a redirect without its condition', { sent: add('success_action_redirect', 'https://evil.example/') });
denied('an access list without its condition', { sent: add('acl', 'private') });
denied('a field that S3 does not know, without a condition', { sent: add('comment', 'mine') });
invalid('a field twice', { sent: (fields) => add('key', 'forms/second')(fields) });
invalid('no key, but its condition', { sent: drop('key') }); // transloadit/uppy#4449
invalid('a key after the file', { sent: drop('key'), body: swap(END, part('key', 'forms/late') + END) }); // asmcos/requests#36
denied('an empty condition for a field with a value', { fields: { 'x-amz-meta-foo': 'barclamp' }, document: (all) => JSON.stringify(all).replace('barclamp', '') }); // ceph/s3-tests, test_post_object_invalid_request_field_value
invalid('no key', { sent: drop('key'), keyCondition: null });
invalid('an empty key', { key: '' });
// The Worker rejects control characters in keys by design: docs/r2-forms.md, Differences from S3.
accepted('a control character in the key', { key: 'forms/a\u0001b' }, { stored: 'forms/a\u0001b', r2: [400, 'InvalidArgument'] });
accepted('a tab in the name of the file', { keyCondition: ['starts-with', '$key', 'forms/tab/'], key: 'forms/tab/${filename}', filename: 'a\tb.gif' }, { stored: 'forms/tab/a\tb.gif', r2: [400, 'InvalidArgument'] });
// S3 accepts it, but the Worker accepts a file's name only as in its JSON.
invalid('a name that is shown as another', { keyCondition: ['starts-with', '$key', 'forms/shown/'], key: 'forms/shown/${filename}', filename: 'a\u202egnp.exe' });
rejected('KeyTooLongError')('a key of 1,025 bytes', { key: `forms/${'k'.repeat(1_019)}` });

// The file.
rejected('EntityTooLarge')('one byte too many', range(1, FILE.length - 1));
rejected('EntityTooLarge')('a hundred thousand bytes too many', { ...range(1, 1_000), file: Buffer.alloc(101_000) });
rejected('EntityTooSmall')('one byte too few', range(FILE.length + 1, 1_000));
rejected('EntityTooSmall')('an empty file where one is wanted', { ...range(1, 1_000), file: Buffer.alloc(0) });
const digest = rejected('BadDigest');
digest("another file's MD5", { fields: { 'Content-MD5': hash('md5') }, file: Buffer.from('another') });
digest("another file's SHA-256", { fields: { 'x-amz-checksum-sha256': hash('sha256') }, file: Buffer.from('another') });
digest("another file's SHA-1", { fields: { 'x-amz-checksum-sha1': hash('sha1') }, file: Buffer.from('another') });
digest("another file's CRC-32", { fields: { 'x-amz-checksum-crc32': crc(crc32(FILE)) }, file: Buffer.from('another') });
digest("another file's CRC-32C", { fields: { 'x-amz-checksum-crc32c': crc(crc32c(FILE)) }, file: Buffer.from('another') });
digest("the SHA-256, but another file's MD5", { fields: { 'x-amz-checksum-sha256': hash('sha256'), 'Content-MD5': crc(0).padStart(24, 'A') } });
rejected('InvalidDigest')('an MD5 that is none', { fields: { 'Content-MD5': 'abc' } });
rejected('InvalidRequest')('a SHA-256 that is none', { fields: { 'x-amz-checksum-sha256': 'abc' } });
rejected('InvalidRequest')('an algorithm without its checksum', { fields: { 'x-amz-checksum-algorithm': 'SHA256' } });
rejected('InvalidRequest')('two checksums', { fields: { 'x-amz-checksum-sha256': hash('sha256'), 'x-amz-checksum-sha1': hash('sha1') } });

// The request.
const malformed = rejected('MalformedPOSTRequest');
invalid('no file', { file: Buffer.from('text'), body: swap('name="file"; filename="a.gif"', 'name="x-ignore-file"') });
rejected('PreconditionFailed', 412)('no multipart at all', { headers: { 'content-type': 'application/x-www-form-urlencoded' } });
malformed('a boundary of 201 characters', bounded('z'.repeat(201)));
malformed('two boundaries', { headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}; boundary=${BOUNDARY}` } });
malformed('lines that end in LF', { body: swap('\r\n', '\n') });
malformed('a file in base64', { fileHeaders: 'Content-Transfer-Encoding: base64\r\n' });
malformed('a name of the file in another character set', { body: swap('filename="a.gif"', "filename*=iso-8859-1''%e9.gif") });
malformed('no boundary', { headers: { 'content-type': 'multipart/form-data' } });
malformed('another boundary', { headers: { 'content-type': 'multipart/form-data; boundary=other' } });
malformed('no end of the form', { body: (body) => body.subarray(0, -END.length - 2) });
malformed('half an end of the form', { body: (body) => body.subarray(0, -4) });
malformed('another end of the form', { body: swap(`\r\n${END}`, '\r\n--other--\r\n') });
malformed('a form that ends among its fields', { body: (body) => body.subarray(0, 300) });
malformed('a part without a name', { body: swap('; name="key"', '') });
rejected('MissingContentLength', 411)('no length', { headers: { 'content-length': null, 'transfer-encoding': 'chunked' } });
rejected('MaxPostPreDataLengthExceededError')('21 KB before the file', { sent: add('x-ignore-long', 'x'.repeat(21_000)) });
rejected('MetadataTooLarge')('metadata of 2,049 bytes', { fields: { 'x-amz-meta-a': 'x'.repeat(2_048) } });
rejected('InvalidStorageClass')('a storage class that is none', { fields: { 'x-amz-storage-class': 'COLD' } });

// Features that R2 lacks: the Worker rejects the form instead of ignoring them.
/** @type {[number, string]} */
const NOT_IMPLEMENTED = [501, 'NotImplemented'];
accepted('tags', { fields: { tagging: '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>' } }, { r2: NOT_IMPLEMENTED });
accepted('tags as of a PUT', { fields: { 'x-amz-tagging': 'a=b' } }, { r2: NOT_IMPLEMENTED });
// S3's documentation of POST has none of these.
accepted('only if it is the object', { fields: { 'If-Match': '"0123456789abcdef0123456789abcdef"' } }, { r2: NOT_IMPLEMENTED });
accepted('only if there is an object', { fields: { 'if-match': '*' } }, { r2: NOT_IMPLEMENTED });
accepted('only if it has not changed', { fields: { 'If-Unmodified-Since': 'Thu, 01 Dec 2044 16:00:00 GMT' } }, { r2: NOT_IMPLEMENTED });
accepted('only if it has changed', { fields: { 'If-Modified-Since': 'Thu, 01 Dec 1994 16:00:00 GMT' } }, { r2: NOT_IMPLEMENTED });
accepted('only if it is not the object', { fields: { 'If-None-Match': '"0123456789abcdef0123456789abcdef"' } }, { r2: NOT_IMPLEMENTED });
accepted('encryption with a key of KMS', { fields: { 'x-amz-server-side-encryption': 'aws:kms' } }, { r2: NOT_IMPLEMENTED });
accepted('encryption as R2 does it', { fields: { 'x-amz-server-side-encryption': 'AES256' } });
accepted('a lock', { fields: { 'x-amz-object-lock-legal-hold': 'ON' } }, { r2: NOT_IMPLEMENTED });
accepted("a website's redirect", { fields: { 'x-amz-website-redirect-location': '/elsewhere' } }, { r2: NOT_IMPLEMENTED });
rejected('AccessControlListNotSupported')('a public object', { fields: { acl: 'public-read' } });

/** Changes the last digit. @param {Fields} fields @param {string} name */
function digit(fields, name) {
  const value = fields.find(([found]) => found === name)?.[1] ?? '';
  return value.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
}
