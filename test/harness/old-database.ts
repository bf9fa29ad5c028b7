/** A database of version 0.1.0 in the middle of its work (test/fixtures/database-0.1.0.sql), for tests of the upgrade. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { projectRoot } from '../../src/platform/project-root';

const FIXTURE = path.join(projectRoot, 'test', 'fixtures', 'database-0.1.0.sql');
const MIGRATIONS = path.join(projectRoot, 'prisma', 'migrations');
/** Migrations of that version: the first ones there are. */
const MIGRATIONS_THEN = 3;

/** What callers of that installation know; the fixture names them too. */
export const OLD_INSTALLATION = {
  encryptionKey: Buffer.from('Zml4dHVyZSBvZiAwLjEuMCwgYSBrZXkgb2YgMzIgYnk=', 'base64'),
  apiKey: 'upgrade-fixture-api-key-0001',
  administrator: { email: 'admin@example.com', password: 'fixture-password-1' },
  idempotencyKey: 'fixture-idempotency-key',
  confirmationToken: 'kFcj_S2JQQ_2l4r2GDFZ8M7zxtoOTjmjzBbEsoYJXo0',
} as const;

/** A delivery as it was before the upgrade. */
export interface OldDelivery {
  readonly id: string;
  readonly applicationId: string;
  readonly subscriptionId: string;
  readonly citizenId: string;
  readonly externalRef: string;
  readonly sequence: number;
  readonly status: string;
  readonly attemptCount: number;
}

/** The old database in an empty one, as if that version had been stopped a moment ago. */
export class OldDatabase {
  private constructor(
    private readonly client: Client,
    /** In the order of the changes. */
    readonly deliveries: readonly OldDelivery[],
  ) {}

  /** @param receiverUrl takes the place of the receiver that all subscriptions had. */
  static async load(databaseUrl: string, receiverUrl: string): Promise<OldDatabase> {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    const fixture = readFileSync(FIXTURE, 'utf8');
    for (const name of migrationsThen()) {
      await client.query(readFileSync(path.join(MIGRATIONS, name, 'migration.sql'), 'utf8'));
    }
    await client.query(fixture.replaceAll('http://receiver.example', receiverUrl));
    const takenAt = /^-- Taken at (\S+)$/m.exec(fixture)?.[1];
    if (takenAt === undefined) throw new Error('the fixture does not say when it was taken');
    await becomeRecent(client, Date.now() - Date.parse(takenAt));
    const { rows } = await client.query<OldDelivery>(`
      SELECT d."id", d."applicationId", d."subscriptionId", d."citizenId", c."externalRef", d."sequence", d."status",
        d."attemptCount"
      FROM "Delivery" d JOIN "Citizen" c ON c."id" = d."citizenId" ORDER BY d."sequence", d."id"`);
    return new OldDatabase(client, rows);
  }

  /** Deliveries of an application, in the order of the changes. */
  of(applicationId: string): readonly OldDelivery[] {
    return this.deliveries.filter((delivery) => delivery.applicationId === applicationId);
  }

  /** Names of the migrations that are recorded as applied, in their order. */
  async appliedMigrations(): Promise<string[]> {
    const { rows } = await this.client.query<{ name: string }>(
      `SELECT "migration_name" AS "name" FROM "_prisma_migrations" WHERE "finished_at" IS NOT NULL ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  }

  /** Rows of each table, whatever it is called, without the record of migrations. */
  async rowCounts(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    const { rows: tables } = await this.client.query<{ name: string }>(`
      SELECT table_name AS "name" FROM information_schema.tables
      WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'`);
    for (const { name } of tables) {
      const { rows } = await this.client.query<{ count: number }>(`SELECT count(*)::int FROM "${name}"`);
      counts[name] = rows[0]?.count ?? 0;
    }
    return counts;
  }

  /** Leaves deliveries to everything but the look whether their workflow still runs. Call it before the migration. */
  async hideFromReconciliation(deliveryIds: readonly string[]): Promise<void> {
    await this.client.query(
      `UPDATE "Delivery" SET "verifiedAt" = now() + interval '1 day' WHERE "id" = ANY($1::uuid[])`,
      [deliveryIds],
    );
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}

/** Names of the migrations of version 0.1.0. */
export function migrationsThen(): string[] {
  return readdirSync(MIGRATIONS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .slice(0, MIGRATIONS_THEN);
}

/** Moves every moment in every table: what was stopped long ago would be purged, or have expired. */
async function becomeRecent(client: Client, ms: number): Promise<void> {
  const { rows } = await client.query<{ table: string; columns: string[] }>(`
    SELECT table_name AS "table", array_agg(column_name::text) AS "columns" FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type = 'timestamp with time zone' AND table_name <> '_prisma_migrations'
    GROUP BY table_name`);
  for (const { table, columns } of rows) {
    const moved = columns.map((column) => `"${column}" = "${column}" + $1 * interval '1 millisecond'`);
    await client.query(`UPDATE "${table}" SET ${moved.join(', ')}`, [ms]);
  }
}
