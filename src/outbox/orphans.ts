/**
 * Workflows whose delivery is gone, as after the database was restored from an older copy. One that sleeps would find out
 * by itself in the end; one that is paused or blocked has no timer and never would.
 *
 * Visibility suggests them and may lag; the database decides, and the workflow itself looks again before it ends.
 */
import { Prisma, type Database } from '../platform/database';
import type { WorkflowGateway } from './gateway';
import type { Visibility } from './visibility';

/** Goes through the open workflows, one page a run, over and over. */
export function createOrphanSweep(
  db: Database,
  gateway: WorkflowGateway,
  visibility: Visibility,
): () => Promise<void> {
  let page: Uint8Array | undefined;
  return async () => {
    const from = page;
    page = undefined; // begins anew where this page can't be read
    const { ids, next } = await visibility.listRunning('delivery', from);
    for (const id of await withoutDelivery(db, ids)) await gateway.lookAgain(id);
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
