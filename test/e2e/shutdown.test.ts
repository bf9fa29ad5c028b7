import { report } from '../harness/report';
import { eventually, TestService } from '../harness/service';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start({ requestTimeoutMs: 30_000 }, 0);
});
afterAll(() => service?.stop());
afterEach(() => service.stopWorkers());

describe('a worker that is told to stop', () => {
  it('lets the attempts in flight finish, begins no new one, and is gone soon after', async () => {
    const stopped = await service.addWorker();
    const app = await service.application();
    const receiver = await service.receiver();
    receiver.behave({ kind: 'answer', status: 200, delayMs: 2_000 });
    await service.subscribe(app, receiver.url);
    const first = (await service.consent(app, 'c-1', 'GRANTED')).deliveries[0]?.id ?? '';
    await eventually(() => expect(receiver.received).toHaveLength(1));
    const stoppedAt = Date.now();
    const stopping = stopped.stop();
    const later = (await service.consent(app, 'c-2', 'GRANTED')).deliveries[0]?.id ?? '';
    await stopping;
    report(`gone ${Date.now() - stoppedAt} ms after it was told to stop, with an answer of 2 s in flight`);
    expect(Date.now() - stoppedAt).toBeLessThan(20_000);
    const { status, attemptCount } = await service.delivery(first);
    expect([status, attemptCount]).toEqual(['delivered', 1]);
    expect(receiver.received).toHaveLength(1);
    receiver.behave({ kind: 'answer', status: 200 });
    await service.addWorker();
    await service.untilStatus(later, 'delivered');
  });

  it.each([
    ['as a normal activity', 'unknown'],
    ['inside the workflow task', 'quick'],
  ])(
    'gives back what outlasts its grace, and another worker makes it again within seconds: %s',
    async (_, endpoint) => {
      const stopped = await service.addWorker();
      const app = await service.application();
      const receiver = await service.receiver();
      const { id: subscriptionId } = await service.subscribe(app, receiver.url);
      // Two are tried inline while nothing is known of an endpoint; one that has answered quickly always is.
      receiver.behave(
        endpoint === 'quick' ? { kind: 'answer', status: 200 } : { kind: 'answer', status: 500 },
      );
      const before = (await service.consent(app, 'c-0', 'GRANTED')).deliveries[0]?.id ?? '';
      await service.untilStatus(before, endpoint === 'quick' ? 'delivered' : 'waiting');
      const requestsBefore = receiver.received.length;
      receiver.behave({ kind: 'silence' });
      const id = (await service.consent(app, 'c-1', 'GRANTED')).deliveries[0]?.id ?? '';
      await eventually(() => expect(receiver.received).toHaveLength(requestsBefore + 1));
      receiver.behave({ kind: 'answer', status: 200 });
      const began = Date.now();
      await stopped.stop();
      const stoppedAfter = Date.now() - began;
      await service.addWorker();
      const restarted = Date.now();
      const { attempts } = await service.untilStatus(id, 'delivered');
      report(
        `stopped after ${stoppedAfter} ms, delivered ${Date.now() - restarted} ms after another worker started`,
      );
      expect(stoppedAfter).toBeLessThan(25_000);
      expect(Date.now() - restarted).toBeLessThan(25_000);
      expect(attempts).toHaveLength(2);
      expect(attempts[0].error).toBe('the request was given up because the worker stops');
      expect(
        receiver.received
          .slice(requestsBefore)
          .every(({ headers }) => headers['x-cpm-subscription-id'] === subscriptionId),
      ).toBe(true);
    },
  );
});
