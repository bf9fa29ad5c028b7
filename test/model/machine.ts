/** A PostgreSQL for the histories, with a database for each lane of them. */
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
  // Planning is dearer than running over so few rows: a statement is planned once on a connection.
  ...{ plan_cache_mode: 'force_generic_plan', jit: 'off', autovacuum: 'off' },
};

const MEMORY = '/dev/shm';
const ROOM_BYTES = 4 * 1024 ** 3;

/** Starts it, has it used, and removes it, also where this process is killed. Connections end with it: a dead worker's may be in the middle of something. */
export async function withMachines<T>(
  lanes: number,
  use: (machines: readonly Machine[]) => Promise<T>,
): Promise<T> {
  const dataDir = mkdtempSync(path.join(quickDirectory(), 'cpm-model-'));
  clearAfterDeath(dataDir);
  const postgres = await startEmbeddedPostgres({ dataDir, settings: SETTINGS, logger: SILENT });
  try {
    await applyMigrations({ databaseUrl: postgres.url, logger: SILENT });
    const urls = await copies(postgres.url, lanes);
    return await use(await Promise.all(urls.map(open)));
  } finally {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** In memory, where there is room: on a busy machine the server would wait for the disk all the same. */
function quickDirectory(): string {
  if (!existsSync(MEMORY)) return tmpdir();
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize > ROOM_BYTES ? MEMORY : tmpdir();
}

async function copies(url: string, count: number): Promise<string[]> {
  const server = new URL(url);
  server.pathname = '/postgres';
  const client = new Client({ connectionString: server.href });
  await client.connect();
  const made: string[] = [];
  for (let lane = 0; lane < count; lane += 1) {
    await client.query(`CREATE DATABASE lane_${lane} TEMPLATE ${new URL(url).pathname.slice(1)}`);
    made.push(Object.assign(new URL(url), { pathname: `/lane_${lane}` }).href);
  }
  await client.end();
  return made;
}

async function open(url: string): Promise<Machine> {
  const keeper = await Keeper.open(url);
  const ofCallers = new StepwiseDatabase(url);
  const ofWorkers = Array.from({ length: WORKERS }, () => new StepwiseDatabase(url));
  // What a client loads before its first statement is no part of a history.
  for (const { db } of [ofCallers, ...ofWorkers]) await db.$transaction((tx) => tx.change.findFirst());
  return { keeper, ofCallers, ofWorkers, reader: openDatabase(url, { maxConnections: 2 }) };
}
