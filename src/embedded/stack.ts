/** The embedded parts together: all are started, or none; they stop one after the other. */
import type { Logger } from '../platform/logger';
import type { ChildExit } from './child';
import { acquireDataDir } from './data-dir';
import { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './postgres';
import { type EmbeddedTemporal, type EmbeddedTemporalOptions, startEmbeddedTemporal } from './temporal';

/** Which parts to run; a part left out is one the operator brings. */
export interface EmbeddedStackOptions {
  readonly dataDir: string;
  readonly postgres?: Omit<EmbeddedPostgresOptions, 'dataDir' | 'logger'> | undefined;
  readonly temporal?: Omit<EmbeddedTemporalOptions, 'dataDir' | 'logger'> | undefined;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/** The running parts. */
export interface EmbeddedStack {
  readonly postgres: EmbeddedPostgres | undefined;
  readonly temporal: EmbeddedTemporal | undefined;
  /** Resolves when one of the parts has ended by itself: the service can't go on, and the message tells why. */
  readonly broken: Promise<ChildExit>;
  /** Stops Temporal, then PostgreSQL, and gives the data directory up. May be called again. */
  stop(): Promise<void>;
}

/**
 * Takes the data directory and starts the parts in it. When one can't start, the other is stopped again.
 *
 * @throws EmbeddedStackError with a message for the operator.
 */
export async function startEmbeddedStack(options: EmbeddedStackOptions): Promise<EmbeddedStack> {
  const { dataDir, logger } = options;
  const held = await acquireDataDir(dataDir);
  const [postgres, temporal] = await Promise.allSettled([
    options.postgres && startEmbeddedPostgres({ ...options.postgres, dataDir, logger }),
    options.temporal && startEmbeddedTemporal({ ...options.temporal, dataDir, logger }),
  ]);
  const stop = async (): Promise<void> => {
    // Temporal first: a worker that still finishes something can record it until the very end.
    if (temporal.status === 'fulfilled') await temporal.value?.stop();
    if (postgres.status === 'fulfilled') await postgres.value?.stop();
    held.release();
  };
  if (postgres.status === 'rejected' || temporal.status === 'rejected') {
    await stop();
    throw postgres.status === 'rejected' ? postgres.reason : (temporal as PromiseRejectedResult).reason;
  }
  return {
    postgres: postgres.value,
    temporal: temporal.value,
    broken: firstUnexpected([postgres.value, temporal.value].flatMap((part) => (part ? [part.exited] : []))),
    stop,
  };
}

function firstUnexpected(exits: readonly Promise<ChildExit>[]): Promise<ChildExit> {
  return new Promise((resolve) => {
    for (const exited of exits)
      void exited.then((exit) => {
        if (!exit.expected) resolve(exit);
      });
  });
}
