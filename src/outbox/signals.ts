/** Signals to single workflows: added to the outbox with the change that makes them necessary. */
import { Prisma } from '../platform/database';
import type { StatementTx } from '../platform/statement-transaction';
import { wokenBy } from './cycle-reasons';
import { addSignal, TABLES, type DeliverySignal } from './entries';
import { LOCK_ORDER, UNFINISHED } from './ordering';

/** Has unfinished deliveries look at the world again, and says why. Finished ones are passed over. */
export function signalDeliveries(
  tx: StatementTx,
  ids: readonly string[],
  signal: DeliverySignal,
): Promise<void> {
  return updateUnfinished(tx, ids, addSignal(signal));
}

/** An attempt that is due begins by then, wherever a worker is there. */
const BEGINS_WITHIN = Prisma.sql`interval '10 seconds'`;

/**
 * Has unfinished deliveries be tried at once. One that has been due for a moment is passed over: its attempt is about to begin, a signal
 * more would have it look again, and who asked often enough would keep it from ever beginning.
 */
export function retryDeliveries(tx: StatementTx, ids: readonly string[]): Promise<void> {
  return updateUnfinished(
    tx,
    ids,
    Prisma.sql`${addSignal('retryNow')}, ${wokenBy('operator')},
      "nextAttemptAt" = CASE WHEN "nextAttemptAt" > now() THEN now() ELSE "nextAttemptAt" END`,
    Prisma.sql`("nextAttemptAt" BETWEEN now() - ${BEGINS_WITHIN} AND now()) IS NOT TRUE`,
  );
}

async function updateUnfinished(
  tx: StatementTx,
  ids: readonly string[],
  assignments: Prisma.Sql,
  condition = Prisma.sql`true`,
): Promise<void> {
  if (ids.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    WITH locked AS (
      SELECT "id" FROM "Delivery" d WHERE "id" = ANY(${ids}::uuid[]) AND ${UNFINISHED}
      ORDER BY ${LOCK_ORDER} FOR NO KEY UPDATE
    )
    UPDATE ${TABLES.delivery.table} SET ${assignments} WHERE "id" IN (SELECT "id" FROM locked) AND ${condition}`);
}
