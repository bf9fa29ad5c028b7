/** Brings the database to the schema of this version: run it once before api and worker of a new version start. */
import { z } from 'zod';
import { readConfig } from '../platform/config';
import { readDatabaseUrl } from '../platform/database-url';
import { ConfigError, reader } from '../platform/config-reader';
import { createLogger } from '../platform/logger';
import { forPeople } from '../platform/pretty-log';
import { applyMigrations } from '../platform/migrations';
import { grantServiceRole, serviceRoleOf, type ServiceRole } from '../platform/service-role';
import { awaitPart, databaseAway } from './parts/await-part';

async function main(): Promise<void> {
  const config = readConfig();
  if (config.databaseUrl === undefined)
    throw new ConfigError('DATABASE_URL', 'set, to the database to migrate');
  const role = readServiceRole(config.databaseUrl);
  const logger = createLogger(config.logLevel, 'migrate', forPeople(config.logFormat));
  const { databaseUrl } = config;
  const applied = await awaitPart(async () => {
    try {
      return await applyMigrations({ databaseUrl, logger });
    } catch (error) {
      throw databaseAway(error, databaseUrl) ?? error;
    }
  }, logger);
  if (applied.length === 0) logger.info('the database is up to date');
  if (role === undefined) return;
  await grantServiceRole(databaseUrl, role);
  logger.info('the role of the service has its rights');
}

/** Named by itself, or by the URL that API and workers connect by. */
function readServiceRole(databaseUrl: string): ServiceRole | undefined {
  const read = reader(process.env);
  const name = read('CPM_SERVICE_ROLE', z.string().max(63), 'the name of a role of the database');
  const url = readDatabaseUrl(read, 'CPM_SERVICE_DATABASE_URL');
  if (name !== undefined && url !== undefined)
    throw new ConfigError('CPM_SERVICE_ROLE', 'unset where CPM_SERVICE_DATABASE_URL names the role');
  if (name !== undefined) return { name };
  return url === undefined ? undefined : serviceRoleOf(url, databaseUrl);
}

main().catch((error: unknown) => {
  // One line where it can be mended; PostgreSQL's words otherwise.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
