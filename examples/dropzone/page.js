// Dropzone in a subclass that overrides the one method that sends files.
import Dropzone from 'dropzone';
import { upload } from 'signpost/client';

const site = { endpoint: 'https://signpost.example.com', rule: 'file' };

class SignpostDropzone extends Dropzone {
  /** @param {import('dropzone').DropzoneFile[]} files @override */
  uploadFiles(files) {
    for (const file of files) this.#send(file);
  }

  /** @param {import('dropzone').DropzoneFile} file */
  async #send(file) {
    const stop = new AbortController();
    this.on('canceled', (canceled) => canceled === file && stop.abort());
    const onprogress = (/** @type {ProgressEvent} */ { loaded, total }) =>
      this.emit('uploadprogress', file, (100 * loaded) / total, loaded);
    try {
      const { key } = await upload(file, { ...site, onprogress, signal: stop.signal });
      this._finished([file], key, undefined);
    } catch (why) {
      if (!stop.signal.aborted) this._errorProcessing([file], why instanceof Error ? why.message : String(why));
    }
  }
}

const zone = new SignpostDropzone('#zone', { url: site.endpoint, addRemoveLinks: true, maxFilesize: 100 });
zone.on('success', (_file, key) => {
  const keys = /** @type {HTMLOutputElement} */ (document.querySelector('#keys'));
  keys.value = [keys.value, key].filter(Boolean).join(',');
});
