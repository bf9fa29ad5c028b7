/** What the API refuses, as `application/problem+json` (RFC 9457). */
import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { definitionOf, ERROR_CODES, type ErrorCode } from '../errors/codes';
import { FIELD_CODES, type FieldCode } from '../errors/field-codes';
import { isDatabaseAway } from '../platform/database-errors';
import { SealError } from '../platform/encryption';
import { refusal, ServiceError } from '../platform/errors';

/** Where the codes are explained. */
export const ERRORS_PATH = '/docs/errors';

const params = z
  .record(z.string(), z.union([z.string(), z.number()]))
  .optional()
  .meta({ description: 'What the message names, for messages in other languages.' });

const fieldProblem = z
  .object({
    path: z.string().meta({ description: 'As in the request.', examples: ['changes.0.optionId'] }),
    code: z.enum(Object.keys(FIELD_CODES) as FieldCode[]).meta({
      id: 'FieldCode',
      description: `Why the field is wrong.\n\n${listOf(FIELD_CODES)}`,
    }),
    message: z.string().meta({ description: 'The allowed form, in English.' }),
    params,
  })
  .meta({ id: 'FieldProblem', description: 'What is wrong with one field of the request.' });

/** The body of every refusal. */
export const problem = z
  .object({
    type: z.string().meta({
      description: 'Where the code is explained, relative to this service.',
      examples: [`${ERRORS_PATH}#option_in_use`],
    }),
    title: z.string().meta({ description: 'The phrase of the status.' }),
    status: z.int().meta({ description: 'The HTTP status.' }),
    code: z.enum(Object.keys(ERROR_CODES) as ErrorCode[]).meta({
      id: 'ErrorCode',
      description: `Why the request was refused; never changes its meaning.\n\n${listOf(detailsOf(ERROR_CODES))}`,
    }),
    detail: z.string().meta({ description: 'The same, in English.' }),
    params,
    errors: z.array(fieldProblem).meta({ description: 'The fields concerned.' }),
  })
  .meta({ id: 'Problem', description: 'Why a request was refused (RFC 9457).' });
export type Problem = z.output<typeof problem>;

/** Converts whatever was thrown, once. Of unknown errors nothing is shown. */
export function toRefusal(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  if (isDatabaseAway(error)) return refusal('database_unavailable');
  if (error instanceof SealError) return refusal('content_unreadable', { reason: error.reason });
  return fromExpress(error) ?? refusal('internal_error');
}

/** The body of an answer that refuses. */
export function toProblem({ code, status, message, params: named, problems }: ServiceError): Problem {
  return {
    type: `${ERRORS_PATH}#${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code,
    detail: message,
    ...(named && { params: named }),
    errors: [...problems],
  };
}

/** The headers that HTTP asks for beside the status. */
export function headersOf({ code, params: named }: ServiceError): Record<string, string> {
  switch (code) {
    // The schemes are no registered ones, but a 401 must name one (RFC 9110 §15.5.2).
    case 'unauthenticated':
      return { 'www-authenticate': 'ApiKey' };
    case 'wrong_credentials':
      return { 'www-authenticate': 'Session' };
    case 'method_not_allowed': // RFC 9110 §15.5.6
      return { allow: String(named?.allowed) };
    case 'too_many_attempts':
      return { 'retry-after': String(named?.seconds) };
    default: {
      const { retryAfter } = definitionOf(code);
      return retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
    }
  }
}

/**
 * Errors of Express and its body parser carry a 4xx `status`; their messages may hold a piece of the body, so ours take
 * their place.
 */
function fromExpress(error: unknown): ServiceError | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined;
  switch (error.status) {
    case 400:
      return refusal('unreadable_request');
    case 413:
      return bodyTooLarge((error as { limit?: number }).limit ?? 0);
    case 415:
      return refusal('unsupported_media_type', { expected: 'JSON in UTF-8' });
    default:
      return undefined;
  }
}

/** The refusal of a body that is larger. @param limit in bytes */
export function bodyTooLarge(limit: number): ServiceError {
  const [unit, size] = limit < 2 ** 20 ? ['KiB', limit / 2 ** 10] : ['MiB', limit / 2 ** 20];
  return refusal('body_too_large', { limit: `${Math.round(size)} ${unit}` });
}

function detailsOf(codes: Readonly<Record<string, { readonly detail: string }>>): Record<string, string> {
  return Object.fromEntries(Object.entries(codes).map(([code, { detail }]) => [code, detail]));
}

function listOf(messages: Readonly<Record<string, string>>): string {
  return Object.entries(messages)
    .map(([code, message]) => `- \`${code}\`: ${message}`)
    .join('\n');
}
