/** @file What every S3 server that judges us is asked by the tests, signed by a signer that is not ours. */
import { AwsClient } from 'aws4fetch';

/**
 * A running S3 server and the keys that open it.
 *
 * @typedef {object} S3Server
 * @property {string} endpoint the URL that a bucket's name follows, without a slash at its end
 * @property {string} region
 * @property {string} accessKeyId
 * @property {string} secretAccessKey
 * @property {string} bucket one that exists
 * @property {(name: string) => Promise<string>} makeBucket makes another, and returns its name
 * @property {() => Promise<void>} stop
 */

/** @typedef {Pick<S3Server, 'endpoint' | 'region' | 'accessKeyId' | 'secretAccessKey'>} Access */

/**
 * A server that has users besides, each with policies of its own.
 *
 * @typedef {object} WithUsers
 * @property {(name: string, policies: object[]) => Promise<User>} makeUser
 */

/** @typedef {{ accessKeyId: string, secretAccessKey: string, arn: string }} User */

/** The policy of someone who may do anything. */
export const ALL_OF_S3 = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['s3:*'], Resource: ['arn:aws:s3:::*'] }] };

/**
 * Sends a request that is signed in its headers.
 *
 * @param {Access} access
 * @param {string} method
 * @param {string} path such as `/bucket/key`
 * @param {string} [body]
 * @returns {Promise<Response>}
 */
export function s3({ endpoint, region, accessKeyId, secretAccessKey }, method, path, body) {
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 });
  return client.fetch(endpoint + path, { method, body });
}

/**
 * @param {Access} access
 * @param {string} name
 * @returns {Promise<string>} the name
 */
export async function makeBucket(access, name) {
  const place = `<CreateBucketConfiguration><LocationConstraint>${access.region}</LocationConstraint></CreateBucketConfiguration>`;
  const answer = await s3(access, 'PUT', `/${name}`, place);
  if (!answer.ok) throw new Error(`cannot make the bucket ${name}: ${answer.status} ${await answer.text()}`);
  await answer.body?.cancel();
  return name;
}
