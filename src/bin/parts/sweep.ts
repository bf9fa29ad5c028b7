/** What happens by itself, at intervals, in every worker; each task is safe beside its twins in other workers. */
import { purgeSessions } from '../../access/sessions';
import { purgeAttempts } from '../../access/throttle';
import { evaluateAlerts, purgeAlerts } from '../../alerts/evaluate';
import { makeMessages, type Channel } from '../../alerts/make-messages';
import { purgeIdempotencyKeys } from '../../api/idempotency';
import { purgeApplications } from '../../consent/catalogue/applications';
import { eraseDueBatch } from '../../consent/erasure';
import { forgetReferences } from '../../consent/forget-references';
import { createTransitionSweep } from '../../consent/recording/due-transitions';
import { processBulkActions } from '../../delivery/bulk-actions/next-batch';
import { purgeJournal } from '../../delivery/journal';
import { purgeBulkActions } from '../../delivery/bulk-actions/purge';
import { sealStoredAnswers } from '../../delivery/seal-answers';
import { processBulkSignals } from '../../outbox/bulk-signals';
import { WORKFLOW_KINDS, type LookingKind, type WorkflowKind } from '../../outbox/entries';
import { releaseRecovered } from '../../outbox/early-recovery';
import { probeEndpoints } from '../../outbox/endpoint-probes';
import type { WorkflowGateway } from '../../outbox/gateway';
import { createOrphanSweep } from '../../outbox/orphans';
import { restoreProgress } from '../../outbox/progress';
import { purgeDeleted, purgeFinished } from '../../outbox/purge';
import { reconcile, ROUND_EVERY_MS } from '../../outbox/reconcile';
import { restartStuck } from '../../outbox/stuck-workflows';
import { thinAttempts } from '../../outbox/thin-attempts';
import type { Visibility } from '../../outbox/visibility';
import type { Database } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import type { Logger } from '../../platform/logger';
import { startPeriodic, type PeriodicTask } from '../../platform/periodic';
import { sealStoredUrls } from '../../subscriptions/seal-urls';
import { erasePreviousSecrets } from '../../subscriptions/rotate-signing-secret';

export interface SweepOptions {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly gateway: WorkflowGateway;
  readonly visibility: Visibility;
  readonly logger: Logger;
  /** Milliseconds. */
  readonly retentionMs: number;
  /** Milliseconds. */
  readonly requestTimeoutMs: number;
  /** Milliseconds. */
  readonly retryIntervalMs: number;
  /** Whether they are on where a subscription leaves that to the service. */
  readonly earlyRecovery: boolean;
  readonly halfOpenProbing: boolean;
  /** A withdrawal that is undelivered for so long is an alert; milliseconds. */
  readonly alertWithdrawalAfterMs: number;
  /** How operators are told of alerts. */
  readonly alertChannels: readonly Channel[];
  /** Registers in Temporal's namespace what is missing there, as after Temporal was emptied. */
  readonly prepareNamespace: () => Promise<void>;
  /** Called when a task left something in the outbox. */
  readonly outboxChanged: () => void;
}

/** Citizens that one run of a task takes on. */
const BATCH = 100;
/** Between looks for what operators are to be told of. Milliseconds. */
const ALERTS_EVERY_MS = 10_000;
/** Between looks whether the namespace still knows the search attributes. Milliseconds. */
const NAMESPACE_EVERY_MS = 10_000;
/** Between looks for what makes no progress. Milliseconds. */
const PROGRESS_EVERY_MS = 10_000;

function purge(what: string, run: () => Promise<unknown>): PeriodicTask {
  return { name: `purge: ${what}`, everyMs: 60_000, run: async () => (await run()) === true };
}

