/** A pending opt-in whose workflow is closed, terminated or gone is given another, as `reconcile` does for deliveries. */
import { Prisma, type Database } from '../platform/database';
import type { Logger } from '../platform/logger';
import type { OptInGateway } from './opt-in-gateway';

/** Opt-ins looked up at a time. */
const BATCH = 20;
/** One seen running within this time is not looked up: an e-mail can wait longer than a delivery. */
const FRESH = Prisma.sql`interval '30 seconds'`;

/** Looks up one batch; true when some were lost, so that the next batch should follow at once. */
export async function reconcileOptIns(
  db: Database,
  gateway: OptInGateway,
  logger: Logger,
  onOwed: () => void,
): Promise<boolean> {
  const suspects = await db.$queryRaw<{ id: string; owedToken: number }[]>(Prisma.sql`
    UPDATE "DoubleOptIn" o SET "verifiedAt" = now()
    FROM (
      SELECT "id" FROM "DoubleOptIn"
      WHERE "status" = 'pending' AND "owedAt" IS NULL AND "verifiedAt" < now() - ${FRESH}
      ORDER BY "verifiedAt" LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
    ) s
    WHERE o."id" = s."id"
    RETURNING o."id", o."owedToken"`);
  const running = await Promise.all(suspects.map(({ id }) => gateway.isRunning(id)));
  const lost = suspects.filter((_, index) => !running[index]);
  if (lost.length === 0) return false;
  for (const { id, owedToken } of lost) {
    await db.$executeRaw(Prisma.sql`
      UPDATE "DoubleOptIn" SET "owedAt" = now(), "owedToken" = "owedToken" + 1
      WHERE "id" = ${id}::uuid AND "owedToken" = ${owedToken} AND "status" = 'pending'`);
  }
  logger.warn({ optIns: lost.length }, 'opt-ins without a running workflow; starting them again');
  onOwed();
  return suspects.length === BATCH;
}
