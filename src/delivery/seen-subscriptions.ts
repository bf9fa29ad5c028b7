import type { Visibility } from '../access/visibility';
import type { Database } from '../platform/database';
import type { DeliveryFilters } from './delivery-filters';

/**
 * The subscriptions, deleted ones too, that deliveries have to be of for a caller who sees some applications only; undefined where the
 * filters lead to fewer, or the caller sees everything. With them the list of a small application is found by the index that
 * subscriptions' lists have; an index by application of its own would cost every change of every delivery.
 */
export async function seenSubscriptions(
  db: Database,
  visible: Visibility,
  { subscriptionId, citizenId, changeId }: DeliveryFilters,
): Promise<string[] | undefined> {
  const rows = visible.rows();
  if (rows.applicationId === undefined || (subscriptionId ?? citizenId ?? changeId) !== undefined)
    return undefined;
  const found = await db.subscription.findMany({ where: rows, select: { id: true } });
  return found.map(({ id }) => id);
}
