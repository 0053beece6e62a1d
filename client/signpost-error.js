/** A request that the Worker or the bucket rejected, or that got no answer. The message can be shown to users. */
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
    /** The HTTP status, or 0 if there was no answer. */
    this.status = status;
    /** S3's error code, such as `EntityTooLarge`; `NetworkError` if there was no answer; `UnexpectedAnswer` if it could not be read. */
    this.code = code;
    /** The answer's `Retry-After`, in seconds, or 0. */
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
  message = `${host(url)} sent an answer that cannot be read (status ${status})`,
  retryAfter,
) {
  return new SignpostError(status, code, message, { retryAfter });
}

/**
 * @param {string} url
 * @param {unknown} [cause]
 */
export function unreachable(url, cause) {
  return new SignpostError(0, 'NetworkError', `${host(url)} could not be reached, or its CORS rules do not allow this page`, { cause });
}

/**
 * The host only: a signed URL in an error message could be used by whoever reads it.
 *
 * @param {string} url
 */
function host(url) {
  return new URL(url, globalThis.location?.href).host;
}
