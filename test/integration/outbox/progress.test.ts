/** Deliveries that should have gone on by now, on a real database and a real Temporal whose workers the test plays. */
import { readBacklog } from '../../../src/outbox/backlog';
import { addBulkSignal } from '../../../src/outbox/bulk-signals';
import { acknowledge, claimEntries } from '../../../src/outbox/claims';
import { WorkflowGateway } from '../../../src/outbox/gateway';
import { createOrphanSweep } from '../../../src/outbox/orphans';
import { restoreProgress, stalled, STALLED_KINDS, tellUnblocked } from '../../../src/outbox/progress';
import { TemporalAwayError } from '../../../src/outbox/temporal-call';
import { markDelivered, parkDeliveries } from '../../../src/outbox/transitions';
import type { Visibility } from '../../../src/outbox/visibility';
import { workflowIdOf } from '../../../src/outbox/workflow-kinds';
import { Prisma, type Database } from '../../../src/platform/database';
import { newId } from '../../../src/platform/ids';
import { createLogger } from '../../../src/platform/logger';
import { useTestDatabase } from '../../harness/database';
import { putDeliveries, putSubscription } from '../../harness/deliveries';
import { IdleWorkflows } from '../../harness/idle-workflows';

const database = useTestDatabase();
let db: Database;
let workflows: IdleWorkflows;
let gateway: WorkflowGateway;
let subscription: { id: string; applicationId: string };
beforeAll(async () => {
  workflows = await IdleWorkflows.open();
  gateway = new WorkflowGateway(workflows.client, { attemptBackoffMs: 1_000, requestTimeoutMs: 15_000 });
});
afterAll(() => workflows?.close());
beforeEach(async () => {
  ({ db } = database);
  await db.subscription.deleteMany();
  await db.orderingKey.deleteMany();
  subscription = await putSubscription(db);
});

const sweep = (of: { conditionOf: WorkflowGateway['conditionOf'] } = gateway): Promise<boolean> =>
  restoreProgress({
    ...{ db, gateway: of, logger: createLogger('silent', 'test') },
    ...{ requestTimeoutMs: 15_000, onEntries: () => undefined },
  });
const row = (id: string) => db.delivery.findUniqueOrThrow({ where: { id } });
const entries = async (): Promise<(string | null)[]> =>
  (await db.delivery.findMany({ orderBy: { id: 'asc' } })).map(({ outboxAction }) => outboxAction);

/** What is in the outbox is sent, and lost on its way. */
async function loseSignals(): Promise<void> {
  for (const entry of await claimEntries(db, 1_000)) await acknowledge(db, entry);
}

/** So much time passes for all deliveries. */
async function passMinutes(minutes: number): Promise<void> {
  const by = Prisma.sql`${minutes}::int * interval '1 minute'`;
  await db.$executeRaw(Prisma.sql`
    UPDATE "Delivery" SET "verifiedAt" = "verifiedAt" - ${by}, "nextAttemptAt" = "nextAttemptAt" - ${by},
      "unblockedAt" = "unblockedAt" - ${by}, "stalledAt" = "stalledAt" - ${by}`);
  await db.$executeRaw(Prisma.sql`UPDATE "OrderingKey" SET "attemptUntil" = "attemptUntil" - ${by}`);
}

/** A delivery whose workflow waits for a signal. */
async function put(fields: Partial<Prisma.DeliveryUncheckedUpdateInput>): Promise<string> {
  const [id = ''] = await putDeliveries(db, subscription, [{}]);
  await db.delivery.update({ where: { id }, data: fields });
  await workflows.startIdle(id);
  return id;
}

/** Two of one citizen, the second of which is blocked by the first. */
async function putLine(): Promise<[head: string, second: string]> {
  const [head = '', second = ''] = await putDeliveries(db, subscription, [{}, { status: 'blocked' }]);
  await db.delivery.update({ where: { id: second }, data: { sequence: 2 } });
  return [head, second];
}

const soon = new Date(Date.now() + 3_600_000);

