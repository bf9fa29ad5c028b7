/** What the log of attempts and the rows of deliveries say of an endpoint, step by step. */
import { enqueueCurrentState } from '../../../src/outbox/enqueue';
import { purgeFinished } from '../../../src/outbox/purge';
import { cancelDeliveries, resendDeliveries } from '../../../src/outbox/transitions';
import { readHealth } from '../../../src/subscriptions/health';
import { countResyncDeliveries } from '../../../src/subscriptions/resync-deliveries';
import type { SubscriptionHealth } from '../../../src/subscriptions/schema';
import { newId } from '../../../src/platform/ids';
import type { Database } from '../../../src/platform/database';
import { AttemptSteps } from '../../harness/attempts';
import { useTestDatabase } from '../../harness/database';
import { putDeliveries, putSubscription } from '../../harness/deliveries';

const database = useTestDatabase();
let db: Database;
let steps: AttemptSteps;
let subscription: { id: string; applicationId: string };
beforeEach(async () => {
  ({ db } = database);
  steps = new AttemptSteps(db);
  subscription = await putSubscription(db);
});

const put = async (): Promise<string> =>
  (await putDeliveries(db, subscription, [{ status: 'pending' }]))[0] ?? '';
const end = async (id: string, ...outcomes: ('delivered' | 'failed')[]): Promise<void> => {
  for (const outcome of outcomes) await steps.statements.record((await steps.attempt(id))(outcome));
};
const CYCLE = ['failed', 'failed', 'failed'] as const;
const health = async (): Promise<SubscriptionHealth | undefined> =>
  (await readHealth(db, [subscription.id])).get(subscription.id);
const row = (id: string) => db.delivery.findUniqueOrThrow({ where: { id } });

describe('the health of an endpoint', () => {
  it('that fails and works again is recovering, and never healthy while deliveries wait', async () => {
    const ids = [await put(), await put(), await put()];
    expect(await health()).toMatchObject({ state: 'healthy', cause: 'under_way' });
    for (const id of ids) await end(id, ...CYCLE);
    const [first = '', second = '', third = ''] = ids;
    const failing = await health();
    expect(failing).toMatchObject({ state: 'failing', cause: 'all_fail', waiting: 3, lastError: 'HTTP 500' });
    const { nextAttemptAt } = await row(first);
    expect(failing?.nextAttemptAt).toBe(nextAttemptAt?.toISOString());
    await end(await put(), 'delivered');
    expect(await health()).toMatchObject({ state: 'recovering', cause: 'recovered', waiting: 3 });
    for (const id of [first, second]) await end(id, 'delivered');
    expect(await health()).toMatchObject({ state: 'recovering', waiting: 1 });
    await end(third, 'delivered');
    const { state, cause, since, nextAttemptAt: none } = (await health()) ?? {};
    expect([state, cause, none]).toEqual(['healthy', 'all_delivered', null]);
    expect(since).not.toBeNull();
  });

  it('with one delivery that fails beside others that arrive is degraded', async () => {
    const poisoned = await put();
    await end(poisoned, 'failed');
    await end(await put(), 'delivered');
    await end(poisoned, 'failed', 'failed');
    await end(await put(), 'delivered');
    const { failingSince } = await row(poisoned);
    expect(await health()).toMatchObject({
      ...{ state: 'degraded', cause: 'some_fail', waiting: 1 },
      since: failingSince?.toISOString(),
    });
  });

  it('tells of the withdrawal that waits longest, and not of what stands before one', async () => {
    const [before, first, second] = [await put(), await put(), await put()];
    await db.delivery.update({ where: { id: before }, data: { priority: 1 } });
    const oldest = new Date('2026-01-01T00:00:00Z');
    await db.delivery.update({ where: { id: first }, data: { isWithdrawal: true, createdAt: oldest } });
    await db.delivery.update({ where: { id: second }, data: { isWithdrawal: true } });
    expect((await health())?.oldestWithdrawalWaitingAt).toBe(oldest.toISOString());
    await end(first, 'delivered');
    const { createdAt } = await row(second);
    expect((await health())?.oldestWithdrawalWaitingAt).toBe(createdAt.toISOString());
  });

  it('forgets the failures of a delivery that is sent again', async () => {
    const id = await put();
    await end(id, 'failed', 'delivered');
    expect((await row(id)).failingSince).not.toBeNull();
    await resendDeliveries(db, [id]);
    expect((await row(id)).failingSince).toBeNull();
  });
});

describe('a resync', () => {
  it('counts its deliveries as queued, delivered, waiting and failed, also once they are purged', async () => {
    const { id, applicationId } = subscription;
    const resync = { id: newId(), subscriptionId: id };
    const citizenIds = [newId(), newId(), newId()];
    await db.citizen.createMany({
      data: citizenIds.map((citizenId) => ({ id: citizenId, applicationId, lastSequence: 1 })),
    });
    await db.change.createMany({
      data: citizenIds.map((citizenId) => ({
        ...{ id: newId(), citizenId, sequence: 1, kind: 'recorded', recordedAt: new Date() },
      })),
    });
    await db.resync.create({ data: { ...resync, total: 3 } });
    const queued = await db.$transaction((tx) => enqueueCurrentState(tx, resync, citizenIds));
    const count = async () =>
      (await countResyncDeliveries(db, [{ id: resync.id, queued, purged: await purged() }]))[0];
    const purged = async () => (await db.resync.findUniqueOrThrow({ where: { id: resync.id } })).purged;
    expect(await count()).toEqual({ queued: 3, delivered: 0, waiting: 3, failed: 0 });
    const [first, second] = await db.delivery.findMany({ where: { resyncId: resync.id } });
    await end(first?.id ?? '', 'delivered');
    await db.$transaction((tx) => cancelDeliveries(tx, [second?.id ?? ''], 'cancelled by request'));
    const told = { queued: 3, delivered: 1, waiting: 1, failed: 1 };
    expect(await count()).toEqual(told);
    await db.delivery.updateMany({
      where: { resyncId: resync.id, finishedAt: { not: null } },
      data: { finishedAt: new Date('2026-01-01T00:00:00Z'), outboxAction: null },
    });
    await purgeFinished(db, 1_000);
    expect(await db.delivery.count({ where: { resyncId: resync.id } })).toBe(1);
    expect(await count()).toEqual(told);
  });
});
