// `GET /downloads/avatar/{path}` with the AWS SDK for JavaScript, version 3.
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { BUCKET, DOWNLOAD_SECONDS, allowed, downloadKey, redirect, rejected } from './same_job.mjs';
import { s3 } from './sdk_client.mjs';

export default {
  /** @param {Request} request @param {import('./same_job.mjs').Env} env */
  async fetch(request, env) {
    if (!allowed(request, env)) return rejected(401);
    const command = new GetObjectCommand({ Bucket: BUCKET.name, Key: downloadKey(request) });
    return redirect(await getSignedUrl(s3(env), command, { expiresIn: DOWNLOAD_SECONDS }));
  },
};
