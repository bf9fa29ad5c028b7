/** What the API refuses, as `application/problem+json` (RFC 9457). */
import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { isDatabaseAway } from '../platform/database-errors';
import { type FieldProblem, ServiceError } from '../platform/errors';

/** The body of every refusal. */
export const problem = z
  .object({
    type: z.string().meta({ description: 'Always `about:blank`: the status says it all.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .meta({ description: 'The fields concerned.' }),
  })
  .meta({ id: 'Problem' });
export type Problem = z.output<typeof problem>;

/** A refusal that HTTP knows and services don't. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly problems: readonly FieldProblem[] = [],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'HttpError';
  }
}

/** Seconds after which a caller may ask again when we could not do it now. */
const RETRY_AFTER_S = 5;

/** Converts whatever was thrown, once. Of unknown errors nothing is shown. */
export function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof ServiceError) {
    const headers = error.status === 429 ? { 'retry-after': String(RETRY_AFTER_S) } : undefined;
    return new HttpError(error.status, error.message, error.problems, headers);
  }
  if (isDatabaseAway(error)) {
    return new HttpError(503, 'The database is not available. Try again later.', [], {
      'retry-after': String(RETRY_AFTER_S),
    });
  }
  return fromExpress(error) ?? new HttpError(500, 'Something went wrong on our side.');
}

/** The body that says it. */
export function toProblem({ status, message, problems }: HttpError): Problem {
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: message,
    errors: problems.map(({ path, message: text }) => ({ path, message: text })),
  };
}

/**
 * Refusals of Express and its body parser carry a 4xx `status`; their messages may hold a piece of the body, so they are
 * said anew.
 */
function fromExpress(error: unknown): HttpError | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined;
  switch (error.status) {
    case 400:
      return new HttpError(
        400,
        'The request could not be read: its body must be JSON, and its path well encoded.',
      );
    case 413:
      return new HttpError(413, 'The body is larger than 1 MiB.');
    case 415:
      return new HttpError(415, 'The body must be JSON in UTF-8.');
    default:
      return undefined;
  }
}
