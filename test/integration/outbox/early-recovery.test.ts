/** Deliveries that wait for an endpoint, attempt by attempt and look by look of the sweep. */
import { claimEntries } from '../../../src/outbox/claims';
import { recoveredEndpoints, releaseRecovered } from '../../../src/outbox/early-recovery';
import { Prisma, type Database } from '../../../src/platform/database';
import { createLogger } from '../../../src/platform/logger';
import { AttemptSteps } from '../../harness/attempts';
import { useTestDatabase } from '../../harness/database';
import { putDeliveries, putSubscription } from '../../harness/deliveries';
import { quickest } from '../../harness/quickest';

const database = useTestDatabase();
let db: Database;
let steps: AttemptSteps;
let subscription: { id: string; applicationId: string };
beforeEach(async () => {
  ({ db } = database);
  await db.subscription.deleteMany();
  await db.orderingKey.deleteMany();
  steps = new AttemptSteps(db);
  subscription = await putSubscription(db);
});

const logger = createLogger('silent', 'test');
const ON = { earlyRecovery: true, halfOpenProbing: false };
/** One look of the sweep, a second after the one before. */
async function look(byDefault = true): Promise<number> {
  await db.endpointRecovery.updateMany({ data: { dueAt: new Date(0) } });
  return releaseRecovered(db, { earlyRecovery: byDefault, halfOpenProbing: false }, logger);
}
/** All that is put into the outbox, until nothing more is. */
async function released(): Promise<string[]> {
  while ((await look()) > 0) continue;
  return db.delivery
    .findMany({ where: { outboxAction: 'retryNow' }, orderBy: { outboxDueAt: 'asc' } })
    .then((rows) => rows.map(({ id }) => id));
}
const told = (): Promise<number> => db.delivery.count({ where: { outboxAction: 'retryNow' } });
const row = (id: string) => db.delivery.findUniqueOrThrow({ where: { id } });
const put = async (): Promise<string> =>
  (await putDeliveries(db, subscription, [{ status: 'pending' }]))[0] ?? '';
async function end(id: string, ...outcomes: ('delivered' | 'failed')[]): Promise<void> {
  for (const outcome of outcomes) await steps.statements.record((await steps.attempt(id))(outcome));
}
/** A delivery whose cycle has failed. */
async function asleep(): Promise<string> {
  const id = await put();
  await end(id, 'failed', 'failed', 'failed');
  return id;
}
/** Another one that arrives. */
const arrive = async (): Promise<void> => end(await put(), 'delivered');
/** So long ago is all that has happened. */
async function passMinutes(minutes: number): Promise<void> {
  const by = Prisma.sql`${minutes}::int * interval '1 minute'`;
  await db.$executeRaw(Prisma.sql`UPDATE "Attempt" SET "at" = "at" - ${by}`);
  await db.$executeRaw(Prisma.sql`UPDATE "Delivery" SET "failingSince" = "failingSince" - ${by}`);
}

describe('what waits for an endpoint', () => {
  it('is released by the first success, once', async () => {
    await arrive();
    const waiting = [await asleep(), await asleep(), await asleep()];
    expect(await released()).toEqual([]);
    await arrive();
    expect(await released()).toEqual(waiting);
    await claimEntries(db, 100);
    const [first = '', ...others] = waiting;
    for (const id of others) await end(id, 'delivered');
    await end(first, 'failed', 'failed', 'failed');
    await arrive();
    expect(await look()).toBe(0);
    expect(await row(first)).toMatchObject({ status: 'waiting', outboxAction: null });
    expect(await db.endpointRecovery.count()).toBe(0);
  });

  it('is released by the success of one of its own', async () => {
    await arrive();
    const [first, second] = [await asleep(), await asleep()];
    await end(first, 'delivered');
    expect(await released()).toEqual([second]);
  });

  it('goes withdrawals first, and the oldest first', async () => {
    const [first, second, third] = [await asleep(), await asleep(), await asleep()];
    await db.delivery.update({ where: { id: third }, data: { priority: 1 } });
    await arrive();
    await db.endpointRecovery.deleteMany();
    await look();
    await db.delivery.updateMany({ data: { outboxAction: null, awaitsRecovery: true } });
    await db.endpointRecovery.updateMany({ data: { nextBatch: 1 } });
    const next = async (): Promise<string | undefined> => {
      await look();
      const [found] = await db.delivery.findMany({ where: { outboxAction: 'retryNow' } });
      await db.delivery.updateMany({ data: { outboxAction: null } });
      await db.endpointRecovery.updateMany({ data: { nextBatch: 1 } });
      return found?.id;
    };
    expect([await next(), await next(), await next()]).toEqual([third, first, second]);
  });
});

