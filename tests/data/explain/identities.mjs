/** @file Other credentials for MiniStack's buckets: temporary ones, and those of a user who may only read. */
import { AwsClient } from 'aws4fetch';

/** @typedef {{ accessKeyId: string, secretAccessKey: string, sessionToken?: string }} Keys */

const READ = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] };

/** @param {import('../../servers/s3.mjs').S3Server} store @returns {Promise<Keys>} valid for an hour, with a session token */
export async function temporaryKeys({ endpoint, accessKeyId, secretAccessKey }) {
  return keysIn(await query(endpoint, 'sts', '2011-06-15', { accessKeyId, secretAccessKey }, { Action: 'GetSessionToken' }));
}

/** @param {string} endpoint @returns {Promise<Keys>} */
export async function readersKeys(endpoint) {
  const root = { accessKeyId: 'test', secretAccessKey: 'test' };
  const iam = (/** @type {Record<string, string>} */ parameters) => query(endpoint, 'iam', '2010-05-08', root, { UserName: 'reader', ...parameters });
  await iam({ Action: 'CreateUser' });
  await iam({ Action: 'PutUserPolicy', PolicyName: 'read', PolicyDocument: JSON.stringify(READ) });
  return keysIn(await iam({ Action: 'CreateAccessKey' }));
}

/** @param {string} endpoint @param {string} service @param {string} version @param {Keys} keys @param {Record<string, string>} parameters */
async function query(endpoint, service, version, keys, parameters) {
  const client = new AwsClient({ ...keys, region: 'us-east-1', service, retries: 0 });
  const body = new URLSearchParams({ ...parameters, Version: version }).toString();
  const answer = await client.fetch(endpoint, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${parameters.Action}: ${answer.status} ${text}`);
  return text;
}

/** @param {string} xml @returns {Keys} */
function keysIn(xml) {
  const text = (/** @type {string} */ name) => new RegExp(`<${name}>(.*)</${name}>`).exec(xml)?.[1] ?? '';
  return { accessKeyId: text('AccessKeyId'), secretAccessKey: text('SecretAccessKey'), sessionToken: text('SessionToken') || undefined };
}
