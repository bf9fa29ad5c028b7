/** Which deliveries the dispatchers take first, on a real database. */
import fc from 'fast-check';
import { claimEntries } from '../../../src/outbox/claims';
import { Turns } from '../../../src/outbox/turns';
import { openDatabase, type Database } from '../../../src/platform/database';
import { useTestDatabase } from '../../harness/database';
import { putDeliveries, putSubscription } from '../../harness/deliveries';

const [WITHDRAWAL, NORMAL, BULK] = [1, 2, 3];

const database = useTestDatabase();
let db: Database;
let other: Database;
beforeAll(() => {
  ({ db } = database);
  other = openDatabase(database.url);
});
afterAll(() => other.$disconnect());
beforeEach(() => db.delivery.deleteMany());

type Subscription = Awaited<ReturnType<typeof putSubscription>>;

/** Deliveries that are to be started, due since so many seconds ago. */
function queue(to: Subscription, count: number, priority: number, secondsAgo = 0): Promise<string[]> {
  const outboxDueAt = new Date(Date.now() - secondsAgo * 1_000);
  const state = { status: 'pending', outboxAction: 'start', outboxDueAt, priority };
  return putDeliveries(
    db,
    to,
    Array.from({ length: count }, () => state),
  );
}

const idsOf = (entries: readonly { id: string }[]): string[] => entries.map(({ id }) => id);
const subscribe = (count: number): Promise<Subscription[]> =>
  Promise.all(Array.from({ length: count }, () => putSubscription(db)));

/** How many of each subscription were claimed. */
const countsOf = (
  entries: readonly { subscriptionId: string | null }[],
  of: readonly Subscription[],
): number[] => of.map(({ id }) => entries.filter(({ subscriptionId }) => subscriptionId === id).length);

describe('of what is due', () => {
  it('withdrawals are claimed first and imports last, however old', async () => {
    const to = await putSubscription(db);
    const bulk = await queue(to, 3, BULK, 60);
    const normal = await queue(to, 3, NORMAL, 30);
    const withdrawals = await queue(to, 3, WITHDRAWAL);
    const claimed = [await claimEntries(db, 3), await claimEntries(db, 3), await claimEntries(db, 3)];
    expect(claimed.map((entries) => new Set(idsOf(entries)))).toEqual(
      [withdrawals, normal, bulk].map((ids) => new Set(ids)),
    );
  });

  it('the longest due is claimed first within a subscription', async () => {
    const to = await putSubscription(db);
    const [late = ''] = await queue(to, 1, NORMAL, 10);
    const [later = ''] = await queue(to, 1, NORMAL, 5);
    expect([idsOf(await claimEntries(db, 1)), idsOf(await claimEntries(db, 1))]).toEqual([[late], [later]]);
  });

  it('each subscription gets its share of a claim, whoever came first with how many', async () => {
    const subscriptions = await subscribe(4);
    const [flood, ...others] = subscriptions;
    if (flood) await queue(flood, 1_000, NORMAL, 60);
    for (const to of others) await queue(to, 20, NORMAL);
    expect(countsOf(await claimEntries(db, 32), subscriptions)).toEqual([8, 8, 8, 8]);
  });

  it('what others leave of their share goes to those that have more', async () => {
    const [flood, quiet] = await subscribe(2);
    if (!flood || !quiet) throw new Error('two subscriptions');
    await queue(flood, 100, NORMAL, 60);
    await queue(quiet, 1, NORMAL);
    expect(countsOf(await claimEntries(db, 32), [flood, quiet])).toEqual([31, 1]);
  });

  it('more subscriptions than a claim has room for take turns', async () => {
    const subscriptions = await subscribe(10);
    for (const to of subscriptions) await queue(to, 6, NORMAL);
    const turns = new Turns();
    const claimed = [];
    for (let n = 0; n < 10; n++) claimed.push(...(await claimEntries(db, 3, turns)));
    expect(countsOf(claimed, subscriptions)).toEqual(Array.from({ length: 10 }, () => 3));
  });

  it('none is left while there is room for it, nor claimed twice', async () => {
    const subscriptions = await subscribe(5);
    const amount = fc.record({
      of: fc.integer({ min: 0, max: 4 }),
      priority: fc.integer({ min: 1, max: 3 }),
      count: fc.integer({ min: 1, max: 9 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(amount, { maxLength: 6 }),
        fc.integer({ min: 1, max: 12 }),
        async (amounts, limit) => {
          await db.delivery.deleteMany();
          const ids: string[] = [];
          for (const { of, priority, count } of amounts) {
            const to = subscriptions[of];
            if (to) ids.push(...(await queue(to, count, priority)));
          }
          const turns = new Turns();
          const claimed: string[] = [];
          while (claimed.length < ids.length) {
            const entries = await claimEntries(db, limit, turns);
            expect(entries).toHaveLength(Math.min(limit, ids.length - claimed.length));
            claimed.push(...idsOf(entries));
          }
          expect([...claimed].sort()).toEqual([...ids].sort());
          expect(await claimEntries(db, limit, turns)).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('what has been due for five minutes goes first in every fourth claim, so that nothing starves', async () => {
    const [busy, importing] = await subscribe(2);
    if (!busy || !importing) throw new Error('two subscriptions');
    const aged = new Set(await queue(importing, 40, BULK, 301));
    await queue(importing, 40, BULK, 299);
    await queue(busy, 200, NORMAL);
    const turns = new Turns();
    const agedIn: number[] = [];
    for (let n = 0; n < 8; n++) {
      agedIn.push(idsOf(await claimEntries(db, 10, turns)).filter((id) => aged.has(id)).length);
    }
    expect(agedIn).toEqual([0, 0, 0, 0, 10, 0, 0, 0]);
  });

  it('what one dispatcher holds is passed over by another, which gets the next', async () => {
    const subscriptions = await subscribe(3);
    for (const to of subscriptions) await queue(to, 1, NORMAL);
    await db.$transaction(async (tx) => {
      const held = await claimEntries(tx as unknown as Database, 1);
      const next = await claimEntries(other, 2);
      expect(new Set(idsOf([...held, ...next])).size).toBe(3);
    });
  });
});
