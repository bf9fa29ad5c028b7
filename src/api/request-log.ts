import type { RequestHandler, Response } from 'express';
import { newId } from '../platform/ids';
import type { Logger } from '../platform/logger';
import type { ObserveRequest } from './metrics';

/** What the process knows of a request. */
interface Known {
  requestId?: string;
  route?: string;
  changeId?: string;
  traceId?: string;
  readonly caller?: { readonly id: string };
}

const UNMATCHED = 'unmatched';

/** Machines call these every few seconds, so they are logged at debug level unless they fail. */
const PROBES: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);

/**
 * Gives each request an id, and logs and measures it once it is over. The route's pattern is named, never the URL: ids
 * and keys may stand there (rule `ids-only`).
 */
export function requestLog(logger: Logger, observe: ObserveRequest): RequestHandler {
  return (req, res, next) => {
    const begun = process.hrtime.bigint();
    const requestId = newId();
    (res.locals as Known).requestId = requestId;
    res.set('x-request-id', requestId);
    res.once('close', () => {
      const durationMs = Number(process.hrtime.bigint() - begun) / 1e6;
      const seen = { method: req.method, route: routeOf(res), status: res.statusCode };
      observe(seen, durationMs / 1_000);
      const aborted = res.writableFinished ? {} : { aborted: true };
      const level = PROBES.has(seen.route) && seen.status < 400 ? 'debug' : 'info';
      logger[level]({ ...namesOf(res), ...seen, durationMs: Math.round(durationMs), ...aborted }, 'request');
    });
    next();
  };
}

/** Names the route of the handlers that follow. */
export function nameRoute(pattern: string): RequestHandler {
  return (_req, res, next) => {
    (res.locals as Known).route = pattern;
    next();
  };
}

/** The pattern of the route that a request met. */
export function routeOf(res: Response): string {
  return (res.locals as Known).route ?? UNMATCHED;
}

/** Takes note of the change that a request has recorded, where it is one that does. @param answer its body */
export function noteChange(res: Response, answer: unknown): void {
  const { changeId } = (answer ?? {}) as { readonly changeId?: unknown };
  if (typeof changeId === 'string') (res.locals as Known).changeId = changeId;
}

/** Takes note of the trace that a request is part of. */
export function noteTrace(res: Response, traceId: string): void {
  (res.locals as Known).traceId = traceId;
}

/** The id that a request has in the log. */
export function requestIdOf(res: Response): string | undefined {
  return (res.locals as Known).requestId;
}

/** What log lines name a request by: its id, who calls, and what it has recorded, and its trace. */
export function namesOf(res: Response): Readonly<Record<string, string | undefined>> {
  const { requestId, caller, changeId, traceId } = res.locals as Known;
  return {
    requestId,
    ...(caller && { callerId: caller.id }),
    ...(changeId !== undefined && { changeId }),
    ...(traceId !== undefined && { traceId }),
  };
}
