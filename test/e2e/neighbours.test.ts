import type { Receiver } from '../../tools/receiver/receiver';
import { report } from '../harness/report';
import { eventually, TestService } from '../harness/service';

/** Longer than a test lasts: what hangs does so until the test lets go of it. */
const REQUEST_TIMEOUT_MS = 600_000;
/** Changes of the healthy endpoint, one after the other. */
const CHANGES = 15;

let service: TestService;
beforeAll(async () => {
  service = await TestService.start({ requestTimeoutMs: REQUEST_TIMEOUT_MS });
});
afterAll(() => service?.stop());

interface Neighbour {
  readonly app: string;
  readonly receiver: Receiver;
}

/** An application whose endpoint is known as quick: it has answered some webhooks at once. */
async function warmed(): Promise<Neighbour> {
  const app = await service.application();
  const receiver = await service.receiver();
  await service.subscribe(app, receiver.url);
  for (const citizen of ['w-1', 'w-2', 'w-3']) {
    const { deliveries } = await service.consent(app, citizen, 'GRANTED');
    await service.untilStatus(deliveries[0]?.id ?? '', 'delivered');
  }
  return { app, receiver };
}

/** Records changes for each neighbour whose endpoint hangs, until each has begun some requests. */
async function flood(hanging: readonly Neighbour[], changes: number, begun: number): Promise<void> {
  for (const { receiver } of hanging) receiver.behave({ kind: 'silence' });
  for (const { app } of hanging) {
    await Promise.all(Array.from({ length: changes }, (_, i) => service.consent(app, `c-${i}`, 'GRANTED')));
  }
  await eventually(() =>
    hanging.forEach(({ receiver }) => expect(receiver.received.length).toBeGreaterThanOrEqual(begun + 3)),
  );
}

describe('an endpoint that answers', () => {
  it.each([
    ['one endpoint that hangs', 1, 200, 100],
    ['twenty endpoints that hang', 20, 20, 15],
  ])('is not held up by %s', async (_, count, changes, begun) => {
    const healthy = await warmed();
    const hanging = await Promise.all(Array.from({ length: count }, warmed));
    await flood(hanging, changes, begun);

    const waits: number[] = [];
    for (let i = 0; i < CHANGES; i++) {
      const recordedAt = Date.now();
      await service.consent(healthy.app, `c-${i}`, 'GRANTED');
      await eventually(() => expect(healthy.receiver.received).toHaveLength(i + 1 + 3));
      waits.push(Date.now() - recordedAt);
    }
    report(`each arrived within ${Math.max(...waits)} ms`);

    // All that time the others were waiting for an answer, and none was asked twice.
    for (const { app, receiver } of hanging) {
      const attempts = await service.db.attempt.count({
        where: { delivery: { applicationId: app }, outcome: null },
      });
      expect(attempts).toBe(receiver.received.length - 3);
    }
    await Promise.all(hanging.map(({ receiver }) => receiver.close()));
  });
});

describe('an endpoint that was quick and takes two seconds now', () => {
  const slow = (status: number) => ({ kind: 'answer', status, delayMs: 2_000 }) as const;

  it('is asked once, and its 2xx counts', async () => {
    const { app, receiver } = await warmed();
    receiver.behave(slow(200));
    const { deliveries } = await service.consent(app, 'c-1', 'GRANTED');
    const { attemptCount, attempts } = await service.untilStatus(deliveries[0]?.id ?? '', 'delivered');
    expect([attemptCount, attempts[0].statusCode]).toEqual([1, 200]);
    expect(attempts[0].durationMs).toBeGreaterThanOrEqual(1_950);
    expect(receiver.received).toHaveLength(3 + 1);
  });

  it('gets three attempts, then none for an hour, where it fails', async () => {
    const { app, receiver } = await warmed();
    receiver.behave(slow(500));
    const { deliveries } = await service.consent(app, 'c-1', 'GRANTED');
    const { attemptCount, cycle } = await service.untilStatus(deliveries[0]?.id ?? '', 'waiting');
    expect([attemptCount, cycle]).toEqual([3, 1]);
    expect(receiver.received).toHaveLength(3 + 3);
  });
});
