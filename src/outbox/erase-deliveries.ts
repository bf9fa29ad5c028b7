/** The deliveries of a deleted citizen, batch by batch: what was still to be sent is cancelled, and what was kept is erased. */
import { Prisma, type Tx } from '../platform/database';
import { arrayOf } from '../platform/statements';
import { LOCK_ORDER } from './ordering';
import { cancelAndErase } from './transitions';

/** Deliveries of one batch. */
const BATCH = 500;
/** Attempts of one batch; a delivery may have had thousands. */
const ATTEMPTS = 5_000;
/** Between two cancels that Temporal is told of, since a batch may follow another at once. */
const CANCEL_EVERY = Prisma.sql`interval '2 milliseconds'`;

/** How far it has come with a citizen. */
export interface DeliveryErasure {
  readonly citizenId: string;
  /** The deletion: its deliveries are left alone. */
  readonly changeId: string;
  /** From when on Temporal is told of further cancels. */
  readonly cancelsFrom: Date;
  /** The delivery up to which all newer ones are done; null: none is. */
  readonly cursorAt: Date | null;
  readonly cursorId: string | null;
}

/** What a batch has done. */
export interface ErasedDeliveries {
  readonly cursorAt: Date | null;
  readonly cursorId: string | null;
  /** SQL: the next value of `cancelsFrom`. */
  readonly cancelsFrom: Prisma.Sql;
  readonly more: boolean;
}

/** Takes the next batch, the newest first. */
export async function eraseDeliveries(
  tx: Tx,
  erasure: DeliveryErasure,
  reason: string,
): Promise<ErasedDeliveries> {
  const { cursorAt, cursorId } = erasure;
  const cancelsFrom = Prisma.sql`greatest(${erasure.cancelsFrom}::timestamptz, now())`;
  const batch = await tx.$queryRaw<{ id: string; at: Date }[]>(nextDeliveries(erasure));
  const last = batch.at(-1);
  if (!last) return { cursorAt, cursorId, cancelsFrom, more: false };
  const ids = batch.map(({ id }) => id);
  await tx.$queryRaw(Prisma.sql`
    SELECT 1 FROM "Delivery" d WHERE "id" = ANY(${ids}::uuid[]) ORDER BY ${LOCK_ORDER} FOR NO KEY UPDATE`);
  const cancelled = await cancelAndErase(tx, ids, reason, cancelsFrom);
  // Where a batch of attempts is not enough, the same deliveries come again.
  const moved = (await eraseAnswers(tx, ids)) < ATTEMPTS;
  return {
    cursorAt: moved ? last.at : cursorAt,
    cursorId: moved ? last.id : cursorId,
    cancelsFrom: Prisma.sql`${cancelsFrom} + ${cancelled}::int * ${CANCEL_EVERY}`,
    more: !moved || batch.length === BATCH,
  };
}

function nextDeliveries({ citizenId, changeId, cursorAt, cursorId }: DeliveryErasure): Prisma.Sql {
  const before = cursorAt
    ? Prisma.sql`AND ("createdAt", "id") < (${cursorAt}::timestamptz, ${cursorId}::uuid)`
    : Prisma.empty;
  return Prisma.sql`
    SELECT "id", "createdAt" AS "at" FROM "Delivery"
    WHERE "citizenId" = ${citizenId}::uuid AND "changeId" <> ${changeId}::uuid ${before}
    ORDER BY "createdAt" DESC, "id" DESC LIMIT ${BATCH}`;
}

/**
 * Erases what receivers answered; how many answers. Attempts without one are passed over rather than waited for: the transaction
 * that records one may wait for the citizen in turn.
 */
function eraseAnswers(tx: Tx, deliveryIds: readonly string[]): Promise<number> {
  return tx.$executeRaw(Prisma.sql`
    UPDATE "Attempt" SET "responseHeaders" = NULL, "responseHeadersSealed" = NULL, "responseBodySealed" = NULL
    WHERE "id" = ANY(ARRAY(
      SELECT a."id" FROM unnest(${arrayOf(deliveryIds, 'uuid')}) AS d("id") CROSS JOIN LATERAL (
        SELECT "id" FROM "Attempt" WHERE "deliveryId" = d."id"
          AND num_nonnulls("responseHeaders", "responseHeadersSealed", "responseBodySealed") > 0 LIMIT ${ATTEMPTS}) a
      LIMIT ${ATTEMPTS}))`);
}
