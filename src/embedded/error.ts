/** The embedded stack can't start or go on. The message is for the operator: a sentence or two, with what to do. */
export class EmbeddedStackError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EmbeddedStackError';
  }
}
