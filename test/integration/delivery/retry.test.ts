import { ApiRig } from '../../harness/api';
import { putDeliveries, putSubscription } from '../../harness/deliveries';

let api: ApiRig;
beforeAll(async () => {
  api = await ApiRig.start();
});
afterAll(() => api?.stop());

async function waiting(nextAttemptAt: Date): Promise<string> {
  const subscription = await putSubscription(api.db);
  const [id = ''] = await putDeliveries(api.db, subscription, [{ nextAttemptAt }]);
  return id;
}
const retry = async (id: string): Promise<number> =>
  (await api.call('POST', `/v1/deliveries/${id}/retry`)).status;
const rowOf = (id: string) => api.db.delivery.findUniqueOrThrow({ where: { id } });

describe('a retry', () => {
  it('makes the next attempt due now', async () => {
    const id = await waiting(new Date(Date.now() + 3_600_000));
    expect(await retry(id)).toBe(202);
    const { nextAttemptAt, outboxAction } = await rowOf(id);
    expect(outboxAction).toBe('retryNow');
    expect(nextAttemptAt?.getTime()).toBeLessThanOrEqual(Date.now() + 1_000);
  });

  it('that is asked for again and again does not keep the attempt from beginning', async () => {
    const id = await waiting(new Date(Date.now() + 3_600_000));
    await retry(id);
    const { outboxVersion } = await rowOf(id);
    for (let i = 0; i < 5; i++) expect(await retry(id)).toBe(202);
    expect((await rowOf(id)).outboxVersion).toBe(outboxVersion);
  });

  it('tells once more where the attempt has been due for long, as when the signal was lost', async () => {
    const id = await waiting(new Date(Date.now() - 60_000));
    await retry(id);
    expect((await rowOf(id)).outboxAction).toBe('retryNow');
  });
});
