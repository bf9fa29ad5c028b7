/** A citizen who is deleted, and another one under the same `externalRef`. */
import { bodyOf, eventually, TestService } from '../harness/service';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start({}, 2);
});
afterAll(() => service?.stop());

const SLOW_MS = 2_500;

describe('a citizen created anew', () => {
  it.each([
    ['by its first consent', false],
    ['by itself', true],
  ])('is sent nothing of before the last webhook of the deleted one: %s', async (_, apart) => {
    const app = await service.application();
    const receiver = await service.receiver();
    await service.subscribe(app, receiver.url, { updateType: 'effective-permission' });
    const old = await service.consent(app, 'c-1', 'GRANTED');
    await service.untilStatus(old.deliveries[0]?.id ?? '', 'delivered');
    receiver.behave({ kind: 'answer', status: 500 });
    await service.ok('DELETE', `/v1/citizens/${old.citizenId}`);
    const final = await eventually(() =>
      service.db.delivery.findFirstOrThrow({ where: { citizenId: old.citizenId, status: 'waiting' } }),
    );
    if (apart) await service.ok('POST', '/v1/citizens', { applicationId: app, externalRef: 'c-1' });
    const anew = await service.consent(app, 'c-1', 'GRANTED');
    expect(anew.citizenId).not.toBe(old.citizenId);
    await service.untilStatus(anew.deliveries[0]?.id ?? '', 'blocked');
    const failed = receiver.received.length;
    // The new change gives the last webhook of the deleted one a cycle at once; its answer takes a while.
    receiver.behave((_request, count) => ({
      ...{ kind: 'answer', status: 200 },
      delayMs: count === failed ? SLOW_MS : 0,
    }));
    await service.call('POST', `/v1/deliveries/${final.id}/retry`);
    await service.untilStatus(anew.deliveries[0]?.id ?? '', 'delivered');
    const answered = receiver.received.filter(({ answered: status }) => status === 200);
    expect(
      answered.map((webhook) => [bodyOf(webhook).citizenId, bodyOf(webhook).permissions.length]),
    ).toEqual([
      [old.citizenId, 1],
      [old.citizenId, 0],
      [anew.citizenId, 1],
    ]);
    const sequences = receiver.received.map(({ headers }) => Number(headers['x-cpm-sequence']));
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    expect(sequences.at(-1)).toBe(3);
  });
});
