import { make } from './upload-shadow.js';

/** @typedef {'waiting' | 'uploading' | 'done' | 'failed' | 'removed'} State */

/** One file of `<signpost-upload>`, and its row. */
export class UploadItem {
  /** @type {State} */
  state = 'waiting';
  /** Where it is stored, once it is. @type {string | undefined} */
  key;

  #under = new AbortController();
  #preview = '';

  /**
   * @param {File} file
   * @param {import('./upload-texts.js').Texts} texts
   * @param {{ retry: () => void, remove: () => void }} on what its buttons do
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
      this.button.focus(); // this one goes away
      this.#show('waiting', texts.waiting);
      on.retry();
    });
    this.#show('waiting', texts.waiting);
  }

  /** @returns {AbortSignal} that ends the upload */
  start() {
    this.progress(0);
    return (this.#under = new AbortController()).signal;
  }

  /** @param {number} part from 0 to 1 */
  progress(part) {
    this.bar.value = part;
    this.#show('uploading', this.texts.uploading(Math.round(part * 100)));
  }

  /** @param {string} key */
  done(key) {
    this.key = key;
    this.#show('done', this.texts.stored(this.file.size));
  }

  /** @param {string} why */
  failed(why) {
    this.#show('failed', why);
  }

  /** Takes it away, and stops it first if it is under way. */
  end() {
    this.state = 'removed';
    this.#under.abort();
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
    const [underWay, { texts, file }] = [state === 'waiting' || state === 'uploading', this];
    this.row.part.value = `item ${state}`;
    this.note.textContent = note;
    this.bar.hidden = !underWay;
    this.again.hidden = state !== 'failed';
    this.button.textContent = underWay ? texts.cancel : texts.remove;
    this.button.ariaLabel = `${this.button.textContent}: ${file.name}`;
  }
}
