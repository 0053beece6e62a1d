/**
 * `<signpost-upload>`: a form field for files that are chosen, dropped or pasted. It uploads them, and its value is their keys. Receipts, for
 * rules that give them, are the value of a second field: that of `avatar` is `avatar-receipt`.
 *
 * @example
 * <script type="module" src="https://signpost.example.com/signpost-upload.js"></script>
 * <form action="/profile" method="post">
 *   <signpost-upload rule="avatar" name="avatar" accept="image/*" required>
 *     <a href="https://signpost.example.com/uploads/avatar">Upload a picture</a> <!-- for browsers without JavaScript -->
 *   </signpost-upload>
 *   <button>Save</button>
 * </form>
 *
 * @module
 */
import { upload } from './signpost.js';
import { takeDrops } from './upload-drops.js';
import { UploadItem } from './upload-item.js';
import { SHEET, shadowOf } from './upload-shadow.js';
import { TEXTS } from './upload-texts.js';
import { updateForm } from './upload-value.js';

/** How many files are uploaded at the same time. */
const AT_ONCE = 3;

/**
 * The `detail` of an event: the file; for `signpost-done` also what `upload` resolves with, for `signpost-error` the error.
 *
 * @typedef {{ file: File, loaded?: number, total?: number, error?: unknown } & Partial<import('./signpost.js').Uploaded>} Detail
 */

/**
 * Attributes: `rule`; `endpoint`, unless the Worker served the module; `name`, `accept`, `multiple`, `required` and `disabled` as
 * for `<input type="file">`. The element sets `state` to `idle`, `uploading`, `done` or `failed`, and `dragging` while a file is
 * dragged over it.
 *
 * Events, each with the file in its `detail`: `signpost-add` (cancelable), `signpost-progress`, `signpost-done`,
 * `signpost-error` and `signpost-cancel`; and `change` when the value has changed.
 */
export class SignpostUpload extends /** @type {typeof HTMLElement} */ (globalThis.HTMLElement ?? Object) {
  static formAssociated = true;
  static observedAttributes = ['accept', 'multiple', 'required', 'disabled'];

  /** The texts that the element shows; replace them to translate it. */
  static texts = { ...TEXTS };

  /** The caller's token, or a function that returns it; see `upload`. @type {import('./signpost.js').Options['token']} */
  token;
  /** Texts stored with each object. @type {Record<string, string> | undefined} */
  metadata;

  #internals = this.attachInternals();
  #shadow = shadowOf(this.attachShadow({ mode: 'open', delegatesFocus: true }), SignpostUpload.texts);
  /** @type {UploadItem[]} */
  #items = [];
  #listening = new AbortController();
  #disabled = false;

