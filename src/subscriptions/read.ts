import type { Visibility } from '../access/visibility';
import type { Database, Prisma, Tx } from '../platform/database';
import type { Sealer } from '../platform/encryption';
import { refusal } from '../platform/errors';
import {
  newestFirst,
  readPage,
  type ListOrder,
  type Page,
  type Paging,
  type Place,
} from '../platform/paging';
import { healthOf, readHealth } from './health';
import { rankOf, type HealthState } from './health-state';
import { showSubscription, type SubscriptionRow } from './representation';
import type { SubscriptionStatus, SubscriptionView, UpdateType } from './schema';

/** Which subscriptions to list. */
export interface SubscriptionFilter extends Paging {
  readonly applicationId?: string | undefined;
  readonly status?: SubscriptionStatus | undefined;
  readonly updateType?: UpdateType | undefined;
  /** Part of the name, in any case. */
  readonly q?: string | undefined;
  readonly health?: HealthState | undefined;
  readonly sort?: SubscriptionSort | undefined;
}

/** The newest first, or those in the worst health, and of these the newest. */
export const SUBSCRIPTION_SORTS = ['newest', 'health'] as const;
type SubscriptionSort = (typeof SUBSCRIPTION_SORTS)[number];

/** One page, and how many there are. */
export async function listSubscriptions(
  db: Database,
  visible: Visibility,
  sealer: Sealer,
  filter: SubscriptionFilter,
): Promise<Page<SubscriptionView>> {
  const where = whereOf(visible, filter);
  if (filter.health !== undefined || filter.sort === 'health') return listByHealth(db, sealer, where, filter);
  const page = await readPage(
    newestFirst('subscriptions'),
    filter,
    ({ after, ...window }) => db.subscription.findMany({ where: { ...where, AND: after }, ...window }),
    () => db.subscription.count({ where }),
    (row) => row,
  );
  return { ...page, items: await showAll(db, sealer, page.items) };
}

/**
 * The same where it depends on health, which is no column: that of all is read, as an overview does. A subscription whose health changes
 * while pages are turned may be shown twice, or not.
 */
async function listByHealth(
  db: Database,
  sealer: Sealer,
  where: Prisma.SubscriptionWhereInput,
  filter: SubscriptionFilter,
): Promise<Page<SubscriptionView>> {
  const newest = await db.subscription.findMany({ where, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] });
  const health = await readHealth(
    db,
    newest.map(({ id }) => id),
  );
  const all = newest
    .map((row) => ({ ...row, health: healthOf(health, row.id) }))
    .filter(({ health: { state } }) => filter.health === undefined || state === filter.health)
    .map((row) => ({ ...row, rank: filter.sort === 'health' ? rankOf(row.health.state) : 0 }))
    .sort((a, b) => a.rank - b.rank); // of one rank, the newest stay first
  return readPage(
    BY_HEALTH,
    filter,
    ({ skip, take }, place) => {
      const rest = place ? all.filter((row) => isBehind(row, place)) : all;
      return Promise.resolve(rest.slice(skip, skip + take));
    },
    () => Promise.resolve(all.length),
    (row) => showSubscription(sealer, row, row.health),
  );
}

const BY_HEALTH: ListOrder<'rank' | 'createdAt' | 'id'> = {
  list: 'subscriptions-by-health',
  columns: [{ name: 'rank', direction: 'asc', kind: 'number' }, ...newestFirst('').columns],
};

/** Whether a row comes behind a place of {@link BY_HEALTH}. */
function isBehind(row: { rank: number; createdAt: Date; id: string }, [rank, createdAt, id]: Place): boolean {
  if (row.rank !== rank) return row.rank > Number(rank);
  const older = Number(createdAt) - row.createdAt.getTime();
  return older === 0 ? row.id < String(id) : older > 0;
}

function whereOf(visible: Visibility, filter: SubscriptionFilter): Prisma.SubscriptionWhereInput {
  return {
    deletedAt: null,
    ...visible.rows(filter.applicationId),
    ...(filter.status !== undefined && { status: filter.status }),
    ...(filter.updateType !== undefined && { updateType: filter.updateType }),
    ...(filter.q !== undefined && { name: { contains: escapeLike(filter.q), mode: 'insensitive' as const } }),
  };
}

/** @throws ServiceError where there is none. */
export async function getSubscription(
  tx: Tx,
  visible: Visibility,
  sealer: Sealer,
  id: string,
): Promise<SubscriptionView> {
  const row = await tx.subscription.findFirst({ where: { id, deletedAt: null, ...visible.rows() } });
  if (!row) throw refusal('subscription_not_found');
  return showWithHealth(tx, sealer, row);
}

/** A row as it is shown, with how its deliveries fare. */
export async function showWithHealth(
  tx: Tx,
  sealer: Sealer,
  row: SubscriptionRow,
): Promise<SubscriptionView> {
  const health = await readHealth(tx, [row.id]);
  return showSubscription(sealer, row, healthOf(health, row.id));
}

async function showAll(
  tx: Tx,
  sealer: Sealer,
  rows: readonly SubscriptionRow[],
): Promise<SubscriptionView[]> {
  if (rows.length === 0) return [];
  const health = await readHealth(
    tx,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => showSubscription(sealer, row, healthOf(health, row.id)));
}

/** Prisma hands `contains` to ILIKE as it is. */
function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
