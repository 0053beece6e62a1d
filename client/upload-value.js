/**
 * Sets a form field's value to the keys of its stored files and their receipts, and its validity.
 *
 * @param {ElementInternals} internals
 * @param {HTMLElement} element
 * @param {import('./upload-item.js').UploadItem[]} items
 * @param {HTMLInputElement} input at which the browser shows validation messages
 * @param {import('./upload-texts.js').Texts} texts
 * @returns {'idle' | 'uploading' | 'done' | 'failed'} the field's state
 */
export function updateForm(internals, element, items, input, { pending, required, failures }) {
  const name = element.getAttribute('name') ?? '';
  const data = new FormData();
  const stored = items.filter(({ key }) => key);
  for (const { key = '', receipt } of stored) {
    data.append(name, key);
    if (receipt) data.append(`${name}-receipt`, receipt);
  }
  internals.setFormValue(stored.length ? data : null);
  const has = (/** @type {string} */ expected) => items.some(({ state }) => state === expected);
  const state = has('failed') ? 'failed' : has('waiting') || has('uploading') ? 'uploading' : has('done') ? 'done' : 'idle';
  if (state === 'uploading') internals.setValidity({ customError: true }, pending, input);
  else if (state === 'failed') internals.setValidity({ customError: true }, failures, input);
  else if (element.hasAttribute('required') && !stored.length) internals.setValidity({ valueMissing: true }, required, input);
  else internals.setValidity({});
  return state;
}
