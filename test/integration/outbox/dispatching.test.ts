/** The outbox, dispatched by several workers. */
import fc from 'fast-check';
import { acknowledge, claimEntries, release } from '../../../src/outbox/claims';
import { createDispatcher } from '../../../src/outbox/dispatcher';
import type { OutboxEntry } from '../../../src/outbox/entries';
import { FirstAttempts } from '../../../src/outbox/first-attempts';
import type { WorkflowGateway } from '../../../src/outbox/gateway';
import { TemporalAwayError, TemporalRefusedError } from '../../../src/outbox/temporal-call';
import { processBulkSignals } from '../../../src/outbox/bulk-signals';
import { openDatabase, type Database } from '../../../src/platform/database';
import { createLogger } from '../../../src/platform/logger';
import { addBulkSignal } from '../../../src/outbox/bulk-signals';
import { useTestDatabase } from '../../harness/database';
import { putDeliveries, putSubscription } from '../../harness/deliveries';
import { report } from '../../harness/report';
import { eventually } from '../../harness/service';

const logger = createLogger('silent', 'test');

const database = useTestDatabase();
let db: Database;
let other: Database;
beforeAll(() => {
  ({ db } = database);
  other = openDatabase(database.url);
});
afterAll(() => other.$disconnect());
beforeEach(async () => {
  await db.delivery.deleteMany();
  await db.bulkSignal.deleteMany();
});

const withEntry = (count: number, outboxAction = 'start') =>
  Array.from({ length: count }, () => ({
    status: outboxAction === 'start' ? 'pending' : 'waiting',
    outboxAction,
  }));

const count = (where: object) => db.delivery.count({ where });
const expireLeases = () =>
  db.$executeRaw`UPDATE "Delivery" SET "outboxDueAt" = now() WHERE "outboxAction" IS NOT NULL`;

