/** What a role of the database may do that does not own the tables: all that the service does, and no more. */
import { Client } from 'pg';
import { MIGRATION_LOCK, MigrationError } from './migrations';

/** Tables with other rights than the rest. Rows of the trail are added and read; what was migrated is only read. */
const RIGHTS: Readonly<Record<string, string>> = {
  AuditEvent: 'select, insert',
  _prisma_migrations: 'select',
};
const OTHERS = 'select, insert, update, delete';

/**
 * Gives a role the rights of the service on all tables of the role that connects, and takes those that it has beyond them. Repeated
 * after each migration, which may have added a table.
 * @throws MigrationError where the role does not exist, or could do what it is not given.
 */
export async function grantServiceRole(databaseUrl: string, role: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await refuseUnfit(client, role);
    const to = client.escapeIdentifier(role);
    const { rows } = await client.query<{ schema: string; name: string }>(
      `select relnamespace::regnamespace::text as schema, relname as name from pg_class
       where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and pg_has_role(relowner, 'usage')`,
    );
    for (const { schema, name } of rows) {
      const table = `${schema}.${client.escapeIdentifier(name)}`;
      await client.query(`revoke all on ${table} from ${to}`);
      await client.query(`grant ${RIGHTS[name] ?? OTHERS} on ${table} to ${to}`);
    }
    const [{ schema } = { schema: 'public' }] = rows;
    await client.query(`grant usage on schema ${schema} to ${to}`);
    await client.query('commit');
  } finally {
    await client.end(); // which undoes what has not committed
  }
}

/** A role that owns the tables, or may act as who does, may drop what protects them. */
async function refuseUnfit(client: Client, role: string): Promise<void> {
  const {
    rows: [found],
  } = await client.query<{ all: boolean }>(
    `select rolsuper or pg_has_role(oid, current_user::regrole, 'member') as all from pg_roles where rolname = $1`,
    [role],
  );
  if (!found) throw new MigrationError('CPM_SERVICE_ROLE must be a role that exists: create it first');
  if (found.all) {
    throw new MigrationError(
      'CPM_SERVICE_ROLE must be a role that is neither a superuser nor a member of the role that migrates',
    );
  }
}
