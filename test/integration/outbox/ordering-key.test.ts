/** One request of an ordering key at a time: what two workers may do at the same moment, forced one step at a time. */
import { closeGivenBack, type AttemptRecord } from '../../../src/delivery/attempt/record';
import { GivenBackError } from '../../../src/delivery/http/post';
import type { LoadedDelivery } from '../../../src/delivery/attempt/load';
import { refuse } from '../../../src/delivery/attempt/begin';
import { resendDelivery } from '../../../src/delivery/actions';
import { cancelDeliveries, parkBehindAttempt } from '../../../src/outbox/transitions';
import { purgeDeleted } from '../../../src/outbox/purge';
import { openDatabase, type Database } from '../../../src/platform/database';
import { AttemptSteps } from '../../harness/attempts';
import { useTestDatabase } from '../../harness/database';
import { putDeliveries, putSubscription } from '../../harness/deliveries';
import { backendOf, untilItWaitsFor } from '../../harness/locks';
import { ALL } from '../../harness/visibility';

const database = useTestDatabase();
let db: Database;
let steps: AttemptSteps;
/** Two deliveries of one ordering key, in their order. */
let first: string;
let second: string;
beforeEach(async () => {
  ({ db } = database);
  steps = new AttemptSteps(db);
  const subscription = await putSubscription(db);
  [first = '', second = ''] = await putDeliveries(db, subscription, [
    { status: 'pending' },
    { status: 'pending' },
  ]);
});

const row = (id: string) => db.delivery.findUniqueOrThrow({ where: { id } });
const record = (given: AttemptRecord) => steps.statements.record(given);

/** The first delivered, and the second in flight. */
async function secondInFlight(): Promise<(outcome: 'delivered' | 'failed') => AttemptRecord> {
  await record((await steps.attempt(first))('delivered'));
  return steps.attempt(second);
}

const resend = (id: string): Promise<void> => db.$transaction((tx) => resendDelivery(tx, ALL, id));

async function park(delivery: LoadedDelivery): Promise<boolean> {
  if (!delivery.inFlight) throw new Error('nothing is in flight');
  return parkBehindAttempt(db, delivery, delivery.inFlight.attemptId);
}

