/** The first half of an attempt: decide whether a request may be made at all, and write down that it is being made. */
import { ATTEMPTS_PER_CYCLE, type AttemptResult } from '../../../workflows/deliver-webhook/contract';
import { isFinished } from '../../outbox/ordering';
import { beginAttempts } from '../../outbox/transitions';
import type { Database } from '../../platform/database';
import type { LoadedDelivery } from './load';

/** An attempt that is recorded as being in flight. */
export interface BegunAttempt {
  readonly attemptId: string;
  readonly attempt: number;
  readonly cycle: number;
}

/** Why no request is made for a delivery in this state; undefined when one may be made. */
export function refuse(delivery: LoadedDelivery): AttemptResult | undefined {
  if (isFinished(delivery.status)) {
    return { kind: 'finished', status: delivery.status, statusCode: delivery.lastStatusCode };
  }
  const { inFlight } = delivery;
  if (inFlight?.deliveryId === delivery.id) return { kind: 'busy', retryInMs: inFlight.forMs };
  if (delivery.subscriptionStatus !== 'active') return { kind: 'paused' };
  if (delivery.blocked) return { kind: 'blocked' };
  if (inFlight) return { kind: 'blocked', retryInMs: inFlight.forMs };
  return undefined;
}

/** An attempt to begin: what is to be written down of it. */
export interface NewAttempt {
  readonly attemptId: string;
  readonly delivery: LoadedDelivery;
  /** What the request carries as `x-cpm-sequence`. */
  readonly sentSequence: number;
  readonly bodySealed: string;
  /** Without credentials. */
  readonly requestHeaders: Record<string, string>;
}

/** The number of the attempt that a loaded delivery would make next. */
export function nextAttempt({ attemptCount }: LoadedDelivery): number {
  return attemptCount + 1;
}

/**
 * Writes attempts down, before they are made, with one statement.
 * @param options as of {@link beginAttempts}
 * @returns for each in their order, undefined where the delivery changed since it was loaded: load it again.
 */
export async function beginNewAttempts(
  db: Database,
  attempts: readonly NewAttempt[],
  options: Parameters<typeof beginAttempts>[2],
): Promise<(BegunAttempt | undefined)[]> {
  const planned = attempts.map(({ delivery, ...content }) => ({
    deliveryId: delivery.id,
    outboxVersion: delivery.outboxVersion,
    attempt: nextAttempt(delivery),
    ...cycleOf(delivery),
    ...content,
  }));
  const begun = await beginAttempts(db, planned, options);
  return planned.map(({ attemptId, attempt, cycle }) =>
    begun.has(attemptId) ? { attemptId, attempt, cycle } : undefined,
  );
}

/** The cycle goes on while it has attempts left; else a new one begins, which knows of every change until now. */
function cycleOf({ status, cycle, cycleFailures, newestSequence }: LoadedDelivery): {
  readonly cycle: number;
  readonly cycleFailures: number;
  readonly seenSequence: number | null;
} {
  const goesOn = status === 'delivering' && cycle > 0 && cycleFailures < ATTEMPTS_PER_CYCLE;
  return goesOn
    ? { cycle, cycleFailures, seenSequence: null }
    : { cycle: cycle + 1, cycleFailures: 0, seenSequence: newestSequence };
}
