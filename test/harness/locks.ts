/** Who waits for whose locks, by the database's own account: a test need not guess it from the clock. */
import { Prisma, type Database, type Tx } from '../../src/platform/database';

/** Long enough for a loaded machine, and shorter than any timeout of a transaction. Milliseconds. */
const LIMIT_MS = 10_000;

/** The server process that runs a transaction; other transactions wait for it by this number. */
export async function backendOf(tx: Tx): Promise<number> {
  const [row] = await tx.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS "pid"`;
  if (!row) throw new Error('the database did not tell its process');
  return row.pid;
}

/**
 * Awaits that somebody waits for a lock which the transaction of `backend` holds. Fails when `work`, which is the one that
 * should wait, ends before, and when nobody waits for ten seconds.
 */
export async function untilItWaitsFor(backend: number, db: Database, work: Promise<unknown>): Promise<void> {
  let ended = false;
  const end = (): void => {
    ended = true;
  };
  work.then(end, end);
  const deadline = Date.now() + LIMIT_MS;
  while (!(await isWaitedFor(db, backend))) {
    if (ended) throw new Error('it ended without waiting for the lock');
    if (Date.now() > deadline) throw new Error('nobody waits for the lock');
  }
}

/** Awaits that the transaction of `backend` waits for somebody's lock. Fails when it does not within ten seconds. */
export async function untilItWaits(backend: number, db: Database): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  const isWaiting = Prisma.sql`
    SELECT 1 FROM pg_stat_activity WHERE "pid" = ${backend} AND wait_event_type = 'Lock'`;
  while ((await db.$queryRaw<unknown[]>(isWaiting)).length === 0)
    if (Date.now() > deadline) throw new Error('it does not wait for a lock');
}

async function isWaitedFor(db: Database, backend: number): Promise<boolean> {
  const waiting = await db.$queryRaw<unknown[]>(Prisma.sql`
    SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND ${backend} = ANY(pg_blocking_pids("pid"))`);
  return waiting.length > 0;
}
