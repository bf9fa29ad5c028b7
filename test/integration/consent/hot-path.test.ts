/**
 * What every change and every delivery runs reads a few rows of a filled database, never a table from end to end. PostgreSQL's
 * own counters tell, so that each statement counts as it is really planned, prepared and generic plans and the checks of
 * foreign keys included. A tenth of a large installation is enough: an index that is worth it for 100,000 rows is worth it for more.
 */
import { randomBytes } from 'node:crypto';
import { createTransitionSweep } from '../../../src/consent/recording/due-transitions';
import { recordChange } from '../../../src/consent/recording/record-change';
import { readEffectivePermissions } from '../../../src/consent/effective-permissions';
import { loadDeliveries } from '../../../src/delivery/attempt/load';
import { recordAttempt } from '../../../src/delivery/attempt/record';
import { claimEntries } from '../../../src/outbox/claims';
import { restoreProgress, tellUnblocked } from '../../../src/outbox/progress';
import { beginAttempts } from '../../../src/outbox/transitions';
import { Turns } from '../../../src/outbox/turns';
import { openDatabase, type Database } from '../../../src/platform/database';
import { createSealer } from '../../../src/platform/encryption';
import { createLogger } from '../../../src/platform/logger';
import { newId } from '../../../src/platform/ids';
import { inTransaction } from '../../../src/platform/statement-transaction';
import { useTestDatabase } from '../../harness/database';
import { permission } from '../../harness/consent';
import { eventually } from '../../harness/service';
import { fillDatabase } from '../../harness/volume';
import { application } from '../../harness/visibility';

/** Enough for every connection to have decided between a generic plan and one for each set of values. */
const ROUNDS = 8;
/** Of 100,000 in a table. */
const MOST_ROWS_READ = 1_000 * ROUNDS;

const database = useTestDatabase();
const sealer = createSealer([randomBytes(32)]);
const applicationId = application('volume');
let deliveryIds: string[];

beforeAll(async () => {
  // On a busy machine, filling takes longer than any statement of the product may.
  const db = openDatabase(`${database.url}?statement_timeout=0`, { maxConnections: 1 });
  await fillDatabase(database.url);
  await db.option.create({ data: { applicationId, id: 'newsletter', name: 'News' } });
  await db.$executeRaw`
    INSERT INTO "PermissionTransaction" ("id", "citizenId", "changeId", "sequence", "position", "applicationId",
      "optionType", "optionId", "justification", "state", "recordedAt", "obtainedAt", "validUntil")
    SELECT gen_random_uuid(), "citizenId", "id", "sequence", 0, ${applicationId}, 'option', 'newsletter', 'consent', 'GRANTED',
      "recordedAt", "recordedAt", CASE WHEN random() < 0.1 THEN now() + interval '1 year' END FROM "Change" WHERE "sequence" <= 2`;
  await db.$executeRaw`
    UPDATE "Citizen" SET "nextTransitionAt" = now() + interval '1 year' WHERE random() < 0.1`;
  await db.$executeRaw`
    UPDATE "Citizen" SET "nextTransitionAt" = now() - interval '1 hour', "evaluatedAt" = now() - interval '2 hours'
    WHERE "externalRef" LIKE 'customer-100_'`;
  const waiting = await db.delivery.findMany({ where: { status: 'waiting' }, take: ROUNDS });
  deliveryIds = waiting.map(({ id }) => id);
  // A queue of each priority.
  await db.$executeRaw`
    UPDATE "Delivery" SET "outboxAction" = 'retryNow', "outboxDueAt" = now() - random() * interval '1 hour',
      "priority" = 1 + (random() * 2)::int
    WHERE "status" = 'waiting' AND "id" <> ALL(${deliveryIds}::uuid[])`;
  await db.$executeRaw`ANALYZE`;
  await db.$disconnect();
  await untilCounted();
});

interface Reads {
  readonly table: string;
  readonly sequentialScans: number;
  readonly rows: number;
}

/** What was read of the tables that grow, by the database's account. */
function reads(): Promise<Reads[]> {
  return database.db.$queryRaw<Reads[]>`
    SELECT t.relname AS "table", t.seq_scan::int AS "sequentialScans",
      (t.seq_tup_read + (SELECT sum(i.idx_tup_read) FROM pg_stat_user_indexes i WHERE i.relid = t.relid))::int AS "rows"
    FROM pg_stat_user_tables t
    WHERE t.relname IN ('Citizen', 'Change', 'PermissionTransaction', 'Delivery', 'Attempt') ORDER BY t.relname`;
}

