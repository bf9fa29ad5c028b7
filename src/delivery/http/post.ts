/** The POST itself: pooled, bounded in time and size, never following a redirect. */
import { openConnections } from './connections';
import { decodeBody, decodeHeaders } from './decode';
import { describeOwnTrouble, describeRequestError, failureOf, notSent, type Failure } from './errors';
import { exchange, type Exchange, type Phase, type WebhookRequest } from './exchange';
import { retryAfterMs } from './retry-after';
import type { TargetRules } from '../../platform/egress';
import { reasonText } from '../../platform/reasons';
import { refuseTarget } from './target-guard';

export type { WebhookRequest } from './exchange';

/**
 * The outcome of a request. Only a 2xx whose answer was complete, or longer than the read limit, has no `error`
 * (rule `what-counts-as-delivered`).
 */
export interface PostOutcome {
  readonly delivered: boolean;
  readonly statusCode: number | null;
  readonly error: string | null;
  /** Null where there is no `error`. */
  readonly failure: Failure | null;
  readonly durationMs: number;
  readonly responseHeaders: Record<string, string> | null;
  readonly responseBody: string | null;
  /** The wait that the endpoint asks for, in milliseconds; null where it asks for none. */
  readonly retryAfterMs: number | null;
}

/** Sends requests that are no webhooks by the connections, the limits and the address guard of those. */
export interface Exchanger {
  /** Limit of each request, in milliseconds. */
  readonly limitMs: number;
  /** Sends one and answers with what came back, as bytes. Never throws for what the endpoint does. */
  exchange(request: WebhookRequest): Promise<Exchange>;
}

/** Posts webhooks. One for a process: it holds the connection pools. */
export interface WebhookPoster {
  /**
   * Sends one request; never throws for what the endpoint does.
   * @param shutdown aborts the request
   * @param withinMs a shorter limit than that of every request
   * @throws GivenBackError for a shutdown, and where nothing could be sent for trouble of this machine
   */
  post(request: WebhookRequest, shutdown?: AbortSignal, withinMs?: number): Promise<PostOutcome>;
  close(): Promise<void>;
}

/** The request was not made, or given up, for a reason of this process. */
export class GivenBackError extends Error {
  /** @param mayHaveArrived false where nothing of it was sent */
  constructor(
    reason: string,
    readonly mayHaveArrived: boolean,
  ) {
    super(reason);
    this.name = 'GivenBackError';
  }
}

export interface PosterOptions extends TargetRules {
  /** Whole request, from connecting to the last byte, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** Through which proxy, if any. */
  readonly egressProxy?: URL | undefined;
}

/** Creates the poster of a process. */
export function createPoster(options: PosterOptions): WebhookPoster & Exchanger {
  const { requestTimeoutMs, egressProxy } = options;
  const connections = openConnections({ requestTimeoutMs, rules: options, egressProxy });
  const inFlight = new Set<Promise<Exchange>>();

  /** Sends a request, and stops it when it is too late or the process stops. */
  async function send(
    request: WebhookRequest,
    shutdown?: AbortSignal,
    withinMs = requestTimeoutMs,
  ): Promise<Exchange> {
    const refused = refuseTarget(options, new URL(request.url));
    if (refused) return { phase: 'refused', head: null, body: null, failure: refused };
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(TOO_LATE), withinMs);
    const giveUp = (): void => stop.abort(SHUTDOWN);
    if (shutdown?.aborted) giveUp();
    shutdown?.addEventListener('abort', giveUp);
    const sending = exchange(connections, request, stop.signal);
    inFlight.add(sending);
    const result = await sending;
    inFlight.delete(sending);
    clearTimeout(late);
    shutdown?.removeEventListener('abort', giveUp);
    return result;
  }

  return {
    limitMs: requestTimeoutMs,
    exchange: (request) => send(request),
    async post(request, shutdown, withinMs = requestTimeoutMs) {
      const startedAt = performance.now();
      const result = await send(request, shutdown, withinMs);
      const durationMs = Math.round(performance.now() - startedAt);
      const givenBack = whyGivenBack(result);
      if (givenBack) throw givenBack;
      const { head, body, failure } = result;
      const responseHeaders = head && decodeHeaders(head.rawHeaders);
      const error = failure === TOO_LATE ? tooLate(result.phase, responseHeaders, withinMs) : errorOf(result);
      return {
        delivered: error === null,
        statusCode: head?.statusCode ?? null,
        error,
        failure: error === null ? null : kindOf(result),
        durationMs,
        responseHeaders,
        responseBody: body && (await decodeBody(body, responseHeaders ?? {})),
        retryAfterMs: head && retryAfterMs(head.statusCode, responseHeaders ?? {}, Date.now()),
      };
    },
    async close() {
      await Promise.all(inFlight);
      connections.close();
    },
  };
}

/** Why a request was stopped. */
const [TOO_LATE, SHUTDOWN] = [Symbol('too late'), Symbol('shutdown')];

function whyGivenBack({ phase, failure }: Exchange): GivenBackError | undefined {
  if (failure === SHUTDOWN) {
    return new GivenBackError(reasonText('worker_stops'), phase === 'waiting' || phase === 'answering');
  }
  if (failure === TOO_LATE && phase === 'queued')
    return new GivenBackError(notSent(reasonText('connections_in_use')), false);
  const trouble = describeOwnTrouble(failure);
  return trouble ? new GivenBackError(notSent(trouble), false) : undefined;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Only a 2xx is a delivery. */
function errorOf({ head, failure }: Exchange): string | null {
  if (failure !== null || !head) return describeRequestError(failure);
  const { statusCode: status } = head;
  if (status >= 200 && status < 300) return null;
  return reasonText(REDIRECTS.has(status) ? 'http_redirect' : 'http_status', { status });
}

function kindOf({ head, failure }: Exchange): Failure {
  if (failure === TOO_LATE) return 'timeout';
  if (failure !== null || !head) return failureOf(failure);
  return REDIRECTS.has(head.statusCode) ? 'redirect' : 'answered';
}

/** Says what did not happen in time. */
function tooLate(phase: Phase, headers: Record<string, string> | null, ms: number): string {
  switch (phase) {
    case 'resolving':
      return reasonText('resolving_late', { ms });
    case 'connecting':
      return reasonText('connecting_late', { ms });
    case 'handshake':
      return reasonText('handshake_late', { ms });
    case 'queued':
    case 'refused':
    case 'waiting':
      return reasonText('answer_late', { ms });
    case 'answering': {
      const hasEnd = headers && ('content-length' in headers || 'transfer-encoding' in headers);
      return reasonText(hasEnd ? 'answer_late' : 'answer_without_end', { ms });
    }
  }
}
