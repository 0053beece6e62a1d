/** @file What a page does with uploaders from npm, as they are. Each way takes a file and the rule's URL, and ends with the key. */
import AwsS3 from '@uppy/aws-s3';
import { uploadFiles } from '@better-upload/client';
import Uppy from '@uppy/core';
// @ts-expect-error: version 5 in one file, beside version 6, and without types
import { AwsS3 as AwsS3Five, Uppy as UppyFive } from 'uppy5/dist/uppy.min.mjs';

/** Where the tests look. @type {any} */
const page = window;

/** @typedef {{ rule: string, token?: string, told?: object, silent?: boolean, parts?: boolean, stop?: AbortSignal }} Ask with what else is told of each file, or not even its size */

/**
 * @param {any} uppy
 * @param {File[]} files
 * @param {Ask} ask
 */
async function run(uppy, files, { told = {}, silent, stop }) {
  page.progress = [];
  uppy.on('progress', (/** @type {number} */ percent) => page.progress.push(percent));
  for (const file of files) {
    const id = uppy.addFile({ name: file.name, type: file.type, data: file });
    uppy.setFileMeta(id, silent ? told : { size: file.size, ...told });
  }
  stop?.addEventListener('abort', () => uppy.cancelAll());
  const { successful, failed } = (await uppy.upload()) ?? {};
  if (failed?.length) throw new Error(failed[0].error);
  return successful?.map((/** @type {any} */ { response }) => response.body.key) ?? [];
}

const ways = {
  /** @param {File[]} files @param {Ask} ask */
  uppy5(files, ask) {
    const headers = ask.token ? { authorization: `Bearer ${ask.token}` } : {};
    const uppy = new UppyFive().use(AwsS3Five, { endpoint: ask.rule, headers, shouldUseMultipart: !!ask.parts });
    return run(uppy, files, ask);
  },

  /** @param {File[]} files @param {Ask} ask */
  uppy6(files, ask) {
    const uppy = new Uppy().use(AwsS3, { companionEndpoint: ask.rule, shouldUseMultipart: !!ask.parts });
    return run(uppy, files, ask);
  },

  /** @param {File[]} files @param {Ask} ask */
  signRequest(files, ask) {
    const uppy = new Uppy();
    uppy.use(AwsS3, {
      shouldUseMultipart: !!ask.parts,
      generateObjectKey: ({ id }) => id,
      async signRequest(request) {
        const { name: filename, type: contentType, meta } = uppy.getFile(request.key) ?? {};
        const headers = { 'content-type': 'application/json', ...(ask.token && { authorization: `Bearer ${ask.token}` }) };
        const body = JSON.stringify({ filename, contentType, size: meta?.size, ...request });
        const answer = await fetch(`${ask.rule}/sign-request`, { method: 'POST', headers, body });
        if (!answer.ok) throw new Error((await answer.json()).detail);
        return answer.json();
      },
    });
    return run(uppy, files, ask);
  },

  /** @param {File[]} files @param {Ask} ask */
  async betterUpload(files, { rule, token, stop }) {
    page.progress = [];
    const { files: done, failedFiles } = await uploadFiles({
      api: `${rule}/better-upload`,
      route: 'any',
      files,
      headers: token ? { authorization: `Bearer ${token}` } : {},
      signal: stop,
      onFileStateChange: ({ file }) => void page.progress.push(file.progress * 100),
    });
    if (failedFiles.length) throw new Error(failedFiles[0].error?.message);
    return done.map(({ objectInfo }) => objectInfo.key);
  },
};

/**
 * Uploads what the page's input has.
 *
 * @param {keyof typeof ways} way
 * @param {Omit<Ask, 'stop'>} ask
 */
page.send = (way, ask) => {
  const input = /** @type {HTMLInputElement} */ (document.querySelector('#given'));
  const stopper = new AbortController();
  page.cancel = () => stopper.abort();
  return ways[way]([...(input.files ?? [])], { ...ask, stop: stopper.signal });
};
