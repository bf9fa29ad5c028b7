/**
 * Reconciliation: an unfinished delivery whose workflow is closed, terminated or gone is started again.
 *
 * The database drives it, since nothing kept in Temporal can be trusted to survive Temporal's loss: deliveries are looked up
 * in turn, longest unseen first, and described one by one. When a batch shows losses, the next one follows at once, so a
 * wiped Temporal is made good as fast as it can be described.
 */
import { Prisma, type Database } from '../platform/database';
import type { Logger } from '../platform/logger';
import type { TemporalGateway } from './gateway';

/** Deliveries looked up at a time. */
const BATCH = 50;
/** A delivery seen running within this time is not looked up. */
const FRESH = Prisma.sql`interval '15 seconds'`;

/** Looks up one batch; true when some were lost, so that the next batch should follow at once. */
export async function reconcile(
  db: Database,
  gateway: TemporalGateway,
  logger: Logger,
  onOwed: () => void,
): Promise<boolean> {
  const suspects = await db.$queryRaw<{ id: string; owedToken: number }[]>(Prisma.sql`
    UPDATE "Delivery" d SET "verifiedAt" = now()
    FROM (
      SELECT "id" FROM "Delivery"
      WHERE "status" NOT IN ('delivered', 'cancelled', 'expired') AND "owed" IS NULL AND "verifiedAt" < now() - ${FRESH}
      ORDER BY "verifiedAt" LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
    ) s
    WHERE d."id" = s."id"
    RETURNING d."id", d."owedToken"`);
  const running = await Promise.all(suspects.map(({ id }) => gateway.isRunning(id)));
  const lost = suspects.filter((_, index) => !running[index]);
  if (lost.length === 0) return false;
  const rows = lost.map(({ id, owedToken }) => Prisma.sql`(${id}::uuid, ${owedToken}::int)`);
  const restarted = await db.$executeRaw(Prisma.sql`
    UPDATE "Delivery" d SET "owed" = 'start', "owedAt" = now(), "owedToken" = d."owedToken" + 1
    FROM (VALUES ${Prisma.join(rows)}) AS lost("id", "token")
    WHERE d."id" = lost."id" AND d."owedToken" = lost."token" AND d."owed" IS NULL
      AND d."status" NOT IN ('delivered', 'cancelled', 'expired')`);
  if (restarted > 0) {
    logger.warn({ deliveries: restarted }, 'deliveries without a running workflow; starting them again');
    onOwed();
  }
  return suspects.length === BATCH;
}
