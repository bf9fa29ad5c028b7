/** The attempts of a delivery whose endpoint was down for a year. */
import { thinAttempts } from '../../../src/outbox/thin-attempts';
import { ApiRig } from '../../harness/api';
import { putDeliveries, putSubscription } from '../../harness/deliveries';

const DAYS = 365;
const ATTEMPTS = DAYS * 24 * 3;
const LONG_BODY = 'no such host. '.repeat(1_000);

let api: ApiRig;
let id: string;
beforeAll(async () => {
  api = await ApiRig.start();
  [id = ''] = await putDeliveries(api.db, await putSubscription(api.db), [{ status: 'waiting' }]);
  await putAttempts(id, ATTEMPTS);
});
afterAll(() => api.stop());

/** Failed attempts, three an hour, the last of them just now. */
async function putAttempts(deliveryId: string, count: number): Promise<void> {
  await api.db.$executeRaw`
    INSERT INTO "Attempt" ("id", "deliveryId", "subscriptionId", "attempt", "cycle", "at", "outcome", "statusCode", "requestHeaders")
    SELECT gen_random_uuid(), d."id", d."subscriptionId", n, 1 + (n - 1) / 3,
      now() - ((${count}::int - n) / 3) * interval '1 hour', 'failed', 503, '{}'
    FROM "Delivery" d, generate_series(1, ${count}::int) n WHERE d."id" = ${deliveryId}::uuid`;
  await api.db.$executeRaw`
    UPDATE "Attempt" SET "responseBodySealed" = ${api.sealer.seal(LONG_BODY, 'response')}
    WHERE "deliveryId" = ${deliveryId}::uuid AND "attempt" > ${count - 60}`;
  await api.db.$executeRaw`
    UPDATE "Delivery" SET "attemptCount" = ${count}, "cycle" = ${count / 3}, "thinnedAt" = now() - interval '25 hours'
    WHERE "id" = ${deliveryId}::uuid`;
}

type Shown = Record<string, any>;
const get = async (path: string): Promise<Shown> => {
  const { status, body } = await api.call('GET', `/v1/deliveries/${id}${path}`);
  expect(status).toBe(200);
  return body;
};
const numbers = (attempts: Shown[]): number[] => attempts.map(({ attempt }) => Number(attempt));
const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

describe(`a delivery with ${ATTEMPTS.toLocaleString('en')} attempts`, () => {
  it('is shown with the newest fifty, and tells how many there are', async () => {
    const delivery = await get('');
    expect(numbers(delivery.attempts)).toEqual(range(ATTEMPTS - 49, 50));
    expect(delivery).toMatchObject({ attemptsTotal: ATTEMPTS, attemptCount: ATTEMPTS });
  });

  it('lists all of them in pages, the oldest first', async () => {
    expect(numbers((await get('/attempts')).items)).toEqual(range(1, 20));
    const last = await get(`/attempts?offset=${ATTEMPTS - 5}&limit=100`);
    expect(numbers(last.items)).toEqual(range(ATTEMPTS - 4, 5));
    expect(last).toMatchObject({ total: ATTEMPTS, offset: ATTEMPTS - 5, limit: 100 });
    expect((await api.call('GET', `/v1/deliveries/${id}/attempts?limit=101`)).status).toBe(400);
  });

  it('shows the beginning of a long answer, and all of it on demand', async () => {
    const { attempts } = await get('');
    const newest = {
      attempt: ATTEMPTS,
      responseBody: LONG_BODY.slice(0, 2_000),
      responseBodyShortened: true,
    };
    expect(attempts.at(-1)).toMatchObject(newest);
    const whole = { attempt: ATTEMPTS, responseBody: LONG_BODY, responseBodyShortened: false };
    expect(await get(`/attempts/${ATTEMPTS}`)).toMatchObject(whole);
  });

  it.each([
    ['attempt_not_found', 404, () => `/v1/deliveries/${id}/attempts/${ATTEMPTS + 1}`],
    ['delivery_not_found', 404, () => `/v1/deliveries/00000000-0000-7000-8000-000000000000/attempts`],
    ['delivery_not_found', 404, () => `/v1/deliveries/00000000-0000-7000-8000-000000000000/attempts/1`],
    ['not_found', 404, () => `/v1/deliveries/${id}/attempts/first`],
  ])('answers %s where there is none', async (code, status, path) => {
    expect(await api.call('GET', path())).toMatchObject({ status, body: { code } });
  });

  it('keeps the last day, the first and the latest cycle, and one attempt for each day between', async () => {
    expect(await thinAttempts(api.db)).toBe(false);
    const kept = await api.db.attempt.findMany({
      where: { deliveryId: id },
      orderBy: { attempt: 'asc' },
    });
    const all = numbers(kept);
    expect(all.slice(0, 3)).toEqual([1, 2, 3]);
    const lastDay = 24 * 3;
    expect(all.slice(-lastDay)).toEqual(range(ATTEMPTS - lastDay + 1, lastDay));
    const days = kept.slice(3, -lastDay).map(({ at }) => at.toISOString().slice(0, 10));
    expect(new Set(days).size).toBeGreaterThanOrEqual(DAYS - 2);
    // The days of the two ends have some more: those within the last 24 hours, or in the first cycle.
    expect(all.length).toBeLessThan(3 + DAYS + 1 + lastDay + 3);
    expect((await get('')).attemptsTotal).toBe(all.length);
    expect(await get('')).toMatchObject({ attemptCount: ATTEMPTS });
  });

  it('is thinned once a day, and never when it has few attempts', async () => {
    const [few = ''] = await putDeliveries(api.db, await putSubscription(api.db), [{ status: 'waiting' }]);
    await putAttempts(few, 78);
    const before = await api.db.attempt.count();
    await thinAttempts(api.db);
    expect(await api.db.attempt.count()).toBe(before);
  });
});
