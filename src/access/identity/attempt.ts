/** A log-in with the identity provider that is under way: kept by the browser that began it. */
import { z } from 'zod';
import type { Sealer } from '../../platform/encryption';
import { refusal } from '../../platform/errors';
import { KeptByBrowser } from '../kept-by-browser';
import { sameText } from '../secret-token';
import type { Attempt } from './provider';

/** What the browser keeps of it. */
export const attempts = new KeptByBrowser(
  'attempt',
  z.object({ state: z.string(), nonce: z.string(), verifier: z.string() }),
);

/**
 * The attempt that a browser has kept.
 * @param state as the provider has given it back
 * @param now by the database's clock
 * @throws ServiceError where it has begun none, another one, or one that is over.
 */
export function requireAttempt(
  sealer: Sealer,
  sealed: string | undefined,
  state: string,
  now: Date,
): Attempt {
  const attempt = attempts.open(sealer, sealed, now);
  if (!attempt || !sameText(attempt.state, state)) throw refusal('log_in_not_begun');
  return attempt;
}
