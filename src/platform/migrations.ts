/** Brings the database to the schema of this version: `prisma/migrations/<name>/migration.sql`, in order, each once. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'pg';
import { hasCode } from './error-code';
import type { Logger } from './logger';
import { projectRoot } from './project-root';
import { type MigrationList, withSchemaEngine } from './schema-engine';

const MIGRATIONS_DIR = path.join(projectRoot, 'prisma', 'migrations');

/** Any number; the same in every process that migrates. Differs from the one Prisma's native engine takes. */
const MIGRATION_LOCK = 4_027_113;

/** PostgreSQL error codes: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const INVALID_CATALOG_NAME = '3D000';
const DUPLICATE_DATABASE = '42P04';
const UNIQUE_VIOLATION = '23505';

/** What {@link applyMigrations} needs. */
export interface MigrationOptions {
  readonly databaseUrl: string;
  readonly logger: Pick<Logger, 'info'>;
}

/**
 * Applies the migrations that the database lacks and returns their names; creates the database where it is missing.
 *
 * Several processes may call it at once: an advisory lock lets one after the other in, and the later ones find
 * nothing to do. The engine and its `_prisma_migrations` table are Prisma's own, so `prisma migrate` commands agree
 * with what is done here. A migration that fails stays marked as failed there, and the next run says so.
 */
export async function applyMigrations({ databaseUrl, logger }: MigrationOptions): Promise<readonly string[]> {
  await createDatabaseIfMissing(databaseUrl);
  const applied = await withMigrationLock(databaseUrl, async () => {
    const migrationsList = await readMigrations();
    return withSchemaEngine(databaseUrl, async (engine) => {
      const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters: NO_FILTERS });
      return appliedMigrationNames;
    });
  });
  if (applied.length > 0) logger.info({ migrations: applied }, 'database migrated');
  return applied;
}

const NO_FILTERS = { externalTables: [], externalEnums: [] };

/** The migrations of this version, in the form the engine takes. */
export async function readMigrations(directory: string = MIGRATIONS_DIR): Promise<MigrationList> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const migrationDirectories = await Promise.all(
    names.sort().map(async (name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: {
          tag: 'ok' as const,
          value: await readFile(path.join(directory, name, 'migration.sql'), 'utf8'),
        },
      },
    })),
  );
  return {
    baseDir: directory,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories,
  };
}

async function withMigrationLock<T>(databaseUrl: string, work: () => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return await work();
  } finally {
    // Ends the session, and with it the lock.
    await client.end();
  }
}

async function createDatabaseIfMissing(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  try {
    await client.connect();
  } catch (error) {
    if (!hasCode(error, INVALID_CATALOG_NAME)) throw error;
    await createDatabase(databaseUrl);
  } finally {
    await client.end();
  }
}

async function createDatabase(databaseUrl: string): Promise<void> {
  const server = new URL(databaseUrl);
  const name = decodeURIComponent(server.pathname.slice(1));
  server.pathname = '/postgres';
  const client = new Client({ connectionString: server.href });
  await client.connect();
  try {
    await client.query(`create database ${client.escapeIdentifier(name)}`);
  } catch (error) {
    // Another process was first; which of the two codes tells depends on how close it was.
    if (!hasCode(error, DUPLICATE_DATABASE) && !hasCode(error, UNIQUE_VIOLATION)) throw error;
  } finally {
    await client.end();
  }
}
