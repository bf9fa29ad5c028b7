/** Resyncs: sending the current state of every citizen again. They are started and shown here; the delivery module does the work. */
import type { Visibility } from '../access/visibility';
import { z } from 'zod';
import { databaseNow, Prisma, type Database, type Tx } from '../platform/database';
import { refusal } from '../platform/errors';
import { newestFirst, readPage, type Page, type Paging } from '../platform/paging';
import { idOf, moment, shownTime } from '../platform/fields';
import { NO_ENTRY, newEntry } from '../outbox/entries';
import { newId } from '../platform/ids';
import { MOST_COUNTED } from '../platform/most-counted';
import { countResyncDeliveries, NO_DELIVERIES } from './resync-deliveries';
import { inScope } from './resync-scope';
import { subscriptionId as ofSubscription } from './schema';
import { lockSubscription } from './update';

/** Body of a POST. */
export const resyncRequest = z
  .strictObject({
    since: moment.nullish().meta({
      description: 'Only citizens whose latest change was recorded at or after this time; absent: all.',
    }),
    onlyDifferent: z.boolean().nullish().meta({
      description:
        'Only citizens whose state differs from the one delivered last, as the digests of `GET /subscriptions/{id}/digest` tell.',
    }),
  })
  .prefault({})
  .meta({ id: 'ResyncRequest', description: 'Whose state to send.' });

export const resyncId = idOf('resync');

const stalled = z.boolean().meta({
  description: 'Whether it should have gone on by now, and has not. The service sees to it by itself.',
  examples: [false],
});

/** A resync as it is shown. */
export const resyncView = z
  .object({
    id: resyncId,
    subscriptionId: ofSubscription,
    status: z.enum(['running', 'completed', 'cancelled']).meta({
      description: 'Where it is; `completed`: all that it has to send is queued.',
      examples: ['running'],
    }),
    since: shownTime(
      'Only citizens whose latest change was recorded at or after this time; `null`: all.',
    ).nullable(),
    onlyDifferent: z.boolean().meta({
      description: 'Whether only states are sent that differ from those delivered last.',
      examples: [false],
    }),
    total: z.int().meta({
      description: 'Citizens whose state is to be sent, or to be compared with the one delivered last.',
      examples: [1000],
    }),
    done: z.int().meta({
      description:
        'Citizens done with: their deliveries are queued, one that waits will send their state, or it is the one delivered last ' +
        '(`onlyDifferent`). What was delivered, `deliveries` tells.',
      examples: [250],
    }),
    deliveries: z
      .object({
        queued: z.int().meta({ description: 'Queued until now.', examples: [240] }),
        delivered: z.int().meta({ description: 'Of these, accepted by the endpoint.', examples: [200] }),
        waiting: z.int().meta({ description: 'Yet to be delivered.', examples: [39] }),
        failed: z.int().meta({
          description: `Ended undelivered, since they were cancelled; ${MOST_COUNTED} means: that many or more.`,
          examples: [1],
        }),
      })
      .meta({
        id: 'ResyncDeliveries',
        description:
          'What has become of its deliveries. Fewer than `done` are queued where one that waited anyway sends the state.',
      }),
    createdAt: shownTime('When it was asked for.'),
    stalled,
    finishedAt: shownTime('When it was completed or cancelled; `null`: it is running.').nullable(),
  })
  .meta({ id: 'Resync', description: 'Sends the current state of citizens to a subscription again.' });
export type ResyncView = z.output<typeof resyncView>;

/**
 * Begins a resync. Its row holds the entry to start the workflow, so it runs whatever is killed after the commit.
 * @throws ServiceError unless the subscription is of Effective Permissions, active, and in no resync.
 */
