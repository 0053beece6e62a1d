/**
 * A React hook for an upload, with its progress, and functions that cancel and retry it. For React 18 and 19.
 *
 * @example
 * import { useUpload } from 'signpost/react';
 *
 * function Picture() {
 *   const { state, progress, result, error, upload, cancel, retry } = useUpload('https://signpost.example.com', { rule: 'avatar' });
 *   if (state === 'uploading') return <><progress value={progress} /><button onClick={cancel}>Cancel</button></>;
 *   if (state === 'error') return <><p role="alert">{error.message}</p><button onClick={retry}>Try again</button></>;
 *   if (state === 'done') return <input type="hidden" name="receipt" value={result.receipt} />;
 *   return <input type="file" onChange={({ target }) => upload(target.files[0])} />;
 * }
 *
 * @module
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import { upload as send } from './signpost.js';

/**
 * @typedef {Omit<import('./signpost.js').UploadOptions, 'endpoint'>} UseUploadOptions As those of `upload`. The latest ones count when an
 *   upload begins. A `signal` cancels the upload, like `cancel`.
 */

/**
 * The state of an upload; `progress` is from 0 to 1.
 *
 * @typedef {{ state: 'idle', progress: 0, file?: undefined, result?: undefined, error?: undefined }
 *   | { state: 'uploading', progress: number, file: File | Blob, result?: undefined, error?: undefined }
 *   | { state: 'done', progress: 1, file: File | Blob, result: import('./signpost.js').Uploaded, error?: undefined }
 *   | { state: 'error', progress: number, file: File | Blob, result?: undefined, error: Error }} UploadState
 */

/**
 * @typedef {object} UploadActions The functions are the same for every render.
 * @property {(file: File | Blob) => Promise<import('./signpost.js').Uploaded | undefined>} upload Uploads a file, and cancels an upload that is
 *   running. It never rejects: it resolves with undefined if the upload fails or is cancelled.
 * @property {() => void} cancel Stops the upload, and forgets its result or error.
 * @property {() => Promise<import('./signpost.js').Uploaded | undefined>} retry Uploads the same file again after an error.
 */

/** @type {UploadState} */
const IDLE = { state: 'idle', progress: 0 };

/**
 * Uploads a file, and keeps the state of the upload. The upload is cancelled when the component is unmounted or hidden.
 *
 * @param {string} endpoint the Worker's address
 * @param {UseUploadOptions} options
 * @returns {UploadState & UploadActions}
 */
export function useUpload(endpoint, options) {
  const [shown, show] = useState(IDLE);
  const latest = useRef({ ...options, endpoint });
  const failed = useRef(/** @type {File | Blob | undefined} */ (undefined));
  const running = useRef(/** @type {AbortController | undefined} */ (undefined));

  useEffect(() => {
    latest.current = { ...options, endpoint };
  });

  const cancel = useCallback(() => {
    running.current?.abort();
    running.current = failed.current = undefined;
    show(IDLE);
  }, []);
  useEffect(() => cancel, [cancel]);

  const upload = useCallback(
    async (/** @type {File | Blob} */ file) => {
      cancel();
      const controller = (running.current = new AbortController());
      const isCurrent = () => running.current === controller;
      const { signal, onprogress, ...options } = latest.current;
      let progress = 0;
      show({ state: 'uploading', progress, file });
      try {
        const result = await send(file, {
          ...options,
          signal: signal ? AbortSignal.any([controller.signal, signal]) : controller.signal,
          onprogress(event) {
            progress = event.total && event.loaded / event.total;
            if (isCurrent()) show({ state: 'uploading', progress, file });
            onprogress?.(event);
          },
        });
        if (!isCurrent()) return undefined;
        show({ state: 'done', progress: 1, file, result });
        return result;
      } catch (reason) {
        if (!isCurrent()) return undefined;
        if (signal?.aborted) return void cancel();
        failed.current = file;
        show({ state: 'error', progress, file, error: reason instanceof Error ? reason : new Error(String(reason)) });
        return undefined;
      }
    },
    [cancel],
  );

  const retry = useCallback(async () => (failed.current ? upload(failed.current) : undefined), [upload]);

  return { ...shown, upload, cancel, retry };
}