  constructor() {
    super();
    this.#internals.role = 'group';
    this.#shadow.root.adoptedStyleSheets = [SHEET()];
    this.#shadow.input.addEventListener('change', () => {
      this.add(this.#shadow.input.files ?? []);
      this.#shadow.input.value = ''; // so that the same file can be chosen again
    });
  }

  connectedCallback() {
    const { signal } = (this.#listening = new AbortController());
    this.#internals.ariaLabel = [...this.#internals.labels].map((label) => label.textContent?.trim()).join(' ') || null;
    takeDrops(this, () => !this.#shadow.input.disabled, (files) => this.add(files), signal);
    this.#update();
  }

  disconnectedCallback() {
    this.#listening.abort();
    // An element that was only moved within the page is connected again when the microtask runs.
    queueMicrotask(() => this.isConnected || this.#clear());
  }

  attributeChangedCallback() {
    const { input } = this.#shadow;
    input.accept = this.getAttribute('accept') ?? '';
    input.multiple = this.hasAttribute('multiple');
    input.disabled = this.#disabled || this.hasAttribute('disabled');
    this.#update();
  }

  /** @param {boolean} disabled */
  formDisabledCallback(disabled) {
    this.#disabled = disabled;
    this.attributeChangedCallback();
  }

  formResetCallback() {
    this.#clear();
  }

  /** The key of the first stored object, or an empty string. */
  get value() {
    return this.keys[0] ?? '';
  }

  /** The keys of all stored objects. */
  get keys() {
    return this.#items.flatMap(({ key }) => key ?? []);
  }

  /** The receipts of all stored objects that have one, in the order of their keys. */
  get receipts() {
    return this.#items.flatMap(({ receipt }) => receipt ?? []);
  }

  get name() {
    return this.getAttribute('name') ?? '';
  }

  get form() {
    return this.#internals.form;
  }

  get validity() {
    return this.#internals.validity;
  }

  get validationMessage() {
    return this.#internals.validationMessage;
  }

  get willValidate() {
    return this.#internals.willValidate;
  }

  checkValidity() {
    return this.#internals.checkValidity();
  }

  reportValidity() {
    return this.#internals.reportValidity();
  }

  /**
   * Uploads files, as if they had been chosen. Without `multiple`, the first file replaces an earlier one.
   *
   * @param {Iterable<File>} files
   */
  add(files) {
    if (this.#shadow.input.disabled) return;
    for (const file of this.hasAttribute('multiple') ? files : [...files].slice(0, 1)) {
      if (!this.#emit('signpost-add', { file }, true)) continue;
      if (!this.hasAttribute('multiple')) this.#clear();
      const item = new UploadItem(file, SignpostUpload.texts, {
        retry: () => this.#changed(),
        remove: () => this.#remove(item),
      });
      this.#items.push(item);
      this.#shadow.list.append(item.row);
    }
    this.#changed();
  }

  /** Starts waiting uploads, up to the limit, and updates the form. */
  #changed() {
    const room = AT_ONCE - this.#items.filter(({ state }) => state === 'uploading').length;
    for (const item of this.#items.filter(({ state }) => state === 'waiting').slice(0, room)) this.#send(item);
    this.#update();
  }

  /** @param {UploadItem} item */
  async #send(item) {
    const { file } = item;
    const { token, metadata } = this;
    const onprogress = (/** @type {ProgressEvent} */ { loaded, total }) => {
      item.progress(loaded / total);
      this.#emit('signpost-progress', { file, loaded, total });
    };
    const [endpoint, rule] = [this.getAttribute('endpoint') ?? new URL('.', import.meta.url).href, this.getAttribute('rule') ?? ''];
    try {
      const stored = await upload(file, { endpoint, rule, token, metadata, onprogress, signal: item.start() });
      item.done(stored);
      this.#announce(SignpostUpload.texts.done(file.name));
      this.#changed();
      this.#emit('signpost-done', { file, ...stored });
      this.dispatchEvent(new Event('change', { bubbles: true }));
    } catch (error) {
      if (item.state !== 'uploading') return; // cancelled
      item.failed(error instanceof Error ? error.message : String(error));
      this.#announce(SignpostUpload.texts.failed(file.name));
      this.#changed();
      this.#emit('signpost-error', { file, error });
    }
  }

  /** @param {UploadItem} item */
  #remove(item) {
    const { key, file } = item;
    const focused = item.row.contains(this.#shadow.root.activeElement);
    const next = this.#items[this.#items.indexOf(item) + 1];
    this.#items = this.#items.filter((listed) => listed !== item);
    item.end();
    if (focused) (next?.button ?? this.#shadow.input).focus();
    this.#announce(SignpostUpload.texts.removed(file.name));
    this.#changed();
    if (key) this.dispatchEvent(new Event('change', { bubbles: true }));
    else this.#emit('signpost-cancel', { file });
  }

  #clear() {
    for (const item of this.#items.splice(0)) item.end();
    this.#update();
  }

  /** Updates the form's value and the attribute `state`. */
  #update() {
    const { input } = this.#shadow;
    this.setAttribute('state', updateForm(this.#internals, this, this.#items, input, SignpostUpload.texts));
  }

  /** Announces a text to screen readers. @param {string} text */
  #announce(text) {
    this.#shadow.status.textContent = text;
  }

  /**
   * @param {string} type
   * @param {Detail} detail
   * @param {boolean} [cancelable]
   */
  #emit(type, detail, cancelable) {
    return this.dispatchEvent(new CustomEvent(type, { detail, cancelable, bubbles: true, composed: true }));
  }
}

globalThis.customElements?.define('signpost-upload', SignpostUpload);
