/** The only client of the API: typed by the OpenAPI document, with the session's CSRF token. A refused call throws {@link ApiError}. */
import createClient, { type Middleware } from 'openapi-fetch';
import { ApiError, readProblem, type NoAnswer } from './problem';
import type { paths } from './schema';

let csrfToken: string | undefined;

/** From now on, calls that change something carry this token. */
export function setCsrfToken(token: string | undefined): void {
  csrfToken = token;
}

const session: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET' && csrfToken !== undefined) request.headers.set('x-csrf-token', csrfToken);
    return request;
  },
  async onResponse({ response }) {
    if (!response.ok) throw await readProblem(response);
  },
  onError({ error }) {
    return error instanceof ApiError ? error : noAnswer('unreachable');
  },
};

/** Longest wait for an answer to begin: far above what the service takes for anything. Milliseconds. */
const ANSWER_LIMIT_MS = 60_000;

async function fetchInTime(request: Request): Promise<Response> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(noAnswer('late')), ANSWER_LIMIT_MS);
  try {
    return await fetch(request, { signal: AbortSignal.any([request.signal, limit.signal]) });
  } finally {
    clearTimeout(timer);
  }
}

function noAnswer(why: NoAnswer): ApiError {
  return new ApiError(0, why);
}

export const api = createClient<paths, 'application/json'>({
  credentials: 'same-origin',
  fetch: fetchInTime,
});
api.use(session);

/** The body of a successful answer. */
export async function answer<T>(call: Promise<{ data?: T }>): Promise<NonNullable<T>> {
  const { data } = await call;
  if (data === undefined || data === null) throw new ApiError(502, 'The answer was empty.');
  return data;
}

/** What the API holds, with the tag that names its state: a write that follows from it sends the tag back. */
export interface Tagged<T> {
  readonly value: T;
  readonly tag: string;
}

/** The body of a successful answer, with its entity tag. */
export async function tagged<T>(
  call: Promise<{ data?: T; response: Response }>,
): Promise<Tagged<NonNullable<T>>> {
  const { response } = await call;
  return { value: await answer(call), tag: response.headers.get('etag') ?? '' };
}

/** The header of a write that is refused once somebody has changed what was read; without a tag, once there is something. */
export function onlyIfUnchanged(tag: string | undefined): { 'If-Match': string } | { 'If-None-Match': '*' } {
  return tag === undefined ? { 'If-None-Match': '*' } : { 'If-Match': tag };
}

/** Waits for success where the answer has no body. */
export async function done(call: Promise<unknown>): Promise<void> {
  await call;
}
