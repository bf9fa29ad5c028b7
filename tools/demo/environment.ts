/** What the scenarios run in: an application, a receiver, and a subscription of each type. */
import { deliveryIdOf, startReceiver, type Received, type Receiver } from '../receiver/receiver';
import type { ApiClient } from '../api-client';
import { until } from './until';

export const APPLICATION = 'demo';
export const CITIZEN = `customer-${Date.now().toString(36)}`;
export const FIRST_TOKEN = 'demo-token-1';

/** A created subscription. */
export interface DemoSubscription {
  readonly id: string;
  readonly updateType: string;
}

/** What a recorded change is answered with. */
export interface DemoChange {
  readonly citizenId: string;
  readonly deliveries: readonly { readonly id: string; readonly subscriptionId: string }[];
}

/** The environment of one run of the demo. */
export class DemoEnvironment {
  private constructor(
    readonly client: ApiClient,
    readonly receiver: Receiver,
    readonly subscriptions: Readonly<
      Record<'effective-permission' | 'consent-receipts' | 'citizen-emails', DemoSubscription>
    >,
  ) {}

  /** Starts the receiver and creates what the scenarios need. */
  static async create(client: ApiClient): Promise<DemoEnvironment> {
    const receiver = await startReceiver({ port: 0 });
    await client.call('PUT', `/v1/applications/${APPLICATION}`, {
      name: 'Demo shop',
      sender: { email: 'hello@shop.example', name: 'Demo shop' },
      locales: ['en', 'de'],
    });
    await client.call('PUT', `/v1/applications/${APPLICATION}/options/newsletter`, { name: 'Newsletter' });
    await removeFormer(client);
    const create = (updateType: string): Promise<DemoSubscription> =>
      client.call('POST', '/v1/subscriptions', {
        ...{
          applicationId: APPLICATION,
          name: `Demo ${updateType}`,
          url: `${receiver.url}/${updateType}`,
          updateType,
        },
        authentication: { authType: 'bearer', bearerAuth: { token: FIRST_TOKEN } },
      });
    return new DemoEnvironment(client, receiver, {
      'effective-permission': await create('effective-permission'),
      'consent-receipts': await create('consent-receipts'),
      'citizen-emails': await create('citizen-emails'),
    });
  }

  /** Records a state of the citizen's permission for the newsletter. */
  record(state: string, rest: object = {}): Promise<DemoChange> {
    return this.client.call('POST', '/v1/permissions/transactions', {
      applicationId: APPLICATION,
      externalRef: CITIZEN,
      changes: [{ optionType: 'option', optionId: 'newsletter', justification: 'consent', state }],
      ...rest,
    });
  }

  /** Awaits the webhook of a delivery that was answered with a 2xx. */
  arrival(deliveryId: string): Promise<Received> {
    return until('the webhook', () =>
      this.receiver.received.find(
        (received) =>
          deliveryIdOf(received) === deliveryId && received.answered !== null && received.answered < 300,
      ),
    );
  }

  status(deliveryId: string): Promise<{ status: string; attemptCount: number }> {
    return this.client.call('GET', `/v1/deliveries/${deliveryId}`);
  }

  async untilStatus(deliveryId: string, status: string): Promise<void> {
    await until(`status ${status}`, async () =>
      (await this.status(deliveryId)).status === status ? true : undefined,
    );
  }

  /** Ends the receiver. The subscriptions stay to be looked at, and are paused: nothing is sent to nobody. */
  async end(): Promise<void> {
    for (const { id } of Object.values(this.subscriptions))
      await this.client.call('PATCH', `/v1/subscriptions/${id}`, { status: 'paused' });
    await this.receiver.close();
  }
}

/** What the demo left behind when it was run before. */
async function removeFormer(client: ApiClient): Promise<void> {
  const { items } = await client.call<{ items: readonly { readonly id: string }[] }>(
    'GET',
    `/v1/subscriptions?applicationId=${APPLICATION}&limit=100`,
  );
  for (const { id } of items) await client.call('DELETE', `/v1/subscriptions/${id}`);
}
