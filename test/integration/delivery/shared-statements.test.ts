/** What attempts that are due together share, and what they must not do to each other. */
import { markDelivered, parkDeliveries } from '../../../src/outbox/transitions';
import { openDatabase, type Database } from '../../../src/platform/database';
import { AttemptSteps } from '../../harness/attempts';
import { useTestDatabase } from '../../harness/database';
import { putDeliveries, putSubscription } from '../../harness/deliveries';
import { backendOf, untilItWaitsFor } from '../../harness/locks';
import { countRoundTrips, type RoundTripCounter } from '../../harness/round-trips';

const database = useTestDatabase();
let db: Database;
let steps: AttemptSteps;
let subscription: { id: string; applicationId: string };
beforeEach(async () => {
  ({ db } = database);
  steps = new AttemptSteps(db);
  subscription = await putSubscription(db);
});

/** Deliveries that are due, each of a citizen of its own. */
async function due(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    ids.push(...(await putDeliveries(db, subscription, [{ status: 'pending', outboxAction: 'start' }])));
  }
  return ids;
}
const ended = async (ids: readonly string[], outcome: 'delivered' | 'failed', by = steps) =>
  Promise.all(ids.map(async (id) => (await by.attempt(id))(outcome)));
const rows = (ids: readonly string[]) =>
  Promise.all(ids.map((id) => db.delivery.findUniqueOrThrow({ where: { id } })));
const statuses = async (ids: readonly string[]) => (await rows(ids)).map(({ status }) => status);
const times = (count: number, status: string): string[] => Array.from({ length: count }, () => status);

describe('the round trips of attempts', () => {
  let counter: RoundTripCounter;
  let counted: Database;
  let countedSteps: AttemptSteps;
  beforeEach(async () => {
    counter = await countRoundTrips(database.url);
    counted = openDatabase(counter.url, { maxConnections: 4 });
    await counted.$connect();
    countedSteps = new AttemptSteps(counted);
    await ended(await due(1), 'failed', countedSteps); // opens its connection
    await countedSteps.statements.readState('00000000-0000-7000-8000-000000000000');
    counter.take();
  });
  afterEach(async () => {
    await counted.$disconnect();
    await counter.stop();
  });

  it.each(['delivered', 'failed'] as const)(
    'are three for one that is alone, and four with the state: %s',
    async (outcome) => {
      const [id = ''] = await due(1);
      const { citizenId } = await countedSteps.load(id);
      await countedSteps.statements.readState(citizenId);
      const begun = await countedSteps.attempt(id);
      counter.take();
      await countedSteps.statements.record(begun(outcome));
      expect(counter.take()).toBe(1);
      const [other = ''] = await due(1);
      const record = (await countedSteps.attempt(other))(outcome);
      await countedSteps.statements.readState(citizenId);
      await countedSteps.statements.record(record);
      expect(counter.take()).toBe(4);
    },
  );

  it('are few for fifty that are due together', async () => {
    const ids = await due(50);
    const records = await ended(ids, 'delivered', countedSteps);
    await Promise.all(records.map((record) => countedSteps.statements.record(record)));
    expect(counter.take()).toBeLessThanOrEqual(10);
    expect(await statuses(ids)).toEqual(times(50, 'delivered'));
  });

  it('are less than one for each that come one after another while many are under way', async () => {
    const queued = new AttemptSteps(counted, () => true);
    const ids = await due(24);
    counter.take();
    await Promise.all(
      ids.map(async (id, index) => {
        await new Promise((resolve) => setTimeout(resolve, index * 10));
        await queued.statements.record((await queued.attempt(id))('delivered'));
      }),
    );
    expect(counter.take()).toBeLessThan(24);
    expect(await statuses(ids)).toEqual(times(24, 'delivered'));
  });
});

