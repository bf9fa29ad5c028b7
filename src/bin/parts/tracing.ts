/** Traces of a process, where `OTEL_EXPORTER_OTLP_ENDPOINT` asks for them. */
import { version } from '../../../package.json';
import type { Config } from '../../platform/config';
import type { Logger } from '../../platform/logger';
import { traceBy } from '../../platform/tracing';
import type { RunningProcess } from './process';
import type { TracedWorker } from './traced-worker';

/**
 * Starts a process with traces, or as it is where they are off: then OpenTelemetry's SDK is not loaded.
 * @param name of the service in its traces
 */
export async function withTraces<T extends RunningProcess>(
  { tracing }: Config,
  logger: Logger,
  name: string,
  start: (worker: TracedWorker | undefined) => Promise<T>,
): Promise<T> {
  if (!tracing) return start(undefined);
  const { startOpenTelemetry } = await import('../../platform/open-telemetry.js');
  const { tracedWorker } = await import('./traced-worker.js');
  const telemetry = startOpenTelemetry(tracing, { name, version }, logger);
  traceBy(telemetry);
  const stop = async (): Promise<void> => {
    traceBy(undefined);
    await telemetry.stop();
  };
  try {
    const running = await start(tracedWorker(telemetry));
    return { ...running, stop: () => running.stop().finally(stop) };
  } catch (error) {
    await stop();
    throw error;
  }
}
