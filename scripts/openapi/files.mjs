/** @file The files of the Worker: Cloudflare serves the browser's modules without running it, and the Worker the description of the API. */
import { finished, refusals } from './answers.mjs';

/** @typedef {import('./schemas.mjs').Schema} Schema */

/** @param {string} operationId @param {string} summary @param {string} type @param {Schema} schema @param {Schema} [refused] @returns {Schema} */
const file = (operationId, summary, type, schema, refused = {}) => ({
  get: {
    operationId,
    tags: ['files'],
    summary,
    responses: {
      200: {
        description: 'The file.',
        headers: { 'Access-Control-Allow-Origin': { required: true, schema: { type: 'string', const: '*' } }, ETag: { required: true, schema: { type: 'string' } } },
        content: { [type]: { schema } },
      },
      304: { description: 'The client has this version, as `If-None-Match` says.' },
      ...refused,
    },
    security: [],
  },
});

/** @param {import('./answers.mjs').Codes} codes @returns {Record<string, Schema>} paths */
export const files = (codes) => ({
  '/signpost.js': file('clientModule', "Returns the browser's module", 'text/javascript', { type: 'string' }),
  '/signpost-upload.js': file('clientComponent', 'Returns the component `<signpost-upload>`', 'text/javascript', { type: 'string' }),
  '/react.js': file('clientHook', 'Returns the React hook, which imports `react`', 'text/javascript', { type: 'string' }),
  '/openapi.json': file(
    'openapi',
    'Returns this document, if the configuration has `OPENAPI = true`',
    'application/json',
    { type: 'object', required: ['openapi'] },
    finished(refusals(codes, { problem: ['NoSuchRule', 'ServiceUnavailable', 'InternalError'] })),
  ),
});
