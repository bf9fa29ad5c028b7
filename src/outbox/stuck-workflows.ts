/**
 * Double opt-ins, resyncs and messages to operators that should have gone on by now (rule `progress-is-watched`). When the workflow of one is to look at
 * its row next stands in the row (`nextLookAt`): the look itself writes it, and whoever asks for another look makes it now. Where
 * that is long past, Temporal is asked what the workflow does.
 *
 * A workflow of these kinds holds nothing that its row does not: so one that does nothing, or whose tasks fail, is given up for
 * another, which goes on from the row. One that a worker is yet to come to is only counted.
 */
import { Prisma, type Database, type Tx } from '../platform/database';
import type { Logger } from '../platform/logger';
import { addEntry, GOES_ON, TABLES, type LookingKind } from './entries';
import { claimFound, writeToFound } from './found-rows';
import type { WorkflowCondition, WorkflowGateway } from './gateway';
import { FOUND_AGAIN_AFTER, LATE_MS, conditionsOf, countTold } from './progress';

export interface StuckOptions {
  readonly db: Database;
  readonly gateway: Pick<WorkflowGateway, 'conditionOf'>;
  readonly logger: Logger;
  /** Called when entries were added to the outbox. */
  readonly onEntries: () => void;
}

/** Rows of a kind that one round takes on. */
const BATCH = 100;

/** Notes that the workflow of a row has looked at it, and when it will again: `waitMs` from now, by the database's clock. */
export async function noteNextLook(tx: Tx, kind: LookingKind, id: string, waitMs: number): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE ${TABLES[kind].table} SET "nextLookAt" = now() + ${waitMs}::float8 * interval '1 millisecond', ${GOES_ON}
    WHERE "id" = ${id}::uuid`);
}

/** Looks for rows of a kind and has them go on. True when more may be left. */
export async function restartStuck(kind: LookingKind, options: StuckOptions): Promise<boolean> {
  const { db, gateway, logger, onEntries } = options;
  const found = await claimFound(db, kind, stuck(kind));
  if (found.length === 0) return false;
  let conditions: readonly WorkflowCondition[];
  try {
    conditions = await conditionsOf(kind, found, gateway);
  } catch (error) {
    await writeToFound(db, kind, found, GOES_ON); // nothing is known of them: they are found again at the next round
    throw error;
  }
  for (const condition of ['silent', 'failing', 'busy'] as const) {
    const those = found.filter((_, index) => nameOf(conditions[index]) === condition);
    const restarts = condition !== 'busy';
    const entry = restarts ? Prisma.sql`, ${addEntry('restart')}` : Prisma.empty;
    const noted = await writeToFound(db, kind, those, Prisma.sql`"stalledBy" = ${condition}${entry}`);
    if (noted > 0)
      logger.warn({ kind, condition, count: noted }, 'workflows that should have gone on by now');
    if (noted === 0 || !restarts) continue;
    await countTold(db, kind, noted);
    onEntries();
  }
  return found.length === BATCH;
}

/** One that is gone does nothing either. */
function nameOf(condition: WorkflowCondition | undefined): WorkflowCondition | undefined {
  return condition === 'closed' ? 'silent' : condition;
}

/** SQL: the ids of rows of a kind whose look is long past, the longest first, locked. */
function stuck(kind: LookingKind): Prisma.Sql {
  const { table, unfinished } = TABLES[kind];
  const late = Prisma.sql`now() - ${LATE_MS}::float8 * interval '1 millisecond'`;
  return Prisma.sql`
    SELECT "id" FROM ${table}
    WHERE ${unfinished} AND "outboxAction" IS NULL AND "nextLookAt" < ${late} AND "verifiedAt" < ${late}
      AND ("stalledAt" IS NULL OR "stalledAt" < now() - ${FOUND_AGAIN_AFTER})
    ORDER BY "nextLookAt" LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`;
}
