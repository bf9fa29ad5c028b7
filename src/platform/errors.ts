/** What the service refuses, converted once at the boundary into `application/problem+json`. */
import { definitionOf, ERROR_CODES, type DetailOf, type ErrorCode } from '../errors/codes';
import { FIELD_CODES, type FieldCode, type FieldMessageOf } from '../errors/field-codes';
import { fillIn, type Params, type ParamsOf } from '../errors/message';

/** A field that is wrong: `path` as in the request (`changes.0.state`), and the allowed form. */
export interface FieldProblem {
  readonly path: string;
  readonly code: FieldCode;
  readonly message: string;
  /** What the message is made of, where it has parameters. */
  readonly params?: Params;
}

/** A refusal that the caller can understand and correct. Nothing was changed. Messages hold no personal data. */
export class ServiceError extends Error {
  /** The HTTP status that the code comes with. A plain field: body parsers write it once more into what their checks throw. */
  readonly status: number;

  /** @param problems the fields that are wrong */
  constructor(
    readonly code: ErrorCode,
    readonly params: Params | undefined,
    readonly problems: readonly FieldProblem[] = [],
  ) {
    super(fillIn(ERROR_CODES[code].detail, params));
    this.name = 'ServiceError';
    this.status = definitionOf(code).status;
  }
}

/**
 * Why something is refused.
 *
 * @example
 * throw refusal('option_not_found', { id, applicationId });
 */
export function refusal<C extends ErrorCode>(code: C, ...[params]: ParamsOf<DetailOf<C>>): ServiceError {
  return new ServiceError(code, params);
}

/** The request is not acceptable; names every field that is wrong. */
export function invalid(...problems: readonly FieldProblem[]): ServiceError {
  return new ServiceError('invalid_request', undefined, problems);
}

/**
 * What is wrong with a field.
 *
 * @example
 * throw invalid(fieldProblem('name', 'too_long', { max: 200 }));
 */
export function fieldProblem<C extends FieldCode>(
  path: string,
  code: C,
  ...[params]: ParamsOf<FieldMessageOf<C>>
): FieldProblem {
  return problemOf(path, code, params);
}

/** As {@link fieldProblem}, where the parameters are known only when the service runs. */
export function problemOf(path: string, code: FieldCode, params: Params | undefined): FieldProblem {
  return { path, code, message: fillIn(FIELD_CODES[code], params), ...(params && { params }) };
}
