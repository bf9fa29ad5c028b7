/**
 * Signals owed to the unfinished deliveries of a subscription.
 *
 * Nothing owed is lost: the debt of the first batch, and a row for the rest, commit together with the change that causes
 * them; the dispatcher works the row off at a bounded rate, across restarts (rule `bounded-bulk-signals`). What is owed to a single delivery
 * stands in its own row, as every other debt of the outbox.
 */
import { Prisma, type Tx } from '../platform/database';
import { newId } from '../platform/ids';

/** Worked off at once, in the transaction that causes them: enough for nearly every subscription. */
const FIRST_BATCH = 500;

/** Makes every started, unfinished delivery of a subscription look at it again, at once (rule `changes-reach-waiting-deliveries`). */
export async function oweWakeUp(tx: Tx, subscriptionId: string): Promise<void> {
  // A wake-up under way has passed by deliveries that must see this change too; the new one covers all it has left.
  await tx.wakeUp.deleteMany({ where: { subscriptionId, action: 'wake' } });
  await owe(tx, { subscriptionId, action: 'wake', reason: null });
}

/** Cancels every unfinished delivery of a subscription. */
export async function oweCancel(tx: Tx, subscriptionId: string, reason: string): Promise<void> {
  await tx.wakeUp.deleteMany({ where: { subscriptionId } });
  await owe(tx, { subscriptionId, action: 'cancel', reason });
}

/**
 * Works off the next batch of a wake-up.
 * @returns true when nothing is left of it; its row is gone then.
 */
export async function advanceWakeUp(tx: Tx, wakeUpId: string, batchSize: number): Promise<boolean> {
  const [wakeUp] = await tx.$queryRaw<Prisma.WakeUpModel[]>`
    SELECT * FROM "WakeUp" WHERE id = ${wakeUpId}::uuid FOR UPDATE`;
  if (!wakeUp) return true;
  const batch = await takeBatch(tx, wakeUp, batchSize);
  const last = batch.at(-1);
  if (last === undefined || batch.length < batchSize) {
    await tx.wakeUp.delete({ where: { id: wakeUpId } });
    return true;
  }
  await tx.wakeUp.update({ where: { id: wakeUpId }, data: { cursor: last } });
  return false;
}

type Owed = Pick<Prisma.WakeUpModel, 'subscriptionId' | 'action' | 'reason'>;

async function owe(tx: Tx, owed: Owed): Promise<void> {
  const { id } = await tx.wakeUp.create({ data: { id: newId(), ...owed } });
  await advanceWakeUp(tx, id, FIRST_BATCH);
}

/** Puts the debt on the next deliveries by id, and answers with their ids in that order. */
async function takeBatch(tx: Tx, wakeUp: Prisma.WakeUpModel, size: number): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    WITH batch AS (
      SELECT id FROM "Delivery"
       WHERE "subscriptionId" = ${wakeUp.subscriptionId}::uuid
         AND (${wakeUp.cursor}::uuid IS NULL OR id > ${wakeUp.cursor}::uuid)
         AND ${wakeUp.action === 'cancel' ? UNFINISHED : AWAKENABLE}
       ORDER BY id LIMIT ${size} FOR UPDATE
    ), owed AS (
      UPDATE "Delivery" d SET ${wakeUp.action === 'cancel' ? cancel(wakeUp.reason) : WAKE}
        FROM batch WHERE d.id = batch.id
      RETURNING d.id
    )
    SELECT id FROM owed ORDER BY id`;
  return rows.map(({ id }) => id);
}

/** In the words of the partial indexes. */
const UNFINISHED = Prisma.sql`status NOT IN ('delivered', 'cancelled', 'expired')`;

/**
 * A delivery that still owes its start will read the subscription afresh; unless it has begun, and only the settling of
 * that debt is late. One that owes a wake already gets a newer one: the old may have been sent, and heeded, before this
 * change commits. A blocked one has nothing to do.
 */
const AWAKENABLE = Prisma.sql`${UNFINISHED} AND status <> 'blocked'
  AND (owed IS NULL OR owed = 'wake' OR (owed = 'start' AND status <> 'pending'))`;

const WAKE = Prisma.sql`owed = 'wake', "owedAt" = now(), "owedToken" = "owedToken" + 1`;

function cancel(reason: string | null): Prisma.Sql {
  return Prisma.sql`status = 'cancelled', reason = ${reason}, "finishedAt" = now(), "nextAttemptAt" = NULL,
    owed = 'cancel', "owedAt" = now(), "owedToken" = "owedToken" + 1,
    "bodySealed" = CASE WHEN d."emailId" IS NULL THEN d."bodySealed" END`;
}
