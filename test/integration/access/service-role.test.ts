/** The service as a role of the database that owns nothing. What else it does so is in the walk, and in the test of planted values. */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import pino from 'pino';
import { openDatabase } from '../../../src/platform/database';
import { createSealer } from '../../../src/platform/encryption';
import { newId } from '../../../src/platform/ids';
import { openSealer } from '../../../src/platform/key-ring';
import { putDeliveries, putSubscription } from '../../harness/deliveries';
import { runProgram } from '../../harness/program';
import { eventually } from '../../harness/service';
import { startAsServiceRole, type OwnedPostgres } from '../../harness/service-role';
import { testServer } from '../../harness/stack';
import { NOT_ASKED, sweepAlone } from '../../harness/sweep';

let postgres: OwnedPostgres;
let client: Client;
/** A role that a test has made. */
const made = `cpm_made_${randomBytes(4).toString('hex')}`;
const DAY_MS = 86_400_000;
interface Failed {
  readonly err: { readonly message: string };
}
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
  await testServer().run(`DROP ROLE IF EXISTS ${made}`);
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

  it('purges, and seals anew by the program, what the service has stored', async () => {
    const [former, next] = [randomBytes(32), randomBytes(32)];
    const db = openDatabase(postgres.url);
    const sealer = await openSealer(db, [former]);
    const subscription = await putSubscription(db);
    const signingSecretSealed = sealer.seal('secret', 'signing-secret');
    await db.subscription.update({ where: { id: subscription.id }, data: { signingSecretSealed } });
    const longAgo = new Date(Date.now() - 31 * DAY_MS);
    const [old = '', kept = ''] = await putDeliveries(db, subscription, [
      { status: 'delivered', finishedAt: longAgo },
      { status: 'waiting' },
    ]);
    const attempt = { outcome: 'failed', attempt: 1, cycle: 1, subscriptionId: subscription.id };
    for (const deliveryId of [old, kept])
      await db.attempt.create({
        data: {
          ...{ id: newId(), deliveryId, ...attempt, requestHeaders: {} },
          responseBodySealed: sealer.seal('answer', 'response'),
        },
      });
    await db.delivery.update({ where: { id: kept }, data: { bodySealed: sealer.seal('body', 'payload') } });

    const logged: string[] = [];
    const logger = pino({}, { write: (line: string) => void logged.push(line) });
    const sweep = sweepAlone(db, sealer, logger);
    await eventually(async () => expect(await db.delivery.count({ where: { id: old } })).toBe(0));
    await sweep.stop();
    const failed = logged.filter((line) => line.includes('failed')).map((line) => JSON.parse(line) as Failed);
    expect(failed.filter(({ err }) => err.message !== NOT_ASKED)).toEqual([]);

    const { code, errors } = await runProgram('rotate-encryption-key', {
      ...{ DATABASE_URL: postgres.url, CPM_ENCRYPTION_KEY: next.toString('base64') },
      CPM_PREVIOUS_ENCRYPTION_KEYS: former.toString('base64'),
    });
    expect([code, errors]).toEqual([0, '']);
    const { bodySealed } = await db.delivery.findUniqueOrThrow({ where: { id: kept } });
    expect(createSealer([next]).open(bodySealed ?? '', 'payload')).toBe('body');
    await db.$disconnect();
  });

  it('must exist, and be no other name of the owner', async () => {
    expect(await postgres.migrate({ CPM_SERVICE_ROLE: 'nobody-of-this-name' })).toBe(
      'CPM_SERVICE_ROLE must be a role that exists: create it first\n',
    );
    for (const role of [new URL(postgres.ownerUrl).username, 'cpm'])
      expect(await postgres.migrate({ CPM_SERVICE_ROLE: role })).toMatch(/neither a superuser nor a member/);
  });
});

describe('a role that is named by the URL which the service connects by', () => {
  const urlOf = (base: string, username: string, password: string): string =>
    Object.assign(new URL(base), { username, password }).href;
  const migrate = (databaseUrl: string, serviceUrl: string): Promise<string> =>
    postgres.migrate({
      ...{ DATABASE_URL: databaseUrl, CPM_SERVICE_ROLE: '', CPM_SERVICE_DATABASE_URL: serviceUrl },
    });

  it('is made with its password by an owner that may make roles, and by no other', async () => {
    const { username, password } = new URL(testServer().url);
    const mayMakeRoles = urlOf(postgres.url, username, password);
    const service = urlOf(postgres.url, made, 'made-for-it');
    expect(await migrate(postgres.ownerUrl, service)).toBe(
      'CPM_SERVICE_DATABASE_URL must name a role that exists, since the role that migrates may create none\n',
    );
    for (let time = 0; time < 2; time += 1) expect(await migrate(mayMakeRoles, service)).toBe('');
    const db = openDatabase(service);
    expect(await db.application.count()).toBeGreaterThanOrEqual(0);
    await expect(db.$executeRaw`DELETE FROM "AuditEvent"`).rejects.toThrow(/permission denied/);
    await db.$disconnect();
    const wrong = new Client({ connectionString: urlOf(postgres.url, made, 'another') });
    await expect(wrong.connect()).rejects.toMatchObject({ code: '28P01' });
  });

  it('is given nothing where it is the owner itself', async () => {
    expect(await migrate(postgres.ownerUrl, postgres.ownerUrl)).toBe('');
  });
});