/** Starts the sweep. */
export function startSweep(options: SweepOptions): { stop(): Promise<void> } {
  const { db, sealer, gateway, visibility, logger, outboxChanged } = options;
  const { retentionMs, requestTimeoutMs, retryIntervalMs, halfOpenProbing } = options;
  const { alertWithdrawalAfterMs: withdrawalAfterMs, alertChannels, prepareNamespace } = options;
  const recordDueTransitions = createTransitionSweep(db, sealer);
  const lookForOrphans = createOrphanSweep(db, gateway, visibility, logger);
  const reconciliation = (kind: WorkflowKind): PeriodicTask => ({
    name: `reconciliation: ${kind}`,
    everyMs: ROUND_EVERY_MS,
    run: () => reconcile(kind, { db, gateway, visibility, logger, onEntries: outboxChanged }),
  });
  const progress = (kind: LookingKind): PeriodicTask => ({
    name: `progress: ${kind}`,
    everyMs: PROGRESS_EVERY_MS,
    run: () => restartStuck(kind, { db, gateway, logger, onEntries: outboxChanged }),
  });
  // Messages to operators are looked after where there are any.
  const kinds = WORKFLOW_KINDS.filter((kind) => kind !== 'message' || alertChannels.length > 0);
  return startPeriodic(
    [
      {
        name: 'bulk signals',
        everyMs: 1_000,
        async run() {
          if ((await processBulkSignals(db, logger)) > 0) outboxChanged();
          return false; // one batch a second: the rate is the point
        },
      },
      {
        name: 'bulk actions',
        everyMs: 1_000,
        async run() {
          if (await processBulkActions(db, logger)) outboxChanged();
          return false; // one batch a second of each
        },
      },
      {
        name: 'early recovery',
        everyMs: 1_000,
        async run() {
          if ((await releaseRecovered(db, options, logger)) > 0) outboxChanged();
          return false; // one batch a second
        },
      },
      {
        name: 'probes of endpoints',
        everyMs: 1_000,
        async run() {
          if (await probeEndpoints(db, halfOpenProbing, retryIntervalMs)) outboxChanged();
          return false;
        },
      },
      {
        name: 'transitions',
        everyMs: 1_000,
        async run() {
          const { recorded, failures, more } = await recordDueTransitions(BATCH);
          if (recorded > 0) outboxChanged();
          if (failures.length > 0) {
            const count = failures.length;
            logger.warn(
              { count, err: failures[0] },
              'transitions could not be recorded; they are tried again',
            );
          }
          return more;
        },
      },
      {
        name: 'erasure',
        everyMs: 1_000,
        async run() {
          const erased = await eraseDueBatch(db, logger);
          if (erased) outboxChanged();
          return erased;
        },
      },
      ...kinds.map(reconciliation),
      {
        name: 'orphans',
        everyMs: 10_000,
        async run() {
          await lookForOrphans();
          return false;
        },
      },
      {
        name: 'progress: delivery',
        everyMs: PROGRESS_EVERY_MS,
        run: () => restoreProgress({ db, gateway, logger, requestTimeoutMs, onEntries: outboxChanged }),
      },
      ...kinds.filter((kind) => kind !== 'delivery').map(progress),
      {
        name: 'alerts',
        everyMs: ALERTS_EVERY_MS,
        async run() {
          await evaluateAlerts(db, { withdrawalAfterMs, logger });
          if (await makeMessages(db, alertChannels)) outboxChanged();
          return false;
        },
      },
      {
        name: 'search attributes',
        everyMs: NAMESPACE_EVERY_MS,
        async run() {
          await prepareNamespace();
          return false;
        },
      },
      {
        name: 'sealing',
        everyMs: 60_000,
        async run() {
          const urls = await sealStoredUrls(db, sealer);
          if (urls > 0) logger.info({ count: urls }, 'URLs with secrets were sealed');
          return sealStoredAnswers(db, sealer);
        },
      },
      { name: 'thinning', everyMs: 60_000, run: () => thinAttempts(db) },
      // Each by itself: one that fails must not keep back the others.
      purge('idempotency keys', () => purgeIdempotencyKeys(db)),
      purge('former signing secrets', () => erasePreviousSecrets(db)),
      purge('sessions', () => purgeSessions(db)),
      purge('counted attempts', () => purgeAttempts(db)),
      purge('references of deleted citizens', () => forgetReferences(db, sealer, retentionMs)),
      purge('finished deliveries', () => purgeFinished(db, retentionMs)),
      purge('journals', () => purgeJournal(db, retentionMs)),
      purge('bulk actions', () => purgeBulkActions(db, retentionMs)),
      purge('closed alerts', () => purgeAlerts(db, retentionMs)),
      purge('what was deleted', () => purgeDeleted(db)),
      purge('deleted applications', () => purgeApplications(db)),
    ],
    logger,
  );
}
