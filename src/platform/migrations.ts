/**
 * Brings the database to the schema of this version.
 *
 * Each migration is one transaction, which also records it: after a failure or a crash the database is as it was before
 * that migration, and the next run goes on with it.
 */
import { type Client, DatabaseError } from 'pg';
import { connectCreatingDatabase } from './create-database';
import { hasCode } from './error-code';
import type { Logger } from './logger';
import { hasChecksum, type Migration, MIGRATIONS_DIR, readMigrations } from './migration-files';
import { createRecord, readRecord, type RecordedMigration, recordMigration } from './migration-record';

/** The advisory lock that Prisma's own engine takes, so that `prisma migrate` and this code exclude each other too. */
export const MIGRATION_LOCK = 72_707_369;

/** PostgreSQL's code for a lock that was not had in time. */
const LOCK_NOT_AVAILABLE = '55P03';

/** What {@link applyMigrations} needs. */
export interface MigrationOptions {
  readonly databaseUrl: string;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  /** Where the migrations are; default `prisma/migrations`. */
  readonly directory?: string;
  /**
   * Longest wait for a lock, in milliseconds; default a minute. Holds for another process that migrates, and for each table
   * that a migration alters: while a migration waits for a table, everybody else waits for it too.
   */
  readonly lockLimitMs?: number;
}

/** The database can't be brought to this version. The message is one line that says what to do. */
export class MigrationError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MigrationError';
  }
}

/**
 * Applies the migrations that the database lacks and returns their names; creates the database where it is missing.
 *
 * Several processes may call it at once: a lock lets one after the other in, and the later ones find nothing to do.
 * `prisma migrate` commands agree with what is done here.
 * @throws MigrationError when the database is newer than this version, is not one of ours, or a migration failed.
 */
export async function applyMigrations({
  databaseUrl,
  logger,
  directory = MIGRATIONS_DIR,
  lockLimitMs = 60_000,
}: MigrationOptions): Promise<readonly string[]> {
  const migrations = await readMigrations(directory);
  const client = await connectCreatingDatabase(databaseUrl);
  const applied: string[] = [];
  try {
    for (;;) {
      const { name, edited } = await inTransaction(client, () => applyNext(client, migrations, lockLimitMs));
      if (name === undefined) {
        if (edited.length > 0)
          logger.warn({ migrations: edited }, 'migrations were edited after they had been applied');
        break;
      }
      applied.push(name);
    }
  } finally {
    await client.end();
  }
  if (applied.length > 0) logger.info({ migrations: applied }, 'database migrated');
  return applied;
}

/** What one step did: the migration it applied, if any was missing, and those that are not what was applied once. */
interface Step {
  readonly name: string | undefined;
  readonly edited: readonly string[];
}

/** Applies the first migration that is missing. Looks afresh each time, since another process may have gone on meanwhile. */
async function applyNext(
  client: Client,
  migrations: readonly Migration[],
  lockLimitMs: number,
): Promise<Step> {
  await takeLock(client, lockLimitMs);
  let recorded = await readRecord(client);
  if (recorded === undefined) {
    await refuseForeignTables(client);
    await createRecord(client);
    recorded = [];
  }
  refuseUnfinished(recorded);
  refuseNewer(recorded, migrations);
  const checksums = new Map(recorded.map(({ name, checksum }) => [name, checksum]));
  const next = migrations.find(({ name }) => !checksums.has(name));
  if (next) await recordMigration(client, next, () => run(client, next));
  const edited = migrations.filter(({ name, sql }) => {
    const checksum = checksums.get(name);
    return checksum !== undefined && !hasChecksum(sql, checksum);
  });
  return { name: next?.name, edited: edited.map(({ name }) => name) };
}

/**
 * Waits until no other process migrates. The lock ends with the transaction: a lock of the session would remain
 * where a pooler such as PgBouncer hands the session on.
 */
async function takeLock(client: Client, limitMs: number): Promise<void> {
  await client.query(`select set_config('lock_timeout', $1, true)`, [`${limitMs}ms`]);
  try {
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
  } catch (cause) {
    if (!hasCode(cause, LOCK_NOT_AVAILABLE)) throw cause;
    throw new MigrationError(
      `another process has been migrating this database for ${limitMs / 1_000} s: wait for its end and migrate again` +
        ` (pg_locks shows who holds the advisory lock ${MIGRATION_LOCK})`,
      { cause },
    );
  }
}

async function run(client: Client, { name, sql }: Migration): Promise<void> {
  try {
    await client.query(sql);
  } catch (cause) {
    throw new MigrationError(`migration ${name} failed and was undone: ${describe(cause, sql)}`, { cause });
  }
}

/** PostgreSQL's complaint, without the detail, which can repeat stored values. */
function describe(error: unknown, sql: string): string {
  if (!(error instanceof DatabaseError)) return error instanceof Error ? error.message : String(error);
  const { message, code, position } = error;
  const line = position === undefined ? '' : `, line ${sql.slice(0, Number(position)).split('\n').length}`;
  return `${message} (SQLSTATE ${code}${line})`;
}

/** Somebody else's tables are not added to: a wrong DATABASE_URL is likelier. Tables of extensions don't count. */
async function refuseForeignTables(client: Client): Promise<void> {
  const { rows } = await client.query<{ schema: string }>(
    `select current_schema() as schema from pg_class
     where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')
       and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = pg_class.oid and deptype = 'e')
     limit 1`,
  );
  const [found] = rows;
  if (found) {
    throw new MigrationError(
      `the schema "${found.schema}" of this database has tables but no record of migrations: ` +
        'set DATABASE_URL to an empty database, or to one of this service',
    );
  }
}

/** Nobody knows what such a migration has changed: Prisma's native engine does not undo it in every case. */
function refuseUnfinished(recorded: readonly RecordedMigration[]): void {
  const unfinished = recorded.find(({ finished }) => !finished);
  if (!unfinished) return;
  const { name } = unfinished;
  throw new MigrationError(
    `migration ${name} failed before: undo by hand what it has changed, then run ` +
      `"update _prisma_migrations set rolled_back_at = now() where migration_name = '${name}' and finished_at is null" and migrate again`,
  );
}

/** An older version would write what the newer schema no longer means. */
function refuseNewer(recorded: readonly RecordedMigration[], migrations: readonly Migration[]): void {
  const known = new Set(migrations.map(({ name }) => name));
  const newer = recorded.find(({ name }) => !known.has(name));
  if (!newer) return;
  throw new MigrationError(
    `the database is newer than this version: it has the migration ${newer.name}, which this version lacks; ` +
      'run the version that brought it, or a later one',
  );
}

async function inTransaction<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    // Fails only where the connection is lost, which ends the transaction as well.
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}
