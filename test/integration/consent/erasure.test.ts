/** The deletion of a citizen with a long history: done at once as seen from outside, and erased batch by batch. */
import { Client } from 'pg';
import { eraseDueBatch } from '../../../src/consent/erasure';
import { claimEntries } from '../../../src/outbox/claims';
import { createLogger } from '../../../src/platform/logger';
import { newId } from '../../../src/platform/ids';
import { purgeDeleted } from '../../../src/outbox/purge';
import { AttemptSteps } from '../../harness/attempts';
import { ApiRig } from '../../harness/api';
import { report } from '../../harness/report';

/** Changes of the citizen; each has a delivery with an answered attempt. 50,000 take some minutes to write. */
const CHANGES = Number(process.env.CPM_TEST_CHANGES ?? 3_000);
/** Every so-manieth delivery is unfinished. */
const UNFINISHED_EVERY = 2;

const logger = createLogger('silent', 'test');
let api: ApiRig;
beforeAll(async () => {
  api = await ApiRig.start();
  await api.call('PUT', '/v1/applications/shop', { body: { name: 'Shop' } });
  await api.call('PUT', '/v1/applications/shop/options/news', { body: { name: 'News' } });
});
afterAll(() => api?.stop());

interface Fixture {
  readonly citizenId: string;
  readonly subscriptionId: string;
  readonly finishedId: string;
  readonly unfinishedId: string;
  readonly optInId: string;
}

/** A citizen with that history and a subscription. */
async function longHistory(changes: number): Promise<Fixture> {
  const { db } = api;
  const subscription = { applicationId: 'shop', name: 'CRM', url: 'https://example.com/hook' };
  const { body } = await api.call('POST', '/v1/subscriptions', {
    body: { ...subscription, updateType: 'consent-receipts' },
  });
  const subscriptionId = body.id;
  const citizenId = newId();
  const externalRef = `long-${citizenId.slice(-8)}`;
  await db.citizen.create({
    data: { id: citizenId, applicationId: 'shop', externalRef, lastSequence: changes },
  });
  const sealed = api.sealer.seal('{"secret":"content"}', 'payload');
  const answer = api.sealer.seal('secret answer', 'response');
  const client = new Client({ connectionString: api.postgres.url });
  await client.connect();
  await client.query(
    `INSERT INTO "Change" ("id", "citizenId", "sequence", "kind", "altered", "recordedAt")
     SELECT gen_random_uuid(), $1, n, 'recorded', '{option:news}', now() - interval '1 day' FROM generate_series(1, $2::int) n`,
    [citizenId, changes],
  );
  await client.query(
    `INSERT INTO "PermissionTransaction" ("id", "citizenId", "changeId", "sequence", "position", "applicationId", "optionType",
       "optionId", "justification", "state", "recordedAt", "obtainedAt")
     SELECT gen_random_uuid(), "citizenId", "id", "sequence", 0, 'shop', 'option', 'news', 'consent', 'GRANTED', "recordedAt",
       "recordedAt" FROM "Change" WHERE "citizenId" = $1`,
    [citizenId],
  );
  await client.query(
    `INSERT INTO "Delivery" ("id", "subscriptionId", "applicationId", "citizenId", "changeId", "sequence", "updateType", "status",
       "bodySealed", "createdAt", "attemptCount", "cycle", "finishedAt", "nextAttemptAt")
     SELECT gen_random_uuid(), $2, 'shop', "citizenId", "id", "sequence", 'consent-receipts', s.status, $3,
       now() - interval '1 day' + "sequence" * interval '1 second', 1, 1,
       CASE WHEN s.status = 'delivered' THEN now() END, CASE WHEN s.status = 'waiting' THEN now() + interval '1 hour' END
     FROM "Change", LATERAL (SELECT CASE WHEN "sequence" % $4::int > 0 THEN 'delivered'
       WHEN "sequence" = $4 THEN 'waiting' ELSE 'blocked' END AS status) s WHERE "citizenId" = $1`,
    [citizenId, subscriptionId, sealed, UNFINISHED_EVERY],
  );
  await client.query(
    `INSERT INTO "Attempt" ("id", "deliveryId", "subscriptionId", "attempt", "cycle", "outcome", "requestHeaders",
       "responseHeadersSealed", "responseBodySealed")
     SELECT gen_random_uuid(), "id", "subscriptionId", 1, 1, 'failed', '{}', $2, $2
     FROM "Delivery" WHERE "citizenId" = $1`,
    [citizenId, answer],
  );
  await client.end();
  const expiresAt = new Date(Date.now() + 60_000);
  const optIn = { id: newId(), applicationId: 'shop', citizenId, expiresAt, status: 'confirmed' };
  await db.doubleOptIn.create({ data: optIn });
  const first = async (status: string): Promise<string> =>
    (await db.delivery.findFirstOrThrow({ where: { citizenId, status }, orderBy: { sequence: 'asc' } })).id;
  return {
    ...{ citizenId, subscriptionId, optInId: optIn.id },
    ...{ finishedId: await first('delivered'), unfinishedId: await first('waiting') },
  };
}

