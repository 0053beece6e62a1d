// Uppy with the rule's URL as its Companion. It does not need Signpost's client.
import AwsS3 from '@uppy/aws-s3';
import Uppy from '@uppy/core';
import Dashboard from '@uppy/dashboard';

const keys = /** @type {HTMLOutputElement} */ (document.querySelector('#keys'));

const uppy = new Uppy({ restrictions: { allowedFileTypes: ['image/png', 'video/mp4'] } })
  .use(Dashboard, { target: '#dashboard', inline: true, proudlyDisplayPoweredByUppy: false })
  .use(AwsS3, {
    companionEndpoint: 'https://signpost.example.com/uploads/file',
    shouldUseMultipart: true, // an upload in parts can be resumed; a bucket that accepts no forms needs it
  });

// The signature fixes the file's size, which Uppy does not send to Companion. So the page adds it as metadata.
uppy.on('file-added', ({ id, size }) => uppy.setFileMeta(id, { size }));

// Uploads that failed because the browser was offline continue when it is online again.
addEventListener('online', () => void uppy.retryAll());

uppy.on('upload-success', (_file, { body }) => {
  keys.value = [keys.value, body?.key].filter(Boolean).join(',');
});
