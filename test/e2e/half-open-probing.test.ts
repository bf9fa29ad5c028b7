import { startReceiver, type Receiver } from '../../tools/receiver/receiver';
import { failingEndpoint, waitingFor, type FailingEndpoint } from '../harness/failing-endpoint';
import { eventually, TestService } from '../harness/service';

const WAITING = waitingFor(20);
const { citizens: CITIZENS, changes: CHANGES, patienceMs: PATIENCE_MS } = WAITING;
const INTERVAL_MS = 9_000;
const LATE_AFTER_MS = 1_000;

interface OpenAlert {
  readonly kind: string;
  readonly since: string;
  readonly openedAt: string;
}

let service: TestService;
let operators: Receiver;
let endpoint: FailingEndpoint;
beforeAll(async () => {
  operators = await startReceiver({ port: 0 });
  service = await TestService.start({
    ...{ retryIntervalMs: INTERVAL_MS, halfOpenProbing: true },
    ...{ alertWithdrawalAfterMs: LATE_AFTER_MS, alertWebhookUrl: operators.url },
  });
  endpoint = await failingEndpoint(service, WAITING);
}, 2 * PATIENCE_MS);
afterAll(async () => {
  await service?.stop();
  await operators?.close();
});

describe('an endpoint that is down, at which one delivery knocks for all', () => {
  it(
    'is an alert within a minute, as are withdrawals that it does not take, and operators are told by a webhook',
    async () => {
      const told = (): string => operators.received.map(({ body }) => body).join();
      await eventually(() => expect(told()).toContain('withdrawal_late'), PATIENCE_MS);
      await eventually(async () => {
        const open = (await service.ok('GET', '/v1/alerts?status=open')) as { items: OpenAlert[] };
        const [failing, late] = open.items.sort((a, b) => a.kind.localeCompare(b.kind));
        expect([open.items.length, failing?.kind]).toEqual([2, 'endpoint_failing']);
        const noticedMs = Date.parse(late?.openedAt ?? '') - Date.parse(late?.since ?? '') - LATE_AFTER_MS;
        expect(noticedMs).toBeLessThan(60_000);
      }, PATIENCE_MS);
    },
    PATIENCE_MS,
  );

  it(
    'gets at most ten requests an interval, and all that has waited once one of them is accepted',
    async () => {
      const { receiver, count } = endpoint;
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
