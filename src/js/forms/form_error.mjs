/** An error in a form. Its message is one of the outcomes in `src/forms/finish.rs`. */
export class FormError extends Error {}

/** R2 had all of the file, and its answer does not say whether it has stored it. */
export class OutcomeUnknown extends Error {
  /** @param {unknown} cause */
  constructor(cause) {
    super('R2 did not say whether it has stored the file', { cause });
  }
}
