/**
 * Tells a form what a field of it is worth: the keys of what is stored, and why it may not be sent yet.
 *
 * @param {ElementInternals} internals
 * @param {HTMLElement} element
 * @param {import('./upload-item.js').UploadItem[]} items
 * @param {HTMLInputElement} input where the browser shows what is wrong
 * @param {import('./upload-texts.js').Texts} texts
 * @returns {'idle' | 'uploading' | 'done' | 'failed'} how far it is
 */
export function tellForm(internals, element, items, input, { pending, required, failures }) {
  const keys = items.flatMap(({ key }) => key ?? []);
  const data = new FormData();
  for (const key of keys) data.append(element.getAttribute('name') ?? '', key);
  internals.setFormValue(keys.length ? data : null);
  const has = (/** @type {string} */ wanted) => items.some(({ state }) => state === wanted);
  const state = has('failed') ? 'failed' : has('waiting') || has('uploading') ? 'uploading' : has('done') ? 'done' : 'idle';
  if (state === 'uploading') internals.setValidity({ customError: true }, pending, input);
  else if (state === 'failed') internals.setValidity({ customError: true }, failures, input);
  else if (element.hasAttribute('required') && !keys.length) internals.setValidity({ valueMissing: true }, required, input);
  else internals.setValidity({});
  return state;
}
