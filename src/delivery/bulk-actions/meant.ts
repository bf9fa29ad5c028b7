import type { Visibility } from '../../access/visibility';
import { Prisma, type Tx } from '../../platform/database';
import type { DeliveryAction } from '../actions';
import { narrowed, selectDeliveries, type Selection, type SelectionFilters } from '../selection';

/**
 * The deliveries that a bulk action means: what its filter lets through, and the action can be for at all. Whether the state of each
 * allows it is seen when its turn comes.
 */
export async function meantBy(
  tx: Tx,
  visible: Visibility,
  action: DeliveryAction,
  filter: SelectionFilters,
): Promise<Selection> {
  if (action !== 'resend') return selectDeliveries(tx, visible, { ...filter, undelivered: true });
  const selection = await selectDeliveries(tx, visible, filter);
  return narrowed(selection, Prisma.sql`d."status" IN ('delivered', 'cancelled')`);
}
