/**
 * The next batch of a bulk action (rule `bulk-actions`).
 *
 * How far it is stands in its row, and is committed with what was done: a batch that a crash cuts off has done nothing, and whoever
 * goes on begins behind the last one that did. A worker that works on one holds its row, so another passes it over, and the next batch is due
 * a second after whoever made the last: the rate is the same with any number of workers.
 */
import { Visibility } from '../../access/visibility';
import { noteBulkAction } from '../../outbox/bulk-action-deliveries';
import { Prisma, type Database, type Tx } from '../../platform/database';
import type { Logger } from '../../platform/logger';
import { actOnDeliveries } from '../actions';
import { readSelected } from '../selection';
import { meantBy } from './meant';
import { bulkActionView, keptFilter } from './schema';

/** Deliveries of one batch. With {@link PACE} it bounds the rate, so that today's changes are not crowded out. */
const BATCH = 100;
const PACE = Prisma.sql`interval '1 second'`;
/** Before a batch that failed is tried again. */
const FAILED = Prisma.sql`interval '10 seconds'`;
/** Bulk actions that one round takes a batch of; others have their turn in the next. */
const MOST_AT_ONCE = 10;

/**
 * Processes a batch of each bulk action that is due, the longest due first. One that fails does not keep back the others.
 * @returns whether deliveries were acted on
 */
export async function processBulkActions(db: Database, logger: Logger): Promise<boolean> {
  const due = await db.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "BulkAction" WHERE "status" = 'running' AND "dueAt" <= now() ORDER BY "dueAt" LIMIT ${MOST_AT_ONCE}`;
  let acted = 0;
  for (const { id } of due) {
    try {
      acted += await db.$transaction((tx) => processNextBatch(tx, id));
    } catch (error) {
      logger.warn({ bulkActionId: id, err: error }, 'a batch of a bulk action failed; it is tried again');
      await db.$executeRaw(
        Prisma.sql`
          UPDATE "BulkAction" SET "dueAt" = now() + ${FAILED}, "failingSince" = coalesce("failingSince", now())
          WHERE "id" = ${id}::uuid`,
      );
    }
  }
  return acted > 0;
}

/**
 * Processes the next batch, the oldest deliveries first, unless another worker does or it is not due.
 * @returns how many deliveries it was done with
 */
export async function processNextBatch(tx: Tx, id: string): Promise<number> {
  const [row] = await tx.$queryRaw<Prisma.BulkActionModel[]>`
    SELECT * FROM "BulkAction" WHERE "id" = ${id}::uuid AND "status" = 'running' AND "dueAt" <= now()
    FOR UPDATE SKIP LOCKED`;
  if (!row) return 0;
  const action = bulkActionView.shape.action.parse(row.action);
  const visible = Visibility.kept(row);
  const { to, ...filter } = keptFilter.parse(row.filter);
  const until = to && to < row.createdAt ? to : row.createdAt;
  const meant = await meantBy(tx, visible, action, { ...filter, to: until });
  const rows = await readSelected<{ id: string; createdAt: Date }>(
    tx,
    meant,
    Prisma.sql`d."id", d."createdAt"`,
    { skip: 0, take: BATCH, oldestFirst: true, behind: placeOf(row) },
  );
  const ids = await actOnDeliveries(
    tx,
    visible,
    action,
    rows.map((delivery) => delivery.id),
  );
  if (action !== 'cancel') await noteBulkAction(tx, id, ids);
  const last = rows.at(-1);
  const ends = rows.length < BATCH;
  await tx.$executeRaw(Prisma.sql`
    UPDATE "BulkAction"
    SET "done" = "done" + ${ids.length}::int, "skipped" = "skipped" + ${rows.length - ids.length}::int, "dueAt" = now() + ${PACE}, "failingSince" = NULL,
        ${last ? Prisma.sql`"cursorAt" = ${last.createdAt}::timestamptz, "cursorId" = ${last.id}::uuid,` : Prisma.empty}
        "status" = ${ends ? 'completed' : 'running'}, "finishedAt" = ${ends ? Prisma.sql`now()` : Prisma.sql`NULL`}
    WHERE "id" = ${id}::uuid`);
  return ids.length;
}

function placeOf({ cursorAt, cursorId }: Prisma.BulkActionModel): readonly [Date, string] | undefined {
  return cursorAt === null || cursorId === null ? undefined : [cursorAt, cursorId];
}
