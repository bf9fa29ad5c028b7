/**
 * What should have happened by now, and did not (rule `progress-is-watched`). A running workflow is no proof of progress: a signal
 * may have been lost, Temporal may have been restored from an older copy, or the workflow's code may fail on its history.
 *
 * Every wait of a delivery ends by something that stands in its row: by the moment of its next attempt, by a subscription that is
 * active again, by a predecessor that is finished. Where that is long past, Temporal is asked what the workflow does. One that
 * does nothing is told again to look, by an entry in the outbox as ever; never is a status written here.
 *
 * The cost depends on how many are found, and not on how many wait: each kind has an index that holds few others. None is found
 * again within minutes (`Delivery.stalledAt`), whatever became of it.
 */
import { Prisma, type Database } from '../platform/database';
import type { Logger } from '../platform/logger';
import { joinReasons, reasonText } from '../platform/reasons';
import { arrayOf } from '../platform/statements';
import {
  addSignal,
  GOES_ON,
  TABLES,
  type DeliverySignal,
  type LookingKind,
  type WorkflowKind,
} from './entries';
import { claimFound, writeToFound, type FoundRow } from './found-rows';
import type { WorkflowCondition, WorkflowGateway } from './gateway';
import { IS_BLOCKED, SIGNAL_UNBLOCKED } from './ordering';
import { HAS_ATTEMPT_IN_FLIGHT } from './ordering-key';

export interface ProgressOptions {
  readonly db: Database;
  readonly gateway: Pick<WorkflowGateway, 'conditionOf'>;
  readonly logger: Logger;
  /** Longest time of a request; milliseconds. */
  readonly requestTimeoutMs: number;
  /** Called when entries were added to the outbox. */
  readonly onEntries: () => void;
}

/** What a delivery waits for although it is there. */
export const STALLED_KINDS = ['unblocked', 'paused', 'overdue'] as const;
export type StalledKind = (typeof STALLED_KINDS)[number];

/** Deliveries of a kind that one round takes on. */
const BATCH = 100;
/** Look-ups of single workflows under way at once. */
const LOOK_UPS = 50;
/** What a signal takes to arrive, under load too. */
const ARRIVES_WITHIN = Prisma.sql`interval '30 seconds'`;
/** Longer than one that finds no place at its endpoint is told to wait, which is five minutes at the most. */
export const LATE_MS = 360_000;
/** One that was found is left alone for so long. */
export const FOUND_AGAIN_AFTER = Prisma.sql`interval '5 minutes'`;

/** Of each kind: what its workflow is told, and what the operator reads where that cannot help. */
const SIGNAL_OF: Readonly<Record<StalledKind, DeliverySignal>> = {
  unblocked: 'predecessorFinished',
  paused: 'subscriptionChanged',
  overdue: 'retryNow',
};
const FAILING = joinReasons(reasonText('not_sent'), reasonText('workflow_fails'));

/** Looks for deliveries of each kind and has them go on; a kind that fails keeps back none after it. True when more may be left. */
export async function restoreProgress(options: ProgressOptions): Promise<boolean> {
  const rounds: PromiseSettledResult<boolean>[] = [];
  for (const kind of STALLED_KINDS) rounds.push(...(await Promise.allSettled([restore(kind, options)])));
  const failed = rounds.find((round) => round.status === 'rejected');
  if (failed) throw failed.reason;
  return rounds.some((round) => round.status === 'fulfilled' && round.value);
}

async function restore(kind: StalledKind, options: ProgressOptions): Promise<boolean> {
  const late = stalled(kind, LATE_MS + options.requestTimeoutMs, BATCH);
  const found = await claimFound(options.db, 'delivery', late);
  if (found.length > 0) await seeTo(kind, found, options);
  return found.length === BATCH;
}

/**
 * SQL: the ids of a kind, the longest due first, locked, in the very words and order of the indexes. A delivery of which
 * Temporal is yet to be told is none of them, nor one that a bulk signal has yet to come to.
 * @param lateMs after which one is overdue; milliseconds
 */
export function stalled(kind: StalledKind, lateMs: number, limit: number): Prisma.Sql {
  const late = Prisma.sql`now() - ${lateMs}::float8 * interval '1 millisecond'`;
  const isNew = Prisma.sql`
    (d."stalledAt" IS NULL OR d."stalledAt" < now() - ${FOUND_AGAIN_AFTER}) AND d."outboxAction" IS NULL`;
  switch (kind) {
    case 'unblocked':
      return Prisma.sql`
        SELECT d."id" FROM "Delivery" d
        WHERE d."status" = 'blocked' AND d."unblockedAt" < now() - ${ARRIVES_WITHIN} AND ${isNew}
        ORDER BY d."unblockedAt" LIMIT ${limit} FOR UPDATE OF d SKIP LOCKED`;
    case 'paused':
      return Prisma.sql`
        SELECT d."id" FROM "Subscription" s CROSS JOIN LATERAL (
          SELECT d."id" FROM "Delivery" d
          WHERE d."subscriptionId" = s."id" AND d."status" = 'paused' AND d."verifiedAt" < ${late} AND ${isNew}
          ORDER BY d."verifiedAt" LIMIT ${limit} FOR UPDATE SKIP LOCKED) d
        WHERE s."status" = 'active' AND s."deletedAt" IS NULL
          AND NOT EXISTS (SELECT 1 FROM "BulkSignal" b WHERE b."subscriptionId" = s."id")
        LIMIT ${limit}`;
    case 'overdue':
      return Prisma.sql`
        SELECT d."id" FROM "Delivery" d
        WHERE d."status" IN ('pending', 'delivering', 'waiting') AND ${isNew}
          AND coalesce(d."nextAttemptAt", d."verifiedAt") < ${late} AND d."verifiedAt" < ${late}
        ORDER BY coalesce(d."nextAttemptAt", d."verifiedAt") LIMIT ${limit} FOR UPDATE OF d SKIP LOCKED`;
  }
}

