import { ApiRig } from '../../harness/api';
import { quickest } from '../../harness/quickest';
import { DELIVERIES, fillDatabase, type Volume } from '../../harness/volume';

/** What a page of the admin UI may take. */
const LIMIT_MS = 500;

let api: ApiRig;
let volume: Volume;

beforeAll(async () => {
  api = await ApiRig.start();
  volume = await fillDatabase(api.db);
}, 120_000);
afterAll(() => api.stop());

const month = (): string => {
  const now = Date.now();
  const from = new Date(now - 30 * 86_400_000).toISOString();
  return `from=${from}&to=${new Date(now).toISOString()}`;
};

describe(`with ${DELIVERIES.toLocaleString('en')} deliveries`, () => {
  it.each<[string, (v: Volume) => string]>([
    ['the newest deliveries', () => '/v1/deliveries'],
    ['a page in the middle', () => '/v1/deliveries?offset=50000&limit=100'],
    ['the last page', () => '/v1/deliveries?offset=99900&limit=100'],
    ['deliveries of a subscription', (v) => `/v1/deliveries?subscriptionId=${v.subscriptionId}`],
    ['deliveries of the largest', (v) => `/v1/deliveries?subscriptionId=${v.largestId}&offset=40000`],
    ['what waits', () => '/v1/deliveries?status=waiting'],
    ['what was delivered', () => '/v1/deliveries?status=delivered&limit=100'],
    ['what waits of a subscription', (v) => `/v1/deliveries?status=waiting&subscriptionId=${v.largestId}`],
    ['what expired of a subscription', (v) => `/v1/deliveries?status=expired&subscriptionId=${v.largestId}`],
    ['deliveries of a type', () => '/v1/deliveries?updateType=consent-receipts'],
    ['deliveries of a time', () => `/v1/deliveries?${month()}`],
    [
      'all filters',
      (v) =>
        `/v1/deliveries?${month()}&status=delivered&updateType=consent-receipts&subscriptionId=${v.largestId}`,
    ],
    ['deliveries of a citizen', (v) => `/v1/deliveries?citizenId=${v.citizenId}`],
    ['one delivery', (v) => `/v1/deliveries/${v.deliveryId}`],
    ['subscriptions with their health', () => '/v1/subscriptions?limit=100'],
    ['the largest subscription', (v) => `/v1/subscriptions/${v.largestId}`],
    ['a month of the largest', (v) => `/v1/subscriptions/${v.largestId}/statistics?${month()}&buckets=200`],
    ['a day of the largest', (v) => `/v1/subscriptions/${v.largestId}/statistics`],
    ['citizens', () => '/v1/citizens?limit=100'],
    ['citizens by a part of their reference', () => '/v1/citizens?q=99'],
    ['nobody', () => '/v1/citizens?q=nobody'],
    ["a citizen's history", (v) => `/v1/citizens/${v.citizenId}/changes`],
    ['applications', () => '/v1/applications'],
  ])('within half a second: %s', async (_, path) => {
    const fastest = await quickest(LIMIT_MS, async () => {
      const begun = performance.now();
      const { status } = await api.call('GET', path(volume));
      expect(status).toBe(200);
      return performance.now() - begun;
    });
    expect(fastest).toBeLessThan(LIMIT_MS);
  });
});

describe('a page behind a cursor', () => {
  it.each<[string, (v: Volume) => string]>([
    ['deliveries', () => '/v1/deliveries?'],
    ['deliveries of the largest', (v) => `/v1/deliveries?subscriptionId=${v.largestId}&`],
    ['what was delivered', () => '/v1/deliveries?status=delivered&'],
    ['citizens', (v) => `/v1/citizens?applicationId=${v.applicationId}&`],
  ])('within half a second, far behind in the list: %s', async (_, path) => {
    const list = path(volume);
    const { nextCursor } = (await api.call('GET', `${list}offset=15000&limit=100`)).body;
    const fastest = await quickest(LIMIT_MS, async () => {
      const begun = performance.now();
      const { body } = await api.call('GET', `${list}limit=100&cursor=${String(nextCursor)}`);
      expect([body.items.length, body.offset]).toEqual([100, 15_100]);
      return performance.now() - begun;
    });
    expect(fastest).toBeLessThan(LIMIT_MS);
  });
});

describe('the total of a list', () => {
  it('is exact, whatever is filtered by', async () => {
    const { subscriptionId, citizenId } = volume;
    const all = await api.call('GET', '/v1/deliveries');
    expect(all.body.total).toBe(DELIVERIES);
    const filters = { subscriptionId, status: 'delivered', updateType: 'consent-receipts' };
    for (const where of [{ subscriptionId }, { citizenId }, { status: 'waiting' }, filters]) {
      const { body } = await api.call('GET', `/v1/deliveries?${new URLSearchParams(where).toString()}`);
      expect(body.total).toBe(await api.db.delivery.count({ where }));
    }
    const middle = new Date(Date.now() - 15 * 86_400_000);
    const parts = [`to=${middle.toISOString()}`, `from=${middle.toISOString()}`];
    const answers = await Promise.all(parts.map((part) => api.call('GET', `/v1/deliveries?${part}`)));
    expect(answers.reduce((sum, { body }) => sum + body.total, 0)).toBe(DELIVERIES);
  });
});
