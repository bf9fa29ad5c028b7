import { ApiRig, type AnswerBody } from '../../harness/api';
import { putDeliveries, putSubscription } from '../../harness/deliveries';
import { eventually } from '../../harness/service';

let api: ApiRig;

beforeAll(async () => {
  api = await ApiRig.start();
  await api.call('PUT', '/v1/applications/shop', { body: { name: 'Shop' } });
  await api.call('PUT', '/v1/applications/shop/options/news', { body: { name: 'News' } });
  const subscription = { applicationId: 'shop', name: 'CRM', url: 'https://example.com/hook' };
  await api.call('POST', '/v1/subscriptions', { body: { ...subscription, updateType: 'consent-receipts' } });
});
afterAll(() => api.stop());

/** Records a consent; one delivery comes of it. */
const consent = async (externalRef: string): Promise<{ citizenId: string; id: string }> => {
  const change = { optionType: 'option', optionId: 'news', justification: 'consent', state: 'GRANTED' };
  const body = { applicationId: 'shop', externalRef, changes: [change] };
  const recorded = (await api.call('POST', '/v1/permissions/transactions', { body })).body;
  return { citizenId: String(recorded.citizenId), id: recorded.deliveries[0].id };
};

const listed = async (query = ''): Promise<AnswerBody['items']> =>
  (await api.call('GET', `/v1/deliveries?${query}`)).body.items;

describe('a delivery', () => {
  it('names its citizen as the caller does, in the list and by itself', async () => {
    const ada = await consent('customer-ada');
    const bob = await consent('customer-bob');
    expect(await listed()).toMatchObject([
      { ...bob, externalRef: 'customer-bob' },
      { ...ada, externalRef: 'customer-ada' },
    ]);
    const { body } = await api.call('GET', `/v1/deliveries/${ada.id}`);
    expect(body).toMatchObject({ ...ada, externalRef: 'customer-ada' });
    expect(api.log()).not.toContain('customer-');
  });

  it('forgets the reference with the deletion of the citizen', async () => {
    const { citizenId, id } = await consent('customer-eve');
    expect((await api.call('DELETE', `/v1/citizens/${citizenId}`)).status).toBe(204);
    expect(await listed(`citizenId=${citizenId}`)).toMatchObject([
      { citizenId, status: 'pending', externalRef: null },
      { citizenId, id, status: 'cancelled', externalRef: null },
    ]);
    expect((await api.call('GET', `/v1/deliveries/${id}`)).body).toMatchObject({ id, externalRef: null });
  });

  it('is listed although its citizen vanishes at that moment', async () => {
    const { citizenId, id } = await consent('customer-joe');
    let listing: ReturnType<typeof listed> | undefined;
    await api.db.$transaction(async (tx) => {
      await tx.$executeRaw`LOCK TABLE "Citizen" IN ACCESS EXCLUSIVE MODE`;
      listing = listed(`citizenId=${citizenId}`);
      await eventually(async () => expect(await waitingForCitizens()).toBe(1));
      await tx.citizen.delete({ where: { id: citizenId } });
    });
    expect(await listing).toMatchObject([{ id, externalRef: null }]);
  });
});

