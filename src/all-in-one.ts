/** `npm start`: everything for one machine. What the environment does not name is embedded. */
import { createLogger } from './platform/logger';
import { startAllInOne } from './processes/all-in-one';
import { runUntilStopped } from './processes/run';
import { readConfig } from './platform/config';

void runUntilStopped(async () => {
  const config = readConfig();
  return startAllInOne(config, createLogger(config.logLevel, 'cpm-webhooks'));
});
