import { eventually, TestService } from '../harness/service';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start({ retryIntervalMs: 1_500 });
});
afterAll(() => service.stop());

describe('an endpoint that answers 500', () => {
  it('gets three attempts, then nothing until the interval has passed, then three more, under the same webhook-id', async () => {
    const app = await service.application();
    const receiver = await service.receiver();
    receiver.behave({ kind: 'answer', status: 500, body: 'broken' });
    await service.subscribe(app, receiver.url);
    const { deliveries } = await service.consent(app, 'c-1', 'GRANTED');
    const id = deliveries[0]?.id ?? '';
    await eventually(() => expect(receiver.received).toHaveLength(6));
    const [third, fourth] = [receiver.received[2], receiver.received[3]];
    expect((fourth?.at.getTime() ?? 0) - (third?.at.getTime() ?? 0)).toBeGreaterThan(1_400);
    receiver.behave({ kind: 'answer', status: 204 });
    const delivery = await service.untilStatus(id, 'delivered');
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([id]));
    expect(receiver.received.map(({ headers }) => headers['x-cpm-attempt'])).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
    ]);
    expect(
      delivery.attempts.map((a: { cycle: number; statusCode: number }) => [a.cycle, a.statusCode]),
    ).toEqual([
      ...[
        [1, 500],
        [1, 500],
        [1, 500],
        [2, 500],
        [2, 500],
        [2, 500],
        [3, 204],
      ],
    ]);
    expect(delivery.attempts[0]).toMatchObject({
      outcome: 'failed',
      error: 'HTTP 500',
      responseBody: 'broken',
    });
  });
});

describe('one delivery that always gets 500 beside others that get 200', () => {
  it('gets three requests an interval, whatever arrives meanwhile', async () => {
    const app = await service.application();
    const receiver = await service.receiver();
    await service.subscribe(app, receiver.url);
    const first = await service.consent(app, 'stream', 'GRANTED');
    await service.untilStatus(first.deliveries[0]?.id ?? '', 'delivered');
    receiver.behave(({ headers }) => ({
      ...{ kind: 'answer', status: headers['x-cpm-sequence'] === '1' ? 500 : 200 },
    }));
    const { deliveries } = await service.consent(app, 'poisoned', 'GRANTED');
    const poisoned = () =>
      receiver.received.filter(({ headers }) => headers['webhook-id'] === deliveries[0]?.id);
    while (poisoned().length < 9) {
      const { deliveries: next } = await service.consent(app, 'stream', 'GRANTED');
      await service.untilStatus(next[0]?.id ?? '', 'delivered');
    }
    const times = poisoned().map(({ at }) => at.getTime());
    for (const cycle of [3, 6]) expect((times[cycle] ?? 0) - (times[cycle - 1] ?? 0)).toBeGreaterThan(1_400);
    const { attempts } = (await service.delivery(deliveries[0]?.id ?? '')) as {
      attempts: { cycle: number }[];
    };
    const cycles = attempts.slice(0, 9).map(({ cycle }) => cycle);
    expect(cycles).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
    expect(receiver.received.length - poisoned().length).toBeGreaterThan(5);
  });
});
