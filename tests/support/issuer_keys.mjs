/** @file Private keys of the issuer, with certificates. */
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../scripts/step.mjs';

const TYPES = { ec: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'], rsa: ['-newkey', 'rsa:2048'] };

/**
 * Makes a key with a certificate that it signs itself, as docs/web-identity.md does.
 *
 * @param {keyof typeof TYPES} type
 * @param {string} [kid]
 * @returns {Promise<{ secret: string, thumbprint: string, jwk: Record<string, any> }>} the secret, and SHA-1 of the certificate in hexadecimal
 */
export async function certifiedKey(type, kid) {
  const directory = await mkdtemp(join(tmpdir(), 'issuer-key-'));
  try {
    const [keyFile, certificateFile] = [join(directory, 'key.pem'), join(directory, 'certificate.pem')];
    await run('openssl', ['req', '-x509', ...TYPES[type], '-nodes', '-days', '3650', '-subj', '/CN=signpost', '-keyout', keyFile, '-out', certificateFile]);
    const { raw } = new X509Certificate(await readFile(certificateFile));
    const jwk = { ...createPrivateKey(await readFile(keyFile)).export({ format: 'jwk' }), x5c: [raw.toString('base64')], ...(kid && { kid }) };
    return { jwk, secret: JSON.stringify(jwk), thumbprint: createHash('sha1').update(raw).digest('hex') };
  } finally {
    await rm(directory, { recursive: true });
  }
}
