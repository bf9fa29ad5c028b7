/** What should have happened by now, and did not. */
import { Prisma, type Database } from '../platform/database';
import { addSignal, TABLES } from './entries';
import { IS_BLOCKED } from './ordering';

/**
 * Signals blocked deliveries that nothing blocks any more. Who finishes a predecessor adds that signal already; this is for
 * those whose predecessor left in another way, such as a purge. Answers how many were found.
 */
export async function signalUnblocked(db: Database, limit: number): Promise<number> {
  return db.$executeRaw(Prisma.sql`
    WITH unblocked AS (
      SELECT d."id" FROM "Delivery" d
      WHERE d."status" = 'blocked' AND d."outboxAction" IS NULL AND NOT ${IS_BLOCKED}
      LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    UPDATE ${TABLES.delivery.table} SET ${addSignal('predecessorFinished')}
    WHERE "id" IN (SELECT "id" FROM unblocked)`);
}
