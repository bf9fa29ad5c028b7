/**
 * Every write of a delivery's status, a function for each transition: its condition, and what follows from it (whom it
 * signals, what it erases, what Temporal is to be told). Nothing else in the product writes a status, which a lint rule holds.
 *
 * ```
 * pending ─► delivering ─► delivered
 *              │   ▲
 *              ▼   │            any unfinished one ─► cancelled, expired
 *   waiting, paused, blocked    any finished one   ─► pending, when it is sent again
 * ```
 *
 * Each takes many deliveries at once, which share its statements. Rows are locked in one order, so that two calls never
 * wait for each other in a circle. Finished is finished: the condition of every write but that of a 2xx and of a resend is
 * that the delivery is unfinished (rule `finished-stays-finished`).
 */
import type { FinishedStatus } from '../../workflows/deliver-webhook/contract';
import { Prisma, type Database, type Tx } from '../platform/database';
import type { StatementTx } from '../platform/statement-transaction';
import { arrayOf, runStatement } from '../platform/statements';
import { acknowledgeLoaded } from './claims';
import { columnOf } from './columns';
import { completePlainAttempts, type EndedAttempt } from './ended-attempts';
import { cycleReason } from './cycle-reasons';
import { addEntry, GOES_ON, REMOVE_ENTRY } from './entries';
import { FAILS, NOTHING_DELIVERED_SINCE } from './failing';
import {
  HAS_SUCCESSOR,
  IS_BLOCKED,
  LOCK_ORDER,
  NEAREST_PREDECESSOR,
  orderedAs,
  signalSuccessors,
  UNFINISHED,
} from './ordering';
import { isKeyOf, takeKeys } from './ordering-key';
import type { AttemptToBegin, FailedAttempt } from './transition-inputs';

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
      SELECT d."id", d."sequence", d."subscriptionId", ${orderedAs('d')} AS "keyCitizenId", g."attemptId", g."number",
        CASE WHEN g."seen" IS NOT NULL THEN ${cycleReason(Prisma.sql`g."seen"`)} END AS "reason"
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
          "nextAttemptAt" = NULL, "wokenBy" = NULL, ${acknowledgeLoaded(Prisma.sql`g."version"`)}
      FROM given g JOIN taken ON taken."attemptId" = g."attemptId" JOIN wanted w ON w."attemptId" = g."attemptId"
      WHERE d."id" = g."deliveryId"
      RETURNING d."id", d."subscriptionId", g."attemptId", g."attempt", g."cycle", g."headers", w."reason"
    )
    INSERT INTO "Attempt" ("id", "deliveryId", "subscriptionId", "attempt", "cycle", "cycleReason", "at", "requestHeaders")
    SELECT "attemptId", "id", "subscriptionId", "attempt", "cycle", "reason", clock_timestamp(), "headers"::jsonb FROM begun
    -- One of which nothing was sent has given its number back, and the cycle goes on that it had begun.
    ON CONFLICT ("deliveryId", "attempt") DO UPDATE
    SET "id" = excluded."id", "cycle" = excluded."cycle", "at" = excluded."at", "requestHeaders" = excluded."requestHeaders",
        "cycleReason" = coalesce(excluded."cycleReason", "Attempt"."cycleReason"), "outcome" = NULL, "error" = NULL
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

/**
 * To `cancelled` or `expired`, as its workflow has found: nothing is left to tell Temporal, and the next of the ordering
 * key goes on.
 */
export async function finishUnsent(
  tx: Tx,
  ids: readonly string[],
  status: Exclude<FinishedStatus, 'delivered'>,
  reason: string,
): Promise<void> {
  await end(tx, Prisma.sql`"id" = ANY(${ids}::uuid[])`, { status, reason, entry: REMOVE_ENTRY });
  await signalSuccessors(tx, ids);
}

/**
 * To `cancelled`, because its workflow was cancelled in Temporal. One that is to be started has been sent again since:
 * the cancel meant an earlier run of it.
 * @returns whether it was unfinished.
 */
