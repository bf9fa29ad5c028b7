import { processBulkActions, processNextBatch } from '../../../src/delivery/bulk-actions/next-batch';
import { purgeBulkActions } from '../../../src/delivery/bulk-actions/purge';
import { createLogger } from '../../../src/platform/logger';
import { ApiRig, type Answer } from '../../harness/api';
import { putDeliveries, putSubscription, type DeliveryState } from '../../harness/deliveries';

let api: ApiRig;
beforeAll(async () => {
  api = await ApiRig.start();
});
afterAll(() => api?.stop());

type Subscription = Awaited<ReturnType<typeof putSubscription>>;

const start = (action: string, filter: object, headers = {}): Promise<Answer> =>
  api.call('POST', '/v1/bulk-actions', { body: { action, filter }, headers });
const shown = async (id: string): Promise<Answer['body']> =>
  (await api.call('GET', `/v1/bulk-actions/${id}`)).body;

/** The next round of a worker, in a second or now. */
async function round(): Promise<void> {
  await api.db.$executeRaw`UPDATE "BulkAction" SET "dueAt" = now()`;
  await processBulkActions(api.db, createLogger('silent', 'test'));
}

async function begin(action: string, filter: object): Promise<string> {
  const { status, body } = await start(action, filter);
  expect(status).toBe(202);
  return body.id;
}

const rowsOf = ({
  id,
}: Subscription): Promise<{ status: string; outboxAction: string | null; outboxVersion: number }[]> =>
  api.db.delivery.findMany({ where: { subscriptionId: id }, orderBy: { id: 'asc' } });
const entriesOf = async (subscription: Subscription): Promise<(string | null)[]> =>
  (await rowsOf(subscription)).map(({ outboxAction }) => outboxAction);
const many = (count: number, state: DeliveryState = {}): DeliveryState[] =>
  Array.from({ length: count }, (_, n) => ({ createdAt: new Date(Date.now() - 60_000 + n), ...state }));