describe('one that fails beside others that arrive', () => {
  it('keeps its hour, whatever arrives', async () => {
    await arrive();
    const poisoned = await asleep();
    for (let n = 0; n < 3; n++) {
      await arrive();
      expect(await look()).toBe(0);
    }
    await end(poisoned, 'failed', 'failed', 'failed'); // its next cycle
    await arrive();
    expect(await look()).toBe(0);
    expect(await row(poisoned)).toMatchObject({ outboxAction: null, awaitsRecovery: false });
  });

  it('keeps it also where something arrived in the middle of its cycle', async () => {
    const poisoned = await put();
    await end(poisoned, 'failed');
    await arrive();
    await end(poisoned, 'failed', 'failed');
    await passMinutes(60);
    await arrive();
    expect(await look()).toBe(0);
    expect((await row(poisoned)).outboxAction).toBeNull();
  });

  it('is released where the endpoint had accepted nothing for a while before', async () => {
    await arrive();
    await db.$executeRaw`UPDATE "Attempt" SET "at" = "at" - interval '10 minutes'`;
    const waiting = await asleep();
    await arrive();
    expect(await released()).toEqual([waiting]);
  });
});

describe('many', () => {
  const MANY = 260;
  /** What was released begins. */
  const begin = (): Promise<unknown> =>
    db.delivery.updateMany({ where: { outboxAction: 'retryNow' }, data: { nextAttemptAt: null } });
  beforeEach(async () => {
    await asleep();
    const [seed = ''] = await putDeliveries(db, subscription, [{}]);
    await db.$executeRaw`
      INSERT INTO "Delivery" ("id", "subscriptionId", "applicationId", "citizenId", "changeId", "sequence", "updateType", "status",
        "failingSince", "awaitsRecovery")
      SELECT gen_random_uuid(), "subscriptionId", "applicationId", "citizenId", "changeId", n, "updateType", 'waiting', now(), true
      FROM "Delivery", generate_series(2, ${MANY}) n WHERE "id" = ${seed}::uuid`;
    await arrive();
  });

  it('are released at a bounded, rising rate', async () => {
    const batches: number[] = [];
    for (let count = await look(); count > 0; count = await look()) {
      batches.push(count);
      await begin();
    }
    expect(batches).toEqual([10, 20, 40, 50, 50, 50, MANY - 220]);
    expect(await releaseRecovered(db, ON, logger)).toBe(0);
  });

  it('are not released faster than they begin', async () => {
    const [first, second, third] = [await look(), await look(), await look()];
    expect([first, second, third, await look()]).toEqual([10, 20, 20, 0]);
    await begin();
    expect(await look()).toBe(50);
  });

  it('are not released faster by more workers', async () => {
    await releaseRecovered(db, ON, logger);
    await Promise.all([1, 2, 3].map(() => releaseRecovered(db, ON, logger)));
    expect(await told()).toBe(10);
  });

  it('wait while the endpoint fails again, and go on slower when it works', async () => {
    expect([await look(), await look()]).toEqual([10, 20]);
    await begin();
    const failed = await put();
    await end(failed, 'failed');
    expect([await look(), await look()]).toEqual([0, 0]);
    await arrive();
    expect(await look()).toBe(10);
  });

  it.each([
    ['the service has it off', () => Promise.resolve(), false],
    [
      'the subscription has it off',
      () => db.subscription.updateMany({ data: { earlyRecovery: 'off' } }),
      true,
    ],
    ['it is paused', () => db.subscription.updateMany({ data: { status: 'paused' } }), true],
  ])('stay as they are where %s', async (_, set, byDefault) => {
    await set();
    expect(await look(byDefault)).toBe(0);
    expect(await told()).toBe(0);
  });

  it('are released where the subscription has it on, though the service has it off', async () => {
    await db.subscription.updateMany({ data: { earlyRecovery: 'on' } });
    expect(await look(false)).toBe(10);
  });
});

describe('with 50,000 that sleep', () => {
  it('the look for endpoints that work reads a handful of pages, by an index', async () => {
    const [seed = ''] = await putDeliveries(db, subscription, [{}]);
    await db.$executeRaw`
      INSERT INTO "Delivery" ("id", "subscriptionId", "applicationId", "citizenId", "changeId", "sequence", "updateType", "status",
        "failingSince", "awaitsRecovery")
      SELECT gen_random_uuid(), "subscriptionId", "applicationId", "citizenId", "changeId", n, "updateType", 'waiting', now(),
        n % 2 = 0 FROM "Delivery", generate_series(2, 50000) n WHERE "id" = ${seed}::uuid`;
    await arrive();
    // VACUUM passes over what an older transaction could still see; the database's own ANALYZE, begun by so many new rows, may be one.
    const blocks = await quickest(60, async () => {
      await db.$executeRaw`VACUUM ANALYZE "Delivery"`;
      const [explained] = await db.$queryRaw<{ 'QUERY PLAN': [{ Plan: Record<string, unknown> }] }[]>(
        Prisma.sql`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${recoveredEndpoints(ON)}`,
      );
      const plan = explained?.['QUERY PLAN'][0].Plan;
      expect(JSON.stringify(plan)).toContain('Delivery_recovery_idx');
      expect(plan?.['Actual Rows']).toBe(1);
      return Number(plan?.['Shared Hit Blocks']) + Number(plan?.['Shared Read Blocks']);
    });
    expect(blocks).toBeLessThan(60);
  });
});
