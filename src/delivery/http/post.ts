/** The POST itself: pooled, bounded in time and size, never following a redirect. */
import { Agent, type Dispatcher } from 'undici';
import { describeRequestError } from './errors';
import { isForbiddenLiteral, publicLookup, TargetNotAllowedError } from './target-guard';

/** A request as it is sent. */
export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The outcome of a request. Only a 2xx whose answer was complete, or longer than the read limit, has no `error`
 * (rule `what-counts-as-delivered`).
 */
export interface PostOutcome {
  readonly delivered: boolean;
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly durationMs: number;
  readonly responseHeaders: Record<string, string> | null;
  readonly responseBody: string | null;
}

/** Posts webhooks. One for a process: it holds the connection pools. */
export interface WebhookPoster {
  /**
   * Sends one request; never throws for what the endpoint does.
   * @param shutdown aborts the request; then it throws {@link GivenBackError}.
   */
  post(request: WebhookRequest, shutdown?: AbortSignal): Promise<PostOutcome>;
  close(): Promise<void>;
}

/** The request was given up because this process stops; whether it arrived is unknown. */
export class GivenBackError extends Error {
  constructor() {
    super('the request was given up because the worker stops');
    this.name = 'GivenBackError';
  }
}

export interface PosterOptions {
  /** Whole request, from connecting to the last byte, in milliseconds. */
  readonly requestTimeoutMs: number;
  readonly allowPrivateTargets: boolean;
}

/** Connections to one origin from this process. */
const CONNECTIONS_PER_ORIGIN = 100;
/** Bytes of an answer that are read; the rest is of no use to anyone, and memory is. */
const READ_CAP = 64 * 1024;

/** Creates the poster of a process. */
export function createPoster({ requestTimeoutMs, allowPrivateTargets }: PosterOptions): WebhookPoster {
  const agent = new Agent({
    connections: CONNECTIONS_PER_ORIGIN,
    pipelining: 1,
    keepAliveTimeout: 10_000,
    headersTimeout: 0, // the signal below bounds the whole request
    bodyTimeout: 0,
    connect: { timeout: requestTimeoutMs, ...(allowPrivateTargets ? {} : { lookup: publicLookup }) },
  });
  return {
    async post(request, shutdown) {
      const startedAt = performance.now();
      const timeout = AbortSignal.timeout(requestTimeoutMs);
      const signal = shutdown ? AbortSignal.any([timeout, shutdown]) : timeout;
      let answer: Dispatcher.ResponseData | undefined;
      const ended = (rest: Pick<PostOutcome, 'delivered' | 'error' | 'responseBody'>): PostOutcome => ({
        statusCode: answer?.statusCode ?? null,
        responseHeaders: answer ? flatten(answer.headers) : null,
        durationMs: Math.round(performance.now() - startedAt),
        ...rest,
      });
      try {
        const url = new URL(request.url);
        if (!allowPrivateTargets && isForbiddenLiteral(url.hostname)) throw new TargetNotAllowedError();
        answer = await agent.request({
          origin: url.origin,
          path: url.pathname + url.search,
          method: 'POST',
          headers: request.headers,
          body: request.body,
          signal,
        });
        const responseBody = await readUpTo(answer.body, READ_CAP);
        const delivered = answer.statusCode >= 200 && answer.statusCode < 300;
        return ended({ delivered, error: delivered ? null : `HTTP ${answer.statusCode}`, responseBody });
      } catch (error) {
        if (shutdown?.aborted && !timeout.aborted) throw new GivenBackError();
        const reason = timeout.aborted
          ? `no complete answer within ${requestTimeoutMs} ms`
          : describeRequestError(error);
        return ended({ delivered: false, error: reason, responseBody: null });
      }
    },
    close: () => agent.close(),
  };
}

async function readUpTo(body: Dispatcher.ResponseData['body'], cap: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= cap) break; // leaving the loop destroys the stream, and the connection with it
  }
  return Buffer.concat(chunks).subarray(0, cap).toString('utf8');
}

function flatten(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}
