/** Something is missing or went wrong in a way that the message explains completely: shown without a stack. */
export class FriendlyError extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
