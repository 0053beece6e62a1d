/** @file A page that uploads with unmodified uploaders from npm. Each function takes files and the URL of the rule, and returns the keys. */
import AwsS3 from '@uppy/aws-s3';
import { uploadFiles } from '@better-upload/client';
import Uppy from '@uppy/core';
// @ts-expect-error: the bundle of version 5, in addition to version 6, has no types
import { AwsS3 as AwsS3Five, Uppy as UppyFive } from 'uppy5/dist/uppy.min.mjs';

/** What the tests can see. @type {any} */
const page = window;

/** @typedef {{ rule: string, token?: string, metadata?: object, omitSize?: boolean, parts?: boolean, signal?: AbortSignal }} Options `metadata` is sent with each file; `omitSize` leaves the size out */

/**
 * @param {any} uppy
 * @param {File[]} files
 * @param {Options} options
 */
async function run(uppy, files, { metadata = {}, omitSize, signal }) {
  page.progress = [];
  uppy.on('progress', (/** @type {number} */ percent) => page.progress.push(percent));
  for (const file of files) {
    const id = uppy.addFile({ name: file.name, type: file.type, data: file });
    uppy.setFileMeta(id, omitSize ? metadata : { size: file.size, ...metadata });
  }
  signal?.addEventListener('abort', () => uppy.cancelAll());
  const { successful, failed } = (await uppy.upload()) ?? {};
  if (failed?.length) throw new Error(failed[0].error);
  page.bodies = successful?.map((/** @type {any} */ { response }) => response.body);
  return successful?.map((/** @type {any} */ { response }) => response.body.key) ?? [];
}

const uploaders = {
  /** @param {File[]} files @param {Options} options */
  uppy5(files, options) {
    const headers = options.token ? { authorization: `Bearer ${options.token}` } : {};
    const uppy = new UppyFive().use(AwsS3Five, { endpoint: options.rule, headers, shouldUseMultipart: !!options.parts });
    return run(uppy, files, options);
  },

  /** @param {File[]} files @param {Options} options */
  uppy6(files, options) {
    const uppy = new Uppy().use(AwsS3, { companionEndpoint: options.rule, shouldUseMultipart: !!options.parts });
    return run(uppy, files, options);
  },

  /** @param {File[]} files @param {Options} options */
  signRequest(files, options) {
    const uppy = new Uppy();
    uppy.use(AwsS3, {
      shouldUseMultipart: !!options.parts,
      generateObjectKey: ({ id }) => id,
      async signRequest(request) {
        const { name: filename, type: contentType, meta } = uppy.getFile(request.key) ?? {};
        const headers = { 'content-type': 'application/json', ...(options.token && { authorization: `Bearer ${options.token}` }) };
        const body = JSON.stringify({ filename, contentType, size: meta?.size, ...request });
        const answer = await fetch(`${options.rule}/sign-request`, { method: 'POST', headers, body });
        const signed = await answer.json();
        if (!answer.ok) throw new Error(signed.detail);
        page.state = signed.confirm;
        return signed;
      },
    });
    return run(uppy, files, options);
  },

  /** @param {File[]} files @param {Options} options */
  async betterUpload(files, { rule, token, signal }) {
    page.progress = [];
    const { files: done, failedFiles } = await uploadFiles({
      api: `${rule}/better-upload`,
      route: 'any',
      files,
      headers: token ? { authorization: `Bearer ${token}` } : {},
      signal,
      onFileStateChange: ({ file }) => void page.progress.push(file.progress * 100),
    });
    if (failedFiles.length) throw new Error(failedFiles[0].error?.message);
    return done.map(({ objectInfo }) => objectInfo.key);
  },
};

/**
 * Uploads the files of the page's input.
 *
 * @param {keyof typeof uploaders} uploader
 * @param {Omit<Options, 'signal'>} options
 */
page.send = (uploader, options) => {
  const input = /** @type {HTMLInputElement} */ (document.querySelector('#files'));
  const controller = new AbortController();
  page.cancel = () => controller.abort();
  return uploaders[uploader]([...(input.files ?? [])], { ...options, signal: controller.signal });
};
