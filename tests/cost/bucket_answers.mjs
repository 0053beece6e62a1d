/** @file Answers of a bucket and of a token service in XML, as long as the Worker reads them. */
import { upstream } from './site.mjs';
import { XML } from './texts.mjs';

/** @typedef {import('./inputs.mjs').Input} Input */

/** Longest answer that is read, in bytes. */
const MAX_ANSWER = 1 << 20;

const PARSERS = ['rules/src/upload/multipart/s3_xml.rs', 'rules/src/upload/multipart/part.rs', 'src/routes/multipart/s3.rs'];

/** Longest answer of a token service that is read, in bytes. */
const MAX_CREDENTIALS = 1 << 16;

/** Requests of which the bucket's answer is read, and the status of that answer. @type {Record<string, { status: number, request: Input['request'], reaches: string[], limit?: number }>} */
const REQUESTS = {
  'a list': { status: 200, reaches: ['src/routes/multipart.rs'], request: (_, { upload }) => ({ path: `/uploads/open/multipart/${upload}` }) },
  "Companion's list": { status: 200, reaches: ['src/routes/uploaders/companion.rs', 'src/routes/uploaders/multipart.rs'], request: (_, { upload }) => ({ path: `/uploads/open/s3/multipart/${upload}?key=open/5a5a5a5a-5a5a-4a5a-9a5a-5a5a5a5a5a5a.png` }) },
  'a list by a capability': { status: 200, reaches: ['src/routes/uploaders/capability.rs'], request: (_, { capability }) => ({ path: capability }) },
  'a new upload': { status: 200, reaches: ['src/routes/multipart.rs'], request: () => ({ method: 'POST', path: '/uploads/open/multipart', body: '{"type":"image/png","size":1}', headers: { 'content-type': 'application/json' } }) },
  credentials: { status: 200, reaches: ['rules/src/sts/answer.rs'], limit: MAX_CREDENTIALS, request: () => ({ path: '/downloads/role/a' }) },
  'an error': { status: 400, reaches: ['src/routes/multipart.rs'], request: (_, { upload }) => ({ method: 'DELETE', path: `/uploads/open/multipart/${upload}` }) },
};

/** @type {Input[]} */
export const bucketAnswers = Object.entries(REQUESTS).flatMap(([what, { status, reaches, request, limit = MAX_ANSWER }]) =>
  Object.entries(XML).map(([elements, write]) => ({
    ...{ name: `a bucket's answer, ${what}: ${elements}`, reaches: [...PARSERS, ...reaches], limit, request },
    upstream: (size) => (url, init) => (url.includes('amazonaws') ? new Response(`<R>${write(size - 100)}</R>`, { status }) : upstream(url, init)),
  })),
);
