import { Prisma, type Database } from '../platform/database';

/** Rows removed by one statement, so that a purge never holds many locks for long. */
const BATCH = 1_000;

/**
 * Removes deliveries finished longer ago than the retention, with their payloads and attempts; not while Temporal is
 * still to be told of them. True when more are left.
 * @param retentionMs milliseconds
 */
export async function purgeFinished(db: Database, retentionMs: number): Promise<boolean> {
  const removed = await db.$executeRaw(Prisma.sql`
    DELETE FROM "Delivery" WHERE "id" IN (
      SELECT "id" FROM "Delivery" WHERE "finishedAt" < now() - ${retentionMs} * interval '1 millisecond'
        AND "status" IN ('delivered', 'cancelled', 'expired') AND "outboxAction" IS NULL
      LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)`);
  return removed === BATCH;
}

/** Removes what is left of deleted citizens and subscriptions once no delivery speaks of them. True when more are left. */
export async function purgeDeleted(db: Database): Promise<boolean> {
  const citizens = await db.$executeRaw(Prisma.sql`
    DELETE FROM "Citizen" WHERE "id" IN (
      SELECT c."id" FROM "Citizen" c WHERE c."deletedAt" IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM "Delivery" d WHERE d."citizenId" = c."id") LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)`);
  const subscriptions = await db.$executeRaw(Prisma.sql`
    DELETE FROM "Subscription" WHERE "id" IN (
      SELECT s."id" FROM "Subscription" s WHERE s."deletedAt" IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM "Delivery" d WHERE d."subscriptionId" = s."id") LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)`);
  return citizens === BATCH || subscriptions === BATCH;
}
