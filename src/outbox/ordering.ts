/**
 * The ordering key: one subscription and one citizen. Deliveries of a key go out in the order of the changes, one at a
 * time (rule `ordering`). This file knows who comes before whom; `ordering-key.ts` keeps two from being in flight at once.
 */
import { FINISHED_STATUSES, type FinishedStatus } from '../../workflows/deliver-webhook/contract';
import { Prisma, type Tx } from '../platform/database';
import type { StatementTx } from '../platform/statement-transaction';
import { addSignal, TABLES } from './entries';

/** Whether a status is never left but by a resend; the twin of {@link UNFINISHED}. */
export function isFinished(status: string): status is FinishedStatus {
  return (FINISHED_STATUSES as readonly string[]).includes(status);
}

/** SQL condition: the row is unfinished. */
export const UNFINISHED = TABLES.delivery.unfinished;

/**
 * SQL: the order in which deliveries `d` are locked (rule `one-lock-order`), so that those who finish one and signal the next
 * never wait in a circle. Before them come the citizen and the subscriptions, after them the ordering keys. Who wants many
 * rows in no order passes over those that somebody else has locked.
 */
export const LOCK_ORDER = Prisma.sql`d."subscriptionId", d."sequence", d."id"`;

/**
 * SQL: the citizen of a delivery's ordering key, in the very words of the index `Delivery_ordering_idx`. A citizen created
 * anew under a deleted one's `externalRef` is ordered as that one, and goes on with its numbers.
 * @param alias of the delivery, or the citizen's row under the column names of one
 */
export function orderedAs(alias: string): Prisma.Sql {
  return Prisma.raw(`coalesce(${alias}."orderedAs", ${alias}."citizenId")`);
}

/** SQL condition: the deliveries have one ordering key. */
export function ofOneKey(one: string, other: string): Prisma.Sql {
  return Prisma.sql`
    ${Prisma.raw(one)}."subscriptionId" = ${Prisma.raw(other)}."subscriptionId" AND ${orderedAs(one)} = ${orderedAs(other)}`;
}

/** SQL condition: `p` is an earlier delivery of the ordering key of `d`, and unfinished. */
const BLOCKS = Prisma.sql`
  ${ofOneKey('p', 'd')} AND (p."sequence", p."id") < (d."sequence", d."id") AND p.${UNFINISHED}`;

/** SQL condition: an earlier delivery of the ordering key of `d` is unfinished, so `d` may not begin. */
export const IS_BLOCKED = Prisma.sql`EXISTS (SELECT 1 FROM "Delivery" p WHERE ${BLOCKS})`;

/** SQL: the nearest of those that block `d`, as a query without alias. */
export const NEAREST_PREDECESSOR = Prisma.sql`(
  SELECT p."id" FROM "Delivery" p WHERE ${BLOCKS}
  ORDER BY p."sequence" DESC, p."id" DESC LIMIT 1)`;

/** SQL condition: `n` is a later delivery of the ordering key of `d`, and unfinished. */
const FOLLOWS = Prisma.sql`
  ${ofOneKey('n', 'd')} AND (n."sequence", n."id") > (d."sequence", d."id") AND n.${UNFINISHED}`;

/** SQL condition: a later delivery of the ordering key of `d` is unfinished, so who finishes `d` has to signal it. */
export const HAS_SUCCESSOR = Prisma.sql`EXISTS (SELECT 1 FROM "Delivery" n WHERE ${FOLLOWS})`;

/** SQL: the newest unfinished sequence of the ordering key of `d`, which is unfinished itself. */
export const NEWEST_SEQUENCE = Prisma.sql`(
  SELECT max(n."sequence") FROM "Delivery" n WHERE ${ofOneKey('n', 'd')} AND n.${UNFINISHED})`;

/** SQL assignments that tell a delivery that what it waited for is over, and keep in mind that it was told. */
export const SIGNAL_UNBLOCKED = Prisma.sql`${addSignal('predecessorFinished')}, "unblockedAt" = now()`;

/**
 * Adds a `predecessorFinished` signal to the next unfinished delivery after each of those given. Call it in the transaction
 * that finishes them: the signal is committed with that, so the successor goes on even when this process dies before it
 * can send it (rule `finish-wakes-successor`).
 *
 * Where somebody else is finishing that successor just now, this waits for it, and then takes the one after it
 * (FOR UPDATE looks again once it has the lock): else both would signal the one in the middle, and nobody the last.
 */
export async function signalSuccessors(tx: StatementTx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    WITH successor AS (
      SELECT next."id" FROM "Delivery" d CROSS JOIN LATERAL (
        SELECT n."id" FROM "Delivery" n WHERE ${FOLLOWS} ORDER BY n."sequence", n."id" LIMIT 1 FOR UPDATE
      ) next
      WHERE d."id" = ANY(${ids}::uuid[])
    )
    UPDATE ${TABLES.delivery.table} SET ${SIGNAL_UNBLOCKED}
    WHERE "id" IN (SELECT "id" FROM successor)`);
}

/**
 * Whether the ordering key of a delivery has an unfinished one of a later change than the number given. A change is
 * recorded under its citizen's lock, so with that lock held the answer stands until the commit.
 */
export async function hasNewerDelivery(tx: Tx, deliveryId: string, sequence: number): Promise<boolean> {
  const newer = await tx.$queryRaw<unknown[]>(Prisma.sql`
    SELECT 1 FROM "Delivery" d JOIN "Delivery" n ON ${ofOneKey('n', 'd')}
    WHERE d."id" = ${deliveryId}::uuid AND n."sequence" > ${sequence}::int AND n.${UNFINISHED} LIMIT 1`);
  return newer.length > 0;
}
