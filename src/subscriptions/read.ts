import type { Visibility } from '../access/visibility';
import type { Database, Prisma, Tx } from '../platform/database';
import type { Sealer } from '../platform/encryption';
import { refusal } from '../platform/errors';
import { newestFirst, readPage, type Page, type Paging } from '../platform/paging';
import { healthOf, readHealth } from './health';
import { showSubscription, type SubscriptionRow } from './representation';
import type { SubscriptionStatus, SubscriptionView, UpdateType } from './schema';

/** Which subscriptions to list. */
export interface SubscriptionFilter extends Paging {
  readonly applicationId?: string | undefined;
  readonly status?: SubscriptionStatus | undefined;
  readonly updateType?: UpdateType | undefined;
  /** Part of the name, in any case. */
  readonly q?: string | undefined;
}

/** One page, the newest first, and how many there are. */
export async function listSubscriptions(
  db: Database,
  visible: Visibility,
  sealer: Sealer,
  filter: SubscriptionFilter,
): Promise<Page<SubscriptionView>> {
  const where: Prisma.SubscriptionWhereInput = {
    deletedAt: null,
    ...visible.rows(filter.applicationId),
    ...(filter.status !== undefined && { status: filter.status }),
    ...(filter.updateType !== undefined && { updateType: filter.updateType }),
    ...(filter.q !== undefined && { name: { contains: escapeLike(filter.q), mode: 'insensitive' as const } }),
  };
  const page = await readPage(
    newestFirst('subscriptions'),
    filter,
    ({ after, ...window }) => db.subscription.findMany({ where: { ...where, AND: after }, ...window }),
    () => db.subscription.count({ where }),
    (row) => row,
  );
  return { ...page, items: await showAll(db, sealer, page.items) };
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
