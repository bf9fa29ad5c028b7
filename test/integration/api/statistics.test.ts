import { newId } from '../../../src/platform/ids';
import { ApiRig, type AnswerBody } from '../../harness/api';
import { putDeliveries } from '../../harness/deliveries';

let api: ApiRig;
let subscription: AnswerBody;

const FROM = '2026-03-01T00:00:00.000Z';
const TO = '2026-03-01T04:00:00.000Z';

beforeAll(async () => {
  api = await ApiRig.start();
  await api.call('PUT', '/v1/applications/shop', { body: { name: 'Shop' } });
  const body = {
    applicationId: 'shop',
    name: 'CRM',
    url: 'https://example.com/hook',
    updateType: 'consent-receipts',
  };
  subscription = (await api.call('POST', '/v1/subscriptions', { body })).body;
  const other = (await api.call('POST', '/v1/subscriptions', { body })).body;
  await putAttempts(subscription, [
    ['00:00:00.000', 'delivered', 10],
    ['00:30:00.000', 'delivered', 20],
    ['00:59:59.999', 'failed', 3_000],
    ['02:00:00.000', 'failed', 500],
    ['02:10:00.000', null, null],
    ['04:00:00.000', 'delivered', 1],
  ]);
  await putAttempts(other, [['00:10:00.000', 'failed', 9]]);
});
afterAll(() => api.stop());

async function putAttempts(
  { id: subscriptionId, applicationId }: AnswerBody,
  attempts: readonly (readonly [time: string, outcome: string | null, durationMs: number | null])[],
): Promise<void> {
  const [deliveryId = ''] = await putDeliveries(api.db, { id: subscriptionId, applicationId }, [{}]);
  await api.db.attempt.createMany({
    data: attempts.map(([time, outcome, durationMs], index) => ({
      id: newId(),
      ...{ deliveryId, subscriptionId, attempt: index + 1, cycle: 1, outcome, durationMs },
      ...{ at: new Date(`2026-03-01T${time}Z`), requestHeaders: {} },
    })),
  });
}

const ask = (query: string, id = subscription.id) =>
  api.call('GET', `/v1/subscriptions/${id}/statistics?${query}`);

describe('statistics of a subscription', () => {
  it('count attempts by outcome in equal parts of the time, with how long they took', async () => {
    const { status, body } = await ask(`from=${FROM}&to=${TO}&buckets=4`);
    expect([status, body]).toEqual([
      200,
      {
        buckets: [
          { at: FROM, delivered: 2, failed: 1, p50Ms: 20, p95Ms: 3_000 },
          { at: '2026-03-01T01:00:00.000Z', delivered: 0, failed: 0, p50Ms: null, p95Ms: null },
          { at: '2026-03-01T02:00:00.000Z', delivered: 0, failed: 1, p50Ms: 500, p95Ms: 500 },
          { at: '2026-03-01T03:00:00.000Z', delivered: 0, failed: 0, p50Ms: null, p95Ms: null },
        ],
      },
    ]);
  });

  it('show the last day in hours by default', async () => {
    const { buckets } = (await ask('')).body as unknown as { buckets: { at: string }[] };
    expect(buckets).toHaveLength(24);
    const begin = Date.parse(buckets[0]?.at ?? '');
    expect(Math.abs(Date.now() - 86_400_000 - begin)).toBeLessThan(10_000);
    expect(Date.parse(buckets[1]?.at ?? '') - begin).toBe(3_600_000);
  });

  it.each([
    `from=${TO}&to=${FROM}`,
    'from=2020-01-01T00:00:00Z',
    'buckets=201',
    'buckets=0',
    'from=yesterday',
  ])('refuse %s', async (query) => {
    expect((await ask(query)).status).toBe(400);
  });

  it('are a 404 where there is no subscription', async () => {
    expect((await ask('', newId())).status).toBe(404);
  });
});