describe('claiming entries', () => {
  it('gives each to one claimer only, however many claim at once, in bounded batches', async () => {
    await putDeliveries(db, await putSubscription(db), withEntry(200));
    const claims = await Promise.all(
      Array.from({ length: 10 }, (_, i) => claimEntries(i % 2 === 0 ? db : other, 32)),
    );
    const ids = claims.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(Math.max(...claims.map(({ length }) => length))).toBeLessThanOrEqual(32);
    while ((await claimEntries(db, 32)).length > 0);
    expect(await claimEntries(db, 32)).toEqual([]);
  });

  it('is planned once on a connection, and not for each claim', async () => {
    const one = openDatabase(database.url, { maxConnections: 1 });
    try {
      await claimEntries(one, 1);
      const prepared = await one.$queryRaw<
        { statement: string }[]
      >`SELECT "statement" FROM pg_prepared_statements`;
      expect(prepared).toContainEqual({ statement: expect.stringContaining('WITH delivery AS') as string });
    } finally {
      await one.$disconnect();
    }
  });

  it('never waits for a row that somebody else holds', async () => {
    const ids = await putDeliveries(db, await putSubscription(db), withEntry(5));
    await db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM "Delivery" WHERE "id" = ${ids[0]}::uuid FOR UPDATE`;
      const begun = Date.now();
      const claimed = await claimEntries(other, 32);
      expect(claimed.map(({ id }) => id).sort()).toEqual(ids.slice(1).sort());
      expect(Date.now() - begun).toBeLessThan(4_000);
    });
  });

  it('gives an entry again when its lease is over, and not before', async () => {
    await putDeliveries(db, await putSubscription(db), withEntry(1));
    const [first] = await claimEntries(db, 1);
    expect(await claimEntries(other, 1)).toEqual([]);
    await expireLeases();
    expect((await claimEntries(other, 1)).map(({ id }) => id)).toEqual([first?.id]);
  });

  it('gives the oldest first', async () => {
    const ids = await putDeliveries(db, await putSubscription(db), withEntry(3));
    for (const [index, id] of ids.entries()) {
      await db.delivery.update({
        where: { id },
        data: { outboxDueAt: new Date(Date.now() - 10_000 + index * 1_000) },
      });
    }
    expect((await claimEntries(db, 1)).map(({ id }) => id)).toEqual([ids[0]]);
  });
});

/** What may happen to one delivery's entry, in any order. */
type Step = 'add' | 'claim' | 'acknowledge' | 'release' | 'expire';

describe('acknowledging the version that was claimed', () => {
  it('never hides a newer entry, whatever the order of claims, acknowledgements and new entries', async () => {
    const to = await putSubscription(db);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom<Step>('add', 'claim', 'acknowledge', 'release', 'expire'), {
          maxLength: 12,
        }),
        async (steps) => {
          await db.delivery.deleteMany();
          const [id = ''] = await putDeliveries(db, to, [{ status: 'waiting', outboxAction: null }]);
          let version = 0;
          let acknowledged = 0;
          let held: OutboxEntry[] = [];
          for (const step of steps) {
            if (step === 'add') {
              version += 1;
              await db.delivery.update({
                where: { id },
                data: { outboxAction: 'retryNow', outboxDueAt: new Date(), outboxVersion: version },
              });
            } else if (step === 'claim') held = [...held, ...(await claimEntries(db, 5))];
            else if (step === 'expire') await expireLeases();
            else if (step === 'release' && held[0]) await release(db, held[0], 0);
            else if (step === 'acknowledge' && held[0]) {
              const [entry, ...rest] = held;
              await acknowledge(db, entry);
              acknowledged = Math.max(acknowledged, entry.version);
              held = rest;
            }
          }
          const { outboxAction } = await db.delivery.findUniqueOrThrow({ where: { id } });
          expect(outboxAction).toBe(version > acknowledged ? 'retryNow' : null);
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** A Temporal that notes what it is told, and may be away. */
class NotingGateway {
  readonly started: string[] = [];
  readonly signalled: string[] = [];
  atOnce = 0;
  mostAtOnce = 0;
  away = false;
  /** Refused by Temporal, whatever it is asked of them. */
  readonly refused = new Set<string>();

  start = (entry: OutboxEntry) => this.note(this.started, entry.id).then(() => true);
  signal = (entry: OutboxEntry) => this.note(this.signalled, entry.id);

  private async note(where: string[], id: string): Promise<void> {
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    await new Promise((resolve) => setTimeout(resolve, 5));
    this.atOnce -= 1;
    if (this.away) throw new TemporalAwayError({});
    if (this.refused.has(id)) throw new TemporalRefusedError('INVALID_ARGUMENT', {});
    where.push(id);
  }
}

function dispatchers(
  gateway: NotingGateway,
  databases: readonly Database[],
  firstAttempts = new FirstAttempts(1),
  startsInline = true,
) {
  const all = databases.map((database) =>
    createDispatcher({
      ...{ db: database, logger, batch: 32, startsInline: () => startsInline, firstAttempts },
      gateway: gateway as unknown as WorkflowGateway,
    }),
  );
  all.forEach((dispatcher) => dispatcher.start());
  return { stop: () => Promise.all(all.map((dispatcher) => dispatcher.stop())) };
}

describe('two dispatchers', () => {
  it('start each delivery once, a bounded number at a time', async () => {
    const ids = await putDeliveries(db, await putSubscription(db), withEntry(600));
    const gateway = new NotingGateway();
    const running = dispatchers(gateway, [db, other]);
    await eventually(() => expect(gateway.started).toHaveLength(600));
    await running.stop();
    expect(new Set(gateway.started)).toEqual(new Set(ids));
    expect(gateway.mostAtOnce).toBeLessThanOrEqual(64);
  });

  it('press on nothing while Temporal is away, and lose nothing', async () => {
    await putDeliveries(db, await putSubscription(db), withEntry(300, 'retryNow'));
    const gateway = new NotingGateway();
    gateway.away = true;
    const running = dispatchers(gateway, [db, other]);
    await eventually(async () => expect(await count({ outboxDueAt: { gt: new Date() } })).toBeGreaterThan(0));
    expect(await count({ outboxAction: 'retryNow' })).toBe(300);
    gateway.away = false;
    await eventually(async () => expect(await count({ outboxAction: 'retryNow' })).toBe(0));
    await running.stop();
    expect(new Set(gateway.signalled).size).toBe(300);
  });
});

describe('first attempts that are being made', () => {
  it.each([
    ['inside their workflow tasks', true],
    ['as activities', false],
  ])('%s leave the rest in the outbox until some of them are over', async (_, inline) => {
    await putDeliveries(db, await putSubscription(db), withEntry(100));
    const [gateway, firstAttempts] = [new NotingGateway(), new FirstAttempts(60_000)];
    const running = dispatchers(gateway, [db], firstAttempts, inline);
    const untouched = () => count({ outboxAction: 'start', outboxDueAt: { lte: new Date() } });
    await eventually(() => expect(gateway.started).toHaveLength(32));
    for (const id of gateway.started.slice(0, 7)) firstAttempts.end(id);
    expect(await untouched()).toBe(68);
    for (const id of gateway.started.slice(7, 8)) firstAttempts.end(id);
    await eventually(() => expect(gateway.started).toHaveLength(40));
    expect(await untouched()).toBe(60);
    const stopped = running.stop();
    for (const id of gateway.started) firstAttempts.end(id);
    await stopped;
  });

  it('are awaited for a limited time where nobody tells that they are over', async () => {
    await putDeliveries(db, await putSubscription(db), withEntry(40));
    const gateway = new NotingGateway();
    const running = dispatchers(gateway, [db], new FirstAttempts(50));
    await eventually(() => expect(gateway.started).toHaveLength(40));
    await running.stop();
  });
});

describe('an entry that Temporal refuses', () => {
  it('waits by itself, with the reason to read, and the others go on at once', async () => {
    const to = await putSubscription(db);
    const [refused = ''] = await putDeliveries(db, to, withEntry(1));
    const gateway = new NotingGateway();
    gateway.refused.add(refused);
    const running = dispatchers(gateway, [db]);
    await eventually(async () =>
      expect(await db.delivery.findUniqueOrThrow({ where: { id: refused } })).toMatchObject({
        ...{ status: 'pending', outboxAction: 'start', lastStatusCode: null },
        lastError: 'Temporal refused it: INVALID_ARGUMENT',
      }),
    );
    const begun = Date.now();
    const others = await putDeliveries(db, to, withEntry(20));
    await eventually(() => expect(gateway.started).toHaveLength(20));
    report(`20 others started within ${Date.now() - begun} ms`);
    await running.stop();
    expect(new Set(gateway.started)).toEqual(new Set(others));
  });
});

describe('a bulk signal that fails', () => {
  it('does not keep back those after it, and is processed once it can be', async () => {
    const [broken, fine] = [await putSubscription(db), await putSubscription(db)];
    for (const to of [broken, fine]) {
      await putDeliveries(
        db,
        to,
        Array.from({ length: 600 }, () => ({ status: 'waiting' })),
      );
      await db.$transaction((tx) => addBulkSignal(tx, to.id, 'subscriptionChanged'));
    }
    await db.$executeRawUnsafe(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$`);
    await db.$executeRawUnsafe(`
      CREATE TRIGGER refuse BEFORE UPDATE ON "Delivery" FOR EACH ROW
        WHEN (OLD."subscriptionId" = '${broken.id}') EXECUTE FUNCTION refuse()`);
    const signalled = ({ id }: { id: string }): Promise<number> =>
      count({ subscriptionId: id, outboxAction: 'subscriptionChanged' });
    expect(await processBulkSignals(db, logger)).toBe(1);
    expect([await signalled(broken), await signalled(fine)]).toEqual([500, 600]);
    await db.$executeRawUnsafe('DROP TRIGGER refuse ON "Delivery"');
    await processBulkSignals(db, logger);
    expect(await signalled(broken)).toBe(600);
  });
});

describe('a bulk signal for two thousand deliveries', () => {
  it('is added to five hundred at a time, and goes on after a restart where it was', async () => {
    const to = await putSubscription(db);
    await putDeliveries(
      db,
      to,
      Array.from({ length: 2_000 }, () => ({ status: 'waiting' })),
    );
    await db.$transaction((tx) => addBulkSignal(tx, to.id, 'subscriptionChanged'));
    const signalled = () => count({ outboxAction: 'subscriptionChanged' });
    expect(await signalled()).toBe(500);
    await processBulkSignals(db, logger);
    expect(await signalled()).toBe(1_000);
    // Another process takes over: everything it needs is in the database.
    await processBulkSignals(other, logger);
    expect(await signalled()).toBe(1_500);
    await processBulkSignals(other, logger);
    await processBulkSignals(other, logger);
    expect(await signalled()).toBe(2_000);
    expect(await db.bulkSignal.count()).toBe(0);
    const gateway = new NotingGateway();
    const running = dispatchers(gateway, [db, other]);
    await eventually(() => expect(gateway.signalled).toHaveLength(2_000));
    await running.stop();
    expect(gateway.mostAtOnce).toBeLessThanOrEqual(64);
  });
});
