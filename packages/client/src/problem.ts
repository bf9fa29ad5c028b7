import type { ErrorCode, FieldProblem, Problem } from './types.ts';

/** An answer that is no success (RFC 9457). Go by `code`; docs/errors.md has them all. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(
    /** Method and path of the call, without what its query or body held. */
    call: string,
    readonly status: number,
    /** Undefined where something other than the service answered, such as a proxy. */
    readonly code: ErrorCode | undefined,
    /** In English. */
    readonly detail: string,
    /** The fields concerned, by their paths in the request. */
    readonly errors: readonly FieldProblem[],
    /** What `Retry-After` of the answer asks for. */
    readonly retryAfterMs: number | undefined,
  ) {
    super(`${call} was answered ${status}: ${detail}`);
  }

  /** Whether an error is a refusal for this reason. */
  static is(error: unknown, code: ErrorCode): error is ProblemError {
    return error instanceof ProblemError && error.code === code;
  }
}

export async function readProblem(call: string, response: Response): Promise<ProblemError> {
  const { status, statusText, headers } = response;
  const isProblem = headers.get('content-type')?.startsWith('application/problem+json');
  const body = isProblem ? ((await response.json()) as Problem) : undefined;
  if (!body) await response.body?.cancel();
  return new ProblemError(
    ...([call, status, body?.code, body?.detail ?? statusText, body?.errors ?? []] as const),
    waitOf(headers.get('retry-after')),
  );
}

/** Seconds, as the service writes it. */
function waitOf(retryAfter: string | null): number | undefined {
  return /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) * 1_000 : undefined;
}
