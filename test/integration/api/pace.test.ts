/** Callers whose deliveries are behind are held back, but for withdrawals. */
import { ApiRig } from '../../harness/api';

let api: ApiRig;
beforeAll(async () => {
  api = await ApiRig.start();
  await api.call('PUT', '/v1/applications/shop', { body: { name: 'Shop' } });
  await api.call('PUT', '/v1/applications/shop/options/news', { body: { name: 'News' } });
  await api.call('POST', '/v1/subscriptions', {
    body: { applicationId: 'shop', name: 'CRM', url: 'https://example.com', updateType: 'consent-receipts' },
  });
});
afterAll(() => api.stop());

/** Records a decision; answers with how long that took. Milliseconds. */
async function record(state: string): Promise<number> {
  const begun = performance.now();
  const { status } = await api.call('POST', '/v1/permissions/transactions', {
    body: {
      ...{ applicationId: 'shop', externalRef: 'c-1' },
      changes: [{ optionType: 'option', optionId: 'news', justification: 'consent', state }],
    },
  });
  expect(status).toBe(202);
  return performance.now() - begun;
}

/** No worker runs here, so what is recorded stays in the outbox. */
const beDueSince = (seconds: number): Promise<unknown> =>
  api.db
    .$executeRaw`UPDATE "Delivery" SET "outboxDueAt" = now() - ${seconds} * interval '1 second' WHERE "outboxAction" IS NOT NULL`;

it('waits for the deliveries of the application that are behind, and lets a withdrawal pass at once', async () => {
  await record('GRANTED');
  await beDueSince(3);
  await record('GRANTED'); // sees how far they are behind
  expect(await record('GRANTED')).toBeGreaterThan(1_400);
  // It would have waited as long.
  const sooner = await Promise.race([
    record('GRANTED').then(() => 'grant'),
    record('DENIED').then(() => 'withdrawal'),
  ]);
  expect(sooner).toBe('withdrawal');
});