/** Asks Temporal about those that were found, and tells those again that it knows of no work for. */
async function seeTo(kind: StalledKind, found: readonly FoundRow[], options: ProgressOptions): Promise<void> {
  const { db, gateway, logger, onEntries } = options;
  let conditions: readonly WorkflowCondition[];
  try {
    conditions = await conditionsOf('delivery', found, gateway);
  } catch (error) {
    await note(db, found, GOES_ON); // nothing is known of them: they are found again at the next round
    throw error;
  }
  const those = (...wanted: WorkflowCondition[]): FoundRow[] =>
    found.filter((_, index) => wanted.includes(conditions[index] as WorkflowCondition));
  const silent = await tellAgain(db, kind, those('silent', 'closed'));
  const [busy, failing, unknown] = [those('busy'), those('failing'), those('unknown')];
  await note(db, busy, Prisma.sql`"stalledBy" = 'busy'`);
  await note(
    db,
    failing,
    Prisma.sql`"stalledBy" = 'failing', "lastError" = ${FAILING}, "lastStatusCode" = NULL`,
  );
  logger.warn(
    { kind, told: silent, busy: busy.length, failing: failing.length, unknown: unknown.length },
    'deliveries that should have gone on by now',
  );
  if (silent > 0) onEntries();
}

/** What Temporal says of the workflows of rows, in their order. */
export async function conditionsOf(
  kind: WorkflowKind,
  found: readonly { readonly id: string }[],
  gateway: ProgressOptions['gateway'],
): Promise<WorkflowCondition[]> {
  const conditions: WorkflowCondition[] = [];
  for (let from = 0; from < found.length; from += LOOK_UPS) {
    const some = found.slice(from, from + LOOK_UPS);
    conditions.push(...(await Promise.all(some.map(({ id }) => gateway.conditionOf({ kind, id })))));
  }
  return conditions;
}

/** Answers how many were told. */
async function tellAgain(db: Database, kind: StalledKind, found: readonly FoundRow[]): Promise<number> {
  const told = await note(db, found, Prisma.sql`"stalledBy" = 'silent', ${addSignal(SIGNAL_OF[kind])}`);
  await countTold(db, kind, told);
  return told;
}

/** Writes to those that have not changed since. */
const note = (db: Database, found: readonly FoundRow[], assignments: Prisma.Sql): Promise<number> =>
  writeToFound(db, 'delivery', found, assignments);

/** Counts what was mended, by what it had waited for, or by what else it is. */
export async function countTold(db: Database, kind: StalledKind | LookingKind, count: number): Promise<void> {
  if (count === 0) return;
  await db.$executeRaw(Prisma.sql`
    INSERT INTO "ProgressCount" AS c ("kind", "count") VALUES (${kind}, ${count}::bigint)
    ON CONFLICT ("kind") DO UPDATE SET "count" = c."count" + excluded."count"`);
}

/**
 * Has those of the deliveries go on that are blocked by nothing: no predecessor is unfinished, no attempt of their key is in
 * flight, and nobody has noted that they are to be told. A blocked delivery has no timer, and nothing in its row says so; so
 * reconciliation asks this of the rows that it goes through anyway.
 * @returns how many were told
 */
export async function tellUnblocked(db: Database, ids: readonly string[]): Promise<number> {
  const told = await db.$executeRaw(Prisma.sql`
    WITH freed AS (
      SELECT d."id" AS "freedId" FROM unnest(${arrayOf(ids, 'uuid')}) AS f("id") JOIN "Delivery" d ON d."id" = f."id"
      WHERE d."status" = 'blocked' AND d."outboxAction" IS NULL AND d."unblockedAt" IS NULL
        AND d."verifiedAt" < now() - ${LATE_MS}::float8 * interval '1 millisecond'
        AND NOT ${IS_BLOCKED} AND NOT ${HAS_ATTEMPT_IN_FLIGHT}
      FOR UPDATE OF d SKIP LOCKED
    )
    UPDATE ${TABLES.delivery.table} SET ${SIGNAL_UNBLOCKED} FROM freed WHERE "id" = freed."freedId"`);
  await countTold(db, 'unblocked', told);
  return told;
}