describe('a delivery that should have gone on', () => {
  it.each([
    ['paused, though its subscription is active', { status: 'paused' }, 'subscriptionChanged'],
    ['waiting, though its hour is over', { status: 'waiting', nextAttemptAt: new Date() }, 'retryNow'],
    [
      'in a cycle whose next attempt is long due',
      { status: 'delivering', nextAttemptAt: new Date() },
      'retryNow',
    ],
    ['delivering, with a request that must be over', { status: 'delivering', attemptCount: 1 }, 'retryNow'],
    ['pending, although its workflow has started', { status: 'pending' }, 'retryNow'],
  ])('is told again, and not twice: %s', async (_, fields, action) => {
    const id = await put(fields);
    await sweep();
    expect((await row(id)).outboxAction).toBeNull(); // it may be on its way
    await passMinutes(7);
    await sweep();
    expect(await row(id)).toMatchObject({ status: fields.status, outboxAction: action });
    await loseSignals();
    await sweep();
    expect((await row(id)).outboxAction).toBeNull();
    await passMinutes(7);
    await sweep();
    expect((await row(id)).outboxAction).toBe(action);
  });

  it('is told again after half a minute where it is blocked by one that is finished', async () => {
    const [head, second] = await putLine();
    await workflows.startIdle(second);
    await markDelivered(db, [{ deliveryId: head, statusCode: 200 }]);
    await loseSignals();
    await sweep();
    expect((await row(second)).outboxAction).toBeNull();
    await passMinutes(1);
    await sweep();
    expect((await row(second)).outboxAction).toBe('predecessorFinished');
    await loseSignals();
    await passMinutes(1);
    await sweep();
    expect((await row(second)).outboxAction).toBeNull();
  });

  it('is told when it parks while its predecessor is just being finished', async () => {
    const [head, second] = await putLine();
    await workflows.startIdle(second);
    const loaded = await row(second);
    await markDelivered(db, [{ deliveryId: head, statusCode: 200 }]);
    await parkDeliveries(db, 'blocked', [loaded]);
    await loseSignals();
    await passMinutes(1);
    await sweep();
    expect((await row(second)).outboxAction).toBe('predecessorFinished');
  });

  it('is told where it is blocked by nothing, and nobody has noted that', async () => {
    const [head, second] = await putLine();
    await db.delivery.update({ where: { id: head }, data: { status: 'delivered' } });
    expect(await tellUnblocked(db, [head, second])).toBe(0);
    await passMinutes(7);
    expect(await tellUnblocked(db, [head, second])).toBe(1);
    expect((await row(second)).outboxAction).toBe('predecessorFinished');
    expect(await tellUnblocked(db, [head, second])).toBe(0);
  });

  it('is told where its workflow is gone: the signal starts another', async () => {
    const [id = ''] = await putDeliveries(db, subscription, [{ status: 'paused' }]);
    await passMinutes(7);
    await sweep();
    expect((await row(id)).outboxAction).toBe('subscriptionChanged');
  });

  it('counts as stalled until its workflow looks at it', async () => {
    const id = await put({ status: 'paused' });
    await passMinutes(7);
    await sweep();
    expect((await readBacklog(db)).stalled).toEqual([{ by: 'silent', count: 1 }]);
    await db.subscription.update({ where: { id: subscription.id }, data: { status: 'paused' } });
    await parkDeliveries(db, 'paused', [await row(id)]);
    expect((await readBacklog(db)).stalled).toEqual([]);
  });
});

describe('a delivery that waits rightly', () => {
  it('is left alone, however long', async () => {
    const paused = await putSubscription(db, { status: 'paused' });
    await putDeliveries(db, paused, [{ status: 'paused' }, { status: 'waiting', outboxAction: 'retryNow' }]);
    const resumed = await putSubscription(db);
    await putDeliveries(db, resumed, [{ status: 'pending', outboxAction: 'start' }]);
    const [left = ''] = await putDeliveries(db, resumed, [{ status: 'paused', outboxAction: 'retryNow' }]);
    await addBulkSignal(db, resumed.id, 'subscriptionChanged');
    await db.bulkSignal.create({
      data: { id: newId(), subscriptionId: resumed.id, action: 'subscriptionChanged' },
    });
    await db.delivery.update({ where: { id: left }, data: { outboxAction: null } }); // its batch is yet to come
    await putLine();
    const [busy = '', behind = ''] = await putDeliveries(db, subscription, [
      { status: 'delivering' },
      { status: 'blocked' },
    ]);
    await putDeliveries(db, subscription, [{ status: 'delivered' }, { status: 'cancelled' }]);
    await passMinutes(60);
    await db.delivery.updateMany({ where: { status: 'waiting' }, data: { nextAttemptAt: soon } });
    const { citizenId } = await row(behind);
    await db.delivery.update({ where: { id: busy }, data: { status: 'delivered' } }); // of a resend, say
    await db.orderingKey.create({
      data: {
        ...{ subscriptionId: subscription.id, citizenId, sentSequence: 1, attemptId: newId() },
        ...{ deliveryId: busy, attemptUntil: soon },
      },
    });
    const before = await entries();
    const all = (await db.delivery.findMany()).map(({ id }) => id);
    await sweep();
    expect(await tellUnblocked(db, all)).toBe(0);
    expect(await entries()).toEqual(before);
    expect((await readBacklog(db)).stalled).toEqual([]);
  });

  it('is one that has just looked, and awaits its turn', async () => {
    await put({ status: 'pending', verifiedAt: new Date() });
    await sweep();
    expect(await entries()).toEqual([null]);
  });
});

