/** @file Why no project was written. */
export class Stopped extends Error {
  /**
   * @param {string} message
   * @param {string} [hint] what to do about it
   * @param {number} [status] the exit status: 1 stopped, 2 usage error
   */
  constructor(message, hint, status = 2) {
    super(message);
    this.hint = hint;
    this.status = status;
  }
}
