/** A PostgreSQL for the histories of all processes, with a database for each lane of them. */
import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../src/embedded/index';
import { openDatabase } from '../../src/platform/database';
import { applyMigrations } from '../../src/platform/migrations';
import { clearAfterDeath } from '../harness/clear-after-death';
import { Keeper } from './world/schema';
import { SILENT } from './world/silent';
import { StepwiseDatabase } from './world/stepwise-database';
import type { Machine } from './world/world';

const WORKERS = 2;
/** More than a history ever needs at once: who waits for one waits for no lock that could be seen. */
const MOST_CONNECTIONS = 100;
/** Nothing of a history outlives its process. */
const SETTINGS = {
  ...{
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    wal_level: 'minimal',
    max_wal_senders: '0',
  },
  ...{ max_connections: '1000', shared_buffers: '256MB', checkpoint_timeout: '1h', max_wal_size: '1GB' },
  // A circle of waits is told as one, and not as a history that does not go on.
  ...{ deadlock_timeout: '10ms' },
  // Planning is dearer than running over so few rows: a statement is planned once on a connection.
  ...{ plan_cache_mode: 'force_generic_plan', jit: 'off', autovacuum: 'off' },
};

const MEMORY = '/dev/shm';
const ROOM_BYTES = 4 * 1024 ** 3;

/** Starts a PostgreSQL, has it used, and removes it, also where this process is killed. */
export async function withServer<T>(use: (server: string) => Promise<T>): Promise<T> {
  const dataDir = mkdtempSync(path.join(quickDirectory(), 'cpm-model-'));
  clearAfterDeath(dataDir);
  const postgres = await startEmbeddedPostgres({ dataDir, settings: SETTINGS, logger: SILENT });
  try {
    await applyMigrations({ databaseUrl: postgres.url, logger: SILENT });
    return await use(postgres.url);
  } finally {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/**
 * Has a database for each lane used: copies of one that nothing is done in. They are dropped with their connections, since a dead
 * worker's may be in the middle of something.
 */
export async function withMachines<T>(
  server: string,
  lanes: number,
  use: (machines: readonly Machine[]) => Promise<T>,
): Promise<T> {
  const names = Array.from({ length: lanes }, (_, lane) => `lane_${process.pid}_${lane}`);
  await administer(server, (template) => names.map((name) => `CREATE DATABASE ${name} TEMPLATE ${template}`));
  try {
    return await use(await Promise.all(names.map((name) => open(databaseOf(server, name)))));
  } finally {
    await administer(server, () => names.map((name) => `DROP DATABASE ${name} WITH (FORCE)`));
  }
}

/** In memory, where there is room: on a busy machine the server would wait for the disk all the same. */
function quickDirectory(): string {
  if (!existsSync(MEMORY)) return tmpdir();
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize > ROOM_BYTES ? MEMORY : tmpdir();
}

async function administer(
  server: string,
  statements: (template: string) => readonly string[],
): Promise<void> {
  const client = new Client({ connectionString: databaseOf(server, 'postgres') });
  await client.connect();
  for (const statement of statements(new URL(server).pathname.slice(1))) await client.query(statement);
  await client.end();
}

const databaseOf = (server: string, name: string): string =>
  Object.assign(new URL(server), { pathname: `/${name}` }).href;

async function open(url: string): Promise<Machine> {
  const keeper = await Keeper.open(url);
  const reader = openDatabase(url, { maxConnections: MOST_CONNECTIONS });
  const ofCallers = new StepwiseDatabase(url, reader.pool);
  const ofWorkers = Array.from({ length: WORKERS }, () => new StepwiseDatabase(url, reader.pool));
  // What a client loads before its first statement is no part of a history.
  for (const { db } of [ofCallers, ...ofWorkers]) await db.$transaction((tx) => tx.change.findFirst());
  return { keeper, ofCallers, ofWorkers, reader };
}
