/** A database as it is after a long time: deliveries with their attempts, and all that stands behind them, written straight into it. */
import { Client } from 'pg';

/** Ids of what a test reads. */
export interface Volume {
  readonly applicationId: string;
  /** One of twenty, with a twentieth of everything; and one with most of it. */
  readonly subscriptionId: string;
  readonly largestId: string;
  readonly citizenId: string;
  /** One of whom very much was recorded. */
  readonly longestId: string;
  readonly deliveryId: string;
}

/** How much there is. */
export interface VolumeSize {
  readonly deliveries: number;
  readonly citizens: number;
}

/** CPM_TEST_DELIVERIES=1000000 has as many. */
export const DELIVERIES = Number(process.env.CPM_TEST_DELIVERIES ?? 100_000);
/** One in so many deliveries still waits. */
const WAITING_SHARE = 20;
/** Changes of the citizen of whom most was recorded: more than a view reads of anything. */
const LONGEST = 12_000;
const APPLICATION = 'volume';

/** Fills the database: twenty subscriptions, the first with half of all deliveries, a twentieth of them still waiting. */
export async function fillDatabase(
  url: string,
  { deliveries, citizens }: VolumeSize = { deliveries: DELIVERIES, citizens: DELIVERIES / 5 },
): Promise<Volume> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const run: Run = async (strings, ...values) => {
    const text = strings.reduce((sql, part, index) => `${sql}$${index}${part}`);
    return (await client.query<Row>(text, values)).rows;
  };
  try {
    await fillCatalogue(run);
    await fillDeliveries(run, deliveries, citizens);
    const longestId = await fillLongest(run);
    // VACUUM too, as autovacuum does before long: only what it has seen is read from an index alone.
    await run`VACUUM ANALYZE`;
    return { ...(await ids(run)), longestId };
  } finally {
    await client.end();
  }
}

interface Row {
  readonly id: string;
}

/** Runs a statement on a connection of its own: the service's would cut it off. */
type Run = (strings: TemplateStringsArray, ...values: unknown[]) => Promise<Row[]>;

async function fillDeliveries(run: Run, deliveries: number, citizens: number): Promise<void> {
  const changesEach = Math.ceil(deliveries / citizens);
  await run`
    INSERT INTO "Citizen" (id, "applicationId", "externalRef", "lastSequence", "createdAt")
    SELECT uuidv7(), ${APPLICATION}, 'customer-' || n, ${changesEach}::int, now() - interval '40 days'
      FROM generate_series(1, ${citizens}::int) n`;
  await run`
    INSERT INTO "Change" (id, "citizenId", sequence, kind, altered, "recordedAt")
    SELECT uuidv7(), c.id, n, 'recorded', ARRAY['option:news'], now() - random() * interval '30 days'
      FROM "Citizen" c, generate_series(1, ${changesEach}::int) n`;
  await run`
    INSERT INTO "JournalEntry" ("applicationId", "position", "changeId", "recordedAt")
    SELECT ${APPLICATION}, nextval('"JournalEntry_position_seq"'), id, "recordedAt" FROM "Change" ORDER BY "recordedAt"`;
  await fillConsent(run);
  await run`
    INSERT INTO "Delivery" (id, "subscriptionId", "applicationId", "citizenId", "changeId", sequence, "updateType",
                            status, "createdAt", "finishedAt", "failingSince", "awaitsRecovery", "isWithdrawal",
                            "attemptCount", cycle, "lastStatusCode", "verifiedAt")
    SELECT uuidv7(), s.id, ${APPLICATION}, c."citizenId", c.id, c.sequence, s."updateType",
           CASE WHEN c.n % ${WAITING_SHARE}::int = 0 THEN 'waiting' ELSE 'delivered' END, c."recordedAt",
           CASE WHEN c.n % ${WAITING_SHARE}::int > 0 THEN c."recordedAt" END,
           CASE WHEN c.n % ${WAITING_SHARE}::int = 0 THEN c."recordedAt" END, c.n % 3 = 0, c.n % 7 = 0, 1, 1,
           CASE WHEN c.n % ${WAITING_SHARE}::int = 0 THEN 500 + c.n % 3 ELSE 200 + 2 * (c.n % 2) END,
           now() + interval '1 day' /* no workflow is missed until then: they have none */
      FROM (SELECT *, row_number() OVER () AS n FROM "Change") c
      JOIN (SELECT *, row_number() OVER (ORDER BY name) AS n FROM "Subscription") s
        ON s.n = CASE WHEN c.n % 2 = 0 THEN 1 ELSE 1 + c.n % 20 END
     LIMIT ${deliveries}::int`;
  await run`
    INSERT INTO "OrderingKey" ("subscriptionId", "citizenId", "sentSequence")
    SELECT "subscriptionId", "citizenId", max(sequence) FROM "Delivery" GROUP BY 1, 2`;
  await run`
    INSERT INTO "Attempt" (id, "deliveryId", "subscriptionId", attempt, cycle, at, outcome, "durationMs", "requestHeaders")
    SELECT uuidv7(), d.id, d."subscriptionId", 1, 1, d."createdAt",
           CASE WHEN d.status = 'delivered' THEN 'delivered' ELSE 'failed' END, (random() * 500)::int, '{}'
      FROM "Delivery" d`;
}

