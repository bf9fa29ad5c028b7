import type { RequestHandler, Response } from 'express';
import { newId } from '../platform/ids';
import type { Logger } from '../platform/logger';
import type { ObserveRequest } from './metrics';

/** What the process knows of a request. */
interface Known {
  requestId?: string;
  route?: string;
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
      const { caller: who } = res.locals as Known;
      const caller = who && { callerId: who.id };
      const aborted = res.writableFinished ? {} : { aborted: true };
      const level = PROBES.has(seen.route) && seen.status < 400 ? 'debug' : 'info';
      logger[level](
        { requestId, ...caller, ...seen, durationMs: Math.round(durationMs), ...aborted },
        'request',
      );
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

/** The id that a request has in the log. */
export function requestIdOf(res: Response): string | undefined {
  return (res.locals as Known).requestId;
}
