import { Prisma, type Database } from '../platform/database';
import { arrayOf } from '../platform/statements';

/** Rows removed at once, attempts included, so that a purge never holds many locks for long. */
const BATCH = 1_000;

/**
 * Removes deliveries finished longer ago than the retention, with their payloads and attempts; not while Temporal is
 * still to be told of them. However many attempts a delivery has had, no statement removes more than a bounded number of
 * rows: the attempts go first, and the delivery once it has none. The rows are looked up one by one: given a thousand ids, the
 * planner would rather read the whole table. True when more may be left.
 * @param retentionMs milliseconds
 */
export async function purgeFinished(db: Database, retentionMs: number): Promise<boolean> {
  return db.$transaction(async (tx) => {
    const expired = await tx.$queryRaw<{ id: string }[]>(Prisma.sql`
      SELECT "id" FROM "Delivery" WHERE "finishedAt" < now() - ${retentionMs} * interval '1 millisecond'
        AND "status" IN ('delivered', 'cancelled', 'expired') AND "outboxAction" IS NULL
      ORDER BY "finishedAt" LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`);
    const ids = expired.map(({ id }) => id);
    const attempts = await tx.$executeRaw(Prisma.sql`
      DELETE FROM "Attempt" WHERE "id" = ANY(ARRAY(
        SELECT a."id" FROM unnest(${arrayOf(ids, 'uuid')}) AS d("id")
        CROSS JOIN LATERAL (SELECT "id" FROM "Attempt" WHERE "deliveryId" = d."id" LIMIT ${BATCH}) a
        LIMIT ${BATCH}))`);
    if (attempts === BATCH) return true;
    // What a resync has come to stays to be told.
    await tx.$executeRaw(Prisma.sql`
      WITH purged AS (
        DELETE FROM "Delivery" WHERE "id" = ANY(${arrayOf(ids, 'uuid')}::uuid[]) RETURNING "resyncId", "status"
      ), undelivered AS (
        SELECT "resyncId", count(*)::int AS "count" FROM purged
        WHERE "resyncId" IS NOT NULL AND "status" <> 'delivered' GROUP BY "resyncId"
      )
      UPDATE "Resync" r SET "purged" = r."purged" + u."count" FROM undelivered u WHERE r."id" = u."resyncId"`);
    return ids.length === BATCH;
  });
}

/** SQL condition: nothing but its changes is left of the deleted citizen `c`. */
const FORGOTTEN = Prisma.sql`c."deletedAt" IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM "Delivery" d WHERE d."citizenId" = c."id")
  AND NOT EXISTS (SELECT 1 FROM "Erasure" e WHERE e."citizenId" = c."id")`;

/**
 * Removes what is left of deleted citizens and subscriptions once no delivery speaks of them. True when more are left. The changes
 * go first, of which a citizen may have had any number.
 */
export async function purgeDeleted(db: Database): Promise<boolean> {
  const changes = await db.$executeRaw(Prisma.sql`
    DELETE FROM "Change" WHERE "id" = ANY(ARRAY(
      SELECT h."id" FROM (SELECT c."id" FROM "Citizen" c WHERE ${FORGOTTEN} LIMIT ${BATCH}) c
      CROSS JOIN LATERAL (SELECT "id" FROM "Change" WHERE "citizenId" = c."id" LIMIT ${BATCH}) h
      LIMIT ${BATCH}))`);
  if (changes === BATCH) return true;
  const citizens = await db.$executeRaw(Prisma.sql`
    WITH purged AS (
      DELETE FROM "Citizen" WHERE "id" IN (
        SELECT c."id" FROM "Citizen" c WHERE ${FORGOTTEN}
          AND NOT EXISTS (SELECT 1 FROM "Change" h WHERE h."citizenId" = c."id") LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
      RETURNING "id", "applicationId", coalesce("orderedAs", "id") AS "orderedAs"
    ), keys AS (
      DELETE FROM "OrderingKey" k USING purged JOIN "Subscription" s ON s."applicationId" = purged."applicationId"
      WHERE k."subscriptionId" = s."id" AND k."citizenId" = purged."orderedAs"
        AND NOT EXISTS (
          SELECT 1 FROM "Citizen" c WHERE (c."orderedAs" = purged."orderedAs" OR c."id" = purged."orderedAs")
            AND c."id" NOT IN (SELECT "id" FROM purged))
    )
    SELECT 1 FROM purged`);
  const subscriptions = await db.$executeRaw(Prisma.sql`
    WITH purged AS (
      DELETE FROM "Subscription" WHERE "id" IN (
        SELECT s."id" FROM "Subscription" s WHERE s."deletedAt" IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM "Delivery" d WHERE d."subscriptionId" = s."id") LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
      RETURNING "id"
    ), keys AS (
      DELETE FROM "OrderingKey" k USING purged WHERE k."subscriptionId" = purged."id"
    )
    SELECT 1 FROM purged`);
  return citizens === BATCH || subscriptions === BATCH;
}
