/** The second half of an attempt: its outcome, recorded before it is reported. */
import {
  ATTEMPTS_PER_CYCLE,
  type AttemptResult,
  type DeliverWebhookResult,
} from '../../../workflows/deliver-webhook/contract';
import { completeAttempts, type EndedAttempt } from '../../outbox/ended-attempts';
import { hasNewerDelivery, signalSuccessors } from '../../outbox/ordering';
import { freeKey } from '../../outbox/ordering-key';
import {
  cancelFromTemporal,
  closeUndone,
  markDelivered,
  markFailed,
  recordDelivered,
  recordFailedWithinCycle,
} from '../../outbox/transitions';
import { databaseNow, Prisma, type Database, type Tx } from '../../platform/database';
import type { GivenBackError } from '../http/post';

/** What is recorded of an attempt. */
export interface AttemptRecord extends EndedAttempt {
  readonly outcome: 'delivered' | 'failed';
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
  return db.$transaction(async (tx) => {
    const result =
      record.outcome === 'delivered'
        ? await recordSuccess(tx, record)
        : await recordFailure(tx, record, times);
    const delivered = record.outcome === 'delivered' ? record : undefined;
    await freeKey(tx, record.deliveryId, record.attemptId, delivered);
    return result;
  });
}

/** The failures of a cycle that leave it an attempt. */
const WITHIN_CYCLE = Array.from({ length: ATTEMPTS_PER_CYCLE - 1 }, (_, index) => index + 1);

/**
 * Records outcomes from which no more follows than for the delivery itself, as of most, with one statement for the
 * delivered and one for the failed. A wait that an endpoint asks for is no matter of the delivery alone.
 * @returns for each in their order what {@link recordAttempt} would answer; undefined where that is to be called.
 */
export async function recordPlainAttempts(
  db: Database,
  records: readonly AttemptRecord[],
  times: RetryTimes,
): Promise<(AttemptResult | undefined)[]> {
  const of = (outcome: AttemptRecord['outcome']): AttemptRecord[] =>
    records.filter((record) => record.outcome === outcome && !record.retryAfterMs);
  const waitsMs = WITHIN_CYCLE.map((failures) => backoffMs(times, failures));
  const [delivered, failed] = await Promise.all([
    recordDelivered(db, of('delivered')),
    recordFailedWithinCycle(db, of('failed'), waitsMs),
  ]);
  return records.map(({ attemptId, statusCode }) => {
    if (delivered.has(attemptId)) return { kind: 'finished', status: 'delivered', statusCode };
    const failures = failed.get(attemptId);
    if (failures === undefined) return undefined;
    return { kind: 'failed', statusCode, attemptsLeft: ATTEMPTS_PER_CYCLE - failures, sleepMs: 0 };
  });
}

/** The wait after a failure within a cycle. */
function backoffMs({ attemptBackoffMs }: RetryTimes, cycleFailures: number): number {
  return attemptBackoffMs * 2 ** (cycleFailures - 1);
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
    const cancelled = await cancelFromTemporal(tx, deliveryId, reason);
    const status = !cancelled && delivery.status === 'delivered' ? 'delivered' : 'cancelled';
    return { status, lastStatusCode: delivery.lastStatusCode };
  });
}

/**
 * Completes an attempt that was given back, for a reason of ours: no failure of the receiver, so nothing follows from it. One of
 * which nothing was sent gives its number to the next, so that the receiver sees numbers without gaps.
 */
export async function closeGivenBack(
  db: Database,
  { deliveryId, attemptId }: { readonly deliveryId: string; readonly attemptId: string },
  { message, mayHaveArrived }: GivenBackError,
): Promise<void> {
  await db.$transaction(async (tx) => {
    await closeUndone(tx, { deliveryId, attemptId, reason: message, mayHaveArrived });
    await freeKey(tx, deliveryId, attemptId);
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
  const { deliveryId, statusCode, error } = record;
  await lockCitizenOf(tx, deliveryId);
  const counted = await completeAttempt(tx, record);
  const delivery = await tx.delivery.findUnique({ where: { id: deliveryId }, include: { email: true } });
  if (!delivery) return { kind: 'finished', status: 'gone', statusCode };
  const cycleFailures = delivery.cycleFailures + (counted ? 1 : 0);
  const attemptsLeft = Math.max(0, ATTEMPTS_PER_CYCLE - cycleFailures);
  const leastMs = attemptsLeft > 0 ? backoffMs(times, cycleFailures) : 0;
  // A newer change of the citizen, which may be a withdrawal, never waits longer behind this one than it must (rule `ordering`).
  const hurries = await hasNewerDelivery(tx, deliveryId, delivery.seenSequence);
  const nextMs = hurries ? leastMs : Math.max(leastMs, wantedMs(attemptsLeft, record, times));
  const expiresInMs = delivery.email
    ? Math.max(0, delivery.email.expiresAt.getTime() - (await databaseNow(tx)).getTime())
    : Infinity;
  const waitMs = Math.min(nextMs, expiresInMs);
  const status = attemptsLeft === 0 && waitMs > 0 ? 'waiting' : 'delivering';
  const kept = await markFailed(tx, [{ deliveryId, cycleFailures, statusCode, error, status, waitMs }]);
  if (!kept.has(deliveryId)) {
    await signalSuccessors(tx, [deliveryId]); // the next one waits for this request although the delivery was cancelled
    return { kind: 'finished', status: delivery.status as DeliverWebhookResult['status'], statusCode };
  }
  if (attemptsLeft === 0) return { kind: 'failed', statusCode, attemptsLeft, sleepMs: waitMs };
  const lengthened = waitMs > leastMs ? { waitMs } : {};
  return { kind: 'failed', statusCode, attemptsLeft, sleepMs: 0, ...lengthened };
}

/** After a cycle its sleep; within one, what the endpoint asks for, but no more than that (rule `retry-cycles`). */
function wantedMs(
  attemptsLeft: number,
  { retryAfterMs }: AttemptRecord,
  { retryIntervalMs }: RetryTimes,
): number {
  return attemptsLeft === 0 ? retryIntervalMs : Math.min(retryAfterMs ?? 0, retryIntervalMs);
}

/**
 * Recording a change holds the citizen's row: with it locked here too, either that change is seen now, or it sees this
 * delivery as waiting and signals it (rule `ordering`). Before the delivery, as everybody locks them.
 */
async function lockCitizenOf(tx: Tx, deliveryId: string): Promise<void> {
  await tx.$queryRaw(Prisma.sql`
    SELECT 1 FROM "Citizen" WHERE "id" = (SELECT "citizenId" FROM "Delivery" WHERE "id" = ${deliveryId}::uuid)
    FOR NO KEY UPDATE`);
}

/** Completes the attempt's row; false when that was done before. Waits for a deletion of the citizen that is under way. */
async function completeAttempt(tx: Tx, record: AttemptRecord): Promise<boolean> {
  const completion = { outcome: record.outcome, only: Prisma.sql`true` };
  const completed = await tx.$queryRaw<unknown[]>(
    Prisma.sql`WITH ${completeAttempts([record], completion)} SELECT 1 FROM completed`,
  );
  return completed.length === 1;
}
