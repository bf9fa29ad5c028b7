/**
 * Early recovery: what waits for an endpoint that works again does not sleep its hour out (rule `early-recovery`).
 *
 * A delivery that goes to sleep is marked as awaiting its endpoint's recovery where nothing had been delivered since it began to
 * fail (`failing.ts`). A task of the sweep looks for endpoints of such deliveries that have accepted something since, and releases
 * what waits, a batch a second: withdrawals first, the oldest first. So a delivery to an endpoint that works costs nothing for it, and
 * all of it stands in rows: whatever dies, the next look goes on.
 *
 * Each is released once. One that fails again has seen others delivered since it began to fail, and sleeps its hour from then on.
 */
import { Prisma, type Database, type Tx } from '../platform/database';
import type { Logger } from '../platform/logger';
import { wokenBy } from './cycle-reasons';
import { addSignal, TABLES } from './entries';

/** Released at first; each batch that nothing fails in is followed by one twice as large. */
export const FIRST_BATCH = 10;
/**
 * So many may have been released and not begun: it bounds the rate, and where the workers are slower, theirs is the rate. More would
 * only push each other's workflows out of memory.
 */
const LARGEST_BATCH = 50;
/** Between batches. */
const PACE = Prisma.sql`interval '1 second'`;
/**
 * A delivery that alone fails is no proof that its endpoint does, where that has accepted another one less than this before: it keeps
 * its hour.
 */
const PROOF = Prisma.sql`interval '5 minutes'`;
/** Deliveries since the recovery that are looked at for one that had failed before. */
const MOST_LOOKED_AT = 20;

/** A setting of a subscription that may be left to the service. */
export const SERVICE_SETTINGS = ['default', 'on', 'off'] as const;

/** SQL condition: the setting of a subscription is on. */
export function isOn(setting: Prisma.Sql, byDefault: boolean): Prisma.Sql {
  return Prisma.sql`(${setting} = 'on' OR (${setting} = 'default' AND ${byDefault}))`;
}

/** The service's settings. */
export interface RecoveryDefaults {
  readonly earlyRecovery: boolean;
  readonly halfOpenProbing: boolean;
}

/** SQL condition: what waits for the endpoint of the subscription `s` is released; what was held back from it has to be. */
function releases({ earlyRecovery, halfOpenProbing }: RecoveryDefaults): Prisma.Sql {
  return Prisma.sql`
    (${isOn(Prisma.sql`s."earlyRecovery"`, earlyRecovery)} OR ${isOn(Prisma.sql`s."halfOpenProbing"`, halfOpenProbing)})`;
}

/** SQL condition: a delivery waits for its endpoint, in the words of `Delivery_recovery_idx`. */
const AWAITS = Prisma.sql`"status" = 'waiting' AND "awaitsRecovery"`;

/** SQL: when the latest attempt with an outcome began, of the subscription. */
const latest = (outcome: 'delivered' | 'failed', subscriptionId: Prisma.Sql): Prisma.Sql => Prisma.sql`(
  SELECT a."at" FROM "Attempt" a WHERE a."subscriptionId" = ${subscriptionId} AND a."outcome" = ${outcome}
  ORDER BY a."at" DESC LIMIT 1)`;

/** SQL condition: the latest attempt to the endpoint of a subscription was successful. */
export const works = (subscriptionId: Prisma.Sql): Prisma.Sql => Prisma.sql`
  ${latest('delivered', subscriptionId)} >= coalesce(${latest('failed', subscriptionId)}, '-infinity')`;

/** SQL condition: one delivery knocks for all, so others that are released would only be held back (rule `half-open-probing`). */
const isProbed = (subscriptionId: Prisma.Sql): Prisma.Sql => Prisma.sql`
  EXISTS (SELECT 1 FROM "EndpointProbe" b WHERE b."subscriptionId" = ${subscriptionId})`;

/**
 * Looks for endpoints that work again, and releases the next batch of each.
 * @param byDefault the service's settings
 * @returns how many deliveries were released
 */
