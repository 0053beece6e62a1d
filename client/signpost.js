/**
 * Uploads files to a private bucket and requests links to them, through a Signpost Worker.
 *
 * The Worker signs; files go directly between browser and bucket.
 *
 * @example
 * import { upload, download } from 'https://signpost.example.com/signpost.js';
 *
 * const site = { endpoint: 'https://signpost.example.com', rule: 'avatar' };
 * const { key } = await upload(input.files[0], { ...site, onprogress: (event) => (bar.value = event.loaded / event.total) });
 * const { url } = await download('7f3a.png', site);
 *
 * @module
 */
export { download } from './download.js';
export { SignpostError } from './signpost-error.js';
export { uploadAll } from './upload-all.js';
export { upload } from './upload.js';

/** @typedef {import('./request.js').Options} Options */
/** @typedef {import('./download.js').DownloadOptions} DownloadOptions */
/** @typedef {import('./send.js').Grant} Grant */
/** @typedef {import('./upload-all.js').UploadAllOptions} UploadAllOptions */
/** @typedef {import('./upload.js').Uploaded} Uploaded */
/** @typedef {import('./upload.js').UploadOptions} UploadOptions */
