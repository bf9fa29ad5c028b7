/**
 * Attempts of deliveries that fail for days: one hour after the other they differ in nothing but their time, and after a
 * year there are 26,000 of them. Kept are those of the last day, of the first and the latest cycle, one for each day
 * between, and whatever was delivered.
 */
import { Prisma, type Database } from '../platform/database';
import { TABLES } from './entries';

/** Deliveries of one run. */
const BATCH = 100;
/** Rows removed by one statement. */
const ROWS = 5_000;

/**
 * Thins the attempts of some of the deliveries that are due, a day after their last time. True when more may be.
 */
export async function thinAttempts(db: Database): Promise<boolean> {
  const due = await db.$queryRaw<{ id: string }[]>(Prisma.sql`
    WITH due AS (
      SELECT "id" FROM "Delivery"
      WHERE ${TABLES.delivery.unfinished} AND "attemptCount" >= 80 AND "thinnedAt" < now() - interval '1 day'
      ORDER BY "thinnedAt" LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
    )
    UPDATE ${TABLES.delivery.table} d SET "thinnedAt" = now() FROM due WHERE d."id" = due."id" RETURNING d."id"`);
  for (const { id } of due) {
    let removed = ROWS;
    while (removed === ROWS) removed = await removeAlike(db, id);
  }
  return due.length === BATCH;
}

function removeAlike(db: Database, deliveryId: string): Promise<number> {
  return db.$executeRaw(Prisma.sql`
    DELETE FROM "Attempt" WHERE "id" IN (
      SELECT a."id" FROM (
        SELECT "id", "at", "cycle", "outcome", min("cycle") OVER () AS "first", max("cycle") OVER () AS "latest",
          row_number() OVER (PARTITION BY date_trunc('day', "at", 'UTC') ORDER BY "attempt") AS "ofDay"
        FROM "Attempt" WHERE "deliveryId" = ${deliveryId}::uuid
      ) a
      WHERE a."ofDay" > 1 AND a."at" < now() - interval '1 day' AND a."cycle" NOT IN (a."first", a."latest")
        AND a."outcome" IS DISTINCT FROM 'delivered'
      LIMIT ${ROWS})`);
}
