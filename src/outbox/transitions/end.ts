/** A delivery ends without a success, or is sent again. */
import type { FinishedStatus } from '../../../workflows/deliver-webhook/contract';
import { Prisma, type Tx } from '../../platform/database';
import type { StatementTx } from '../../platform/statement-transaction';
import { addEntry, GOES_ON, REMOVE_ENTRY } from '../entries';
import { LOCK_ORDER, signalSuccessors, UNFINISHED } from '../ordering';

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
