/**
 * Sets a form field's value to the keys of its stored files, and its validity.
 *
 * @param {ElementInternals} internals
 * @param {HTMLElement} element
 * @param {import('./upload-item.js').UploadItem[]} items
 * @param {HTMLInputElement} input at which the browser shows validation messages
 * @param {import('./upload-texts.js').Texts} texts
 * @returns {'idle' | 'uploading' | 'done' | 'failed'} the field's state
 */
export function updateForm(internals, element, items, input, { pending, required, failures }) {
  const keys = items.flatMap(({ key }) => key ?? []);
  const data = new FormData();
  for (const key of keys) data.append(element.getAttribute('name') ?? '', key);
  internals.setFormValue(keys.length ? data : null);
  const has = (/** @type {string} */ expected) => items.some(({ state }) => state === expected);
  const state = has('failed') ? 'failed' : has('waiting') || has('uploading') ? 'uploading' : has('done') ? 'done' : 'idle';
  if (state === 'uploading') internals.setValidity({ customError: true }, pending, input);
  else if (state === 'failed') internals.setValidity({ customError: true }, failures, input);
  else if (element.hasAttribute('required') && !keys.length) internals.setValidity({ valueMissing: true }, required, input);
  else internals.setValidity({});
  return state;
}
