/**
 * What is left of a deleted citizen, erased batch by batch (rule `citizen-deletion`). The first batch, which is all there is of nearly every
 * citizen, is part of the deletion; a row tells of the rest, which the sweep goes on with, across restarts. Meanwhile the citizen's
 * `deletedAt` keeps whatever is left from being shown or sent.
 */
import { eraseDeliveries } from '../outbox/erase-deliveries';
import { LOCK_ORDER } from '../outbox/ordering';
import { Prisma, type Database, type Tx } from '../platform/database';
import type { Logger } from '../platform/logger';
import { reasonText } from '../platform/reasons';

/** Why the citizen's unfinished deliveries are cancelled. */
export const CITIZEN_DELETED = reasonText('citizen_deleted');

/** Rows of a table that one batch removes. */
const BATCH = 1_000;
/** Opt-ins that one batch removes, with all that hangs on them. */
const OPT_INS = 100;
/** Longest time for which one that fails is left alone, so that it does not keep back the others. */
const POSTPONED = Prisma.sql`interval '15 seconds'`;

/** Begins to erase a citizen whose deletion is recorded by this transaction. */
export async function beginErasure(tx: Tx, citizenId: string, changeId: string): Promise<void> {
  const erasure = await tx.erasure.create({ data: { citizenId, changeId } });
  await eraseNextBatch(tx, erasure);
}

/**
 * Goes on with the erasure that has waited longest, by one batch. Workers take different ones (SKIP LOCKED).
 * @returns whether there was one
 */
export async function eraseDueBatch(db: Database, logger: Logger): Promise<boolean> {
  let citizenId: string | undefined;
  try {
    return await db.$transaction(async (tx) => {
      const [erasure] = await tx.$queryRaw<Prisma.ErasureModel[]>`
        SELECT * FROM "Erasure" WHERE "dueAt" <= now() ORDER BY "dueAt" LIMIT 1 FOR UPDATE SKIP LOCKED`;
      if (!erasure) return false;
      citizenId = erasure.citizenId;
      await eraseNextBatch(tx, erasure);
      return true;
    });
  } catch (error) {
    if (citizenId === undefined) throw error;
    logger.warn({ citizenId, err: error }, 'a batch of a citizen could not be erased; it is tried again');
    await db.$executeRaw(Prisma.sql`
      UPDATE "Erasure" SET "dueAt" = now() + ${POSTPONED} WHERE "citizenId" = ${citizenId}::uuid`);
    return true;
  }
}

async function eraseNextBatch(tx: Tx, erasure: Prisma.ErasureModel): Promise<void> {
  const citizen = Prisma.sql`"citizenId" = ${erasure.citizenId}::uuid`;
  const { cursorAt, cursorId, cancelsFrom, more } = await eraseDeliveries(tx, erasure, CITIZEN_DELETED);
  const left = await eraseConsent(tx, citizen);
  if (!more && !left) {
    await tx.$executeRaw(Prisma.sql`DELETE FROM "Erasure" WHERE ${citizen}`);
    return;
  }
  await tx.$executeRaw(Prisma.sql`
    UPDATE "Erasure" SET "cursorAt" = ${cursorAt}::timestamptz, "cursorId" = ${cursorId}::uuid,
      "cancelsFrom" = ${cancelsFrom}, "dueAt" = now()
    WHERE ${citizen}`);
}

/** Erases consent, addresses and opt-ins. True when more may be left. */
async function eraseConsent(tx: Tx, citizen: Prisma.Sql): Promise<boolean> {
  await tx.$executeRaw(Prisma.sql`DELETE FROM "CitizenAddress" WHERE ${citizen}`);
  const optIns = await eraseOptIns(tx, citizen);
  const remove = (table: Prisma.Sql): Promise<number> =>
    tx.$executeRaw(Prisma.sql`
      DELETE FROM ${table} WHERE "id" = ANY(ARRAY(SELECT "id" FROM ${table} WHERE ${citizen} LIMIT ${BATCH}))`);
  const transactions = await remove(Prisma.sql`"PermissionTransaction"`);
  const answers = await remove(Prisma.sql`"PreferenceAnswer"`);
  return optIns === OPT_INS || transactions === BATCH || answers === BATCH;
}

/** Deliveries lose their e-mail with it, so they are locked before, in the order of everybody. */
async function eraseOptIns(tx: Tx, citizen: Prisma.Sql): Promise<number> {
  const batch = await tx.$queryRaw<{ id: string }[]>(Prisma.sql`
    SELECT "id" FROM "DoubleOptIn" WHERE ${citizen} LIMIT ${OPT_INS}`);
  if (batch.length === 0) return 0;
  const ids = batch.map(({ id }) => id);
  await tx.$queryRaw(Prisma.sql`
    SELECT 1 FROM "Delivery" d WHERE "emailId" = ANY(ARRAY(SELECT "id" FROM "Email" WHERE "optInId" = ANY(${ids}::uuid[])))
    ORDER BY ${LOCK_ORDER} FOR NO KEY UPDATE`);
  await tx.$executeRaw(Prisma.sql`DELETE FROM "DoubleOptIn" WHERE "id" = ANY(${ids}::uuid[])`);
  return ids.length;
}
