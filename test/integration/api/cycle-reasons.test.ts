/** What the log says of why a delivery was tried when it was. */
import { addBulkSignal } from '../../../src/outbox/bulk-signals';
import { ApiRig } from '../../harness/api';
import { AttemptSteps } from '../../harness/attempts';
import { putDeliveries, putSubscription, type DeliveryState } from '../../harness/deliveries';

let api: ApiRig;
let steps: AttemptSteps;
let subscription: { id: string; applicationId: string };
beforeAll(async () => {
  api = await ApiRig.start();
  steps = new AttemptSteps(api.db);
  subscription = await putSubscription(api.db);
});
afterAll(() => api.stop());

const put = (...states: DeliveryState[]): Promise<string[]> => putDeliveries(api.db, subscription, states);
async function end(id: string, ...outcomes: ('delivered' | 'failed')[]): Promise<void> {
  for (const outcome of outcomes) await steps.statements.record((await steps.attempt(id))(outcome));
}
const failCycle = (id: string): Promise<void> => end(id, 'failed', 'failed', 'failed');
async function act(id: string, action: string): Promise<void> {
  expect((await api.call('POST', `/v1/deliveries/${id}/${action}`)).status).toBe(202);
}
/** The reasons of its cycles, as its attempts tell them. */
async function reasons(id: string): Promise<string[]> {
  const { items } = (await api.call('GET', `/v1/deliveries/${id}/attempts?limit=100`)).body;
  const told = items as unknown as { readonly cycleReason: string | null }[];
  return told.flatMap(({ cycleReason }) => cycleReason ?? []);
}

describe('why a cycle began', () => {
  it('is told by its first attempt', async () => {
    const [id = ''] = await put({ status: 'pending' });
    await failCycle(id);
    await failCycle(id); // its hour has passed
    await act(id, 'retry');
    await failCycle(id);
    for (const signal of ['subscriptionChanged', 'retryNow'] as const) {
      await api.db.$transaction((tx) => addBulkSignal(tx, subscription.id, signal));
      await failCycle(id);
    }
    await end(id, 'delivered');
    await act(id, 'resend');
    await end(id, 'failed', 'delivered');
    expect(await reasons(id)).toEqual([
      ...['change', 'interval', 'operator', 'settings', 'operator', 'interval', 'resend'],
    ]);
  });

  it('is a newer change that came during the cycle before', async () => {
    const [id = '', newer = ''] = await put({ status: 'pending' }, { status: 'blocked' });
    await end(id, 'failed', 'failed');
    await api.db.delivery.update({ where: { id: newer }, data: { sequence: 2 } });
    await end(id, 'failed', 'failed');
    expect(await reasons(id)).toEqual(['change', 'newer-change']);
  });

  it('is told of one that was paused, too', async () => {
    const [id = ''] = await put({ status: 'paused' });
    await end(id, 'delivered');
    expect(await reasons(id)).toEqual(['resumed']);
  });

  it('leads to the delivery that it had waited for', async () => {
    const [first = '', second = ''] = await put({ status: 'waiting' }, { status: 'blocked' });
    const waitedFor = async (): Promise<unknown> =>
      (await api.call('GET', `/v1/deliveries/${second}`)).body.waitedForId;
    await end(first, 'delivered');
    expect(await waitedFor()).toBeNull();
    await end(second, 'failed');
    expect([await reasons(second), await waitedFor()]).toEqual([['predecessor'], first]);
  });
});