async function fillCatalogue(run: Run): Promise<void> {
  await run`INSERT INTO "Application" (id, name, "updatedAt") VALUES (${APPLICATION}, 'Volume', now())`;
  await run`INSERT INTO "Option" ("applicationId", id, name) VALUES (${APPLICATION}, 'news', 'News')`;
  await run`
    INSERT INTO "Preference" ("applicationId", reference, label, type) VALUES (${APPLICATION}, 'colour', 'Colour', 'single')`;
  await run`
    INSERT INTO "Subscription" (id, "applicationId", name, url, "updateType", status, "authType", "updatedAt")
    SELECT uuidv7(), ${APPLICATION}, 'Integration ' || n, 'https://example.com/' || n,
           (ARRAY['effective-permission', 'consent-receipts'])[1 + n % 2], 'active', 'none', now()
      FROM generate_series(1, 20) n`;
}

/** What was recorded: a consent with each of the first changes, an answer with the first, and an old double opt-in. */
async function fillConsent(run: Run): Promise<void> {
  await run`
    INSERT INTO "PermissionTransaction" (id, "citizenId", "changeId", sequence, position, "applicationId",
      "optionType", "optionId", justification, state, "recordedAt", "obtainedAt", "validUntil")
    SELECT uuidv7(), "citizenId", id, sequence, 0, ${APPLICATION}, 'option', 'news', 'consent', 'GRANTED',
      "recordedAt", "recordedAt", CASE WHEN random() < 0.1 THEN now() + interval '1 year' END FROM "Change" WHERE sequence <= 2`;
  await run`
    INSERT INTO "PreferenceAnswer" (id, "submissionId", "citizenId", "changeId", sequence, "applicationId",
      "preferenceRef", choices, "updatedAt")
    SELECT uuidv7(), uuidv7(), "citizenId", id, sequence, ${APPLICATION}, 'colour', '{red}', "recordedAt"
      FROM "Change" WHERE sequence = 1`;
  await run`INSERT INTO "CitizenAddress" ("citizenId") SELECT id FROM "Citizen"`;
  await run`
    INSERT INTO "DoubleOptIn" (id, "applicationId", "citizenId", status, "createdAt", "expiresAt", "decidedAt")
    SELECT uuidv7(), ${APPLICATION}, id, 'confirmed', "createdAt", "createdAt" + interval '7 days', "createdAt"
      FROM "Citizen"`;
  await run`
    INSERT INTO "DoubleOptInItem" ("optInId", "transactionId", "decidedAt")
    SELECT id, uuidv7(), "decidedAt" FROM "DoubleOptIn"`;
  await run`
    INSERT INTO "Email" (id, "optInId", type, "tokenHash", "usedAt", "expiresAt")
    SELECT uuidv7(), id, 'double-opt-in', id::text, "decidedAt", "expiresAt" FROM "DoubleOptIn"`;
  await run`
    INSERT INTO "DoubleOptInDecision" (id, "optInId", "emailId", decision, "decidedAt", "changeId", language, shown)
    SELECT uuidv7(), e."optInId", e.id, 'confirmed', e."usedAt", uuidv7(), 'en', '[]' FROM "Email" e`;
  await run`
    UPDATE "Citizen" SET "nextTransitionAt" = now() + interval '1 year' WHERE random() < 0.1`;
  await run`
    INSERT INTO "IdempotencyKey" ("callerId", route, key, "requestHash", "statusCode", "answerSealed")
    SELECT uuidv7(), '/v1/permissions/transactions', id::text, '', 202, '' FROM "Citizen"`;
  await run`
    INSERT INTO "AuditEvent" (id, at, "actorKind", "actorId", action, outcome, "applicationId", "objectId")
    SELECT uuidv7(), "recordedAt", 'api-key', md5((sequence % 20)::text)::uuid, 'recordTransaction', 'done', ${APPLICATION},
      "citizenId"::text FROM "Change"`;
  await run`
    INSERT INTO "Throttle" (key, hits, "resetAt") SELECT id::text, 1, now() + interval '1 hour' FROM "Citizen"`;
}

/** A citizen with a long history, of which nothing was sent. */
async function fillLongest(run: Run): Promise<string> {
  const [citizen] = await run`
    INSERT INTO "Citizen" (id, "applicationId", "externalRef", "lastSequence", "createdAt")
    VALUES (uuidv7(), ${APPLICATION}, 'longest', ${LONGEST}::int, now() - interval '40 days') RETURNING id`;
  await run`
    INSERT INTO "Change" (id, "citizenId", sequence, kind, altered, "recordedAt")
    SELECT uuidv7(), ${citizen?.id}::uuid, n, 'recorded', ARRAY['option:news'], now() - interval '30 days' + n * interval '1 second'
      FROM generate_series(1, ${LONGEST}::int) n`;
  await run`
    INSERT INTO "PermissionTransaction" (id, "citizenId", "changeId", sequence, position, "applicationId",
      "optionType", "optionId", justification, state, "recordedAt", "obtainedAt")
    SELECT uuidv7(), "citizenId", id, sequence, 0, ${APPLICATION}, 'option', 'news', 'consent', 'GRANTED', "recordedAt", "recordedAt"
      FROM "Change" WHERE "citizenId" = ${citizen?.id}::uuid`;
  return citizen?.id ?? '';
}

async function ids(run: Run): Promise<Omit<Volume, 'longestId'>> {
  const subscriptions = await run`SELECT id FROM "Subscription" ORDER BY name LIMIT 2`;
  const [delivery] = await run`SELECT id FROM "Delivery" LIMIT 1`;
  const [citizen] = await run`SELECT "citizenId" AS id FROM "Delivery" WHERE id = ${delivery?.id}`;
  return {
    applicationId: APPLICATION,
    largestId: subscriptions[0]?.id ?? '',
    subscriptionId: subscriptions[1]?.id ?? '',
    citizenId: citizen?.id ?? '',
    deliveryId: delivery?.id ?? '',
  };
}
