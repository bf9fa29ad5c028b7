/** `npm run api`: the API and admin UI by themselves, on a given database and Temporal server. */
import { createLogger } from '../platform/logger';
import { forPeople } from '../platform/pretty-log';
import { startApi } from './parts/api';
import { withMetrics } from './parts/metrics';
import { readRunnableConfig } from './parts/process';
import { runUntilStopped } from './parts/run';
import { withTraces } from './parts/tracing';

void runUntilStopped(async () => {
  const config = readRunnableConfig();
  const logger = createLogger(config.logLevel, 'api', forPeople(config.logFormat));
  const api = await withTraces(config, logger, 'cpm-webhooks-api', () =>
    withMetrics(config, logger, (metrics) => startApi(config, logger, { metrics })),
  );
  if (api.newApiKey !== undefined) process.stdout.write(`First API key, shown only now: ${api.newApiKey}\n`);
  if (api.newAdministrator)
    process.stdout.write(`First administrator: ${api.newAdministrator.email}, password as configured\n`);
  if (api.setupCode !== undefined)
    process.stdout.write(
      `There is no administrator yet; the admin UI asks for this code: ${api.setupCode}\n`,
    );
  return api;
});
