/** A worker: runs workflows and activities, dispatches the outbox, sweeps. Any number of them may run. */
import { setMaxListeners } from 'node:events';
import path from 'node:path';
import { Client } from '@temporalio/client';
import { NativeConnection, type WorkerOptions } from '@temporalio/worker';
import { createDeliveryActivities } from '../../../activities/deliver-webhook';
import { createDoubleOptInActivities } from '../../../activities/double-opt-in';
import { createTellOperatorsActivities } from '../../../activities/tell-operators';
import { createResyncActivities } from '../../../activities/resync';
import { SEARCH_ATTRIBUTES } from '../../../workflows/shared/search-attributes';
import { TASK_QUEUE } from '../../../workflows/shared/task-queue';
import { byEmail } from '../../alerts/by-email';
import { byWebhook } from '../../alerts/by-webhook';
import { CHANNELS } from '../../alerts/make-messages';
import type { Senders } from '../../alerts/send-message';
import { alertSigningKeys } from '../../alerts/signing-keys';
import { createAttemptReports } from '../../outbox/attempt-reports';
import { createDispatcher } from '../../outbox/dispatcher';
import { FirstAttempts } from '../../outbox/first-attempts';
import { OUTBOX_CHANNEL } from '../../outbox/notify';
import { WorkflowGateway } from '../../outbox/gateway';
import { Visibility } from '../../outbox/visibility';
import { AttemptMetrics } from '../../delivery/attempt/metrics';
import { createAttemptStatements } from '../../delivery/attempt/statements';
import { AccessTokens } from '../../delivery/tokens/access-tokens';
import { EndpointWatch } from '../../delivery/endpoint-watch';
import { createPoster, type WebhookPoster } from '../../delivery/http/post';
import { installRuntime } from './sdk-runtime';
import { startSweep } from './sweep';
import type { TracedWorker } from './traced-worker';
import { Background } from '../../platform/background';
import type { WorkerCapacity } from '../../platform/capacity';
import { checksOf } from '../../platform/dependencies';
import { keepHeapSmall } from '../../platform/heap';
import { createLeanWorker } from '../../platform/lean-worker';
import { startListener } from '../../platform/listener';
import type { Logger } from '../../platform/logger';
import { ProcessMetrics } from '../../platform/metrics';
import { projectRoot } from '../../platform/project-root';
import { connectionOptions, ensureSearchAttributes } from '../../platform/temporal';
import { failureOf } from '../../platform/worker-failure';
import { awaitTemporal, whyRefused } from './await-temporal';
import { openStore } from './open-store';
import type { RunnableConfig, RunningProcess } from './process';

/** Built ahead, with the very SDK that runs it. */
const WORKFLOW_BUNDLE = path.join(projectRoot, 'dist/workflow-bundle.js');
/** Attempts still in flight after this are given back: another worker makes them again. */
const GRACE_MS = 10_000;

/**
 * Starts a worker.
 * @param metrics of the process
 * @param traced where it goes on with traces
 */
