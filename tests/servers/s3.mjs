/** @file Requests of the tests to S3 servers, signed by an independent signer. */
import { AwsClient } from 'aws4fetch';

/**
 * A running S3 server and its credentials.
 *
 * @typedef {object} S3Server
 * @property {string} endpoint the URL without a slash at its end; the bucket's name follows it
 * @property {string} region
 * @property {string} accessKeyId
 * @property {string} secretAccessKey
 * @property {string} bucket an existing bucket
 * @property {(name: string) => Promise<string>} makeBucket creates another bucket, and returns its name
 * @property {() => Promise<void>} stop
 */

/** @typedef {Pick<S3Server, 'endpoint' | 'region' | 'accessKeyId' | 'secretAccessKey'> & { sessionToken?: string }} Access */

/**
 * A server that can also create users with policies.
 *
 * @typedef {object} WithUsers
 * @property {(name: string, policies: object[]) => Promise<User>} makeUser
 */

/** @typedef {{ accessKeyId: string, secretAccessKey: string, arn: string }} User */

/**
 * A server that can also create roles with policies, which a user may assume.
 *
 * @typedef {object} WithRoles
 * @property {(name: string, policies: object[], trusted: User, condition?: object) => Promise<string>} makeRole returns its ARN
 * @property {(name: string, policies: object[], trust: object) => Promise<string>} makeTrustingRole the same, with any trust policy
 * @property {(provider: Provider) => Promise<unknown>} makeProvider registers an identity provider
 */

/** @typedef {{ url: string, audiences: string[], thumbprints: string[] }} Provider an identity provider; the thumbprints are SHA-1 of certificates, in hexadecimal */

/** @param {Provider} provider @returns {Record<string, string>} the parameters of IAM's request */
export function providerParameters({ url, audiences, thumbprints }) {
  const list = (/** @type {string} */ name, /** @type {string[]} */ values) => values.map((value, n) => [`${name}.member.${n + 1}`, value]);
  return Object.fromEntries([['Action', 'CreateOpenIDConnectProvider'], ['Url', url], ...list('ClientIDList', audiences), ...list('ThumbprintList', thumbprints)]);
}

/** The trust policy of a role that a user may assume. @param {User} trusted @param {object} [condition] */
export const trustPolicy = ({ arn }, condition) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: [arn] }, Action: ['sts:AssumeRole'], ...(condition && { Condition: condition }) }],
});

/** A policy that allows everything. */
export const ALL_OF_S3 = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['s3:*'], Resource: ['arn:aws:s3:::*'] }] };

/**
 * Sends a request with a signature in its headers.
 *
 * @param {Access} access
 * @param {string} method
 * @param {string} path such as `/bucket/key`
 * @param {string} [body]
 * @param {Record<string, string>} [headers]
 * @returns {Promise<Response>}
 */
export function s3({ endpoint, region, accessKeyId, secretAccessKey, sessionToken }, method, path, body, headers) {
  const client = new AwsClient({ accessKeyId, secretAccessKey, sessionToken, region, service: 's3', retries: 0 });
  return client.fetch(endpoint + path, { method, body, headers });
}

/**
 * @param {Access} access
 * @param {string} name
 * @param {Record<string, string>} [headers]
 * @returns {Promise<string>} the name
 */
export async function makeBucket(access, name, headers) {
  const location = `<CreateBucketConfiguration><LocationConstraint>${access.region}</LocationConstraint></CreateBucketConfiguration>`;
  const answer = await s3(access, 'PUT', `/${name}`, location, headers);
  if (!answer.ok) throw new Error(`cannot create the bucket ${name}: ${answer.status} ${await answer.text()}`);
  await answer.body?.cancel();
  return name;
}
