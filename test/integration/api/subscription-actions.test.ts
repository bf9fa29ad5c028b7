import type { JsonWebKey } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { startReceiver, type Receiver } from '../../../tools/receiver/receiver';
import { createPoster } from '../../../src/delivery/http/post';
import { newId } from '../../../src/platform/ids';
import { erasePreviousSecrets } from '../../../src/subscriptions/rotate-signing-secret';
import { isGenuine, keyIdOf } from '../../harness/message-signatures';
import { eventually } from '../../harness/service';
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

  it('does the same for keys, whose public parts anybody can read', async () => {
    const keys = async (): Promise<JsonWebKey[]> => {
      const answer = await fetch(`${api.url}/.well-known/jwks.json`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        200,
        expect.stringContaining('application/jwk-set+json'),
      ]);
      return ((await answer.json()) as { keys: JsonWebKey[] }).keys;
    };
    const created = await create({ signing: 'ed25519' });
    const { id } = created;
    expect([created.signing, created.signingSecret, created.signingSecretSet]).toEqual([
      'ed25519',
      null,
      true,
    ]);
    const rotated = (await rotate(id)).body;
    expect(rotated.signingSecret).toBeNull();
    const [first, second] = [created.signingKey, rotated.signingKey] as {
      keyId: string;
      publicKey: string;
    }[];
    const published = await eventually(async () => {
      const found = await keys();
      expect(found.map(({ kid }) => kid)).toEqual(expect.arrayContaining([first?.keyId, second?.keyId]));
      return found;
    });
    expect(published.every((key) => key.kty === 'OKP' && key.alg === 'EdDSA' && !('d' in key))).toBe(true);
    expect((await api.call('GET', `/v1/subscriptions/${id}`)).body.signingKey).toEqual(second);

    await api.call('POST', `/v1/subscriptions/${id}/test`);
    const sent = receiver.received.at(-1);
    const request = {
      url: `${receiver.url}${sent?.path}`,
      headers: { ...sent?.headers },
      body: sent?.body ?? '',
    };
    for (const { keyId } of [first, second] as { keyId: string }[]) {
      const key = published.find(({ kid }) => kid === keyId) ?? {};
      expect(keyIdOf(key)).toBe(keyId);
      expect(await isGenuine(request, { [keyId]: key })).toBe(true);
      const forged = { ...request, headers: { ...request.headers, 'x-cpm-sequence': '99' } };
      expect(await isGenuine(forged, { [keyId]: key })).toBe(false);
    }

    await rotate(id, { overlap: '0s' });
    await eventually(async () =>
      expect((await keys()).map(({ kid }) => kid)).toEqual(
        expect.not.arrayContaining([first?.keyId, second?.keyId]),
      ),
    );
    await api.call('DELETE', `/v1/subscriptions/${id}`);
    await eventually(async () => expect(await keys()).toEqual([]));
  });

  it('lets the old kind sign too for a day when another is chosen', async () => {
    const { id, signingSecret: secret } = await create();
    const choose = async (signing: string) =>
      (await api.call('PATCH', `/v1/subscriptions/${id}`, { body: { signing } })).body;
    const changed = await choose('ed25519');
    expect([changed.signing, changed.signingSecret]).toEqual(['ed25519', null]);
    expect(await valid(id, [secret])).toEqual([true]);
    expect(receiver.received.at(-1)?.headers['webhook-signature']).toMatch(/^v1a,\S+ v1,\S+$/);
    const back = await choose('hmac');
    expect(back).toMatchObject({ signing: 'hmac', signingKey: null });
    expect(await valid(id, [secret, back.signingSecret])).toEqual([false, true]);
    expect((await choose('hmac')).signingSecret).toBeNull();
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
