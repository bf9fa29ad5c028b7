/** The statements of attempts, shared by those that are due together: one delivery costs hardly more than its share. */
import { readManyEffectivePermissions, type EffectivePermissions } from '../../consent/effective-permissions';
import type { AttemptResult } from '../../../workflows/deliver-webhook/contract';
import { ALONE, createBatcher, type BatcherOptions } from '../../platform/batcher';
import type { Database } from '../../platform/database';
import { beginNewAttempts, type BegunAttempt, type NewAttempt } from './begin';
import { BEGIN_LIMIT_MS, loadDeliveries, type LoadedDelivery } from './load';
import { recordAttempt, recordPlainAttempts, type AttemptRecord, type RetryTimes } from './record';

/** What an attempt asks the database. Each call rejects on its own account only. */
export interface AttemptStatements {
  /** Undefined when the delivery was deleted. */
  load(deliveryId: string): Promise<LoadedDelivery | undefined>;
  /** The state of a citizen as of now; undefined when the citizen is deleted. */
  readState(citizenId: string): Promise<EffectivePermissions | undefined>;
  /** Undefined when the delivery changed since it was loaded. */
  begin(attempt: NewAttempt): Promise<BegunAttempt | undefined>;
  record(record: AttemptRecord): Promise<AttemptResult>;
}

/**
 * Wait for others to share a statement with, where more stands in the outbox than this process can take on: then each has queued
 * for longer, and costs less. Milliseconds.
 */
const GATHER_MS = 50;

/**
 * Creates those of a process.
 * @param queued whether more deliveries are due than are worked on
 */
export function createAttemptStatements(
  db: Database,
  times: RetryTimes & { readonly requestTimeoutMs: number },
  queued: () => boolean = () => false,
): AttemptStatements {
  const gathering: BatcherOptions = { gatherMs: () => (queued() ? GATHER_MS : 0) };
  const load = createRead(
    (ids) => loadDeliveries(db, ids),
    ({ id }) => id,
    gathering,
  );
  const readState = createRead(
    (ids) => readManyEffectivePermissions(db, ids),
    ({ body }) => body.citizenId,
    gathering,
  );
  const longestMs = BEGIN_LIMIT_MS + times.requestTimeoutMs;
  const begin = createBatcher<NewAttempt, BegunAttempt | undefined>(
    {
      many: async (attempts) => {
        const begun = await beginNewAttempts(db, attempts, { longestMs, waits: false });
        return begun.map((attempt) => attempt ?? ALONE);
      },
      one: async (attempt) => (await beginNewAttempts(db, [attempt], { longestMs, waits: true }))[0],
    },
    gathering,
  );
  const record = createBatcher<AttemptRecord, AttemptResult>(
    {
      many: async (records) => {
        const results = await recordPlainAttempts(db, records, times);
        return results.map((result) => result ?? ALONE);
      },
      one: (alone) => recordAttempt(db, alone, times),
    },
    gathering,
  );
  return { load, readState, begin, record };
}

/** A read by ids, which waits for nobody. */
function createRead<Row>(
  read: (ids: readonly string[]) => Promise<readonly Row[]>,
  idOf: (row: Row) => string,
  options: BatcherOptions,
): (id: string) => Promise<Row | undefined> {
  const many = async (ids: readonly string[]): Promise<(Row | undefined)[]> => {
    const rows = new Map((await read(ids)).map((row) => [idOf(row), row]));
    return ids.map((id) => rows.get(id));
  };
  return createBatcher<string, Row | undefined>({ many, one: async (id) => (await many([id]))[0] }, options);
}
