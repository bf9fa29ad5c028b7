/** One call: its request, and its attempts. */
import { ProblemError, readProblem } from './problem.ts';
import type { CallOptions, Method } from './types.ts';

export interface ClientOptions {
  /** Where the service is, such as `https://cpm.example.com`. */
  readonly url: string;
  readonly apiKey: string;
  /** Further attempts of a call that was answered 429 or 5xx, or not at all. Default: 4. */
  readonly retries?: number;
  /** Wait before the first of them; it doubles for each. `Retry-After` of an answer lengthens it. Default: 250. Milliseconds. */
  readonly retryWaitMs?: number;
  /** Longest wait before one: where `Retry-After` asks for more, the call fails. Default: 30 seconds. Milliseconds. */
  readonly mostWaitMs?: number;
  /** For one attempt. Default: 30 seconds. Milliseconds. */
  readonly timeoutMs?: number;
  /** In place of the global one. */
  readonly fetch?: typeof fetch;
}

/** What a call may be given; which of it, the types of the path say. */
export interface AnyOptions extends CallOptions {
  readonly path?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

export type Send = (method: Method, path: string, options?: AnyOptions) => Promise<Response>;

/**
 * Makes calls, and answers with what was a success. A POST is made under one `Idempotency-Key`, so that a second attempt does nothing twice, and
 * the other methods do nothing twice by themselves.
 */
export function sender({
  url,
  apiKey,
  retries = 4,
  retryWaitMs = 250,
  mostWaitMs = 30_000,
  timeoutMs = 30_000,
  fetch: doFetch = fetch,
}: ClientOptions): Send {
  const base = url.replace(/\/+$/, '');
  return async (method, path, options = {}) => {
    const { signal } = options;
    const target = base + filled(path, options);
    const init = {
      method: method.toUpperCase(),
      headers: headersOf(method, apiKey, options),
      ...bodyOf(options),
    };
    for (let attempt = 0; ; attempt++) {
      signal?.throwIfAborted();
      const timeout = AbortSignal.timeout(timeoutMs);
      const ended = signal ? AbortSignal.any([signal, timeout]) : timeout;
      let failure: unknown;
      try {
        const response = await doFetch(target, { ...init, signal: ended });
        if (response.ok) return response;
        failure = await readProblem(`${init.method} ${path}`, response);
      } catch (error) {
        signal?.throwIfAborted();
        failure = error;
      }
      const wait = Math.max(retryWaitMs * 2 ** attempt, retryAfterOf(failure));
      if (attempt >= retries || !isWorthAnother(failure) || wait > mostWaitMs) throw failure;
      await sleep(wait, signal);
    }
  };
}

const retryAfterOf = (failure: unknown): number =>
  failure instanceof ProblemError ? (failure.retryAfterMs ?? 0) : 0;

/** Also where an attempt that got no answer is still being worked on. */
function isWorthAnother(failure: unknown): boolean {
  if (!(failure instanceof ProblemError)) return true;
  return failure.status === 429 || failure.status >= 500 || failure.code === 'idempotency_in_progress';
}

function headersOf(method: Method, apiKey: string, options: AnyOptions): Record<string, string> {
  const { body, ifMatch, onlyIfNew, idempotencyKey = crypto.randomUUID() } = options;
  return {
    'x-api-key': apiKey,
    accept: 'application/json',
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(method === 'post' && { 'idempotency-key': idempotencyKey }),
    ...(ifMatch !== undefined && { 'if-match': ifMatch }),
    ...(onlyIfNew && { 'if-none-match': '*' }),
  };
}

function bodyOf({ body }: AnyOptions): { body?: string } {
  return body === undefined ? {} : { body: JSON.stringify(body) };
}

function filled(template: string, { path = {}, query = {} }: AnyOptions): string {
  const filledPath = template.replace(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(String(path[name])),
  );
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const search = new URLSearchParams(
    Object.fromEntries(given.map(([name, value]) => [name, String(value)])),
  ).toString();
  return search === '' ? filledPath : `${filledPath}?${search}`;
}

/** @throws the signal's reason, where it ends the wait */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end);
      resolve();
    }, ms);
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted) end();
  });
}
