/** How long a delivery has been failing, and whether its endpoint may be to blame (rule `health-tells-the-truth`). */
import { Prisma } from '../platform/database';

/** SQL assignment to the delivery `d`, of which an attempt has failed. */
export const FAILS = Prisma.sql`"failingSince" = coalesce(d."failingSince", now())`;

/** SQL condition: nothing was delivered to the endpoint of the delivery `d`, of which an attempt has failed, since it began to fail. */
export const NOTHING_DELIVERED_SINCE = Prisma.sql`NOT EXISTS (
  SELECT 1 FROM "Attempt" a WHERE a."subscriptionId" = d."subscriptionId" AND a."outcome" = 'delivered'
    AND a."at" >= coalesce(d."failingSince", now()))`;
