/** The default texts of `<signpost-upload>`. */
export const TEXTS = {
  choose: 'Choose a file',
  ways: 'or drop or paste it here',
  waiting: 'Waiting',
  uploading: (/** @type {number} */ percent) => `${percent} %`,
  stored: (/** @type {number} */ bytes) => `Uploaded, ${formatSize(bytes)}`,
  done: (/** @type {string} */ file) => `${file} was uploaded.`,
  failed: (/** @type {string} */ file) => `${file} could not be uploaded.`,
  removed: (/** @type {string} */ file) => `${file} was removed.`,
  cancel: 'Cancel',
  retry: 'Try again',
  remove: 'Remove',
  required: 'Please choose a file.',
  pending: 'Please wait until all files are uploaded.',
  failures: 'Some files could not be uploaded. Please try again or remove them.',
};

/** @typedef {typeof TEXTS} Texts */

/** @param {number} bytes */
function formatSize(bytes) {
  const unit = bytes < 1_000 ? 'byte' : bytes < 1_000_000 ? 'kilobyte' : 'megabyte';
  const count = bytes / { byte: 1, kilobyte: 1_000, megabyte: 1_000_000 }[unit];
  return new Intl.NumberFormat(undefined, { style: 'unit', unit, maximumSignificantDigits: 3 }).format(count);
}
