/** The outbox (src/delivery/dispatch/outbox.ts) beside its twins in other workers. */
import fc from 'fast-check';
import { claimDebts, postponeDebts, settleDebts, type Debt } from '../../../src/outbox/claims';
import { createDispatcher } from '../../../src/outbox/dispatcher';
import { TemporalAwayError, type TemporalGateway } from '../../../src/outbox/gateway';
import { advanceWakeUps } from '../../../src/outbox/wake-ups';
import { openDatabase, type Database } from '../../../src/platform/database';
import { newId } from '../../../src/platform/ids';
import { createLogger } from '../../../src/platform/logger';
import { oweWakeUp } from '../../../src/outbox/bulk-signals';
import { putDeliveries } from '../../harness/deliveries';
import { eventually } from '../../harness/service';
import { startTestPostgres, type TestPostgres } from '../../harness/stack';

let postgres: TestPostgres;
let db: Database;
let other: Database;
beforeAll(async () => {
  postgres = await startTestPostgres();
  db = openDatabase(postgres.url);
  other = openDatabase(postgres.url);
});
afterAll(async () => {
  await db.$disconnect();
  await other.$disconnect();
  await postgres.stop();
});
beforeEach(async () => {
  await db.delivery.deleteMany();
  await db.wakeUp.deleteMany();
});

async function subscription(): Promise<{ id: string; applicationId: string }> {
  const applicationId = `app-${newId().slice(-12)}`;
  await db.application.create({ data: { id: applicationId, name: 'Shop' } });
  const id = newId();
  await db.subscription.create({
    data: {
      ...{ id, applicationId, name: 'CRM', url: 'http://receiver.test', status: 'active' },
      ...{ updateType: 'consent-receipts', authType: 'none', signingSecretSealed: '' },
    },
  });
  return { id, applicationId };
}

const owing = (count: number, owed = 'start') =>
  Array.from({ length: count }, () => ({ status: owed === 'start' ? 'pending' : 'waiting', owed }));

const count = (where: object) => db.delivery.count({ where });
const expireLeases = () => db.$executeRaw`UPDATE "Delivery" SET "owedAt" = now() WHERE "owed" IS NOT NULL`;

