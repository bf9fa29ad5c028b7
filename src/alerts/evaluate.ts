/**
 * Opens and closes alerts (rule `alerts-open-once`): compares the troubles that there are with the alerts that are open. Any number
 * of processes may look at the same moment: what one of them has opened or closed, the others find done.
 */
import { Prisma, type Database } from '../platform/database';
import { newId } from '../platform/ids';
import type { Logger } from '../platform/logger';
import { SEVERITY_OF, type AlertKind } from './kinds';
import { ACCEPTS, troubles } from './troubles';

/** A trouble that returns so soon is the same alert, open again. */
const SAME_WITHIN = Prisma.sql`interval '1 hour'`;
/** Closed alerts removed at once. */
const BATCH = 1_000;

interface Difference {
  readonly kind: AlertKind;
  readonly applicationId: string | null;
  readonly subscriptionId: string | null;
  readonly subject: string;
  readonly name: string | null;
  readonly since: Date;
  /** Of the alert to be closed; null: there is a trouble without one. */
  readonly alertId: string | null;
}

/**
 * One look.
 * @param withdrawalAfterMs after which an undelivered withdrawal is late; milliseconds
 * @returns how many alerts were opened or closed
 */
export async function evaluateAlerts(
  db: Database,
  { withdrawalAfterMs, logger }: { readonly withdrawalAfterMs: number; readonly logger: Logger },
): Promise<number> {
  let changed = 0;
  for (const difference of await db.$queryRaw<Difference[]>(differences(withdrawalAfterMs))) {
    const { kind, subject, alertId } = difference;
    const done = alertId === null ? await open(db, difference) : await close(db, alertId);
    if (done === 0) continue; // by another process
    changed += 1;
    const told = { kind, severity: SEVERITY_OF[kind], subject };
    if (alertId === null) logger.warn(told, 'an alert was opened');
    else logger.info(told, 'an alert was closed');
  }
  return changed;
}

/** SQL: troubles that open an alert and have none, and open alerts without a trouble. */
export function differences(withdrawalAfterMs: number): Prisma.Sql {
  return Prisma.sql`
    SELECT coalesce(a."kind", t."kind") AS "kind", coalesce(a."applicationId", t."applicationId") AS "applicationId",
      coalesce(a."subscriptionId", t."subscriptionId") AS "subscriptionId", coalesce(a."subject", t."subject") AS "subject",
      coalesce(a."subjectName", t."name") AS "name", coalesce(a."since", t."since") AS "since", a."id" AS "alertId"
    FROM (${troubles(withdrawalAfterMs)}) t
    FULL JOIN (SELECT * FROM "Alert" WHERE "closedAt" IS NULL) a
      ON a."subject" = t."subject" AND a."kind" = t."kind"
    WHERE (a."id" IS NULL AND t."opens") OR t."kind" IS NULL`;
}

async function open(
  db: Database,
  { kind, applicationId, subscriptionId, subject, name, since }: Difference,
): Promise<number> {
  const reopened = await db.$executeRaw(Prisma.sql`
    UPDATE "Alert" SET "closedAt" = NULL, "resolution" = NULL, "since" = ${since}::timestamptz, "reopened" = "reopened" + 1
    WHERE "closedAt" > now() - ${SAME_WITHIN} AND "id" = (
      SELECT "id" FROM "Alert" WHERE "kind" = ${kind} AND "subject" = ${subject} ORDER BY "id" DESC LIMIT 1)`);
  if (reopened > 0) return reopened;
  return db.$executeRaw(Prisma.sql`
    INSERT INTO "Alert" ("id", "kind", "applicationId", "subscriptionId", "subject", "subjectName", "since")
    VALUES (${newId()}::uuid, ${kind}, ${applicationId}, ${subscriptionId}::uuid, ${subject}, ${name}, ${since}::timestamptz)
    ON CONFLICT ("kind", "subject") WHERE "closedAt" IS NULL DO NOTHING`);
}

function close(db: Database, alertId: string): Promise<number> {
  return db.$executeRaw(Prisma.sql`
    UPDATE "Alert" a SET "closedAt" = now(), "resolution" = CASE
      WHEN s."deletedAt" IS NOT NULL THEN 'deleted'
      WHEN a."kind" NOT IN ('endpoint_failing', 'endpoint_failing_for_a_day') THEN 'over'
      WHEN s."status" = 'paused' THEN 'paused'
      WHEN ${ACCEPTS} THEN 'recovered'
      ELSE 'over' END
    FROM "Alert" o LEFT JOIN "Subscription" s ON s."id" = o."subscriptionId"
    WHERE o."id" = ${alertId}::uuid AND a."id" = o."id" AND a."closedAt" IS NULL`);
}

/**
 * Removes alerts, and messages of them, closed longer ago than the retention. True when more may be left.
 * @param retentionMs milliseconds
 */
export async function purgeAlerts(db: Database, retentionMs: number): Promise<boolean> {
  const before = Prisma.sql`now() - ${retentionMs}::float8 * interval '1 millisecond'`;
  const alerts = await db.$executeRaw(Prisma.sql`
    DELETE FROM "Alert" WHERE "id" IN (
      SELECT "id" FROM "Alert" WHERE "closedAt" < ${before} ORDER BY "closedAt" LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)`);
  const messages = await db.$executeRaw(Prisma.sql`
    DELETE FROM "AlertMessage" WHERE "id" IN (
      SELECT "id" FROM "AlertMessage" WHERE "finishedAt" < ${before} ORDER BY "finishedAt" LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)`);
  return alerts === BATCH || messages === BATCH;
}
