/** Rows that should have gone on by now (rule `progress-is-watched`): how one worker takes them on, and writes what it learns of them. */
import { Prisma, type Database } from '../platform/database';
import { columnOf } from './columns';
import { TABLES, type WorkflowKind } from './entries';
import { LOCK_ORDER } from './ordering';

/** A row as it was found. */
export interface FoundRow {
  readonly id: string;
  readonly version: number;
}

/**
 * Takes rows on, so that other workers pass over them.
 * @param ids SQL: a SELECT of the column `id` that locks what it finds
 */
export function claimFound(db: Database, kind: WorkflowKind, ids: Prisma.Sql): Promise<FoundRow[]> {
  return db.$queryRaw<FoundRow[]>(Prisma.sql`
    WITH found AS (${ids})
    UPDATE ${TABLES[kind].table} d SET "stalledAt" = now(), "stalledBy" = NULL FROM found WHERE d."id" = found."id"
    RETURNING d."id", d."outboxVersion" AS "version"`);
}

/**
 * Writes to those that have not changed since; another worker that looks for some just then may hold their locks for a moment.
 * @returns how many those are
 */
export async function writeToFound(
  db: Database,
  kind: WorkflowKind,
  found: readonly FoundRow[],
  assignments: Prisma.Sql,
): Promise<number> {
  if (found.length === 0) return 0;
  const { table, unfinished } = TABLES[kind];
  const column = columnOf(found);
  const inOrder = kind === 'delivery' ? LOCK_ORDER : Prisma.sql`d."id"`;
  return db.$executeRaw(Prisma.sql`
    WITH free AS (
      SELECT d."id" AS "foundId" FROM unnest(${column('id', 'uuid')}, ${column('version', 'int')}) AS f("id", "version")
      JOIN ${table} d ON d."id" = f."id"
      WHERE d."outboxVersion" = f."version" AND d."outboxAction" IS NULL AND d.${unfinished}
      ORDER BY ${inOrder} FOR NO KEY UPDATE OF d
    )
    UPDATE ${table} SET ${assignments} FROM free WHERE "id" = free."foundId"`);
}
