// `POST /uploads/avatar` with the AWS SDK for JavaScript, version 3.
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { BUCKET, UPLOAD_SECONDS, allowed, ask, json, refused } from './same_job.mjs';
import { s3 } from './sdk_client.mjs';

export default {
  /** @param {Request} request @param {import('./same_job.mjs').Env} env */
  async fetch(request, env) {
    if (!allowed(request, env)) return refused(401);
    const wanted = await ask(request);
    if (!wanted) return refused(400);
    const key = `avatars/site/${crypto.randomUUID()}.${wanted.type.slice('image/'.length)}`;
    const { url, fields } = await createPresignedPost(s3(env), {
      Bucket: BUCKET.name,
      Key: key,
      Fields: { 'Content-Type': wanted.type },
      Conditions: [['content-length-range', wanted.size, wanted.size]],
      Expires: UPLOAD_SECONDS,
    });
    const expires = new Date(Date.now() + UPLOAD_SECONDS * 1000).toISOString();
    return json({ method: 'POST', url, fields, key, expires });
  },
};
