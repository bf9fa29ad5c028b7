/** How urgent a delivery is, as in the database; the lower comes first (rule `withdrawals-first`). */
export const PRIORITY = {
  /** It takes consent away, or one behind it in its ordering key does. */
  withdrawal: 1,
  normal: 2,
  /** An import or a resync. */
  bulk: 3,
} as const;
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY];
