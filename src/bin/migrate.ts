/** Brings the database to the schema of this version: run it once before api and worker of a new version start. */
import { z } from 'zod';
import { readConfig } from '../platform/config';
import { ConfigError, reader } from '../platform/config-reader';
import { createLogger } from '../platform/logger';
import { applyMigrations } from '../platform/migrations';
import { grantServiceRole } from '../platform/service-role';

async function main(): Promise<void> {
  const config = readConfig();
  if (config.databaseUrl === undefined)
    throw new ConfigError('DATABASE_URL', 'set, to the database to migrate');
  const role = reader(process.env)(
    'CPM_SERVICE_ROLE',
    z.string().max(63),
    'the name of a role of the database',
  );
  const logger = createLogger(config.logLevel, 'migrate');
  const applied = await applyMigrations({ databaseUrl: config.databaseUrl, logger });
  if (applied.length === 0) logger.info('the database is up to date');
  if (role === undefined) return;
  await grantServiceRole(config.databaseUrl, role);
  logger.info('the role of the service has its rights');
}

main().catch((error: unknown) => {
  // One line where it can be mended; PostgreSQL's words otherwise.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
