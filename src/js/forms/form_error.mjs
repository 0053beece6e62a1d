/** What is wrong with a form, in the words of `src/store.rs`. */
export class FormError extends Error {}
