/** @file The Worker that the inputs are sent to: it has a rule for every kind of caller and every route. */
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { NOW } from './platform.mjs';

const ISSUER = 'https://login.example.com/';
const now = NOW / 1000;

export const SECRETS = {
  MEDIA_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  MEDIA_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  NOTES_ACCESS_KEY_ID: 'AKIDNOTESACCESSKEY01',
  NOTES_SECRET_ACCESS_KEY: 'notes-secret-access-key-of-40-characters',
  SITE_TOKEN: 'a-bearer-token-of-at-least-thirty-two-bytes',
  HS_SECRET: 'an-hs256-secret-of-at-least-thirty-two-bytes',
  TICKET_SECRET: 'a-ticket-secret-of-at-least-thirty-two-bytes',
  ISSUER_KEY: 'a-shared-secret-of-the-issuer-of-32-bytes',
  WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  TURNSTILE_SECRET: '1x0000000000000000000000000000000AA',
};

const jwt = { kind: 'jwt', issuer: ISSUER, audience: 'signpost' };
const upload = { bucket: 'media', types: ['image/png'], max_size: '5 GiB', expires: '1 h', origins: ['https://www.example.com'] };
const download = { bucket: 'media', expires: '5 min' };

/** @type {Record<string, any>} */
export const SITE = {
  BUCKETS: {
    media: { provider: 'aws', name: 'acme-media', region: 'eu-west-1', credentials: 'MEDIA' },
    role: { provider: 'aws', name: 'acme-media', region: 'eu-west-1', credentials: { secret: 'MEDIA', role: 'arn:aws:iam::123456789012:role/signpost' } },
    home: { provider: 'r2', name: 'home', endpoint: 'https://0a1b.r2.cloudflarestorage.com', credentials: { secret: 'MEDIA', temporary: true } },
    notes: { provider: 'r2', name: 'notes', region: 'auto', endpoint: 'https://0a1b.r2.cloudflarestorage.com', credentials: 'NOTES', binding: 'NOTES' },
  },
  CALLERS: {
    anyone: { kind: 'anyone' },
    site: { kind: 'bearer', secret: 'SITE_TOKEN' },
    hs: { ...jwt, secret: 'HS_SECRET', require: { role: 'editor' } },
    login: { ...jwt, jwks: 'https://login.example.com/jwks' },
    access: { kind: 'access', team: 'acme.cloudflareaccess.com', audience: '0a1b2c' },
    backend: { kind: 'ticket', secret: 'TICKET_SECRET' },
    worker: { kind: 'worker' },
    human: { kind: 'turnstile', secret: 'TURNSTILE_SECRET', hostname: 'www.example.com', action: 'upload' },
  },
  UPLOADS: {
    open: { ...upload, callers: ['anyone'], key: 'open/{uuid}.{ext}', metadata: ['album', 'taken-by'], multipart: true, uploaders: true },
    page: { ...upload, callers: ['anyone'], key: 'page/{uuid}/{filename}', types: ['image/png', 'image/jpeg'] },
    named: { ...upload, callers: ['anyone'], key: 'named/{date}/{stem}-{uuid}.{ext}' },
    ticket: { ...upload, callers: ['backend'], key: 'tickets/{stem}-{filename}' },
    human: { ...upload, callers: ['human'], key: 'people/{uuid}.{ext}' },
    few: { ...upload, callers: ['anyone'], key: 'few/{uuid}.{ext}', limit: 'LIMITER' },
    form: { ...upload, bucket: 'notes', callers: ['anyone'], key: 'forms/{uuid}.{ext}', confirm: true },
    proof: { ...upload, callers: ['anyone'], key: 'proofs/{uuid}.{ext}', confirm: true, delete_mismatched: true },
    told: { ...upload, bucket: 'notes', callers: ['anyone'], key: `told/${'{stem}-'.repeat(20)}{filename}`, notify: 'https://api.example.com/hook' },
  },
  DOWNLOADS: {
    open: { ...download, callers: ['anyone'], key: 'open/{path}' },
    site: { ...download, callers: ['site'], key: 'site/{caller}/{path}' },
    hs: { ...download, callers: ['hs'], key: 'hs/{claim.team}/{caller}/{path}' },
    login: { ...download, callers: ['login'], key: 'login/{caller}/{path}' },
    access: { ...download, callers: ['access'], key: 'access/{caller}/{path}' },
    worker: { ...download, callers: ['worker'], key: 'worker/{caller}/{path}' },
    backend: { ...download, callers: ['backend'], key: 'tickets/{path}' },
    office: { ...download, callers: ['anyone'], key: 'office/{path}', networks: ['192.0.2.0/24', '2001:db8::/32'], countries: ['DE'] },
    here: { bucket: 'notes', serve: 'direct', callers: ['anyone'], key: 'here/{path}' },
    linked: { ...download, bucket: 'notes', serve: 'worker', callers: ['anyone'], key: 'linked/{path}' },
    role: { ...download, bucket: 'role', callers: ['anyone'], key: 'role/{path}' },
    once: { ...download, callers: ['site'], key: 'once/{path}', uses: 1 },
  },
  CREDENTIALS: {
    hs: { bucket: 'home', callers: ['hs'], prefix: 'hs/{claim.team}/{caller}/', actions: ['read', 'write', 'list', 'delete'], expires: '1 h' },
    role: { bucket: 'role', callers: ['hs'], prefix: 'role/{caller}/', actions: ['read', 'list'], expires: '1 h' },
  },
  ISSUER: { url: 'https://files.example.com', keys: ['ISSUER_KEY'] },
  ...SECRETS,
};

/** The server of `tests/forms/form.mjs` that this Worker is. */
export const FORMS = {
  endpoint: 'https://signpost.example.com',
  region: 'auto',
  accessKeyId: SECRETS.NOTES_ACCESS_KEY_ID,
  secretAccessKey: SECRETS.NOTES_SECRET_ACCESS_KEY,
  bucket: 'notes',
  action: '/forms/notes/',
};

export const CLAIMS = { iss: ISSUER, aud: 'signpost', sub: 'ada', team: 'red', role: 'editor', iat: now, exp: now + 300 };

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A public key of the issuer. @param {string} kid */
export const jwk = (kid) => ({ ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' });

/**
 * Makes a token with a valid signature from the text of its header and claims.
 *
 * @param {string} header
 * @param {string} claims
 * @param {string} secret
 */
export function token(header, claims, secret) {
  const text = [header, claims].map((part) => Buffer.from(part).toString('base64url')).join('.');
  const hmac = () => createHmac('sha256', secret).update(text).digest();
  return `${text}.${(secret ? hmac() : sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' })).toString('base64url')}`;
}

const UPLOAD_ID = '<?xml version="1.0"?><InitiateMultipartUploadResult><UploadId>an-upload-id</UploadId></InitiateMultipartUploadResult>';

/** Answers the Worker's own requests well. @type {import('./worker.mjs').Upstream} */
export function upstream(url, { method }) {
  if (url.includes('/siteverify')) return Response.json({ success: true, hostname: 'www.example.com', action: 'upload' });
  if (url.endsWith('/jwks') || url.endsWith('/certs')) return Response.json({ keys: [jwk('1')] });
  if (method === 'POST') return new Response(url.includes('uploads') ? UPLOAD_ID : '<CompleteMultipartUploadResult/>');
  return method === 'DELETE' ? new Response(null, { status: 204 }) : new Response('<ListPartsResult/>');
}