describe('an attempt', () => {
  it('does not begin while one of another delivery of its ordering key is in flight', async () => {
    const ended = await secondInFlight();
    await resend(first);
    const seen = await steps.load(first);
    expect(refuse(seen)).toMatchObject({ kind: 'blocked', retryInMs: expect.any(Number) as number });
    expect(await steps.begin(seen)).toBeUndefined();
    await record(ended('failed'));
    expect(await steps.begin(await steps.load(first))).toBeDefined();
  });

  it.each(['one after the other', 'in one batch', 'by two workers'])(
    'is made of one of two that were loaded at the same moment: %s',
    async (how) => {
      await db.delivery.update({
        where: { id: first },
        data: { status: 'cancelled', finishedAt: new Date() },
      });
      const later = await steps.load(second);
      await db.delivery.update({ where: { id: first }, data: { status: 'pending', finishedAt: null } });
      const earlier = await steps.load(first);
      await db.delivery.update({ where: { id: first }, data: { status: 'cancelled' } });
      const other = openDatabase(database.url);
      const by = how === 'by two workers' ? new AttemptSteps(other) : steps;
      await db.delivery.update({ where: { id: first }, data: { status: 'pending' } });
      if (how === 'one after the other') await steps.begin(earlier);
      await Promise.all([steps.begin(earlier), by.begin(later)]);
      await other.$disconnect();
      expect(await db.attempt.count({ where: { deliveryId: { in: [first, second] } } })).toBe(1);
    },
  );

  it('does not begin with a lower number than was sent', async () => {
    await record((await steps.attempt(first))('delivered'));
    await db.delivery.update({ where: { id: second }, data: { sequence: 5 } });
    await resend(first);
    const seen = await steps.load(first);
    await db.delivery.update({ where: { id: first }, data: { status: 'delivered' } });
    await record((await steps.attempt(second))('delivered'));
    await db.delivery.update({ where: { id: first }, data: { status: 'pending' } });
    expect(await steps.begin(seen)).toBeUndefined();
    expect((await steps.load(first)).sentSequence).toBe(5);
  });

  it('begins although another is without an outcome, once that is surely over', async () => {
    await secondInFlight();
    await resend(first);
    await db.orderingKey.updateMany({ data: { attemptUntil: new Date() } });
    const seen = await steps.load(first);
    expect(refuse(seen)).toBeUndefined();
    expect(await steps.begin(seen)).toBeDefined();
  });

  it('keeps its ordering key when one that was taken for over is recorded after all', async () => {
    const late = await secondInFlight();
    await resend(first);
    await db.orderingKey.updateMany({ data: { attemptUntil: new Date() } });
    const ended = await steps.attempt(first);
    await record(late('failed'));
    expect(await steps.begin(await steps.load(second))).toBeUndefined();
    await record(ended('delivered'));
    expect(await row(first)).toMatchObject({ status: 'delivered' });
    expect(await steps.begin(await steps.load(second))).toBeDefined();
  });

  it('waits for nobody’s ordering key in a batch', async () => {
    await record((await steps.attempt(first))('failed'));
    const [seen, other] = [await steps.load(first), await steps.load(first)];
    let begun: Promise<unknown> = Promise.resolve();
    await db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM "OrderingKey" FOR UPDATE`;
      begun = steps.begin(seen);
      await untilItWaitsFor(await backendOf(tx), db, begun); // alone, after the batch has passed over it
    });
    expect(await begun).toBeDefined();
    expect(await steps.begin(other)).toBeUndefined();
  });
});

describe('a delivery that waits for a request in flight', () => {
  it.each<[string, (ended: (outcome: 'delivered' | 'failed') => AttemptRecord) => Promise<unknown>]>([
    ['is delivered', (ended) => record(ended('delivered'))],
    ['fails', (ended) => record(ended('failed'))],
    ['is given back', (ended) => closeGivenBack(db, ended('failed'), new GivenBackError('given up', true))],
    [
      'fails after its delivery was cancelled',
      async (ended) => {
        await db.$transaction((tx) => cancelDeliveries(tx, [second], 'cancelled by request'));
        await record(ended('failed'));
      },
    ],
  ])('is signalled when that %s', async (_, end) => {
    const ended = await secondInFlight();
    await resend(first);
    expect(await park(await steps.load(first))).toBe(true);
    expect(await row(first)).toMatchObject({ status: 'blocked', outboxAction: null });
    await end(ended);
    expect(await row(first)).toMatchObject({ status: 'blocked', outboxAction: 'predecessorFinished' });
    expect(refuse(await steps.load(first))).toBeUndefined();
  });

  it('does not wait when that ended since it was loaded', async () => {
    const ended = await secondInFlight();
    await resend(first);
    const seen = await steps.load(first);
    await record(ended('failed'));
    expect(await park(seen)).toBe(false);
    expect((await row(first)).status).toBe('pending');
  });

  it('waits for who is ending that, and then looks again', async () => {
    const ended = await secondInFlight();
    await resend(first);
    const seen = await steps.load(first);
    let parking: Promise<boolean> | undefined;
    await db.$transaction(async (tx) => {
      await tx.$executeRaw`UPDATE "OrderingKey" SET "attemptId" = NULL`;
      parking = park(seen);
      await untilItWaitsFor(await backendOf(tx), db, parking);
    });
    expect(await parking).toBe(false);
    await record(ended('failed'));
  });

  it('is not signalled for a request that it does not wait for', async () => {
    await record((await steps.attempt(first))('delivered'));
    await resend(first);
    const attempts = [1, 2, 3];
    for (const _ of attempts) await record((await steps.attempt(first))('failed'));
    expect(await row(first)).toMatchObject({ status: 'waiting', outboxAction: null });
  });
});

describe('what is kept of an ordering key', () => {
  it('goes with its subscription', async () => {
    await record((await steps.attempt(first))('delivered'));
    await db.delivery.deleteMany();
    await db.subscription.updateMany({ data: { deletedAt: new Date() } });
    await purgeDeleted(db);
    expect(await db.orderingKey.count()).toBe(0);
  });

  it('goes with its citizen', async () => {
    await record((await steps.attempt(first))('delivered'));
    await db.delivery.deleteMany();
    await db.citizen.updateMany({ data: { deletedAt: new Date() } });
    await purgeDeleted(db);
    expect(await db.orderingKey.count()).toBe(0);
  });
});
