import type { Attempt, DeliveryWithAttempts } from '../../api/types';

/** The events of a delivery, the earliest first. */
export type TimelineEvent =
  | { readonly kind: 'created'; readonly at: string }
  /** Attempts that are not shown yet. */
  | { readonly kind: 'earlier'; readonly count: number }
  | { readonly kind: 'attempt'; readonly attempt: Attempt }
  /** Between two cycles. */
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'next'; readonly at: string }
  | { readonly kind: 'finished'; readonly at: string; readonly status: 'cancelled' | 'expired' };

/**
 * The events of a delivery. The short waits within a cycle are left out.
 * @param earlier attempts before those that the delivery came with
 */
export function timelineOf(
  delivery: DeliveryWithAttempts,
  earlier: readonly Attempt[] = [],
): TimelineEvent[] {
  const { createdAt, finishedAt, nextAttemptAt, status, attemptsTotal } = delivery;
  const events: TimelineEvent[] = [{ kind: 'created', at: createdAt }];
  const first = delivery.attempts[0]?.attempt ?? 0;
  const attempts = [...earlier.filter(({ attempt }) => attempt < first), ...delivery.attempts];
  const hidden = attemptsTotal - attempts.length;
  if (hidden > 0) events.push({ kind: 'earlier', count: hidden });
  attempts.forEach((attempt, index) => {
    const previous = attempts[index - 1];
    if (previous && attempt.cycle > previous.cycle) {
      const ended = Date.parse(previous.at) + (previous.durationMs ?? 0);
      events.push({ kind: 'wait', ms: Date.parse(attempt.at) - ended });
    }
    events.push({ kind: 'attempt', attempt });
  });
  if ((status === 'cancelled' || status === 'expired') && finishedAt !== null) {
    events.push({ kind: 'finished', at: finishedAt, status });
  } else if (status !== 'delivered' && nextAttemptAt !== null) {
    events.push({ kind: 'next', at: nextAttemptAt });
  }
  return events;
}
