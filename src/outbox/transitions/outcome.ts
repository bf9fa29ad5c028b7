/** An attempt has ended with a success or a failure of the receiver. */
import { Prisma, type Database, type Tx } from '../../platform/database';
import { runStatement } from '../../platform/statements';
import { columnOf } from '../columns';
import { completePlainAttempts, type EndedAttempt } from '../ended-attempts';
import { GOES_ON, REMOVE_ENTRY } from '../entries';
import { FAILS, NOTHING_DELIVERED_SINCE } from '../failing';
import { HAS_SUCCESSOR, LOCK_ORDER, signalSuccessors, UNFINISHED } from '../ordering';
import type { FailedAttempt } from '../transition-inputs';

/**
 * To `delivered`, also when it was cancelled meanwhile: the receiver has it. What is left of an e-mail, or of a deleted
 * citizen, is erased with that (rule `email-content-is-erased`), and the next of the ordering key goes on.
 * @returns the ids of those that exist.
 */
export async function markDelivered(
  tx: Tx,
  successes: readonly { readonly deliveryId: string; readonly statusCode: number | null }[],
): Promise<ReadonlySet<string>> {
  const column = columnOf(successes);
  const known = await tx.$queryRaw<{ id: string }[]>(Prisma.sql`
    WITH given AS (
      SELECT * FROM unnest(${column('deliveryId', 'uuid')}, ${column('statusCode', 'int')}) AS g("id", "statusCode")
    ), locked AS (${locked(column('deliveryId', 'uuid'))})
    UPDATE "Delivery" d SET ${delivered(Prisma.sql`g."statusCode"`)}
    FROM given g JOIN locked ON locked."id" = g."id" WHERE d."id" = g."id"
    RETURNING d."id"`);
  const ids = known.map(({ id }) => id);
  await signalSuccessors(tx, ids);
  return new Set(ids);
}

/** SQL assignments to the delivery `d`. */
function delivered(statusCode: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    "status" = 'delivered', "reason" = NULL, "finishedAt" = now(), "nextAttemptAt" = NULL, "lastError" = NULL,
    "lastStatusCode" = ${statusCode}, "resent" = false, ${REMOVE_ENTRY}, ${GOES_ON},
    "bodySealed" = CASE WHEN d."emailId" IS NOT NULL OR (
      SELECT c."kind" = 'deletion' FROM "Change" c WHERE c."id" = d."changeId") THEN NULL ELSE d."bodySealed" END`;
}

/**
 * To `delivered` with one statement that also completes the attempts, and passes over those that take more than that: it
 * waits for no lock, and signals nobody. So not where a later delivery of the ordering key is unfinished. One that comes
 * while this runs is not missed: before it waits, it marks the delivery as awaited, which is looked at here with the row
 * held; or it waits for this to commit, and finds the delivery finished ({@link parkDeliveries}).
 * @returns the ids of the attempts that were recorded.
 */
export async function recordDelivered(
  db: Database,
  ended: readonly EndedAttempt[],
): Promise<ReadonlySet<string>> {
  if (ended.length === 0) return new Set();
  const only = Prisma.sql`NOT d."awaited" AND NOT ${HAS_SUCCESSOR}`;
  const recorded = await runStatement<{ attemptId: string }>(
    db,
    Prisma.sql`
    WITH ${completePlainAttempts(ended, { outcome: 'delivered', only })}
    UPDATE "Delivery" d SET ${delivered(Prisma.sql`c."statusCode"`)}
    FROM completed c WHERE d."id" = c."deliveryId" RETURNING c."attemptId"`,
  );
  return new Set(recorded.map(({ attemptId }) => attemptId));
}

/**
 * Records failures within a cycle with one statement that also completes the attempts. It passes over those that take more
 * than that: the end of a cycle, an e-mail that expires, a delivery that is finished or locked.
 * @param waitsMs until the next attempt, after the first failure of a cycle, the second, and so on but for the last
 * @returns the failures of the cycle until now, by the ids of the attempts that were recorded.
 */
export async function recordFailedWithinCycle(
  db: Database,
  ended: readonly EndedAttempt[],
  waitsMs: readonly number[],
): Promise<ReadonlyMap<string, number>> {
  if (ended.length === 0) return new Map();
  const only = Prisma.sql`d.${UNFINISHED} AND d."emailId" IS NULL AND d."cycleFailures" < ${waitsMs.length}::int`;
  const recorded = await runStatement<{ attemptId: string; cycleFailures: number }>(
    db,
    Prisma.sql`
    WITH ${completePlainAttempts(ended, { outcome: 'failed', only })}
    UPDATE "Delivery" d
    SET "status" = 'delivering', "cycleFailures" = d."cycleFailures" + 1,
        "lastStatusCode" = c."statusCode", "lastError" = c."error", ${FAILS},
        "nextAttemptAt" = now() + (${waitsMs}::float8[])[d."cycleFailures" + 1] * interval '1 millisecond'
    FROM completed c WHERE d."id" = c."deliveryId" RETURNING c."attemptId", d."cycleFailures"`,
  );
  return new Map(recorded.map(({ attemptId, cycleFailures }) => [attemptId, cycleFailures]));
}

/**
 * To `waiting`, or on in the cycle.
 * @returns the ids of those that were unfinished.
 */
export async function markFailed(tx: Tx, failures: readonly FailedAttempt[]): Promise<ReadonlySet<string>> {
  const column = columnOf(failures);
  const kept = await tx.$queryRaw<{ id: string }[]>(Prisma.sql`
    WITH given AS (
      SELECT * FROM unnest(${column('deliveryId', 'uuid')}, ${column('cycleFailures', 'int')},
        ${column('statusCode', 'int')}, ${column('error', 'text')}, ${column('status', 'text')},
        ${column('waitMs', 'float8')}) AS g("id", "failures", "statusCode", "error", "status", "waitMs")
    ), locked AS (${locked(column('deliveryId', 'uuid'))})
    UPDATE "Delivery" d
    SET "cycleFailures" = g."failures", "lastStatusCode" = g."statusCode", "lastError" = g."error",
        "status" = g."status", "nextAttemptAt" = now() + g."waitMs" * interval '1 millisecond', ${FAILS},
        "awaitsRecovery" = g."status" = 'waiting' AND ${NOTHING_DELIVERED_SINCE}
    FROM given g JOIN locked ON locked."id" = g."id" WHERE d."id" = g."id" AND d.${UNFINISHED}
    RETURNING d."id"`);
  return new Set(kept.map(({ id }) => id));
}

function locked(ids: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT "id" FROM "Delivery" d WHERE "id" = ANY(${ids}::uuid[]) ORDER BY ${LOCK_ORDER} FOR NO KEY UPDATE`;
}
