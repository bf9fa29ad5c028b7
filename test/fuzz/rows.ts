/** What stands in the database, whatever tables there are: how much of it, and whose. */
import { Prisma, type Database } from '../../src/platform/database';

/** Tables that refused requests may write to: they count, or tell who came. */
const MAY_CHANGE = ['AuditEvent', 'Throttle', 'Session'];

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** SQL of the application that a row `t` belongs to. */
  readonly application: string | undefined;
}

/** By table: how many rows there are, and which transaction wrote last. */
export type Census = Readonly<Record<string, string>>;

export class Rows {
  private constructor(
    private readonly db: Database,
    private readonly tables: readonly Table[],
  ) {}

  static async of(db: Database): Promise<Rows> {
    const columns = await db.$queryRaw<{ table: string; column: string }[]>`
      SELECT c.table_name AS "table", c.column_name AS "column" FROM information_schema.columns c
      JOIN information_schema.tables USING (table_schema, table_name)
      WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1, 2`;
    const keys = await db.$queryRaw<{ table: string; column: string; parent: string }[]>`
      SELECT conrelid::regclass::text AS "table", a.attname AS "column", confrelid::regclass::text AS "parent"
      FROM pg_constraint JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = conkey[1]
      WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND cardinality(conkey) = 1`;
    const named = keys.map((key) => ({ ...key, table: bare(key.table), parent: bare(key.parent) }));
    const of = new Map<string, string[]>();
    for (const { table, column } of columns) of.set(table, [...(of.get(table) ?? []), column]);
    const application = (name: string, row: string, depth = 0): string | undefined => {
      if (name === 'Application') return `${row}."id"`;
      if (of.get(name)?.includes('applicationId')) return `${row}."applicationId"`;
      for (const { column, parent } of named.filter(({ table }) => table === name && depth < 3)) {
        const up = `p${depth}`;
        const theirs = application(parent, up, depth + 1);
        if (theirs) return `(SELECT ${theirs} FROM "${parent}" ${up} WHERE ${up}."id" = ${row}."${column}")`;
      }
      return undefined;
    };
    const tables = [...of].map(([name, own]) => ({
      name,
      columns: own,
      application: application(name, 't'),
    }));
    return new Rows(db, tables);
  }

  /** @param others also of the rows of other applications than this one */
  async census(others: string): Promise<Census> {
    const parts = this.tables.flatMap(({ name, application }) => {
      const count = `count(*) || ' rows, written by ' || coalesce(max(t.xmin::text::bigint), 0)`;
      // When a key was last used is written with any call of it.
      const what =
        name === 'ApiKey' ? `md5(string_agg((to_jsonb(t) - 'lastUsedAt')::text, '' ORDER BY t."id"))` : count;
      return [
        ...(MAY_CHANGE.includes(name) ? [] : [`SELECT '${name}' AS name, ${what} AS value FROM "${name}" t`]),
        ...(application === undefined || name === 'AuditEvent'
          ? []
          : [`SELECT 'others'' ${name}', ${count} FROM "${name}" t WHERE ${application} <> $1`]),
      ];
    });
    const rows = await this.db.$queryRawUnsafe<{ name: string; value: string }[]>(
      parts.join(' UNION ALL '),
      others,
    );
    return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  }

  /** Which of these ids are of rows of other applications than this one. */
  async foreign(ids: readonly string[], applicationId: string): Promise<string[]> {
    if (ids.length === 0) return [];
    const parts = this.tables
      .filter(({ application, columns }) => application !== undefined && columns.includes('id'))
      .map(
        ({ name, application }) =>
          `SELECT '${name} ' || t."id"::text AS row FROM "${name}" t WHERE t."id"::text = ANY($1::text[]) AND ${application} <> $2`,
      );
    const rows = await this.db.$queryRawUnsafe<{ row: string }[]>(
      parts.join(' UNION ALL '),
      ids,
      applicationId,
    );
    return rows.map(({ row }) => row);
  }

  /** Puts a mark into every text of an application that people have written, so that it is known wherever it is shown. */
  async mark(applicationId: string, mark: string): Promise<void> {
    for (const { name, columns, application } of this.tables) {
      for (const column of columns.filter((each) => MARKED.includes(each))) {
        if (application === undefined) continue;
        await this.db.$executeRawUnsafe(
          `UPDATE "${name}" t SET "${column}" = "${column}" || $1 WHERE ${application} = $2`,
          ` ${mark}`,
          applicationId,
        );
      }
    }
  }

  /** Outcomes in the audit trail of a request. */
  async outcomes(requestId: string): Promise<string[]> {
    const rows = await this.db.$queryRaw<{ outcome: string }[]>(
      Prisma.sql`SELECT "outcome" FROM "AuditEvent" WHERE "requestId" = ${requestId}::uuid`,
    );
    return rows.map(({ outcome }) => outcome);
  }
}

/** Columns of texts that nothing else refers to. */
const MARKED = ['name', 'label', 'text', 'subject', 'campaign'];

const bare = (name: string): string => name.replaceAll('"', '');
