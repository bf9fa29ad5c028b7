/**
 * The ordering key: one subscription and one citizen. Deliveries of a key go out in the order of the changes, one at a
 * time (rule `ordering`).
 */
import { FINISHED_STATUSES, type FinishedStatus } from '../../workflows/deliver-webhook/contract';
import { Prisma, type Tx } from '../platform/database';
import { columnOf } from './columns';
import { addSignal, TABLES } from './entries';

/** A delivery's place among those of its ordering key. */
export interface DeliveryPlace {
  readonly id: string;
  readonly subscriptionId: string;
  readonly citizenId: string;
  readonly sequence: number;
}

/** Whether a status is never left but by a resend; the twin of {@link UNFINISHED}. */
export function isFinished(status: string): status is FinishedStatus {
  return (FINISHED_STATUSES as readonly string[]).includes(status);
}

/** SQL condition: the row is unfinished. */
export const UNFINISHED = TABLES.delivery.unfinished;

/** SQL: the order in which deliveries are locked, so that those who finish one and signal the next never wait in a circle. */
export const LOCK_ORDER = Prisma.sql`"subscriptionId", "sequence", "id"`;

/** SQL condition: `p` is an earlier delivery of the ordering key of `d`, and unfinished. */
const BLOCKS = Prisma.sql`
  p."subscriptionId" = d."subscriptionId" AND p."citizenId" = d."citizenId"
  AND (p."sequence", p."id") < (d."sequence", d."id") AND p.${UNFINISHED}`;

/** SQL condition: an earlier delivery of the ordering key of `d` is unfinished, so `d` may not begin. */
export const IS_BLOCKED = Prisma.sql`EXISTS (SELECT 1 FROM "Delivery" p WHERE ${BLOCKS})`;

/** SQL: the nearest of those that block `d`, as a query without alias. */
export const NEAREST_PREDECESSOR = Prisma.sql`(
  SELECT p."id" FROM "Delivery" p WHERE ${BLOCKS}
  ORDER BY p."sequence" DESC, p."id" DESC LIMIT 1)`;

/** SQL condition: a later delivery of the ordering key of `d` is unfinished, so who finishes `d` has to signal it. */
export const HAS_SUCCESSOR = Prisma.sql`EXISTS (
  SELECT 1 FROM "Delivery" n
  WHERE n."subscriptionId" = d."subscriptionId" AND n."citizenId" = d."citizenId"
    AND (n."sequence", n."id") > (d."sequence", d."id")
    AND n.${UNFINISHED})`;

/** SQL: the newest sequence of the ordering key of `d`. */
export const NEWEST_SEQUENCE = Prisma.sql`(
  SELECT max(n."sequence") FROM "Delivery" n
  WHERE n."subscriptionId" = d."subscriptionId" AND n."citizenId" = d."citizenId")`;

/**
 * SQL: milliseconds until a request that may still be in flight elsewhere is surely over; 0 where there is none. That is a
 * request of `d` itself, or of an earlier one of its ordering key that was cancelled meanwhile: it must not arrive after `d`.
 * @param longest SQL interval from the start of an attempt to the surely last moment of its request
 */
export function msInFlight(longest: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`GREATEST(0, COALESCE((
    SELECT max(CEIL(EXTRACT(EPOCH FROM a."at" + ${longest} - clock_timestamp()) * 1000))
    FROM "Attempt" a JOIN "Delivery" p ON p."id" = a."deliveryId" AND p."attemptCount" = a."attempt"
    WHERE a."subscriptionId" = d."subscriptionId" AND a."outcome" IS NULL AND a."at" > now() - ${longest}
      AND p."citizenId" = d."citizenId"
      AND (p."id" = d."id" OR (p."status" IN ('cancelled', 'expired')
                               AND (p."sequence", p."id") < (d."sequence", d."id")))
  ), 0))::int`;
}

/** SQL assignments that tell a delivery that its predecessor is finished, and keep in mind that it was told. */
export const SIGNAL_UNBLOCKED = Prisma.sql`${addSignal('predecessorFinished')}, "unblockedAt" = now()`;

/**
 * Adds a `predecessorFinished` signal to the next unfinished delivery after each place. Call it in the transaction that
 * finishes the places: the signal is committed with that, so the successor goes on even when this process dies before it
 * can send it (rule `finish-wakes-successor`).
 *
 * Where somebody else is finishing that successor just now, this waits for it, and then takes the one after it
 * (FOR UPDATE looks again once it has the lock): else both would signal the one in the middle, and nobody the last.
 */
export async function signalSuccessors(tx: Tx, places: readonly DeliveryPlace[]): Promise<void> {
  if (places.length === 0) return;
  const column = columnOf(places);
  await tx.$executeRaw(Prisma.sql`
    WITH successor AS (
      SELECT next."id"
      FROM unnest(${column('id', 'uuid')}, ${column('subscriptionId', 'uuid')}, ${column('citizenId', 'uuid')},
        ${column('sequence', 'int')}) AS place("id", "subscriptionId", "citizenId", "sequence")
      CROSS JOIN LATERAL (
        SELECT n."id" FROM "Delivery" n
        WHERE n."subscriptionId" = place."subscriptionId" AND n."citizenId" = place."citizenId"
          AND (n."sequence", n."id") > (place."sequence", place."id")
          AND n.${UNFINISHED}
        ORDER BY n."sequence", n."id" LIMIT 1 FOR UPDATE
      ) next
    )
    UPDATE ${TABLES.delivery.table} SET ${SIGNAL_UNBLOCKED}
    WHERE "id" IN (SELECT "id" FROM successor)`);
}

/**
 * Whether the ordering key has a delivery of a later change than the number given. A change is recorded under its
 * citizen's lock, so with that lock held the answer stands until the commit.
 */
export async function hasNewerDelivery(
  tx: Tx,
  { subscriptionId, citizenId }: DeliveryPlace,
  sequence: number,
): Promise<boolean> {
  const newer = await tx.delivery.findFirst({
    where: { subscriptionId, citizenId, sequence: { gt: sequence } },
    select: { id: true },
  });
  return newer !== null;
}
