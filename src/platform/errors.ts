/** What a service refuses, converted once at the boundary into `application/problem+json`. */

/** A field that is wrong: `path` as in the request (`changes.0.state`), and the allowed form. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

const STATUS = { invalid: 400, 'not-found': 404, conflict: 409, 'too-many': 429 } as const;

/** A refusal that the caller can understand and correct. Nothing was changed. Messages hold no personal data. */
export class ServiceError extends Error {
  constructor(
    readonly code: keyof typeof STATUS,
    message: string,
    readonly problems: readonly FieldProblem[] = [],
  ) {
    super(message);
    this.name = 'ServiceError';
  }

  /** The HTTP status that says the same. */
  get status(): number {
    return STATUS[this.code];
  }
}

/** The request is not acceptable; names every field that is wrong. */
export function invalid(...problems: readonly FieldProblem[]): ServiceError {
  return new ServiceError('invalid', 'The request is not valid.', problems);
}

/** There is no such thing, or it belongs to somebody else. */
export function notFound(what: string): ServiceError {
  return new ServiceError('not-found', `There is no such ${what}.`);
}

/** It can't be done in the present state. */
export function conflict(message: string): ServiceError {
  return new ServiceError('conflict', message);
}

/** Too much of it is under way now; it can be tried again. */
export function tooMany(message: string): ServiceError {
  return new ServiceError('too-many', message);
}
