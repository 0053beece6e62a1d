/**
 * `<signpost-upload>`: files that are picked, dropped or pasted go into a bucket; their keys are the value of a form field.
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
import { tellForm } from './upload-value.js';

/** How many files are on their way at the same time. */
const AT_ONCE = 3;

/** What comes with an event: the file; with `signpost-done` its key, type and size, with `signpost-error` the error.
 *
 * @typedef {{ file: File, loaded?: number, total?: number, key?: string, type?: string, size?: number, error?: unknown }} Detail
 */

/**
 * Attributes: `rule`; `endpoint`, unless the module came from the Worker itself; `name`, `accept`, `multiple`,
 * `required` and `disabled` as those of `<input type="file">`. `state` tells how far it is - `idle`, `uploading`,
 * `done` or `failed` - and `dragging` that a file hovers over it.
 *
 * Events, each with the file in its `detail`: `signpost-add`, which can be cancelled, `signpost-progress`,
 * `signpost-done`, `signpost-error`, `signpost-cancel`; and `change` when the value has changed.
 */
export class SignpostUpload extends /** @type {typeof HTMLElement} */ (globalThis.HTMLElement ?? Object) {
  static formAssociated = true;
  static observedAttributes = ['accept', 'multiple', 'required', 'disabled'];

  /** The words it uses; replace some to have it speak another language. */
  static texts = { ...TEXTS };

  /** Who asks, or a function that knows; see `upload`. @type {import('./signpost.js').Options['token']} */
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
      this.#shadow.input.value = ''; // so that the same file may be chosen again
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
    // Unless it has only been moved.
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

  /** The key of the first object stored, or nothing. */
  get value() {
    return this.keys[0] ?? '';
  }

  /** The keys of all objects stored. */
  get keys() {
    return this.#items.flatMap(({ key }) => key ?? []);
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
   * Uploads files, as if they had been picked. Without `multiple` only the first, in place of an earlier one.
   *
   * @param {Iterable<File>} files
   */
  add(files) {
    if (this.#shadow.input.disabled) return;
    for (const file of this.hasAttribute('multiple') ? files : [...files].slice(0, 1)) {
      if (!this.#tell('signpost-add', { file }, true)) continue;
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

  /** Starts what waits, as far as there is room for it, and tells the form what there is. */
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
      this.#tell('signpost-progress', { file, loaded, total });
    };
    const [endpoint, rule] = [this.getAttribute('endpoint') ?? new URL('.', import.meta.url).href, this.getAttribute('rule') ?? ''];
    try {
      const stored = await upload(file, { endpoint, rule, token, metadata, onprogress, signal: item.start() });
      item.done(stored.key);
      this.#say(SignpostUpload.texts.done(file.name));
      this.#changed();
      this.#tell('signpost-done', { file, ...stored });
      this.dispatchEvent(new Event('change', { bubbles: true }));
    } catch (error) {
      if (item.state !== 'uploading') return; // cancelled
      item.failed(error instanceof Error ? error.message : String(error));
      this.#say(SignpostUpload.texts.failed(file.name));
      this.#changed();
      this.#tell('signpost-error', { file, error });
    }
  }

  /** @param {UploadItem} item */
  #remove(item) {
    const { key, file } = item;
    const focused = item.row.contains(this.#shadow.root.activeElement);
    const next = this.#items[this.#items.indexOf(item) + 1];
    this.#items = this.#items.filter((other) => other !== item);
    item.end();
    if (focused) (next?.button ?? this.#shadow.input).focus();
    this.#say(SignpostUpload.texts.removed(file.name));
    this.#changed();
    if (key) this.dispatchEvent(new Event('change', { bubbles: true }));
    else this.#tell('signpost-cancel', { file });
  }

  #clear() {
    for (const item of this.#items.splice(0)) item.end();
    this.#update();
  }

  /** Tells the form the value, and everyone the state. */
  #update() {
    const { input } = this.#shadow;
    this.setAttribute('state', tellForm(this.#internals, this, this.#items, input, SignpostUpload.texts));
  }

  /** Says it to those who do not see it. @param {string} text */
  #say(text) {
    this.#shadow.status.textContent = text;
  }

  /**
   * @param {string} type
   * @param {Detail} detail
   * @param {boolean} [cancelable]
   */
  #tell(type, detail, cancelable) {
    return this.dispatchEvent(new CustomEvent(type, { detail, cancelable, bubbles: true, composed: true }));
  }
}

globalThis.customElements?.define('signpost-upload', SignpostUpload);
