/** What an operator finds in the Temporal Web UI by search attributes. */
import { eventually, TestService } from '../harness/service';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service?.stop());

describe("Temporal's visibility", () => {
  it('shows every delivered delivery as delivered, whether it had to wait or not', async () => {
    const app = await service.application();
    const receiver = await service.receiver();
    const { id: subscriptionId } = await service.subscribe(app, receiver.url);
    const ids: string[] = [];
    const grant = async (citizen: string): Promise<void> => {
      const { deliveries } = await service.consent(app, citizen, 'GRANTED');
      ids.push(deliveries[0]?.id ?? '');
    };
    for (let i = 0; i < 20; i++) await grant(`c-${i}`);
    for (const id of ids) await service.untilStatus(id, 'delivered');
    receiver.behave({ kind: 'answer', status: 500 });
    await grant('c-waits');
    const waiting = ids.at(-1) ?? '';
    await service.untilStatus(waiting, 'waiting');
    const { workflow } = await service.temporal();
    const shownAs = async (status: string): Promise<number> =>
      (await workflow.count(`CpmSubscriptionId = '${subscriptionId}' AND CpmDeliveryStatus = '${status}'`))
        .count;
    await eventually(async () => {
      expect(await shownAs('delivered')).toBe(20);
      expect(await shownAs('waiting')).toBe(1);
    });
    receiver.behave({ kind: 'answer', status: 200 });
    await service.ok('POST', `/v1/deliveries/${waiting}/retry`);
    await eventually(async () => expect(await shownAs('delivered')).toBe(21));
    expect(await shownAs('delivering')).toBe(0);
  });
});
