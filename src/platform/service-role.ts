/** What a role of the database may do that does not own the tables: all that the service does, and no more. */
import { Client } from 'pg';
import { hasCode } from './error-code';
import { MIGRATION_LOCK, MigrationError } from './migrations';
import { verifierOf } from './scram';

/** PostgreSQL's code for a right that one does not have. */
const INSUFFICIENT_PRIVILEGE = '42501';

/** The role that API and workers connect as. */
export interface ServiceRole {
  readonly name: string;
  /** With it the role is created where the server does not have it. */
  readonly password?: string | undefined;
}

/**
 * The role of a URL that API and workers connect by.
 * @returns undefined where it is the one that migrates, which has every right on what it owns
 */
export function serviceRoleOf(serviceUrl: string, databaseUrl: string): ServiceRole | undefined {
  const [service, owner] = [serviceUrl, databaseUrl].map((url) => new Client({ connectionString: url }));
  if (service?.user === undefined || service.user === owner?.user) return undefined;
  return { name: service.user, password: service.password };
}

/** Tables with other rights than the rest. Rows of the trail are added and read; what was migrated is only read. */
const RIGHTS: Readonly<Record<string, string>> = {
  AuditEvent: 'select, insert',
  _prisma_migrations: 'select',
};
const OTHERS = 'select, insert, update, delete';

/**
 * Gives a role the rights of the service on all tables and sequences of the role that connects, and takes those that it has beyond them. Repeated
 * after each migration, which may have added a table.
 * @throws MigrationError where the role does not exist, or could do what it is not given.
 */
export async function grantServiceRole(databaseUrl: string, role: ServiceRole): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await createMissing(client, role);
    await refuseUnfit(client, role.name);
    const to = client.escapeIdentifier(role.name);
    const { rows } = await client.query<{ schema: string; name: string; isSequence: boolean }>(
      `select relnamespace::regnamespace::text as schema, relname as name, relkind = 'S' as "isSequence" from pg_class
       where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p', 'S') and pg_has_role(relowner, 'usage')`,
    );
    for (const { schema, name, isSequence } of rows) {
      const table = `${schema}.${client.escapeIdentifier(name)}`;
      if (isSequence) {
        await client.query(`grant usage, select on sequence ${table} to ${to}`);
        continue;
      }
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

async function createMissing(client: Client, { name, password }: ServiceRole): Promise<void> {
  if (!password) return;
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [name]);
  if (rowCount !== 0) return;
  // The server may log statements: it is told what verifies the password, and not the password.
  const verifier = client.escapeLiteral(verifierOf(password));
  try {
    await client.query(`create role ${client.escapeIdentifier(name)} login password ${verifier}`);
  } catch (error) {
    if (!hasCode(error, INSUFFICIENT_PRIVILEGE)) throw error;
    throw new MigrationError(
      'CPM_SERVICE_DATABASE_URL must name a role that exists, since the role that migrates may create none',
    );
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
      'CPM_SERVICE_ROLE (or the role of CPM_SERVICE_DATABASE_URL) must be neither a superuser nor a member of the role that migrates',
    );
  }
}
