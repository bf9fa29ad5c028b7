/**
 * A signal, or a cancel, for every unfinished delivery of a subscription.
 *
 * Nothing is lost: the entries of the first batch, and a row for the rest, commit together with the change that makes them
 * necessary; a periodic task processes the row at a bounded rate, across restarts (rule `bounded-bulk-signals`).
 */
import { Prisma, type Database, type Tx } from '../platform/database';
import { newId } from '../platform/ids';
import type { Logger } from '../platform/logger';
import { wokenBy } from './cycle-reasons';
import { addEntry, TABLES } from './entries';
import { LOCK_ORDER, UNFINISHED } from './ordering';
import { cancelAllOf } from './transitions';

/** Processed at once, in the transaction that adds it: enough for nearly every subscription. */
const FIRST_BATCH = 500;
/** Deliveries of one batch; with the interval of the periodic task it bounds the rate. */
const BATCH = 500;
/** Unfinished deliveries that are looked at for each that a batch takes: nearly all of a subscription's may be blocked. */
const LOOKED_AT = 4;
/** Bulk signals that one run of the periodic task takes a batch of. */
const MOST_AT_ONCE = 20;
/** Bulk signals that one run tries at the most. */
const MOST_KNOWN = 200;

/** What every delivery of a subscription can be signalled for. */
export type BulkReason = 'retryNow' | 'subscriptionChanged';

/**
 * Makes every started, unfinished delivery of a subscription look at it again, at once (rule
 * `changes-reach-waiting-deliveries`).
 */
export async function addBulkSignal(tx: Tx, subscriptionId: string, signal: BulkReason): Promise<void> {
  // One under way has passed by deliveries that must see this change too; the new one covers all it has left.
  await tx.bulkSignal.deleteMany({ where: { subscriptionId, action: { not: 'cancel' } } });
  await add(tx, { subscriptionId, action: signal, reason: null });
}

/** Cancels every unfinished delivery of a subscription. */
export async function addBulkCancel(tx: Tx, subscriptionId: string, reason: string): Promise<void> {
  await tx.bulkSignal.deleteMany({ where: { subscriptionId } });
  await add(tx, { subscriptionId, action: 'cancel', reason });
}

/**
 * Processes a batch of every bulk signal, the oldest first. One that fails is left for the next round, and does not keep
 * back those after it. Answers how many were processed.
 */
export async function processBulkSignals(db: Database, logger: Logger): Promise<number> {
  const found = await db.bulkSignal.findMany({
    select: { id: true, subscriptionId: true },
    orderBy: { createdAt: 'asc' },
    take: MOST_KNOWN,
  });
  let processed = 0;
  for (const { id, subscriptionId } of found) {
    if (processed === MOST_AT_ONCE) break;
    try {
      await db.$transaction((tx) => processNextBatch(tx, id, BATCH));
      processed += 1;
    } catch (error) {
      logger.warn({ subscriptionId, err: error }, 'a bulk signal failed; it is processed again');
    }
  }
  return processed;
}

/**
 * Processes the next batch of a bulk signal.
 * @returns true when nothing is left of it; its row is gone then.
 */
export async function processNextBatch(tx: Tx, bulkSignalId: string, batchSize: number): Promise<boolean> {
  const [bulkSignal] = await tx.$queryRaw<Prisma.BulkSignalModel[]>`
    SELECT * FROM "BulkSignal" WHERE "id" = ${bulkSignalId}::uuid FOR UPDATE`;
  if (!bulkSignal) return true;
  const { ids, doneUntil } = await lockBatch(tx, bulkSignal, batchSize);
  await applyTo(tx, bulkSignal, ids);
  if (!doneUntil) {
    await tx.bulkSignal.delete({ where: { id: bulkSignalId } });
    return true;
  }
  const { id: cursor, createdAt: cursorAt } = doneUntil;
  await tx.bulkSignal.update({ where: { id: bulkSignalId }, data: { cursor, cursorAt } });
  return false;
}

type NewBulkSignal = Pick<Prisma.BulkSignalModel, 'subscriptionId' | 'action' | 'reason'>;

async function add(tx: Tx, bulkSignal: NewBulkSignal): Promise<void> {
  const { id } = await tx.bulkSignal.create({ data: { id: newId(), ...bulkSignal } });
  await processNextBatch(tx, id, FIRST_BATCH);
}

/** An unfinished delivery, and whether a bulk signal is for it. */
interface Looked {
  readonly id: string;
  readonly createdAt: Date;
  readonly isMeant: boolean;
}

/**
 * The next deliveries that the bulk signal is for, the oldest first. They are locked in the order of everybody, and not by age, for
 * which others wait that hold some of them already; what one has become meanwhile is looked at then.
 * @returns the ids of those it is for, and the last one looked at where more may be left.
 */
async function lockBatch(
  tx: Tx,
  { subscriptionId, cursor, cursorAt, action }: Prisma.BulkSignalModel,
  size: number,
): Promise<{ readonly ids: readonly string[]; readonly doneUntil: Looked | undefined }> {
  const meant = action === 'cancel' ? UNFINISHED : SIGNALLED;
  const after = cursorAt
    ? Prisma.sql`AND ("createdAt", "id") > (${cursorAt}::timestamptz, ${cursor}::uuid)`
    : Prisma.empty;
  const limit = size * LOOKED_AT;
  const looked = await tx.$queryRaw<Looked[]>(Prisma.sql`
    SELECT "id", "createdAt", ${meant} AS "isMeant" FROM "Delivery"
    WHERE "subscriptionId" = ${subscriptionId}::uuid AND ${UNFINISHED} ${after}
    ORDER BY "createdAt", "id" LIMIT ${limit}`);
  const batch = looked.filter(({ isMeant }) => isMeant).slice(0, size);
  const rows = await tx.$queryRaw<{ id: string }[]>(Prisma.sql`
    SELECT d."id" FROM "Delivery" d WHERE d."id" = ANY(${batch.map(({ id }) => id)}::uuid[]) AND ${meant}
    ORDER BY ${LOCK_ORDER} FOR UPDATE`);
  const ids = rows.map(({ id }) => id);
  if (batch.length === size) return { ids, doneUntil: batch.at(-1) };
  return { ids, doneUntil: looked.length < limit ? undefined : looked.at(-1) };
}

async function applyTo(tx: Tx, { action, reason }: NewBulkSignal, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  if (action === 'cancel') {
    await cancelAllOf(tx, ids, reason ?? '');
    return;
  }
  await tx.$executeRaw(Prisma.sql`
    UPDATE ${TABLES.delivery.table}
    SET ${addEntry(action as BulkReason)}, ${wokenBy(action === 'retryNow' ? 'operator' : 'settings')} WHERE "id" = ANY(${ids}::uuid[])`);
}

/**
 * Deliveries that a signal is for. One that is yet to be started will read the subscription afresh; unless it has begun,
 * and only the acknowledgement of its start is late. One that is to be signalled already gets a newer entry: the old
 * signal may have been sent, and heeded, before this change commits. A blocked one has nothing to do.
 */
const SIGNALLED = Prisma.sql`${UNFINISHED} AND "status" <> 'blocked'
  AND ("outboxAction" IS DISTINCT FROM 'start' OR "status" <> 'pending')`;
