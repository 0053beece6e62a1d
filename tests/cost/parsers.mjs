/** @file Finds the parsers and routes of the Worker in its source. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../scripts/step.mjs';

/** Code of the Worker. */
const FOLDERS = ['rules/src', 'signer/src', 'post-object/src', 'src'];

/** What a parser contains: readers of a format, and the methods by which hand-written parsers take text apart. */
const PARSES = new RegExp(
  [
    ...[/serde_json::from_/, /read_json\(/, /strict_json::/, /derive\([^)]*Deserialize/, /quick_xml|xmlparser|roxmltree/, /form_urlencoded::/],
    ...[/\.decode\(/, /percent_decode/, /parse_http_date/, /split_once\(/, /\.r?splitn?\(/, /\.lines\(\)/, /char_indices\(\)/, /\.windows\(/],
    ...[/\.parse(::<\w+>)?\(\)/, /str::parse/, /matches\(rest/],
  ].map(({ source }) => source).join('|'),
);

/** What a route contains. */
const ROUTE = /pub\((crate|super)\) fn respond\(/;

/** Scripts that read a request. */
const SCRIPTS = 'src/js/forms';

/** Files that look like parsers, and read nothing that a client, an issuer or a bucket sends: the reason. @type {Record<string, string>} */
export const UNREACHED = {
  'post-object/src/fault.rs': 'writes errors',
  ...Object.fromEntries(['arn', 'kind', 'partition', 'region_of_host'].map((name) => [`rules/src/bucket/amazon/${name}.rs`, 'reads names of the configuration and the command, which are short'])),
  'rules/src/callers/hours.rs': 'reads the hours of a rule in the configuration, which are short',
  'rules/src/callers/hours/offset.rs': 'reads what the platform says about a time zone',
  'rules/src/callers/tokens/missing_keys.rs': 'describes an issuer of the configuration whose keys cannot be fetched',
  'rules/src/bucket/r2_temporary/account.rs': 'reads the endpoint of a bucket in the configuration, which is short',
  'rules/src/bucket/r2_temporary/tests.rs': 'is a test',
  'rules/src/state/quota/tests.rs': 'is a test',
  'rules/src/issuer/certificates.rs': 'reads the certificates of a private key in a secret',
  'rules/src/lib.rs': 'names modules',
  'rules/src/notify.rs': 'reads the secret that signs webhooks',
  'rules/src/notify/address.rs': 'reads the address of webhooks in the configuration, which is short',
  'rules/src/notify/schedule.rs': 'reads a number of the receiver that the configuration names',
  'rules/src/reference.rs': 'describes the configuration, in the command only',
  'rules/src/reference/schema.rs': 'writes the JSON Schema, in the command only',
  'src/shell/response.rs': 'writes answers',
  ...Object.fromEntries(['download/short_link/make', 'state', 'state/answer', 'state/link', 'state/link_list', 'state/once', 'state/period', 'state/quota', 'state/quota/command'].map((name) => [`rules/src/${name}.rs`, 'reads what the Worker itself has stored or sent, of bounded length'])),
  ...Object.fromEntries(
    ['signature_v2', 'verify/authorization', 'verify/version_2'].map((name) => [
      `signer/src/${name}.rs`,
      'checks what no rule of the test has: version 2, and requests that are signed in a header',
    ]),
  ),
};

/** @returns {Promise<string[]>} files below the root */
export async function parsers() {
  const rust = (await Promise.all(FOLDERS.map((folder) => filesIn(folder, '.rs')))).flat();
  const read = await Promise.all(rust.map(async (file) => ({ file, text: code(await readFile(join(root, file), 'utf8')) })));
  const found = read.filter(({ file, text }) => PARSES.test(text) || (file.startsWith('src/routes') && ROUTE.test(text)));
  return [...found.map(({ file }) => file), ...(await filesIn(SCRIPTS, '.mjs'))].sort();
}

/** @param {string} folder @param {string} extension */
async function filesIn(folder, extension) {
  const files = await readdir(join(root, folder), { recursive: true });
  return files.filter((file) => file.endsWith(extension)).map((file) => `${folder}/${file}`);
}

/** Removes tests and comments. @param {string} text */
function code(text) {
  return text.split(/^#\[cfg\(test\)\]$/m)[0].replace(/^\s*\/\/.*$/gm, '');
}
