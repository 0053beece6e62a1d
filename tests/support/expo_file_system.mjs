/** @file Stands in for `expo-file-system`, which needs a phone: what `examples/expo/` uses of it, with the file system of Node. */
import { openAsBlob, statSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

export class File {
  /** @param {string} uri */
  constructor(uri) {
    const path = fileURLToPath(uri);
    this.name = basename(path);
    this.size = statSync(path).size;
  }
}

export const FileSystemUploadType = { BINARY_CONTENT: 0 };

/** @param {string} url @param {string} uri @param {{ httpMethod: string, uploadType: number, headers: Record<string, string> }} options */
export async function uploadAsync(url, uri, { httpMethod, uploadType, headers }) {
  if (uploadType !== FileSystemUploadType.BINARY_CONTENT) throw new Error('only the file as the body is supported');
  const { status } = await fetch(url, { method: httpMethod, headers, body: await openAsBlob(fileURLToPath(uri)) });
  return { status };
}
