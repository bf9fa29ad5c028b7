/** The database of the histories: one for all of a run, emptied before each. */
import { Client } from 'pg';

/** The application of all histories. */
export const SHOP = 'shop';

/** Times that say something of consent, and not of what the service does. */
const OF_CONSENT = ['Citizen', 'Change', 'PermissionTransaction', 'PreferenceAnswer'];
/** Whose time passes: waits and limits of the service, or validities. */
type PassesFor = 'service' | 'consent';

/** Kept from one history to the next. */
const KEPT = ['Application', 'Option', '_prisma_migrations'];

/** A connection whose statements are no steps. */
export class Keeper {
  private constructor(
    private readonly client: Client,
    private readonly emptying: string,
    private readonly passing: Readonly<Record<PassesFor, string>>,
  ) {}

  static async open(url: string): Promise<Keeper> {
    const client = new Client({ connectionString: url, application_name: 'keeper' });
    client.on('error', () => undefined); // it ends with the server
    await client.connect();
    await client.query(`
      INSERT INTO "Application" ("id", "name", "updatedAt") VALUES ('${SHOP}', 'Shop', now()) ON CONFLICT DO NOTHING`);
    await client.query(`
      INSERT INTO "Option" ("applicationId", "id", "name") VALUES ('${SHOP}', 'newsletter', 'a'), ('${SHOP}', 'calls', 'b')
      ON CONFLICT DO NOTHING`);
    const { rows } = await client.query<{ table: string; column: string }>(`
      SELECT c.relname AS "table", a.attname AS "column" FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'public' AND c.relkind = 'r' AND a.atttypid = 'timestamptz'::regtype AND a.attnum > 0
      ORDER BY 1, 2`);
    const tables = await client.query<{ table: string }>(`
      SELECT c.relname AS "table" FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'public' AND c.relkind = 'r'`);
    const emptied = tables.rows
      .map(({ table }) => table)
      .filter((table) => !KEPT.includes(table) && table !== 'Reconciliation');
    const columns = (wanted: (table: string) => boolean): string =>
      shifting(rows.filter(({ table }) => wanted(table)));
    return new Keeper(client, emptyingOf(emptied), {
      service: columns((table) => !KEPT.includes(table) && !OF_CONSENT.includes(table)),
      consent: columns((table) => OF_CONSENT.includes(table)),
    });
  }

  async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const { rows } = await this.client.query<Row>(text, [...values]);
    return rows;
  }

  async empty(): Promise<void> {
    await this.client.query(this.emptying);
  }

  async pass(ms: number, what: PassesFor): Promise<void> {
    await this.client.query(this.passing[what].replaceAll('$1', `interval '${Math.ceil(ms)} milliseconds'`));
  }

  /** Statements that wait for somebody's lock. */
  async countLocked(): Promise<number> {
    const [row] = await this.query<{ count: number }>(`
      SELECT count(*)::int AS "count" FROM pg_stat_activity
      WHERE datname = current_database() AND state = 'active' AND cardinality(pg_blocking_pids(pid)) > 0`);
    return row?.count ?? 0;
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}

function emptyingOf(tables: readonly string[]): string {
  return `TRUNCATE ${tables.map((table) => `"${table}"`).join(', ')} CASCADE;
    UPDATE "Reconciliation" SET "dueAt" = now(), "closedUntil" = now(), "placeAt" = NULL, "placeId" = NULL`;
}

function shifting(columns: readonly { readonly table: string; readonly column: string }[]): string {
  const tables = [...new Set(columns.map(({ table }) => table))];
  return tables
    .map((name) => {
      const of = columns.filter(({ table }) => table === name);
      return `UPDATE "${name}" SET ${of.map(({ column }) => `"${column}" = "${column}" - $1`).join(', ')}`;
    })
    .join('; ');
}
