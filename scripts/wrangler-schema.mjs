/**
 * @file The JSON Schema of `wrangler.toml` with the variables of Signpost, for editors: wrangler's own schema, in which `vars` is known.
 *
 *     node scripts/wrangler-schema.mjs
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure, main, root, say } from './step.mjs';

/** The definitions of wrangler's schema that have `vars`: the whole file, and `[env.NAME]`. */
const [TOP, ENVIRONMENT] = ['RawConfig', 'RawEnvironment'];

/** @typedef {{ [key: string]: any }} Schema */

/**
 * Writes the schema of the installed wrangler.
 *
 * @param {string} [path]
 */
export async function writeWranglerSchema(path = join(root, 'build', 'wrangler.schema.json')) {
  const wrangler = join(root, 'node_modules', 'wrangler');
  const [ofWrangler, ofVars, { version }] = await Promise.all(
    [join(wrangler, 'config-schema.json'), join(root, 'docs', 'vars.schema.json'), join(wrangler, 'package.json')].map(readJson),
  );
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(wranglerSchema(ofWrangler, ofVars, version))}\n`);
}

/**
 * Combines both schemas in one file without references to others: the editor extension Even Better TOML resolves no path in a `$ref`
 * (https://github.com/tamasfe/taplo/issues/771).
 *
 * @param {Schema} ofWrangler in draft 7
 * @param {Schema} ofVars
 * @param {string} version of wrangler
 * @returns {Schema}
 */
export function wranglerSchema(ofWrangler, ofVars, version) {
  const { $defs, properties, patternProperties } = JSON.parse(JSON.stringify(ofVars).replaceAll('"#/$defs/', '"#/definitions/'));
  const { [TOP]: top, ...definitions } = /** @type {Schema} */ (withoutMarkdown(ofWrangler.definitions));
  const environment = definitions[ENVIRONMENT];
  for (const table of [top, environment]) {
    if (!table?.properties?.vars) throw new Failure(`the schema of wrangler ${version} has no \`vars\` where it had`, 'correct scripts/wrangler-schema.mjs');
    // Other variables than those of Signpost remain what wrangler allows.
    Object.assign(table.properties.vars, { properties, patternProperties });
  }
  return {
    $schema: ofWrangler.$schema,
    $comment: `Contains the schema of wrangler ${version}, which Cloudflare licenses under MIT or Apache 2.0.`,
    title: 'The configuration of wrangler, with the variables of Signpost',
    allowTrailingCommas: true,
    ...top,
    definitions: { ...definitions, ...$defs },
  };
}

/** Removes the descriptions in Markdown, which repeat those in plain text. @param {unknown} schema @returns {unknown} */
function withoutMarkdown(schema) {
  if (Array.isArray(schema)) return schema.map(withoutMarkdown);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).filter(([key, value]) => key !== 'markdownDescription' || typeof value !== 'string');
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutMarkdown(value)]));
}

/** @param {string} path @returns {Promise<any>} */
async function readJson(path) {
  return JSON.parse(await readFile(path, 'utf8'));
}

await main(import.meta, async () => {
  await writeWranglerSchema();
  say('build/wrangler.schema.json');
});
