/** Reconciliation with a hundred thousand deliveries that wait. Against a real Temporal: test/e2e/temporal-outage.test.ts. */
import type { WorkflowGateway } from '../../../src/outbox/gateway';
import { nextRows, reconcile, ROUND_EVERY_MS } from '../../../src/outbox/reconcile';
import { TemporalAwayError } from '../../../src/outbox/temporal-call';
import type { Visibility } from '../../../src/outbox/visibility';
import { Prisma, type Database } from '../../../src/platform/database';
import { createLogger } from '../../../src/platform/logger';
import { useTestDatabase } from '../../harness/database';
import { putDeliveries, putSubscription } from '../../harness/deliveries';

const WAITING = 100_000;

const database = useTestDatabase();
let db: Database;
let terminated = '';
let vanished = '';
beforeAll(async () => {
  ({ db } = database);
  const subscription = await putSubscription(db);
  const [first = ''] = await putDeliveries(db, subscription, [{ status: 'waiting' }]);
  await db.$executeRaw`
    INSERT INTO "Delivery" ("id", "subscriptionId", "applicationId", "citizenId", "changeId", "sequence", "updateType",
      "status", "verifiedAt")
    SELECT gen_random_uuid(), d."subscriptionId", d."applicationId", d."citizenId", d."changeId", 1, d."updateType",
      'waiting', now() - interval '2 minutes' + n * interval '1 millisecond'
    FROM "Delivery" d, generate_series(1, ${WAITING}::int) n WHERE d."id" = ${first}::uuid`;
  await db.$executeRaw`ANALYZE "Delivery"`;
  const last = await db.delivery.findMany({
    where: { verifiedAt: { lt: new Date(Date.now() - 15_000) } },
    orderBy: { verifiedAt: 'desc' },
    take: 2,
  });
  [terminated, vanished] = last.map(({ id }) => id) as [string, string];
});
beforeEach(async () => {
  await db.$executeRaw`UPDATE "Delivery" SET "outboxAction" = NULL WHERE "outboxAction" IS NOT NULL`;
  await db.$executeRaw`UPDATE "Reconciliation" SET "dueAt" = now() - interval '1 second', "placeAt" = NULL, "placeId" = NULL`;
});

/** A Temporal that runs the workflows of all rows but some, and counts what it is asked. */
class CountedTemporal {
  closed: string[] = [];
  readonly gone = new Set<string>();
  away = false;
  lookUps = 0;
  lists = 0;

  isRunning = ({ id }: { id: string }): Promise<boolean> => {
    this.lookUps += 1;
    return Promise.resolve(!this.gone.has(id));
  };
  listClosed = (): Promise<{ ids: string[]; next: undefined }> => {
    this.lists += 1;
    if (this.away) return Promise.reject(new TemporalAwayError({}));
    return Promise.resolve({ ids: this.closed, next: undefined });
  };
  runningOf = (_: string, ids: readonly string[]): Promise<ReadonlySet<string>> => {
    this.lists += 1;
    return Promise.resolve(new Set(ids.filter((id) => !this.gone.has(id))));
  };
}

const round = (temporal: CountedTemporal): Promise<boolean> =>
  reconcile('delivery', {
    db,
    gateway: temporal as unknown as WorkflowGateway,
    visibility: temporal as unknown as Visibility,
    logger: createLogger('silent', 'test'),
    onEntries: () => undefined,
  });

/** By a second: the column rounds to milliseconds, and may round up. */
const pauseIsOver = (): Promise<number> =>
  db.$executeRaw`UPDATE "Reconciliation" SET "dueAt" = now() - interval '1 second'`;

const restarted = async (): Promise<string[]> =>
  (await db.delivery.findMany({ where: { outboxAction: 'start' } })).map(({ id }) => id);

describe(`with ${WAITING.toLocaleString('en')} deliveries that wait`, () => {
  it('a terminated workflow is started again by the next round, with one look-up', async () => {
    const temporal = new CountedTemporal();
    temporal.closed = [terminated];
    temporal.gone.add(terminated);
    await round(temporal);
    expect(await restarted()).toEqual([terminated]);
    expect(temporal).toMatchObject({ lookUps: 1, lists: 2 });
  });

  it('a run that has closed where another is open starts nothing', async () => {
    const temporal = new CountedTemporal();
    temporal.closed = [terminated];
    await round(temporal);
    expect(await restarted()).toEqual([]);
  });

  it('one that has vanished without a trace is found within minutes, and looked up alone', async () => {
    const temporal = new CountedTemporal();
    temporal.gone.add(vanished);
    let rounds = 0;
    while ((await restarted()).length === 0 && rounds < 1_000) {
      await pauseIsOver();
      await round(temporal);
      rounds += 1;
    }
    expect(await restarted()).toEqual([vanished]);
    expect((rounds * ROUND_EVERY_MS) / 60_000).toBeLessThan(8);
    expect(temporal.lookUps).toBe(1);
  });

  it('a Temporal that has lost all of them is given them back without a pause', async () => {
    const temporal = new CountedTemporal();
    temporal.runningOf = () => Promise.resolve(new Set());
    temporal.isRunning = () => Promise.resolve(false);
    for (let i = 1; i <= 3; i++) {
      expect(await round(temporal)).toBe(true);
      expect(await restarted()).toHaveLength(i * 500);
    }
  });

  it('two workers make no more rounds than one', async () => {
    const temporal = new CountedTemporal();
    await Promise.all([round(temporal), round(temporal)]);
    expect(await round(temporal)).toBe(false);
    expect(temporal.lists).toBe(2);
  });

  it('a round that fails is made again from where it began', async () => {
    const temporal = new CountedTemporal();
    const before = await db.reconciliation.findUniqueOrThrow({ where: { kind: 'delivery' } });
    temporal.away = true;
    await expect(round(temporal)).rejects.toThrow(TemporalAwayError);
    const after = await db.reconciliation.findUniqueOrThrow({ where: { kind: 'delivery' } });
    expect(after.closedUntil).toEqual(before.closedUntil);
    expect(after.dueAt.getTime() - Date.now()).toBeLessThan(10_000);
  });

  it('the rows of a round are read by an index, wherever it begins', async () => {
    const { verifiedAt: at, id } = await db.delivery.findFirstOrThrow({
      orderBy: { verifiedAt: 'asc' },
      skip: WAITING / 2,
    });
    for (const place of [null, { at, id }]) {
      const [row] = await db.$queryRaw<{ 'QUERY PLAN': unknown }[]>(
        Prisma.sql`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${nextRows('delivery', place)}`,
      );
      const [{ Plan: plan }] = row?.['QUERY PLAN'] as [{ Plan: Record<string, unknown> }];
      expect(JSON.stringify(plan)).toContain('Delivery_unfinished_idx');
      expect(JSON.stringify(plan)).not.toMatch(/Seq Scan|"Sort"/);
      expect(plan['Actual Rows']).toBe(500);
      expect(Number(plan['Shared Hit Blocks']) + Number(plan['Shared Read Blocks'])).toBeLessThan(5_000); // all would be 100,000
    }
  });
});
