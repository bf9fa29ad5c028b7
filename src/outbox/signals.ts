/** Signals to single workflows: added to the outbox with the change that makes them necessary. */
import { Prisma } from '../platform/database';
import type { StatementTx } from '../platform/statement-transaction';
import { addSignal, TABLES, type DeliverySignal } from './entries';
import { LOCK_ORDER, UNFINISHED } from './ordering';

/** Has unfinished deliveries look at the world again, and says why. Finished ones are passed over. */
export async function signalDeliveries(
  tx: StatementTx,
  ids: readonly string[],
  signal: DeliverySignal,
): Promise<void> {
  if (ids.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    WITH locked AS (
      SELECT "id" FROM "Delivery" d WHERE "id" = ANY(${ids}::uuid[]) AND ${UNFINISHED}
      ORDER BY ${LOCK_ORDER} FOR NO KEY UPDATE
    )
    UPDATE ${TABLES.delivery.table} SET ${addSignal(signal)} WHERE "id" IN (SELECT "id" FROM locked)`);
}
