/** @file Requests to an S3 server that a thief of the Worker's credentials might send. */
import { ALL_OF_S3, s3 } from '../servers/s3.mjs';
import { signpost } from './signpost.mjs';
import { post } from './transfer.mjs';

const NOTHING = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_PROFILE: '' };

/** @typedef {import('../servers/s3.mjs').Access} Access */
/** @typedef {(keys: Access) => Promise<{ status: number, body: string }>} Attempt */

/**
 * Requests that a thief of the Worker's credentials might send.
 *
 * @param {string} bucket
 * @param {string} key of a picture
 * @returns {Record<string, Attempt>}
 */
export function attempts(bucket, key) {
  return {
    'reads another prefix': byLink('get', `${bucket}/other/secret.png`),
    'reads a key that only begins alike': byLink('get', `${bucket}/picturesque.png`),
    'reads what may only be uploaded': byLink('get', `${bucket}/films/secret.mp4`),
    'reads the headers of another prefix': byLink('head', `${bucket}/other/secret.png`),
    'stores under another prefix': byLink('put', `${bucket}/other/written-by-put.png`),
    'stores under no prefix': byLink('put', `${bucket}/written-by-put.png`),
    'stores under another prefix by a form': byForm(`${bucket}/other/written-by-form.png`),
    'stores another ending': byForm(`${bucket}/pictures/written-by-form`),
    'removes a picture': byLink('delete', `${bucket}/${key}`),
    'removes another': byLink('delete', `${bucket}/other/secret.png`),
    'lists the bucket': byHeader('GET', `/${bucket}?list-type=2`),
    'lists a prefix of its own': byHeader('GET', `/${bucket}?list-type=2&prefix=pictures/`),
    'lists uploads in parts': byHeader('GET', `/${bucket}?uploads`),
    'begins parts under another prefix': byHeader('POST', `/${bucket}/other/written-by-parts.mp4?uploads`),
    'reads the policy': byHeader('GET', `/${bucket}?policy`),
    'changes the policy': byHeader('PUT', `/${bucket}?policy`, JSON.stringify(ALL_OF_S3)),
    'removes the policy': byHeader('DELETE', `/${bucket}?policy`),
    'changes CORS': byHeader('PUT', `/${bucket}?cors`, '<CORSConfiguration/>'),
    'removes the bucket': byHeader('DELETE', `/${bucket}`),
  };
}

/** @param {string} bucket @param {string} key @returns {Record<string, Attempt>} */
export function bySignatureInHeaders(bucket, key) {
  return {
    'reads by a signature in headers': byHeader('GET', `/${bucket}/${key}`),
    'stores a picture by a signature in headers': byHeader('PUT', `/${bucket}/pictures/written-by-header.png`, 'x'),
    'begins a picture in parts': byHeader('POST', `/${bucket}/pictures/written-by-parts.png?uploads`),
  };
}

/** Links and forms that are valid for an hour, but were signed longer ago than the rule allows. @param {string} bucket @param {string} key @returns {Record<string, Attempt>} */
export function byOldSignature(bucket, key) {
  return { 'uses an old link': byLink('get', `${bucket}/${key}`, 6), 'uses an old form': byForm(`${bucket}/pictures/written-by-old-form.png`, 11) };
}

/**
 * Requests that Ceph allows to an object's owner: only a bucket's policy can forbid them.
 *
 * @param {string} bucket
 * @param {string} key
 * @returns {Record<string, Attempt>}
 */
export function byOwner(bucket, key) {
  return {
    'reads who may read': byHeader('GET', `/${bucket}/${key}?acl`),
    'lets everyone read': byHeader('PUT', `/${bucket}/${key}?acl`, PUBLIC),
    'labels a picture': byHeader('PUT', `/${bucket}/${key}?tagging`, '<Tagging><TagSet/></Tagging>'),
  };
}

const PUBLIC = `<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>x</ID></Owner><AccessControlList><Grant>
  <Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee>
  <Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>`;

/** @param {string} method @param {string} path @param {string} [body] @returns {Attempt} */
export function byHeader(method, path, body) {
  return async (keys) => {
    const answer = await s3(keys, method, path, body);
    return { status: answer.status, body: await answer.text() };
  };
}

/** Uses a link for an hour, signed some minutes ago. @param {'get' | 'head' | 'put' | 'delete'} action @param {string} path @param {number} [minutes] @returns {Attempt} */
export function byLink(action, path, minutes = 0) {
  return async (keys) => {
    const url = await sign(keys, action, path, minutes);
    const answer = await fetch(url, { method: action.toUpperCase(), body: action === 'put' ? 'x' : undefined });
    return { status: answer.status, body: await answer.text() };
  };
}

/** @param {string} path @param {number} [minutes] @returns {Attempt} */
export function byForm(path, minutes = 0) {
  return async (keys) => {
    const form = JSON.parse(await sign(keys, 'post', path, minutes, '--max-size=1 KiB'));
    const { status, body } = await post(form, Buffer.from('x'));
    return { status, body: body.toString() };
  };
}

/** @param {Access} keys @param {string} action @param {string} path @param {number} minutes ago @param {string[]} more */
async function sign(keys, action, path, minutes, ...more) {
  const at = new Date(Date.now() - minutes * 60_000).toISOString().replace(/\.\d+/, '');
  const env = { ...NOTHING, AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey, AWS_SESSION_TOKEN: keys.sessionToken ?? '' };
  const args = ['sign', action, `s3://${path}`, `--endpoint-url=${keys.endpoint}`, `--region=${keys.region}`, '--path-style', `--at=${at}`];
  return signpost([...args, '--expires=1 h', ...more], { env });
}
