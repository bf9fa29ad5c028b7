/** Attempts whose outcome is known: how a statement completes their rows. */
import { Prisma } from '../platform/database';
import { arrayOf } from '../platform/statements';
import { columnOf } from './columns';
import { LOCK_ORDER, orderedAs } from './ordering';
import { alsoDelivered } from './ordering-key';

/** An attempt whose outcome is known. Content of the answer only where it is at hand. */
export interface EndedAttempt {
  readonly deliveryId: string;
  readonly attemptId: string;
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly durationMs: number;
  /** The wait that the endpoint asks for; milliseconds. Absent from what version 0.1 left to be recorded. */
  readonly retryAfterMs?: number | null;
  readonly responseHeadersSealed?: string | null;
  readonly responseBodySealed?: string | null;
  /** Of the state that its request showed (rule `digest-of-what-was-delivered`). Absent: it showed none, or which is not known any more. */
  readonly stateDigest?: string | null;
}

/** Which attempts a statement completes. */
export interface Completion {
  readonly outcome: 'delivered' | 'failed';
  /** SQL condition on their deliveries, called `d`. */
  readonly only: Prisma.Sql;
}

/**
 * SQL: queries for a WITH, of which `completed` has the attempts that were completed, and holds their deliveries. An attempt that
 * was completed before is not among them. The caller frees their keys, last (`freeKey`).
 *
 * Citizens are locked before deliveries, as by everybody. Of an answer to a webhook about a deleted citizen nothing is kept,
 * for receivers echo: a deletion under way holds the citizen's row (rule `citizen-deletion`).
 */
export function completeAttempts(ended: readonly EndedAttempt[], { outcome, only }: Completion): Prisma.Sql {
  return Prisma.sql`
    ${held(ended, only, Prisma.empty)}, ending AS (
      SELECT g."attemptId", held."kept" FROM given g JOIN held ON held."id" = g."deliveryId"
    ), ${completed(outcome)}`;
}

/**
 * The same for those from which nothing follows for any other delivery, whose keys are freed with it. It waits for no lock but
 * passes over rows that somebody else has locked, over keys that a delivery waits for, and over attempts that do not have
 * theirs. So it completes one attempt of a delivery at the most, and what follows from each can be written to the delivery.
 */
export function completePlainAttempts(
  ended: readonly EndedAttempt[],
  { outcome, only }: Completion,
): Prisma.Sql {
  return Prisma.sql`
    ${held(ended, only, Prisma.sql`SKIP LOCKED`)}, ending AS (
      SELECT g."attemptId", g."digest", held."kept", k."subscriptionId", k."citizenId"
      FROM given g JOIN held ON held."id" = g."deliveryId" JOIN "OrderingKey" k
        ON k."subscriptionId" = held."subscriptionId" AND k."citizenId" = held."keyCitizenId"
      WHERE k."attemptId" = g."attemptId" AND NOT k."awaited" FOR NO KEY UPDATE OF k SKIP LOCKED
    ), ${completed(outcome)}, freed AS (
      UPDATE "OrderingKey" k
      SET "attemptId" = NULL ${outcome === 'delivered' ? alsoDelivered(Prisma.sql`ending."digest"`) : Prisma.empty}
      FROM ending JOIN completed c ON c."attemptId" = ending."attemptId"
      WHERE k."subscriptionId" = ending."subscriptionId" AND k."citizenId" = ending."citizenId"
    )`;
}

/** SQL: the attempts as `given`, and their deliveries, which it locks, as `held`. */
function held(ended: readonly EndedAttempt[], only: Prisma.Sql, others: Prisma.Sql): Prisma.Sql {
  const column = columnOf(ended);
  const ids = column('deliveryId', 'uuid');
  const headers = ended.map(({ responseHeadersSealed = null }) => responseHeadersSealed);
  const retryAfters = ended.map(({ retryAfterMs = null }) => retryAfterMs);
  const bodies = ended.map(({ responseBodySealed = null }) => responseBodySealed);
  const digests = ended.map(({ stateDigest = null }) => stateDigest);
  return Prisma.sql`
    given AS (
      SELECT * FROM unnest(${ids}, ${column('attemptId', 'uuid')}, ${column('statusCode', 'int')},
        ${column('error', 'text')}, ${column('durationMs', 'int')}, ${arrayOf(retryAfters, 'int')},
        ${arrayOf(headers, 'text')}, ${arrayOf(bodies, 'text')},
        ${arrayOf(digests, 'text')})
      AS g("deliveryId", "attemptId", "statusCode", "error", "durationMs", "retryAfterMs", "headers", "body", "digest")
    ), citizen AS (
      SELECT z."id", z."deletedAt" IS NULL AS "kept" FROM "Citizen" z
      WHERE z."id" = ANY(ARRAY(SELECT d."citizenId" FROM "Delivery" d WHERE d."id" = ANY(${ids}::uuid[])))
      ORDER BY z."id" FOR KEY SHARE OF z ${others}
    ), held AS (
      SELECT d."id", d."subscriptionId", ${orderedAs('d')} AS "keyCitizenId", citizen."kept"
      FROM "Delivery" d JOIN citizen ON citizen."id" = d."citizenId"
      WHERE d."id" = ANY(${ids}::uuid[]) AND ${only} ORDER BY ${LOCK_ORDER} FOR NO KEY UPDATE OF d ${others}
    )`;
}

/** SQL: completes those of the attempts `given` that are `ending`. */
function completed(outcome: Completion['outcome']): Prisma.Sql {
  return Prisma.sql`
    completed AS (
      UPDATE "Attempt" a
      SET "outcome" = ${outcome}, "statusCode" = g."statusCode", "error" = g."error", "durationMs" = g."durationMs",
          "retryAfterMs" = g."retryAfterMs",
          "responseHeadersSealed" = CASE WHEN ending."kept" THEN g."headers" END,
          "responseBodySealed" = CASE WHEN ending."kept" THEN g."body" END
      FROM given g JOIN ending ON ending."attemptId" = g."attemptId"
      WHERE a."id" = g."attemptId" AND a."deliveryId" = g."deliveryId" AND a."outcome" IS NULL
      RETURNING a."id" AS "attemptId", a."deliveryId", a."statusCode", a."error"
    )`;
}
