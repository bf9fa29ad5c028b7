/** Which bulk action a delivery was done with last, and what has become of those of each. */
import { Prisma, type Tx } from '../platform/database';
import { MOST_COUNTED } from '../platform/most-counted';
import { arrayOf } from '../platform/statements';
import { TABLES } from './entries';

/** What has become of the deliveries of a bulk action, each counted up to {@link MOST_COUNTED}. */
export interface Outcomes {
  readonly delivered: number;
  readonly waiting: number;
  readonly failed: number;
}

/** Of one that was done with nothing. */
export const NO_OUTCOMES: Outcomes = { delivered: 0, waiting: 0, failed: 0 };

/** Notes that a bulk action was done with deliveries, which the caller holds. */
export async function noteBulkAction(tx: Tx, bulkActionId: string, ids: readonly string[]): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE ${TABLES.delivery.table} SET "bulkActionId" = ${bulkActionId}::uuid WHERE "id" = ANY(${ids}::uuid[])`);
}

/** Counts the deliveries of bulk actions, by the ids of these. */
export async function countOutcomes(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, Outcomes>> {
  if (ids.length === 0) return new Map();
  const counted = (statuses: string): Prisma.Sql => Prisma.sql`(
    SELECT count(*)::int FROM (
      SELECT 1 FROM "Delivery" d WHERE d."bulkActionId" = b.id AND d.status IN (${Prisma.raw(statuses)}) LIMIT ${MOST_COUNTED}) d)`;
  const rows = await tx.$queryRaw<(Outcomes & { id: string })[]>(Prisma.sql`
    SELECT b.id, ${counted(`'delivered'`)} AS delivered,
      ${counted(`'pending', 'delivering', 'waiting', 'paused', 'blocked'`)} AS waiting,
      ${counted(`'cancelled', 'expired'`)} AS failed
    FROM unnest(${arrayOf(ids, 'uuid')}) AS b (id)`);
  return new Map(rows.map(({ id, ...outcomes }) => [id, outcomes]));
}
