/** The database of the histories: one for all of a run, emptied before each. */
import type { SeenApplication } from '../../../src/access/visibility';
import { application } from '../../harness/visibility';
import { Client } from 'pg';

/** The application of all histories. */
export const SHOP: SeenApplication = application('shop');

/** What its catalogue has. */
export const OPTIONS = ['newsletter', 'calls'] as const;

/** Times that say something of consent, and not of what the service does. */
const OF_CONSENT = ['Citizen', 'Change', 'PermissionTransaction', 'PreferenceAnswer'];
/** Whose time passes: waits and limits of the service, or validities. */
type PassesFor = 'service' | 'consent';

/** Kept from one history to the next. */
const KEPT = ['Application', 'Option', '_prisma_migrations'];

/** Deleted rows stay in the tables' files until then: so many histories are emptied before the files are, too. */
const HISTORIES_IN_FILES = 100;

/** A connection whose statements are no steps. */
export class Keeper {
  private emptied = 0;

  private constructor(private readonly client: Client) {}

  static async open(url: string): Promise<Keeper> {
    const client = new Client({ connectionString: url, application_name: 'keeper' });
    client.on('error', () => undefined); // it ends with the server
    await client.connect();
    await client.query(`
      INSERT INTO "Application" ("id", "name", "updatedAt") VALUES ('${SHOP}', 'Shop', now()) ON CONFLICT DO NOTHING`);
    await client.query(
      `INSERT INTO "Option" ("applicationId", "id", "name") SELECT $1, id, id FROM unnest($2::text[]) id ON CONFLICT DO NOTHING`,
      [SHOP, OPTIONS],
    );
    await createFunctions(client);
    return new Keeper(client);
  }

  async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const { rows } = await this.client.query<Row>({ name: nameOf(text), text, values: [...values] });
    return rows;
  }

  /**
   * Deletes what a history has left. The files of the tables are kept: with others, every statement would have to be planned
   * again on each connection, which is dear.
   */
  async empty(): Promise<void> {
    await this.query('SELECT model_empty()');
    if ((this.emptied += 1) % HISTORIES_IN_FILES === 0) await this.client.query('VACUUM');
  }

  async pass(ms: number, what: PassesFor): Promise<void> {
    await this.query(`SELECT model_pass_${what}($1::float8 * interval '1 millisecond')`, [Math.ceil(ms)]);
  }

  /** How many sessions of this database wait for somebody's lock. */
  async countLocked(): Promise<number> {
    const [row] = await this.query<{ count: number }>(
      `SELECT count(DISTINCT pid)::int AS "count" FROM pg_locks JOIN pg_stat_activity USING (pid)
       WHERE NOT granted AND datname = current_database()`,
    );
    return row?.count ?? 0;
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}

/** Functions, because a session plans their statements once. */
async function createFunctions(client: Client): Promise<void> {
  const tables = await client.query<{ table: string }>(`
    SELECT c.relname AS "table" FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind = 'r'`);
  const times = await client.query<Column>(`
    SELECT c.relname AS "table", a.attname AS "column" FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind = 'r' AND a.atttypid = 'timestamptz'::regtype AND a.attnum > 0
    ORDER BY 1, 2`);
  const emptied = tables.rows
    .map(({ table }) => table)
    .filter((table) => !KEPT.includes(table) && table !== 'Reconciliation');
  await client.query(
    asFunction('model_empty()', [
      ...emptied.map((table) => `DELETE FROM "${table}"`),
      `UPDATE "Reconciliation" SET "dueAt" = now(), "closedUntil" = now(), "placeAt" = NULL, "placeId" = NULL`,
    ]),
  );
  const passes = (what: PassesFor, wanted: (column: Column) => boolean): Promise<unknown> =>
    client.query(asFunction(`model_pass_${what}(so_long interval)`, shifting(times.rows.filter(wanted))));
  // A resync looks for those who were there before it.
  const ofService = ({ table, column }: Column): boolean =>
    !OF_CONSENT.includes(table) || (table === 'Citizen' && column === 'createdAt');
  await passes('service', (column) => !KEPT.includes(column.table) && ofService(column));
  await passes('consent', (column) => OF_CONSENT.includes(column.table) && !ofService(column));
  // No check of what refers to what: everything goes.
  await client.query('SET session_replication_role = replica');
}

const asFunction = (head: string, statements: readonly string[]): string => `
  CREATE FUNCTION ${head} RETURNS void LANGUAGE plpgsql AS $$ BEGIN ${statements.join('; ')}; END $$`;

interface Column {
  readonly table: string;
  readonly column: string;
}

function shifting(columns: readonly Column[]): string[] {
  const tables = [...new Set(columns.map(({ table }) => table))];
  return tables.map((name) => {
    const of = columns.filter(({ table }) => table === name);
    return `UPDATE "${name}" SET ${of.map(({ column }) => `"${column}" = "${column}" - so_long`).join(', ')}`;
  });
}

const names = new Map<string, string>();

/** A statement that has a name is planned once. */
function nameOf(text: string): string {
  const name = names.get(text) ?? `keeper${names.size}`;
  names.set(text, name);
  return name;
}
