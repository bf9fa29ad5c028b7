import { Prisma, type Tx } from '../../platform/database';
import { refusal } from '../../platform/errors';
import type { ConsentKey } from '../rules/keys';

/**
 * Call it after the entry was deleted, in the same transaction: a filter that is being written holds its entries, so it is seen here, or its
 * writer finds the entry gone.
 * @throws ServiceError `named_by_filter` while the filter of a subscription names it.
 */
export async function requireInNoFilter(tx: Tx, applicationId: string, key: ConsentKey): Promise<void> {
  const named = await tx.$queryRaw<unknown[]>(Prisma.sql`
    SELECT 1 FROM "Subscription"
    WHERE "applicationId" = ${applicationId} AND "deletedAt" IS NULL AND ${key} = ANY("filter") LIMIT 1`);
  if (named.length > 0) throw refusal('named_by_filter');
}
