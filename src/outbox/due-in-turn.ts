/**
 * Which deliveries of the outbox are claimed next: by priority, and within one from each subscription in turn (rule
 * `withdrawals-first`). So a flood of one subscription delays the others by no more than their turn.
 *
 * It reads little more than is claimed: a loose index scan goes from one subscription in the queue to the next, and takes the
 * longest due of each (`Delivery_queue_idx`).
 */
import { Prisma } from '../platform/database';
import type { Priority } from './priority';

/** A priority to claim from, and the subscription that had the last turn in it. */
export interface Turn {
  readonly priority: Priority;
  readonly after: string;
}

/** Which entries are claimed. */
export interface DueInTurn {
  readonly limit: number;
  /** In this order: nothing is claimed of one while something is left of those before. */
  readonly turns: readonly Turn[];
  /** For how long they must have been due; milliseconds. */
  readonly waitedMs: number;
}

/** Subscriptions looked at beyond those that there is room for, since somebody else may be claiming from these. */
const SPARE = 8;
/** Subscriptions looked at in one claim, should they have nothing but entries that are not due. */
const MOST_VISITED = 500;

/** SQL: the ids, locked. Entries that somebody else holds are passed over. */
export function dueInTurn({ limit, turns, waitedMs }: DueInTurn): Prisma.Sql {
  // As sub-selects, so that the planner does not see the values: it plans once, and not for each set of them.
  const room = Prisma.sql`(SELECT ${limit}::int)`;
  const since = Prisma.sql`(SELECT now() - ${waitedMs}::int * interval '1 millisecond')`;
  const given = turns.map(({ priority, after }) => Prisma.sql`(${priority}::int2, ${after}::uuid)`);

  const queued = Prisma.sql`d."priority" = p."priority" AND d."outboxAction" IS NOT NULL`;
  const dueOf = (subscription: Prisma.Sql): Prisma.Sql => Prisma.sql`
    FROM "Delivery" d WHERE ${queued} AND d."subscriptionId" = ${subscription} AND d."outboxDueAt" <= ${since}`;
  const nextSubscription = (wrapped: Prisma.Sql, where: Prisma.Sql): Prisma.Sql => Prisma.sql`
    (SELECT d."subscriptionId", ${wrapped} AS "wrapped" FROM "Delivery" d WHERE ${queued} AND ${where}
     ORDER BY d."priority", d."subscriptionId" LIMIT 1)`;
  const takenOfEach = (most: Prisma.Sql, where = Prisma.empty): Prisma.Sql => Prisma.sql`
    SELECT entry."id" FROM turn CROSS JOIN LATERAL (
      SELECT d."id" ${dueOf(Prisma.sql`turn."subscriptionId"`)} ${where}
      ORDER BY d."outboxDueAt", d."id" LIMIT ${most} FOR UPDATE SKIP LOCKED
    ) entry WHERE turn."hasDue"`;

  return Prisma.sql`
    SELECT due."id" FROM (VALUES ${Prisma.join(given)}) AS p("priority", "after") CROSS JOIN LATERAL (
      WITH RECURSIVE turn AS (
        SELECT p."after" AS "subscriptionId", false AS "wrapped", false AS "hasDue", 0 AS "found", 0 AS "visited"
        UNION ALL
        SELECT next."subscriptionId", next."wrapped", EXISTS (SELECT 1 ${dueOf(Prisma.sql`next."subscriptionId"`)}),
          turn."found" + turn."hasDue"::int, turn."visited" + 1
        FROM turn CROSS JOIN LATERAL (
          ${nextSubscription(
            Prisma.sql`turn."wrapped"`,
            Prisma.sql`d."subscriptionId" > turn."subscriptionId"
              AND (NOT turn."wrapped" OR d."subscriptionId" <= p."after")`,
          )}
          UNION ALL
          ${nextSubscription(Prisma.sql`true`, Prisma.sql`d."subscriptionId" <= p."after" AND NOT turn."wrapped"`)}
          LIMIT 1
        ) next
        WHERE turn."found" < ${room} + ${Prisma.raw(`${SPARE}`)} AND turn."visited" < ${Prisma.raw(`${MOST_VISITED}`)}
      ), share AS (
        ${takenOfEach(Prisma.sql`(SELECT ceil(${room}::float8 / greatest(1, sum("hasDue"::int))) FROM turn)`)}
        LIMIT ${room}
      ), rest AS (
        ${takenOfEach(room, Prisma.sql`AND d."id" NOT IN (SELECT "id" FROM share)`)}
        LIMIT ${room} - (SELECT count(*) FROM share)
      )
      SELECT "id" FROM share UNION ALL SELECT "id" FROM rest
    ) due LIMIT ${room}`;
}
