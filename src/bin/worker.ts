/** `npm run worker`: a worker by itself, on a given database and Temporal server. */
import { createLogger } from '../platform/logger';
import { readRunnableConfig } from './parts/process';
import { runUntilStopped } from './parts/run';
import { startWorker } from './parts/worker';

void runUntilStopped(async () => {
  const config = readRunnableConfig();
  return startWorker(config, createLogger(config.logLevel, 'worker'));
});
