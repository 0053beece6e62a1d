/** @file Finds what the document says about an answer. */
import assert from 'node:assert/strict';

/** @typedef {import('./site.mjs').Json} Json */

/**
 * Fails unless the document has this answer: its status, its media type and its error code.
 *
 * @param {Json} document
 * @param {{ method: string, path: string }} request
 * @param {{ status: number, headers: import('node:http').IncomingHttpHeaders, body: string }} answer
 * @returns {boolean} whether the document has the path at all
 */
export function assertDocumented(document, { method, path }, { status, headers, body }) {
  const [name, item] = pathOf(document, path) ?? [];
  if (!item) return false;
  const operation = item[method.toLowerCase()];
  if (!operation) {
    // It would be answered 405, if a broken configuration, a wrong origin or an upload that is unknown did not come first.
    assert.ok([403, 404, 405, 503].includes(status), `${method} ${name} is not in the document, and is answered ${status}`);
    return true;
  }
  const found = operation.responses[status];
  assert.ok(found, `${method} ${name} is answered ${status}, which the document does not have: ${body}`);
  const response = found.$ref ? document.components.responses[found.$ref.split('/').at(-1)] : found;
  if (!body) return true;
  const type = `${headers['content-type']}`.split(';')[0] ?? '';
  const schema = (response.content?.[type] ?? response.content?.['*/*'])?.schema;
  assert.ok(schema, `${method} ${name} is answered ${status} with ${type}, which the document does not have`);
  const code = codeOf(type, body);
  if (status >= 400 && code) assert.ok(codesOf(schema).includes(code), `${method} ${name} is answered ${status} with the code ${code}, which the document does not have`);
  return true;
}

/** @param {Json} document @param {string} path @returns {[string, Json] | undefined} the path with the fewest parameters that matches */
function pathOf(document, path) {
  const bare = path.replace(/\?.*/s, '').replace(/^\/t\/[^/]*/, '');
  const pattern = (/** @type {string} */ name) => new RegExp(`^${name.replace(/\{(\w+)\}/g, (_, parameter) => (['path', 'key'].includes(parameter) ? '.+' : '[^/]+'))}$`, 's');
  const matching = Object.entries(document.paths).filter(([name]) => pattern(name).test(bare));
  return matching.sort(([a], [b]) => a.split('{').length - b.split('{').length)[0];
}

/** @param {string} type @param {string} body @returns {string | undefined} */
function codeOf(type, body) {
  if (type === 'application/xml') return /<Code>([^<]*)<\/Code>/.exec(body)?.[1];
  if (!type.endsWith('json')) return undefined;
  const { code, error } = JSON.parse(body);
  return code ?? error?.code;
}

/** @param {Json} schema @returns {string[]} the error codes that it permits */
export function codesOf(schema) {
  const { code, Code, error } = schema.properties ?? {};
  return (code ?? Code ?? error?.properties.code)?.enum ?? [];
}

/** @param {Json} document @returns {Map<string, Set<string>>} the error codes by status, without those of forms and of `/files/`, whose statuses are S3's */
export function problemCodes(document) {
  /** @type {Map<string, Set<string>>} */
  const codes = new Map();
  for (const [path, item] of Object.entries(document.paths)) {
    if (/^\/(forms|files)\//.test(path)) continue;
    for (const { responses = {} } of Object.values(item)) {
      for (const [status, found] of Object.entries(responses)) {
        const response = found.$ref ? document.components.responses[found.$ref.split('/').at(-1)] : found;
        for (const { schema } of Object.values(response.content ?? {})) {
          for (const code of codesOf(schema)) codes.set(status, (codes.get(status) ?? new Set()).add(code));
        }
      }
    }
  }
  return codes;
}