describe('a bulk action', () => {
  const STATES: DeliveryState[] = [
    ...[{ status: 'waiting' }, { status: 'paused' }, { status: 'blocked' }],
    ...[{ status: 'delivered' }, { status: 'cancelled' }, { status: 'expired' }],
  ];
  const OF_ALL = { retry: 3, cancel: 3, resend: 2 };

  it.each([
    ['retry', 'active', 2, ['retryNow', 'retryNow', null, null, null, null]],
    ['retry', 'paused', 1, ['retryNow', null, null, null, null, null]],
    ['cancel', 'active', 3, ['cancel', 'cancel', 'cancel', null, null, null]],
  ] as const)(
    'to %s does with each what the same action on it alone would: %s',
    async (action, status, done, entries) => {
      const subscription = await putSubscription(api.db, { status });
      await putDeliveries(api.db, subscription, STATES);
      const { body } = await start(action, { subscriptionId: subscription.id });
      expect(body).toMatchObject({
        action,
        status: 'running',
        total: OF_ALL[action],
        done: 0,
        left: OF_ALL[action],
      });
      await round();
      expect(await entriesOf(subscription)).toEqual(entries);
      const skipped = OF_ALL[action] - done;
      expect(await shown(body.id)).toMatchObject({ status: 'completed', done, skipped, left: 0 });
    },
  );

  it('to resend sends those again that were delivered or cancelled, and tells what becomes of them', async () => {
    const subscription = await putSubscription(api.db);
    const ids = await putDeliveries(api.db, subscription, STATES);
    await api.db.delivery.updateMany({ where: { id: { in: ids } }, data: { bodySealed: 'sealed' } });
    const id = await begin('resend', { subscriptionId: subscription.id });
    await round();
    expect(await entriesOf(subscription)).toEqual([null, null, null, 'start', 'start', null]);
    const { id: delivered } = await api.db.delivery.findFirstOrThrow({
      where: { status: 'pending', id: { in: ids } },
    });
    await api.db.delivery.update({ where: { id: delivered }, data: { status: 'delivered' } });
    const deliveries = { delivered: 1, waiting: 1, failed: 0 };
    expect(await shown(id)).toMatchObject({ total: 2, done: 2, skipped: 0, deliveries });
    const { body } = await api.call('GET', '/v1/bulk-actions?limit=1');
    expect(body.items).toMatchObject([{ id, deliveries }]);
  });

  it('goes on batch by batch at a bounded rate, also in several workers, and tells each delivery once', async () => {
    const subscription = await putSubscription(api.db);
    await putDeliveries(api.db, subscription, many(250));
    const id = await begin('retry', { subscriptionId: subscription.id, status: 'waiting' });
    const batch = (): Promise<number> => api.db.$transaction((tx) => processNextBatch(tx, id));
    const told = await Promise.all([batch(), batch(), batch()]);
    expect(told.sort((a, b) => a - b)).toEqual([0, 0, 100]); // the others find it taken, or not due
    expect(await batch()).toBe(0);
    expect(await shown(id)).toMatchObject({ status: 'running', total: 250, done: 100, left: 150 });
    await round();
    await round();
    expect(await shown(id)).toMatchObject({ status: 'completed', done: 250, skipped: 0, left: 0 });
    expect(new Set((await rowsOf(subscription)).map(({ outboxVersion }) => outboxVersion))).toEqual(
      new Set([1]),
    );
  });

  it('has done nothing of a batch that is cut off, and makes it again', async () => {
    const subscription = await putSubscription(api.db);
    await putDeliveries(api.db, subscription, many(3));
    const id = await begin('retry', { subscriptionId: subscription.id });
    const cutOff = api.db.$transaction(async (tx) => {
      expect(await processNextBatch(tx, id)).toBe(3);
      throw new Error('killed');
    });
    await expect(cutOff).rejects.toThrow('killed');
    expect([await entriesOf(subscription), (await shown(id)).done]).toEqual([[null, null, null], 0]);
    await round();
    expect((await shown(id)).done).toBe(3);
  });

  it('is for what is there when it is asked for, also where deliveries join or leave before their turn', async () => {
    const subscription = await putSubscription(api.db);
    const [first = ''] = await putDeliveries(api.db, subscription, many(2, { status: 'waiting' }));
    const id = await begin('cancel', { subscriptionId: subscription.id, status: 'waiting' });
    const [later = ''] = await putDeliveries(api.db, subscription, [
      { createdAt: new Date(Date.now() + 1_000) },
    ]);
    await api.db.delivery.update({ where: { id: first }, data: { status: 'delivered' } });
    await round();
    expect(await shown(id)).toMatchObject({ status: 'completed', total: 2, done: 1, left: 0 });
    expect((await api.db.delivery.findUniqueOrThrow({ where: { id: later } })).status).toBe('waiting');
  });

  it('can be cancelled: what it has done stays, and nothing more is done', async () => {
    const subscription = await putSubscription(api.db);
    await putDeliveries(api.db, subscription, many(150));
    const id = await begin('cancel', { subscriptionId: subscription.id });
    await round();
    const cancelled = await api.call('POST', `/v1/bulk-actions/${id}/cancel`);
    expect([cancelled.status, cancelled.body]).toMatchObject([
      202,
      { status: 'cancelled', done: 100, left: 0 },
    ]);
    await round();
    expect((await rowsOf(subscription)).filter(({ status }) => status === 'waiting')).toHaveLength(50);
    const again = await api.call('POST', `/v1/bulk-actions/${id}/cancel`);
    expect([again.status, again.body.code]).toEqual([409, 'bulk_action_finished']);
  });

  it('that fails keeps back no other, and has its turn again later', async () => {
    const subscription = await putSubscription(api.db);
    await putDeliveries(api.db, subscription, many(1));
    const broken = await begin('retry', { subscriptionId: subscription.id });
    await api.db.bulkAction.update({ where: { id: broken }, data: { filter: { status: 'unheard-of' } } });
    const id = await begin('retry', { subscriptionId: subscription.id });
    await round();
    expect([(await shown(broken)).status, (await shown(id)).status]).toEqual(['running', 'completed']);
    const { dueAt } = await api.db.bulkAction.findUniqueOrThrow({ where: { id: broken } });
    expect(dueAt.getTime()).toBeGreaterThan(Date.now() + 5_000);
    await api.db.bulkAction.delete({ where: { id: broken } });
  });

  it('where one knocks for all has that one knock, and tells no other', async () => {
    const subscription = await putSubscription(api.db);
    await putDeliveries(api.db, subscription, many(5));
    const later = new Date(Date.now() + 600_000);
    await api.db.endpointProbe.create({ data: { subscriptionId: subscription.id, nextKnockAt: later } });
    await begin('retry', { subscriptionId: subscription.id });
    await round();
    expect(await entriesOf(subscription)).toEqual([null, null, null, null, null]);
    const probe = await api.db.endpointProbe.findUniqueOrThrow({
      where: { subscriptionId: subscription.id },
    });
    expect(probe.nextKnockAt.getTime()).toBeLessThan(later.getTime());
  });

  it('keeps no reference of a citizen, only who had it', async () => {
    const subscription = await putSubscription(api.db);
    const [deliveryId = ''] = await putDeliveries(api.db, subscription, many(1));
    const { citizenId } = await api.db.delivery.findUniqueOrThrow({ where: { id: deliveryId } });
    await api.db.citizen.update({ where: { id: citizenId }, data: { externalRef: 'customer-kept' } });
    const id = await begin('cancel', { externalRef: 'customer-kept' });
    const row = await api.db.bulkAction.findUniqueOrThrow({ where: { id } });
    expect(row.filter).toEqual({ citizenIds: [citizenId] });
    await api.db.citizen.update({ where: { id: citizenId }, data: { externalRef: null } });
    await round();
    expect(await shown(id)).toMatchObject({ done: 1, filter: { citizenIds: [citizenId] } });
  });

  it('begins once for each idempotency key, and is an event of the audit trail', async () => {
    const { id: subscriptionId, applicationId } = await putSubscription(api.db);
    const headers = { 'idempotency-key': 'bulk-1' };
    const [first, second] = [
      await start('retry', { subscriptionId }, headers),
      await start('retry', { subscriptionId }, headers),
    ];
    expect(second.body).toEqual(first.body);
    const events = await api.db.auditEvent.findMany({ where: { objectId: first.body.id } });
    expect(events).toMatchObject([{ action: 'startBulkAction', applicationId }]);
  });

  it('is purged before the first delivery that it was done with can be', async () => {
    const id = await begin('retry', { subscriptionId: (await putSubscription(api.db)).id });
    await api.db.bulkAction.update({ where: { id }, data: { createdAt: new Date(Date.now() - 120_000) } });
    await purgeBulkActions(api.db, 60_000);
    expect((await shown(id)).status).toBe('running');
    await round();
    await purgeBulkActions(api.db, 60_000);
    expect((await api.call('GET', `/v1/bulk-actions/${id}`)).body.code).toBe('bulk_action_not_found');
  });
});

