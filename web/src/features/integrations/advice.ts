/** What a failed test means, and what can be done about it. */
import type { TestResult } from './api';

type Failure = NonNullable<TestResult['failure']>;

const BY_STATUS = {
  400: 'badRequest',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'notFound',
  405: 'methodNotAllowed',
  406: 'badRequest',
  408: 'timeout',
  410: 'notFound',
  413: 'tooLarge',
  415: 'mediaType',
  422: 'badRequest',
  429: 'tooMany',
} as const;

/** The name of the advice; undefined: nothing went wrong. */
export type Advice =
  | (typeof BY_STATUS)[keyof typeof BY_STATUS]
  | Exclude<Failure, 'answered'>
  | 'appsScript'
  | 'serverError'
  | 'unavailable'
  | 'otherStatus';

export function adviceOf({ failure, statusCode, responseHeaders, request }: TestResult): Advice | undefined {
  if (failure === null) return undefined;
  const location = responseHeaders?.location ?? '';
  if (failure === 'redirect' && [location, request.url].some(isOfAppsScript)) return 'appsScript';
  if (failure !== 'answered' || statusCode === null) return failure === 'answered' ? 'other' : failure;
  if (statusCode === 502 || statusCode === 503 || statusCode === 504) return 'unavailable';
  if (statusCode >= 500) return 'serverError';
  return (BY_STATUS as Readonly<Record<number, Advice>>)[statusCode] ?? 'otherStatus';
}

function isOfAppsScript(url: string): boolean {
  return /^https:\/\/script\.google(usercontent)?\.com\//.test(url);
}
