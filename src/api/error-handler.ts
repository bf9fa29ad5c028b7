import type { ErrorRequestHandler, Request, Response } from 'express';
import { describeError } from '../platform/describe-error';
import type { ServiceError } from '../platform/errors';
import type { Logger } from '../platform/logger';
import { headersOf, toProblem, toRefusal } from './problem';
import { namesOf, routeOf } from './request-log';

/** Answers a request with a refusal. */
export type SendRefusal = (req: Request, res: Response, refusal: ServiceError) => void;

/** Answers every error, as a problem by default. Only unexpected ones are logged here, without the content of the request. */
export function errorHandler(logger: Logger, send: SendRefusal = sendProblem): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    const refusal = toRefusal(error);
    if (refusal.status >= 500) {
      const where = { ...namesOf(res), route: routeOf(res) };
      logger.error({ ...where, error: describeError(error) }, 'request failed');
    }
    if (res.headersSent) {
      next(error);
      return;
    }
    send(req, res, refusal);
  };
}

function sendProblem(_req: Request, res: Response, refusal: ServiceError): void {
  res
    .status(refusal.status)
    .set(headersOf(refusal))
    .type('application/problem+json')
    .send(JSON.stringify(toProblem(refusal)));
}
