/** Works off the outbox: one in each worker, woken by a hint, looking by itself at short intervals. */
import type { Database } from '../platform/database';
import type { Logger } from '../platform/logger';
import { claimDebts, postponeDebts, settleDebts, type Debt } from './claims';
import { TemporalAwayError, type TemporalGateway } from './gateway';
import { Wakeable } from '../platform/wakeable';

export interface DispatcherOptions {
  readonly db: Database;
  readonly gateway: TemporalGateway;
  /** Whether the first attempt may be made inside the workflow task: the endpoint looks healthy and quick. */
  readonly looksQuick: (subscriptionId: string) => boolean;
  readonly logger: Logger;
}

export interface Dispatcher {
  start(): void;
  /** There may be something to do. */
  readonly kick: () => void;
  /** Takes nothing new and waits for what is under way. */
  stop(): Promise<void>;
}

/** Calls to Temporal under way at once: its back-pressure reaches the outbox, not the memory of this process. */
const MOST_AT_ONCE = 64;
/** Debts claimed by one statement. */
const BATCH = 32;
/** Look without a hint. Milliseconds. */
const IDLE_MS = 500;
/** Wait while Temporal or the database is away. Milliseconds. */
const AWAY_MS = 1_000;
/** Wait for a workflow that may be just ending. Milliseconds. */
const ENDING_MS = 1_000;
/** Wait after a refusal that is not understood. Milliseconds. */
const FAILED_MS = 10_000;

/** Creates the dispatcher of a worker; it does nothing until it is started. */
export function createDispatcher({ db, gateway, looksQuick, logger }: DispatcherOptions): Dispatcher {
  const wakeable = new Wakeable();
  const underWay = new Set<Promise<void>>();
  let stopping = false;
  let awayUntil = 0;

  const pay = async (debt: Debt): Promise<void> => {
    try {
      await payToTemporal(debt);
    } catch (error) {
      const away = error instanceof TemporalAwayError;
      if (away) awayUntil = Date.now() + AWAY_MS;
      logger.warn({ deliveryId: debt.id, owed: debt.owed, err: error }, 'Temporal not told yet; it will be');
      // Failing that, the lease runs out and the debt is claimed again.
      await postponeDebts(db, [debt], away ? AWAY_MS : FAILED_MS).catch(() => undefined);
    }
  };

  const payToTemporal = async (debt: Debt): Promise<void> => {
    switch (debt.owed) {
      case 'start': // settled by the workflow's first load, which takes one statement less on the happy path
        if (await gateway.start(debt, looksQuick(debt.subscriptionId))) return;
        // One is running and was told to look again. That is enough, unless it is just ending with what was before.
        return debt.resent ? postponeDebts(db, [debt], ENDING_MS) : settleDebts(db, [debt]);
      case 'wake':
        await gateway.wake(debt);
        return settleDebts(db, [debt]);
      case 'cancel':
        await gateway.cancel(debt.id);
        return settleDebts(db, [debt]);
    }
  };

  const run = async (): Promise<void> => {
    while (!stopping) {
      const wanted = Math.min(BATCH, MOST_AT_ONCE - underWay.size);
      const claimed = wanted > 0 && Date.now() >= awayUntil ? await claim(wanted) : [];
      for (const debt of claimed) {
        const paying = pay(debt).finally(() => {
          underWay.delete(paying);
          if (underWay.size === MOST_AT_ONCE - 1) wakeable.wake();
        });
        underWay.add(paying);
      }
      if (claimed.length < BATCH) await wakeable.sleep(IDLE_MS);
    }
  };

  const claim = async (limit: number): Promise<Debt[]> => {
    try {
      return await claimDebts(db, limit);
    } catch (error) {
      logger.warn({ err: error }, 'the outbox cannot be read; looking again shortly');
      awayUntil = Date.now() + AWAY_MS;
      return [];
    }
  };

  let running: Promise<void> | undefined;
  return {
    start() {
      running ??= run();
    },
    kick: () => wakeable.wake(),
    async stop() {
      stopping = true;
      wakeable.wake();
      await running;
      await Promise.all(underWay);
    },
  };
}
