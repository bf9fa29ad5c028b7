/**
 * A receiver that does as it is told: it handles what it gets, remembers the `webhook-id`, and drops whatever comes under an id
 * that it knows. It may have handled a webhook and still answer 500, or too late.
 */
import { bodyOf, eventually, TestService } from '../harness/service';
import type { Receiver } from '../../tools/receiver/receiver';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service?.stop());

interface Entry {
  readonly optionId: string;
  readonly state: string | null;
}

/** What a receiver knows that has handled each id once, whatever it answered; and the bodies by their id. */
function known(receiver: Receiver): {
  state: Record<string, string | null>;
  contents: Map<string, Set<string>>;
} {
  let state: Record<string, string | null> = {};
  const contents = new Map<string, Set<string>>();
  for (const webhook of receiver.received) {
    const id = webhook.headers['webhook-id'] ?? '';
    const { sentAt: _, ...content } = bodyOf(webhook) as { sentAt: string; permissions?: Entry[] };
    const isKnown = contents.has(id);
    contents.set(id, (contents.get(id) ?? new Set()).add(JSON.stringify(content)));
    if (isKnown) continue;
    if (webhook.headers['x-cpm-update-type'] === 'effective-permission') state = {};
    for (const entry of content.permissions ?? []) state[entry.optionId] = entry.state;
  }
  return { state, contents };
}

async function effective(app: string): Promise<Record<string, string | null>> {
  const { permissions } = await service.ok('GET', `/v1/permissions?applicationId=${app}&externalRef=c-1`);
  return Object.fromEntries((permissions as Entry[]).map(({ optionId, state }) => [optionId, state]));
}

const consentTo = (app: string, states: Record<string, string>, more: object = {}): Promise<any> =>
  service.ok('POST', '/v1/permissions/transactions', {
    ...{ applicationId: app, externalRef: 'c-1' },
    changes: Object.entries(states).map(([optionId, state]) => ({
      ...{ optionType: 'option', optionId, justification: 'consent', state, ...more },
    })),
  });

const set = (subscriptionId: string, status: string) =>
  service.ok('PATCH', `/v1/subscriptions/${subscriptionId}`, { status });

describe('a receiver that drops the ids it knows', () => {
  it.each(['effective-permission', 'consent-receipts'])(
    'is right after a webhook that it had handled was changed by a pause: %s',
    async (updateType) => {
      const app = await service.application();
      const receiver = await service.receiver();
      const { id: subscriptionId } = await service.subscribe(app, receiver.url, { updateType });
      receiver.behave({ kind: 'answer', status: 500 });
      const { deliveries } = await consentTo(app, { newsletter: 'GRANTED', profiling: 'GRANTED' });
      await service.untilStatus(deliveries[0].id, 'waiting');
      await set(subscriptionId, 'paused');
      await consentTo(app, { profiling: 'DENIED' });
      receiver.behave({ kind: 'answer', status: 200 });
      await set(subscriptionId, 'active');
      await service.untilStatus(deliveries[0].id, 'delivered');
      const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
      expect(ids).toEqual([...Array.from({ length: 3 }, () => deliveries[0].id), `${deliveries[0].id}-2`]);
      const { state, contents } = known(receiver);
      expect([...contents.values()].map(({ size }) => size)).toEqual([1, 1]);
      // A receipt tells of its own change only: the skipped withdrawal was never to be sent.
      if (updateType === 'effective-permission') expect(state).toEqual(await effective(app));
    },
  );

  it('is right after deliveries are sent again, in whatever order', async () => {
    const app = await service.application();
    for (const updateType of ['effective-permission', 'consent-receipts']) {
      const receiver = await service.receiver();
      await service.subscribe(app, receiver.url, { updateType });
      const sent: string[] = [];
      for (const states of [{ newsletter: 'GRANTED', profiling: 'GRANTED' }, { profiling: 'DENIED' }]) {
        const recorded = await consentTo(app, states);
        const ids = (recorded.deliveries as { id: string }[]).map(({ id }) => id);
        for (const id of ids) await service.untilStatus(id, 'delivered');
        sent.push(ids.at(-1) ?? '');
      }
      for (const id of [...sent].reverse()) {
        await service.ok('POST', `/v1/deliveries/${id}/resend`);
        await service.untilStatus(id, 'delivered');
      }
      expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([
        ...[sent[0], sent[1], sent[1]],
        expect.stringMatching(new RegExp(`^${sent[0]}-\\d+$`)),
      ]);
      const { state, contents } = known(receiver);
      expect([...contents.values()].every(({ size }) => size === 1)).toBe(true);
      expect(state).toEqual(await effective(app));
    }
  });

  it('is right after a resync, and after consent has ended by itself', async () => {
    const app = await service.application();
    const receiver = await service.receiver();
    const { id: subscriptionId } = await service.subscribe(app, receiver.url, {
      updateType: 'effective-permission',
    });
    receiver.behave({ kind: 'answer', status: 500 });
    const validUntil = new Date(Date.now() + 2_500).toISOString();
    const { deliveries } = await consentTo(app, { newsletter: 'GRANTED' }, { validUntil });
    await service.untilStatus(deliveries[0].id, 'waiting');
    await service.ok('POST', `/v1/subscriptions/${subscriptionId}/resync`);
    await eventually(() => expect(Date.now()).toBeGreaterThan(Date.parse(validUntil)));
    receiver.behave({ kind: 'answer', status: 200 });
    await service.ok('POST', `/v1/subscriptions/${subscriptionId}/retry`);
    await eventually(async () => {
      const found = await service.db.delivery.findMany({
        where: { subscriptionId },
        include: { change: true },
      });
      expect(found.filter(({ status }) => status !== 'delivered')).toEqual([]);
      expect(found.map(({ change }) => change.kind)).toContain('transition');
    });
    const { state, contents } = known(receiver);
    expect(state).toEqual({});
    expect([...contents.values()].every(({ size }) => size === 1)).toBe(true);
  });
});
