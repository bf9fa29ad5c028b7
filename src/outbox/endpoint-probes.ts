/**
 * Half-open probing: while an endpoint fails, one delivery at a time knocks for all (rule `half-open-probing`).
 *
 * ```
 * open   two deliveries have failed and nothing was delivered since: a row of `EndpointProbe`
 * hold   a delivery finds the row, and is not the one that knocks: it sleeps an interval, without a request
 * knock  six times an interval the one that has waited longest makes a single attempt
 * close  an attempt was successful: the row goes, and what waits is released as in an early recovery
 * ```
 */
import { Prisma, type Database, type Tx } from '../platform/database';
import { FIRST_BATCH, isOn, works } from './early-recovery';
import { wokenBy } from './cycle-reasons';
import { addSignal, TABLES } from './entries';

/** Knocks in an interval. With the failures that it takes to notice, fewer than ten requests. */
const KNOCKS_AN_INTERVAL = 6;
/** Failures that are looked at for one of another delivery. */
const MOST_LOOKED_AT = 10;

/** SQL condition: the endpoint of the delivery `d` is probed, and it is not `d` that knocks. */
export const IS_HELD_BACK = Prisma.sql`EXISTS (
  SELECT 1 FROM "EndpointProbe" b WHERE b."subscriptionId" = d."subscriptionId"
    AND (b."deliveryId" IS DISTINCT FROM d."id" OR b."attemptCount" <> d."attemptCount"))`;

/** SQL: until the next knock. */
const pause = (intervalMs: number): Prisma.Sql =>
  Prisma.sql`${intervalMs / KNOCKS_AN_INTERVAL}::float8 * interval '1 millisecond'`;

/**
 * Begins to probe an endpoint where another delivery than the one given has failed too, and nothing was delivered since. One that
 * alone fails makes three attempts an interval anyway, and may be to blame itself.
 */
export async function openProbe(
  db: Database,
  { subscriptionId, deliveryId }: { readonly subscriptionId: string; readonly deliveryId: string },
  intervalMs: number,
): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    INSERT INTO "EndpointProbe" ("subscriptionId", "nextKnockAt")
    SELECT ${subscriptionId}::uuid, now() + ${pause(intervalMs)} WHERE EXISTS (
      SELECT 1 FROM (
        SELECT a."deliveryId" FROM "Attempt" a
        WHERE a."subscriptionId" = ${subscriptionId}::uuid AND a."outcome" = 'failed' AND a."at" > coalesce((
          SELECT s."at" FROM "Attempt" s WHERE s."subscriptionId" = ${subscriptionId}::uuid AND s."outcome" = 'delivered'
          ORDER BY s."at" DESC LIMIT 1), '-infinity')
        ORDER BY a."at" DESC LIMIT ${MOST_LOOKED_AT}
      ) a WHERE a."deliveryId" <> ${deliveryId}::uuid)
    ON CONFLICT DO NOTHING`);
}

/** Has a delivery knock that an operator retries; nothing happens where its endpoint is not probed. */
export async function letKnock(tx: Tx, deliveryId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE "EndpointProbe" b SET "deliveryId" = d."id", "attemptCount" = d."attemptCount"
    FROM "Delivery" d WHERE d."id" = ${deliveryId}::uuid AND b."subscriptionId" = d."subscriptionId"`;
}

/** Has one knock at once, since something has changed: true where the endpoint is probed. */
export async function knockNow(tx: Tx, subscriptionId: string): Promise<boolean> {
  const probed = await tx.$executeRaw`
    UPDATE "EndpointProbe" SET "nextKnockAt" = now() WHERE "subscriptionId" = ${subscriptionId}::uuid`;
  return probed > 0;
}

/**
 * Sees to all endpoints that are probed: one whose latest attempt was successful is probed no more, at another the next one knocks
 * where it is time.
 * @param byDefault the service's setting
 * @returns whether a delivery knocks
 */
export async function probeEndpoints(db: Database, byDefault: boolean, intervalMs: number): Promise<boolean> {
  const probed = await db.$queryRaw<Probed[]>(Prisma.sql`
    SELECT b."subscriptionId", ${works(Prisma.sql`b."subscriptionId"`)} AS "works", b."nextKnockAt" <= now() AS "isDue",
      s."status" = 'active' AS "isActive",
      s."deletedAt" IS NULL AND ${isOn(Prisma.sql`s."halfOpenProbing"`, byDefault)} AS "isOn"
    FROM "EndpointProbe" b JOIN "Subscription" s ON s."id" = b."subscriptionId"`);
  let knocks = 0;
  for (const { subscriptionId, works: worksAgain, isDue, isActive, isOn: on } of probed) {
    if (worksAgain || !on) await close(db, subscriptionId, worksAgain);
    else if (isDue && isActive) knocks += await knock(db, subscriptionId, intervalMs);
  }
  return knocks > 0;
}

interface Probed {
  readonly subscriptionId: string;
  readonly works: boolean;
  readonly isDue: boolean;
  readonly isActive: boolean;
  readonly isOn: boolean;
}

/** Who is being held back holds the row: it is among what is released. */
async function close(db: Database, subscriptionId: string, worksAgain: boolean): Promise<void> {
  await db.$transaction(async (tx) => {
    const closed = await tx.$executeRaw`
      DELETE FROM "EndpointProbe" WHERE "subscriptionId" = ${subscriptionId}::uuid`;
    if (closed === 0 || !worksAgain) return;
    await tx.$executeRaw`
      INSERT INTO "EndpointRecovery" ("subscriptionId", "beganAt", "nextBatch")
      VALUES (${subscriptionId}::uuid, clock_timestamp(), ${FIRST_BATCH})
      ON CONFLICT ("subscriptionId") DO UPDATE SET "beganAt" = excluded."beganAt"`;
  });
}

/** The one that has waited longest knocks; those that somebody else holds are passed over. Answers with how many do. */
function knock(db: Database, subscriptionId: string, intervalMs: number): Promise<number> {
  return db.$executeRaw(Prisma.sql`
    WITH probe AS (
      SELECT "subscriptionId" FROM "EndpointProbe"
      WHERE "subscriptionId" = ${subscriptionId}::uuid AND "nextKnockAt" <= now() FOR NO KEY UPDATE SKIP LOCKED
    ), next AS (
      SELECT d."id", d."attemptCount" FROM probe CROSS JOIN LATERAL (
        SELECT d."id", d."attemptCount" FROM "Delivery" d
        WHERE d."subscriptionId" = probe."subscriptionId" AND d."nextAttemptAt" IS NOT NULL AND d."status" = 'waiting'
        ORDER BY d."nextAttemptAt" LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED) d
    ), told AS (
      UPDATE ${TABLES.delivery.table} d SET "nextAttemptAt" = now(), ${addSignal('retryNow')}, ${wokenBy('knock')}
      FROM next WHERE d."id" = next."id"
    )
    UPDATE "EndpointProbe" b
    SET "deliveryId" = next."id", "attemptCount" = next."attemptCount", "nextKnockAt" = now() + ${pause(intervalMs)}
    FROM next WHERE b."subscriptionId" = ${subscriptionId}::uuid`);
}
