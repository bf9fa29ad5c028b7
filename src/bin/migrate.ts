/** Brings the database to the schema of this version: run it once before api and worker of a new version start. */
import { readConfig } from '../platform/config';
import { ConfigError } from '../platform/config-reader';
import { createLogger } from '../platform/logger';
import { applyMigrations } from '../platform/migrations';

async function main(): Promise<void> {
  const config = readConfig();
  if (config.databaseUrl === undefined)
    throw new ConfigError('DATABASE_URL', 'set, to the database to migrate');
  const logger = createLogger(config.logLevel, 'migrate');
  const applied = await applyMigrations({ databaseUrl: config.databaseUrl, logger });
  if (applied.length === 0) logger.info('the database is up to date');
}

main().catch((error: unknown) => {
  // One line where it can be mended; PostgreSQL's words otherwise.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
