/** What Temporal's SDK logs and measures, in the form of the process. */
import {
  DefaultLogger,
  makeTelemetryFilterString,
  Runtime,
  type LogEntry,
  type PrometheusMetricsExporter,
} from '@temporalio/worker';
import { deliveryIdOf } from '../../../workflows/deliver-webhook/contract';
import { freePort, LOOPBACK } from '../../embedded/index';
import type { Logger } from '../../platform/logger';
import type { ProcessMetrics } from '../../platform/metrics';

let installed = false;

/**
 * Sends the log of the SDK and of its native core through ours, once a process; our own signal handling decides when to stop.
 * @param metrics to which the SDK's own are added; it serves them on a port of loopback
 */
export async function installRuntime(logger: Logger, metrics: ProcessMetrics | undefined): Promise<void> {
  if (installed) return;
  installed = true;
  const bindAddress = metrics && `${LOOPBACK}:${await freePort()}`;
  Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger('WARN', (entry) => logEntry(logger, entry)),
    telemetryOptions: {
      // Without `forward` the core writes lines of its own form beside ours.
      logging: { filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }), forward: {} },
      ...(bindAddress !== undefined && { metrics: sdkMetrics(bindAddress) }),
    },
  });
  metrics?.append(async () => (await fetch(`http://${bindAddress}/metrics`)).text());
}

/** Whom a line is about and the kind of its error go on with it; its other fields may hold addresses and messages of servers (rule `ids-only`). */
export function logEntry(logger: Pick<Logger, 'warn' | 'error'>, { level, message, meta }: LogEntry): void {
  const {
    workflowId,
    workflow_id: named = workflowId,
    activityType,
    sdkComponent,
    error,
  } = (meta ?? {}) as Record<string, unknown>;
  const deliveryId = typeof named === 'string' ? deliveryIdOf(named) : undefined;
  const about = {
    sdkComponent,
    workflowId: named,
    activityType,
    ...(deliveryId !== undefined && { deliveryId }),
    ...(error instanceof Error && { err: error }),
  };
  logger[level === 'ERROR' ? 'error' : 'warn'](about, message);
}

function sdkMetrics(bindAddress: string): PrometheusMetricsExporter {
  const names = { countersTotalSuffix: true, unitSuffix: true, useSecondsForDurations: true };
  return { prometheus: { bindAddress, ...names } };
}