describe('deliveries', () => {
  const STATES = [
    { status: 'waiting', lastStatusCode: 503 },
    { status: 'delivered', lastStatusCode: 204 },
    { status: 'cancelled', lastStatusCode: 503 },
    { status: 'blocked' },
    { status: 'expired' },
  ];
  const found = async (query: string, headers = {}): Promise<[ids: string[], total: number]> => {
    const { body } = await api.call('GET', `/v1/deliveries?${query}`, { headers });
    return [body.items.map(({ id }) => id).sort(), body.total];
  };

  it('are found by their filters, by several of them too, wherever they are', async () => {
    const [one, other] = [await putSubscription(api.db), await putSubscription(api.db)];
    const [waiting = '', delivered = '', cancelled = '', blocked = ''] = await putDeliveries(
      api.db,
      one,
      STATES,
    );
    const [elsewhere = '', , , blockedElsewhere = ''] = await putDeliveries(api.db, other, STATES);
    const { citizenId } = await api.db.delivery.findUniqueOrThrow({ where: { id: waiting } });
    await api.db.citizen.update({ where: { id: citizenId }, data: { externalRef: 'customer-found' } });
    const all = async (query: string, ids: readonly string[]): Promise<void> =>
      expect(await found(query)).toEqual([[...ids].sort(), ids.length]);
    await all('externalRef=customer-found&undelivered=true', [waiting, blocked]);
    await all('externalRef=customer-found&statusCode=503', [waiting, cancelled]);
    await all('externalRef=customer-found&statusCode=503&undelivered=true', [waiting]);
    await all('externalRef=customer-found&statusCode=204', [delivered]);
    await all('externalRef=customer-foun', []);
    await all(`externalRef=customer-found&subscriptionId=${other.id}`, []);
    await all('statusCode=503&undelivered=true', [waiting, elsewhere]);
    await all('undelivered=true&status=blocked', [blocked, blockedElsewhere]);
    await all(`undelivered=true&subscriptionId=${one.id}`, [waiting, blocked]);
    await all(`statusCode=204&subscriptionId=${one.id}`, [delivered]);
  });

  it('are found by a reference that people of several applications have, of those that the caller sees', async () => {
    const [one, other] = [await putSubscription(api.db), await putSubscription(api.db)];
    const ids: string[] = [];
    for (const subscription of [one, other]) {
      const [id = ''] = await putDeliveries(api.db, subscription, [{ status: 'waiting' }]);
      const { citizenId } = await api.db.delivery.findUniqueOrThrow({ where: { id } });
      await api.db.citizen.update({ where: { id: citizenId }, data: { externalRef: 'shared' } });
      ids.push(id);
    }
    const { body } = await api.asOwner('POST', '/v1/api-keys', {
      body: { name: 'One', scopes: ['deliveries:read'], applicationIds: [one.applicationId] },
    });
    const seen = { 'x-api-key': body.key };
    expect(await found('externalRef=shared')).toEqual([[...ids].sort(), 2]);
    for (const query of ['externalRef=shared', 'externalRef=shared&undelivered=true', 'undelivered=true', ''])
      expect(await found(query, seen)).toEqual([[ids[0]], 1]);
    const table = await api.call('GET', '/v1/deliveries', { headers: { ...seen, accept: 'text/csv' } });
    expect([table.text.includes(ids[0] ?? ''), table.text.includes(ids[1] ?? '')]).toEqual([true, false]);
  });

  it('say what they wait for', async () => {
    const subscription = await putSubscription(api.db);
    const [first = '', blocked = '', finished = ''] = await putDeliveries(api.db, subscription, [
      ...[{ status: 'waiting' }, { status: 'blocked' }, { status: 'delivered', finishedAt: new Date() }],
    ]);
    const nextAttemptAt = new Date('2030-01-01T00:00:00.000Z');
    await api.db.delivery.update({ where: { id: first }, data: { nextAttemptAt } });
    const waitOf = async (id: string): Promise<unknown> =>
      (await api.call('GET', `/v1/deliveries/${id}`)).body.waitsFor;
    const until = nextAttemptAt.toISOString();
    expect(await waitOf(first)).toMatchObject({ reason: 'next-attempt', until });
    expect(await waitOf(blocked)).toMatchObject({ reason: 'earlier-delivery', deliveryId: first });
    expect(await waitOf(finished)).toBeNull();
    await api.db.endpointProbe.create({
      data: { subscriptionId: subscription.id, nextKnockAt: nextAttemptAt },
    });
    expect(await waitOf(first)).toMatchObject({ reason: 'knock', until });
    await api.db.subscription.update({ where: { id: subscription.id }, data: { status: 'paused' } });
    expect(await waitOf(first)).toMatchObject({ reason: 'subscription', until: null });
  });

  it.each([
    ['statusCode=99', 'statusCode', 'out_of_range'],
    ['statusCode=abc', 'statusCode', 'out_of_range'],
    ['undelivered=false', 'undelivered', 'fixed_value'],
    [`externalRef=${'x'.repeat(101)}`, 'externalRef', 'too_long'],
  ])('are not looked for by %s', async (query, path, code) => {
    const { status, body } = await api.call('GET', `/v1/deliveries?${query}`);
    expect([status, body.errors]).toEqual([400, [expect.objectContaining({ path, code })]]);
  });

  it('are had as a table, in which no text is a formula', async () => {
    const subscription = await putSubscription(api.db);
    const [id = ''] = await putDeliveries(api.db, subscription, [{ status: 'waiting', lastStatusCode: 503 }]);
    const { citizenId } = await api.db.delivery.findUniqueOrThrow({ where: { id } });
    await api.db.citizen.update({ where: { id: citizenId }, data: { externalRef: '=1+1' } });
    const path = `/v1/deliveries?subscriptionId=${subscription.id}&statusCode=503`;
    const { text, headers } = await api.call('GET', path, { headers: { accept: 'text/csv' } });
    expect(headers.get('content-disposition')).toContain('deliveries.csv');
    const [names = [], row = [], ...others] = text
      .trimEnd()
      .split('\r\n')
      .map((each) => each.split(','));
    const cell = (name: string): string | undefined => row[names.indexOf(name)];
    expect(others).toEqual([]);
    expect([
      cell('id'),
      cell('externalRef'),
      cell('status'),
      cell('lastStatusCode'),
      cell('lastError'),
    ]).toEqual([...[id, `'=1+1`, 'waiting', '503', '']]);
  });
});

