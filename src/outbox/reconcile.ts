/**
 * Reconciliation: an unfinished row whose workflow is closed, terminated or gone is started again.
 *
 * Each round does two things. It lists the runs that have closed since the last round other than by themselves, of which
 * there are few whatever waits: so a terminated workflow is noticed within seconds. And it goes on through the unfinished
 * rows, in the order in which they were last heard of, since nothing kept in Temporal can be trusted to survive
 * Temporal's loss. Visibility is asked for many at once; a row that it does not show is looked up by itself before
 * anything is concluded. When a round finds losses that way, the next one follows at once, so a wiped Temporal is made
 * good as fast as it can be described.
 */
import { Prisma, type Database } from '../platform/database';
import type { Logger } from '../platform/logger';
import { columnOf } from './columns';
import { addEntry, TABLES, type WorkflowKind } from './entries';
import type { WorkflowGateway } from './gateway';
import { tellUnblocked } from './progress';
import { beginRound, endRound, type Place, type Round } from './reconciliation-round';
import type { Visibility } from './visibility';

export interface ReconciliationOptions {
  readonly db: Database;
  readonly gateway: WorkflowGateway;
  readonly visibility: Visibility;
  readonly logger: Logger;
  /** Called when entries were added to the outbox. */
  readonly onEntries: () => void;
}

/** Between the beginnings of two rounds, whatever the number of workers. Milliseconds. */
export const ROUND_EVERY_MS = 2_000;
/** Rows that a round goes on by. */
const BATCH = 500;
/** A row heard of within so many seconds is left alone: visibility may not show its workflow yet. */
const FRESH_SECONDS = 15;
/** Closed runs are listed again for so long, because visibility may learn of one late, and clocks differ. Milliseconds. */
const LATE_MS = 20_000;
/** Look-ups of single workflows under way at once. */
const LOOK_UPS = 50;

interface Suspect {
  readonly id: string;
  readonly version: number;
}

/**
 * Makes a round for a kind, where one is due.
 * @returns true when the next one should follow at once.
 */
export async function reconcile(kind: WorkflowKind, options: ReconciliationOptions): Promise<boolean> {
  const { db } = options;
  const round = await beginRound(db, kind);
  if (!round) return false;
  try {
    await restartClosed(kind, round, options);
    const { place, lost } = await goOn(kind, round, options);
    await endRound(db, kind, { closedUntil: round.now, place }, lost ? 0 : ROUND_EVERY_MS);
    return lost;
  } catch (error) {
    await endRound(db, kind, round, ROUND_EVERY_MS);
    throw error;
  }
}

/** Starts unfinished rows again that have a run among those that have closed since the last round. */
async function restartClosed(
  kind: WorkflowKind,
  { closedUntil }: Round,
  options: ReconciliationOptions,
): Promise<void> {
  const { table, unfinished } = TABLES[kind];
  const since = new Date(closedUntil.getTime() - LATE_MS);
  let page: Uint8Array | undefined;
  do {
    const { ids, next } = await options.visibility.listClosed(kind, since, page);
    const suspects = await options.db.$queryRaw<Suspect[]>(Prisma.sql`
      SELECT "id", "outboxVersion" AS "version" FROM ${table}
      WHERE "id" = ANY(${ids}::uuid[]) AND ${unfinished} AND "outboxAction" IS NULL`);
    await restartLost(kind, suspects, options);
    page = next;
  } while (page);
}

/** Looks up the next rows. */
async function goOn(
  kind: WorkflowKind,
  { place }: Round,
  options: ReconciliationOptions,
): Promise<{ readonly place: Place | null; readonly lost: boolean }> {
  const rows = await options.db.$queryRaw<(Suspect & Place)[]>(nextRows(kind, place));
  const last = rows.at(-1);
  if (kind === 'delivery') await tellThoseUnblocked(rows, options);
  const shown = await options.visibility.runningOf(
    kind,
    rows.map(({ id }) => id),
  );
  const restarted = await restartLost(
    kind,
    rows.filter(({ id }) => !shown.has(id)),
    options,
  );
  return { place: last && rows.length === BATCH ? last : null, lost: restarted > 0 && rows.length === BATCH };
}

async function tellThoseUnblocked(
  rows: readonly Suspect[],
  { db, logger, onEntries }: ReconciliationOptions,
): Promise<void> {
  const told = await tellUnblocked(
    db,
    rows.map(({ id }) => id),
  );
  if (told === 0) return;
  logger.warn({ count: told }, 'blocked deliveries that nothing blocks; telling them');
  onEntries();
}

/** SQL: the rows that a round goes on by. Those that have an entry are heard of by its dispatch. */
export function nextRows(kind: WorkflowKind, place: Place | null): Prisma.Sql {
  const { table, unfinished } = TABLES[kind];
  const after = place
    ? Prisma.sql`AND ("verifiedAt", "id") > (${place.at}::timestamptz, ${place.id}::uuid)`
    : Prisma.empty;
  return Prisma.sql`
    SELECT "id", "outboxVersion" AS "version", "verifiedAt" AS "at" FROM ${table}
    WHERE ${unfinished} AND "outboxAction" IS NULL
      AND "verifiedAt" < now() - ${FRESH_SECONDS} * interval '1 second' ${after}
    ORDER BY "verifiedAt", "id" LIMIT ${BATCH}`;
}

/** Starts those again that have no open run, by Temporal's own account. Answers how many there were. */
async function restartLost(
  kind: WorkflowKind,
  suspects: readonly Suspect[],
  { db, gateway, logger, onEntries }: ReconciliationOptions,
): Promise<number> {
  const { table, unfinished } = TABLES[kind];
  let restarted = 0;
  for (let from = 0; from < suspects.length; from += LOOK_UPS) {
    const some = suspects.slice(from, from + LOOK_UPS);
    const running = await Promise.all(some.map(({ id }) => gateway.isRunning({ kind, id })));
    const lost = some.filter((_, index) => !running[index]);
    const column = columnOf(lost);
    restarted += await db.$executeRaw(Prisma.sql`
      WITH lost AS (
        SELECT t."id" AS "lostId" FROM ${table} t
        JOIN unnest(${column('id', 'uuid')}, ${column('version', 'int')}) AS l("id", "version") ON t."id" = l."id"
        WHERE t."outboxVersion" = l."version" AND t."outboxAction" IS NULL AND t.${unfinished} FOR UPDATE OF t SKIP LOCKED
      )
      UPDATE ${table} SET ${addEntry('start')} FROM lost WHERE "id" = lost."lostId"`);
  }
  if (restarted > 0) {
    logger.warn({ kind, count: restarted }, 'rows without a running workflow; starting them again');
    onEntries();
  }
  return restarted;
}
