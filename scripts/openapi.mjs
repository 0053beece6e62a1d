/**
 * @file Writes `docs/openapi.json`, the description of the HTTP API in OpenAPI 3.1. The statuses of error codes come from Rust, by way
 * of `error-code/codes.json`; the test suite `openapi` holds the document against the Worker.
 *
 *     node scripts/openapi.mjs
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { document } from './openapi/document.mjs';
import { main, root, say } from './step.mjs';

/** The document in the repository, below the root. */
export const FILE = 'docs/openapi.json';

/** @returns {Promise<string>} the text of the document */
export async function openapi() {
  const [codes, manifest] = await Promise.all(['error-code/codes.json', 'Cargo.toml'].map((file) => readFile(join(root, file), 'utf8')));
  const version = /^version = "(.+)"$/m.exec(manifest)?.[1] ?? '';
  return `${JSON.stringify(document(JSON.parse(codes), version), undefined, 1)}\n`;
}

await main(import.meta, async () => {
  await writeFile(join(root, FILE), await openapi());
  say(`${FILE}: written`);
});
