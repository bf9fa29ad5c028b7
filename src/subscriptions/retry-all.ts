import type { Visibility } from '../access/visibility';
import { Prisma, type Tx } from '../platform/database';
import { refusal } from '../platform/errors';
import { MOST_COUNTED } from '../platform/most-counted';
import { lockSubscription } from './update';
import { addBulkSignal } from '../outbox/bulk-signals';
import { knockNow } from '../outbox/endpoint-probes';

/**
 * Gives every waiting delivery of a subscription a cycle of attempts at once; the first few hundred with this
 * transaction, the others at the sweep's bounded rate.
 * @returns how many wait; {@link MOST_COUNTED} where there are more.
 * @throws ServiceError where there is no such subscription, or it is paused.
 */
export async function retryWaiting(tx: Tx, visible: Visibility, id: string): Promise<number> {
  const { status } = await lockSubscription(tx, visible, id);
  if (status !== 'active') throw refusal('subscription_paused');
  const waiting = await countWaiting(tx, id);
  // Where one knocks for all, the others would only be held back again.
  if (waiting > 0 && !(await knockNow(tx, id))) await addBulkSignal(tx, id, 'retryNow');
  return waiting;
}

/** Each part has an index of its own, in which nothing else stands. */
async function countWaiting(tx: Tx, subscriptionId: string): Promise<number> {
  const some = (which: Prisma.Sql): Prisma.Sql => Prisma.sql`
    SELECT 1 FROM "Delivery" WHERE "subscriptionId" = ${subscriptionId}::uuid AND "status" = 'waiting' AND ${which}
    LIMIT ${MOST_COUNTED}`;
  const [row] = await tx.$queryRaw<{ count: number }[]>(Prisma.sql`
    SELECT least(count(*), ${MOST_COUNTED})::int AS "count" FROM (
      (${some(Prisma.sql`"awaitsRecovery"`)}) UNION ALL (${some(Prisma.sql`NOT "awaitsRecovery"`)})) d`);
  return row?.count ?? 0;
}
