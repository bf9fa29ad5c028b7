/**
 * Prisma's own record of what was applied, the table `_prisma_migrations`: read and written as `prisma migrate deploy`
 * does, so that either may go on where the other stopped.
 */
import { randomUUID } from 'node:crypto';
import type { Client, ClientBase } from 'pg';
import { checksumOf, type Migration } from './migration-files';

/** A migration of the record that was not rolled back. */
export interface RecordedMigration {
  readonly name: string;
  readonly checksum: string;
  /** False: its application began and failed, or was cut off. */
  readonly finished: boolean;
}

/** What the database records; undefined where it has no record yet. */
export async function readRecord(client: ClientBase): Promise<readonly RecordedMigration[] | undefined> {
  const table = await client.query<{ exists: boolean }>(
    `select to_regclass('_prisma_migrations') is not null as exists`,
  );
  if (table.rows[0]?.exists !== true) return undefined;
  const { rows } = await client.query<RecordedMigration>(
    `select migration_name as name, checksum, finished_at is not null as finished
     from _prisma_migrations where rolled_back_at is null order by started_at`,
  );
  return rows;
}

/** Creates the table in Prisma's own form. */
export async function createRecord(client: Client): Promise<void> {
  await client.query(
    `create table _prisma_migrations (
       id                      varchar(36) primary key not null,
       checksum                varchar(64) not null,
       finished_at             timestamptz,
       migration_name          varchar(255) not null,
       logs                    text,
       rolled_back_at          timestamptz,
       started_at              timestamptz not null default now(),
       applied_steps_count     integer not null default 0
     )`,
  );
}

/** Runs the work of a migration and records it with the time that it took. */
export async function recordMigration(
  client: Client,
  { name, sql }: Migration,
  work: () => Promise<void>,
): Promise<void> {
  const id = randomUUID();
  // Not now(), which is the same at both ends of a transaction.
  await client.query(
    `insert into _prisma_migrations (id, checksum, migration_name, started_at)
     values ($1, $2, $3, clock_timestamp())`,
    [id, checksumOf(sql), name],
  );
  await work();
  await client.query(
    `update _prisma_migrations set finished_at = clock_timestamp(), applied_steps_count = 1 where id = $1`,
    [id],
  );
}
