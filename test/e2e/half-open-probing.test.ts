/** CPM_TEST_CITIZENS=500 CPM_TEST_CHANGES=4 makes it 2,000 deliveries; the default keeps `npm test` short. */
import { eventually, TestService } from '../harness/service';

const CITIZENS = Number(process.env.CPM_TEST_CITIZENS ?? 20);
const CHANGES = Number(process.env.CPM_TEST_CHANGES ?? 2);
const PATIENCE_MS = 60_000 + CITIZENS * CHANGES * 250;
const INTERVAL_MS = 9_000;

let service: TestService;
beforeAll(async () => {
  service = await TestService.start({ retryIntervalMs: INTERVAL_MS, halfOpenProbing: true });
});
afterAll(() => service.stop());

describe('an endpoint that is down, at which one delivery knocks for all', () => {
  it(
    'gets at most ten requests an interval, and all that has waited once one of them is accepted',
    async () => {
      const app = await service.application();
      const receiver = await service.receiver();
      receiver.behave({ kind: 'answer', status: 503 });
      const { id } = await service.subscribe(app, receiver.url);
      for (let change = 0; change < CHANGES; change++)
        for (let citizen = 0; citizen < CITIZENS; citizen++)
          await service.consent(app, `c-${citizen}`, change % 2 === 0 ? 'GRANTED' : 'DENIED');
      const count = async (status: string): Promise<number> =>
        (
          (await service.ok('GET', `/v1/deliveries?subscriptionId=${id}&status=${status}`)) as {
            total: number;
          }
        ).total;
      await eventually(async () => expect(await count('waiting')).toBe(CITIZENS), PATIENCE_MS);
      const begun = receiver.received[0]?.at.getTime() ?? 0;
      await eventually(() => expect(Date.now() - begun).toBeGreaterThan(INTERVAL_MS));
      const within = (from: number): number =>
        receiver.received.filter(({ at }) => at.getTime() >= from && at.getTime() < from + INTERVAL_MS)
          .length;
      for (const { at } of receiver.received) expect(within(at.getTime())).toBeLessThanOrEqual(10);

      const failed = receiver.received.length;
      receiver.behave({ kind: 'answer', status: 200 });
      await eventually(async () => expect(await count('delivered')).toBe(CITIZENS * CHANGES), PATIENCE_MS);
      expect(receiver.received).toHaveLength(failed + CITIZENS * CHANGES);
    },
    3 * PATIENCE_MS,
  );
});
