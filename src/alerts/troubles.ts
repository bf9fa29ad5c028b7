/**
 * The troubles that there are now, by what rows say (rule `alerts-open-once`). Each is an end of an index for each subscription, or
 * application, so the cost depends on how many of those there are, and neither on the length of the log nor on how much waits.
 */
import { Prisma } from '../platform/database';
import type { AlertKind } from './kinds';

/** A token that was asked for so often in vain is no hiccup: that takes seven seconds. */
const TOKEN_FAILURES = 3;
/** What the sweep has told to go on does so within seconds. */
const STALLED_FOR = Prisma.sql`interval '1 minute'`;
/** Batches of a bulk action follow each other within seconds, also where one has failed. */
const BULK_STALLED_AFTER = Prisma.sql`interval '5 minutes'`;
const A_DAY = Prisma.sql`interval '24 hours'`;
/** Told of so long before the end. */
const EXPIRES_WITHIN = Prisma.sql`interval '7 days'`;

/** In the very words of the partial indexes. */
const UNFINISHED = Prisma.raw(`"status" NOT IN ('delivered', 'cancelled', 'expired')`);

interface Rule {
  readonly kind: AlertKind;
  /** SQL: rows of what is in trouble, see {@link rules} and {@link RULES_OF_OTHERS}. */
  readonly rows: Prisma.Sql;
}

/**
 * SQL: all troubles, as `kind`, `applicationId`, `subscriptionId`, what is in trouble (`subject`) and what it is called (`name`), when
 * it began (`since`), and whether it is grave enough to open an alert (`opens`): one that is open stays so for less.
 * @param withdrawalAfterMs after which an undelivered withdrawal is late; milliseconds
 */
export function troubles(withdrawalAfterMs: number): Prisma.Sql {
  const ofSubscriptions = rules(withdrawalAfterMs).map(
    ({ kind, rows }) => Prisma.sql`
      SELECT ${kind}::text AS "kind", "applicationId", "subscriptionId", "subscriptionId"::text AS "subject", NULL::text AS "name",
        "since", "opens" FROM (${rows}) r`,
  );
  const ofOthers = RULES_OF_OTHERS.map(
    ({ kind, rows }) => Prisma.sql`
      SELECT ${kind}::text AS "kind", "applicationId", NULL::uuid AS "subscriptionId", "subject", "name", "since", "opens"
      FROM (${rows}) r`,
  );
  const selects = [...ofSubscriptions, ...ofOthers];
  return Prisma.sql`WITH endpoint AS MATERIALIZED (${FAILING_ENDPOINTS}) ${Prisma.join(selects, ' UNION ALL ')}`;
}

/** Rows: `applicationId`, `subscriptionId`, `since`, `opens`. */
function rules(withdrawalAfterMs: number): readonly Rule[] {
  return [
    { kind: 'withdrawal_late', rows: lateWithdrawals(withdrawalAfterMs) },
    {
      kind: 'endpoint_failing_for_a_day',
      rows: Prisma.sql`SELECT * FROM endpoint WHERE "since" < now() - ${A_DAY}`,
    },
    { kind: 'endpoint_failing', rows: Prisma.sql`SELECT * FROM endpoint` },
    { kind: 'no_progress', rows: stalled(Prisma.sql`"Delivery"`) },
    { kind: 'resync_stalled', rows: stalled(Prisma.sql`"Resync"`, Prisma.sql`AND "status" = 'running'`) },
    {
      kind: 'credential_expires',
      rows: expiring(Prisma.sql`s."authExpiresAt"`, Prisma.sql`s."authType" = 'bearer'`),
    },
    { kind: 'certificate_expires', rows: expiring(Prisma.sql`s."clientCertificateUntil"`, Prisma.sql`true`) },
  ];
}

/** Those of paused subscriptions too: whoever has paused one may have forgotten it. */
function lateWithdrawals(afterMs: number): Prisma.Sql {
  return Prisma.sql`
    SELECT s."applicationId", s."id" AS "subscriptionId", w."createdAt" AS "since", true AS "opens"
    FROM "Subscription" s CROSS JOIN LATERAL (
      SELECT "createdAt" FROM "Delivery"
      WHERE "subscriptionId" = s."id" AND "isWithdrawal" AND ${UNFINISHED} ORDER BY "createdAt" LIMIT 1) w
    WHERE s."deletedAt" IS NULL AND w."createdAt" < now() - ${afterMs}::float8 * interval '1 millisecond'`;
}

/** SQL: when the latest attempt with an outcome began, of the subscription `s`. */
const latest = (outcome: 'delivered' | 'failed'): Prisma.Sql => Prisma.sql`(
  SELECT "at" FROM "Attempt" WHERE "subscriptionId" = s."id" AND "outcome" = ${outcome} ORDER BY "at" DESC LIMIT 1)`;

