/**
 * Reconciliation: an unfinished row whose workflow is closed, terminated or gone is started again.
 *
 * The database drives it, since nothing kept in Temporal can be trusted to survive Temporal's loss: rows are looked up in
 * turn, longest unseen first, and described one by one. When a batch shows losses, the next one follows at once, so a wiped
 * Temporal is made good as fast as it can be described.
 */
import { Prisma, type Database } from '../platform/database';
import type { Logger } from '../platform/logger';
import { addEntry, TABLES, type WorkflowKind } from './entries';
import type { WorkflowGateway } from './gateway';

/** How one kind of row is looked up. */
interface Pace {
  /** Rows looked up at a time. */
  readonly batch: number;
  /** A row seen running within so many seconds is not looked up. */
  readonly freshSeconds: number;
}

const PACES: Readonly<Record<WorkflowKind, Pace>> = {
  delivery: { batch: 50, freshSeconds: 15 },
  // An e-mail can wait longer than a delivery.
  'opt-in': { batch: 20, freshSeconds: 30 },
  resync: { batch: 10, freshSeconds: 15 },
};

/**
 * Looks up one batch of a kind.
 * @param onEntries called when entries were added to the outbox
 * @returns true when some were lost, so that the next batch should follow at once.
 */
export async function reconcile(
  kind: WorkflowKind,
  db: Database,
  gateway: WorkflowGateway,
  logger: Logger,
  onEntries: () => void,
): Promise<boolean> {
  const { table, unfinished } = TABLES[kind];
  const { batch, freshSeconds } = PACES[kind];
  const suspects = await db.$queryRaw<{ id: string; version: number }[]>(Prisma.sql`
    WITH suspect AS (
      SELECT "id" FROM ${table} WHERE ${unfinished} AND "outboxAction" IS NULL
        AND "verifiedAt" < now() - ${freshSeconds} * interval '1 second'
      ORDER BY "verifiedAt" LIMIT ${batch} FOR UPDATE SKIP LOCKED
    )
    UPDATE ${table} r SET "verifiedAt" = now() FROM suspect WHERE r."id" = suspect."id"
    RETURNING r."id", r."outboxVersion" AS "version"`);
  const running = await Promise.all(suspects.map(({ id }) => gateway.isRunning({ kind, id })));
  const lost = suspects.filter((_, index) => !running[index]);
  if (lost.length === 0) return false;
  const restarted = await db.$executeRaw(Prisma.sql`
    UPDATE ${table} SET ${addEntry('start')}
    FROM unnest(${lost.map(({ id }) => id)}::uuid[], ${lost.map(({ version }) => version)}::int[]) AS lost("lostId", "version")
    WHERE "id" = lost."lostId" AND "outboxVersion" = lost."version" AND "outboxAction" IS NULL AND ${unfinished}`);
  if (restarted > 0) {
    logger.warn({ kind, count: restarted }, 'rows without a running workflow; starting them again');
    onEntries();
  }
  return suspects.length === batch;
}
