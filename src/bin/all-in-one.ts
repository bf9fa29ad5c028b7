/** `npm start`: everything for one machine. What the environment does not name is embedded. */
import { createLogger } from '../platform/logger';
import { forPeople } from '../platform/pretty-log';
import { startAllInOne } from './parts/all-in-one';
import { withMetrics } from './parts/metrics';
import { runUntilStopped } from './parts/run';
import { withTraces } from './parts/tracing';
import { readConfig } from '../platform/config';

void runUntilStopped(async () => {
  const config = readConfig();
  const logger = createLogger(config.logLevel, 'cpm-webhooks', forPeople(config.logFormat));
  return withTraces(config, logger, 'cpm-webhooks', (traced) =>
    withMetrics(config, logger, (metrics) => startAllInOne(config, logger, metrics, traced)),
  );
});
