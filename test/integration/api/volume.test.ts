import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MOST_COUNTED } from '../../../src/platform/most-counted';
import { ApiRig } from '../../harness/api';
import { quickest } from '../../harness/quickest';
import { report } from '../../harness/report';
import { DELIVERIES, fillDatabase, type Volume } from '../../harness/volume';
import { FLAT_READS, GROWING_READS } from '../../harness/volume-reads';

/** What a page of the admin UI may take. */
const LIMIT_MS = 500;
/** Bytes: a batch or two, and what is on its way. */
const MOST_HELD = 16_000_000;

let api: ApiRig;
let volume: Volume;

beforeAll(async () => {
  api = await ApiRig.start();
  volume = await fillDatabase(api.postgres.url);
}, 900_000);
afterAll(() => api.stop());

describe(`with ${DELIVERIES.toLocaleString('en')} deliveries`, () => {
  it.each([...FLAT_READS, ...GROWING_READS])('within half a second: %s', async (_, path) => {
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

describe('the table of all deliveries', () => {
  it('is sent whole, while no more than a part of it is held', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const held = (): number => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const { body } = await fetch(`${api.url}/v1/deliveries`, {
      headers: { 'x-api-key': api.key, accept: 'text/csv' },
    });
    const before = held();
    let [lines, bytes, looks, most] = [0, 0, 0, 0];
    for await (const chunk of body as ReadableStream<Uint8Array>) {
      lines += chunk.reduce((count, byte) => (byte === 10 ? count + 1 : count), 0);
      bytes += chunk.length;
      if (lines < (looks + 1) * (DELIVERIES / 10)) continue;
      looks += 1;
      most = Math.max(most, held() - before);
    }
    report(`${lines} lines, ${Math.round(bytes / 1e6)} MB, of which ${(most / 1e6).toFixed(1)} MB were held`);
    expect([lines, looks]).toEqual([1 + DELIVERIES, 10]);
    expect(most).toBeLessThan(MOST_HELD);
  });
});

describe('the total of a list', () => {
  const totalOf = async (query: string): Promise<number> =>
    (await api.call('GET', `/v1/deliveries?${query}`)).body.total;

  it('is exact, whatever is filtered by, and stands for more from a number on that all lists share', async () => {
    const { subscriptionId, citizenId } = volume;
    const filters = { subscriptionId, status: 'delivered', updateType: 'consent-receipts' };
    for (const where of [{ subscriptionId }, { citizenId }, { status: 'waiting' }, filters, {}]) {
      const total = await totalOf(new URLSearchParams(where).toString());
      expect(total).toBe(Math.min(await api.db.delivery.count({ where }), MOST_COUNTED));
    }
    const within = (from: number, to: number): Promise<number> =>
      totalOf(`from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`);
    // As long as has fewer than are counted: a day with 100,000.
    const end = Date.now() - 10 * 86_400_000;
    const half = Math.round(43_200_000 * (100_000 / DELIVERIES));
    const [begin, middle] = [end - 2 * half, end - half];
    const whole = await within(begin, end);
    expect(whole).toBeLessThan(MOST_COUNTED);
    expect((await within(begin, middle)) + (await within(middle, end))).toBe(whole);
    expect((await api.call('GET', '/v1/citizens')).body.total).toBe(MOST_COUNTED);
  });
});

describe('a bulk action', () => {
  it('is refused where it means more deliveries than one may', async () => {
    await api.db.$executeRaw`
      INSERT INTO "Delivery" ("id", "subscriptionId", "applicationId", "citizenId", "changeId", "sequence", "updateType", "status")
      SELECT gen_random_uuid(), "subscriptionId", "applicationId", "citizenId", "changeId", "sequence", "updateType", 'delivered'
      FROM "Delivery" WHERE "status" = 'delivered' LIMIT 10000`;
    const { status, body } = await api.call('POST', '/v1/bulk-actions', {
      body: { action: 'resend', filter: {} },
    });
    expect([status, body.code, body.params]).toEqual([409, 'too_many_deliveries', { most: 100_000 }]);
    expect(await api.db.bulkAction.count()).toBe(0);
  });
});
