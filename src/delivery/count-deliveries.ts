import type { Visibility } from '../access/visibility';
import { Prisma, type Database } from '../platform/database';
import { MOST_COUNTED } from '../platform/most-counted';
import type { DeliveryFilters } from './delivery-filters';

/**
 * How many deliveries the filters let through; {@link MOST_COUNTED} means so many or more.
 * @param seen the subscriptions that they are of; undefined: any
 */
export async function countDeliveries(
  db: Database,
  visible: Visibility,
  filters: DeliveryFilters,
  seen: readonly string[] | undefined,
): Promise<number> {
  const ofSeen = seen === undefined ? [] : [Prisma.sql`"subscriptionId" = ANY(${seen}::uuid[])`];
  // In the order of the lists, so that it is read from their indexes: the planner would rather read the table until it has enough,
  // which is all of it where there is not.
  const [row] = await db.$queryRaw<{ count: number }[]>(Prisma.sql`
    SELECT count(*)::int AS "count" FROM (
      SELECT 1 FROM "Delivery" WHERE ${Prisma.join([visible.condition(Prisma.sql`"applicationId"`), ...conditions(filters), ...ofSeen], ' AND ')}
      ORDER BY "createdAt" DESC, "id" DESC LIMIT ${MOST_COUNTED}) counted`);
  return row?.count ?? 0;
}

function conditions(filters: DeliveryFilters): Prisma.Sql[] {
  const { subscriptionId, citizenId, changeId, status, updateType, from, to } = filters;
  return [
    ...(subscriptionId === undefined ? [] : [Prisma.sql`"subscriptionId" = ${subscriptionId}::uuid`]),
    ...(citizenId === undefined ? [] : [Prisma.sql`"citizenId" = ${citizenId}::uuid`]),
    ...(changeId === undefined ? [] : [Prisma.sql`"changeId" = ${changeId}::uuid`]),
    ...(status === undefined ? [] : [Prisma.sql`"status" = ${status}`]),
    ...(updateType === undefined ? [] : [Prisma.sql`"updateType" = ${updateType}`]),
    ...(from === undefined ? [] : [Prisma.sql`"createdAt" >= ${from}::timestamptz`]),
    ...(to === undefined ? [] : [Prisma.sql`"createdAt" < ${to}::timestamptz`]),
  ];
}
