/** Tells Temporal what stands in the outbox: one dispatcher in each worker, woken by notifications, looking by itself too. */
import type { Database } from '../platform/database';
import type { Logger } from '../platform/logger';
import { inSpan, type SpanOptions } from '../platform/tracing';
import { Wakeable } from '../platform/wakeable';
import { acknowledge, claimEntries, postpone, release } from './claims';
import type { OutboxEntry } from './entries';
import type { FirstAttempts } from './first-attempts';
import type { WorkflowGateway } from './gateway';
import { TemporalAwayError, TemporalRefusedError } from './temporal-call';
import { Turns } from './turns';

export interface DispatcherOptions {
  readonly db: Database;
  readonly gateway: WorkflowGateway;
  /** Whether the first attempt is begun inside the workflow task: the endpoint looks healthy and quick, or others await their turn. */
  readonly startsInline: (subscriptionId: string) => boolean;
  readonly firstAttempts: FirstAttempts;
  /**
   * Entries worked on at once: being told to Temporal, or first attempts that this process makes. What is more waits in the
   * outbox, where the urgent go first and waiting costs nothing.
   */
  readonly batch: number;
  readonly logger: Logger;
}

export interface Dispatcher {
  start(): void;
  /** There may be something to do. */
  readonly notify: () => void;
  /** Whether more stands in the outbox than can be taken on: what is due then waits there anyway. */
  readonly hasMore: () => boolean;
  /** Takes nothing new and waits for what is under way. */
  stop(): Promise<void>;
}

/** Entries are claimed when this part of a batch can be taken on: a statement for each entry would be dear. */
const WORTH_A_CLAIM = 1 / 4;
/** Look without a notification. Milliseconds. */
const IDLE_MS = 500;
/** Wait while Temporal or the database is away. Milliseconds. */
const AWAY_MS = 1_000;
/** Wait for a workflow that may be just ending. Milliseconds. */
const ENDING_MS = 1_000;
/** Wait after a refusal that is not understood. Milliseconds. */
const FAILED_MS = 10_000;

/** What is under way once Temporal has been told: a delivery's first attempt, which this process makes. */
interface Told {
  readonly over: Promise<void>;
}

/** Creates the dispatcher of a worker; it does nothing until it is started. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { db, gateway, startsInline, firstAttempts, batch, logger } = options;
  const worthAClaim = Math.ceil(batch * WORTH_A_CLAIM);
  const wakeable = new Wakeable();
  const turns = new Turns();
  const underWay = new Set<Promise<void>>();
  let stopping = false;
  let hasMore = false;
  let awayUntil = 0;

  const dispatch = async (entry: OutboxEntry): Promise<void> => {
    const span = (): SpanOptions => ({
      parent: entry.traceparent,
      attributes: { 'cpm.delivery_id': entry.id },
    });
    const told = await inSpan(`outbox ${entry.action}`, span, () => tellOrGiveBack(entry));
    await told?.over;
  };

  const tellOrGiveBack = async (entry: OutboxEntry): Promise<Told | undefined> => {
    try {
      return await tell(entry);
    } catch (error) {
      const { kind, id, action, changeId } = entry;
      const about = kind === 'delivery' ? { deliveryId: id, changeId } : { id };
      logger.warn({ kind, ...about, action, err: error }, 'Temporal not told yet; it will be');
      // Should this fail as well, the lease runs out and the entry is claimed again.
      await giveBack(entry, error).catch(() => undefined);
      return undefined;
    }
  };

  /** What concerns this entry alone must not keep back the others. */
  const giveBack = async (entry: OutboxEntry, error: unknown): Promise<void> => {
    if (error instanceof TemporalAwayError) {
      awayUntil = Date.now() + AWAY_MS;
      return release(db, entry, AWAY_MS);
    }
    if (error instanceof TemporalRefusedError) return postpone(db, entry, FAILED_MS, error.message);
    return release(db, entry, FAILED_MS);
  };

  const tell = async (entry: OutboxEntry): Promise<Told | undefined> => {
    switch (entry.action) {
      case 'start':
        return start(entry);
      case 'restart':
        await gateway.restart(entry);
        break;
      case 'cancel':
        await gateway.cancel(entry);
        break;
      case 'retryNow':
      case 'subscriptionChanged':
      case 'predecessorFinished':
      case 'optInChanged':
        await gateway.signal(entry, entry.action);
        break;
    }
    await acknowledge(db, entry);
    return undefined;
  };

  const start = async (entry: OutboxEntry): Promise<Told | undefined> => {
    if (entry.kind !== 'delivery') {
      await gateway.start(entry);
      await acknowledge(db, entry);
      return undefined;
    }
    const inlineFirst = entry.subscriptionId !== null && startsInline(entry.subscriptionId);
    const over = firstAttempts.over(entry.id);
    // Acknowledged by the workflow's first load, which takes one statement less on the happy path.
    if (await gateway.start(entry, inlineFirst)) return { over };
    // One is running and was told to look again. That is enough, unless it is just ending with what was before.
    await (entry.resent ? release(db, entry, ENDING_MS) : acknowledge(db, entry));
    return undefined;
  };

  const run = async (): Promise<void> => {
    while (!stopping) {
      const free = batch - underWay.size;
      const mayClaim = free >= worthAClaim && Date.now() >= awayUntil;
      const claimed = mayClaim ? await claim(free) : [];
      if (mayClaim) hasMore = claimed.length >= free;
      for (const entry of claimed) {
        const dispatching = dispatch(entry).finally(() => {
          underWay.delete(dispatching);
          if (underWay.size === batch - worthAClaim) wakeable.wake();
        });
        underWay.add(dispatching);
      }
      // There were no more, or no more can be taken on.
      await wakeable.sleep(IDLE_MS);
    }
  };

  const claim = async (limit: number): Promise<OutboxEntry[]> => {
    try {
      return await claimEntries(db, limit, turns);
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
    notify: () => wakeable.wake(),
    hasMore: () => hasMore,
    async stop() {
      stopping = true;
      wakeable.wake();
      await running;
      await Promise.all(underWay);
    },
  };
}
