/** Limits on failed attempts, such as wrong passwords. */
import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { AttemptCounter } from '../access/throttle';
import type { Database } from '../platform/database';
import { refusal, type ServiceError } from '../platform/errors';

/** A limit on attempts that fail. */
export interface AttemptLimit {
  /** Counts are kept by it. */
  readonly name: string;
  /** Failed attempts within a window. */
  readonly most: number;
  /** From the first one on, in milliseconds. */
  readonly windowMs: number;
  /** Whom an attempt counts for. */
  readonly key: (req: Request, res: Response) => string | Promise<string>;
}

/** A guard that refuses further attempts with 429. Only failed ones count in the end, but each counts while it runs. */
export function limitAttempts(db: Database, { name, most, windowMs, key }: AttemptLimit): RequestHandler {
  return rateLimit({
    windowMs,
    limit: most,
    keyGenerator: key,
    store: new AttemptCounter(db, name, windowMs),
    skipSuccessfulRequests: true,
    standardHeaders: false,
    legacyHeaders: false,
    // Its checks write to the console; which proxies to believe is checked as the process starts.
    validate: false,
    handler: (req) => {
      const { resetTime } = (req as Request & { rateLimit: { resetTime: Date } }).rateLimit;
      throw tooManyAttempts(resetTime);
    },
  });
}

/**
 * A guard that refuses those who are over the limit already, and counts nothing: for before the body is read, since a request
 * whose body never comes is no attempt, and must not use up those of others at the same address.
 */
export function refuseExceeded(db: Database, { name, most, windowMs, key }: AttemptLimit): RequestHandler {
  const counter = new AttemptCounter(db, name, windowMs);
  return async (req, res, next) => {
    const attempts = await counter.get(await key(req, res));
    if (attempts && attempts.totalHits >= most) throw tooManyAttempts(attempts.resetTime);
    next();
  };
}

/**
 * Counts one attempt that has failed already, for where whether it does is known before anything is done.
 * @throws ServiceError where it is one too many.
 */
export async function countFailed(counter: AttemptCounter, most: number, key: string): Promise<void> {
  const { totalHits, resetTime } = await counter.increment(key);
  if (totalHits > most) throw tooManyAttempts(resetTime);
}

/** What refuses an attempt until the limit's window is over. */
function tooManyAttempts(resetTime: Date): ServiceError {
  const seconds = Math.max(1, Math.ceil((resetTime.getTime() - Date.now()) / 1_000));
  return refusal('too_many_attempts', { seconds });
}

/** The caller's network address; of IPv6 the network, since one host has billions of addresses. */
export function addressOf(req: Request): string {
  return ipKeyGenerator(req.ip ?? '');
}
