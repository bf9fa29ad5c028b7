/** What two processes may do to one delivery at the same moment, forced one step at a time. */
import type { LoadedDelivery } from '../../../src/delivery/attempt/load';
import { recordCancel } from '../../../src/delivery/attempt/record';
import { resendDelivery } from '../../../src/delivery/actions';
import { purgeFinished } from '../../../src/outbox/purge';
import { parkDeliveries } from '../../../src/outbox/transitions';
import type { Database } from '../../../src/platform/database';
import { addBulkSignal } from '../../../src/outbox/bulk-signals';
import { AttemptSteps } from '../../harness/attempts';
import { useTestDatabase } from '../../harness/database';
import { putDeliveries, putSubscription } from '../../harness/deliveries';
import { backendOf, untilItWaitsFor } from '../../harness/locks';
import { ALL } from '../../harness/visibility';

const database = useTestDatabase();
let db: Database;
let steps: AttemptSteps;
let subscriptionId: string;
let applicationId: string;
beforeEach(async () => {
  ({ db } = database);
  steps = new AttemptSteps(db);
  ({ id: subscriptionId, applicationId } = await putSubscription(db));
});

const put = async (status: string, outboxAction: string | null): Promise<string> => {
  const [id = ''] = await putDeliveries(db, { id: subscriptionId, applicationId }, [
    { status, outboxAction },
  ]);
  return id;
};
const row = (id: string) => db.delivery.findUniqueOrThrow({ where: { id } });

/** As an attempt does that finds its subscription paused. False: the delivery is to be loaded again. */
const park = async (delivery: LoadedDelivery): Promise<boolean> =>
  (await parkDeliveries(db, 'paused', [delivery])).has(delivery.id);

/** Sets the status as PATCH does, bulk signal included. */
const setStatus = (status: string) =>
  db.$transaction(async (tx) => {
    await tx.subscription.update({ where: { id: subscriptionId }, data: { status } });
    await addBulkSignal(tx, subscriptionId, 'subscriptionChanged');
  });

describe('a delivery that finds its subscription paused', () => {
  it.each([
    ['pending', 'start'],
    ['blocked', null],
    ['waiting', null],
  ])('is not missed by a resumption before it is stored as paused: %s', async (status, outboxAction) => {
    const id = await put(status, outboxAction);
    await setStatus('paused');
    await db.delivery.update({ where: { id }, data: { status, outboxAction } });
    const seen = await steps.load(id);
    await setStatus('active');
    if (await park(seen)) expect((await row(id)).outboxAction).toBe('subscriptionChanged');
    else expect((await row(id)).status).not.toBe('paused');
  });

  it('is signalled by a resumption after it is stored as paused', async () => {
    const id = await put('pending', 'start');
    await setStatus('paused');
    expect(await park(await steps.load(id))).toBe(true);
    expect(await row(id)).toMatchObject({ status: 'paused', outboxAction: null });
    await setStatus('active');
    expect(await row(id)).toMatchObject({ status: 'paused', outboxAction: 'subscriptionChanged' });
  });

  it('waits for a resumption under way, and then sees it', async () => {
    const id = await put('pending', 'start');
    await setStatus('paused');
    const seen = await steps.load(id);
    let parking: Promise<boolean> | undefined;
    await db.$transaction(async (tx) => {
      await tx.subscription.update({ where: { id: subscriptionId }, data: { status: 'active' } });
      await addBulkSignal(tx, subscriptionId, 'subscriptionChanged'); // passes by this one: it is still to look for the first time
      parking = park(seen);
      await untilItWaitsFor(await backendOf(tx), db, parking);
    });
    expect(await parking).toBe(false);
    expect(await row(id)).toMatchObject({ status: 'pending', outboxAction: 'start' });
  });
});

describe('an outcome that is recorded twice', () => {
  it('does not undo a resend in between', async () => {
    const id = await put('pending', 'start');
    const ended = await steps.attempt(id);
    const first = await steps.statements.record(ended('delivered'));
    await db.$transaction((tx) => resendDelivery(tx, ALL, id));
    expect(await steps.statements.record(ended('delivered'))).toEqual(first);
    expect(await row(id)).toMatchObject({ status: 'pending', outboxAction: 'start', resent: true });
  });

  it('counts one failure', async () => {
    const id = await put('pending', 'start');
    const ended = await steps.attempt(id);
    const first = await steps.statements.record(ended('failed'));
    expect(first).toMatchObject({ kind: 'failed', attemptsLeft: 2 });
    expect(await steps.statements.record(ended('failed'))).toEqual(first);
    expect(await row(id)).toMatchObject({ cycleFailures: 1, status: 'delivering' });
  });

  it('by two at once counts one failure', async () => {
    const id = await put('pending', 'start');
    const ended = await steps.attempt(id);
    await Promise.all([1, 2, 3].map(() => steps.statements.record(ended('failed'))));
    expect(await row(id)).toMatchObject({ cycleFailures: 1 });
  });
});

describe('a cancel', () => {
  it('yields to a 2xx that was in flight', async () => {
    const id = await put('pending', 'start');
    const ended = await steps.attempt(id);
    await recordCancel(db, id, 'cancelled in Temporal');
    expect((await row(id)).status).toBe('cancelled');
    await steps.statements.record(ended('delivered'));
    expect(await row(id)).toMatchObject({ status: 'delivered', reason: null });
  });

  it('of an earlier run leaves a delivery alone that was sent again since', async () => {
    const id = await put('cancelled', null);
    await db.delivery.update({ where: { id }, data: { bodySealed: 'sealed', finishedAt: new Date() } });
    await db.$transaction((tx) => resendDelivery(tx, ALL, id));
    await recordCancel(db, id, 'cancelled in Temporal');
    expect(await row(id)).toMatchObject({ status: 'pending', outboxAction: 'start' });
  });

  it('that Temporal has yet to be told of outlives the retention', async () => {
    const long = new Date(Date.now() - 1_000_000);
    const told = await put('cancelled', null);
    const withEntry = await put('cancelled', 'cancel');
    await db.delivery.updateMany({ where: { id: { in: [told, withEntry] } }, data: { finishedAt: long } });
    await purgeFinished(db, 1_000);
    expect(
      await db.delivery.findMany({ where: { id: { in: [told, withEntry] } }, select: { id: true } }),
    ).toEqual([{ id: withEntry }]);
  });
});

describe('two runs of one delivery', () => {
  it('never have two requests in flight', async () => {
    const id = await put('pending', 'start');
    const [one, other] = [await steps.load(id), await steps.load(id)];
    const begun = await Promise.all([one, other].map((seen) => steps.begin(seen)));
    expect(begun.filter((attempt) => attempt !== undefined)).toHaveLength(1);
    expect((await steps.load(id)).inFlight).toMatchObject({ deliveryId: id });
  });
});
