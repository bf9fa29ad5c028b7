import type { PermissionTransaction } from '../../../generated/prisma/client';

/** What decides which of two transactions of one permission is in effect (rule `latest-obtained-wins`). */
export type Ranked = Pick<PermissionTransaction, 'obtainedAt' | 'recordedAt' | 'sequence' | 'position'>;

/**
 * Positive when `a` outranks `b`: the later `obtainedAt`, then the later `recordedAt`, then the later change, then the
 * later place within the change. No two transactions of a citizen rank the same.
 */
export function compareRank(a: Ranked, b: Ranked): number {
  return (
    a.obtainedAt.getTime() - b.obtainedAt.getTime() ||
    a.recordedAt.getTime() - b.recordedAt.getTime() ||
    a.sequence - b.sequence ||
    a.position - b.position
  );
}
