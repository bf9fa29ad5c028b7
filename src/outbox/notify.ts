/** The notification that wakes the dispatchers of all workers after a commit. */
import { Prisma, type Database } from '../platform/database';
import type { Logger } from '../platform/logger';
import { runStatement } from '../platform/statements';

/** PostgreSQL notification channel of the outbox. */
export const OUTBOX_CHANNEL = 'cpm_outbox';

/** Wakes the dispatchers. */
export interface OutboxNotifier {
  /** Call it after the commit. Calls made while one notification is under way share the next one. */
  notify(): void;
}

/**
 * Notifies over NOTIFY, apart from the transaction, since a NOTIFY inside would serialise all commits. A notification may
 * be lost without harm: the dispatchers look at the outbox at short intervals anyway.
 */
export function createOutboxNotifier(db: Database, logger: Logger): OutboxNotifier {
  let sending = false;
  let again = false;
  const send = async (): Promise<void> => {
    sending = true;
    try {
      do {
        again = false;
        await runStatement(db, Prisma.sql`SELECT pg_notify(${OUTBOX_CHANNEL}, '')`);
      } while (again);
    } catch (error) {
      logger.debug(
        { err: error },
        'outbox notification not sent; the next look at the outbox finds the work',
      );
    } finally {
      sending = false;
    }
  };
  return {
    notify() {
      if (sending) again = true;
      else void send();
    },
  };
}
