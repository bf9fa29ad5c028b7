/** A log-in with the identity provider that is under way: kept by the browser that began it, sealed, for a while. */
import { z } from 'zod';
import type { Sealer } from '../../platform/encryption';
import { refusal } from '../../platform/errors';
import { sameText } from '../login';
import type { Attempt } from './provider';

/** From the begin of a log-in to its end. Milliseconds. */
export const ATTEMPT_LIFE_MS = 10 * 60_000;

const kept = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), until: z.number() });

/** What the browser keeps of an attempt. */
export function sealAttempt(sealer: Sealer, attempt: Attempt): string {
  return sealer.seal(JSON.stringify({ ...attempt, until: Date.now() + ATTEMPT_LIFE_MS }), 'log-in');
}

/**
 * The attempt that a browser has kept.
 * @param state as the provider has given it back
 * @throws ServiceError where it has begun none, another one, or one that is over.
 */
export function openAttempt(sealer: Sealer, sealed: string | undefined, state: string): Attempt {
  const attempt = sealed === undefined ? undefined : open(sealer, sealed);
  if (!attempt || attempt.until <= Date.now() || !sameText(attempt.state, state))
    throw refusal('log_in_not_begun');
  return attempt;
}

function open(sealer: Sealer, sealed: string): z.output<typeof kept> | undefined {
  try {
    return kept.parse(JSON.parse(sealer.open(sealed, 'log-in')));
  } catch {
    return undefined; // what the browser sends may be anything
  }
}