describe('the statements of attempts', () => {
  /** Finished deliveries with an attempt, so that plans for one row and for ten differ in cost. */
  async function fill(count: number): Promise<void> {
    const { id, applicationId } = subscription;
    await db.$executeRaw`
      WITH citizen AS (
        INSERT INTO "Citizen" ("id", "applicationId", "externalRef", "lastSequence")
        SELECT gen_random_uuid(), ${applicationId}, n::text, 1 FROM generate_series(1, ${count}::int) n RETURNING "id"
      ), change AS (
        INSERT INTO "Change" ("id", "citizenId", "sequence", "kind", "recordedAt")
        SELECT "id", "id", 1, 'recorded', now() FROM citizen RETURNING "id"
      ), delivery AS (
        INSERT INTO "Delivery" ("id", "subscriptionId", "applicationId", "citizenId", "changeId", "sequence", "updateType",
          "status", "attemptCount")
        SELECT "id", ${id}::uuid, ${applicationId}, "id", "id", 1, 'consent-receipts', 'delivered', 1 FROM change RETURNING "id"
      )
      INSERT INTO "Attempt" ("id", "deliveryId", "subscriptionId", "attempt", "cycle", "outcome", "requestHeaders")
      SELECT "id", "id", ${id}::uuid, 1, 1, 'delivered', '{}' FROM delivery`;
    await db.$executeRaw`ANALYZE`;
  }

  it('are planned a few times and not for each delivery, however many they are for', async () => {
    await fill(20_000);
    const single = openDatabase(database.url, { maxConnections: 1 });
    const alone = new AttemptSteps(single);
    for (let round = 0; round < 10; round++) {
      const records = await ended(await due(round === 0 ? 20 : 1), 'delivered', alone);
      await Promise.all(records.map((record) => alone.statements.record(record)));
      await alone.statements.readState('00000000-0000-7000-8000-000000000000');
    }
    const plans = await single.$queryRaw<{ custom: bigint }[]>`
      SELECT custom_plans AS "custom" FROM pg_prepared_statements
      WHERE statement ~ '::uuid' AND statement !~ 'pg_prepared_statements'`;
    expect(plans).toHaveLength(4);
    for (const { custom } of plans) expect(Number(custom)).toBeLessThanOrEqual(5);
    await single.$disconnect();
  });
});