export async function startResync(
  tx: Tx,
  visible: Visibility,
  subscriptionId: string,
  { since, onlyDifferent }: z.output<typeof resyncRequest>,
): Promise<ResyncView> {
  const seen = await findSubscription(tx, visible, subscriptionId);
  // Counted before the lock, which changes of every citizen would wait for.
  const total = await countCitizens(tx, seen.applicationId, since ?? null);
  const { updateType, status } = await lockSubscription(tx, visible, subscriptionId);
  if (updateType !== 'effective-permission') throw refusal('resync_not_supported');
  if (status !== 'active') throw refusal('subscription_paused');
  if (await tx.resync.findFirst({ where: { subscriptionId, status: 'running' }, select: { id: true } })) {
    throw refusal('resync_running');
  }
  // By the clock that citizens are created by, since those who come later are left out, and that dispatchers go by.
  const createdAt = await databaseNow(tx);
  const row = await tx.resync.create({
    data: {
      id: newId(),
      subscriptionId,
      since: since ?? null,
      onlyDifferent: onlyDifferent ?? false,
      total,
      createdAt,
      ...newEntry('start', createdAt),
    },
  });
  return show(tx, row);
}

/**
 * Cancels a resync; what it has queued already is delivered.
 * @throws ServiceError where there is none, or it has ended.
 */
export async function cancelResync(
  tx: Tx,
  visible: Visibility,
  subscriptionId: string,
  resyncId: string,
): Promise<ResyncView> {
  await findSubscription(tx, visible, subscriptionId);
  const { count } = await tx.resync.updateMany({
    where: { id: resyncId, subscriptionId, status: 'running' },
    data: { status: 'cancelled', finishedAt: await databaseNow(tx), ...NO_ENTRY },
  });
  const row = await tx.resync.findFirst({ where: { id: resyncId, subscriptionId } });
  if (!row) throw refusal('resync_not_found');
  if (count === 0) throw refusal('resync_finished', { status: row.status });
  return show(tx, row);
}

/** @throws ServiceError where there is none. */
export async function getResync(
  db: Database,
  visible: Visibility,
  subscriptionId: string,
  resyncId: string,
): Promise<ResyncView> {
  await findSubscription(db, visible, subscriptionId);
  const row = await db.resync.findFirst({ where: { id: resyncId, subscriptionId } });
  if (!row) throw refusal('resync_not_found');
  return show(db, row);
}

/** One page of a subscription's resyncs, the newest first. */
export async function listResyncs(
  db: Database,
  visible: Visibility,
  subscriptionId: string,
  paging: Paging,
): Promise<Page<ResyncView>> {
  await findSubscription(db, visible, subscriptionId);
  const where = { subscriptionId };
  const page = await readPage(
    newestFirst('resyncs'),
    paging,
    ({ after, ...window }) => db.resync.findMany({ where: { ...where, AND: after }, ...window }),
    () => db.resync.count({ where }),
    (row) => row,
  );
  return { ...page, items: await showAll(db, page.items) };
}

async function findSubscription(
  tx: Tx,
  visible: Visibility,
  subscriptionId: string,
): Promise<Prisma.SubscriptionModel> {
  const row = await tx.subscription.findFirst({
    where: { id: subscriptionId, deletedAt: null, ...visible.rows() },
  });
  if (!row) throw refusal('subscription_not_found');
  return row;
}

async function countCitizens(tx: Tx, applicationId: string, since: Date | null): Promise<number> {
  const [row] = await tx.$queryRaw<{ count: number }[]>(Prisma.sql`
    SELECT count(*)::int AS "count" FROM "Citizen" c
    WHERE c."applicationId" = ${applicationId} AND ${inScope(since)}`);
  return row?.count ?? 0;
}

async function show(tx: Tx, row: Prisma.ResyncModel): Promise<ResyncView> {
  const [shown] = await showAll(tx, [row]);
  if (!shown) throw new Error('one for each');
  return shown;
}

async function showAll(tx: Tx, rows: readonly Prisma.ResyncModel[]): Promise<ResyncView[]> {
  const deliveries = await countResyncDeliveries(tx, rows);
  return rows.map((row, index) => ({
    id: row.id,
    subscriptionId: row.subscriptionId,
    status: resyncView.shape.status.parse(row.status),
    since: row.since?.toISOString() ?? null,
    onlyDifferent: row.onlyDifferent,
    // A citizen may come into scope between the count and the visit.
    total: Math.max(row.total, row.done),
    done: row.done,
    deliveries: deliveries[index] ?? NO_DELIVERIES,
    createdAt: row.createdAt.toISOString(),
    stalled: row.status === 'running' && row.stalledAt !== null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  }));
}