describe('claiming debts', () => {
  it('gives each to one claimer only, however many claim at once, in bounded batches', async () => {
    await putDeliveries(db, await subscription(), owing(200));
    const claims = await Promise.all(
      Array.from({ length: 10 }, (_, i) => claimDebts(i % 2 === 0 ? db : other, 32)),
    );
    const ids = claims.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(Math.max(...claims.map(({ length }) => length))).toBeLessThanOrEqual(32);
    while ((await claimDebts(db, 32)).length > 0);
    expect(await claimDebts(db, 32)).toEqual([]);
  });

  it('never waits for a row that somebody else holds', async () => {
    const ids = await putDeliveries(db, await subscription(), owing(5));
    await db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM "Delivery" WHERE "id" = ${ids[0]}::uuid FOR UPDATE`;
      const begun = Date.now();
      const claimed = await claimDebts(other, 32);
      expect(claimed.map(({ id }) => id).sort()).toEqual(ids.slice(1).sort());
      expect(Date.now() - begun).toBeLessThan(4_000);
    });
  });

  it('gives a debt again when its lease is over, and not before', async () => {
    await putDeliveries(db, await subscription(), owing(1));
    const [first] = await claimDebts(db, 1);
    expect(await claimDebts(other, 1)).toEqual([]);
    await expireLeases();
    expect((await claimDebts(other, 1)).map(({ id }) => id)).toEqual([first?.id]);
  });

  it('gives the oldest first', async () => {
    const ids = await putDeliveries(db, await subscription(), owing(3));
    for (const [index, id] of ids.entries()) {
      await db.delivery.update({
        where: { id },
        data: { owedAt: new Date(Date.now() - 10_000 + index * 1_000) },
      });
    }
    expect((await claimDebts(db, 1)).map(({ id }) => id)).toEqual([ids[0]]);
  });
});

/** What may happen to one delivery's debt, in any order. */
type Step = 'owe' | 'claim' | 'settle' | 'postpone' | 'expire';

describe('settling by the token of the claim', () => {
  it('never hides a newer debt, whatever the order of claims, settlements and new debts', async () => {
    const to = await subscription();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom<Step>('owe', 'claim', 'settle', 'postpone', 'expire'), { maxLength: 12 }),
        async (steps) => {
          await db.delivery.deleteMany();
          const [id = ''] = await putDeliveries(db, to, [{ status: 'waiting', owed: null }]);
          let token = 0;
          let paid = 0;
          let held: Debt[] = [];
          for (const step of steps) {
            if (step === 'owe') {
              token += 1;
              await db.delivery.update({
                where: { id },
                data: { owed: 'wake', owedAt: new Date(), owedToken: token },
              });
            } else if (step === 'claim') held = [...held, ...(await claimDebts(db, 5))];
            else if (step === 'expire') await expireLeases();
            else if (step === 'postpone' && held[0]) await postponeDebts(db, [held[0]], 0);
            else if (step === 'settle' && held[0]) {
              const [debt, ...rest] = held;
              await settleDebts(db, [debt]);
              paid = Math.max(paid, debt.owedToken);
              held = rest;
            }
          }
          const { owed } = await db.delivery.findUniqueOrThrow({ where: { id } });
          expect(owed).toBe(token > paid ? 'wake' : null);
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** A Temporal that notes what it is told, and may be away. */
class NotingGateway {
  readonly started: string[] = [];
  readonly woken: string[] = [];
  atOnce = 0;
  mostAtOnce = 0;
  away = false;

  start = (debt: Debt) => this.note(this.started, debt.id).then(() => true);
  wake = (debt: Debt) => this.note(this.woken, debt.id);

  private async note(where: string[], id: string): Promise<void> {
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    await new Promise((resolve) => setTimeout(resolve, 5));
    this.atOnce -= 1;
    if (this.away) throw new TemporalAwayError({});
    where.push(id);
  }
}

function dispatchers(gateway: NotingGateway, databases: readonly Database[]) {
  const logger = createLogger('silent', 'test');
  const all = databases.map((database) =>
    createDispatcher({
      ...{ db: database, logger, looksQuick: () => true },
      gateway: gateway as unknown as TemporalGateway,
    }),
  );
  all.forEach((dispatcher) => dispatcher.start());
  return { stop: () => Promise.all(all.map((dispatcher) => dispatcher.stop())) };
}

describe('two dispatchers', () => {
  it('start each delivery once, a bounded number at a time', async () => {
    const ids = await putDeliveries(db, await subscription(), owing(600));
    const gateway = new NotingGateway();
    const running = dispatchers(gateway, [db, other]);
    await eventually(() => expect(gateway.started).toHaveLength(600));
    await running.stop();
    expect(new Set(gateway.started)).toEqual(new Set(ids));
    expect(gateway.mostAtOnce).toBeLessThanOrEqual(128);
  });

  it('press on nothing while Temporal is away, and lose nothing', async () => {
    await putDeliveries(db, await subscription(), owing(300, 'wake'));
    const gateway = new NotingGateway();
    gateway.away = true;
    const running = dispatchers(gateway, [db, other]);
    await eventually(async () => expect(await count({ owedAt: { gt: new Date() } })).toBeGreaterThan(0));
    expect(await count({ owed: 'wake' })).toBe(300);
    gateway.away = false;
    await eventually(async () => expect(await count({ owed: 'wake' })).toBe(0));
    await running.stop();
    expect(new Set(gateway.woken).size).toBe(300);
  });
});

describe('the wake-ups of two thousand deliveries', () => {
  it('are owed five hundred at a time, and go on after a restart where they were', async () => {
    const to = await subscription();
    await putDeliveries(
      db,
      to,
      Array.from({ length: 2_000 }, () => ({ status: 'waiting' })),
    );
    await db.$transaction((tx) => oweWakeUp(tx, to.id));
    const owed = () => count({ owed: 'wake' });
    expect(await owed()).toBe(500);
    await advanceWakeUps(db);
    expect(await owed()).toBe(1_000);
    // Another process takes over: everything it needs is in the database.
    await advanceWakeUps(other);
    expect(await owed()).toBe(1_500);
    await advanceWakeUps(other);
    await advanceWakeUps(other);
    expect(await owed()).toBe(2_000);
    expect(await db.wakeUp.count()).toBe(0);
    const gateway = new NotingGateway();
    const running = dispatchers(gateway, [db, other]);
    await eventually(() => expect(gateway.woken).toHaveLength(2_000));
    await running.stop();
    expect(gateway.mostAtOnce).toBeLessThanOrEqual(128);
  });
});
