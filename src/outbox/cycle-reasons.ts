/** Why a cycle of attempts begins: written down with its first attempt, for who reads the log. */
import { Prisma } from '../platform/database';

/** Why a delivery is told to go on before its time has come. */
export const WAKES = ['operator', 'settings', 'newer-change', 'recovery', 'knock'] as const;
export type Wake = (typeof WAKES)[number];

export const CYCLE_REASONS = ['change', 'resend', 'predecessor', 'resumed', 'interval', ...WAKES] as const;
export type CycleReason = (typeof CYCLE_REASONS)[number];

/** SQL assignment that notes why a delivery is told to go on, until it does. */
export function wokenBy(wake: Wake): Prisma.Sql {
  return Prisma.sql`"wokenBy" = ${wake}`;
}

/** The same for a row `d` that is told only where the condition is met. */
export function wokenByWhere(condition: Prisma.Sql, wake: Wake): Prisma.Sql {
  return Prisma.sql`"wokenBy" = CASE WHEN ${condition} THEN ${wake} ELSE d."wokenBy" END`;
}

/**
 * SQL: the reason for the cycle that the delivery `d` begins, by what it was until then. A change that came during a cycle has the next
 * one follow at once.
 * @param seen the newest sequence of its ordering key that is known by now
 */
export const cycleReason = (seen: Prisma.Sql): Prisma.Sql => Prisma.sql`CASE
  WHEN d."status" = 'blocked' THEN 'predecessor'
  WHEN d."status" = 'paused' THEN 'resumed'
  WHEN d."status" = 'pending' AND d."resent" THEN 'resend'
  WHEN d."wokenBy" IS NOT NULL THEN d."wokenBy"
  WHEN d."cycle" = 0 THEN 'change'
  WHEN d."seenSequence" < ${seen} THEN 'newer-change'
  ELSE 'interval' END`;