/** A connection hands in its counts when it ends, so this awaits that there is no other. */
async function untilCounted(): Promise<void> {
  await eventually(async () => {
    const others = await database.db.$queryRaw<unknown[]>`
      SELECT 1 FROM pg_stat_activity
      WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()`;
    expect(others).toEqual([]);
  });
}

/** Runs work on a connection of its own. */
async function readsOf(work: (db: Database, round: number) => Promise<unknown>): Promise<Reads[]> {
  const db = openDatabase(database.url, { maxConnections: 1 });
  await db.$connect(); // or it would not end the connections of statements that go past it
  const before = await reads();
  for (let round = 0; round < ROUNDS; round++) await work(db, round);
  await db.$disconnect();
  await untilCounted();
  const after = await reads();
  return after.map(({ table, sequentialScans, rows }, index) => ({
    table,
    sequentialScans: sequentialScans - (before[index]?.sequentialScans ?? 0),
    rows: rows - (before[index]?.rows ?? 0),
  }));
}

const turns = new Turns();
const attemptIds = new Map<string, string>();
const idOf = (round: number): string => deliveryIds[round] ?? '';

describe('a table that grows is read by key', () => {
  it.each<[string, (db: Database, round: number) => Promise<unknown>]>([
    [
      'when a change is recorded',
      (db, round) =>
        inTransaction(db, (tx) => {
          const changes = [permission({ state: round % 2 === 0 ? 'DENIED' : 'GRANTED' })];
          return recordChange(tx, sealer, { applicationId, externalRef: `customer-${round + 1}`, changes });
        }),
    ],
    ['when expiries are recorded', (db) => createTransitionSweep(db, sealer)(2)],
    ['when nothing has expired', (db) => createTransitionSweep(db, sealer)(20)],
    ['when entries of the outbox are claimed', (db) => claimEntries(db, 10)],
    [
      'when entries that have been due for long are claimed',
      async (db) => {
        for (let n = 0; n < 2; n++) await claimEntries(db, 10, turns);
      },
    ],
    [
      'when a withdrawal is recorded',
      (db, round) =>
        inTransaction(db, (tx) => {
          const changes = [permission({ state: 'DENIED' })];
          return recordChange(tx, sealer, { applicationId, externalRef: `customer-${round + 101}`, changes });
        }),
    ],
    ['when a delivery is loaded', (db, round) => loadDeliveries(db, [idOf(round)])],
    [
      'when Effective Permissions are rendered',
      (db, round) => readEffectivePermissions(db, { applicationId, externalRef: `customer-${round + 1}` }),
    ],
    [
      'when an attempt begins',
      async (db, round) => {
        const deliveryId = idOf(round);
        const attemptId = newId();
        attemptIds.set(deliveryId, attemptId);
        const { attemptCount, outboxVersion } = await db.delivery.findUniqueOrThrow({
          where: { id: deliveryId },
        });
        const cycle = { cycle: 2, cycleFailures: 0, seenSequence: null, sentSequence: 5 };
        const attempt = { deliveryId, outboxVersion, attemptId, attempt: attemptCount + 1, ...cycle };
        const begun = await beginAttempts(db, [{ ...attempt, bodySealed: '', requestHeaders: {} }], {
          ...{ longestMs: 10_000, waits: true },
        });
        expect(begun.has(attemptId)).toBe(true);
      },
    ],
    [
      'when its outcome is recorded',
      (db, round) =>
        recordAttempt(
          db,
          {
            ...{ deliveryId: idOf(round), attemptId: attemptIds.get(idOf(round)) ?? '' },
            ...{ outcome: round % 2 === 0 ? 'delivered' : 'failed', statusCode: 200, error: null },
            durationMs: 1,
          },
          { retryIntervalMs: 1_000, attemptBackoffMs: 1_000 },
        ),
    ],
    [
      'when it is looked for what should have gone on by now',
      async (db, round) => {
        const conditionOf = () => Promise.resolve('silent' as const);
        await restoreProgress({
          ...{ db, gateway: { conditionOf }, logger: createLogger('silent', 'test') },
          ...{ requestTimeoutMs: 15_000, onEntries: () => undefined },
        });
        await tellUnblocked(db, [idOf(round)]);
      },
    ],
  ])('%s', async (_, work) => {
    const read = await readsOf(work);
    const whole = read.filter(({ sequentialScans, rows }) => sequentialScans > 0 || rows > MOST_ROWS_READ);
    expect(whole).toEqual([]);
  });
});
