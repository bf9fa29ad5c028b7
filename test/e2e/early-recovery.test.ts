/** An endpoint that was down works again: what waits for it arrives soon after the first success, in order. */
import { failingEndpoint, waitingFor } from '../harness/failing-endpoint';
import { report } from '../harness/report';
import { bodyOf, eventually, TestService } from '../harness/service';

const WAITING = waitingFor(15);
const { citizens: CITIZENS, changes: CHANGES, patienceMs: PATIENCE_MS } = WAITING;

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

describe('an endpoint that works again', () => {
  it(
    'gets all that has waited for it soon after its first success, in order',
    async () => {
      const { app, receiver, subscriptionId: id, count } = await failingEndpoint(service, WAITING);
      const state = async (): Promise<string> =>
        ((await service.ok('GET', `/v1/subscriptions/${id}`)) as { health: { state: string } }).health.state;
      expect(await state()).toBe('failing');

      receiver.behave({ kind: 'answer', status: 200 });
      const before = receiver.received.length;
      await service.consent(app, 'another', 'GRANTED');
      await eventually(() => expect(receiver.received.length).toBeGreaterThan(before));
      const begun = Date.now();
      const states = new Set<string>();
      await eventually(async () => {
        states.add(await state());
        expect(await count('delivered')).toBe(CITIZENS * CHANGES + 1);
      }, PATIENCE_MS);
      const tookMs = Date.now() - begun;
      report(`${CITIZENS * CHANGES} deliveries of ${CITIZENS} citizens ${tookMs} ms after the first success`);

      const arrived = receiver.received.slice(before);
      expect(arrived).toHaveLength(CITIZENS * CHANGES + 1);
      const numbers = new Map<string, number[]>();
      for (const received of arrived) {
        const citizen = bodyOf(received).externalRef as string;
        numbers.set(citizen, [...(numbers.get(citizen) ?? []), Number(received.headers['x-cpm-sequence'])]);
      }
      for (const [, sequences] of numbers) expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
      expect(states.has('recovering')).toBe(true);
      expect(await state()).toBe('healthy');
    },
    3 * PATIENCE_MS,
  );
});
