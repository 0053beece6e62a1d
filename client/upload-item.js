import { make } from './upload-shadow.js';

/** @typedef {'waiting' | 'uploading' | 'done' | 'failed' | 'removed'} State */

/** A file of `<signpost-upload>` and its row in the list. */
export class UploadItem {
  /** @type {State} */
  state = 'waiting';
  /** The object's key, once it is stored. @type {string | undefined} */
  key;
  /** The receipt, if the Worker gave one. @type {string | undefined} */
  receipt;

  #upload = new AbortController();
  #preview = '';

  /**
   * @param {File} file
   * @param {import('./upload-texts.js').Texts} texts
   * @param {{ retry: () => void, remove: () => void }} on called by its buttons
   */
  constructor(file, texts, on) {
    this.file = file;
    this.texts = texts;
    this.note = make('span', { part: 'note' });
    this.bar = make('progress', { part: 'progress', 'aria-label': file.name, max: '1', value: '0' });
    this.again = make('button', { part: 'button retry', type: 'button', 'aria-label': `${texts.retry}: ${file.name}` }, texts.retry);
    this.button = make('button', { part: 'button remove', type: 'button' });
    this.row = make('li', {}, ...this.#picture(), make('span', { part: 'name' }, file.name), this.note, this.bar, this.again, this.button);
    this.button.addEventListener('click', on.remove);
    this.again.addEventListener('click', () => {
      this.button.focus(); // the retry button is about to be hidden
      this.#show('waiting', texts.waiting);
      on.retry();
    });
    this.#show('waiting', texts.waiting);
  }

  /** @returns {AbortSignal} aborted when the file is removed */
  start() {
    this.progress(0);
    return (this.#upload = new AbortController()).signal;
  }

  /** @param {number} fraction from 0 to 1 */
  progress(fraction) {
    this.bar.value = fraction;
    this.#show('uploading', this.texts.uploading(Math.round(fraction * 100)));
  }

  /** @param {import('./signpost.js').Uploaded} stored */
  done({ key, receipt }) {
    this.key = key;
    this.receipt = receipt;
    this.#show('done', this.texts.stored(this.file.size));
  }

  /** @param {string} why */
  failed(why) {
    this.#show('failed', why);
  }

  /** Removes the row, and stops the upload if it is running. */
  end() {
    this.state = 'removed';
    this.#upload.abort();
    this.row.remove();
    URL.revokeObjectURL(this.#preview);
  }

  *#picture() {
    if (!/^image\/(?!svg)/.test(this.file.type)) return;
    this.#preview = URL.createObjectURL(this.file);
    const picture = make('img', { part: 'preview', alt: '', src: this.#preview });
    picture.addEventListener('error', () => picture.remove());
    yield picture;
  }

  /**
   * @param {State} state
   * @param {string} note
   */
  #show(state, note) {
    this.state = state;
    const [running, { texts, file }] = [state === 'waiting' || state === 'uploading', this];
    this.row.part.value = `item ${state}`;
    this.note.textContent = note;
    this.bar.hidden = !running;
    this.again.hidden = state !== 'failed';
    this.button.textContent = running ? texts.cancel : texts.remove;
    this.button.ariaLabel = `${this.button.textContent}: ${file.name}`;
  }
}
