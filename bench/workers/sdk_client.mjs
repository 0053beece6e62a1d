// The SDK's client, made once as its documentation recommends.
import { S3Client } from '@aws-sdk/client-s3';
import { BUCKET } from './same_job.mjs';

/** @type {S3Client | undefined} */
let client;

/** @param {import('./same_job.mjs').Env} env */
export function s3({ MEDIA_ACCESS_KEY_ID: accessKeyId, MEDIA_SECRET_ACCESS_KEY: secretAccessKey }) {
  client ??= new S3Client({ region: BUCKET.region, credentials: { accessKeyId, secretAccessKey } });
  return client;
}