describe('a workflow', () => {
  it('that no worker has come to is not told, but counted as busy', async () => {
    const [id = ''] = await putDeliveries(db, subscription, [{ status: 'pending' }]);
    await workflows.start(id);
    await passMinutes(7);
    await sweep();
    expect(await entries()).toEqual([null]);
    expect((await readBacklog(db)).stalled).toEqual([{ by: 'busy', count: 1 }]);
  });

  it('whose tasks fail, over and over, is not told, but counted, and its delivery says so', async () => {
    const [id = ''] = await putDeliveries(db, subscription, [{ status: 'waiting' }]);
    await workflows.startFailing(id, 3);
    await passMinutes(7);
    await sweep();
    expect(await row(id)).toMatchObject({
      ...{ status: 'waiting', outboxAction: null },
      lastError: 'not sent: its workflow fails its tasks in Temporal',
    });
    expect((await readBacklog(db)).stalled).toEqual([{ by: 'failing', count: 1 }]);
  });
});

describe('many deliveries that should have gone on', () => {
  const silent = { conditionOf: () => Promise.resolve('silent' as const) };
  const told = (): Promise<number> => db.delivery.count({ where: { outboxAction: 'subscriptionChanged' } });
  const putPaused = async (count: number): Promise<void> => {
    await putDeliveries(
      db,
      subscription,
      Array.from({ length: count }, () => ({ status: 'paused' })),
    );
    await passMinutes(7);
  };

  it('are told a batch at a time', async () => {
    await putPaused(250);
    expect([await sweep(silent), await told()]).toEqual([true, 100]);
    expect([await sweep(silent), await told()]).toEqual([true, 200]);
    expect([await sweep(silent), await told()]).toEqual([false, 250]);
  });

  it('are told once by two workers, and counted', async () => {
    const before = (await readBacklog(db)).toldAgain.find(({ kind }) => kind === 'paused')?.count ?? 0;
    await putPaused(150);
    await Promise.all([sweep(silent), sweep(silent)]);
    expect(await told()).toBe(150);
    expect(await db.delivery.count({ where: { outboxVersion: { gt: 1 } } })).toBe(0);
    expect((await readBacklog(db)).toldAgain).toContainEqual({ kind: 'paused', count: before + 150 });
  });

  it('are told though others hold their locks just then', async () => {
    await putPaused(3);
    let released: Promise<unknown> | undefined;
    const lock = (): Promise<void> =>
      new Promise((locked) => {
        released = db.$transaction(async (tx) => {
          await tx.$executeRaw`SELECT 1 FROM "Delivery" FOR NO KEY UPDATE`;
          locked();
          await tx.$executeRaw`SELECT pg_sleep(0.2)`; // as long as a statement of theirs may take
        });
      });
    let locked: Promise<void> | undefined;
    await sweep({
      conditionOf: async () => {
        await (locked ??= lock());
        return 'silent';
      },
    });
    await released;
    expect(await told()).toBe(3);
  });

  it('are found again at once where Temporal could not be asked', async () => {
    await putPaused(3);
    const away = { conditionOf: () => Promise.reject(new TemporalAwayError({})) };
    await expect(sweep(away)).rejects.toThrow(TemporalAwayError);
    expect(await told()).toBe(0);
    await sweep(silent);
    expect(await told()).toBe(3);
  });
});

