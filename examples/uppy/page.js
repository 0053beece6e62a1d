// Uppy with the rule's URL as its Companion. It needs no code of Signpost's.
import AwsS3 from '@uppy/aws-s3';
import Uppy from '@uppy/core';
import Dashboard from '@uppy/dashboard';

const keys = /** @type {HTMLOutputElement} */ (document.querySelector('#keys'));

const uppy = new Uppy({ restrictions: { allowedFileTypes: ['image/png', 'video/mp4'] } })
  .use(Dashboard, { target: '#dashboard', inline: true, proudlyDisplayPoweredByUppy: false })
  .use(AwsS3, {
    companionEndpoint: 'https://signpost.example.com/uploads/file',
    shouldUseMultipart: true, // an upload in parts can be resumed; for buckets without forms it is the only way
  });

// Uppy does not send the size to Companion, but the signature fixes it. So it is sent as metadata.
uppy.on('file-added', ({ id, size }) => uppy.setFileMeta(id, { size }));

// Uploads that failed without a connection continue when there is one.
addEventListener('online', () => void uppy.retryAll());

uppy.on('upload-success', (_file, { body }) => {
  keys.value = [keys.value, body?.key].filter(Boolean).join(',');
});