describe('a caller who sees some applications', () => {
  it('acts on their deliveries only, and sees bulk actions that are for no others', async () => {
    const [ours, theirs] = [await putSubscription(api.db), await putSubscription(api.db)];
    for (const subscription of [ours, theirs]) await putDeliveries(api.db, subscription, many(2));
    const { key } = (
      await api.asOwner('POST', '/v1/api-keys', {
        body: {
          name: 'Ours',
          scopes: ['deliveries:read', 'deliveries:write'],
          applicationIds: [ours.applicationId],
        },
      })
    ).body;
    const headers = { 'x-api-key': key };
    const hidden = await start('cancel', { subscriptionId: theirs.id }, headers);
    expect([hidden.status, hidden.body.code]).toEqual([404, 'subscription_not_found']);
    const { body } = await start('cancel', {}, headers);
    expect(body.total).toBe(2);
    const all = await begin('retry', { status: 'waiting' });
    const about = await begin('retry', { subscriptionId: ours.id });
    await round();
    expect((await rowsOf(ours)).map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
    expect((await rowsOf(theirs)).map(({ status }) => status)).toEqual(['waiting', 'waiting']);
    const listed = (await api.call('GET', '/v1/bulk-actions', { headers })).body;
    expect([listed.items.map(({ id }) => id), listed.total]).toEqual([[about, body.id], 2]);
    for (const [method, path] of [['GET', ''] as const, ['POST', '/cancel'] as const])
      expect((await api.call(method, `/v1/bulk-actions/${all}${path}`, { headers })).status).toBe(404);
  });
});
