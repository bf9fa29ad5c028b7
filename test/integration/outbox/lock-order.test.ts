/** Those who lock many deliveries at once never wait for each other in a circle: real transactions, side by side. */
import { deleteCitizen } from '../../../src/consent/citizen-deletion';
import { addBulkSignal } from '../../../src/outbox/bulk-signals';
import { signalDeliveries } from '../../../src/outbox/signals';
import { ConsentRig } from '../../harness/consent';
import { putDeliveries, type DeliveryState } from '../../harness/deliveries';
import { backendOf, untilItWaitsFor } from '../../harness/locks';
import { eventually } from '../../harness/service';
import { ALL } from '../../harness/visibility';

let rig: ConsentRig;
beforeAll(async () => {
  rig = await ConsentRig.start();
});
afterAll(() => rig.stop());
afterEach(() => rig.unsubscribeAll());

const many: DeliveryState[] = Array.from({ length: 300 }, () => ({ status: 'waiting' }));

describe('a deletion of a citizen and a pause of a subscription', () => {
  it('wait for each other one way only: whoever has the subscription first', async () => {
    const id = await rig.subscribe('consent-receipts');
    const { citizenId } = await rig.recordOne('c-1', {});
    await rig.db.delivery.updateMany({
      where: { citizenId },
      data: { status: 'waiting', outboxAction: null },
    });
    let deleting: Promise<unknown> | undefined;
    await rig.transact(async (tx) => {
      await tx.subscription.update({ where: { id }, data: { status: 'paused' } });
      deleting = rig.transact((deletion) => deleteCitizen(deletion, ALL, rig.sealer, citizenId));
      await untilItWaitsFor(await backendOf(tx), rig.db, deleting);
      await addBulkSignal(tx, id, 'subscriptionChanged');
    });
    await expect(deleting).resolves.toMatchObject({ deliveries: [] });
  });

  it('that come together again and again all succeed', async () => {
    for (let round = 0; round < 10; round++) {
      const id = await rig.subscribe('consent-receipts');
      const subscription = { id, applicationId: 'shop' };
      const [first = ''] = await putDeliveries(rig.db, subscription, many);
      const { citizenId } = await rig.db.delivery.findUniqueOrThrow({ where: { id: first } });
      await rig.db.citizen.update({ where: { id: citizenId }, data: { lastSequence: 1 } });
      const pause = (status: string): Promise<void> =>
        rig.transact(async (tx) => {
          await tx.subscription.update({ where: { id }, data: { status } });
          await addBulkSignal(tx, id, 'subscriptionChanged');
        });
      await Promise.all([
        rig.transact((tx) => deleteCitizen(tx, ALL, rig.sealer, citizenId)),
        pause('paused'),
        pause('active'),
      ]);
    }
  });
});

describe('a bulk signal and signals to single deliveries', () => {
  it('lock in one order, also where the order of the ids is another', async () => {
    const id = await rig.subscribe('consent-receipts');
    const ids = await putDeliveries(rig.db, { id, applicationId: 'shop' }, [{}, {}]);
    const [earlierById = '', first = ''] = ids;
    await rig.db.delivery.update({ where: { id: earlierById }, data: { sequence: 2 } });
    let both: Promise<unknown> | undefined;
    await rig.transact(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM "Delivery" WHERE "id" = ${first}::uuid FOR UPDATE`;
      const single = rig.transact((signalling) => signalDeliveries(signalling, ids, 'retryNow'));
      await untilWaiting(1);
      both = Promise.all([single, rig.transact((bulk) => addBulkSignal(bulk, id, 'subscriptionChanged'))]);
      await untilWaiting(2);
    });
    await both;
    const signalled = { subscriptionId: id, outboxAction: 'subscriptionChanged', outboxVersion: 2 };
    expect(await rig.db.delivery.count({ where: signalled })).toBe(2);
  });
});

/** Awaits that so many transactions wait for locks. */
const untilWaiting = (count: number): Promise<void> =>
  eventually(async () => {
    const waiting = await rig.db.$queryRaw<unknown[]>`
      SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    expect(waiting).toHaveLength(count);
  });
