import type { ErrorRequestHandler, Request, Response } from 'express';
import { describeError } from '../platform/describe-error';
import type { Logger } from '../platform/logger';
import { toHttpError, toProblem, type HttpError } from './problem';
import { requestIdOf, routeOf } from './request-log';

/** Sends a refusal to the caller. */
export type SendRefusal = (req: Request, res: Response, refusal: HttpError) => void;

/** Answers every error, as a problem by default. Only unexpected ones are logged here, without the content of the request. */
export function errorHandler(logger: Logger, send: SendRefusal = sendProblem): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    const refusal = toHttpError(error);
    if (refusal.status >= 500) {
      const where = { requestId: requestIdOf(res), route: routeOf(res) };
      logger.error({ ...where, error: describeError(error) }, 'request failed');
    }
    if (res.headersSent) {
      next(error);
      return;
    }
    send(req, res, refusal);
  };
}

function sendProblem(_req: Request, res: Response, refusal: HttpError): void {
  res
    .status(refusal.status)
    .set(refusal.headers)
    .type('application/problem+json')
    .send(JSON.stringify(toProblem(refusal)));
}
