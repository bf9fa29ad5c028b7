/** Works off what Temporal is to be told of opt-ins: one in each worker, woken by a hint, looking by itself too. */
import type { Database } from '../platform/database';
import type { Logger } from '../platform/logger';
import { Wakeable } from '../platform/wakeable';
import type { OptInGateway } from './opt-in-gateway';
import { claimOptInDebts, settleOptInDebt, type OptInDebt } from './opt-in-outbox';

/** Debts claimed, and told, at a time. */
const BATCH = 16;
/** Look without a hint. Milliseconds. */
const IDLE_MS = 1_000;

/** Starts the dispatcher. While Temporal is away, debts stay, and are claimed again when their lease is over. */
export function startOptInDispatcher(
  db: Database,
  gateway: OptInGateway,
  logger: Logger,
): { readonly kick: () => void; stop(): Promise<void> } {
  const wakeable = new Wakeable();
  let stopping = false;

  const pay = async (debt: OptInDebt): Promise<void> => {
    try {
      await gateway.lookAt(debt);
      await settleOptInDebt(db, debt);
    } catch (error) {
      logger.warn({ optInId: debt.id, err: error }, 'Temporal not told of an opt-in yet; it will be');
    }
  };

  const run = async (): Promise<void> => {
    while (!stopping) {
      const debts = await claimOptInDebts(db, BATCH).catch((error: unknown) => {
        logger.warn({ err: error }, 'the outbox of opt-ins cannot be read; looking again shortly');
        return [];
      });
      await Promise.all(debts.map(pay));
      if (debts.length < BATCH) await wakeable.sleep(IDLE_MS);
    }
  };

  const running = run();
  return {
    kick: () => wakeable.wake(),
    async stop() {
      stopping = true;
      wakeable.wake();
      await running;
    },
  };
}
