/** @file A page that uploads with Uppy 6 and credentials from the Worker, as `docs/temporary-credentials.md` describes. */
import AwsS3 from '@uppy/aws-s3';
import Uppy from '@uppy/core';

/** What the tests can see. @type {any} */
const page = window;

/**
 * Uploads one file of random bytes.
 *
 * @param {{ url: string, token: string, name: string, size: number, parts: boolean, prefix?: string }} options `url` is the rule's; `prefix` replaces the
 *   caller's own
 * @returns {Promise<string>} the key
 */
page.send = async ({ url, token, name, size, parts, prefix }) => {
  const getCredentials = async () => {
    const answer = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
    if (!answer.ok) throw new Error((await answer.json()).detail);
    return answer.json();
  };
  const first = await getCredentials();
  const uppy = new Uppy().use(AwsS3, {
    s3Endpoint: first.url,
    region: first.region,
    getCredentials,
    shouldUseMultipart: parts,
    generateObjectKey: (file) => `${prefix ?? first.prefix}${file.name}`,
  });
  uppy.addFile({ name, type: 'application/octet-stream', data: new Blob([new Uint8Array(size).fill(7)]) });
  const { successful, failed } = (await uppy.upload()) ?? {};
  if (failed?.length) throw new Error(failed[0]?.error ?? 'failed');
  return /** @type {any} */ (successful?.[0])?.response.body.key;
};
