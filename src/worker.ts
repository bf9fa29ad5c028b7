/** `npm run worker`: a worker by itself, on a given database and Temporal server. */
import { createLogger } from './platform/logger';
import { readRunnableConfig } from './processes/process';
import { runUntilStopped } from './processes/run';
import { startWorker } from './processes/worker';

void runUntilStopped(async () => {
  const config = readRunnableConfig();
  return startWorker(config, createLogger(config.logLevel, 'worker'));
});
