// Uppy finds its Companion below a rule: one URL, and nothing of ours.
import AwsS3 from '@uppy/aws-s3';
import Uppy from '@uppy/core';
import Dashboard from '@uppy/dashboard';

const keys = /** @type {HTMLOutputElement} */ (document.querySelector('#keys'));

const uppy = new Uppy({ restrictions: { allowedFileTypes: ['image/png', 'video/mp4'] } })
  .use(Dashboard, { target: '#dashboard', inline: true, proudlyDisplayPoweredByUppy: false })
  .use(AwsS3, {
    companionEndpoint: 'https://signpost.example.com/uploads/file',
    shouldUseMultipart: true, // in parts, an upload can go on after an interruption; buckets without forms take nothing else from it
  });

// Companion is not told the size, which our signatures hold: it goes along as the file's own metadata.
uppy.on('file-added', ({ id, size }) => uppy.setFileMeta(id, { size }));

// What failed for want of a connection goes on when there is one.
addEventListener('online', () => void uppy.retryAll());

uppy.on('upload-success', (_file, { body }) => {
  keys.value = [keys.value, body?.key].filter(Boolean).join(',');
});
