import { randomBytes } from 'node:crypto';
import { purgeFinished } from '../../../src/outbox/purge';
import { openDatabase, type Database } from '../../../src/platform/database';
import { createSealer } from '../../../src/platform/encryption';
import { newId } from '../../../src/platform/ids';
import { createLogger } from '../../../src/platform/logger';
import { putDeliveries } from '../../harness/deliveries';
import { report } from '../../harness/report';
import { eventually } from '../../harness/service';
import { startTestPostgres, type TestPostgres } from '../../harness/stack';
import { sweepAlone } from '../../harness/sweep';

const DAY_MS = 86_400_000;
/** Rows of a kind that go at once. */
const BATCH = 1_000;

let postgres: TestPostgres;
let db: Database;
const subscription = { id: newId(), applicationId: 'shop' };
beforeAll(async () => {
  postgres = await startTestPostgres();
  db = openDatabase(postgres.url);
  await db.application.create({ data: { id: 'shop', name: 'Shop' } });
  await db.subscription.create({
    data: {
      ...{ ...subscription, name: 'CRM', url: 'http://receiver.test', status: 'active' },
      ...{ updateType: 'consent-receipts', authType: 'none', signingSecretSealed: '' },
    },
  });
});
afterAll(async () => {
  await db.$disconnect();
  await postgres.stop();
});
beforeEach(() => db.delivery.deleteMany());

/** Finished deliveries, each with so many attempts. */
async function finished(count: number, attempts: number, finishedAt: Date): Promise<string[]> {
  const states = Array.from({ length: count }, () => ({ status: 'delivered', finishedAt }));
  const ids = await putDeliveries(db, subscription, states);
  await db.$executeRaw`
    INSERT INTO "Attempt" ("id", "deliveryId", "subscriptionId", "attempt", "cycle", "outcome", "requestHeaders")
    SELECT gen_random_uuid(), "id", "subscriptionId", n, n, 'failed', '{}'
    FROM "Delivery", generate_series(1, ${attempts}::int) n WHERE "id" = ANY(${ids}::uuid[])`;
  return ids;
}

const rows = async (): Promise<{ deliveries: number; attempts: number }> => ({
  deliveries: await db.delivery.count(),
  attempts: await db.attempt.count(),
});

const longAgo = (): Date => new Date(Date.now() - 2 * DAY_MS);

describe('the purge of what is older than the retention', () => {
  it('removes no more than a bounded number of rows at once, however many attempts there are', async () => {
    await finished(1, 3_500, longAgo());
    await finished(1_500, 2, longAgo());
    let more = true;
    let runs = 0;
    while (more) {
      const before = await rows();
      more = await purgeFinished(db, DAY_MS);
      const after = await rows();
      expect(before.deliveries - after.deliveries).toBeLessThanOrEqual(BATCH);
      expect(before.attempts - after.attempts).toBeLessThanOrEqual(BATCH);
      runs += 1;
    }
    expect(await rows()).toEqual({ deliveries: 0, attempts: 0 });
    expect(runs).toBeLessThan(15);
  });

  it('leaves what is younger, with all its attempts', async () => {
    await finished(3, 2, longAgo());
    const young = await finished(2, 2, new Date());
    while (await purgeFinished(db, DAY_MS));
    expect((await db.delivery.findMany()).map(({ id }) => id).sort()).toEqual([...young].sort());
    expect(await db.attempt.count()).toBe(4);
  });

  it('is shared between workers, each with rows of its own', async () => {
    await finished(4_000, 1, longAgo());
    const begun = Date.now();
    const purgeAll = async (): Promise<void> => {
      while (await purgeFinished(db, DAY_MS));
    };
    await Promise.all([purgeAll(), purgeAll()]);
    report(`${Math.round(4_000_000 / (Date.now() - begun))} deliveries with an attempt purged a second`);
    expect(await rows()).toEqual({ deliveries: 0, attempts: 0 });
  });
});

describe('the purge of a worker', () => {
  it('removes what is over though the purge of something else fails', async () => {
    const [id = ''] = await finished(1, 1, new Date(Date.now() - 31 * DAY_MS));
    const failing = new Proxy(db, {
      get: (target, name): unknown => {
        if (name === 'session') throw new Error('cannot be purged');
        return Reflect.get(target, name);
      },
    });
    const sweep = sweepAlone(failing, createSealer([randomBytes(32)]), createLogger('silent', 'test'));
    await eventually(async () => expect(await db.delivery.count({ where: { id } })).toBe(0));
    await sweep.stop();
  });
});
