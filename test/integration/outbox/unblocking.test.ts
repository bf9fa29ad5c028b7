/** Blocked deliveries whose predecessor is finished, when the signal that told them so is lost. */
import { acknowledge, claimEntries } from '../../../src/outbox/claims';
import { signalUnblocked, unblocked } from '../../../src/outbox/progress';
import { markDelivered, parkDeliveries } from '../../../src/outbox/transitions';
import { Prisma, openDatabase, type Database } from '../../../src/platform/database';
import { newId } from '../../../src/platform/ids';
import { startTestPostgres, type TestPostgres } from '../../harness/stack';

const BLOCKED = 50_000;

let postgres: TestPostgres;
let db: Database;
const applicationId = 'shop';
const subscriptionId = newId();
beforeAll(async () => {
  postgres = await startTestPostgres();
  db = openDatabase(postgres.url);
  await db.application.create({ data: { id: applicationId, name: 'Shop' } });
  await db.subscription.create({
    data: {
      ...{ id: subscriptionId, applicationId, name: 'CRM', url: 'http://receiver.test', status: 'active' },
      ...{ updateType: 'consent-receipts', authType: 'none', signingSecretSealed: '' },
    },
  });
});
afterAll(async () => {
  await db.$disconnect();
  await postgres.stop();
});
beforeEach(() => db.citizen.deleteMany());

/** Citizens with `each` blocked deliveries behind one that waits. */
async function fill(citizens: number, each: number): Promise<void> {
  await db.$executeRaw`
    INSERT INTO "Citizen" ("id", "applicationId", "externalRef")
    SELECT gen_random_uuid(), ${applicationId}, n::text FROM generate_series(1, ${citizens}::int) n`;
  await db.$executeRaw`
    INSERT INTO "Change" ("id", "citizenId", "sequence", "kind", "recordedAt")
    SELECT gen_random_uuid(), c."id", n, 'recorded', now() FROM "Citizen" c, generate_series(1, ${each + 1}::int) n`;
  await db.$executeRaw`
    INSERT INTO "Delivery" ("id", "subscriptionId", "applicationId", "citizenId", "changeId", "sequence", "updateType", "status")
    SELECT gen_random_uuid(), ${subscriptionId}::uuid, ${applicationId}, h."citizenId", h."id", h."sequence",
      'consent-receipts', CASE h."sequence" WHEN 1 THEN 'waiting' ELSE 'blocked' END FROM "Change" h`;
}

const inOrder = (): Promise<Prisma.DeliveryModel[]> => db.delivery.findMany({ orderBy: { sequence: 'asc' } });

/** A minute passes, as far as the signal is concerned. */
const passAMinute = (): Promise<unknown> =>
  db.$executeRaw`UPDATE "Delivery" SET "unblockedAt" = "unblockedAt" - interval '1 minute'`;

/** The signals in the outbox are sent, and lost on their way. */
async function loseSignals(): Promise<void> {
  for (const entry of await claimEntries(db, 10)) await acknowledge(db, entry);
}

describe('a blocked delivery whose predecessor is finished', () => {
  it('is signalled again when it has not noticed, and then no more than every half minute', async () => {
    await fill(1, 2);
    const [head, second] = await inOrder();
    await markDelivered(db, [{ deliveryId: head?.id ?? '', statusCode: 200 }]);
    await loseSignals();
    expect(await signalUnblocked(db, 10)).toBe(0); // it may be on its way
    await passAMinute();
    expect(await signalUnblocked(db, 10)).toBe(1);
    expect(await claimEntries(db, 10)).toMatchObject([{ id: second?.id, action: 'predecessorFinished' }]);
    await loseSignals();
    expect(await signalUnblocked(db, 10)).toBe(0);
  });

  it('is left alone once it waits for another predecessor', async () => {
    await fill(1, 1);
    const [, blocked] = await inOrder();
    if (!blocked) throw new Error('there is no blocked delivery');
    await db.delivery.update({ where: { id: blocked.id }, data: { unblockedAt: new Date(0) } });
    await parkDeliveries(db, 'blocked', [blocked]);
    expect(await signalUnblocked(db, 10)).toBe(0);
  });

  it('is found when it parks while its predecessor is just being finished', async () => {
    await fill(1, 1);
    const [head, loaded] = await inOrder();
    if (!head || !loaded) throw new Error('there is no blocked delivery');
    await markDelivered(db, [{ deliveryId: head.id, statusCode: 200 }]);
    await parkDeliveries(db, 'blocked', [loaded]);
    await loseSignals();
    await passAMinute();
    expect(await signalUnblocked(db, 10)).toBe(1);
  });
});

describe(`with ${BLOCKED.toLocaleString('en')} blocked deliveries`, () => {
  it('the look for them reads a handful of pages, by its own index', async () => {
    await fill(1_000, BLOCKED / 1_000);
    const [head] = await inOrder();
    await markDelivered(db, [{ deliveryId: head?.id ?? '', statusCode: 200 }]);
    await db.$executeRaw`VACUUM ANALYZE "Delivery"`;
    await loseSignals();
    await passAMinute();
    type Plan = { Plan: Record<string, unknown> };
    const [row] = await db.$queryRaw<{ 'QUERY PLAN': Plan[] }[]>(
      Prisma.sql`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${unblocked(100)}`,
    );
    const plan = row?.['QUERY PLAN'][0]?.Plan;
    expect(JSON.stringify(plan)).toContain('Delivery_unblocked_idx');
    expect(JSON.stringify(plan)).not.toContain('Seq Scan');
    expect(plan?.['Actual Rows']).toBe(1);
    expect(Number(plan?.['Shared Hit Blocks']) + Number(plan?.['Shared Read Blocks'])).toBeLessThan(30);
    expect(await signalUnblocked(db, 100)).toBe(1);
  });
});
