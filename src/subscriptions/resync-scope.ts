import { Prisma } from '../platform/database';

/**
 * SQL condition: the citizen `c` has a state to send. Deleted ones have none, and neither have those without
 * a change; `since` leaves out citizens whose latest change is older.
 */
export function inScope(since: Date | null): Prisma.Sql {
  const stated = Prisma.sql`c."deletedAt" IS NULL AND c."lastSequence" > 0
    -- One created anew begins with the number of the one before, and has no change yet.
    AND (c."orderedAs" IS NULL OR EXISTS (
      SELECT 1 FROM "Change" h WHERE h."citizenId" = c."id" AND h."sequence" = c."lastSequence"))`;
  if (since === null) return stated;
  return Prisma.sql`${stated} AND EXISTS (
    SELECT 1 FROM "Change" h
    WHERE h."citizenId" = c."id" AND h."sequence" = c."lastSequence" AND h."recordedAt" >= ${since}::timestamptz)`;
}
