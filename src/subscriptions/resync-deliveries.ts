import { MOST_COUNTED } from '../platform/most-counted';
import type { Prisma, Tx } from '../platform/database';

/** What has become of the deliveries of a resync: queued are the sum of the others. */
export interface ResyncDeliveries {
  readonly queued: number;
  readonly delivered: number;
  readonly waiting: number;
  readonly failed: number;
}

/** Of one that has queued nothing. */
export const NO_DELIVERIES: ResyncDeliveries = { queued: 0, delivered: 0, waiting: 0, failed: 0 };

/**
 * Counts the deliveries of resyncs, for each in their order. How many were queued stands in the resync's row; of these only the
 * unfinished are counted, of which a subscription has few while it is in a resync, and those that ended undelivered, up to a number.
 * So the cost does not grow with what was delivered, and what was purged still counts.
 */
export async function countResyncDeliveries(
  tx: Tx,
  resyncs: readonly Pick<Prisma.ResyncModel, 'id' | 'queued' | 'purged'>[],
): Promise<ResyncDeliveries[]> {
  if (resyncs.length === 0) return [];
  const rows = await tx.$queryRaw<{ id: string; waiting: number; ended: number }[]>`
    SELECT r.id, waiting.count AS waiting, ended.count AS ended
      FROM unnest(${resyncs.map(({ id }) => id)}::uuid[]) AS r (id)
      CROSS JOIN LATERAL (
        SELECT count(*)::int AS count FROM (
          SELECT 1 FROM "Delivery" WHERE "resyncId" = r.id
             AND status IN ('pending', 'delivering', 'waiting', 'paused', 'blocked') LIMIT ${MOST_COUNTED}) d
      ) waiting
      CROSS JOIN LATERAL (
        SELECT count(*)::int AS count FROM (
          SELECT 1 FROM "Delivery" WHERE "resyncId" = r.id
             AND status IN ('cancelled', 'expired') LIMIT ${MOST_COUNTED}) d
      ) ended`;
  const counted = new Map(rows.map((row) => [row.id, row]));
  return resyncs.map(({ id, queued, purged }) => {
    const waiting = counted.get(id)?.waiting ?? 0;
    const failed = purged + (counted.get(id)?.ended ?? 0);
    // One queued just now may be counted before the row that was read tells of it.
    return {
      queued: Math.max(queued, waiting + failed),
      delivered: Math.max(0, queued - waiting - failed),
      waiting,
      failed,
    };
  });
}
