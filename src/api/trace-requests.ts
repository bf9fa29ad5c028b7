import type { RequestHandler } from 'express';
import { beginTrace } from '../platform/tracing';
import { namesOf, noteTrace, routeOf } from './request-log';

/** Pages, assets and probes are none of it. */
const TRACED = /^\/(v1|confirm)(\/|$)/;

/** Begins the trace of each call, or goes on with its caller's (`traceparent`), where tracing is on. */
export function traceRequests(): RequestHandler {
  return (req, res, next) => {
    const span = TRACED.test(req.path)
      ? beginTrace(req.method, { kind: 'server', parent: req.get('traceparent') })
      : undefined;
    if (!span) return void next();
    noteTrace(res, span.traceId);
    res.once('close', () => {
      const { requestId = '', callerId, changeId } = namesOf(res);
      const route = routeOf(res);
      span.rename(`${req.method} ${route}`);
      span.note({
        ...{ 'http.request.method': req.method, 'http.route': route, 'cpm.request_id': requestId },
        'http.response.status_code': res.statusCode,
        ...(callerId !== undefined && { 'cpm.caller_id': callerId }),
        ...(changeId !== undefined && { 'cpm.change_id': changeId }),
      });
      if (res.statusCode >= 500) span.fail();
      span.end();
    });
    span.run(next);
  };
}
