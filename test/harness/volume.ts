/** A database as it is after a long time: 100,000 deliveries with their attempts, written straight into it. */
import type { Database } from '../../src/platform/database';

/** Ids of what a test reads. */
export interface Volume {
  readonly applicationId: string;
  /** One of twenty, with a twentieth of everything; and one with most of it. */
  readonly subscriptionId: string;
  readonly largestId: string;
  readonly citizenId: string;
  readonly deliveryId: string;
}

export const DELIVERIES = 100_000;
const CITIZENS = 20_000;
const WAITING = 5_000;
const APPLICATION = 'volume';

/** Fills the database: twenty subscriptions, the first with half of all deliveries, a twentieth of them still waiting. */
export async function fillDatabase(db: Database): Promise<Volume> {
  await db.application.create({ data: { id: APPLICATION, name: 'Volume' } });
  await db.$executeRaw`
    INSERT INTO "Subscription" (id, "applicationId", name, url, "updateType", status, "authType", "updatedAt")
    SELECT gen_random_uuid(), ${APPLICATION}, 'Integration ' || n, 'https://example.com/' || n,
           (ARRAY['effective-permission', 'consent-receipts'])[1 + n % 2], 'active', 'none', now()
      FROM generate_series(1, 20) n`;
  await db.$executeRaw`
    INSERT INTO "Citizen" (id, "applicationId", "externalRef", "lastSequence", "createdAt")
    SELECT gen_random_uuid(), ${APPLICATION}, 'customer-' || n, 5, now() - interval '40 days'
      FROM generate_series(1, ${CITIZENS}::int) n`;
  await db.$executeRaw`
    INSERT INTO "Change" (id, "citizenId", sequence, kind, altered, "recordedAt")
    SELECT gen_random_uuid(), c.id, n, 'recorded', ARRAY['option:news'], now() - random() * interval '30 days'
      FROM "Citizen" c, generate_series(1, 5) n`;
  await db.$executeRaw`
    INSERT INTO "Delivery" (id, "subscriptionId", "applicationId", "citizenId", "changeId", sequence, "updateType",
                            status, "createdAt", "finishedAt", "attemptCount", cycle, "lastStatusCode")
    SELECT gen_random_uuid(), s.id, ${APPLICATION}, c."citizenId", c.id, c.sequence, s."updateType",
           CASE WHEN c.n <= ${WAITING}::int THEN 'waiting' ELSE 'delivered' END, c."recordedAt",
           CASE WHEN c.n > ${WAITING}::int THEN c."recordedAt" END, 1, 1, 200
      FROM (SELECT *, row_number() OVER () AS n FROM "Change") c
      JOIN (SELECT *, row_number() OVER (ORDER BY name) AS n FROM "Subscription") s
        ON s.n = CASE WHEN c.n % 2 = 0 THEN 1 ELSE 1 + c.n % 20 END
     LIMIT ${DELIVERIES}::int`;
  await db.$executeRaw`
    INSERT INTO "Attempt" (id, "deliveryId", "subscriptionId", attempt, cycle, at, outcome, "durationMs", "requestHeaders")
    SELECT gen_random_uuid(), d.id, d."subscriptionId", 1, 1, d."createdAt",
           CASE WHEN d.status = 'delivered' THEN 'delivered' ELSE 'failed' END, (random() * 500)::int, '{}'
      FROM "Delivery" d`;
  await db.$executeRaw`ANALYZE`;
  return ids(db);
}

async function ids(db: Database): Promise<Volume> {
  const subscriptions = await db.subscription.findMany({ orderBy: { name: 'asc' } });
  const delivery = await db.delivery.findFirstOrThrow();
  return {
    applicationId: APPLICATION,
    largestId: subscriptions[0]?.id ?? '',
    subscriptionId: subscriptions[1]?.id ?? '',
    citizenId: delivery.citizenId,
    deliveryId: delivery.id,
  };
}
