/**
 * Single statements straight through node-postgres, on the pool and under the statement names of the Prisma client. For
 * the few statements that every delivery needs: Prisma's client costs more than the rest of them together.
 */
import { DatabaseError } from 'pg';
import { Prisma, type Database } from './database';

/** Rows of a statement that is a transaction of its own. */
export async function runStatement<Row extends object>(
  { pool, nameOf }: Database,
  { text, values }: Prisma.Sql,
): Promise<Row[]> {
  try {
    const { rows } = await pool.query<Row>({ name: nameOf(text, values.length), text, values });
    return rows;
  } catch (error) {
    throw withoutContent(error);
  }
}

/** PostgreSQL repeats the row that it refuses in what it adds to the message, and errors are logged (rule `ids-only`). */
export function withoutContent(error: unknown): unknown {
  if (error instanceof DatabaseError) {
    error.detail = undefined;
    error.where = undefined;
  }
  return error;
}

/** Types of the arrays that statements take. */
export type ArrayType = 'uuid' | 'int' | 'text' | 'float8';

/**
 * SQL: an array as a parameter. As a sub-select, so that the planner does not see how long it is: it plans for ten, once, and
 * finds the plan no dearer than one for the very array, which it would make again each time.
 */
export function arrayOf(items: readonly unknown[], type: ArrayType): Prisma.Sql {
  return Prisma.sql`(SELECT ${items}::${Prisma.raw(type)}[])`;
}