describe('one of those that are due together', () => {
  it('that can’t be loaded leaves the others alone', async () => {
    const ids = await due(5);
    const loads = await Promise.allSettled([...ids, 'not an id'].map((id) => steps.load(id)));
    expect(loads.map(({ status }) => status)).toEqual([...times(5, 'fulfilled'), 'rejected']);
  });

  it('that can’t be recorded leaves the others alone', async () => {
    const ids = await due(6);
    const [first, ...others] = await ended(ids, 'failed');
    if (!first) throw new Error('six');
    const records = [...others.slice(0, 2), { ...first, error: 'a \0 in a text' }, ...others.slice(2)];
    const recorded = await Promise.allSettled(records.map((record) => steps.statements.record(record)));
    expect(recorded.map(({ status }) => status)).toEqual([
      ...times(2, 'fulfilled'),
      'rejected',
      ...times(3, 'fulfilled'),
    ]);
    expect((await rows(ids)).map(({ cycleFailures }) => cycleFailures)).toEqual([0, 1, 1, 1, 1, 1]);
  });

  it('whose row somebody holds is waited for by itself only', async () => {
    const ids = await due(6);
    const [held = '', ...free] = ids;
    const [recordOfHeld, ...records] = await ended(ids, 'delivered');
    if (!recordOfHeld) throw new Error('six');
    let waiting: Promise<unknown> = Promise.resolve();
    await db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM "Delivery" WHERE "id" = ${held}::uuid FOR UPDATE`;
      waiting = steps.statements.record(recordOfHeld);
      await Promise.all(records.map((record) => steps.statements.record(record)));
      expect(await statuses(free)).toEqual(times(5, 'delivered'));
      await untilItWaitsFor(await backendOf(tx), db, waiting);
    });
    expect(await waiting).toMatchObject({ status: 'delivered' });
    expect(await statuses([held])).toEqual(['delivered']);
  });
});

describe('two workers with the same deliveries in opposite orders', () => {
  it('begin each once, and record each once, without a deadlock', async () => {
    const other = openDatabase(database.url);
    const others = new AttemptSteps(other);
    const ids = await due(40);
    const loaded = await Promise.all(ids.map((id) => steps.load(id)));
    const begun = await Promise.all([
      ...loaded.map((delivery) => steps.begin(delivery)),
      ...[...loaded].reverse().map((delivery) => others.begin(delivery)),
    ]);
    const attempts = await db.attempt.findMany({ where: { deliveryId: { in: ids } } });
    expect(attempts).toHaveLength(40);
    expect(begun.filter((attempt) => attempt !== undefined)).toHaveLength(40);
    const records = attempts.map(({ id: attemptId, deliveryId }) => ({
      ...{ deliveryId, attemptId, outcome: 'delivered' as const },
      ...{ statusCode: 200, error: null, durationMs: 5 },
    }));
    const results = await Promise.all([
      ...records.map((record) => steps.statements.record(record)),
      ...[...records].reverse().map((record) => others.statements.record(record)),
    ]);
    expect(results).toEqual(
      Array.from({ length: 80 }, () => ({ kind: 'finished', status: 'delivered', statusCode: 200 })),
    );
    await other.$disconnect();
  });
});

describe('failures', () => {
  it('double the wait within a cycle, and wait for the interval after it', async () => {
    const [id = ''] = await due(1);
    const seen: unknown[] = [];
    for (let failure = 1; failure <= 3; failure++) {
      const before = Date.now();
      const [record] = await ended([id], 'failed');
      if (!record) throw new Error('one');
      const result = await steps.statements.record(record);
      const [row] = await rows([id]);
      const waits = Math.round((Number(row?.nextAttemptAt) - before) / 1_000);
      seen.push([row?.status, row?.cycleFailures, row?.lastStatusCode, row?.lastError, waits, result]);
    }
    const failed = { kind: 'failed', statusCode: 500 };
    expect(seen).toEqual([
      ['delivering', 1, 500, 'HTTP 500', 1, { ...failed, attemptsLeft: 2, sleepMs: 0 }],
      ['delivering', 2, 500, 'HTTP 500', 2, { ...failed, attemptsLeft: 1, sleepMs: 0 }],
      ['waiting', 3, 500, 'HTTP 500', 3_600, { ...failed, attemptsLeft: 0, sleepMs: 3_600_000 }],
    ]);
  });
});

describe('a delivery that finds itself blocked', () => {
  const pair = () =>
    putDeliveries(db, subscription, [{ status: 'pending' }, { status: 'pending', outboxAction: null }]);

  it('is signalled by its predecessor, although it came after nobody was seen to wait', async () => {
    const [first = '', second = ''] = await pair();
    const [record] = await ended([first], 'delivered');
    const blocked = await steps.load(second);
    expect(blocked.blocked).toBe(true);
    expect(await parkDeliveries(db, 'blocked', [blocked])).toEqual(new Set([second]));
    if (record) await steps.statements.record(record);
    expect((await rows([first, second])).map(({ status, outboxAction }) => [status, outboxAction])).toEqual([
      ['delivered', null],
      ['blocked', 'predecessorFinished'],
    ]);
  });

  it('waits for one who is finishing its predecessor, and then looks again', async () => {
    const [first = '', second = ''] = await pair();
    const blocked = await steps.load(second);
    let parking: Promise<ReadonlySet<string>> | undefined;
    await db.$transaction(async (tx) => {
      await markDelivered(tx, [{ deliveryId: first, statusCode: 200 }]);
      parking = parkDeliveries(db, 'blocked', [blocked]);
      await untilItWaitsFor(await backendOf(tx), db, parking);
    });
    expect(await parking).toEqual(new Set());
    expect(await statuses([second])).toEqual(['pending']);
  });

  it('is looked for by who finishes its predecessor, even if it was not there when that began', async () => {
    const [id = ''] = await due(1);
    const [record] = await ended([id], 'delivered');
    await db.delivery.update({ where: { id }, data: { awaited: true } });
    expect(record && (await steps.statements.record(record))).toMatchObject({ status: 'delivered' });
    expect(await statuses([id])).toEqual(['delivered']);
  });
});
