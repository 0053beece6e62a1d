/** @file A failure with a hint for the user; it is printed without a stack trace. */
export class Failure extends Error {
  /**
   * @param {string} message
   * @param {string} [hint] what to do about it
   * @param {number} [status] the exit status: 1 rejected, 2 usage error
   */
  constructor(message, hint, status = 1) {
    super(message);
    this.hint = hint;
    this.status = status;
  }
}

/**
 * Runs a program's body. A {@link Failure} ends it with a message, a hint and its status.
 *
 * @param {() => Promise<number>} body returns the exit status
 */
export async function main(body) {
  try {
    process.exitCode = await body();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`error: ${error.message}\n${error.hint ? `hint: ${error.hint}\n` : ''}`);
    process.exitCode = error.status;
  }
}
