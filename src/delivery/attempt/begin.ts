/** The first half of an attempt: decide whether a request may be made at all, and write down that it is being made. */
import {
  ATTEMPTS_PER_CYCLE,
  type AttemptResult,
  type FinishedStatus,
} from '../../../workflows/deliver-webhook/contract';
import { Prisma, type Tx } from '../../platform/database';
import { newId } from '../../platform/ids';
import { ERASED_EMAIL, isFinished, UNFINISHED, wakeSuccessor } from '../../outbox/ordering';
import type { LoadedDelivery } from './load';

/** An attempt that is recorded as being in flight. */
export interface BegunAttempt {
  readonly attemptId: string;
  readonly attempt: number;
  readonly cycle: number;
}

/** Why no request is made for a delivery in this state; undefined when one may be made. */
export function refuse(delivery: LoadedDelivery): AttemptResult | undefined {
  if (isFinished(delivery.status)) {
    return { kind: 'finished', status: delivery.status, statusCode: delivery.lastStatusCode };
  }
  if (delivery.inFlightMs > 0) return { kind: 'busy', retryInMs: delivery.inFlightMs };
  if (delivery.subscriptionStatus !== 'active') return { kind: 'paused' };
  if (delivery.blocked) return { kind: 'blocked' };
  return undefined;
}

/**
 * Keeps a status that is a wait for somebody else, without a timer: no wake-up may slip through here. False when there is
 * nothing to wait for any more: load again.
 *
 * A predecessor that finishes owes its wake-up under a new token, which stays owed. A resumed subscription owes none to a
 * delivery that has yet to look at it, so a pause is checked again with the subscription held: either it is seen as
 * resumed here, or the resumption sees this delivery as paused.
 */
export async function park(tx: Tx, delivery: LoadedDelivery, status: 'paused' | 'blocked'): Promise<boolean> {
  const reason =
    status === 'blocked'
      ? Prisma.sql`SELECT 1`
      : Prisma.sql`SELECT 1 FROM "Subscription" WHERE "id" = ${delivery.subscriptionId}::uuid AND "status" <> 'active' FOR SHARE`;
  const parked = await tx.$executeRaw(Prisma.sql`
    WITH reason AS (${reason})
    UPDATE "Delivery" SET "status" = ${status}, "nextAttemptAt" = NULL, "verifiedAt" = now(), ${settleDebt(delivery)}
    WHERE "id" = ${delivery.id}::uuid AND ${UNFINISHED} AND EXISTS (SELECT 1 FROM reason)`);
  return parked === 1;
}

/**
 * Settles what was owed of a delivery whose workflow is running and looks again by itself, so that the dispatcher does
 * not go on telling it to.
 */
export async function settleSeen(tx: Tx, delivery: LoadedDelivery): Promise<void> {
  if (delivery.owed === null) return;
  await tx.$executeRaw(Prisma.sql`
    UPDATE "Delivery" SET "verifiedAt" = now(), ${settleDebt(delivery)} WHERE "id" = ${delivery.id}::uuid`);
}

/** Ends a delivery without a request. */
export async function finishUnsent(
  tx: Tx,
  delivery: LoadedDelivery,
  status: Exclude<FinishedStatus, 'delivered'>,
  reason: string,
): Promise<AttemptResult> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE "Delivery"
    SET "status" = ${status}, "reason" = ${reason}, "finishedAt" = now(), "nextAttemptAt" = NULL, "owed" = NULL,
        "owedAt" = NULL, ${ERASED_EMAIL}
    WHERE "id" = ${delivery.id}::uuid AND ${UNFINISHED}`);
  await wakeSuccessor(tx, delivery);
  return { kind: 'finished', status, statusCode: delivery.lastStatusCode };
}

/**
 * Writes the attempt down before it is made, so that a crash leaves a trace of it: a row without an outcome was cut off.
 * Undefined when the delivery changed since it was loaded (cancelled, paused, or taken by a racing run): load again.
 */
export async function beginAttempt(
  tx: Tx,
  delivery: LoadedDelivery,
  bodySealed: string,
  requestHeaders: (attempt: number) => Record<string, string>,
): Promise<BegunAttempt | undefined> {
  const attemptId = newId();
  const attempt = delivery.attemptCount + 1;
  const goesOn =
    delivery.status === 'delivering' && delivery.cycle > 0 && delivery.cycleFailures < ATTEMPTS_PER_CYCLE;
  const cycle = goesOn ? delivery.cycle : delivery.cycle + 1;
  const rows = await tx.$executeRaw(Prisma.sql`
    WITH begun AS (
      UPDATE "Delivery"
      SET "status" = 'delivering', "attemptCount" = ${attempt}, "cycle" = ${cycle}, "bodySealed" = ${bodySealed},
          "cycleFailures" = ${goesOn ? delivery.cycleFailures : 0},
          "seenSequence" = ${goesOn ? Prisma.sql`"seenSequence"` : Prisma.sql`${delivery.newestSequence}::int`},
          "nextAttemptAt" = NULL, "verifiedAt" = now(), ${settleDebt(delivery)}
      WHERE "id" = ${delivery.id}::uuid AND "attemptCount" = ${delivery.attemptCount} AND ${UNFINISHED}
        AND EXISTS (SELECT 1 FROM "Subscription" s WHERE s."id" = "Delivery"."subscriptionId" AND s."status" = 'active'
                      AND s."deletedAt" IS NULL)
      RETURNING "id", "subscriptionId"
    )
    INSERT INTO "Attempt" ("id", "deliveryId", "subscriptionId", "attempt", "cycle", "at", "requestHeaders")
    SELECT ${attemptId}::uuid, "id", "subscriptionId", ${attempt}, ${cycle}, clock_timestamp(),
           ${JSON.stringify(requestHeaders(attempt))}::jsonb
    FROM begun`);
  return rows === 1 ? { attemptId, attempt, cycle } : undefined;
}

/** Clears what was owed when the delivery was loaded; a debt made since has another token and stays. */
function settleDebt(delivery: LoadedDelivery): Prisma.Sql {
  return Prisma.sql`
    "owed" = CASE WHEN "owedToken" = ${delivery.owedToken} THEN NULL ELSE "owed" END,
    "owedAt" = CASE WHEN "owedToken" = ${delivery.owedToken} THEN NULL ELSE "owedAt" END`;
}