describe('a delivery of a subscription', () => {
  it('tells its name, and whether it is deleted, wherever it is shown', async () => {
    const { citizenId, id } = await consent('customer-of-old');
    const { subscriptionId } = await api.db.delivery.findUniqueOrThrow({ where: { id } });
    const shown = async (): Promise<unknown[]> => [
      (await api.call('GET', `/v1/deliveries/${id}`)).body,
      (await listed(`citizenId=${citizenId}`))[0],
      (await api.call('GET', `/v1/citizens/${citizenId}/changes`)).body.items[0]?.deliveries[0],
    ];
    const told = (subscriptionDeleted: boolean) =>
      Array(3).fill(
        expect.objectContaining({ id, subscriptionId, subscriptionName: 'CRM', subscriptionDeleted }),
      );
    expect(await shown()).toEqual(told(false));
    await api.db.subscription.update({ where: { id: subscriptionId }, data: { deletedAt: new Date() } });
    expect(await shown()).toEqual(told(true));
    const { text } = await api.call('GET', `/v1/deliveries?citizenId=${citizenId}`, {
      headers: { accept: 'text/csv' },
    });
    expect(text).toContain(`${subscriptionId},CRM,true,`);
  });

  it('tells what can be done with it: what it does not tell is refused', async () => {
    const finished = ['delivered', 'cancelled', 'expired'];
    const states = [...finished, 'pending', 'delivering', 'waiting', 'paused', 'blocked'];
    const told: Record<string, string[]> = {};
    for (const subscription of ['active', 'paused', 'deleted'])
      for (const status of states) {
        const actions = await Promise.all(
          ['retry', 'cancel', 'resend'].map(async (action) => {
            const row = await putSubscription(api.db, {
              status: subscription === 'paused' ? 'paused' : 'active',
            });
            if (subscription === 'deleted')
              await api.db.subscription.update({ where: { id: row.id }, data: { deletedAt: new Date() } });
            const finishedAt = finished.includes(status) ? { finishedAt: new Date() } : {};
            const [id = ''] = await putDeliveries(api.db, row, [{ status, ...finishedAt }]);
            await api.db.delivery.update({ where: { id }, data: { bodySealed: 'sealed' } });
            const { body } = await api.call('GET', `/v1/deliveries/${id}`);
            const offered = (body.actions as string[]).includes(action);
            const answer = await api.call('POST', `/v1/deliveries/${id}/${action}`);
            expect({ subscription, status, action, code: answer.status }).toEqual({
              ...{ subscription, status, action, code: offered ? 202 : 409 },
            });
            return offered ? [action] : [];
          }),
        );
        told[`${status} of ${subscription}`] = actions.flat();
      }
    expect(told).toMatchObject({
      'delivered of active': ['resend'],
      'expired of active': [],
      'delivered of deleted': [],
      'waiting of active': ['retry', 'cancel'],
      'paused of paused': ['cancel'],
      'waiting of deleted': ['retry', 'cancel'],
    });
  });
});

async function waitingForCitizens(): Promise<number> {
  const [row] = await api.db.$queryRaw<{ waiting: number }[]>`
    SELECT count(*)::int AS waiting FROM pg_locks l JOIN pg_database d ON d.oid = l.database
     WHERE NOT l.granted AND d.datname = current_database() AND l.relation = '"Citizen"'::regclass`;
  return row?.waiting ?? 0;
}