/**
 * Active subscriptions to which the latest attempt has failed, while something that failed is yet to be delivered, or for which no
 * access token is to be had. One opens an alert once a whole cycle of a delivery was in vain, and nothing else has arrived since
 * it began to fail.
 */
const FAILING_ENDPOINTS = Prisma.sql`
  SELECT s."applicationId", s."id" AS "subscriptionId",
    least(fails."at", CASE WHEN "noToken" THEN token."failingSince" END) AS "since",
    "noToken" OR EXISTS (
      SELECT 1 FROM "Delivery" WHERE "subscriptionId" = s."id" AND "status" = 'waiting' AND "awaitsRecovery") AS "opens"
  FROM "Subscription" s
  CROSS JOIN LATERAL (SELECT ${latest('delivered')} AS "delivered", ${latest('failed')} AS "failed") a
  LEFT JOIN LATERAL (
    SELECT "at" FROM "Attempt" WHERE "subscriptionId" = s."id" AND "outcome" = 'failed'
      AND "at" > coalesce(a."delivered", '-infinity') AND EXISTS (
        SELECT 1 FROM "Delivery"
        WHERE "subscriptionId" = s."id" AND "failingSince" IS NOT NULL AND ${UNFINISHED})
    ORDER BY "at" LIMIT 1) fails ON true
  LEFT JOIN "AccessToken" token ON token."subscriptionId" = s."id"
  CROSS JOIN LATERAL (
    SELECT coalesce(token."failures" >= ${TOKEN_FAILURES} AND token."failingSince" IS NOT NULL, false) AND EXISTS (
      SELECT 1 FROM "Delivery" WHERE "subscriptionId" = s."id" AND ${UNFINISHED}) AS "noToken") t
  WHERE s."status" = 'active' AND s."deletedAt" IS NULL AND (fails."at" IS NOT NULL OR "noToken")`;

/** SQL condition: the endpoint of the subscription `s` has accepted the latest attempt. */
export const ACCEPTS = Prisma.sql`${latest('delivered')} >= coalesce(${latest('failed')}, '-infinity')`;

/** What was found to make no progress, and has not gone on since (rule `progress-is-watched`). */
function stalled(table: Prisma.Sql, condition = Prisma.empty): Prisma.Sql {
  return Prisma.sql`
    SELECT s."applicationId", s."id" AS "subscriptionId", d."stalledAt" AS "since", d."stalledAt" < now() - ${STALLED_FOR} AS "opens"
    FROM "Subscription" s CROSS JOIN LATERAL (
      SELECT "stalledAt" FROM ${table} WHERE "subscriptionId" = s."id" AND "stalledAt" IS NOT NULL ${condition}
      ORDER BY "stalledAt" LIMIT 1) d`;
}

function expiring(until: Prisma.Sql, has: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT s."applicationId", s."id" AS "subscriptionId", ${until} - ${EXPIRES_WITHIN} AS "since", true AS "opens"
    FROM "Subscription" s WHERE s."deletedAt" IS NULL AND ${has} AND ${until} < now() + ${EXPIRES_WITHIN}`;
}

/** Troubles of no subscription; rows: `applicationId`, `subject`, `name`, `since`, `opens`. */
const RULES_OF_OTHERS: readonly Rule[] = [
  {
    kind: 'double_opt_ins_stalled',
    rows: Prisma.sql`
      SELECT a."id" AS "applicationId", a."id" AS "subject", a."name", o."stalledAt" AS "since",
        o."stalledAt" < now() - ${STALLED_FOR} AS "opens"
      FROM "Application" a CROSS JOIN LATERAL (
        SELECT "stalledAt" FROM "DoubleOptIn" WHERE "applicationId" = a."id" AND "stalledAt" IS NOT NULL AND "status" = 'pending'
        ORDER BY "stalledAt" LIMIT 1) o`,
  },
  {
    kind: 'bulk_action_stalled',
    rows: Prisma.sql`
      SELECT NULL::text AS "applicationId", "id"::text AS "subject", "action" AS "name", least("dueAt", "failingSince") AS "since",
        true AS "opens"
      FROM "BulkAction" WHERE "status" = 'running' AND least("dueAt", "failingSince") < now() - ${BULK_STALLED_AFTER}`,
  },
  {
    // A key that was made for a few days ends as it was meant to; one that has ended is over.
    kind: 'api_key_expires',
    rows: Prisma.sql`
      SELECT NULL::text AS "applicationId", "id"::text AS "subject", "name", "expiresAt" - ${EXPIRES_WITHIN} AS "since", true AS "opens"
      FROM "ApiKey" WHERE "revokedAt" IS NULL AND "replacedAt" IS NULL AND "expiresAt" > "createdAt" + ${EXPIRES_WITHIN}
        AND "expiresAt" BETWEEN now() AND now() + ${EXPIRES_WITHIN}`,
  },
];
