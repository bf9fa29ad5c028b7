/** A worker process: the product's own activities, dispatcher and sweep, over the stand-ins. */
import { asyncLocalStorage, CompleteAsyncError, type Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { createDeliveryActivities } from '../../../activities/deliver-webhook';
import { createResyncActivities } from '../../../activities/resync';
import { createTransitionSweep } from '../../../src/consent/recording/due-transitions';
import { createAttemptStatements } from '../../../src/delivery/attempt/statements';
import { EndpointWatch } from '../../../src/delivery/endpoint-watch';
import { createAttemptReports } from '../../../src/outbox/attempt-reports';
import { processBulkSignals } from '../../../src/outbox/bulk-signals';
import { releaseRecovered } from '../../../src/outbox/early-recovery';
import { createDispatcher } from '../../../src/outbox/dispatcher';
import { probeEndpoints } from '../../../src/outbox/endpoint-probes';
import { WorkflowGateway } from '../../../src/outbox/gateway';
import { restoreProgress } from '../../../src/outbox/progress';
import { FirstAttempts } from '../../../src/outbox/first-attempts';
import { reconcile } from '../../../src/outbox/reconcile';
import { Visibility } from '../../../src/outbox/visibility';
import { Background } from '../../../src/platform/background';
import type { Database } from '../../../src/platform/database';
import type { Sealer } from '../../../src/platform/encryption';
import type { Logger } from '../../../src/platform/logger';
import type { ActivityTask } from '../temporal/activity-task';
import { createClient } from '../temporal/client';
import { tokenOf, type TemporalServer } from '../temporal/server';
import { type Life } from './life';
import { REQUEST_TIMEOUT_MS, type Network } from './network';
import type { Steps } from './steps';

const TIMES = { retryIntervalMs: 3_600_000, attemptBackoffMs: 1_000, requestTimeoutMs: REQUEST_TIMEOUT_MS };
/** The service's settings, as they are by default. */
const SETTINGS = { earlyRecovery: true, halfOpenProbing: false };
/** Rows that one run of a task of the sweep takes on. */
const BATCH = 100;

/** Tasks of the sweep that histories may run at any time, and that all go on in the end. */
export const SWEEP_TASKS = [
  ...(['bulk signals', 'early recovery', 'probes of endpoints', 'transitions'] as const),
  ...(['reconciliation', 'progress'] as const),
] as const;
export type SweepTask = (typeof SWEEP_TASKS)[number];

/** What workers share. */
export interface WorkerParts {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly server: TemporalServer;
  readonly steps: Steps;
  readonly network: Network;
  readonly outboxChanged: () => void;
  readonly logger: Logger;
}

type Activities = Readonly<Record<string, (...args: readonly unknown[]) => Promise<unknown>>>;

export class Worker {
  private readonly client: Client;
  private readonly gateway: WorkflowGateway;
  private readonly firstAttempts = new FirstAttempts();
  private readonly activities: Activities;

  constructor(
    readonly life: Life,
    private readonly parts: WorkerParts,
  ) {
    const { db, sealer, server, steps, network, outboxChanged, logger } = parts;
    this.client = createClient(server, steps, life);
    this.gateway = new WorkflowGateway(this.client, TIMES);
    const graceOver = new AbortController().signal;
    this.activities = {
      ...createDeliveryActivities({
        ...{ db, sealer, outboxChanged, graceOver, logger, times: TIMES, halfOpenProbing: false },
        statements: createAttemptStatements(db, TIMES),
        poster: network.posterOf(life),
        watch: new EndpointWatch(TIMES.requestTimeoutMs),
        tokens: { take: () => Promise.reject(new Error('no subscription of this world has a grant')) },
        firstAttempts: this.firstAttempts,
        metrics: { attempted: () => undefined, ended: () => undefined },
        reports: createAttemptReports(this.client, logger, graceOver),
        background: new Background(),
      }),
      ...createResyncActivities({ db, outboxChanged }),
    } as unknown as Activities;
  }

  /** Does an activity. What it finds out is lost when it dies meanwhile. */
  async perform(task: ActivityTask): Promise<void> {
    const { steps } = this.parts;
    const of = task.begin();
    const context = { info: { taskToken: tokenOf(task, of) } } as unknown as Context;
    try {
      const value = await asyncLocalStorage.run(context, () =>
        (this.activities[task.name] as Activities[string])(...task.args),
      );
      await steps.turn(this.life, `${task.name} is done`);
      task.complete(of, value);
    } catch (error) {
      if (error instanceof CompleteAsyncError) return;
      await steps.turn(this.life, `${task.name} has failed`);
      task.fail(of, error);
    }
  }

  /** Tells Temporal what is due in the outbox. */
  async dispatch(): Promise<void> {
    const { db, logger } = this.parts;
    const { gateway, firstAttempts } = this;
    const startsInline = (): boolean => false;
    const dispatcher = createDispatcher({
      db,
      gateway,
      firstAttempts,
      startsInline,
      batch: BATCH,
      logger,
    });
    dispatcher.start();
    await dispatcher.stop();
  }

  /** What the sweep does, task by task. */
  readonly sweep: Readonly<Record<SweepTask, () => Promise<unknown>>> = {
    'bulk signals': () => processBulkSignals(this.parts.db, this.parts.logger),
    'early recovery': () => releaseRecovered(this.parts.db, SETTINGS, this.parts.logger),
    'probes of endpoints': () =>
      probeEndpoints(this.parts.db, SETTINGS.halfOpenProbing, TIMES.retryIntervalMs),
    transitions: () => createTransitionSweep(this.parts.db, this.parts.sealer)(BATCH),
    reconciliation: async () => {
      await this.reconcile('delivery');
      await this.reconcile('resync');
    },
    progress: () =>
      restoreProgress({
        ...{ db: this.parts.db, gateway: this.gateway, logger: this.parts.logger },
        ...{ requestTimeoutMs: REQUEST_TIMEOUT_MS, onEntries: this.parts.outboxChanged },
      }),
  };

  private reconcile(kind: 'delivery' | 'resync'): Promise<boolean> {
    const { db, outboxChanged, logger } = this.parts;
    const visibility = new Visibility(this.client);
    return reconcile(kind, {
      db,
      gateway: this.gateway,
      visibility,
      logger,
      onEntries: outboxChanged,
    });
  }
}
