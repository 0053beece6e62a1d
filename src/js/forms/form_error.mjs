/** An error in a form. Its message is one of the outcomes in `src/forms/finish.rs`. */
export class FormError extends Error {}
