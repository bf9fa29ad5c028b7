/** `npm run worker`: a worker by itself, on a given database and Temporal server. */
import { createLogger } from '../platform/logger';
import { forPeople } from '../platform/pretty-log';
import { withMetrics } from './parts/metrics';
import { readRunnableConfig } from './parts/process';
import { runUntilStopped } from './parts/run';
import { withTraces } from './parts/tracing';
import { startWorker } from './parts/worker';

void runUntilStopped(async () => {
  const config = readRunnableConfig();
  const logger = createLogger(config.logLevel, 'worker', forPeople(config.logFormat));
  return withTraces(config, logger, 'cpm-webhooks-worker', (traced) =>
    withMetrics(config, logger, (metrics) => startWorker(config, logger, metrics, traced)),
  );
});
