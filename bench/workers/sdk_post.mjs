// `POST /uploads/avatar` with the AWS SDK for JavaScript, version 3.
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { BUCKET, UPLOAD_SECONDS, allowed, json, readUpload, rejected } from './same_job.mjs';
import { s3 } from './sdk_client.mjs';

export default {
  /** @param {Request} request @param {import('./same_job.mjs').Env} env */
  async fetch(request, env) {
    if (!allowed(request, env)) return rejected(401);
    const upload = await readUpload(request);
    if (!upload) return rejected(400);
    const key = `avatars/site/${crypto.randomUUID()}.${upload.type.slice('image/'.length)}`;
    const { url, fields } = await createPresignedPost(s3(env), {
      Bucket: BUCKET.name,
      Key: key,
      Fields: { 'Content-Type': upload.type },
      Conditions: [['content-length-range', upload.size, upload.size]],
      Expires: UPLOAD_SECONDS,
    });
    const expires = new Date(Date.now() + UPLOAD_SECONDS * 1000).toISOString();
    return json({ method: 'POST', url, fields, key, expires });
  },
};
