// `GET /downloads/avatar/{path}` with aws4fetch.
import { AwsClient } from 'aws4fetch';
import { BUCKET, DOWNLOAD_SECONDS, allowed, downloadKey, redirect, rejected } from './same_job.mjs';

/** @type {AwsClient | undefined} created once, since it caches the signing key of the day */
let client;

export default {
  /** @param {Request} request @param {import('./same_job.mjs').Env} env */
  async fetch(request, env) {
    if (!allowed(request, env)) return rejected(401);
    const [accessKeyId, secretAccessKey] = [env.MEDIA_ACCESS_KEY_ID, env.MEDIA_SECRET_ACCESS_KEY];
    client ??= new AwsClient({ accessKeyId, secretAccessKey, region: BUCKET.region, service: 's3' });
    const url = `${BUCKET.host}/${downloadKey(request)}?X-Amz-Expires=${DOWNLOAD_SECONDS}`;
    const signed = await client.sign(url, { aws: { signQuery: true } });
    return redirect(signed.url);
  },
};