export async function releaseRecovered(
  db: Database,
  byDefault: RecoveryDefaults,
  logger: Logger,
): Promise<number> {
  const recovered = await db.$queryRaw<Recovered[]>(recoveredEndpoints(byDefault));
  for (const { subscriptionId, deliveryId, isProof } of recovered) {
    if (isProof) {
      await db.$executeRaw`
        INSERT INTO "EndpointRecovery" ("subscriptionId", "nextBatch") VALUES (${subscriptionId}::uuid, ${FIRST_BATCH})
        ON CONFLICT DO NOTHING`;
      logger.info({ subscriptionId }, 'an endpoint works again; what waits for it is released');
    } else {
      await db.$executeRaw(Prisma.sql`
        UPDATE ${TABLES.delivery.table} SET "awaitsRecovery" = false WHERE "id" = ${deliveryId}::uuid AND ${AWAITS}`);
    }
  }
  const due = await db.$queryRaw<{ subscriptionId: string }[]>`
    SELECT "subscriptionId" FROM "EndpointRecovery" WHERE "dueAt" <= now() ORDER BY "dueAt"`;
  let released = 0;
  for (const { subscriptionId } of due)
    released += await db.$transaction((tx) => releaseNextBatch(tx, subscriptionId, byDefault));
  return released;
}

interface Recovered {
  readonly subscriptionId: string;
  /** The first that waits. */
  readonly deliveryId: string;
  /** Not only that one has failed, or the endpoint had accepted nothing for a while before. */
  readonly isProof: boolean;
}

/** SQL: endpoints that work, of deliveries that await that. It goes from one of these to the next by their index. */
export function recoveredEndpoints(byDefault: RecoveryDefaults): Prisma.Sql {
  const subscriptionId = Prisma.sql`f."subscriptionId"`;
  const waiting = Prisma.sql`"Delivery" d WHERE d."subscriptionId" = ${subscriptionId} AND d.${AWAITS}`;
  const inOrder = Prisma.sql`ORDER BY d."priority", d."createdAt", d."id"`;
  return Prisma.sql`
    WITH RECURSIVE f AS (
      (SELECT "subscriptionId" FROM "Delivery" WHERE ${AWAITS} ORDER BY "subscriptionId" LIMIT 1)
      UNION ALL
      SELECT next."subscriptionId" FROM f CROSS JOIN LATERAL (
        SELECT d."subscriptionId" FROM "Delivery" d WHERE d.${AWAITS} AND d."subscriptionId" > f."subscriptionId"
        ORDER BY d."subscriptionId" LIMIT 1
      ) next
    )
    SELECT f."subscriptionId", head."id" AS "deliveryId",
      EXISTS (SELECT 1 FROM (SELECT 1 FROM ${waiting} ${inOrder} OFFSET 1 LIMIT 1) another)
      OR EXISTS (
        SELECT 1 FROM (
          SELECT a."deliveryId" FROM "Attempt" a
          WHERE a."subscriptionId" = ${subscriptionId} AND a."outcome" = 'delivered'
            AND a."at" >= coalesce(${latest('failed', subscriptionId)}, '-infinity') ORDER BY a."at" LIMIT ${MOST_LOOKED_AT}
        ) a JOIN "Delivery" d ON d."id" = a."deliveryId" WHERE d."failingSince" IS NOT NULL)
      OR NOT EXISTS (
        SELECT 1 FROM "Attempt" a WHERE a."subscriptionId" = ${subscriptionId} AND a."outcome" = 'delivered'
          AND a."at" BETWEEN head."failingSince" - ${PROOF} AND head."failingSince") AS "isProof"
    FROM f JOIN "Subscription" s ON s."id" = ${subscriptionId} AND s."status" = 'active' AND s."deletedAt" IS NULL
      AND ${releases(byDefault)}
    CROSS JOIN LATERAL (SELECT d."id", d."failingSince" FROM ${waiting} ${inOrder} LIMIT 1) head
    WHERE ${works(subscriptionId)} AND NOT ${isProbed(subscriptionId)}
      AND NOT EXISTS (SELECT 1 FROM "EndpointRecovery" r WHERE r."subscriptionId" = ${subscriptionId})`;
}

