/** @file MiniStack: an emulator that rejects what AWS rejects, mostly with AWS's error codes. */
import { AwsClient } from 'aws4fetch';
import { join } from 'node:path';
import { freePort, launch } from '../../scripts/process.mjs';
import { venv } from '../support/venv.mjs';
import { ALL_OF_S3, makeBucket, providerParameters, s3, trustPolicy } from './s3.mjs';

const REGION = 'eu-west-1';

/**
 * Starts MiniStack with a bucket `media` that allows CORS requests from every origin.
 *
 * @param {{ program?: string[] }} [options] the arguments of `python`, instead of its own command
 * @returns {Promise<import('./s3.mjs').S3Server & import('./s3.mjs').WithUsers & import('./s3.mjs').WithRoles>}
 */
export async function start({ program = ['-m', 'ministack'] } = {}) {
  const port = await freePort();
  const server = await launch({
    name: `tests/ministack-${port}`,
    command: join(await venv('ministack'), 'python'),
    args: program,
    env: {
      AUTH: 'true',
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      MINISTACK_HOST: 'localhost',
      MINISTACK_REGION: REGION,
      SERVICES: 's3,iam,sts',
    },
    answers: `http://127.0.0.1:${port}/_ministack/health`,
  });
  const endpoint = `http://localhost:${port}`;
  const makeUser = (/** @type {string} */ name, /** @type {object[]} */ policies) => user(endpoint, name, policies);
  // A user who may do anything with S3, since requests that are signed with the root key are not checked.
  const access = { endpoint, region: REGION, ...(await makeUser('server', [ALL_OF_S3])) };
  const make = async (/** @type {string} */ name) => allowOrigins(access, await makeBucket(access, name));
  const makeRole = (/** @type {string} */ name, /** @type {object[]} */ policies, /** @type {import('./s3.mjs').User} */ trusted, /** @type {object | undefined} */ condition = undefined) =>
    makeTrustingRole(name, policies, trustPolicy(trusted, condition));
  const makeTrustingRole = (/** @type {string} */ name, /** @type {object[]} */ policies, /** @type {object} */ trust) => role(endpoint, name, policies, trust);
  const makeProvider = (/** @type {import('./s3.mjs').Provider} */ provider) => iam(endpoint, providerParameters(provider));
  return { ...access, bucket: await make('media'), makeBucket: make, makeUser, makeRole, makeTrustingRole, makeProvider, stop: server.stop };
}

/**
 * @param {string} endpoint
 * @param {string} name
 * @param {object[]} policies
 * @param {object} trust
 */
async function role(endpoint, name, policies, trust) {
  await iam(endpoint, { Action: 'CreateRole', RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) });
  for (const [n, policy] of policies.entries())
    await iam(endpoint, { Action: 'PutRolePolicy', RoleName: name, PolicyName: `p${n}`, PolicyDocument: JSON.stringify(policy) });
  return `arn:aws:iam::000000000000:role/${name}`;
}

/**
 * @param {string} endpoint
 * @param {string} name
 * @param {object[]} policies
 */
async function user(endpoint, name, policies) {
  await iam(endpoint, { Action: 'CreateUser', UserName: name });
  for (const [n, policy] of policies.entries())
    await iam(endpoint, { Action: 'PutUserPolicy', UserName: name, PolicyName: `p${n}`, PolicyDocument: JSON.stringify(policy) });
  const xml = await iam(endpoint, { Action: 'CreateAccessKey', UserName: name });
  const text = (/** @type {string} */ name) => new RegExp(`<${name}>(.*)</${name}>`).exec(xml)?.[1] ?? '';
  return { accessKeyId: text('AccessKeyId'), secretAccessKey: text('SecretAccessKey'), arn: `arn:aws:iam::000000000000:user/${name}` };
}

/**
 * @param {string} endpoint
 * @param {Record<string, string>} parameters
 */
async function iam(endpoint, parameters) {
  const root = new AwsClient({ accessKeyId: 'test', secretAccessKey: 'test', region: 'us-east-1', service: 'iam', retries: 0 });
  const body = new URLSearchParams({ ...parameters, Version: '2010-05-08' }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await root.fetch(endpoint, { method: 'POST', headers, body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${parameters.Action}: ${answer.status} ${text}`);
  return text;
}

/**
 * @param {import('./s3.mjs').Access} access
 * @param {string} bucket
 */
async function allowOrigins(access, bucket) {
  const methods = ['GET', 'HEAD', 'POST', 'PUT'].map((method) => `<AllowedMethod>${method}</AllowedMethod>`).join('');
  const rule = `<AllowedOrigin>*</AllowedOrigin><AllowedHeader>*</AllowedHeader><ExposeHeader>ETag</ExposeHeader>${methods}`;
  const answer = await s3(access, 'PUT', `/${bucket}?cors`, `<CORSConfiguration><CORSRule>${rule}</CORSRule></CORSConfiguration>`);
  if (!answer.ok) throw new Error(`CORS of ${bucket}: ${answer.status} ${await answer.text()}`);
  await answer.body?.cancel();
  return bucket;
}
