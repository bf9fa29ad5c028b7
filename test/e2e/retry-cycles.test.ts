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
