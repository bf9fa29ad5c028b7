/** The first half of an attempt: decide whether a request may be made at all, and write down that it is being made. */
import { ATTEMPTS_PER_CYCLE, type AttemptResult } from '../../../workflows/deliver-webhook/contract';
import { isFinished } from '../../outbox/ordering';
import { beginAttempts } from '../../outbox/transitions';
import type { Tx } from '../../platform/database';
import { newId } from '../../platform/ids';
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
  if (delivery.inFlightMs > 0) return { kind: 'busy', retryInMs: delivery.inFlightMs };
  if (delivery.subscriptionStatus !== 'active') return { kind: 'paused' };
  if (delivery.blocked) return { kind: 'blocked' };
  return undefined;
}

/**
 * Writes the attempt down before it is made. Undefined when the delivery changed since it was loaded: load it again.
 * @param requestHeaders of the attempt with this number, without credentials
 */
export async function beginAttempt(
  tx: Tx,
  delivery: LoadedDelivery,
  bodySealed: string,
  requestHeaders: (attempt: number) => Record<string, string>,
): Promise<BegunAttempt | undefined> {
  const begun = { attemptId: newId(), attempt: delivery.attemptCount + 1, ...cycleOf(delivery) };
  const { attemptId, attempt, cycle, cycleFailures, seenSequence } = begun;
  const ids = await beginAttempts(tx, [
    {
      deliveryId: delivery.id,
      outboxVersion: delivery.outboxVersion,
      ...{ attemptId, attempt, cycle, cycleFailures, seenSequence, bodySealed },
      requestHeaders: requestHeaders(attempt),
    },
  ]);
  return ids.has(delivery.id) ? { attemptId, attempt, cycle } : undefined;
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
