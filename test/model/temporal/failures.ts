/** Failures and durations as the SDK has them. */
import { ActivityFailure, CancelledFailure } from '@temporalio/common';

export function isCancellation(error: unknown): boolean {
  return (
    error instanceof CancelledFailure ||
    (error instanceof ActivityFailure && error.cause instanceof CancelledFailure)
  );
}

/** How a workflow learns of an activity that has failed. */
export function activityFailed(cause: unknown): ActivityFailure {
  return new ActivityFailure('activity failed', 'activity', '1', 'IN_PROGRESS', undefined, cause as Error);
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };

/** A duration as Temporal takes it, in milliseconds. */
export function msOf(duration: unknown): number {
  if (typeof duration === 'number') return duration;
  const [, count, unit] = /^(\d+)(ms|s|m)$/.exec(String(duration)) ?? [];
  return Number(count) * (UNITS[unit ?? ''] ?? NaN);
}
