/** Bulk actions: one thing to do with all deliveries that filters mean. They begin and are shown here; `next-batch.ts` does the work. */
import type { Visibility } from '../../access/visibility';
import { countOutcomes, NO_OUTCOMES } from '../../outbox/bulk-action-deliveries';
import { databaseNow, Prisma, type Database, type Tx } from '../../platform/database';
import { refusal } from '../../platform/errors';
import { newId } from '../../platform/ids';
import { newestFirst, readPage, type Page, type Paging } from '../../platform/paging';
import { countSelected, namingCitizens } from '../selection';
import { meantBy } from './meant';
import { bulkActionView, type BulkActionRequest, type BulkActionView } from './schema';

/** Deliveries that one may mean. More are done in several: a mistake is to be seen, and cancelled, before it has reached everything. */
export const MOST_MEANT = 100_000;

/**
 * Begins a bulk action. Its row is all that it needs, so it goes on whatever is killed after the commit.
 * @throws ServiceError where the filter names a subscription that does not exist, or means too many deliveries.
 */
export async function startBulkAction(
  tx: Tx,
  visible: Visibility,
  { action, filter }: BulkActionRequest,
): Promise<BulkActionView> {
  const { subscriptionId } = filter;
  const seen = subscriptionId === undefined ? visible : await applicationOf(tx, visible, subscriptionId);
  const kept = await namingCitizens(tx, seen, filter);
  const total = await countSelected(tx, await meantBy(tx, seen, action, kept), MOST_MEANT + 1);
  if (total > MOST_MEANT) throw refusal('too_many_deliveries', { most: MOST_MEANT });
  const row = await tx.bulkAction.create({
    data: {
      ...{ id: newId(), action, total, ...seen.toKeep() },
      filter: JSON.parse(JSON.stringify(kept)) as Prisma.InputJsonObject,
      // By the clock that deliveries are created by: those that come later are not meant.
      createdAt: await databaseNow(tx),
    },
  });
  return show(tx, row);
}

/**
 * Cancels a bulk action; what it has done stays done.
 * @throws ServiceError where there is none, or it has ended.
 */
export async function cancelBulkAction(tx: Tx, visible: Visibility, id: string): Promise<BulkActionView> {
  await find(tx, visible, id);
  const { count } = await tx.bulkAction.updateMany({
    where: { id, status: 'running' },
    data: { status: 'cancelled', finishedAt: await databaseNow(tx) },
  });
  const row = await find(tx, visible, id);
  if (count === 0) throw refusal('bulk_action_finished', { status: row.status });
  return show(tx, row);
}

/** @throws ServiceError where there is none. */
export async function getBulkAction(db: Database, visible: Visibility, id: string): Promise<BulkActionView> {
  return show(db, await find(db, visible, id));
}

/** One page of bulk actions, the newest first. Who sees some applications sees those that were for no others. */
export async function listBulkActions(
  db: Database,
  visible: Visibility,
  paging: Paging,
): Promise<Page<BulkActionView>> {
  const seen = visible.covers('b');
  const page = await readPage(
    newestFirst('bulk-actions'),
    paging,
    ({ skip, take }, [createdAt, id] = []) =>
      db.$queryRaw<Prisma.BulkActionModel[]>(Prisma.sql`
        SELECT * FROM "BulkAction" b
        WHERE ${seen} ${id === undefined ? Prisma.empty : Prisma.sql`AND ("createdAt", "id") < (${createdAt}::timestamptz, ${id}::uuid)`}
        ORDER BY "createdAt" DESC, "id" DESC LIMIT ${take} OFFSET ${skip}`),
    async () => {
      const [row] = await db.$queryRaw<{ count: number }[]>(
        Prisma.sql`SELECT count(*)::int AS "count" FROM "BulkAction" b WHERE ${seen}`,
      );
      return row?.count ?? 0;
    },
    (row) => row,
  );
  return { ...page, items: await showAll(db, page.items) };
}

async function find(tx: Tx, visible: Visibility, id: string): Promise<Prisma.BulkActionModel> {
  const [row] = await tx.$queryRaw<Prisma.BulkActionModel[]>(
    Prisma.sql`SELECT * FROM "BulkAction" b WHERE "id" = ${id}::uuid AND ${visible.covers('b')}`,
  );
  if (!row) throw refusal('bulk_action_not_found');
  return row;
}

/** What is about one subscription is for whoever sees the application of that. */
async function applicationOf(tx: Tx, visible: Visibility, subscriptionId: string): Promise<Visibility> {
  const where = { id: subscriptionId, ...visible.rows() };
  const found = await tx.subscription.findFirst({ where, select: { applicationId: true } });
  if (!found) throw refusal('subscription_not_found');
  return visible.within(found.applicationId);
}

async function show(tx: Tx, row: Prisma.BulkActionModel): Promise<BulkActionView> {
  const [shown] = await showAll(tx, [row]);
  if (!shown) throw new Error('one for each');
  return shown;
}

async function showAll(tx: Tx, rows: readonly Prisma.BulkActionModel[]): Promise<BulkActionView[]> {
  const ids = rows.map(({ id }) => id);
  const outcomes = await countOutcomes(tx, ids);
  const { shape } = bulkActionView;
  return rows.map(({ id, total, done, skipped, ...row }) => {
    const [action, status] = [shape.action.parse(row.action), shape.status.parse(row.status)];
    return {
      ...{ id, action, filter: shape.filter.parse(row.filter), status, total, done, skipped },
      left: status === 'running' ? Math.max(0, total - done - skipped) : 0,
      deliveries: action === 'cancel' ? null : (outcomes.get(id) ?? NO_OUTCOMES),
      createdAt: row.createdAt.toISOString(),
      finishedAt: row.finishedAt?.toISOString() ?? null,
    };
  });
}
