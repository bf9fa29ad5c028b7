/** What happens by itself, at intervals, in every worker; each task is safe beside its twins in other workers. */
import type { Client } from '@temporalio/client';
import { purgeSessions } from '../../access/sessions';
import { purgeAttempts } from '../../access/throttle';
import { recordDueTransitions } from '../../consent/recording/due-transitions';
import type { Database } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { purgeIdempotencyKeys } from '../../api/idempotency';
import type { Logger } from '../../platform/logger';
import { erasePreviousSecrets } from '../../subscriptions/rotate-signing-secret';
import type { TemporalGateway } from '../../outbox/gateway';
import { startDueResyncs } from '../../outbox/start-due';
import { OptInGateway } from '../../outbox/opt-in-gateway';
import { reconcileOptIns } from '../../outbox/reconcile-opt-ins';
import { startPeriodic } from '../../platform/periodic';
import { createOrphanSweep } from '../../outbox/orphans';
import { purgeDeleted, purgeFinished } from '../../outbox/purge';
import { reconcile } from '../../outbox/reconcile';
import { wakeUnblocked } from '../../outbox/progress';
import { advanceWakeUps } from '../../outbox/wake-ups';

export interface SweepOptions {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly gateway: TemporalGateway;
  readonly client: Client;
  readonly logger: Logger;
  /** Milliseconds. */
  readonly retentionMs: number;
  /** Called when a task left something in the outbox. */
  readonly outboxChanged: () => void;
}

/** Citizens, or deliveries, that one run of a task takes on. */
const BATCH = 100;

/** Starts the sweep. */
export function startSweep(options: SweepOptions): { stop(): Promise<void> } {
  const { db, sealer, gateway, client, logger, outboxChanged } = options;
  const optIns = new OptInGateway(client);
  const lookForOrphans = createOrphanSweep(db, gateway);
  return startPeriodic(
    [
      {
        name: 'wake-ups',
        everyMs: 1_000,
        async run() {
          if ((await advanceWakeUps(db)) > 0) outboxChanged();
          return false; // one step a second: the rate is the point
        },
      },
      {
        name: 'transitions',
        everyMs: 1_000,
        async run() {
          const recorded = await recordDueTransitions(db, sealer, { limit: BATCH });
          if (recorded > 0) outboxChanged();
          return recorded === BATCH;
        },
      },
      { name: 'reconciliation', everyMs: 1_000, run: () => reconcile(db, gateway, logger, outboxChanged) },
      {
        name: 'orphans',
        everyMs: 10_000,
        async run() {
          await lookForOrphans();
          return false;
        },
      },
      { name: 'resyncs', everyMs: 1_000, run: () => startDueResyncs(db, client) },
      {
        name: 'reconciliation of opt-ins',
        everyMs: 5_000,
        run: () => reconcileOptIns(db, optIns, logger, outboxChanged),
      },
      { name: 'unblocking', everyMs: 10_000, run: async () => (await wakeUnblocked(db, BATCH)) === BATCH },
      {
        name: 'purge',
        everyMs: 60_000,
        async run() {
          await purgeIdempotencyKeys(db);
          await erasePreviousSecrets(db);
          await purgeSessions(db);
          await purgeAttempts(db);
          return (await purgeFinished(db, options.retentionMs)) || purgeDeleted(db);
        },
      },
    ],
    logger,
  );
}
