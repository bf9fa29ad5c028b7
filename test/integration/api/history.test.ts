import { newId } from '../../../src/platform/ids';
import { ApiRig, type AnswerBody } from '../../harness/api';

let api: ApiRig;

beforeAll(async () => {
  api = await ApiRig.start();
  await api.call('PUT', '/v1/applications/shop', { body: { name: 'Shop' } });
  for (const option of ['news', 'ads']) {
    await api.call('PUT', `/v1/applications/shop/options/${option}`, { body: { name: option } });
  }
});
afterAll(() => api.stop());

const say = async (externalRef: string, optionId: string, state: string): Promise<AnswerBody> => {
  const change = { optionType: 'option', optionId, justification: 'consent', state };
  const body = { applicationId: 'shop', externalRef, changes: [change], channel: 'web' };
  return (await api.call('POST', '/v1/permissions/transactions', { body })).body;
};

const subscribe = async (updateType: string): Promise<AnswerBody> => {
  const body = { applicationId: 'shop', name: 'CRM', url: 'https://example.com/hook', updateType };
  return (await api.call('POST', '/v1/subscriptions', { body })).body;
};

describe("a citizen's history", () => {
  it('holds each change with its transactions and deliveries, the latest first', async () => {
    const { id: subscriptionId } = await subscribe('consent-receipts');
    const first = await say('c-1', 'news', 'GRANTED');
    const second = await say('c-1', 'ads', 'DENIED');
    const path = `/v1/citizens/${String(first.citizenId)}/changes`;
    const { status, body } = await api.call('GET', path);
    expect([status, body.total]).toEqual([200, 2]);
    expect(body.items).toMatchObject([
      {
        id: second.changeId,
        sequence: 2,
        kind: 'recorded',
        altered: ['option:ads'],
        transactions: [{ optionId: 'ads', state: 'DENIED', channel: 'web', recordedByName: null }],
        deliveries: [{ subscriptionId, updateType: 'consent-receipts', status: 'pending' }],
      },
      { id: first.changeId, sequence: 1, deliveries: [{ id: first.deliveries[0].id }] },
    ]);
    const page = await api.call('GET', `${path}?offset=1&limit=1`);
    expect(page.body.items.map(({ id }) => id)).toEqual([first.changeId]);
    expect((await api.call('GET', `/v1/citizens/${newId()}/changes`)).status).toBe(404);
  });
});

describe('citizens', () => {
  it('are found by a part of their reference in any case, and by id', async () => {
    const { citizenId } = await say('Müller_42', 'news', 'GRANTED');
    await say('mueller-43', 'news', 'GRANTED');
    const found = async (q: string): Promise<unknown[]> => {
      const { body } = await api.call('GET', `/v1/citizens?q=${encodeURIComponent(q)}`);
      return body.items.map((item) => item.externalRef);
    };
    expect(await found('ÜLLER_')).toEqual(['Müller_42']);
    expect(await found('4')).toEqual(['mueller-43', 'Müller_42']);
    expect(await found(String(citizenId))).toEqual(['Müller_42']);
    expect(await found('%')).toEqual([]);
    expect((await api.call('GET', '/v1/citizens?q=')).status).toBe(400);
  });
});

describe("a delivery's payload", () => {
  it('is shown where it is fixed, and null where it is not yet', async () => {
    const { id: full } = await subscribe('effective-permission');
    const recorded = await say('c-9', 'news', 'GRANTED');
    const payloads = await Promise.all(
      recorded.deliveries.map(async (delivery) => {
        const { status, body, headers } = await api.call('GET', `/v1/deliveries/${delivery.id}/payload`);
        expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
        return delivery.subscriptionId === full ? { full: body } : { receipt: body };
      }),
    );
    expect(payloads).toContainEqual({ full: null });
    expect(payloads).toContainEqual({
      receipt: expect.objectContaining({ externalRef: 'c-9', applicationId: 'shop' }) as unknown,
    });
    expect((await api.call('GET', `/v1/deliveries/${newId()}/payload`)).status).toBe(404);
  });
});
