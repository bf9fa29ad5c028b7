/** The scenarios of the demo. Each prints what it shows. */
import type { Received } from '../receiver/receiver';
import { FIRST_TOKEN, type DemoChange, type DemoEnvironment } from './environment';

type Say = (text: string) => void;

/** A grant, then a withdrawal: the full state to one subscriber, only what changed to the other. */
export async function grantAndWithdraw(environment: DemoEnvironment, say: Say): Promise<void> {
  for (const state of ['GRANTED', 'DENIED']) {
    const change = await environment.record(state);
    say(`recorded ${state}; the API promised ${change.deliveries.length} deliveries`);
    const [full, delta] = await Promise.all([
      environment.arrival(deliveryTo(environment, change, 'effective-permission')),
      environment.arrival(deliveryTo(environment, change, 'consent-receipts')),
    ]);
    say(`  effective-permission: ${summary(full)}`);
    say(`  consent-receipts:     ${summary(delta)}`);
  }
}

/** An endpoint that answers 500 and recovers. */
export async function failAndRecover(environment: DemoEnvironment, say: Say): Promise<void> {
  environment.receiver.behave({ kind: 'answer', status: 500 });
  const change = await environment.record('GRANTED');
  const id = deliveryTo(environment, change, 'consent-receipts');
  await environment.untilStatus(id, 'waiting');
  say(
    `the endpoint answers 500: ${(await environment.status(id)).attemptCount} attempts, now the delivery sleeps for an hour`,
  );
  environment.receiver.behave({ kind: 'answer', status: 200 });
  say('the endpoint recovers, and an operator asks for a retry');
  await environment.client.call('POST', `/v1/deliveries/${id}/retry`);
  const webhook = await environment.arrival(id);
  say(`  delivered with attempt ${webhook.headers['x-cpm-attempt']}, under the same webhook-id`);
}

/** A token that is no longer accepted, and its rotation. */
export async function rotateToken(environment: DemoEnvironment, say: Say): Promise<void> {
  const accepted = 'demo-token-2';
  environment.receiver.behave((request) => ({
    kind: 'answer',
    status: request.headers.authorization === `Bearer ${FIRST_TOKEN}` ? 401 : 200,
  }));
  const change = await environment.record('DENIED');
  const id = deliveryTo(environment, change, 'consent-receipts');
  await environment.untilStatus(id, 'waiting');
  say('the receiver no longer takes the token (401); the delivery waits');
  const { id: subscriptionId } = environment.subscriptions['consent-receipts'];
  const before = Date.now();
  await environment.client.call('PATCH', `/v1/subscriptions/${subscriptionId}`, {
    authentication: { authType: 'bearer', bearerAuth: { token: accepted } },
  });
  await environment.arrival(id);
  say(`  token rotated: delivered ${Date.now() - before} ms later, without waiting for the hour`);
  environment.receiver.behave({ kind: 'answer', status: 200 });
}

function deliveryTo(
  environment: DemoEnvironment,
  change: DemoChange,
  updateType: 'effective-permission' | 'consent-receipts',
): string {
  const { id } = environment.subscriptions[updateType];
  const delivery = change.deliveries.find(({ subscriptionId }) => subscriptionId === id);
  if (!delivery) throw new Error(`the change has no ${updateType} delivery`);
  return delivery.id;
}

function summary({ headers, body }: Received): string {
  const { permissions = [] } = JSON.parse(body) as {
    permissions?: { optionId: string; state: string | null }[];
  };
  const entries = permissions.map(({ optionId, state }) => `${optionId} ${state}`).join(', ');
  return `${entries} (sequence ${headers['x-cpm-sequence']}, signed)`;
}
