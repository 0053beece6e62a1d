/** @file Builds forms byte by byte, with an independent signer. */
import { createHmac } from 'node:crypto';
import { request } from 'node:http';

/** @typedef {{ endpoint: string, region: string, accessKeyId: string, secretAccessKey: string, bucket: string, action: string }} Server `action` is the URL of its forms */
/** @typedef {[name: string, value: string][]} Fields */
/** @typedef {Record<string, string> | unknown[]} Condition */

/**
 * What a case changes in the simplest form.
 *
 * @typedef {object} Change
 * @property {Record<string, string>} [fields] more fields, each with its condition
 * @property {Condition[]} [conditions] more conditions
 * @property {Condition | null} [keyCondition] replaces the exact condition
 * @property {string} [key] the value of the field
 * @property {(document: any) => unknown} [document] changes the document; a string is the policy before base64
 * @property {string | ((base64: string) => string)} [policy] replaces or changes the encoded policy
 * @property {Partial<{ accessKeyId: string, secretAccessKey: string, region: string, service: string, end: string, algorithm: string, date: string, scopeDate: string }>} [signed] the parameters of the signature
 * @property {number} [seconds] until it expires
 * @property {(fields: Fields) => Fields} [sent] changes the fields after signing
 * @property {Buffer} [file]
 * @property {string | null} [filename] null leaves it out
 * @property {string} [fileHeaders] more headers of the file's part
 * @property {string} [boundary]
 * @property {(body: Buffer) => Buffer} [body]
 * @property {Record<string, string | null>} [headers] null removes one
 * @property {string} [action] is appended to the URL
 */

/** @typedef {{ status: number, headers: import('node:http').IncomingHttpHeaders, body: string, sent: Fields }} Answer */

export const FILE = Buffer.from('GIF89a, or so it says\r\n\0\x01\xff--\r\n', 'latin1');
export const BOUNDARY = '------------------------d74496d66958873e';

/**
 * @param {Server} server
 * @param {string} key
 * @param {Change} change
 * @returns {Fields}
 */
export function signedFields(server, key, change) {
  const { accessKeyId, secretAccessKey, region } = { ...server, ...change.signed };
  const { service = 's3', end = 'aws4_request', algorithm = 'AWS4-HMAC-SHA256', date = amzDate(Date.now()) } = change.signed ?? {};
  const scope = [change.signed?.scopeDate ?? date.slice(0, 8), region, service, end];
  const signatureFields = { 'x-amz-algorithm': algorithm, 'x-amz-credential': [accessKeyId, ...scope].join('/'), 'x-amz-date': date };
  const fields = { key: change.key ?? key, 'Content-Type': 'image/gif', ...change.fields };
  const conditions = Object.entries({ bucket: server.bucket, ...fields, ...signatureFields }).map(([name, value]) => ({ [name]: value }));
  const baseConditions = conditions.filter((condition) => !('key' in condition) || change.keyCondition === undefined);
  const expiration = new Date(Date.now() + (change.seconds ?? 600) * 1000).toISOString();
  const all = { expiration, conditions: [...baseConditions, ...(change.keyCondition ? [change.keyCondition] : []), ...(change.conditions ?? [])] };
  const document = change.document ? change.document(all) : all;
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  const base64 = Buffer.from(text).toString('base64');
  const policy = typeof change.policy === 'function' ? change.policy(base64) : (change.policy ?? base64);
  const signature = hmac([...scope].reduce(hmac, `AWS4${secretAccessKey}`), policy).toString('hex');
  return Object.entries({ ...fields, ...signatureFields, policy, 'x-amz-signature': signature });
}

/** @param {string | Buffer} key @param {string} text */
function hmac(key, text) {
  return createHmac('sha256', key).update(text).digest();
}

/** `20151229T000000Z` @param {number} milliseconds */
export function amzDate(milliseconds) {
  return new Date(milliseconds).toISOString().replace(/[-:]|\.\d+/g, '');
}

/** @param {string} key @param {Fields} fields @param {Change} change */
export function encode(key, fields, change) {
  const { file = FILE, filename = 'a.gif', fileHeaders = '', boundary = BOUNDARY, body = (whole) => whole } = change;
  const parts = fields.map(([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
  const named = filename === null ? '' : `; filename="${filename}"`;
  const head = `${parts.join('')}--${boundary}\r\nContent-Disposition: form-data; name="file"${named}\r\n${fileHeaders}\r\n`;
  return body(Buffer.concat([Buffer.from(head), file, Buffer.from(`\r\n--${boundary}--\r\n`)]));
}

/**
 * Signs, changes and sends a form. Status 599 means that the server did not answer within five seconds.
 *
 * @param {Server} server
 * @param {string} key
 * @param {Change} change
 * @returns {Promise<Answer>}
 */
export function send(server, key, change) {
  const fields = signedFields(server, key, change);
  const sent = change.sent ? change.sent(fields) : fields;
  const body = encode(key, sent, change);
  const { boundary = BOUNDARY, headers: more = {}, action = '' } = change;
  const all = { 'content-type': `multipart/form-data; boundary=${boundary}`, 'content-length': String(body.length), ...more };
  const headers = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
  return new Promise((resolve) => {
    const outgoing = request(server.action + action, { method: 'POST', headers: /** @type {any} */ (headers) }, async (incoming) => {
      const chunks = await incoming.toArray().catch(() => []);
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks).toString(), sent });
    });
    outgoing.setTimeout(5_000, () => outgoing.destroy());
    outgoing.on('error', () => resolve({ status: 599, headers: {}, body: '', sent })).end(body);
  });
}
