/** What `<signpost-upload>` says, unless it is told other words. */
export const TEXTS = {
  choose: 'Choose a file',
  ways: 'or drop or paste it here',
  waiting: 'Waiting',
  uploading: (/** @type {number} */ percent) => `${percent} %`,
  stored: (/** @type {number} */ bytes) => `Uploaded, ${inWords(bytes)}`,
  done: (/** @type {string} */ file) => `${file} is uploaded.`,
  failed: (/** @type {string} */ file) => `${file} could not be uploaded.`,
  removed: (/** @type {string} */ file) => `${file} is removed.`,
  cancel: 'Cancel',
  retry: 'Try again',
  remove: 'Remove',
  required: 'Please choose a file.',
  pending: 'Please wait until everything is uploaded.',
  failures: 'Please try again, or remove, what could not be uploaded.',
};

/** @typedef {typeof TEXTS} Texts */

/** @param {number} bytes */
function inWords(bytes) {
  const unit = bytes < 1_000 ? 'byte' : bytes < 1_000_000 ? 'kilobyte' : 'megabyte';
  const count = bytes / { byte: 1, kilobyte: 1_000, megabyte: 1_000_000 }[unit];
  return new Intl.NumberFormat(undefined, { style: 'unit', unit, maximumSignificantDigits: 3 }).format(count);
}
