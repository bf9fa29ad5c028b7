/** The hint that wakes the dispatchers of all workers after a commit. */
import type { Database } from '../platform/database';
import type { Logger } from '../platform/logger';

/** PostgreSQL notification channel of the outbox. */
export const OUTBOX_CHANNEL = 'cpm_outbox';

/** Wakes the dispatchers. */
export interface OutboxHint {
  /** Call it after the commit. Calls made while one notification is under way share the next one. */
  send(): void;
}

/**
 * A hint over NOTIFY. It is sent apart from the transaction, since a NOTIFY inside would serialise all commits, and it
 * may be lost without harm: the dispatchers look at the outbox at short intervals anyway.
 */
export function createOutboxHint(db: Database, logger: Logger): OutboxHint {
  let sending = false;
  let again = false;
  const send = async (): Promise<void> => {
    sending = true;
    try {
      do {
        again = false;
        await db.$executeRaw`SELECT pg_notify(${OUTBOX_CHANNEL}, '')`;
      } while (again);
    } catch (error) {
      logger.debug({ err: error }, 'outbox hint not sent; the next look at the outbox finds the work');
    } finally {
      sending = false;
    }
  };
  return {
    send() {
      if (sending) again = true;
      else void send();
    },
  };
}
