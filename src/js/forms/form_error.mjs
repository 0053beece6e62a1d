/** What is wrong with a form, in the words of `src/routes/forms/finish.rs`. */
export class FormError extends Error {}
