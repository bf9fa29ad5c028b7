import { newId } from '../../../src/platform/ids';
import { processNextBatch } from '../../../src/outbox/bulk-signals';
import { ApiRig } from '../../harness/api';
import { putDeliveries, type DeliveryState } from '../../harness/deliveries';
import { backendOf, untilItWaitsFor } from '../../harness/locks';

let api: ApiRig;

beforeAll(async () => {
  api = await ApiRig.start();
  await api.call('PUT', '/v1/applications/shop', { body: { name: 'Shop' } });
});
afterAll(() => api.stop());

const STATES: DeliveryState[] = [
  { status: 'waiting' },
  { status: 'delivering' },
  { status: 'paused' },
  { status: 'pending', outboxAction: 'start' },
  { status: 'delivering', outboxAction: 'start' },
  { status: 'waiting', outboxAction: 'retryNow' },
  { status: 'blocked' },
  { status: 'delivered' },
  { status: 'cancelled', outboxAction: 'cancel' },
];

async function subscribe(): Promise<{ id: string; applicationId: string }> {
  const { body } = await api.call('POST', '/v1/subscriptions', {
    body: {
      applicationId: 'shop',
      name: 'CRM',
      url: 'https://example.com/hook',
      updateType: 'consent-receipts',
      authentication: { authType: 'bearer', bearerAuth: { token: 'token-one' } },
    },
  });
  return body;
}

const entries = async (ids: readonly string[]): Promise<(string | null)[]> => {
  const rows = await api.db.delivery.findMany({ where: { id: { in: [...ids] } }, orderBy: { id: 'asc' } });
  return rows.map(({ outboxAction, outboxVersion }) =>
    outboxAction === null ? null : `${outboxAction} ${outboxVersion}`,
  );
};
const BEFORE = [null, null, null, 'start 0', 'start 0', 'retryNow 0', null, null, 'cancel 0'];
const CHANGED = 'subscriptionChanged 1';
const SIGNALLED = [CHANGED, CHANGED, CHANGED, 'start 0', CHANGED, CHANGED, null, null, 'cancel 0'];

describe('a change of a subscription', () => {
  it.each([
    [{ url: 'https://example.com/other' }],
    [{ authentication: { bearerAuth: { token: 'token-two' } } }],
    [{ authentication: { authType: 'none' } }],
    [
      {
        authentication: {
          authType: 'api-key',
          apiKeyAuth: { location: 'query', key: 'k', value: 'a new key' },
        },
      },
    ],
    [{ authentication: { bearerAuth: { expiresAt: '2030-01-01T00:00:00Z' } } }],
    [{ status: 'paused' }],
  ])('to %j signals every delivery that has begun and is not blocked', async (patch) => {
    const subscription = await subscribe();
    const ids = await putDeliveries(api.db, subscription, STATES);
    const answer = await api.call('PATCH', `/v1/subscriptions/${subscription.id}`, { body: patch });
    expect(answer.status).toBe(200);
    expect(await entries(ids)).toEqual(SIGNALLED);
    expect(await api.db.bulkSignal.count({ where: { subscriptionId: subscription.id } })).toBe(0);
  });

  it.each([
    [{}],
    [{ name: 'Other' }],
    [{ updateType: 'effective-permission' }],
    [{ status: 'active' }],
    [{ url: 'https://example.com/hook' }],
    [{ authentication: { bearerAuth: { token: 'token-one' } } }],
    [{ authentication: { bearerAuth: { token: null } } }],
  ])('to %j signals none', async (patch) => {
    const subscription = await subscribe();
    const ids = await putDeliveries(api.db, subscription, STATES);
    const answer = await api.call('PATCH', `/v1/subscriptions/${subscription.id}`, { body: patch });
    expect(answer.status).toBe(200);
    expect(await entries(ids)).toEqual(BEFORE);
  });

  it("leaves other subscriptions' deliveries alone", async () => {
    const [changed, other] = [await subscribe(), await subscribe()];
    const ids = await putDeliveries(api.db, other, STATES);
    await api.call('PATCH', `/v1/subscriptions/${changed.id}`, { body: { status: 'paused' } });
    expect(await entries(ids)).toEqual(BEFORE);
  });
});

describe('a deletion of a subscription', () => {
  it('cancels all that is unfinished', async () => {
    const subscription = await subscribe();
    const ids = await putDeliveries(api.db, subscription, STATES);
    await api.call('DELETE', `/v1/subscriptions/${subscription.id}`);
    const rows = await api.db.delivery.findMany({ where: { id: { in: ids } }, orderBy: { id: 'asc' } });
    expect(
      rows
        .slice(0, 7)
        .map(({ status, reason, outboxAction, finishedAt }) => [
          status,
          reason,
          outboxAction,
          finishedAt !== null,
        ]),
    ).toEqual(Array(7).fill(['cancelled', 'subscription deleted', 'cancel', true]));
    expect(rows[7]).toMatchObject({ status: 'delivered', outboxAction: null });
  });
});

