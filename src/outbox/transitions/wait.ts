/** A delivery waits for something else than the time of its next attempt. */
import { Prisma, type Database, type Tx } from '../../platform/database';
import { runStatement } from '../../platform/statements';
import { acknowledgeLoaded } from '../claims';
import { columnOf } from '../columns';
import { FAILS } from '../failing';
import { NEAREST_PREDECESSOR, UNFINISHED } from '../ordering';
import { isKeyOf } from '../ordering-key';

/** A delivery as it was loaded. */
export interface LoadedVersion {
  readonly id: string;
  readonly outboxVersion: number;
}

/**
 * To `paused` or `blocked`, a wait for something else than time, without a timer: no signal may slip through here.
 *
 * What a delivery waits for is checked again with the row of that held: either it is over here, or the one who ends it sees
 * this delivery waiting. A pause is held by the subscription, a blocked delivery by its nearest predecessor, which is marked
 * as awaited. A signal that came since the delivery was loaded has a new version, and stays.
 * @param deliveries for `blocked`, no two of one ordering key
 * @returns the ids of those that wait now; the others have nothing to wait for any more, and are to be loaded again.
 */
export async function parkDeliveries(
  tx: Tx,
  status: 'paused' | 'blocked',
  deliveries: readonly LoadedVersion[],
): Promise<ReadonlySet<string>> {
  const column = columnOf(deliveries);
  const held =
    status === 'blocked'
      ? Prisma.sql`
          UPDATE "Delivery" p SET "awaited" = true
          FROM given g JOIN "Delivery" d ON d."id" = g."id" CROSS JOIN LATERAL ${NEAREST_PREDECESSOR} nearest
          WHERE p."id" = nearest."id" AND p.${UNFINISHED} RETURNING g."id"`
      : Prisma.sql`
          SELECT g."id" FROM given g JOIN "Delivery" d ON d."id" = g."id" JOIN "Subscription" s ON s."id" = d."subscriptionId"
          WHERE s."status" <> 'active' ORDER BY s."id" FOR SHARE OF s`;
  const parked = await tx.$queryRaw<{ id: string }[]>(Prisma.sql`
    WITH given AS (
      SELECT * FROM unnest(${column('id', 'uuid')}, ${column('outboxVersion', 'int')}) AS g("id", "version")
    ), held AS (${held})
    UPDATE "Delivery" d
    SET "status" = ${status}, "nextAttemptAt" = NULL, ${acknowledgeLoaded(Prisma.sql`g."version"`)},
        "unblockedAt" = CASE WHEN d."outboxVersion" = g."version" THEN NULL ELSE d."unblockedAt" END
    FROM given g
    WHERE d."id" = g."id" AND ${UNFINISHED} AND EXISTS (SELECT 1 FROM held WHERE held."id" = d."id")
    RETURNING d."id"`);
  return new Set(parked.map(({ id }) => id));
}

/**
 * To `blocked`, by a request in flight of another delivery of its ordering key. Whoever ends that attempt signals it; it looks
 * again by itself once the request is surely over, should nobody be left to do so.
 * @param attemptId as loaded
 * @returns whether it waits now; else it is to be loaded again.
 */
export async function parkBehindAttempt(
  db: Database,
  { id, outboxVersion }: LoadedVersion,
  attemptId: string,
): Promise<boolean> {
  const parked = await runStatement(
    db,
    Prisma.sql`
    WITH d AS (
      SELECT "id", "subscriptionId", "citizenId", "orderedAs" FROM "Delivery"
      WHERE "id" = ${id}::uuid AND ${UNFINISHED} FOR NO KEY UPDATE
    ), awaiting AS (
      UPDATE "OrderingKey" k SET "awaited" = true FROM d WHERE ${isKeyOf('k', 'd')}
        AND k."attemptId" = ${attemptId}::uuid AND k."attemptUntil" > clock_timestamp() RETURNING 1
    )
    UPDATE "Delivery" d
    SET "status" = 'blocked', "nextAttemptAt" = NULL, "unblockedAt" = NULL,
        ${acknowledgeLoaded(Prisma.sql`${outboxVersion}::int`)}
    WHERE d."id" = ${id}::uuid AND d.${UNFINISHED} AND EXISTS (SELECT 1 FROM awaiting)
    RETURNING 1`,
  );
  return parked.length > 0;
}

/**
 * To `waiting`, without an attempt, since another delivery knocks at the endpoint for all (rule `half-open-probing`). It looks again after
 * an interval, an e-mail no later than its time is over.
 * @returns the wait in milliseconds; undefined where it is to be loaded again.
 */
export async function holdBack(
  db: Database,
  { id, outboxVersion }: LoadedVersion,
  intervalMs: number,
): Promise<number | undefined> {
  const wait = Prisma.sql`least(now() + ${intervalMs}::float8 * interval '1 millisecond',
    (SELECT e."expiresAt" FROM "Email" e WHERE e."id" = d."emailId"))`;
  const [held] = await db.$queryRaw<{ waitMs: number }[]>(Prisma.sql`
    WITH probe AS (
      SELECT b."subscriptionId" FROM "EndpointProbe" b
      WHERE b."subscriptionId" = (SELECT "subscriptionId" FROM "Delivery" WHERE "id" = ${id}::uuid) FOR KEY SHARE
    )
    UPDATE "Delivery" d
    SET "status" = 'waiting', "nextAttemptAt" = ${wait}, "awaitsRecovery" = true, ${FAILS},
        ${acknowledgeLoaded(Prisma.sql`${outboxVersion}::int`)}
    FROM probe WHERE d."id" = ${id}::uuid AND d.${UNFINISHED} AND d."outboxVersion" = ${outboxVersion}::int
    RETURNING ceil(extract(epoch FROM ${wait} - now()) * 1000)::int AS "waitMs"`);
  return held && Math.max(1, held.waitMs);
}
