/** Refusals of the API, in the reader's language from here on. */
import { translateRefusal, type RefusalCode } from '../i18n/refusals';
import type { components } from './schema';

/** A field that is wrong; `path` as in the request body, which is how forms name their fields too. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/** Why there is no answer at all: the service could not be reached, or has not answered in time. */
export type NoAnswer = 'unreachable' | 'late';

/** A call that did not succeed. `status` 0: there was no answer, and `message` is why ({@link NoAnswer}). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** Undefined: something other than the service answered. */
    readonly code?: RefusalCode,
    readonly problems: readonly FieldProblem[] = [],
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** Reads an answer that is no success; its body is `application/problem+json`, or a proxy's page. */
export async function readProblem(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => ({}))) as Partial<components['schemas']['Problem']>;
  const { code, params, detail: message = response.statusText, errors = [] } = body;
  return new ApiError(
    response.status,
    translateRefusal({ code, params, message }),
    code,
    errors.map((field) => ({ path: field.path, message: translateRefusal(field) })),
  );
}

/** Whether a write was refused because somebody else has written meanwhile. */
export function isStale(error: unknown): boolean {
  return error instanceof ApiError && ['changed_meanwhile', 'exists_already'].includes(error.code ?? '');
}

/** Whether an error is a refusal for this reason. */
export function hasCode(error: unknown, code: RefusalCode): boolean {
  return error instanceof ApiError && error.code === code;
}

/** Whether an error is a refusal of this status. */
export function hasStatus(error: unknown, status: number): boolean {
  return error instanceof ApiError && error.status === status;
}
