/** The service as a role of the database that owns nothing. What else it does so is in the walk, and in the test of planted values. */
import { Client } from 'pg';
import { newId } from '../../../src/platform/ids';
import { startAsServiceRole, type OwnedPostgres } from '../../harness/service-role';

let postgres: OwnedPostgres;
let client: Client;
const add = (): Promise<unknown> =>
  client.query(
    `INSERT INTO "AuditEvent" ("id", "at", "actorKind", "action", "outcome") VALUES ($1, now(), 'unknown', 'logIn', 'done')`,
    [newId()],
  );
beforeAll(async () => {
  postgres = await startAsServiceRole();
  client = new Client({ connectionString: postgres.url });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await postgres?.stop();
});

const permissionDenied = { code: '42501', message: expect.not.stringMatching(/never changed/) as unknown };

describe('the audit trail, for the role of the service', () => {
  it('is added to, and read', async () => {
    await add();
    expect((await client.query('SELECT * FROM "AuditEvent"')).rowCount).toBe(1);
  });

  it.each([
    `UPDATE "AuditEvent" SET "outcome" = 'refused'`,
    'DELETE FROM "AuditEvent"',
    'TRUNCATE "AuditEvent"',
    `INSERT INTO "AuditEvent" SELECT * FROM "AuditEvent" ON CONFLICT ("id") DO UPDATE SET "outcome" = 'refused'`,
    'ALTER TABLE "AuditEvent" DISABLE TRIGGER ALL',
    'DROP TRIGGER "AuditEvent_append_only" ON "AuditEvent"',
    'DROP TABLE "AuditEvent"',
    'ALTER TABLE "AuditEvent" OWNER TO CURRENT_USER',
    `CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`,
    'SET session_replication_role = replica',
  ])('is refused by PostgreSQL: %s', async (statement) => {
    await expect(client.query(statement)).rejects.toMatchObject(permissionDenied);
  });

  it('stays so after a further migration, also where somebody has granted more', async () => {
    const owner = new Client({ connectionString: postgres.ownerUrl });
    await owner.connect();
    await owner.query(`GRANT ALL ON "AuditEvent" TO ${postgres.role}`);
    await owner.query('CREATE TABLE "Later" ("id" UUID)');
    await owner.end();
    expect(await postgres.migrate()).toBe('');
    await expect(client.query('DELETE FROM "AuditEvent"')).rejects.toMatchObject(permissionDenied);
    expect((await client.query('DELETE FROM "Later"')).rowCount).toBe(0);
  });
});

describe('the role of the service', () => {
  it('changes no record of migrations', async () => {
    await expect(client.query('DELETE FROM "_prisma_migrations"')).rejects.toMatchObject(permissionDenied);
  });

  it('must exist, and be no other name of the owner', async () => {
    expect(await postgres.migrate({ CPM_SERVICE_ROLE: 'nobody-of-this-name' })).toBe(
      'CPM_SERVICE_ROLE must be a role that exists: create it first\n',
    );
    for (const role of [new URL(postgres.ownerUrl).username, 'cpm'])
      expect(await postgres.migrate({ CPM_SERVICE_ROLE: role })).toMatch(/neither a superuser nor a member/);
  });
});
