// FilePond with one function that uploads a file. `load` gives FilePond the key, which becomes the value of its form field.
import { create } from 'filepond';
import { upload } from 'signpost/client';

const site = { endpoint: 'https://signpost.example.com', rule: 'file' };

const pond = create(/** @type {Element} */ (document.querySelector('#file')), {
  credits: false,
  server: {
    process(_field, file, _metadata, load, error, progress) {
      const stop = new AbortController();
      const onprogress = (/** @type {ProgressEvent} */ { loaded, total }) => progress(true, loaded, total);
      upload(file, { ...site, onprogress, signal: stop.signal }).then(
        ({ key }) => load(key),
        (why) => stop.signal.aborted || error(why.message),
      );
      return { abort: () => stop.abort() };
    },
    revert: null, // nothing is deleted from the bucket
  },
  onprocessfiles() {
    const keys = /** @type {HTMLOutputElement} */ (document.querySelector('#keys'));
    keys.value = pond.getFiles().map(({ serverId }) => serverId).join(',');
  },
});
