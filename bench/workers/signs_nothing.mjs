// The lower bound of this job: reads what Signpost reads, writes the same log line, and sends a response of the same length with the
// same headers, but checks and signs nothing. The difference to another Worker is the cost of checking and signing.
import { BUCKET, HEADERS } from './same_job.mjs';

const KEY = 'avatars/site/0f4c1f9e-2f4e-4a53-8c34-6cf0a7f2a3c1.png';
const FIELDS = {
  ...{ 'Content-Type': 'image/png', bucket: BUCKET.name, key: KEY, 'x-amz-algorithm': 'AWS4-HMAC-SHA256' },
  ...{ 'x-amz-credential': 'AKIAIOSFODNN7EXAMPLE/20261123/eu-west-1/s3/aws4_request', 'x-amz-date': '20261123T190000Z' },
  ...{ policy: 'e'.repeat(500), 'x-amz-signature': '0'.repeat(64) },
};
const FORM = JSON.stringify({ method: 'POST', url: `${BUCKET.host}/`, fields: FIELDS, key: KEY, expires: '2026-11-23T19:10:00Z' });
const FORM_INIT = { headers: new Headers({ ...HEADERS, 'content-type': 'application/json' }) };
const LINK_INIT = { status: 302, headers: new Headers({ ...HEADERS, location: `${BUCKET.host}/${KEY}?${'q'.repeat(330)}` }) };

/** The response if something is missing. Every value is used, so that none is read in vain. */
const REFUSED = new Response(null, { status: 400 });

/** @param {string} rule @param {number} started */
const log = (rule, started) =>
  console.log(`{"rule":"${rule}/avatar","caller":"site","subject":"site","outcome":"granted","status":200,"key_hash":"${'0'.repeat(32)}","ms":${Date.now() - started}}`);

export default {
  /** @param {Request} request @returns {Response | Promise<Response>} */
  fetch(request) {
    const started = Date.now();
    const { method, url, headers } = request;
    const head = `${method}\n${url}\n${headers.get('authorization')}\n${headers.get('origin')}`;
    if (method !== 'GET') return upload(request, `${head}\n${headers.get('content-type')}\n${headers.get('content-length')}`, started);
    if (!`${head}\n${headers.get('accept')}`.startsWith(method)) return REFUSED;
    log('downloads', started);
    return new Response(null, LINK_INIT);
  },
};

/** @param {Request} request @param {string} head @param {number} started */
async function upload(request, head, started) {
  const body = new Uint8Array(await request.arrayBuffer());
  if (!head.startsWith('POST') || body[0] !== 0x7b) return REFUSED;
  log('uploads', started);
  return new Response(FORM, FORM_INIT);
}