describe('more deliveries than one batch', () => {
  const many = Array.from({ length: 1_100 }, () => ({}));

  it('are woken batch by batch, and a newer change begins anew', async () => {
    const subscription = await subscribe();
    const path = `/v1/subscriptions/${subscription.id}`;
    const ids = await putDeliveries(api.db, subscription, many);
    const signalled = (): Promise<number> =>
      api.db.delivery.count({ where: { id: { in: ids }, outboxAction: 'subscriptionChanged' } });
    await api.call('PATCH', path, { body: { status: 'paused' } });
    expect(await signalled()).toBe(500);
    await api.call('PATCH', path, { body: { status: 'active' } });
    const [bulkSignal, ...others] = await api.db.bulkSignal.findMany({
      where: { subscriptionId: subscription.id },
    });
    expect([bulkSignal?.action, others]).toEqual(['subscriptionChanged', []]);
    const step = (): Promise<boolean> =>
      api.db.$transaction((tx) => processNextBatch(tx, bulkSignal?.id ?? '', 400));
    expect(await signalled()).toBe(500);
    expect([await step(), await signalled()]).toEqual([false, 900]);
    expect([await step(), await signalled()]).toEqual([true, 1_100]);
    expect([
      await step(),
      await api.db.bulkSignal.count({ where: { subscriptionId: subscription.id } }),
    ]).toEqual([true, 0]);
  });

  it('are cancelled batch by batch, and signals that are still to be added are dropped', async () => {
    const subscription = await subscribe();
    const path = `/v1/subscriptions/${subscription.id}`;
    const ids = await putDeliveries(api.db, subscription, many);
    await api.call('PATCH', path, { body: { status: 'paused' } });
    await api.call('DELETE', path);
    const left = await api.db.bulkSignal.findMany({ where: { subscriptionId: subscription.id } });
    expect(left.map(({ action, reason }) => [action, reason])).toEqual([['cancel', 'subscription deleted']]);
    const step = (): Promise<boolean> =>
      api.db.$transaction((tx) => processNextBatch(tx, left[0]?.id ?? '', 500));
    while (!(await step())) continue;
    expect(await api.db.delivery.count({ where: { id: { in: ids }, status: 'cancelled' } })).toBe(1_100);
  });

  it('are processed once by two workers at the same time', async () => {
    const subscription = await subscribe();
    const ids = await putDeliveries(api.db, subscription, many);
    await api.call('PATCH', `/v1/subscriptions/${subscription.id}`, { body: { status: 'paused' } });
    const { id } = await api.db.bulkSignal.findFirstOrThrow({ where: { subscriptionId: subscription.id } });
    const step = (): Promise<boolean> => api.db.$transaction((tx) => processNextBatch(tx, id, 200));
    await Promise.all([step(), step()]);
    const tokens = await api.db.delivery.groupBy({
      by: ['outboxVersion'],
      where: { id: { in: ids } },
      _count: true,
    });
    expect(new Map(tokens.map(({ outboxVersion, _count }) => [outboxVersion, _count]))).toEqual(
      new Map([
        [0, 200],
        [1, 900],
      ]),
    );
  });
});

describe('the pause of a subscription', () => {
  it('waits for a change that has read it as active', async () => {
    const { id } = await subscribe();
    let pausing: Promise<{ status: number }> | undefined;
    await api.db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT id FROM "Subscription" WHERE id = ${id}::uuid FOR SHARE`;
      pausing = api.call('PATCH', `/v1/subscriptions/${id}`, { body: { status: 'paused' } });
      await untilItWaitsFor(await backendOf(tx), api.db, pausing);
    });
    expect((await pausing)?.status).toBe(200);
  });
});

describe("a subscription's health", () => {
  it('tells of the latest success and failure, of what waits, and of what a pause skipped', async () => {
    const subscription = await subscribe();
    const created = new Date('2026-01-01T00:00:00Z');
    const [first = ''] = await putDeliveries(api.db, subscription, [
      { status: 'waiting', createdAt: created },
      { status: 'blocked' },
      { status: 'delivered', createdAt: new Date('2025-01-01T00:00:00Z') },
    ]);
    const attempts = [
      ['2026-01-01T10:00:00Z', 'delivered', null],
      ['2026-01-01T11:00:00Z', 'delivered', null],
      ['2026-01-01T12:00:00Z', 'failed', 'answered 500'],
      ['2026-01-01T13:00:00Z', 'failed', 'timed out'],
      ['2026-01-01T14:00:00Z', null, null],
    ] as const;
    await api.db.attempt.createMany({
      data: attempts.map(([at, outcome, error], index) => ({
        id: newId(),
        ...{ deliveryId: first, subscriptionId: subscription.id, attempt: index + 1, cycle: 1 },
        ...{ at: new Date(at), outcome, error, requestHeaders: {} },
      })),
    });
    await api.db.skippedCount.create({ data: { subscriptionId: subscription.id, count: 7 } });
    const health = {
      state: 'failing',
      since: '2026-01-01T12:00:00.000Z',
      cause: 'all_fail',
      why: 'The last attempt failed, and nothing has been delivered since; 2 deliveries wait. Last failure: timed out.',
      lastSuccessAt: '2026-01-01T11:00:00.000Z',
      lastFailureAt: '2026-01-01T13:00:00.000Z',
      lastError: 'timed out',
      lastErrorCodes: null,
      waiting: 2,
      oldestWaitingAt: '2026-01-01T00:00:00.000Z',
      oldestWithdrawalWaitingAt: null,
      nextAttemptAt: null,
      skippedWhilePaused: 7,
      resyncAdvised: false,
      noAccessToken: null,
    };
    const one = await api.call('GET', `/v1/subscriptions/${subscription.id}`);
    expect(one.body.health).toEqual(health);
    const { body } = await api.call('GET', '/v1/subscriptions?limit=100');
    const listed = body.items.find((item) => item.id === subscription.id);
    expect(listed?.health).toEqual(health);
  });
});
