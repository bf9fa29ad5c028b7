/** Attempts whose outcome is known: how a statement completes their rows. */
import { Prisma } from '../platform/database';
import { arrayOf } from '../platform/statements';
import { columnOf } from './columns';

/** An attempt whose outcome is known. Content of the answer only where it is at hand. */
export interface EndedAttempt {
  readonly deliveryId: string;
  readonly attemptId: string;
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly durationMs: number;
  /** The wait that the endpoint asks for; milliseconds. Absent from what version 0.1 left to be recorded. */
  readonly retryAfterMs?: number | null;
  readonly responseHeaders?: Record<string, string> | null;
  readonly responseBodySealed?: string | null;
}

/** Which attempts a statement completes. */
export interface Completion {
  readonly outcome: 'delivered' | 'failed';
  /** SQL condition on their deliveries, called `d`. */
  readonly only: Prisma.Sql;
  /** Whether it waits for rows that somebody else has locked, or passes over them. */
  readonly waits: boolean;
}

/**
 * SQL: queries for a WITH, of which `completed` has the attempts that were completed, and holds their deliveries. An attempt that
 * was completed before is not among them.
 *
 * Citizens are locked before deliveries, as by everybody. Of an answer to a webhook about a deleted citizen nothing is kept,
 * for receivers echo: a deletion under way holds the citizen's row (rule `citizen-deletion`).
 */
export function completeAttempts(
  ended: readonly EndedAttempt[],
  { outcome, only, waits }: Completion,
): Prisma.Sql {
  const column = columnOf(ended);
  const ids = column('deliveryId', 'uuid');
  const headers = ended.map(({ responseHeaders: given = null }) => given && JSON.stringify(given));
  const retryAfters = ended.map(({ retryAfterMs = null }) => retryAfterMs);
  const bodies = ended.map(({ responseBodySealed = null }) => responseBodySealed);
  const others = waits ? Prisma.empty : Prisma.sql`SKIP LOCKED`;
  return Prisma.sql`
    given AS (
      SELECT * FROM unnest(${ids}, ${column('attemptId', 'uuid')}, ${column('statusCode', 'int')},
        ${column('error', 'text')}, ${column('durationMs', 'int')}, ${arrayOf(retryAfters, 'int')},
        ${arrayOf(headers, 'text')}, ${arrayOf(bodies, 'text')})
      AS g("deliveryId", "attemptId", "statusCode", "error", "durationMs", "retryAfterMs", "headers", "body")
    ), citizen AS (
      SELECT z."id", z."deletedAt" IS NULL AS "kept" FROM "Citizen" z
      WHERE z."id" IN (SELECT d."citizenId" FROM "Delivery" d WHERE d."id" = ANY(${ids}::uuid[]))
      ORDER BY z."id" FOR KEY SHARE OF z ${others}
    ), locked AS (
      SELECT d."id", citizen."kept" FROM "Delivery" d JOIN citizen ON citizen."id" = d."citizenId"
      WHERE d."id" = ANY(${ids}::uuid[]) AND ${only} ORDER BY d."id" FOR NO KEY UPDATE OF d ${others}
    ), completed AS (
      UPDATE "Attempt" a
      SET "outcome" = ${outcome}, "statusCode" = g."statusCode", "error" = g."error", "durationMs" = g."durationMs",
          "retryAfterMs" = g."retryAfterMs",
          "responseHeaders" = CASE WHEN locked."kept" THEN g."headers"::jsonb END,
          "responseBodySealed" = CASE WHEN locked."kept" THEN g."body" END
      FROM given g JOIN locked ON locked."id" = g."deliveryId"
      WHERE a."id" = g."attemptId" AND a."deliveryId" = g."deliveryId" AND a."outcome" IS NULL
      RETURNING a."id" AS "attemptId", a."deliveryId", a."statusCode", a."error"
    )`;
}
