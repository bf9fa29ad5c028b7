import type { CycleReason } from '../outbox/cycle-reasons';
import { Prisma, type Tx } from '../platform/database';

/**
 * The delivery that one has had to wait for, as its attempts say: the nearest before it of the same subscription and citizen. Null where it
 * waited for none, or that is kept no more. Each citizen's are read in the order of their index, and few of them.
 */
export async function readWaitedFor(
  tx: Tx,
  id: string,
  attempts: readonly { readonly cycleReason: CycleReason | null }[],
): Promise<string | null> {
  if (!attempts.some(({ cycleReason }) => cycleReason === 'predecessor')) return null;
  const [nearest] = await tx.$queryRaw<{ id: string }[]>(Prisma.sql`
    SELECT before."id" FROM "Delivery" d
    CROSS JOIN LATERAL unnest(ARRAY[d."citizenId", d."orderedAs"]) AS z("id")
    CROSS JOIN LATERAL (
      SELECT p."id", p."createdAt" FROM "Delivery" p
      WHERE p."citizenId" = z."id" AND p."subscriptionId" = d."subscriptionId" AND p."createdAt" <= d."createdAt"
        AND (p."sequence", p."id") < (d."sequence", d."id")
      ORDER BY p."createdAt" DESC LIMIT 1) before
    WHERE d."id" = ${id}::uuid ORDER BY before."createdAt" DESC LIMIT 1`);
  return nearest?.id ?? null;
}
