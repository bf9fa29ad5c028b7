/**
 * An endpoint that was down works again: what waits for it arrives soon after the first success, in order.
 *
 * CPM_TEST_CITIZENS=500 CPM_TEST_CHANGES=4 makes it 2,000 deliveries; the default keeps `npm test` short.
 */
import { report } from '../harness/report';
import { bodyOf, eventually, TestService } from '../harness/service';

const CITIZENS = Number(process.env.CPM_TEST_CITIZENS ?? 15);
const CHANGES = Number(process.env.CPM_TEST_CHANGES ?? 2);
/** What a machine that does much else may take. */
const PATIENCE_MS = 60_000 + CITIZENS * CHANGES * 250;

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

describe('an endpoint that works again', () => {
  it(
    'gets all that has waited for it soon after its first success, in order',
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
      const state = async (): Promise<string> =>
        ((await service.ok('GET', `/v1/subscriptions/${id}`)) as { health: { state: string } }).health.state;
      await eventually(async () => expect(await count('waiting')).toBe(CITIZENS), PATIENCE_MS);
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
