/** The only client of the API: typed by the OpenAPI document, with the session's CSRF token. A refused call throws {@link ApiError}. */
import createClient, { type Middleware } from 'openapi-fetch';
import { ApiError, readProblem } from './problem';
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
    return error instanceof ApiError ? error : new ApiError(0, 'network');
  },
};

export const api = createClient<paths, 'application/json'>({ credentials: 'same-origin' });
api.use(session);

/** The body of a successful answer. */
export async function answer<T>(call: Promise<{ data?: T }>): Promise<NonNullable<T>> {
  const { data } = await call;
  if (data === undefined || data === null) throw new ApiError(502, 'The answer was empty.');
  return data;
}

/** Waits for success where the answer has no body. */
export async function done(call: Promise<unknown>): Promise<void> {
  await call;
}
