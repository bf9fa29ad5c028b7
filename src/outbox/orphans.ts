/**
 * Workflows whose delivery is gone, as after the database was restored from an older copy. One that sleeps would find out
 * by itself in the end; one that is paused or blocked has no timer and never would.
 *
 * Visibility suggests them and may lag; the database decides, and the workflow itself looks again before it ends.
 */
import { Prisma, type Database } from '../platform/database';
import type { Logger } from '../platform/logger';
import type { WorkflowGateway } from './gateway';
import { TemporalRefusedError } from './temporal-call';
import type { Visibility } from './visibility';

/** Goes through the open workflows, one page a run, over and over. */
export function createOrphanSweep(
  db: Database,
  gateway: WorkflowGateway,
  visibility: Visibility,
  logger: Logger,
): () => Promise<void> {
  let page: Uint8Array | undefined;
  const tell = async (id: string): Promise<void> => {
    try {
      await gateway.lookAgain(id);
    } catch (error) {
      if (!(error instanceof TemporalRefusedError)) throw error;
      // It concerns this one alone, which the next time around is told again.
      logger.warn({ deliveryId: id, err: error }, 'a workflow without a delivery could not be told');
    }
  };
  return async () => {
    const from = page;
    page = undefined; // begins anew where this page can't be read
    const { ids, next } = await visibility.listRunning('delivery', from);
    for (const id of await withoutDelivery(db, ids)) await tell(id);
    page = next;
  };
}

/** A delivery is committed before its workflow starts: one that is not there is gone, not yet to come. */
async function withoutDelivery(db: Database, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db.$queryRaw<{ id: string }[]>(Prisma.sql`
    SELECT suspect."id"::text AS "id" FROM unnest(${ids}::uuid[]) AS suspect("id")
    WHERE NOT EXISTS (SELECT 1 FROM "Delivery" d WHERE d."id" = suspect."id")`);
  return rows.map(({ id }) => id);
}
