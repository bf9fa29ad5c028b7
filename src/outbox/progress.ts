import { Prisma, type Database } from '../platform/database';

/**
 * Wakes blocked deliveries that nothing blocks any more. A finished predecessor owes that wake-up itself; this is for the
 * ones whose predecessor left the line in another way, such as a purge. Answers how many were found.
 */
export async function wakeUnblocked(db: Database, limit: number): Promise<number> {
  return db.$executeRaw(Prisma.sql`
    UPDATE "Delivery" SET "owed" = 'wake', "owedAt" = now(), "owedToken" = "owedToken" + 1
    WHERE "id" IN (
      SELECT d."id" FROM "Delivery" d
      WHERE d."status" = 'blocked' AND d."owed" IS NULL AND NOT EXISTS (
        SELECT 1 FROM "Delivery" p
        WHERE p."subscriptionId" = d."subscriptionId" AND p."citizenId" = d."citizenId"
          AND (p."sequence", p."id") < (d."sequence", d."id")
          AND p."status" NOT IN ('delivered', 'cancelled', 'expired')
      )
      LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )`);
}
