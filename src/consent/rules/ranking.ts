import type { PermissionTransaction } from '../../../generated/prisma/client';

/** What decides which of two transactions of one permission is in effect (rule `latest-obtained-wins`). */
export type Ranked = Pick<
  PermissionTransaction,
  'obtainedAt' | 'obtainedMicros' | 'recordedAt' | 'sequence' | 'position'
>;

/**
 * Positive when `a` outranks `b`: the later of their moments, each the earlier one of `obtainedAt` and `recordedAt`, then
 * the later `recordedAt`, then the later change, then the later place within the change. No two transactions of a citizen
 * rank the same. `decidingTransactions` ranks in the same way in SQL.
 */
export function compareRank(a: Ranked, b: Ranked): number {
  const [momentA, momentB] = [rankedMoment(a), rankedMoment(b)];
  return (
    momentA.ms - momentB.ms ||
    momentA.micros - momentB.micros ||
    a.recordedAt.getTime() - b.recordedAt.getTime() ||
    a.sequence - b.sequence ||
    a.position - b.position
  );
}

/** A clock that is fast must not outrank what is recorded afterwards, so nothing counts as obtained after it was recorded. */
function rankedMoment({ obtainedAt, obtainedMicros, recordedAt }: Ranked): { ms: number; micros: number } {
  return obtainedAt < recordedAt
    ? { ms: obtainedAt.getTime(), micros: obtainedMicros }
    : { ms: recordedAt.getTime(), micros: 0 };
}