interface Recovering {
  readonly nextBatch: number;
  readonly works: boolean;
  /** Of its deliveries, those that are due and have not begun, up to {@link LARGEST_BATCH}. */
  readonly due: number;
  readonly isOn: boolean;
}

/**
 * Releases the next batch of an endpoint, unless another worker just does. While the endpoint fails again none is, and the next batch
 * is smaller. The recovery ends with what had begun to wait before it.
 */
async function releaseNextBatch(
  tx: Tx,
  subscriptionId: string,
  byDefault: RecoveryDefaults,
): Promise<number> {
  const id = Prisma.sql`${subscriptionId}::uuid`;
  const [recovery] = await tx.$queryRaw<Recovering[]>(Prisma.sql`
    SELECT r."nextBatch", ${works(id)} AND NOT ${isProbed(id)} AS "works",
      (SELECT count(*)::int FROM (
        SELECT 1 FROM "Delivery" WHERE "subscriptionId" = ${id} AND "nextAttemptAt" <= now() LIMIT ${LARGEST_BATCH}) d) AS "due",
      s."status" = 'active' AND s."deletedAt" IS NULL AND ${releases(byDefault)} AS "isOn"
    FROM "EndpointRecovery" r JOIN "Subscription" s ON s."id" = r."subscriptionId"
    WHERE r."subscriptionId" = ${id} AND r."dueAt" <= now() FOR UPDATE OF r SKIP LOCKED`);
  if (!recovery) return 0;
  const { nextBatch, due } = recovery;
  if (recovery.isOn && due === LARGEST_BATCH) {
    await goOn(tx, subscriptionId, nextBatch);
    return 0;
  }
  if (recovery.isOn && !recovery.works) {
    await goOn(tx, subscriptionId, Math.max(FIRST_BATCH, Math.floor(nextBatch / 2)));
    return 0;
  }
  const released = recovery.isOn ? await release(tx, id, Math.min(nextBatch, LARGEST_BATCH - due)) : 0;
  if (released > 0) await goOn(tx, subscriptionId, Math.min(LARGEST_BATCH, nextBatch * 2));
  else await tx.$executeRaw`DELETE FROM "EndpointRecovery" WHERE "subscriptionId" = ${id}`;
  return released;
}

async function goOn(tx: Tx, subscriptionId: string, nextBatch: number): Promise<void> {
  await tx.$executeRaw`
    UPDATE "EndpointRecovery" SET "nextBatch" = ${nextBatch}, "dueAt" = now() + ${PACE}
    WHERE "subscriptionId" = ${subscriptionId}::uuid`;
}

/**
 * Those that somebody else holds are about to be looked at anyway. A released one is due now, so that a lost signal is noticed (rule
 * `progress-is-watched`). They are read in the order of their index: the planner would rather read and sort all that wait.
 */
async function release(tx: Tx, subscriptionId: Prisma.Sql, count: number): Promise<number> {
  await tx.$executeRaw`SET LOCAL enable_sort = off`;
  return tx.$executeRaw(Prisma.sql`
    WITH next AS (
      SELECT d."id" FROM "EndpointRecovery" r CROSS JOIN LATERAL (
        SELECT d."id" FROM "Delivery" d
        WHERE d."subscriptionId" = ${subscriptionId} AND d.${AWAITS} AND d."failingSince" <= r."beganAt"
        ORDER BY d."priority", d."createdAt", d."id" LIMIT ${count} FOR NO KEY UPDATE SKIP LOCKED) d
      WHERE r."subscriptionId" = ${subscriptionId}
    )
    UPDATE ${TABLES.delivery.table} d
    SET "awaitsRecovery" = false, "nextAttemptAt" = now(), ${addSignal('retryNow')}, ${wokenBy('recovery')}
    FROM next WHERE d."id" = next."id"`);
}
