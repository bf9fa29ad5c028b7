/** The signals in a workflow's history say why it was woken, so that the Temporal Web UI shows it. */
import { attemptEnded, deliveryWorkflowId } from '../../workflows/deliver-webhook/contract';
import { eventually, TestService } from '../harness/service';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service?.stop());

/** Why it was woken. An attempt that lasted, as on a slow machine, tells its outcome by a signal too: that is no reason. */
async function signalsOf(deliveryId: string): Promise<string[]> {
  const client = await service.temporal();
  const { events } = await client.workflow.getHandle(deliveryWorkflowId(deliveryId)).fetchHistory();
  return (events ?? [])
    .map(({ workflowExecutionSignaledEventAttributes: signalled }) => signalled?.signalName ?? '')
    .filter((name) => name !== '' && name !== attemptEnded.name);
}

/** Awaits that a cycle of three attempts has failed. Before it begins, the delivery waits as well. */
const untilCycleOver = (deliveryId: string, cycle: number): Promise<void> =>
  eventually(async () =>
    expect(await service.delivery(deliveryId)).toMatchObject({ status: 'waiting', attemptsTotal: 3 * cycle }),
  );

describe('the history of a delivery', () => {
  it('tells an operator, a newer change, a changed subscription and a finished predecessor apart', async () => {
    const app = await service.application();
    const receiver = await service.receiver();
    receiver.behave({ kind: 'answer', status: 500 });
    const { id: subscriptionId } = await service.subscribe(app, receiver.url);
    const grant = (await service.consent(app, 'c-1', 'GRANTED')).deliveries[0]?.id ?? '';
    await service.untilStatus(grant, 'waiting');
    expect(await signalsOf(grant)).toEqual([]);

    await service.ok('POST', `/v1/deliveries/${grant}/retry`);
    await eventually(async () => expect(await signalsOf(grant)).toEqual(['retryNow']));
    await untilCycleOver(grant, 2);

    const withdrawal = (await service.consent(app, 'c-1', 'DENIED')).deliveries[0]?.id ?? '';
    await eventually(async () => expect(await signalsOf(grant)).toEqual(['retryNow', 'retryNow']));
    await service.untilStatus(withdrawal, 'blocked');
    await untilCycleOver(grant, 3);

    receiver.behave({ kind: 'answer', status: 200 });
    await service.ok('PATCH', `/v1/subscriptions/${subscriptionId}`, { url: `${receiver.url}/new` });
    await service.untilStatus(withdrawal, 'delivered');
    expect(await signalsOf(grant)).toEqual(['retryNow', 'retryNow', 'subscriptionChanged']);
    expect(await signalsOf(withdrawal)).toEqual(['predecessorFinished']);
  });
});
