/** @file Creates users by MinIO's admin API, which encrypts a body with a secret in it with the root's secret. */
import { AwsClient } from 'aws4fetch';
import { createCipheriv, createHash, pbkdf2Sync, randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Creates a user with policies.
 *
 * @param {import('./s3.mjs').Access} root
 * @param {string} name
 * @param {object[]} policies
 * @returns {Promise<import('./s3.mjs').User>}
 */
export async function makeUser(root, name, policies) {
  const secretKey = randomUUID();
  await adminRequest(root, `add-user?accessKey=${name}`, encrypted(root.secretAccessKey, JSON.stringify({ secretKey, status: 'enabled' })));
  const names = policies.map((_, n) => `${name}-${n}`);
  for (const [n, policy] of policies.entries()) await makePolicy(root, `${names[n]}`, policy);
  await adminRequest(root, `set-user-or-group-policy?policyName=${names.join()}&userOrGroup=${name}&isGroup=false`, '');
  return { accessKeyId: name, secretAccessKey: secretKey, arn: `arn:aws:iam:::user/${name}` };
}

/** @param {import('./s3.mjs').Access} root @param {string} name @param {object} policy */
export const makePolicy = (root, name, policy) => adminRequest(root, `add-canned-policy?name=${encodeURIComponent(name)}`, JSON.stringify(policy));

/**
 * @param {import('./s3.mjs').Access} root
 * @param {string} path
 * @param {string | Buffer} body
 * @param {number} [attempts] the server answers requests for objects before it can answer these
 */
async function adminRequest({ endpoint, region, accessKeyId, secretAccessKey }, path, body, attempts = 50) {
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 });
  const headers = { 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex') };
  const answer = await client.fetch(`${endpoint}/minio/admin/v3/${path}`, { method: 'PUT', body: body && new Uint8Array(Buffer.from(body)), headers });
  const text = await answer.text();
  if (attempts > 1 && text.includes('Server not initialized')) {
    await sleep(100);
    return adminRequest({ endpoint, region, accessKeyId, secretAccessKey }, path, body, attempts - 1);
  }
  if (!answer.ok) throw new Error(`${path.split('?')[0]}: ${answer.status} ${text}`);
}

const PBKDF2_AES_GCM = 2;
const ROUNDS = 8192;

/**
 * One fragment of an encrypted stream. Spec: https://pkg.go.dev/github.com/minio/madmin-go#EncryptData, https://pkg.go.dev/github.com/secure-io/sio-go
 *
 * @param {string} password
 * @param {string} text shorter than 16 KiB
 */
function encrypted(password, text) {
  const [salt, nonce] = [randomBytes(32), randomBytes(8)];
  const key = pbkdf2Sync(password, salt, ROUNDS, 32, 'sha256');
  /** @param {number} fragment @param {string} plain @param {Buffer} associated */
  const encryptFragment = (fragment, plain, associated) => {
    const counter = Buffer.alloc(4);
    counter.writeUInt32LE(fragment);
    const cipher = createCipheriv('aes-256-gcm', key, Buffer.concat([nonce, counter])).setAAD(associated);
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  };
  const last = Buffer.concat([Buffer.from([0x80]), encryptFragment(0, '', Buffer.alloc(0))]);
  return Buffer.concat([salt, Buffer.from([PBKDF2_AES_GCM]), nonce, encryptFragment(1, text, last)]);
}
