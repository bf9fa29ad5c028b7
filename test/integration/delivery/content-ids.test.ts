/** `webhook-id` names the content: what an attempt would send, and under which id. */
import { renderBody, type RenderedBody } from '../../../src/delivery/attempt/render';
import { AttemptSteps } from '../../harness/attempts';
import { patchSubscription } from '../../../src/subscriptions/update';
import { ALL } from '../../harness/visibility';
import { ConsentRig, inMs, permission } from '../../harness/consent';

let rig: ConsentRig;
let steps: AttemptSteps;
beforeAll(async () => {
  rig = await ConsentRig.start();
  steps = new AttemptSteps(rig.db);
});
afterAll(() => rig.stop());
beforeEach(() => rig.unsubscribeAll());

const outboxChanged = (): void => undefined;

async function rendered(deliveryId: string): Promise<(RenderedBody & { says: unknown }) | undefined> {
  const { db, sealer } = rig;
  const context = { db, sealer, statements: steps.statements, outboxChanged };
  const found = await renderBody(context, await steps.load(deliveryId));
  if (!found) return undefined;
  const { permissions = [] } = JSON.parse(found.body) as {
    permissions?: { optionId: string; state: string }[];
  };
  return { ...found, says: Object.fromEntries(permissions.map(({ optionId, state }) => [optionId, state])) };
}

const record = (externalRef: string, states: Record<string, string>, more: object = {}) =>
  rig.record({
    externalRef,
    changes: Object.entries(states).map(([optionId, state]) =>
      permission({ optionId, state: state as never, ...more }),
    ),
  });

describe('the id of Effective Permissions', () => {
  it('is the delivery’s until the state is another, and then names the citizen’s latest change too', async () => {
    await rig.subscribe('effective-permission');
    const { deliveries } = await record('c-1', { newsletter: 'GRANTED' });
    const id = deliveries[0]?.id ?? '';
    expect(await rendered(id)).toMatchObject({ webhookId: id, sequence: 1, says: { newsletter: 'GRANTED' } });
    // One that alters nothing in effect.
    await record('c-1', { newsletter: 'DENIED' }, { obtainedAt: new Date('2020-01-01T00:00:00Z') });
    expect(await rendered(id)).toMatchObject({ webhookId: id, sequence: 2, says: { newsletter: 'GRANTED' } });
    await record('c-1', { newsletter: 'DENIED' });
    const changed = { webhookId: `${id}-3`, sequence: 3, says: { newsletter: 'DENIED' } };
    expect(await rendered(id)).toMatchObject(changed);
    expect(await rendered(id)).toMatchObject(changed);
  });

  it('is another once time has altered the state, also where nobody has recorded that yet', async () => {
    await rig.subscribe('effective-permission');
    const { deliveries, citizenId } = await record(
      'c-2',
      { newsletter: 'GRANTED' },
      { validUntil: inMs(60_000) },
    );
    const id = deliveries[0]?.id ?? '';
    expect(await rendered(id)).toMatchObject({ webhookId: id, sequence: 1, says: { newsletter: 'GRANTED' } });
    await rig.age(citizenId, 120_000);
    expect(await rendered(id)).toMatchObject({ webhookId: `${id}-2`, sequence: 2, says: {} });
    expect(await rig.db.delivery.count({ where: { citizenId } })).toBe(2);
  });
});

describe('Effective Permissions of a filtered subscription', () => {
  const filterTo = (id: string, options: string[]) =>
    rig.transact((tx) =>
      patchSubscription(tx, ALL, rig.sealer, { allowPrivateTargets: true }, id, { filter: { options } }),
    );

  it('show what it names, and keep their id over changes of what it does not', async () => {
    await rig.subscribe('effective-permission', { filter: ['option:newsletter'] });
    const { deliveries } = await record('c-4', { newsletter: 'GRANTED', profiling: 'GRANTED' });
    const id = deliveries[0]?.id ?? '';
    expect(await rendered(id)).toMatchObject({ webhookId: id, sequence: 1, says: { newsletter: 'GRANTED' } });
    expect((await record('c-4', { profiling: 'DENIED' })).deliveries).toEqual([]);
    expect(await rendered(id)).toMatchObject({ webhookId: id, sequence: 2, says: { newsletter: 'GRANTED' } });
    await record('c-4', { newsletter: 'DENIED' });
    expect(await rendered(id)).toMatchObject({ webhookId: `${id}-3`, says: { newsletter: 'DENIED' } });
  });

  it('follow a new filter at once, under another id for each', async () => {
    const subscription = await rig.subscribe('effective-permission');
    const { deliveries } = await record('c-5', { newsletter: 'GRANTED', profiling: 'GRANTED' });
    const id = deliveries[0]?.id ?? '';
    await filterTo(subscription, ['newsletter']);
    expect(await rendered(id)).toMatchObject({ webhookId: `${id}-1-1`, says: { newsletter: 'GRANTED' } });
    await filterTo(subscription, ['profiling']);
    expect(await rendered(id)).toMatchObject({ webhookId: `${id}-1-2`, says: { profiling: 'GRANTED' } });
    const withdrawn = await record('c-5', { newsletter: 'DENIED' });
    expect(await rendered(withdrawn.deliveries[0]?.id ?? '')).toMatchObject({
      webhookId: withdrawn.deliveries[0]?.id,
      says: { profiling: 'GRANTED' },
    });
  });
});

describe('the id of a receipt', () => {
  it('is the delivery’s while nothing is left out, and then names the citizen’s latest change too', async () => {
    const subscriptionId = await rig.subscribe('consent-receipts');
    const { deliveries } = await record('c-3', {
      newsletter: 'GRANTED',
      profiling: 'GRANTED',
      calls: 'GRANTED',
    });
    const id = deliveries[0]?.id ?? '';
    const all = { newsletter: 'GRANTED', profiling: 'GRANTED', calls: 'GRANTED' };
    expect(await rendered(id)).toMatchObject({ webhookId: id, says: all });
    const heard = await record('c-3', { profiling: 'DENIED' });
    expect(await rendered(id)).toMatchObject({ webhookId: id, says: all });
    await rig.db.subscription.update({ where: { id: subscriptionId }, data: { status: 'paused' } });
    await record('c-3', { newsletter: 'DENIED' });
    await rig.db.subscription.update({ where: { id: subscriptionId }, data: { status: 'active' } });
    const left = { webhookId: `${id}-3`, says: { calls: 'GRANTED' } };
    expect(await rendered(id)).toMatchObject(left);
    // What is left under that id is decided by the number alone, whatever becomes of other deliveries.
    await rig.db.delivery.updateMany({
      where: { id: heard.deliveries[0]?.id ?? '' },
      data: { status: 'cancelled' },
    });
    expect(await rendered(id)).toMatchObject(left);
  });
});
