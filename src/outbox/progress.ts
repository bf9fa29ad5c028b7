/** What should have happened by now, and did not. */
import { Prisma, type Database } from '../platform/database';
import { TABLES } from './entries';
import { SIGNAL_UNBLOCKED } from './ordering';

/** What a signal takes to arrive, under load too. */
const ARRIVES_WITHIN = Prisma.sql`interval '30 seconds'`;

/**
 * Signals blocked deliveries once more whose predecessor was finished a while ago: Temporal was told, but the workflow has
 * not noticed, as after Temporal was restored from an older copy. Answers how many were found.
 *
 * The cost depends on how many there are, and not on how many are blocked: the partial index holds no others.
 */
export async function signalUnblocked(db: Database, limit: number): Promise<number> {
  return db.$executeRaw(Prisma.sql`
    WITH unblocked AS (${unblocked(limit)})
    UPDATE ${TABLES.delivery.table} SET ${SIGNAL_UNBLOCKED} WHERE "id" IN (SELECT "id" FROM unblocked)`);
}

/** SQL: in the very words of the index `Delivery_unblocked_idx`. */
export function unblocked(limit: number): Prisma.Sql {
  return Prisma.sql`
    SELECT "id" FROM "Delivery"
    WHERE "status" = 'blocked' AND "outboxAction" IS NULL AND "unblockedAt" < now() - ${ARRIVES_WITHIN}
    LIMIT ${limit} FOR UPDATE SKIP LOCKED`;
}
