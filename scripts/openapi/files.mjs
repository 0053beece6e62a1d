/** @file The files that Cloudflare serves without running the Worker. */

/** @typedef {import('./schemas.mjs').Schema} Schema */

/** @param {string} operationId @param {string} summary @param {string} type @param {Schema} schema @returns {Schema} */
const file = (operationId, summary, type, schema) => ({
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
    },
    security: [],
  },
});

/** @type {Record<string, Schema>} */
export const FILES = {
  '/signpost.js': file('clientModule', "Returns the browser's module", 'text/javascript', { type: 'string' }),
  '/signpost-upload.js': file('clientComponent', 'Returns the component `<signpost-upload>`', 'text/javascript', { type: 'string' }),
  '/openapi.json': file('openapi', 'Returns this document, if the build was told to add it', 'application/json', { type: 'object', required: ['openapi'] }),
};
