/** @file Sends granted uploads and downloads with `curl`. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** @typedef {{ method: 'POST', url: string, fields: Record<string, string>, key: string, expires: string }} Form */
/** @typedef {{ method: 'PUT', url: string, headers: Record<string, string>, key: string, expires: string }} Put */
/** @typedef {{ status: number, body: Buffer }} Answer */

/**
 * Sends a form: its fields in their order, then the file.
 *
 * @param {{ url: string, fields: Record<string, string> }} form
 * @param {Buffer} file
 * @param {string} [filename]
 */
export function post({ url, fields }, file, filename = 'file') {
  const texts = Object.entries(fields).flatMap(([name, value]) => ['--form-string', `${name}=${value}`]);
  return curl(file, (path) => [...texts, '--form', `file=@${path};filename=${filename}`, url]);
}

/**
 * Sends a PUT with exactly these headers.
 *
 * @param {{ url: string, headers: Record<string, string> }} put
 * @param {Buffer} file
 */
export function put({ url, headers }, file) {
  const all = Object.entries(headers).filter(([name]) => name !== 'content-length'); // set by curl itself
  const lines = all.flatMap(([name, value]) => ['--header', `${name}: ${value}`]);
  return curl(file, (path) => [...lines, '--upload-file', path, url]);
}

/** Follows a link and its redirects. @param {string} url */
export function get(url) {
  return curl(Buffer.alloc(0), () => ['--location', url]);
}

/**
 * @param {Buffer} file
 * @param {(path: string) => string[]} argsFor returns the arguments for a file's path
 * @returns {Promise<Answer>}
 */
async function curl(file, argsFor) {
  const directory = await mkdtemp(join(tmpdir(), 'transfer-'));
  const [sent, received] = [join(directory, 'sent'), join(directory, 'received')];
  try {
    await Promise.all([writeFile(sent, file), writeFile(received, '')]);
    const options = ['--silent', '--show-error', '--globoff', '--max-time', '60', '--output', received, '--write-out', '%{http_code}'];
    const { stdout } = await run('curl', [...options, ...argsFor(sent)]);
    return { status: Number(stdout), body: await readFile(received) };
  } finally {
    await rm(directory, { recursive: true });
  }
}
