/**
 * The rounds of reconciliation, one at a time for each kind of workflow: the workers share a row that tells how far the last
 * round came and when the next one is due. So the cost of reconciliation does not grow with the number of workers.
 */
import { Prisma, type Database } from '../platform/database';
import type { WorkflowKind } from './entries';

/** A place among the unfinished rows, which are gone through in the order of their `verifiedAt`. */
export interface Place {
  readonly at: Date;
  readonly id: string;
}

/** A round that this worker is to make. */
export interface Round {
  /** Closed runs were listed up to then; the database's clock. */
  readonly closedUntil: Date;
  /** When this round began; the database's clock. */
  readonly now: Date;
  /** Rows up to there were looked up; null: begin anew. */
  readonly place: Place | null;
}

/** A round that is not ended by then died with its worker. */
const LEASE = Prisma.sql`interval '60 seconds'`;
/** Takes the round that is due; undefined where none is, or another worker has it. */
export async function beginRound(db: Database, kind: WorkflowKind): Promise<Round | undefined> {
  const [row] = await db.$queryRaw<{ closedUntil: Date; now: Date; at: Date | null; id: string | null }[]>(
    Prisma.sql`
      UPDATE "Reconciliation" SET "dueAt" = now() + ${LEASE} WHERE "kind" = ${kind} AND "dueAt" <= now()
      RETURNING "closedUntil", now()::timestamptz(3) AS "now", "placeAt" AS "at", "placeId" AS "id"`,
  );
  if (!row) return undefined;
  const { at, id, ...times } = row;
  return { ...times, place: at && id !== null ? { at, id } : null };
}

/** Ends a round with how far it came, and has the next one begin so many milliseconds later. */
export async function endRound(
  db: Database,
  kind: WorkflowKind,
  { closedUntil, place }: Pick<Round, 'closedUntil' | 'place'>,
  pauseMs: number,
): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE "Reconciliation" SET "closedUntil" = ${closedUntil}::timestamptz, "placeAt" = ${place?.at ?? null}::timestamptz,
      "placeId" = ${place?.id ?? null}::uuid, "dueAt" = now() + ${pauseMs} * interval '1 millisecond'
    WHERE "kind" = ${kind}`);
}