export async function cancelFromTemporal(tx: Tx, id: string, reason: string): Promise<boolean> {
  const which = Prisma.sql`"id" = ${id}::uuid AND "outboxAction" IS DISTINCT FROM 'start'`;
  const ended = await end(tx, which, { status: 'cancelled', reason, entry: REMOVE_ENTRY });
  await signalSuccessors(tx, [id]);
  return ended.length > 0;
}

/**
 * To `cancelled`; a request in flight may still make them delivered. Their workflows are cancelled, and the next of each
 * ordering key goes on.
 */
export async function cancelDeliveries(
  tx: StatementTx,
  ids: readonly string[],
  reason: string,
): Promise<void> {
  await signalSuccessors(tx, await cancel(tx, Prisma.sql`"id" = ANY(${ids}::uuid[])`, reason));
}

/** As {@link cancelDeliveries}, where every other delivery of their ordering keys is cancelled as well: none goes on. */
export async function cancelAllOf(tx: Tx, ids: readonly string[], reason: string): Promise<void> {
  await cancel(tx, Prisma.sql`"id" = ANY(${ids}::uuid[])`, reason);
}

/**
 * To `cancelled`, of a citizen who is deleted, and erases what was to be sent, or was, of finished ones too (rule
 * `citizen-deletion`). The caller holds the rows.
 * @param toldFrom when Temporal is to be told
 * @returns how many were unfinished
 */
export async function cancelAndErase(
  tx: Tx,
  ids: readonly string[],
  reason: string,
  toldFrom: Prisma.Sql,
): Promise<number> {
  const which = Prisma.sql`"id" = ANY(${ids}::uuid[])`;
  const entry = addEntry('cancel', toldFrom);
  const cancelled = await end(tx, which, { status: 'cancelled', reason, entry });
  await signalSuccessors(tx, cancelled);
  await tx.$executeRaw(Prisma.sql`
    UPDATE "Delivery" SET "bodySealed" = NULL WHERE ${which} AND "bodySealed" IS NOT NULL`);
  return cancelled.length;
}

/**
 * To `pending`, to be sent again. The caller holds the rows and has checked that they may be. A withdrawal that was delivered once is
 * known to the receiver: it is waited for no more.
 */
export async function resendDeliveries(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE "Delivery" SET "status" = 'pending', "reason" = NULL, "resent" = true, "finishedAt" = NULL,
      "cycleFailures" = 0, "failingSince" = NULL, "isWithdrawal" = "isWithdrawal" AND "status" <> 'delivered', ${addEntry('start')}
    WHERE "id" = ANY(${ids}::uuid[])`);
}

function cancel(tx: StatementTx, which: Prisma.Sql, reason: string): Promise<string[]> {
  return end(tx, which, { status: 'cancelled', reason, entry: addEntry('cancel') });
}

interface End {
  readonly status: Exclude<FinishedStatus, 'delivered'>;
  readonly reason: string;
  /** What becomes of the outbox entry. */
  readonly entry: Prisma.Sql;
}

/** Ends unfinished deliveries without a success. The content of an e-mail is erased with its end. Answers with their ids. */
async function end(tx: StatementTx, which: Prisma.Sql, { status, reason, entry }: End): Promise<string[]> {
  const ended = await tx.$queryRaw<{ id: string }[]>(Prisma.sql`
    WITH locked AS (
      SELECT "id" FROM "Delivery" d WHERE ${which} AND ${UNFINISHED} ORDER BY ${LOCK_ORDER} FOR NO KEY UPDATE
    )
    UPDATE "Delivery" d
    SET "status" = ${status}, "reason" = ${reason}, "finishedAt" = now(), "nextAttemptAt" = NULL, ${entry}, ${GOES_ON},
        "bodySealed" = CASE WHEN "emailId" IS NULL THEN "bodySealed" END
    FROM locked WHERE d."id" = locked."id" AND d.${UNFINISHED}
    RETURNING d."id"`);
  return ended.map(({ id }) => id);
}

function locked(ids: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT "id" FROM "Delivery" d WHERE "id" = ANY(${ids}::uuid[]) ORDER BY ${LOCK_ORDER} FOR NO KEY UPDATE`;
}
