/** Why the Worker or the bucket said no, or that neither could be heard. The message is a sentence to show. */
export class SignpostError extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message
   * @param {ErrorOptions & { retryAfter?: number }} [options]
   */
  constructor(status, code, message, options) {
    super(message, options);
    this.name = 'SignpostError';
    /** The HTTP status; 0 when no answer came. */
    this.status = status;
    /** S3's error code, such as `EntityTooLarge`; else `NetworkError` (no answer) or `UnexpectedAnswer` (not one we can read). */
    this.code = code;
    /** How long to wait before another try, in seconds, where the answer says so. */
    this.retryAfter = options?.retryAfter ?? 0;
  }
}

/**
 * @param {number} status
 * @param {string} url
 * @param {string} [code]
 * @param {string} [message]
 * @param {number} [retryAfter]
 */
export function refusal(
  status,
  url,
  code = 'UnexpectedAnswer',
  message = `${host(url)} gave an answer that cannot be read (status ${status})`,
  retryAfter,
) {
  return new SignpostError(status, code, message, { retryAfter });
}

/**
 * @param {string} url
 * @param {unknown} [cause]
 */
export function unreachable(url, cause) {
  return new SignpostError(0, 'NetworkError', `${host(url)} could not be reached, or does not admit this page`, { cause });
}

/**
 * Never the whole address: a signed one is a permission.
 *
 * @param {string} url
 */
function host(url) {
  return new URL(url, globalThis.location?.href).host;
}
