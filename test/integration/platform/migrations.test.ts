/** Migrations are applied by code of ours and recorded as Prisma does; Prisma's own schema engine checks the result. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { MIGRATIONS_DIR, readMigrations } from '../../../src/platform/migration-files';
import { applyMigrations, MIGRATION_LOCK } from '../../../src/platform/migrations';
import { projectRoot } from '../../../src/platform/project-root';
import { keepSessions } from '../../harness/session-keeper';
import { startTestPostgres, type TestPostgres } from '../../harness/stack';

const logger = { info: jest.fn(), warn: jest.fn() };

let postgres: TestPostgres;
/** A database that does not exist yet, and a directory of migrations of a test's own. */
let url: string;
let directory: string;

beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

beforeEach(() => {
  const fresh = new URL(postgres.url);
  fresh.pathname = `/fresh_${randomBytes(4).toString('hex')}`;
  url = fresh.href;
  directory = mkdtempSync(path.join(tmpdir(), 'cpm-migrations-'));
});
afterEach(async () => {
  jest.clearAllMocks();
  rmSync(directory, { recursive: true });
  await rows(postgres.url, `drop database if exists ${new URL(url).pathname.slice(1)} with (force)`);
});

async function connected<T>(databaseUrl: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

const rows = <T extends object = Record<string, unknown>>(databaseUrl: string, sql: string): Promise<T[]> =>
  connected(databaseUrl, async (client) => (await client.query<T>(sql)).rows);

function write(name: string, sql: string): void {
  mkdirSync(path.join(directory, name), { recursive: true });
  writeFileSync(path.join(directory, name, 'migration.sql'), sql);
}

/** Applies the test's own migrations. */
const apply = (lockLimitMs?: number): Promise<readonly string[]> =>
  applyMigrations({
    ...{ databaseUrl: url, directory, logger },
    ...(lockLimitMs !== undefined && { lockLimitMs }),
  });

/** The same by Prisma's schema engine, on a database that exists. */
async function applyByPrisma(from: string): Promise<string[]> {
  const program = path.join(projectRoot, 'test', 'harness', 'prisma-migrate.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [program, url, from]);
  return JSON.parse(stdout) as string[];
}

const createDatabase = (): Promise<unknown> =>
  rows(postgres.url, `create database ${new URL(url).pathname.slice(1)}`);

const recorded = async (): Promise<unknown[]> =>
  (
    await rows<{ migration_name: string }>(url, 'select * from _prisma_migrations order by started_at, id')
  ).map((row) => row.migration_name);

describe('applying migrations', () => {
  it('finds nothing to do in a database that has them', async () => {
    await expect(applyMigrations({ databaseUrl: postgres.url, logger })).resolves.toEqual([]);
  });

  it('creates a missing database and applies each migration once, however many processes begin together', async () => {
    const runs = await Promise.all([1, 2, 3].map(() => applyMigrations({ databaseUrl: url, logger })));
    const names = (await readMigrations()).map(({ name }) => name);
    expect(runs.flat().sort()).toEqual(names);
    expect(await recorded()).toEqual(names);
  });

  it('waits no longer for another process that migrates than its limit, and says how to find that one', async () => {
    write('1_first', 'create table first ()');
    await createDatabase();
    await connected(url, async (other) => {
      await other.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
      await expect(apply(200)).rejects.toThrow(
        `another process has been migrating this database for 0.2 s: wait for its end and migrate again (pg_locks shows who holds the advisory lock ${MIGRATION_LOCK})`,
      );
    });
    await expect(apply()).resolves.toEqual(['1_first']);
  });

  it('holds no lock any more in a session that a pooler keeps', async () => {
    await createDatabase();
    const pooler = await keepSessions(url);
    try {
      await expect(applyMigrations({ databaseUrl: pooler.url, logger })).resolves.not.toEqual([]);
      await expect(apply(1_000)).rejects.toThrow('the database is newer than this version');
    } finally {
      pooler.close();
    }
  });

  it('undoes a migration that fails, says where it failed, and goes on with it once it is mended', async () => {
    write('1_first', 'create table first ()');
    write('2_second', 'create table second ();\ninsert into first\nselect * from missing;\n');
    await expect(apply()).rejects.toThrow(
      'migration 2_second failed and was undone: relation "missing" does not exist (SQLSTATE 42P01, line 3)',
    );
    expect(await recorded()).toEqual(['1_first']);
    write('2_second', 'create table second ()');
    write('3_third', 'create table third ()');
    await expect(apply()).resolves.toEqual(['2_second', '3_third']);
  });

  it('goes on with a warning where a migration was edited after it had been applied, but not for its line ends', async () => {
    write('1_first', 'create table first ();\n');
    write('2_second', 'create table second ();\n');
    await apply();
    write('1_first', '-- The first one.\ncreate table first ();\n');
    write('2_second', 'create table second ();\r\n');
    await expect(apply()).resolves.toEqual([]);
    expect(logger.warn.mock.calls).toEqual([
      [{ migrations: ['1_first'] }, 'migrations were edited after they had been applied'],
    ]);
  });

  it('refuses a database that is newer than this version', async () => {
    write('1_first', 'create table first ()');
    write('2_second', 'create table second ()');
    await apply();
    rmSync(path.join(directory, '2_second'), { recursive: true });
    write('3_third', 'create table third ()');
    await expect(apply()).rejects.toThrow(
      'the database is newer than this version: it has the migration 2_second, which this version lacks; run the version that brought it, or a later one',
    );
    expect(await recorded()).toEqual(['1_first', '2_second']);
  });

  it("refuses a database that holds somebody else's tables", async () => {
    write('1_first', 'create table first ()');
    await createDatabase();
    await rows(url, 'create table theirs ()');
    await expect(apply()).rejects.toThrow(
      'the schema "public" of this database has tables but no record of migrations: set DATABASE_URL to an empty database, or to one of this service',
    );
    expect(
      await rows(url, 'select relname from pg_class where relname in ($$first$$, $$_prisma_migrations$$)'),
    ).toEqual([]);
  });
});

describe('beside prisma migrate', () => {
  const RECORD = `select migration_name, checksum, logs, rolled_back_at, applied_steps_count, id ~ '^[0-9a-f-]{36}$' as uuid,
    started_at <= finished_at as in_order, finished_at <= clock_timestamp() as past from _prisma_migrations order by 1`;
  const COLUMNS = `select column_name, data_type, character_maximum_length, is_nullable, column_default
    from information_schema.columns where table_name = '_prisma_migrations' order by ordinal_position`;

  it("leaves a record as Prisma's engine does, which finds nothing to do, and the other way round", async () => {
    await applyMigrations({ databaseUrl: url, logger });
    const ours = [await rows(url, RECORD), await rows(url, COLUMNS)];
    await expect(applyByPrisma(MIGRATIONS_DIR)).resolves.toEqual([]);

    await rows(postgres.url, `drop database ${new URL(url).pathname.slice(1)}`);
    await createDatabase();
    const names = (await readMigrations()).map(({ name }) => name);
    await expect(applyByPrisma(MIGRATIONS_DIR)).resolves.toEqual(names);
    expect([await rows(url, RECORD), await rows(url, COLUMNS)]).toEqual(ours);
    await expect(applyMigrations({ databaseUrl: url, logger })).resolves.toEqual([]);
    expect(logger.warn).not.toHaveBeenCalled();
  });

  it('refuses to go on after a migration that failed there, until it is marked as undone in the way it names', async () => {
    write('1_first', 'create table first ();\nselect * from missing;\n');
    await createDatabase();
    await expect(applyByPrisma(directory)).rejects.toThrow('missing');
    write('1_first', 'create table first ();\n');
    const refusal = await apply().catch((error: Error) => error.message);
    expect(refusal).toMatch(
      /^migration 1_first failed before: undo by hand what it has changed, then run "[^\n]+" and migrate again$/,
    );
    const [, remedy = ''] = /"(update .+)"/.exec(String(refusal)) ?? [];
    await rows(url, remedy);
    await expect(apply()).resolves.toEqual(['1_first']);
    await expect(applyByPrisma(directory)).resolves.toEqual([]);
  });
});