/** What is left of the citizen's content, in rows. */
async function leftOf(citizenId: string): Promise<number> {
  const { db } = api;
  const where = { citizenId };
  const answered = {
    delivery: where,
    OR: [{ NOT: { responseHeadersSealed: null } }, { NOT: { responseBodySealed: null } }],
  };
  const counts = await Promise.all([
    db.permissionTransaction.count({ where }),
    db.doubleOptIn.count({ where }),
    db.attempt.count({ where: answered }),
    db.delivery.count({ where: { ...where, NOT: { bodySealed: null }, change: { kind: 'recorded' } } }),
    db.delivery.count({ where: { ...where, status: { in: ['waiting', 'blocked'] } } }),
  ]);
  return counts.reduce((sum, count) => sum + count);
}

const eraseAll = async (): Promise<number> => {
  let batches = 0;
  while (await eraseDueBatch(api.db, logger)) batches += 1;
  return batches;
};

describe(`the deletion of a citizen with ${CHANGES.toLocaleString('en')} changes`, () => {
  let of: Fixture;
  let finalId: string;
  let tookMs: number;
  beforeAll(async () => {
    of = await longHistory(CHANGES);
    const begun = Date.now();
    const { status } = await api.call('DELETE', `/v1/citizens/${of.citizenId}`);
    tookMs = Date.now() - begun;
    expect(status).toBe(204);
    const final = { citizenId: of.citizenId, change: { kind: 'deletion' } };
    ({ id: finalId } = await api.db.delivery.findFirstOrThrow({ where: final }));
  }, 600_000);

  it('commits with its final webhook, and leaves the rest for later', async () => {
    report(`deleted after ${tookMs} ms`);
    expect(tookMs).toBeLessThan(5_000);
    expect(await claimEntries(api.db, 10)).toContainEqual(
      expect.objectContaining({ id: finalId, action: 'start' }),
    );
    expect(await leftOf(of.citizenId)).toBeGreaterThan(CHANGES);
  });

  it('shows nothing of what is left, by any route', async () => {
    const { citizenId, finishedId, unfinishedId, optInId } = of;
    const get = (path: string) => api.call('GET', path);
    for (const path of [
      `/v1/citizens/${citizenId}`,
      `/v1/citizens/${citizenId}/changes`,
      `/v1/opt-ins/${optInId}`,
    ])
      expect((await get(path)).status).toBe(404);
    expect(
      (await get(`/v1/permissions?applicationId=shop&citizenId=${citizenId}`)).status,
    ).toBeGreaterThanOrEqual(400);
    for (const id of [finishedId, unfinishedId]) {
      expect((await get(`/v1/deliveries/${id}/payload`)).text).not.toContain('content');
      for (const path of ['', '/attempts', '/attempts/1'])
        expect((await get(`/v1/deliveries/${id}${path}`)).text).not.toMatch(/secret/);
    }
    expect((await api.call('POST', `/v1/deliveries/${finishedId}/resend`)).status).toBe(409);
  });

  it('sends nothing of what is left: no attempt begins', async () => {
    const steps = new AttemptSteps(api.db);
    const loaded = await steps.load(of.unfinishedId);
    expect(loaded.citizenDeleted).toBe(true);
    expect(await steps.begin({ ...loaded, citizenDeleted: false })).toBeUndefined();
  });

  it('erases the rest in batches, by two workers at once, and then wakes the final webhook', async () => {
    const begun = Date.now();
    const batches = await Promise.all([eraseAll(), eraseAll()]);
    await eraseAll();
    report(`erased after ${Date.now() - begun} ms, in ${batches.join(' and ')} batches`);
    expect(await leftOf(of.citizenId)).toBe(0);
    expect(await api.db.erasure.count()).toBe(0);
    const cancelled = { citizenId: of.citizenId, status: 'cancelled' };
    expect(await api.db.delivery.count({ where: cancelled })).toBe(CHANGES / UNFINISHED_EVERY);
    const final = await api.db.delivery.findUniqueOrThrow({ where: { id: finalId } });
    expect(final).toMatchObject({ status: 'pending', outboxAction: 'start' });
    expect(final.bodySealed).not.toBeNull();
    expect(final.unblockedAt).not.toBeNull();
  }, 600_000);

  it('has Temporal told of the cancels at no more than 500 a second', async () => {
    const rows = await api.db.$queryRaw<{ most: number }[]>`
      SELECT max(count)::int AS "most" FROM (
        SELECT count(*) FROM "Delivery" WHERE "citizenId" = ${of.citizenId}::uuid AND "outboxAction" = 'cancel'
        GROUP BY "outboxDueAt") by_moment`;
    expect(rows[0]?.most).toBeLessThanOrEqual(500);
    const [span] = await api.db.$queryRaw<{ seconds: number }[]>`
      SELECT extract(epoch FROM max("outboxDueAt") - min("outboxDueAt"))::float8 AS "seconds" FROM "Delivery"
      WHERE "citizenId" = ${of.citizenId}::uuid AND "outboxAction" = 'cancel'`;
    const unfinished = CHANGES / UNFINISHED_EVERY;
    expect(span?.seconds).toBeGreaterThanOrEqual((unfinished - 500) / 500);
  });

  it('is purged in the end, its changes a batch at a time', async () => {
    await api.db.delivery.deleteMany({ where: { citizenId: of.citizenId } });
    let rounds = 1;
    while (await purgeDeleted(api.db)) rounds += 1;
    expect(rounds).toBeGreaterThanOrEqual(CHANGES / 1_000);
    expect(await api.db.citizen.count({ where: { id: of.citizenId } })).toBe(0);
  });
});

describe('erasures of several citizens', () => {
  it('go on side by side: one that somebody else is at holds up nobody', async () => {
    const [one, other] = [await longHistory(1_200), await longHistory(1_200)];
    for (const { citizenId } of [one, other]) await api.call('DELETE', `/v1/citizens/${citizenId}`);
    await api.db
      .$executeRaw`UPDATE "Erasure" SET "dueAt" = now() - interval '1 minute' WHERE "citizenId" = ${one.citizenId}::uuid`;
    await api.db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM "Erasure" WHERE "citizenId" = ${one.citizenId}::uuid FOR UPDATE`;
      await eraseAll(); // somebody else is at the first
    });
    expect([await leftOf(other.citizenId), (await leftOf(one.citizenId)) > 0]).toEqual([0, true]);
    await eraseAll();
    expect(await leftOf(one.citizenId)).toBe(0);
  });
});
