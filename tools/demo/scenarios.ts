/** The scenes of the demo, in the order they are played. Each says what it shows. */
import type { Received } from '../receiver/receiver';
import { FIRST_TOKEN, type DemoChange, type Stage } from './environment';

type Say = (text: string) => void;

/** A grant, then a withdrawal: the full state to one subscriber, only what changed to the other. */
export async function grantAndWithdraw(stage: Stage, say: Say): Promise<void> {
  for (const state of ['GRANTED', 'DENIED']) {
    const change = await stage.record(state);
    say(`recorded ${state}; the API promised ${change.deliveries.length} deliveries`);
    const [full, delta] = await Promise.all([
      stage.arrival(deliveryTo(stage, change, 'effective-permission')),
      stage.arrival(deliveryTo(stage, change, 'consent-receipts')),
    ]);
    say(`  effective-permission: ${summary(full)}`);
    say(`  consent-receipts:     ${summary(delta)}`);
  }
}

/** An endpoint that answers 500 and recovers. */
export async function failAndRecover(stage: Stage, say: Say): Promise<void> {
  stage.receiver.behave({ kind: 'answer', status: 500 });
  const change = await stage.record('GRANTED');
  const id = deliveryTo(stage, change, 'consent-receipts');
  await stage.untilStatus(id, 'waiting');
  say(
    `the endpoint answers 500: ${(await stage.status(id)).attemptCount} attempts, now the delivery sleeps for an hour`,
  );
  stage.receiver.behave({ kind: 'answer', status: 200 });
  say('the endpoint recovers, and an operator asks for a retry');
  await stage.client.call('POST', `/v1/deliveries/${id}/retry`);
  const webhook = await stage.arrival(id);
  say(`  delivered with attempt ${webhook.headers['x-cpm-attempt']}, under the same webhook-id`);
}

/** A token that is no longer accepted, and its rotation. */
export async function rotateToken(stage: Stage, say: Say): Promise<void> {
  const accepted = 'demo-token-2';
  stage.receiver.behave((request) => ({
    kind: 'answer',
    status: request.headers.authorization === `Bearer ${FIRST_TOKEN}` ? 401 : 200,
  }));
  const change = await stage.record('DENIED');
  const id = deliveryTo(stage, change, 'consent-receipts');
  await stage.untilStatus(id, 'waiting');
  say('the receiver no longer takes the token (401); the delivery waits');
  const { id: subscriptionId } = stage.subscriptions['consent-receipts'];
  const before = Date.now();
  await stage.client.call('PATCH', `/v1/subscriptions/${subscriptionId}`, {
    authentication: { authType: 'bearer', bearerAuth: { token: accepted } },
  });
  await stage.arrival(id);
  say(`  token rotated: delivered ${Date.now() - before} ms later, without waiting for the hour`);
  stage.receiver.behave({ kind: 'answer', status: 200 });
}

function deliveryTo(
  stage: Stage,
  change: DemoChange,
  updateType: 'effective-permission' | 'consent-receipts',
): string {
  const { id } = stage.subscriptions[updateType];
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
