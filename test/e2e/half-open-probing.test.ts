import { failingEndpoint, waitingFor } from '../harness/failing-endpoint';
import { eventually, TestService } from '../harness/service';

const WAITING = waitingFor(20);
const { citizens: CITIZENS, changes: CHANGES, patienceMs: PATIENCE_MS } = WAITING;
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
      const { receiver, count } = await failingEndpoint(service, WAITING);
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
