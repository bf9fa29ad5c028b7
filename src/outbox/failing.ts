/** How long a delivery has been failing, and whether its endpoint may be to blame (rules `health-tells-the-truth`, `early-recovery`). */
import { Prisma } from '../platform/database';

/** SQL assignment to the delivery `d`, of which an attempt has failed. */
export const FAILS = Prisma.sql`"failingSince" = coalesce(d."failingSince", now())`;

/**
 * SQL condition: nothing was delivered to the endpoint of the delivery `d` between its first failure and its latest attempt. What was
 * since then shows that the endpoint works again.
 */
export const NOTHING_DELIVERED_SINCE = Prisma.sql`NOT EXISTS (
  SELECT 1 FROM "Attempt" a WHERE a."subscriptionId" = d."subscriptionId" AND a."outcome" = 'delivered'
    AND a."at" >= d."failingSince" AND a."at" < (
      SELECT l."at" FROM "Attempt" l WHERE l."deliveryId" = d."id" ORDER BY l."attempt" DESC LIMIT 1))`;