describe('what fails', () => {
  /** Temporal refuses whatever is asked about the workflow of a delivery. */
  function refuseAbout(id: string): void {
    const { workflow } = workflows.client;
    const handleOf = workflow.getHandle.bind(workflow);
    const refused = workflowIdOf('delivery', id);
    jest
      .spyOn(workflow, 'getHandle')
      .mockImplementation((workflowId) => handleOf(workflowId === refused ? '' : workflowId));
  }
  afterEach(() => jest.restoreAllMocks());

  it('with one delivery keeps back no other', async () => {
    const [refused, other] = [await put({ status: 'paused' }), await put({ status: 'paused' })];
    await passMinutes(7);
    refuseAbout(refused);
    await sweep();
    expect(await row(other)).toMatchObject({ outboxAction: 'subscriptionChanged', stalledBy: 'silent' });
    expect(await row(refused)).toMatchObject({ outboxAction: null, stalledBy: null });
    expect(await gateway.isRunning({ kind: 'delivery', id: refused })).toBe(true); // and nothing is started in its place
  });

  it('with one kind keeps back no other', async () => {
    const [head, second] = await putLine();
    await markDelivered(db, [{ deliveryId: head, statusCode: 200 }]);
    await loseSignals();
    const overdue = await put({ status: 'waiting', nextAttemptAt: new Date() });
    await passMinutes(7);
    const conditionOf = ({ id }: { id: string }) =>
      id === second ? Promise.reject(new Error('odd')) : Promise.resolve('silent' as const);
    await expect(sweep({ conditionOf })).rejects.toThrow('odd');
    expect(await row(overdue)).toMatchObject({ outboxAction: 'retryNow' });
  });

  it('with one workflow that has lost its delivery keeps back no other', async () => {
    const [refused, orphan] = [newId(), newId()];
    await Promise.all([workflows.startIdle(refused), workflows.startIdle(orphan)]);
    refuseAbout(refused);
    const told: string[] = [];
    const lookAgain = gateway.lookAgain.bind(gateway);
    jest.spyOn(gateway, 'lookAgain').mockImplementation(async (id) => {
      await lookAgain(id);
      told.push(id);
    });
    const pages: unknown[] = [];
    const listRunning = (_: string, page: unknown) => {
      pages.push(page);
      return Promise.resolve({ ids: [refused, orphan], next: new Uint8Array([7]) });
    };
    const visibility = { listRunning } as unknown as Visibility;
    const look = createOrphanSweep(db, gateway, visibility, createLogger('silent', 'test'));
    await look();
    await look();
    expect(told).toEqual([orphan, orphan]);
    expect(pages).toEqual([undefined, new Uint8Array([7])]); // and no page is read for ever
  });
});

describe('with 50,000 deliveries that wait rightly', () => {
  it.each(STALLED_KINDS)(
    'the look for those that are %s reads a handful of pages, by an index',
    async (kind) => {
      const paused = await putSubscription(db, { status: 'paused' });
      const [seed = ''] = await putDeliveries(db, paused, [{}]);
      await db.$executeRaw`
      INSERT INTO "Delivery" ("id", "subscriptionId", "applicationId", "citizenId", "changeId", "sequence", "updateType",
        "status", "nextAttemptAt", "verifiedAt")
      SELECT gen_random_uuid(), CASE WHEN n % 3 = 0 THEN d."subscriptionId" ELSE ${subscription.id}::uuid END,
        d."applicationId", d."citizenId", d."changeId", n, d."updateType", (ARRAY['paused', 'waiting', 'blocked'])[1 + n % 3],
        CASE WHEN n % 3 = 1 THEN now() + interval '1 hour' END, now() - interval '1 hour'
      FROM "Delivery" d, generate_series(1, 50000) n WHERE d."id" = ${seed}::uuid`;
      await db.delivery.update({ where: { id: seed }, data: STALLED[kind](subscription.id) });
      await db.$executeRaw`VACUUM ANALYZE "Delivery"`;
      const [explained] = await db.$queryRaw<{ 'QUERY PLAN': [{ Plan: Record<string, unknown> }] }[]>(
        Prisma.sql`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${stalled(kind, 375_000, 100)}`,
      );
      const plan = explained?.['QUERY PLAN'][0].Plan;
      expect(JSON.stringify(plan)).toContain(INDEX_OF[kind]);
      expect(plan?.['Actual Rows']).toBe(1);
      expect(Number(plan?.['Shared Hit Blocks']) + Number(plan?.['Shared Read Blocks'])).toBeLessThan(40);
    },
  );
});

const long = (): Date => new Date(Date.now() - 3_600_000);
const INDEX_OF = {
  unblocked: 'Delivery_unblocked_idx',
  paused: 'Delivery_paused_idx',
  overdue: 'Delivery_due_idx',
} as const;
const STALLED = {
  unblocked: () => ({ status: 'blocked', unblockedAt: long() }),
  paused: (subscriptionId: string) => ({ status: 'paused', subscriptionId, verifiedAt: long() }),
  overdue: () => ({ status: 'waiting', nextAttemptAt: long(), verifiedAt: long() }),
} as const;
