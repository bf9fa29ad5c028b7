/** The second half of an attempt: its outcome, recorded before it is reported. */
import {
  ATTEMPTS_PER_CYCLE,
  type AttemptResult,
  type DeliverWebhookResult,
} from '../../../workflows/deliver-webhook/contract';
import { hasNewerDelivery, signalSuccessors, type DeliveryPlace } from '../../outbox/ordering';
import { cancelFromTemporal, markDelivered, markFailed } from '../../outbox/transitions';
import { Prisma, type Database, type Tx } from '../../platform/database';

/** What is recorded of an attempt. Content of the answer only where it is at hand. */
export interface AttemptRecord {
  readonly deliveryId: string;
  readonly attemptId: string;
  readonly outcome: 'delivered' | 'failed';
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly durationMs: number;
  readonly responseHeaders?: Record<string, string> | null;
  readonly responseBodySealed?: string | null;
}

/** How long to wait after a failure. Milliseconds. */
export interface RetryTimes {
  readonly retryIntervalMs: number;
  readonly attemptBackoffMs: number;
}

/**
 * Records an outcome and what follows from it for the delivery, in one transaction. Recording the same attempt again
 * changes nothing and answers the same. It never says anything to the receiver.
 */
export async function recordAttempt(
  db: Database,
  record: AttemptRecord,
  times: RetryTimes,
): Promise<AttemptResult> {
  return db.$transaction((tx) =>
    record.outcome === 'delivered' ? recordSuccess(tx, record) : recordFailure(tx, record, times),
  );
}

/** Cancels a delivery whose workflow was cancelled in Temporal, unless it is finished. Answers with how it ended. */
export async function recordCancel(
  db: Database,
  deliveryId: string,
  reason: string,
): Promise<DeliverWebhookResult> {
  return db.$transaction(async (tx) => {
    const delivery = await tx.delivery.findUnique({ where: { id: deliveryId } });
    if (!delivery) return { status: 'gone', lastStatusCode: null };
    const cancelled = await cancelFromTemporal(tx, delivery, reason);
    const status = !cancelled && delivery.status === 'delivered' ? 'delivered' : 'cancelled';
    return { status, lastStatusCode: delivery.lastStatusCode };
  });
}

/** Completes an attempt that was given up on our side; no failure of the receiver, so nothing follows from it. */
export async function closeGivenBack(db: Database, attemptId: string, error: string): Promise<void> {
  await db.attempt.updateMany({
    where: { id: attemptId, outcome: null },
    data: { outcome: 'failed', error },
  });
}

async function recordSuccess(tx: Tx, record: AttemptRecord): Promise<AttemptResult> {
  const { deliveryId, statusCode } = record;
  const delivered = { kind: 'finished', status: 'delivered', statusCode } as const;
  // Recorded before: what followed from it did too, and the delivery may have been sent again since.
  if (!(await completeAttempt(tx, record))) return delivered;
  const known = await markDelivered(tx, [{ deliveryId, statusCode }]);
  return known.has(deliveryId) ? delivered : { ...delivered, status: 'gone' };
}

async function recordFailure(tx: Tx, record: AttemptRecord, times: RetryTimes): Promise<AttemptResult> {
  const counted = await completeAttempt(tx, record);
  const { deliveryId, statusCode, error } = record;
  const delivery = await tx.delivery.findUnique({ where: { id: deliveryId }, include: { email: true } });
  if (!delivery) return { kind: 'finished', status: 'gone', statusCode };
  const cycleFailures = delivery.cycleFailures + (counted ? 1 : 0);
  const attemptsLeft = Math.max(0, ATTEMPTS_PER_CYCLE - cycleFailures);
  const nextMs =
    attemptsLeft > 0
      ? times.attemptBackoffMs * 2 ** (cycleFailures - 1)
      : await cycleSleep(tx, delivery, times.retryIntervalMs);
  const expiresInMs = delivery.email
    ? Math.max(0, delivery.email.expiresAt.getTime() - Date.now())
    : Infinity;
  const waitMs = Math.min(nextMs, expiresInMs);
  const status = attemptsLeft === 0 && waitMs > 0 ? 'waiting' : 'delivering';
  const kept = await markFailed(tx, [{ deliveryId, cycleFailures, statusCode, error, status, waitMs }]);
  if (!kept.has(deliveryId)) {
    await signalSuccessors(tx, [delivery]); // the next one waits for this request although the delivery was cancelled
    return { kind: 'finished', status: delivery.status as DeliverWebhookResult['status'], statusCode };
  }
  return { kind: 'failed', statusCode, attemptsLeft, sleepMs: attemptsLeft > 0 ? 0 : waitMs };
}

/**
 * The sleep after a failed cycle; none when a newer change of the citizen arrived during the cycle, so that a withdrawal
 * never waits an hour behind its predecessor (rule `ordering`). Recording a change holds the citizen's row: with it locked
 * here too, either that change is seen now, or it sees this delivery as waiting and signals it.
 */
async function cycleSleep(
  tx: Tx,
  delivery: DeliveryPlace & { readonly seenSequence: number },
  intervalMs: number,
): Promise<number> {
  await tx.$queryRaw(
    Prisma.sql`SELECT 1 FROM "Citizen" WHERE "id" = ${delivery.citizenId}::uuid FOR NO KEY UPDATE`,
  );
  return (await hasNewerDelivery(tx, delivery, delivery.seenSequence)) ? 0 : intervalMs;
}

/**
 * Completes the attempt's row; false when that was done before. Of an answer to a webhook about a deleted citizen nothing is
 * kept, for receivers echo: a deletion under way holds the citizen's row, and this waits for it (rule `citizen-deletion`).
 */
async function completeAttempt(tx: Tx, record: AttemptRecord): Promise<boolean> {
  const { responseHeaders = null, responseBodySealed = null } = record;
  const completed = await tx.$executeRaw(Prisma.sql`
    WITH citizen AS (
      SELECT z."deletedAt" IS NULL AS "kept" FROM "Delivery" d JOIN "Citizen" z ON z."id" = d."citizenId"
      WHERE d."id" = ${record.deliveryId}::uuid FOR KEY SHARE OF z
    )
    UPDATE "Attempt" a
    SET "outcome" = ${record.outcome}, "statusCode" = ${record.statusCode}::int, "error" = ${record.error},
        "durationMs" = ${record.durationMs}::int,
        "responseHeaders" = CASE WHEN citizen."kept" THEN ${responseHeaders && JSON.stringify(responseHeaders)}::jsonb END,
        "responseBodySealed" = CASE WHEN citizen."kept" THEN ${responseBodySealed}::text END
    FROM citizen WHERE a."id" = ${record.attemptId}::uuid AND a."outcome" IS NULL`);
  return completed === 1;
}
