import { Webhook } from 'standardwebhooks';
import { startReceiver, type Receiver } from '../../../tools/receiver/receiver';
import { createPoster } from '../../../src/delivery/http/post';
import { newId } from '../../../src/platform/ids';
import { erasePreviousSecrets } from '../../../src/subscriptions/rotate-signing-secret';
import { ApiRig, type AnswerBody } from '../../harness/api';
import { putDeliveries } from '../../harness/deliveries';

const poster = createPoster({ requestTimeoutMs: 1_000, allowPrivateTargets: true });

let api: ApiRig;
let receiver: Receiver;

beforeAll(async () => {
  api = await ApiRig.start({ rules: { allowPrivateTargets: true }, poster });
  receiver = await startReceiver({ port: 0 });
  await api.call('PUT', '/v1/applications/shop', { body: { name: 'Shop' } });
});
afterAll(async () => {
  await api.stop();
  await receiver.close();
  await poster.close();
});

const create = async (changes: object = {}): Promise<AnswerBody> => {
  const subscription = {
    applicationId: 'shop',
    name: 'CRM',
    url: receiver.url,
    updateType: 'consent-receipts',
  };
  return (await api.call('POST', '/v1/subscriptions', { body: { ...subscription, ...changes } })).body;
};

describe('rotating the signing secret', () => {
  const rotate = (id: string, body?: object) =>
    api.call('POST', `/v1/subscriptions/${id}/rotate-signing-secret`, body && { body });

  /** Which of the secrets a receiver could verify the next webhook with. */
  async function valid(id: string, secrets: readonly string[]): Promise<boolean[]> {
    await api.call('POST', `/v1/subscriptions/${id}/test`);
    const sent = receiver.received[receiver.received.length - 1];
    return secrets.map((secret) => {
      try {
        new Webhook(secret).verify(sent?.body ?? '', { ...sent?.headers });
        return true;
      } catch {
        return false;
      }
    });
  }

  it('lets both sign for a day', async () => {
    const { id, signingSecret: first } = await create();
    const { status, body } = await rotate(id);
    const second = body.signingSecret;
    expect([status, second === first]).toEqual([200, false]);
    const until = Date.parse(String(body.previousValidUntil)) - Date.now();
    expect(Math.abs(until - 86_400_000)).toBeLessThan(10_000);
    expect(await valid(id, [first, second])).toEqual([true, true]);
    const shown = await api.call('GET', `/v1/subscriptions/${id}`);
    expect([shown.body.signingSecret, shown.text.includes(second)]).toEqual([null, false]);

    await api.db.subscription.update({
      where: { id },
      data: { previousSigningSecretUntil: new Date(Date.now() - 1) },
    });
    expect(await valid(id, [first, second])).toEqual([false, true]);
    await erasePreviousSecrets(api.db);
    const row = await api.db.subscription.findUniqueOrThrow({ where: { id } });
    expect([row.previousSigningSecretSealed, row.previousSigningSecretUntil]).toEqual([null, null]);
  });

  it('ends the one before at once when it is rotated again, or without an overlap', async () => {
    const { id, signingSecret: first } = await create();
    const { signingSecret: second } = (await rotate(id, { overlap: '7d' })).body;
    const { signingSecret: third } = (await rotate(id, { overlap: '15m' })).body;
    expect(await valid(id, [first, second, third])).toEqual([false, true, true]);
    const { body } = await rotate(id, { overlap: '0s' });
    expect(body.previousValidUntil).toBeNull();
    expect(await valid(id, [third, body.signingSecret])).toEqual([false, true]);
  });

  it('gives a repetition the same secret, and keeps none where it could be read', async () => {
    const { id } = await create();
    const call = () =>
      api.call('POST', `/v1/subscriptions/${id}/rotate-signing-secret`, {
        headers: { 'idempotency-key': id },
      });
    const [first, again] = [await call(), await call()];
    expect(again.body).toEqual(first.body);
    const rows = [await api.db.subscription.findMany(), await api.db.idempotencyKey.findMany()];
    expect(JSON.stringify(rows) + api.log()).not.toContain(first.body.signingSecret.slice(6));
  });

  it.each([{ overlap: '1 day' }, { overlap: '31d' }, { overlap: 5 }, { until: 'tomorrow' }])(
    'refuses %j',
    async (body) => {
      const { id } = await create();
      expect((await rotate(id, body)).status).toBe(400);
    },
  );

  it('is a 404 where there is none', async () => {
    expect((await rotate(newId())).status).toBe(404);
  });
});

describe('retrying all', () => {
  it('signals what waits', async () => {
    const subscription = await create();
    const ids = await putDeliveries(api.db, subscription, [
      {},
      {},
      { status: 'blocked' },
      { status: 'delivered' },
    ]);
    const { status, body } = await api.call('POST', `/v1/subscriptions/${subscription.id}/retry`);
    expect([status, body]).toEqual([202, { woken: 2 }]);
    const rows = await api.db.delivery.findMany({ where: { id: { in: ids } }, orderBy: { id: 'asc' } });
    expect(rows.map(({ outboxAction }) => outboxAction)).toEqual(['retryNow', 'retryNow', null, null]);
  });

  it('signals many at a bounded rate', async () => {
    const subscription = await create();
    await putDeliveries(api.db, subscription, Array(700).fill({}));
    const { body } = await api.call('POST', `/v1/subscriptions/${subscription.id}/retry`);
    expect(body).toEqual({ woken: 700 });
    const where = { subscriptionId: subscription.id };
    expect(await api.db.delivery.count({ where: { ...where, outboxAction: 'retryNow' } })).toBe(500);
    expect(await api.db.bulkSignal.count({ where })).toBe(1);
  });

  it('is refused while it is paused, and where there is none', async () => {
    const { id } = await create({ status: 'paused' });
    expect((await api.call('POST', `/v1/subscriptions/${id}/retry`)).status).toBe(409);
    expect((await api.call('POST', `/v1/subscriptions/${newId()}/retry`)).status).toBe(404);
  });
});