export async function startWorker(
  config: RunnableConfig,
  logger: Logger,
  metrics = new ProcessMetrics(),
  traced?: TracedWorker,
): Promise<RunningProcess> {
  keepHeapSmall();
  await installRuntime(logger, config.metricsListener && metrics);
  const { db, sealer } = await openStore(config, logger);
  metrics.showPool('worker', db.pool);
  await awaitTemporal(config, logger);
  const poster = createPoster(config);
  const firstAttempts = new FirstAttempts();
  const watch = new EndpointWatch(config.requestTimeoutMs);
  const tokens = new AccessTokens(db, sealer, poster);
  const senders = sendersOf(config, poster);
  const { namespace } = config.temporal;
  const connection = await NativeConnection.connect(connectionOptions(config.temporal));
  metrics.showDependencies('worker', checksOf(db, connection, namespace));
  // The dispatcher shares the worker's connection: only so can the server hand it a workflow's first task at once.
  const client = new Client({
    ...{ connection, namespace },
    ...(traced && { interceptors: { workflow: traced.clientInterceptors } }),
  });
  const gateway = new WorkflowGateway(client, config);
  const visibility = new Visibility(client);
  const dispatcher = createDispatcher({
    ...{ db, gateway, firstAttempts, batch: config.worker.dispatchBatch, logger },
    startsInline: (subscriptionId) => watch.startsInline(subscriptionId),
  });
  const statements = createAttemptStatements(db, config, dispatcher.hasMore);
  const outboxChanged = dispatcher.notify;
  const graceOver = new AbortController();
  setMaxListeners(0, graceOver.signal); // one for each attempt in flight
  const background = new Background();
  const worker = await createLeanWorker({
    connection,
    namespace,
    taskQueue: TASK_QUEUE,
    workflowBundle: { codePath: WORKFLOW_BUNDLE },
    activities: {
      ...createDeliveryActivities({
        ...{
          db,
          statements,
          sealer,
          logger,
          poster,
          watch,
          tokens,
          firstAttempts,
          metrics: new AttemptMetrics(metrics),
          times: config,
          halfOpenProbing: config.halfOpenProbing,
          outboxChanged,
        },
        reports: createAttemptReports(client, logger, graceOver.signal),
        ...{ background, graceOver: graceOver.signal },
      }),
      ...createDoubleOptInActivities({ db, sealer, logger, publicUrl: config.publicUrl, outboxChanged }),
      ...createResyncActivities({ db, outboxChanged }),
      ...createTellOperatorsActivities({ db, logger, senders, times: config }),
    },
    ...workerOptions(config.worker),
    ...traced?.options,
  });
  const running = worker.run();
  dispatcher.start();
  const listener = startListener({
    ...{ databaseUrl: config.databaseDirectUrl ?? config.databaseUrl, channel: OUTBOX_CHANNEL, logger },
    onNotification: outboxChanged,
  });
  const { retentionMs, requestTimeoutMs, retryIntervalMs, earlyRecovery, halfOpenProbing } = config;
  const { alertWithdrawalAfterMs } = config;
  const sweep = startSweep({
    ...{ db, sealer, gateway, visibility, logger, outboxChanged },
    ...{ retentionMs, requestTimeoutMs, retryIntervalMs, earlyRecovery, halfOpenProbing },
    ...{ alertWithdrawalAfterMs, alertChannels: CHANNELS.filter((channel) => senders[channel]) },
    prepareNamespace: () => ensureSearchAttributes(connection, config.temporal, SEARCH_ATTRIBUTES, logger),
  });
  logger.info({ taskQueue: TASK_QUEUE, namespace }, 'worker started');

  const stop = async (): Promise<void> => {
    const grace = setTimeout(() => graceOver.abort(), GRACE_MS);
    // At once, so that a dispatcher that waits for a slow Temporal does not keep the worker taking tasks.
    if (worker.getState() === 'RUNNING') worker.shutdown();
    await Promise.all([
      ...[sweep.stop(), listener.stop(), dispatcher.stop()],
      // Of one that has failed it may never end.
      worker.getState() === 'FAILED' ? undefined : running.catch(() => undefined),
    ]);
    await background.settled(); // requests whose activities have given their slots back
    clearTimeout(grace);
    await poster.close();
    if (worker.getState() !== 'FAILED') await connection.close(); // the SDK refuses where a worker still holds it
    await db.$disconnect();
    logger.info('worker stopped');
  };
  let stopped: Promise<void> | undefined;
  return {
    failed: failureOf(worker, running, () => stopped !== undefined).catch((error: unknown) =>
      whyRefused(error, config, logger),
    ),
    stop: () => (stopped ??= stop()),
  };
}

/**
 * A slot is held while the database is asked, never while a receiver is (rule `neighbours-do-not-wait`): so a few for each of its
 * connections. What finds none waits in Temporal's queue rather than in the pool's, where an attempt's time to begin runs out.
 */
function workerOptions(capacity: WorkerCapacity): Partial<WorkerOptions> {
  return {
    shutdownGraceTime: GRACE_MS,
    shutdownForceTime: GRACE_MS + 5_000,
    maxConcurrentWorkflowTaskExecutions: capacity.workflowSlots,
    maxConcurrentLocalActivityExecutions: capacity.workflowSlots, // a workflow task has no more than one
    maxConcurrentActivityTaskExecutions: capacity.activitySlots,
    workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: capacity.workflowPollers },
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: capacity.activityPollers },
    maxCachedWorkflows: capacity.cachedWorkflows,
    // What a dead worker had cached goes to another after this. Histories are small, so a needless replay costs little.
    stickyQueueScheduleToStartTimeout: '2s',
  };
}

/** How operators are told of alerts. */
function sendersOf(config: RunnableConfig, poster: WebhookPoster): Senders {
  const { alertWebhookUrl: url, alertEmail, publicUrl } = config;
  const signingKeys = alertSigningKeys([config.encryptionKey]);
  return {
    ...(url !== undefined && { webhook: byWebhook(poster, { url, signingKeys, publicUrl }) }),
    ...(alertEmail && { email: byEmail(alertEmail, publicUrl) }),
  };
}
