/** Refusals of the API. */
import { translateRefusal } from '../i18n/refusals';

/** A field that is wrong; `path` as in the request body, which is how forms name their fields too. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/** A call that did not succeed. `status` 0: the service could not be reached. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly problems: readonly FieldProblem[] = [],
    /** Seconds after which a repetition makes sense. */
    readonly retryAfter: number | undefined = undefined,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** Reads an answer that is no success; its body is `application/problem+json`, or a proxy's page. */
export async function readProblem(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => ({}))) as { detail?: string; errors?: FieldProblem[] };
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ApiError(
    response.status,
    translateRefusal(body.detail ?? response.statusText),
    (body.errors ?? []).map(({ path, message }) => ({ path, message: translateRefusal(message) })),
    Number.isFinite(retryAfter) ? retryAfter : undefined,
  );
}

/** Whether an error is a refusal of this status. */
export function hasStatus(error: unknown, status: number): boolean {
  return error instanceof ApiError && error.status === status;
}
