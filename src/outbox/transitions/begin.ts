/** An attempt begins, or is given back for a reason of ours. */
import { Prisma, type Database, type Tx } from '../../platform/database';
import { arrayOf, runStatement } from '../../platform/statements';
import { acknowledgeLoaded } from '../claims';
import { columnOf } from '../columns';
import { IS_BLOCKED, LOCK_ORDER, orderedAs, UNFINISHED } from '../ordering';
import { takeKeys } from '../ordering-key';
import type { AttemptToBegin } from '../transition-inputs';

/**
 * To `delivering`: writes attempts down before they are made, so that a crash leaves a trace of each: a row without an
 * outcome was cut off. Each takes its ordering key, so none is made while another of the key is in flight
 * ({@link takeKeys}), nor for a delivery that changed since it was loaded (finished, blocked, paused, signalled, its citizen
 * deleted, or taken by another run).
 * @param longestMs from now to the surely last moment of a request
 * @param waits whether it waits for rows that somebody else has locked, or passes over them
 * @returns the ids of the attempts that may be made.
 */
export async function beginAttempts(
  db: Database,
  attempts: readonly AttemptToBegin[],
  { longestMs, waits }: { readonly longestMs: number; readonly waits: boolean },
): Promise<ReadonlySet<string>> {
  const column = columnOf(attempts);
  const headers = attempts.map(({ requestHeaders }) => JSON.stringify(requestHeaders));
  const begun = await runStatement<{ attemptId: string }>(
    db,
    Prisma.sql`
    WITH given AS (
      SELECT * FROM unnest(${column('deliveryId', 'uuid')}, ${column('outboxVersion', 'int')},
        ${column('attemptId', 'uuid')}, ${column('attempt', 'int')}, ${column('cycle', 'int')},
        ${column('cycleFailures', 'int')}, ${column('seenSequence', 'int')}, ${column('sentSequence', 'int')},
        ${column('bodySealed', 'text')}, ${arrayOf(headers, 'text')})
      AS g("deliveryId", "version", "attemptId", "attempt", "cycle", "failures", "seen", "number", "body", "headers")
    ), wanted AS (
      SELECT d."id", d."sequence", d."subscriptionId", ${orderedAs('d')} AS "keyCitizenId", g."attemptId", g."number"
      FROM given g JOIN "Delivery" d ON d."id" = g."deliveryId"
      WHERE d."attemptCount" = g."attempt" - 1 AND d."outboxVersion" = g."version" AND d.${UNFINISHED} AND NOT ${IS_BLOCKED}
        AND EXISTS (SELECT 1 FROM "Subscription" s
                    WHERE s."id" = d."subscriptionId" AND s."status" = 'active' AND s."deletedAt" IS NULL)
        AND NOT EXISTS (SELECT 1 FROM "Citizen" z WHERE z."id" = d."citizenId" AND z."deletedAt" IS NOT NULL
                          AND (SELECT h."kind" FROM "Change" h WHERE h."id" = d."changeId") <> 'deletion')
      ORDER BY ${LOCK_ORDER} FOR NO KEY UPDATE OF d ${waits ? Prisma.empty : Prisma.sql`SKIP LOCKED`}
    ), ${takeKeys(longestMs, waits)}, begun AS (
      UPDATE "Delivery" d
      SET "status" = 'delivering', "attemptCount" = g."attempt", "cycle" = g."cycle", "bodySealed" = g."body",
          "cycleFailures" = g."failures", "seenSequence" = COALESCE(g."seen", d."seenSequence"),
          "nextAttemptAt" = NULL, ${acknowledgeLoaded(Prisma.sql`g."version"`)}
      FROM given g JOIN taken ON taken."attemptId" = g."attemptId"
      WHERE d."id" = g."deliveryId"
      RETURNING d."id", d."subscriptionId", g."attemptId", g."attempt", g."cycle", g."headers"
    )
    INSERT INTO "Attempt" ("id", "deliveryId", "subscriptionId", "attempt", "cycle", "at", "requestHeaders")
    SELECT "attemptId", "id", "subscriptionId", "attempt", "cycle", clock_timestamp(), "headers"::jsonb FROM begun
    -- One of which nothing was sent has given its number back.
    ON CONFLICT ("deliveryId", "attempt") DO UPDATE
    SET "id" = excluded."id", "cycle" = excluded."cycle", "at" = excluded."at", "requestHeaders" = excluded."requestHeaders",
        "outcome" = NULL, "error" = NULL
    RETURNING "id" AS "attemptId"`,
  );
  return new Set(begun.map(({ attemptId }) => attemptId));
}

/**
 * Ends an attempt that was given back for a reason of ours. The delivery stays as it is, but takes back the number of one of
 * which nothing was sent: {@link beginAttempts} gives it to the next. Where that is still under way, since its answer was lost,
 * this waits for it.
 */
export async function closeUndone(
  tx: Tx,
  undone: {
    readonly deliveryId: string;
    readonly attemptId: string;
    readonly reason: string;
    readonly mayHaveArrived: boolean;
  },
): Promise<void> {
  const id = Prisma.sql`${undone.deliveryId}::uuid`;
  await tx.$executeRaw(Prisma.sql`SELECT 1 FROM "Delivery" WHERE "id" = ${id} FOR NO KEY UPDATE`);
  await tx.$executeRaw(Prisma.sql`
    WITH closed AS (
      UPDATE "Attempt" a SET "outcome" = 'given-back', "error" = ${undone.reason}
      WHERE a."id" = ${undone.attemptId}::uuid AND a."deliveryId" = ${id} AND a."outcome" IS NULL RETURNING a."attempt"
    )
    UPDATE "Delivery" d SET "attemptCount" = closed."attempt" - 1 FROM closed
    WHERE d."id" = ${id} AND d."attemptCount" = closed."attempt" AND NOT ${undone.mayHaveArrived}`);
}
