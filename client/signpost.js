/**
 * Uploads a file to a bucket, and links to one, with permission from a Signpost Worker.
 *
 * The Worker signs; the bytes go from the browser to the bucket and back.
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
export { upload } from './upload.js';

/** @typedef {import('./ask.js').Options} Options */
/** @typedef {import('./download.js').DownloadOptions} DownloadOptions */
/** @typedef {import('./send.js').Grant} Grant */
/** @typedef {import('./upload.js').Uploaded} Uploaded */
/** @typedef {import('./upload.js').UploadOptions} UploadOptions */
